//! Operators and methods of types that are no numbers.
//!
//! The macro does not know what `a * b` or `a.transpose()` means where `a` is a matrix of a library or a struct of the user's.
//! It calls a companion here by the operation's name, as it calls the companion of any annotated function; the companion asks
//! the trait [`Operation`], which is implemented for it by library (`matrix/nalgebra`), or beside an annotated `impl Mul for ..`.

use super::{
    Active, ActiveMut, Computed, Const, Guards, Space, Stack, Undefined, product, quotient,
};
use crate::Real;

/// What the operation `O` gives of operands of these types, and what it adds to their adjoints. One that has only one operand has
/// `()` as the second.
#[diagnostic::on_unimplemented(
    message = "no derivative is known of the operation `{O}` of `{Self}` and `{Y}`",
    label = "depends on a differentiable input",
    note = "of a type of your own, annotate the operator's implementation: `#[differentiate] impl Mul for Type {{ .. }}`",
    note = "of a library's type, write it with operations that are known; of what only looks like a number, bind the operand with its type: `let w: &Type = &p.w;`"
)]
pub trait Operation<O, Y = ()>: Sized {
    type Output;

    fn value(x: &Self, y: &Y) -> Self::Output;

    /// The same, and what the reverse sweep will need goes onto the stack.
    #[inline(always)]
    fn forward(stack: &mut Stack<'_, impl Guards>, x: &Self, y: &Y) -> Self::Output {
        let _ = stack;
        Self::value(x, y)
    }

    /// Adds to the adjoints, of those operands that have one. `seed` is the adjoint of the result.
    fn backward(
        stack: &mut Stack<'_, impl Guards>,
        x: &Self,
        y: &Y,
        seed: Self::Output,
        adjoints: Adjoints<'_, Self, Y>,
    );
}

/// Where the adjoints of the operands are added up, of those that have one.
pub type Adjoints<'a, X, Y = ()> = (Option<Adjoint<'a, X>>, Option<Adjoint<'a, Y>>);

/// Where the adjoint of an operand is added up.
pub enum Adjoint<'a, X> {
    /// To what is there already.
    Begun(&'a mut X),
    /// Nothing is there before something is added.
    New(&'a mut Option<X>),
}

impl<'a, X: Space<Owned = X>> Adjoint<'a, X> {
    /// What is added to part by part: zeros like the operand, if nothing is there yet.
    #[inline(always)]
    pub fn begun(self, operand: &X) -> &'a mut X {
        match self {
            Adjoint::Begun(adjoint) => adjoint,
            Adjoint::New(adjoint) => adjoint.get_or_insert_with(|| operand.nothing_like()),
        }
    }

    /// Adds a whole adjoint.
    #[inline]
    pub fn add(self, part: X) {
        match self {
            Adjoint::Begun(adjoint) | Adjoint::New(Some(adjoint)) => adjoint.accumulate(&part),
            Adjoint::New(adjoint) => *adjoint = Some(part),
        }
    }
}

/// An operand whose adjoint begins with what the operation adds to it.
pub struct ActiveNew<'a, X, A>(pub X, pub &'a mut Option<A>);

/// Such an adjoint afterwards.
#[inline(always)]
pub fn begun<X: Space<Owned = X>>(adjoint: Option<X>, operand: &X) -> X {
    match adjoint {
        Some(adjoint) => adjoint,
        None => operand.nothing_like(),
    }
}

/// A matrix of a library, or something of one: its operations can be run twice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no matrix of a library, although the file has a struct of this name with such a field",
    label = "another type than the file tells",
    note = "bind the operand with its type: `let w: &Type = &p.w;`"
)]
pub trait OfLibrary {}

/// Compiles for a matrix of a library.
#[inline(always)]
pub fn of_library<X: OfLibrary>(_: &X) {}

/// An operand, and where its adjoint is added up, if it has one.
pub trait Given {
    type Value: Sized;
    fn parts(&mut self) -> (&Self::Value, Option<Adjoint<'_, Self::Value>>);
}

impl<X> Given for Active<&X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<Adjoint<'_, X>>) {
        (self.0, None)
    }
}

impl<X> Given for Const<&X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<Adjoint<'_, X>>) {
        (self.0, None)
    }
}

impl<X> Given for ActiveMut<'_, &X, X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<Adjoint<'_, X>>) {
        (self.0, Some(Adjoint::Begun(self.1)))
    }
}

