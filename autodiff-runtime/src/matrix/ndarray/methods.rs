//! Reductions, rearrangements, parts.

use super::broadcast::add_reduced;
use super::space::Float;
use crate::Real;
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation, pair};
use crate::support::{Guards, Space, Stack};
use ::ndarray::{
    Array, Array1, Array2, Axis, Dimension, RemoveAxis, SliceArg, SliceInfo, SliceInfoElem,
};

// Reductions.

operation! {
    /// y = Σ a: ā = ȳ.
    sum [T: Float, D: Dimension]
    |x: Array<T, D>| -> T { x.sum() }
    |guards, seed, adjoint| {
        adjoint.mapv_inplace(|adjoint| adjoint + seed);
    }
}

operation! {
    /// y = Σ a / n: ā = ȳ / n. Of nothing there is no mean.
    mean [T: Float + MeanOf, D: Dimension]
    |x: Array<T, D>| -> (bool, T) { pair(T::mean_of(x)) }
    |guards, seed, adjoint| {
        if !adjoint.is_empty() {
            let part = seed.1 / <T as Real>::from_f64(x.len() as f64);
            adjoint.mapv_inplace(|adjoint| adjoint + part);
        }
    }
}

/// `mean` asks for traits that are ambiguous beside `Real`.
pub trait MeanOf: Sized {
    fn mean_of<D: Dimension>(x: &Array<Self, D>) -> Option<Self>;
}

macro_rules! mean_of {
    ($($t:ty),+) => {$(
        impl MeanOf for $t {
            #[inline]
            fn mean_of<D: Dimension>(x: &Array<$t, D>) -> Option<$t> {
                x.mean()
            }
        }
    )+};
}
mean_of!(f64, f32);

operation! {
    /// The sums along an axis: each element gets the adjoint of its sum.
    sum_axis [T: Float, D: RemoveAxis]
    |x: Array<T, D>, y: Axis| -> Array<T, D::Smaller> { x.sum_axis(*y) }
    |guards, seed, adjoint| {
        for mut lane in adjoint.axis_iter_mut(*y) {
            lane.zip_mut_with(&seed, |adjoint, seed| *adjoint += *seed);
        }
    }
}

// Rearrangements.

operation! {
    /// Y = Aᵀ: Ā = Ȳᵀ.
    t [T: Float, D: Dimension]
    |x: Array<T, D>| -> Array<T, D> { x.t().to_owned() }
    |guards, seed, adjoint| {
        adjoint.accumulate(&seed.reversed_axes());
    }
}

operation! {
    /// The elements in a row, in the order of the indices.
    flatten [T: Float, D: Dimension]
    |x: Array<T, D>| -> Array1<T> { x.iter().copied().collect() }
    |guards, seed, adjoint| {
        for (adjoint, seed) in adjoint.iter_mut().zip(&seed) {
            *adjoint += *seed;
        }
    }
}

operation! {
    /// The elements Aii: Āii = ȳi.
    diag [T: Float]
    |x: Array2<T>| -> Array1<T> { x.diag().to_owned() }
    |guards, seed, adjoint| {
        let mut diagonal = adjoint.diag_mut();
        diagonal += &seed;
    }
}

// Parts, as arrays of their own.

operation! {
    /// Row `i`.
    row [T: Float]
    |x: Array2<T>, y: usize| -> Array1<T> { x.row(*y).to_owned() }
    |guards, seed, adjoint| {
        let mut row = adjoint.row_mut(*y);
        row += &seed;
    }
}

operation! {
    /// Column `j`.
    column [T: Float]
    |x: Array2<T>, y: usize| -> Array1<T> { x.column(*y).to_owned() }
    |guards, seed, adjoint| {
        let mut column = adjoint.column_mut(*y);
        column += &seed;
    }
}

/// What `s![..]` makes.
pub type Slice<const N: usize, D, E> = SliceInfo<[SliceInfoElem; N], D, E>;

impl<T: Float, D: Dimension, E: Dimension, const N: usize>
    Operation<operations::slice, Slice<N, D, E>> for Array<T, D>
where
    Slice<N, D, E>: SliceArg<D, OutDim = E>,
{
    type Output = Array<T, E>;

    #[inline]
    fn value(x: &Array<T, D>, y: &Slice<N, D, E>) -> Array<T, E> {
        x.slice(y).to_owned()
    }

    #[inline]
    fn backward(
        _: &mut Stack<'_, impl Guards>,
        x: &Array<T, D>,
        y: &Slice<N, D, E>,
        seed: Array<T, E>,
        (adjoint, _): Adjoints<'_, Array<T, D>, Slice<N, D, E>>,
    ) {
        if let Some(adjoint) = adjoint {
            let mut part = adjoint.begun(x).slice_mut(y);
            part.zip_mut_with(&seed, |adjoint, seed| *adjoint += *seed);
        }
    }
}

// What is written over.

operation! {
    /// The first one's memory with the elements of the second, which is repeated if it is smaller.
    assign [T: Float, D: Dimension, E: Dimension]
    |x: Array<T, D>, y: Array<T, E>| -> Array<T, D> {
        let mut x = x.clone();
        x.assign(y);
        x
    }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = y_adj {
            add_reduced(adjoint, seed);
        }
    }
}
