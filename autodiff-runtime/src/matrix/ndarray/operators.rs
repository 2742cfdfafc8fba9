//! `+`, `-`, `*` and `/`, element by element.
//!
//! In formulas `c̄` is the adjoint of an element of the result, and `ā` what it contributes to the operand's. An operand that is
//! repeated along an axis gets the sum along it.

use super::broadcast::{add_reduced, repeated, total};
use super::space::Float;
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Space, Stack, product, quotient};
use ::ndarray::{Array, DimMax, Dimension};

type Max<D, E> = <D as DimMax<E>>::Output;

operation! {
    /// c = a + b: ā = c̄, b̄ = c̄.
    add [T: Float, D: Dimension + DimMax<E>, E: Dimension]
    |x: Array<T, D>, y: Array<T, E>| -> Array<T, Max<D, E>> { x + y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            add_reduced(adjoint, seed.clone());
        }
        if let Some(adjoint) = y_adj {
            add_reduced(adjoint, seed);
        }
    }
}

operation! {
    /// c = a - b: ā = c̄, b̄ = -c̄.
    sub [T: Float, D: Dimension + DimMax<E>, E: Dimension]
    |x: Array<T, D>, y: Array<T, E>| -> Array<T, Max<D, E>> { x - y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = y_adj {
            add_reduced(adjoint, seed.mapv(|seed| -seed));
        }
        if let Some(adjoint) = x_adj {
            add_reduced(adjoint, seed);
        }
    }
}

operation! {
    /// c = a b: ā = c̄ b, b̄ = c̄ a.
    mul [T: Float, D: Dimension + DimMax<E>, E: Dimension]
    |x: Array<T, D>, y: Array<T, E>| -> Array<T, Max<D, E>> { x * y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            let mut part = seed.clone();
            part.zip_mut_with(&repeated(y, &seed), |seed, y| *seed = product(guards, *seed, *y));
            add_reduced(adjoint, part);
        }
        if let Some(adjoint) = y_adj {
            let mut part = seed.clone();
            part.zip_mut_with(&repeated(x, &seed), |seed, x| *seed = product(guards, *seed, *x));
            add_reduced(adjoint, part);
        }
    }
}

operation! {
    /// c = a / b: ā = c̄ / b, b̄ = -c̄ a / b².
    div [T: Float, D: Dimension + DimMax<E>, E: Dimension]
    |x: Array<T, D>, y: Array<T, E>| -> Array<T, Max<D, E>> { x / y }
    |guards, seed, x_adj, y_adj| {
        let mut by_x = seed.clone();
        by_x.zip_mut_with(&repeated(y, &seed), |seed, y| *seed = quotient(guards, *seed, *y));
        if let Some(adjoint) = y_adj {
            let mut part = by_x.clone();
            part.zip_mut_with(&(x / y), |part, ratio| *part = -product(guards, *part, *ratio));
            add_reduced(adjoint, part);
        }
        if let Some(adjoint) = x_adj {
            add_reduced(adjoint, by_x);
        }
    }
}

operation! {
    /// c = -a: ā = -c̄.
    neg [T: Float, D: Dimension]
    |x: Array<T, D>| -> Array<T, D> { x.mapv(|x| -x) }
    |guards, seed, adjoint| {
        adjoint.zip_mut_with(&seed, |adjoint, seed| *adjoint -= *seed);
    }
}

// With a number on one side.

operation! {
    /// c = a + s: s̄ = Σ c̄.
    add [T: Float, D: Dimension]
    |x: Array<T, D>, y: T| -> Array<T, D> { x + *y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.accumulate(&seed);
        }
        if let Some(adjoint) = y_adj {
            *adjoint += seed.sum();
        }
    }
}

operation! {
    /// c = s + a.
    add [T: Float, D: Dimension]
    |x: T, y: Array<T, D>| -> Array<T, D> { y.mapv(|y| *x + y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            *adjoint += seed.sum();
        }
        if let Some(adjoint) = y_adj {
            adjoint.accumulate(&seed);
        }
    }
}

operation! {
    /// c = a - s: s̄ = -Σ c̄.
    sub [T: Float, D: Dimension]
    |x: Array<T, D>, y: T| -> Array<T, D> { x - *y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.accumulate(&seed);
        }
        if let Some(adjoint) = y_adj {
            *adjoint -= seed.sum();
        }
    }
}

