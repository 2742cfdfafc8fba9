//! Gradients at many points: how they are taken to lanes, and to threads.

use crate::Real;
use crate::real::lanes;

pub use crate::real::lanes::{Lanes, WIDTH, erfc, norm_cdf};

/// Whether there are lanes at all.
pub const LANES: bool = cfg!(feature = "simd");

/// Inputs or outputs of a batch: slices with an element for each point.
pub trait Columns: Send + Sized {
    /// Those of the first points, and of the others.
    fn split(self, at: usize) -> (Self, Self);
}

impl Columns for () {
    fn split(self, _: usize) -> ((), ()) {
        ((), ())
    }
}

impl<A: Sync> Columns for &[A] {
    fn split(self, at: usize) -> (Self, Self) {
        self.split_at(at)
    }
}

impl<A: Send> Columns for &mut [A] {
    fn split(self, at: usize) -> (Self, Self) {
        self.split_at_mut(at)
    }
}

impl<A: Columns, B: Columns> Columns for (A, B) {
    fn split(self, at: usize) -> (Self, Self) {
        let ((a, c), (b, d)) = (self.0.split(at), self.1.split(at));
        ((a, b), (c, d))
    }
}

/// `body` of all points: at once, or of parts on several threads. It is told how many there are.
pub fn run<I: Columns, O: Columns>(
    points: usize,
    inputs: I,
    outputs: O,
    body: impl Fn(usize, I, O) + Sync,
) {
    part(points, inputs, outputs, &body);
}

#[cfg(not(feature = "rayon"))]
fn part<I: Columns, O: Columns>(
    points: usize,
    inputs: I,
    outputs: O,
    body: &(impl Fn(usize, I, O) + Sync),
) {
    body(points, inputs, outputs);
}

#[cfg(feature = "rayon")]
fn part<I: Columns, O: Columns>(
    points: usize,
    inputs: I,
    outputs: O,
    body: &(impl Fn(usize, I, O) + Sync),
) {
    /// Points that are not worth a thread of their own.
    const FEW: usize = 256;

    if points <= FEW || rayon::current_num_threads() == 1 {
        return body(points, inputs, outputs);
    }
    // Whole blocks, so that the same points share one whatever is split.
    let half = (points / 2).next_multiple_of(WIDTH);
    let ((a, b), (c, d)) = (inputs.split(half), outputs.split(half));
    rayon::join(
        || part(half, a, c, body),
        || part(points - half, b, d, body),
    );
}

/// The points that share a number of lanes. Of the last block the last point stands in for those that are missing.
#[derive(Clone, Copy)]
pub struct Block {
    first: usize,
    last: usize,
}

/// The blocks of so many points.
pub fn blocks(points: usize) -> impl Iterator<Item = Block> {
    (0..points).step_by(WIDTH).map(move |first| Block {
        first,
        last: points - 1,
    })
}

impl Block {
    /// The block's elements of a column.
    #[inline(always)]
    pub fn gather<P: Packed>(self, column: &[P]) -> P::Pack {
        match column[self.first..].first_chunk::<WIDTH>() {
            Some(elements) => P::pack(|k| &elements[k]),
            None => P::pack(|k| &column[self.last.min(self.first + k)]),
        }
    }

    /// Overwrites the block's elements of a column.
    #[inline(always)]
    pub fn scatter<P: Packed>(self, pack: &P::Pack, column: &mut [P]) {
        match column[self.first..].first_chunk_mut::<WIDTH>() {
            Some(elements) => P::unpack(pack, elements),
            None => P::unpack(pack, &mut column[self.first..]),
        }
    }
}

/// What can be had of several points at once: floats, arrays and tuples of them.
pub trait Packed {
    /// The same with numbers in the place of floats.
    type Pack;
    /// Of the elements at `WIDTH` points.
    fn pack<'a>(element: impl Fn(usize) -> &'a Self + Copy) -> Self::Pack
    where
        Self: 'a;
    /// Its part at one point.
    fn part(pack: &Self::Pack, point: usize, element: &mut Self);
    /// Its parts at the first points.
    #[inline(always)]
    fn unpack(pack: &Self::Pack, elements: &mut [Self])
    where
        Self: Sized,
    {
        for (point, element) in elements.iter_mut().enumerate() {
            Self::part(pack, point, element);
        }
    }
}

impl Packed for f64 {
    type Pack = Lanes;
    #[inline(always)]
    fn pack<'a>(element: impl Fn(usize) -> &'a f64 + Copy) -> Lanes {
        lanes::pack(core::array::from_fn(|k| *element(k)))
    }
    #[inline(always)]
    fn part(pack: &Lanes, point: usize, element: &mut f64) {
        *element = lanes::unpack(*pack)[point];
    }
}

impl<P: Packed, const N: usize> Packed for [P; N] {
    type Pack = [P::Pack; N];
    #[inline(always)]
    fn pack<'a>(element: impl Fn(usize) -> &'a [P; N] + Copy) -> Self::Pack
    where
        P: 'a,
    {
        core::array::from_fn(|i| P::pack(|k| &element(k)[i]))
    }
    #[inline(always)]
    fn part(pack: &Self::Pack, point: usize, element: &mut [P; N]) {
        for (pack, element) in pack.iter().zip(element) {
            P::part(pack, point, element);
        }
    }
}

macro_rules! tuple {
    ($($P:ident $k:tt),+) => {
        impl<$($P: Packed),+> Packed for ($($P,)+) {
            type Pack = ($($P::Pack,)+);
            #[inline(always)]
            fn pack<'a>(element: impl Fn(usize) -> &'a Self + Copy) -> Self::Pack
            where
                $($P: 'a,)+
            {
                ($($P::pack(|k| &element(k).$k),)+)
            }
            #[inline(always)]
            fn part(pack: &Self::Pack, point: usize, element: &mut Self) {
                $($P::part(&pack.$k, point, &mut element.$k);)+
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// The value of a function with a rule at a number of several points, if there is such a number here.
#[inline(always)]
pub fn in_lanes<T: Real>(x: T, f: impl FnOnce(Lanes) -> Lanes) -> Option<T> {
    x.__in_lanes(f)
}

/// A function of a float at each of the points.
#[inline]
pub fn point_by_point(x: Lanes, f: impl Fn(f64) -> f64) -> Lanes {
    Lanes::__at_points([x], |[x]| f(x))
}

/// Panics if a column has not one element for each point.
#[inline]
#[track_caller]
pub fn check_length(name: &str, length: usize, first: &str, points: usize) {
    if length != points {
        differs(name, length, first, points);
    }
}

#[cold]
#[track_caller]
fn differs(name: &str, length: usize, first: &str, points: usize) -> ! {
    panic!("`{name}` has length {length}, but `{first}` has length {points}");
}
