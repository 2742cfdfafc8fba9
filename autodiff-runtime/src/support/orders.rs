//! Jacobians and Hessians from evaluations at dual numbers.

use super::{Entries, Structure};
pub use crate::real::Abreast;
#[cfg(feature = "std")]
use crate::real::Dependent;
use crate::real::Plain;
use crate::{Dual, DualVec, Real, Taylor};
use alloc::vec::Vec;
use core::cell::{RefCell, RefMut};

/// Directions of a block: so many columns are computed at a time.
pub const BLOCK: usize = 8;
/// A number with the tangents of a block of columns.
pub type Columns<F> = DualVec<F, BLOCK>;
/// The same without guards.
pub type PlainColumns<F> = DualVec<Plain<F>, BLOCK>;
/// A number with a tangent that is not guarded.
pub type PlainDual<F> = Dual<Plain<F>>;

/// What is lent without a derivative to a companion that runs the function often: each run begins with what there was, and the
/// last one leaves what the function leaves.
pub struct Again<'a, L: ?Sized, B> {
    lent: RefCell<&'a mut L>,
    before: B,
}

pub fn again<L: Lent + ?Sized>(lent: &mut L) -> Again<'_, L, L::Before> {
    let before = lent.before();
    let lent = RefCell::new(lent);
    Again { lent, before }
}

/// What is lent, for a run.
pub fn begun<'a, L: Lent + ?Sized>(again: &'a Again<'_, L, L::Before>) -> RefMut<'a, L> {
    let mut lent = left(again);
    lent.restore(&again.before);
    lent
}

/// What is lent, as the last run has left it.
pub fn left<'a, L: ?Sized, B>(again: &'a Again<'_, L, B>) -> RefMut<'a, L> {
    RefMut::map(again.lent.borrow_mut(), |lent| &mut **lent)
}

/// What can be put back to what it was.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be lent to a companion that runs the function several times",
    label = "cannot be put back to what it was before",
    note = "implement `Clone` for it, or ask for other companions"
)]
pub trait Lent {
    type Before;
    fn before(&self) -> Self::Before;
    fn restore(&mut self, before: &Self::Before);
}

impl<X: Clone> Lent for X {
    type Before = X;
    fn before(&self) -> X {
        self.clone()
    }
    fn restore(&mut self, before: &X) {
        self.clone_from(before);
    }
}

impl<X: Clone> Lent for [X] {
    type Before = Vec<X>;
    fn before(&self) -> Vec<X> {
        self.to_vec()
    }
    fn restore(&mut self, before: &Vec<X>) {
        self.clone_from_slice(before);
    }
}

/// Hands out inputs with tangents, or cotangents of outputs: unit vectors, or sums of those that have a colour.
pub struct Directions<'a> {
    /// None where each has a colour of its own.
    colours: Option<&'a [usize]>,
    /// The first colour of the block.
    first: usize,
    next: usize,
    /// Where in the block every input has its part of [`skew`], if anywhere.
    skewed: Option<usize>,
}