operation! {
    /// c = s - a: ā = -c̄.
    sub [T: Float, D: Dimension]
    |x: T, y: Array<T, D>| -> Array<T, D> { y.mapv(|y| *x - y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            *adjoint += seed.sum();
        }
        if let Some(adjoint) = y_adj {
            adjoint.zip_mut_with(&seed, |adjoint, seed| *adjoint -= *seed);
        }
    }
}

operation! {
    /// c = a s: ā = c̄ s, s̄ = Σ c̄ a.
    mul [T: Float, D: Dimension]
    |x: Array<T, D>, y: T| -> Array<T, D> { x * *y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.zip_mut_with(&seed, |adjoint, seed| *adjoint += product(guards, *seed, *y));
        }
        if let Some(adjoint) = y_adj {
            *adjoint += total(seed, x, &|seed, x| product(guards, seed, x));
        }
    }
}

operation! {
    /// c = s a.
    mul [T: Float, D: Dimension]
    |x: T, y: Array<T, D>| -> Array<T, D> { y.mapv(|y| *x * y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = y_adj {
            adjoint.zip_mut_with(&seed, |adjoint, seed| *adjoint += product(guards, *seed, *x));
        }
        if let Some(adjoint) = x_adj {
            *adjoint += total(seed, y, &|seed, y| product(guards, seed, y));
        }
    }
}

operation! {
    /// c = a / s: ā = c̄ / s, s̄ = -Σ c̄ a / s².
    div [T: Float, D: Dimension]
    |x: Array<T, D>, y: T| -> Array<T, D> { x / *y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.zip_mut_with(&seed, |adjoint, seed| *adjoint += quotient(guards, *seed, *y));
        }
        if let Some(adjoint) = y_adj {
            *adjoint -= total(seed, x, &|seed, x| product(guards, quotient(guards, seed, *y), x / *y));
        }
    }
}

operation! {
    /// c = s / a: s̄ = Σ c̄ / a, ā = -c̄ s / a².
    div [T: Float, D: Dimension]
    |x: T, y: Array<T, D>| -> Array<T, D> { y.mapv(|y| *x / y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = y_adj {
            let mut part = seed.clone();
            part.zip_mut_with(y, |seed, y| *seed = product(guards, quotient(guards, *seed, *y), *x / *y));
            adjoint.zip_mut_with(&part, |adjoint, part| *adjoint -= *part);
        }
        if let Some(adjoint) = x_adj {
            *adjoint += total(seed, y, &|seed, y| quotient(guards, seed, y));
        }
    }
}

// In the place of the first operand, to whose shape the second is repeated.
macro_rules! assigning {
    ($($assign:ident: $operator:tt as $plain:ident;)+) => {$(
        impl<T: Float, D: Dimension + DimMax<E, Output = D>, E: Dimension>
            Operation<operations::$assign, Array<T, E>> for Array<T, D>
        {
            type Output = Self;

            #[inline]
            fn value(x: &Self, y: &Array<T, E>) -> Self {
                let mut value = x.clone();
                value $operator y;
                value
            }

            #[inline]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                x: &Self,
                y: &Array<T, E>,
                seed: Self,
                adjoints: Adjoints<'_, Self, Array<T, E>>,
            ) {
                <Self as Operation<operations::$plain, Array<T, E>>>::backward(stack, x, y, seed, adjoints);
            }
        }

        impl<T: Float, D: Dimension> Operation<operations::$assign, T> for Array<T, D> {
            type Output = Self;

            #[inline]
            fn value(x: &Self, y: &T) -> Self {
                let mut value = x.clone();
                value $operator *y;
                value
            }

            #[inline]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                x: &Self,
                y: &T,
                seed: Self,
                adjoints: Adjoints<'_, Self, T>,
            ) {
                <Self as Operation<operations::$plain, T>>::backward(stack, x, y, seed, adjoints);
            }
        }
    )+};
}
assigning! {
    add_assign: += as add;
    sub_assign: -= as sub;
    mul_assign: *= as mul;
    div_assign: /= as div;
}
