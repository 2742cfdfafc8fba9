//! Operators and methods of types that are no numbers.
//!
//! The macro does not know what `a * b` or `a.transpose()` means where `a` is a matrix of a library or a struct of the user's.
//! It calls a companion here by the operation's name, as it calls the companion of any annotated function; the companion asks
//! the trait [`Operation`], which is implemented for it by library (`matrix/nalgebra`), or beside an annotated `impl Mul for ..`.

use super::{Active, ActiveMut, Computed, Const, Stack, Undefined};
use crate::{Real, rules};

/// What an operation gives of operands of these types, and what it adds to their adjoints. One that has only one operand has
/// `()` as the second.
#[diagnostic::on_unimplemented(
    message = "no derivative is known of the operation `{Self}` with operands of type `{X}` and `{Y}`",
    label = "depends on a differentiable input",
    note = "of a type of your own, annotate the operator's implementation: `#[differentiate] impl Mul for Type {{ .. }}`",
    note = "of a library's type, write it with operations that are known, or put it into a function of its own with a rule"
)]
pub trait Operation<X, Y = ()> {
    type Output;

    fn value(x: &X, y: &Y) -> Self::Output;

    /// The same, and what the reverse sweep will need goes onto the stack.
    #[inline(always)]
    fn forward(stack: &mut Stack<'_>, x: &X, y: &Y) -> Self::Output {
        let _ = stack;
        Self::value(x, y)
    }

    /// Adds to the adjoints, of those operands that have one. `seed` is the adjoint of the result.
    fn backward(
        stack: &mut Stack<'_>,
        x: &X,
        y: &Y,
        seed: Self::Output,
        adjoints: Adjoints<'_, X, Y>,
    );
}

/// Where the adjoints of the operands are added up, of those that have one.
pub type Adjoints<'a, X, Y = ()> = (Option<&'a mut X>, Option<&'a mut Y>);

/// An operand, and where its adjoint is added up, if it has one.
pub trait Given {
    type Value;
    fn parts(&mut self) -> (&Self::Value, Option<&mut Self::Value>);
}

impl<X> Given for Active<&X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<&mut X>) {
        (self.0, None)
    }
}

impl<X> Given for Const<&X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<&mut X>) {
        (self.0, None)
    }
}