/// A direction that is like no sum of unit vectors: no two parts are the same.
pub(super) fn skew(input: usize) -> f64 {
    // As SplitMix64 (Steele, Lea and Flood, 2014) mixes its counter.
    let mut bits = (input as u64)
        .wrapping_add(1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    1.0 + (bits >> 11) as f64 / (1_u64 << 53) as f64
}

impl<'a> Directions<'a> {
    pub(super) fn new(colours: Option<&'a [usize]>, first: usize) -> Self {
        Self {
            colours,
            first,
            next: 0,
            skewed: None,
        }
    }

    #[cfg(feature = "std")]
    pub(super) fn with_skewed(self, skewed: Option<usize>) -> Self {
        Self { skewed, ..self }
    }

    /// The place in the block of what comes next, in order, if it is in the block.
    #[inline(always)]
    fn place(&mut self) -> Option<usize> {
        let colour = match self.colours {
            None => self.next,
            Some(colours) => colours[self.next],
        };
        self.next += 1;
        colour.checked_sub(self.first)
    }

    /// The next input.
    #[inline(always)]
    pub fn input<F: Real>(&mut self, value: F) -> Columns<F> {
        let mut tangents = [F::zero(); BLOCK];
        if let Some(tangent) = self.skewed.and_then(|k| tangents.get_mut(k)) {
            *tangent = F::from_f64(skew(self.next));
        }
        if let Some(tangent) = self.place().and_then(|k| tangents.get_mut(k)) {
            *tangent = F::one();
        }
        DualVec::new(value, tangents)
    }

    /// The next input, at a number without guards.
    #[inline(always)]
    pub fn plain_input<F: Real>(&mut self, value: F) -> PlainColumns<F> {
        let number = self.input(value);
        DualVec::new(Plain(number.value), number.tangents.map(Plain))
    }

    /// From the first input on again.
    pub fn again(&mut self) {
        self.next = 0;
    }

    /// No input.
    #[inline(always)]
    pub fn constant<F: Real>(&self, value: F) -> Columns<F> {
        DualVec::constant(value)
    }

    /// No input, at a number without guards.
    #[inline(always)]
    pub fn plain_constant<F: Real>(&self, value: F) -> PlainColumns<F> {
        constant(value)
    }

    /// The next cotangent.
    #[inline(always)]
    pub fn cotangent<F: Real>(&mut self) -> F {
        match self.place() {
            Some(0) => F::one(),
            _ => F::zero(),
        }
    }
}

/// A constant at some number.
#[inline(always)]
pub fn constant<F: Real, D: AtNumber<F>>(value: F) -> D {
    D::at(value)
}

/// A number over floats of type `F`.
pub trait AtNumber<F> {
    fn at(constant: F) -> Self;
    fn primal(self) -> F;
}

impl<F: Real> AtNumber<F> for F {
    #[inline(always)]
    fn at(constant: F) -> Self {
        constant
    }
    #[inline(always)]
    fn primal(self) -> F {
        self
    }
}

impl<F: Real, const K: usize> AtNumber<F> for Taylor<F, K> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        Taylor::constant(constant)
    }
    #[inline(always)]
    fn primal(self) -> F {
        self.coefficients[0]
    }
}

impl<F: Real> AtNumber<F> for Dual<F> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        Dual::constant(constant)
    }
    #[inline(always)]
    fn primal(self) -> F {
        self.value
    }
}

impl<F: Real> AtNumber<F> for Dual<Dual<F>> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        Dual::constant(Dual::constant(constant))
    }
    #[inline(always)]
    fn primal(self) -> F {
        self.value.value
    }
}

impl<F: Real, const N: usize> AtNumber<F> for DualVec<F, N> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        DualVec::constant(constant)
    }
    #[inline(always)]
    fn primal(self) -> F {
        self.value
    }
}

impl<F: Real> AtNumber<F> for PlainDual<F> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        Dual::constant(Plain(constant))
    }
    #[inline(always)]
    fn primal(self) -> F {
        self.value.0
    }
}

impl<F: Real> AtNumber<F> for PlainColumns<F> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        DualVec::constant(Plain(constant))
    }
    #[inline(always)]
    fn primal(self) -> F {
        self.value.0
    }
}

impl<F: Real, const N: usize> AtNumber<F> for Abreast<F, N> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        Abreast::splat(constant)
    }
    #[inline(always)]
    fn primal(self) -> F {
        Abreast::primal(&self)
    }
}

#[cfg(feature = "std")]
impl<F: Real> AtNumber<F> for Dependent<F> {
    #[inline(always)]
    fn at(constant: F) -> Self {
        Dependent::constant(constant)
    }
    #[inline(always)]
    fn primal(self) -> F {
        Dependent::primal(&self)
    }
}

/// A number with one tangent.
pub trait Tangential<F>: AtNumber<F> + Copy {
    fn along(value: F, tangent: F) -> Self;
    fn tangent(self) -> F;
}

impl<F: Real> Tangential<F> for Dual<F> {
    #[inline(always)]
    fn along(value: F, tangent: F) -> Self {
        Dual::new(value, tangent)
    }
    #[inline(always)]
    fn tangent(self) -> F {
        self.tangent
    }
}

impl<F: Real> Tangential<F> for PlainDual<F> {
    #[inline(always)]
    fn along(value: F, tangent: F) -> Self {
        Dual::new(Plain(value), Plain(tangent))
    }
    #[inline(always)]
    fn tangent(self) -> F {
        self.tangent.0
    }
}

/// The tangents of numbers with one.
pub fn tangents<F: Real, D: Tangential<F>, S: Structure<D>>(numbers: &S) -> S::With<F> {
    numbers.map(&mut |number: D| number.tangent())
}