impl<X> Given for ActiveNew<'_, &X, X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<Adjoint<'_, X>>) {
        (self.0, Some(Adjoint::New(self.1)))
    }
}

macro_rules! companions {
    ($($name:ident $($more:ident)*,)+) => {$(
        #[allow(non_camel_case_types)]
        pub struct $name {}

        impl $name {
            companions!(functions $($more)*);
        }
    )+};
    (functions) => {
        #[inline(always)]
        pub fn eval<X: Given>(mut x: X) -> Computed<<X::Value as Operation<Self>>::Output>
        where
            X::Value: Operation<Self>,
        {
            Computed(X::Value::value(x.parts().0, &()))
        }

        #[inline(always)]
        pub fn forward<X: Given>(stack: &mut Stack<'_, impl Guards>, mut x: X) -> Computed<<X::Value as Operation<Self>>::Output>
        where
            X::Value: Operation<Self>,
        {
            Computed(X::Value::forward(stack, x.parts().0, &()))
        }

        #[inline(always)]
        pub fn backward<X: Given>(stack: &mut Stack<'_, impl Guards>, mut x: X, seed: Option<<X::Value as Operation<Self>>::Output>)
        where
            X::Value: Operation<Self>,
        {
            let (x, adjoint) = x.parts();
            X::Value::backward(stack, x, &(), super::handed(seed), (adjoint, None));
        }
    };
    (functions $y:ident) => {
        #[inline(always)]
        pub fn eval<X: Given, Y: Given>(mut x: X, mut y: Y) -> Computed<<X::Value as Operation<Self, Y::Value>>::Output>
        where
            X::Value: Operation<Self, Y::Value>,
        {
            Computed(X::Value::value(x.parts().0, y.parts().0))
        }

        #[inline(always)]
        pub fn forward<X: Given, Y: Given>(stack: &mut Stack<'_, impl Guards>, mut x: X, mut y: Y) -> Computed<<X::Value as Operation<Self, Y::Value>>::Output>
        where
            X::Value: Operation<Self, Y::Value>,
        {
            Computed(X::Value::forward(stack, x.parts().0, y.parts().0))
        }

        #[inline(always)]
        pub fn backward<X: Given, Y: Given>(stack: &mut Stack<'_, impl Guards>, mut x: X, mut y: Y, seed: Option<<X::Value as Operation<Self, Y::Value>>::Output>)
        where
            X::Value: Operation<Self, Y::Value>,
        {
            let ((x, x_adj), (y, y_adj)) = (x.parts(), y.parts());
            X::Value::backward(stack, x, y, super::handed(seed), (x_adj, y_adj));
        }
    };
    // The second and the third operand are numbers that say which part is meant: they have no adjoints.
    (functions $y:ident $z:ident) => {
        #[inline(always)]
        pub fn eval<X: Given, Y: Given<Value: Copy>, Z: Given<Value: Copy>>(mut x: X, mut y: Y, mut z: Z) -> Computed<<X::Value as Operation<Self, (Y::Value, Z::Value)>>::Output>
        where
            X::Value: Operation<Self, (Y::Value, Z::Value)>,
        {
            Computed(X::Value::value(x.parts().0, &(*y.parts().0, *z.parts().0)))
        }

        #[inline(always)]
        pub fn forward<X: Given, Y: Given<Value: Copy>, Z: Given<Value: Copy>>(stack: &mut Stack<'_, impl Guards>, mut x: X, mut y: Y, mut z: Z) -> Computed<<X::Value as Operation<Self, (Y::Value, Z::Value)>>::Output>
        where
            X::Value: Operation<Self, (Y::Value, Z::Value)>,
        {
            Computed(X::Value::forward(stack, x.parts().0, &(*y.parts().0, *z.parts().0)))
        }

        #[inline(always)]
        pub fn backward<X: Given, Y: Given<Value: Copy>, Z: Given<Value: Copy>>(stack: &mut Stack<'_, impl Guards>, mut x: X, mut y: Y, mut z: Z, seed: Option<<X::Value as Operation<Self, (Y::Value, Z::Value)>>::Output>)
        where
            X::Value: Operation<Self, (Y::Value, Z::Value)>,
        {
            let part = (*y.parts().0, *z.parts().0);
            let (x, adjoint) = x.parts();
            X::Value::backward(stack, x, &part, super::handed(seed), (adjoint, None));
        }
    };
}
companions! {
    add y,
    sub y,
    mul y,
    div y,
    add_assign y,
    sub_assign y,
    mul_assign y,
    div_assign y,
    neg,
    // nalgebra
    abs,
    add_scalar y,
    adjoint,
    cholesky,
    column y,
    column_sum,
    columns y z,
    component_div y,
    component_mul y,
    cross y,
    determinant,
    diagonal,
    dot y,
    inverse,
    l,
    ln_determinant,
    lower_triangle,
    lu,
    magnitude,
    magnitude_squared,
    mean,
    metric_distance y,
    norm,
    norm_squared,
    normalize,
    row y,
    row_sum,
    rows y z,
    scale y,
    solve y,
    sum,
    tr_mul y,
    trace,
    transpose,
    try_inverse,
    unscale y,
    upper_triangle,
    view y z,
    // faer
    L,
    col y,
    llt y,
    norm_l2,
    partial_piv_lu,
    squared_norm_l2,
    subcols y z,
    subrows y z,
    // ndarray
    assign y,
    diag,
    flatten,
    slice y,
    sum_axis y,
    t,
}

/// An `Option` as a pair: whether there is something, and what.
#[inline]
pub fn pair<X: Undefined>(option: Option<X>) -> (bool, X) {
    match option {
        Some(x) => (true, x),
        None => (false, X::undefined()),
    }
}

// What turns out to be a number.
macro_rules! of_numbers {
    ($($($name:ident),+: |$guards:ident, $x:ident, $y:ident, $s:ident| $value:expr, $by_x:expr, $by_y:expr;)+) => {$($(
        of_numbers!($name |$guards, $x, $y, $s| $value, $by_x, $by_y);
    )+)+};
    ($name:ident |$guards:ident, $x:ident, $y:ident, $s:ident| $value:expr, $by_x:expr, $by_y:expr) => {
        impl<T: Real> Operation<$name, T> for T {
            type Output = T;
            #[inline(always)]
            fn value($x: &T, $y: &T) -> T {
                $value
            }
            #[inline(always)]
            #[allow(unused_variables)]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                $x: &T,
                $y: &T,
                $s: T,
                (x_adj, y_adj): Adjoints<'_, T, T>,
            ) {
                let $guards = stack.guards();
                if let Some(adjoint) = x_adj {
                    *adjoint.begun($x) += $by_x;
                }
                if let Some(adjoint) = y_adj {
                    *adjoint.begun($y) += $by_y;
                }
            }
        }
    };
}
of_numbers! {
    add, add_assign: |guards, x, y, s| *x + *y, s, s;
    sub, sub_assign: |guards, x, y, s| *x - *y, s, -s;
    mul, mul_assign: |guards, x, y, s| *x * *y, product(guards, s, *y), product(guards, s, *x);
    div, div_assign: |guards, x, y, s| *x / *y, quotient(guards, s, *y), -product(guards, quotient(guards, s, *y), *x / *y);
}

impl<T: Real> Operation<neg> for T {
    type Output = T;
    #[inline(always)]
    fn value(x: &T, (): &()) -> T {
        -*x
    }
    #[inline(always)]
    fn backward(
        _: &mut Stack<'_, impl Guards>,
        x: &T,
        (): &(),
        seed: T,
        (adjoint, _): Adjoints<'_, T>,
    ) {
        if let Some(adjoint) = adjoint {
            *adjoint.begun(x) -= seed;
        }
    }
}

// What turns out to be an integer, a field of a struct, has no derivative.
macro_rules! of_integers {
    ($($t:ty),+) => {$(
        of_integers!($t: add +, sub -, mul *, div /, add_assign +, sub_assign -, mul_assign *, div_assign /);
    )+};
    ($t:ty: $($name:ident $operator:tt),+) => {$(
        impl Operation<$name, $t> for $t {
            type Output = $t;
            #[inline(always)]
            fn value(x: &$t, y: &$t) -> $t {
                *x $operator *y
            }
            #[inline(always)]
            fn backward(_: &mut Stack<'_, impl Guards>, _: &$t, _: &$t, _: $t, _: Adjoints<'_, $t, $t>) {}
        }
    )+};
}
of_integers!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);