impl<X> Given for ActiveMut<'_, &X, X> {
    type Value = X;
    #[inline(always)]
    fn parts(&mut self) -> (&X, Option<&mut X>) {
        (self.0, Some(self.1))
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
        pub fn eval<X: Given>(mut x: X) -> Computed<<Self as Operation<X::Value>>::Output>
        where
            Self: Operation<X::Value>,
        {
            Computed(Self::value(x.parts().0, &()))
        }

        #[inline(always)]
        pub fn forward<X: Given>(stack: &mut Stack<'_>, mut x: X) -> Computed<<Self as Operation<X::Value>>::Output>
        where
            Self: Operation<X::Value>,
        {
            Computed(<Self as Operation<X::Value>>::forward(stack, x.parts().0, &()))
        }

        #[inline(always)]
        pub fn backward<X: Given>(stack: &mut Stack<'_>, mut x: X, seed: Option<<Self as Operation<X::Value>>::Output>)
        where
            Self: Operation<X::Value>,
        {
            let (x, x_adj) = x.parts();
            let seed = super::handed(seed);
            <Self as Operation<X::Value>>::backward(stack, x, &(), seed, (x_adj, None));
        }
    };
    (functions $y:ident) => {
        #[inline(always)]
        pub fn eval<X: Given, Y: Given>(mut x: X, mut y: Y) -> Computed<<Self as Operation<X::Value, Y::Value>>::Output>
        where
            Self: Operation<X::Value, Y::Value>,
        {
            Computed(Self::value(x.parts().0, y.parts().0))
        }

        #[inline(always)]
        pub fn forward<X: Given, Y: Given>(stack: &mut Stack<'_>, mut x: X, mut y: Y) -> Computed<<Self as Operation<X::Value, Y::Value>>::Output>
        where
            Self: Operation<X::Value, Y::Value>,
        {
            Computed(<Self as Operation<X::Value, Y::Value>>::forward(stack, x.parts().0, y.parts().0))
        }

        #[inline(always)]
        pub fn backward<X: Given, Y: Given>(stack: &mut Stack<'_>, mut x: X, mut y: Y, seed: Option<<Self as Operation<X::Value, Y::Value>>::Output>)
        where
            Self: Operation<X::Value, Y::Value>,
        {
            let ((x, x_adj), (y, y_adj)) = (x.parts(), y.parts());
            let seed = super::handed(seed);
            <Self as Operation<X::Value, Y::Value>>::backward(stack, x, y, seed, (x_adj, y_adj));
        }
    };
    // The second and the third operand are numbers that say which part is meant: they have no adjoints.
    (functions $y:ident $z:ident) => {
        #[inline(always)]
        pub fn eval<X: Given, Y: Given<Value: Copy>, Z: Given<Value: Copy>>(mut x: X, mut y: Y, mut z: Z) -> Computed<<Self as Operation<X::Value, (Y::Value, Z::Value)>>::Output>
        where
            Self: Operation<X::Value, (Y::Value, Z::Value)>,
        {
            Computed(Self::value(x.parts().0, &(*y.parts().0, *z.parts().0)))
        }

        #[inline(always)]
        pub fn forward<X: Given, Y: Given<Value: Copy>, Z: Given<Value: Copy>>(stack: &mut Stack<'_>, mut x: X, mut y: Y, mut z: Z) -> Computed<<Self as Operation<X::Value, (Y::Value, Z::Value)>>::Output>
        where
            Self: Operation<X::Value, (Y::Value, Z::Value)>,
        {
            let part = (*y.parts().0, *z.parts().0);
            Computed(<Self as Operation<X::Value, (Y::Value, Z::Value)>>::forward(stack, x.parts().0, &part))
        }

        #[inline(always)]
        pub fn backward<X: Given, Y: Given<Value: Copy>, Z: Given<Value: Copy>>(stack: &mut Stack<'_>, mut x: X, mut y: Y, mut z: Z, seed: Option<<Self as Operation<X::Value, (Y::Value, Z::Value)>>::Output>)
        where
            Self: Operation<X::Value, (Y::Value, Z::Value)>,
        {
            let part = (*y.parts().0, *z.parts().0);
            let (x, adjoint) = x.parts();
            let seed = super::handed(seed);
            <Self as Operation<X::Value, (Y::Value, Z::Value)>>::backward(stack, x, &part, seed, (adjoint, None));
        }
    };
}
companions! {
    add y,
    sub y,
    mul y,
    div y,
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
    ($($name:ident: |$x:ident, $y:ident, $s:ident| $value:expr, $by_x:expr, $by_y:expr;)+) => {$(
        impl<T: Real> Operation<T, T> for $name {
            type Output = T;
            #[inline(always)]
            fn value($x: &T, $y: &T) -> T {
                $value
            }
            #[inline(always)]
            #[allow(unused_variables)]
            fn backward(
                _: &mut Stack<'_>,
                $x: &T,
                $y: &T,
                $s: T,
                (x_adj, y_adj): Adjoints<'_, T, T>,
            ) {
                if let Some(adjoint) = x_adj {
                    *adjoint += $by_x;
                }
                if let Some(adjoint) = y_adj {
                    *adjoint += $by_y;
                }
            }
        }
    )+};
}
of_numbers! {
    add: |x, y, s| *x + *y, s, s;
    sub: |x, y, s| *x - *y, s, -s;
    mul: |x, y, s| *x * *y, rules::product(s, *y), rules::product(s, *x);
    div: |x, y, s| *x / *y, rules::quotient(s, *y), -rules::product(rules::quotient(s, *y), *x / *y);
}

impl<T: Real> Operation<T> for neg {
    type Output = T;
    #[inline(always)]
    fn value(x: &T, (): &()) -> T {
        -*x
    }
    #[inline(always)]
    fn backward(_: &mut Stack<'_>, _: &T, (): &(), seed: T, (adjoint, _): Adjoints<'_, T>) {
        if let Some(adjoint) = adjoint {
            *adjoint -= seed;
        }
    }
}