/// Values and tangents of what was written to an output.
pub fn take_apart<F: Real, D: Tangential<F>, S, P>(numbers: &S, values: &mut P, tangents: &mut P)
where
    S: Entries<D>,
    P: Entries<F> + ?Sized,
{
    let mut list = Vec::new();
    numbers.each(&mut |number| list.push(number));
    let mut next = list.iter();
    values.set(&mut || next.next().map_or(F::zero(), |number| number.primal()));
    let mut next = list.iter();
    tangents.set(&mut || next.next().map_or(F::zero(), |number| number.tangent()));
}

/// Whether a part of a number is NaN.
pub fn any_nan<D: Real, S: Entries<D>>(numbers: &S) -> bool {
    let mut nan = false;
    numbers.each(&mut |number| nan |= number.__has_nan());
    nan
}

/// What a number without guards comes to where none of its parts is NaN: the same with guards.
#[inline(always)]
pub fn guarded<F: Real>(number: PlainColumns<F>) -> Columns<F> {
    DualVec::new(number.value.0, number.tangents.map(|tangent| tangent.0))
}

/// Overwrites an output.
pub fn overwrite<F: Real, P, S>(target: &mut P, source: &S)
where
    P: Entries<F> + ?Sized,
    S: Entries<F>,
{
    let mut list = Vec::new();
    source.each(&mut |value| list.push(value));
    let mut next = list.into_iter();
    target.set(&mut || next.next().unwrap_or(F::zero()));
}

/// The values of a result.
pub fn primal<F: Real, D: AtNumber<F>, S: Structure<D>>(result: &S) -> S::With<F> {
    result.map(&mut |number: D| number.primal())
}

/// A Jacobian block of columns by block of columns: `jac[i * inputs + j]` is the derivative of output `i` with respect to
/// input `j`. `evaluate` runs the function on inputs from the directions, lets `jacobian_fits` judge the buffer and visits the
/// outputs; the result is the last one's.
pub fn jacobian_by_columns<F: Real, R>(
    inputs: usize,
    jac: &mut [F],
    mut evaluate: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
) -> R {
    let mut first = 0;
    loop {
        let width = BLOCK.min(inputs - first);
        let mut at = first;
        let result = evaluate(&mut Directions::new(None, first), &mut |output| {
            jac[at..at + width].copy_from_slice(&output.tangents[..width]);
            at += inputs;
        });
        first += BLOCK;
        if first >= inputs {
            return result;
        }
    }
}

/// Rows of a Jacobian, or sums of those that have a colour, one after the other.
pub struct Rows<'a, F> {
    colours: Option<&'a [usize]>,
    inputs: usize,
    jac: &'a mut [F],
    /// Which is next.
    at: usize,
    /// Whether reverse sweeps have guards: one without them has left a NaN.
    pub guards: bool,
}

impl<'a, F> Rows<'a, F> {
    /// Hands out the cotangents for the next row.
    pub fn directions(&self) -> Directions<'a> {
        Directions::new(self.colours, self.at)
    }

    /// The place of the next row, if there is one.
    pub fn row(&mut self) -> &mut [F] {
        let row = self.jac.chunks_mut(self.inputs).nth(self.at);
        row.unwrap_or_default()
    }

    /// The next row is done: whether there is one after it.
    pub fn done(&mut self) -> bool {
        self.at += 1;
        self.are_left()
    }

    fn are_left(&self) -> bool {
        (self.at + 1) * self.inputs <= self.jac.len()
    }
}

/// A Jacobian row by row: `pull` is a forward sweep and reverse sweeps for rows from the next one on, as many as the forward
/// sweep serves; none where it is to be called again, with guards. It lets `jacobian_fits` judge the buffer between them. Of no
/// outputs at all there is a forward sweep, too: the result is the last one's.
pub fn jacobian_by_rows<F: Real, R>(
    inputs: usize,
    colours: Option<&[usize]>,
    jac: &mut [F],
    mut pull: impl FnMut(&mut Rows<'_, F>) -> R,
) -> R {
    let mut rows = Rows {
        colours,
        inputs: inputs.max(1),
        jac,
        at: 0,
        guards: false,
    };
    loop {
        let result = pull(&mut rows);
        if !rows.are_left() {
            return result;
        }
    }
}

/// Hands out cotangents of outputs, all rows of a Jacobian at once.
#[derive(Default)]
pub struct UnitRows {
    next: usize,
}

impl UnitRows {
    /// The next cotangent.
    #[inline(always)]
    pub fn cotangent<F: Real, const N: usize>(&mut self) -> Abreast<F, N> {
        let output = self.next;
        self.next += 1;
        Abreast::adjoint(|row| if row == output { F::one() } else { F::zero() })
    }
}

/// A Jacobian all rows of which are filled in at once.
pub struct Filled<'a, F> {
    inputs: usize,
    jac: &'a mut [F],
    column: usize,
}

impl<'a, F: Real> Filled<'a, F> {
    #[inline(always)]
    pub fn new(inputs: usize, jac: &'a mut [F]) -> Self {
        Filled {
            inputs,
            jac,
            column: 0,
        }
    }

    /// The next columns: the adjoints of the next inputs.
    #[inline(always)]
    pub fn columns<const N: usize>(&mut self, adjoints: &impl Entries<Abreast<F, N>>) {
        adjoints.each(&mut |adjoint: Abreast<F, N>| {
            for row in 0..N {
                self.jac[row * self.inputs + self.column] = adjoint.of_row(row);
            }
            self.column += 1;
        });
    }
}

/// Panics if the buffer `jac` has not one element for each output and input.
#[inline]
#[track_caller]
pub fn jacobian_fits(outputs: usize, inputs: usize, length: usize) {
    assert!(
        outputs * inputs == length,
        "`jac` has length {length}, but a {outputs}×{inputs} Jacobian needs {}",
        outputs * inputs
    );
}

/// Whether rows are cheaper than columns.
pub fn rows_are_cheaper(outputs: usize, inputs: usize) -> bool {
    cost_of_rows(outputs) < cost_of_columns(inputs)
}

/// Both sweeps for so many rows: each costs about as much as three evaluations.
pub(crate) fn cost_of_rows(count: usize) -> usize {
    3 * count
}

/// Forward mode for so many columns: a block of them costs about as much as four evaluations.
pub(crate) fn cost_of_columns(count: usize) -> usize {
    4 * count.div_ceil(BLOCK)
}

/// The Hessian of a float, forward over reverse: `hess[i * inputs + j]`. `pull` runs both sweeps at inputs from the
/// directions and visits the gradient. Symmetric to the last bit.
pub fn hessian<F: Real>(
    inputs: usize,
    hess: &mut [F],
    mut pull: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)),
) {
    for first in (0..inputs).step_by(BLOCK) {
        let width = BLOCK.min(inputs - first);
        let mut i = 0;
        pull(&mut Directions::new(None, first), &mut |partial| {
            // On and below the diagonal, and the same above.
            for (k, second) in partial
                .tangents
                .iter()
                .take(width)
                .enumerate()
                .filter(|(k, _)| first + k <= i)
            {
                hess[i * inputs + first + k] = *second;
                hess[(first + k) * inputs + i] = *second;
            }
            i += 1;
        });
    }
}

/// Hands out inputs with two nested tangents.
pub struct Pair {
    first: usize,
    second: usize,
    next: usize,
}

impl Pair {
    /// The next input, in order.
    pub fn input<F: Real>(&mut self, value: F) -> Dual<Dual<F>> {
        let unit = |on: bool| if on { F::one() } else { F::zero() };
        let inner = Dual::new(value, unit(self.next == self.first));
        let outer = Dual::constant(unit(self.next == self.second));
        self.next += 1;
        Dual::new(inner, outer)
    }
}

/// The Hessian of each of several outputs: `hess[(o * inputs + i) * inputs + j]`.
pub fn hessians<F: Real>(
    inputs: usize,
    mut evaluate: impl FnMut(&mut Pair, &mut dyn FnMut(Dual<Dual<F>>)),
    hess: &mut [F],
) {
    for first in 0..inputs {
        for second in 0..=first {
            let mut o = 0;
            evaluate(
                &mut Pair {
                    first,
                    second,
                    next: 0,
                },
                &mut |output| {
                    for (i, j) in [(first, second), (second, first)] {
                        if let Some(place) = hess.get_mut((o * inputs + i) * inputs + j) {
                            *place = output.tangent.tangent;
                        }
                    }
                    o += 1;
                },
            );
        }
    }
}
