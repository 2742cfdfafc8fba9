//! `Real` for `Taylor`: which way each function is developed.

use super::Taylor;
use super::arithmetic::{convolution, divide, multiply_cotangent};
use super::recurrences::{
    cube_root, exponential, hypotenuse, integer_power, integral, power, sine_and_cosine, slope,
    square_root, tangent,
};
use crate::Real;
use crate::real::forward::{combine, primal};
use crate::rules::{self, Guarded, operand_type, quotient, rows};
use alloc::vec::Vec;
use core::array;
use core::f64::consts::LN_2;

/// One method per row of the table. A row that is neither named as one with a recurrence of its own nor as locally linear
/// is integrated, and then must not read its value, which does not exist yet: such a row does not compile.
macro_rules! methods {
    (methods { $($formula:literal $name:ident $arguments:tt -> $v:ident $probes:tt $partials:tt)* } operators $operators:tt) => {
        $(method! { $name $arguments $v $partials })*
    };
}

macro_rules! method {
    (sin $($row:tt)*) => {};
    (cos $($row:tt)*) => {};
    (tan $($row:tt)*) => {};
    (sinh $($row:tt)*) => {};
    (cosh $($row:tt)*) => {};
    (tanh $($row:tt)*) => {};
    (exp $($row:tt)*) => {};
    (exp2 $($row:tt)*) => {};
    (exp_m1 $($row:tt)*) => {};
    (log $($row:tt)*) => {};
    (sqrt $($row:tt)*) => {};
    (cbrt $($row:tt)*) => {};
    (recip $($row:tt)*) => {};
    (powi $($row:tt)*) => {};
    (powf $($row:tt)*) => {};
    (hypot $($row:tt)*) => {};
    (mul_add $($row:tt)*) => {};

    (abs $($row:tt)*) => { locally_linear! { abs $($row)* } };
    (signum $($row:tt)*) => { locally_linear! { signum $($row)* } };
    (copysign $($row:tt)*) => { locally_linear! { copysign $($row)* } };
    (floor $($row:tt)*) => { locally_linear! { floor $($row)* } };
    (ceil $($row:tt)*) => { locally_linear! { ceil $($row)* } };
    (round $($row:tt)*) => { locally_linear! { round $($row)* } };
    (round_ties_even $($row:tt)*) => { locally_linear! { round_ties_even $($row)* } };
    (trunc $($row:tt)*) => { locally_linear! { trunc $($row)* } };
    (fract $($row:tt)*) => { locally_linear! { fract $($row)* } };
    (min $($row:tt)*) => { locally_linear! { min $($row)* } };
    (max $($row:tt)*) => { locally_linear! { max $($row)* } };
    (clamp $($row:tt)*) => { locally_linear! { clamp $($row)* } };
    (to_degrees $($row:tt)*) => { locally_linear! { to_degrees $($row)* } };
    (to_radians $($row:tt)*) => { locally_linear! { to_radians $($row)* } };
    (rem_euclid $($row:tt)*) => { locally_linear! { rem_euclid $($row)* } };
    (div_euclid $($row:tt)*) => { locally_linear! { div_euclid $($row)* } };
    (midpoint $($row:tt)*) => { locally_linear! { midpoint $($row)* } };
    (next_up $($row:tt)*) => { locally_linear! { next_up $($row)* } };
    (next_down $($row:tt)*) => { locally_linear! { next_down $($row)* } };

    ($($row:tt)*) => { integrated! { $($row)* } };
}

macro_rules! locally_linear {
    ($name:ident ($x:ident $(, $y:ident)*) $v:ident {
        $($argument:ident: $partial:ident($($read:ident),*; $cotangent:ident) = $rule:expr;)*
    }) => {
        fn $name(self $(, $y: operand_type!($y Self))*) -> Self {
            let $x = self;
            let $v = $x.primal().$name($(primal!($y $y)),*);
            combine!($v; $([$argument, |coefficient| rules::$name::$partial(Guarded, $(primal!($read $read),)* coefficient)])*)
        }
    };
}

macro_rules! integrated {
    ($name:ident ($x:ident $(, $y:ident)*) $v:ident {
        $($argument:ident: $partial:ident($($read:ident),*; $cotangent:ident) = $rule:expr;)*
    }) => {
        fn $name(self $(, $y: Self)*) -> Self {
            let $x = self;
            let value = $x.primal().$name($($y.primal()),*);
            integral(value, Self::zero() $(+ rules::$name::$partial(Guarded, $($read,)* slope($argument)))*)
        }
    };
}

impl<T: Real, const K: usize> Real for Taylor<T, K> {
    type Base = T::Base;

    from_constants!();

    #[inline(always)]
    fn base(self) -> T::Base {
        self.primal().base()
    }
    #[inline(always)]
    fn zero() -> Self {
        Self::constant(T::zero())
    }
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.coefficients.iter().all(T::is_zero)
    }
    const __DEPTH: usize = T::__DEPTH + 1;
    const __SERIES: bool = true;
    one_point!();
    type __Inner = Self;
    fn __extend(
        inputs: &[Self],
        primal: &dyn Fn(&[f64]) -> f64,
        _: &dyn Fn(&[Self]) -> Self,
        gradient: &dyn Fn(&[Self], Self) -> Vec<Self>,
    ) -> Self {
        const {
            assert!(
                T::__DEPTH == 0,
                "Taylor series of dual numbers do not pass through rules"
            )
        };
        let point: Vec<f64> = inputs.iter().map(|x| x.value()).collect();
        let mut result = Self::constant(T::from_f64(primal(&point)));
        let known = |j: usize| inputs.iter().all(|x| !x.coefficients[j].value().is_nan());
        let order = (1..K).find(|j| !known(*j)).unwrap_or(K);
        result.cut_off(order);
        // f(x(t))' = Σ ∂f/∂x_i(x(t)) x_i(t)': coefficient k of the left side needs those below k of the right. The others are
        // not known there, so that functions whose rules are made of each other ask for less and less.
        for k in 1..order {
            let mut lower = inputs.to_vec();
            lower.iter_mut().for_each(|x| x.cut_off(k));
            let mut value = result;
            value.cut_off(k);
            let partials = gradient(&lower, value);
            let mut sum = T::zero();
            for (x, partial) in inputs.iter().zip(&partials) {
                for j in 1..=k {
                    sum += T::from_f64(j as f64) * x.coefficients[j] * partial.coefficients[k - j];
                }
            }
            result.coefficients[k] = sum / T::from_f64(k as f64);
        }
        result
    }

    #[inline(always)]
    fn __has_nan(&self) -> bool {
        self.coefficients
            .iter()
            .fold(false, |nan, c| nan | c.__has_nan())
    }
    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        multiply_cotangent(self, partial)
    }
    #[inline(always)]
    fn __scaled(self, factor: f64) -> Self {
        let value = self.primal().__scaled(factor);
        let factor = T::from_f64(factor);
        Self::new(self.coefficients.map(|c| c.__both(factor))).with_value(value)
    }
    #[inline(always)]
    fn __product_scaled(self, factor: f64) -> Self {
        Self::new(self.coefficients.map(|c| c.__product_scaled(factor)))
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        divide(self, divisor, quotient(self.primal(), divisor.primal()))
    }

    fn sin(self) -> Self {
        self.sin_cos().0
    }
    fn cos(self) -> Self {
        self.sin_cos().1
    }
    fn sin_cos(self) -> (Self, Self) {
        let [sine, cosine] = sine_and_cosine(self, self.primal().sin_cos(), -1.0);
        (sine, cosine)
    }
    fn sinh(self) -> Self {
        let [sine, _] = sine_and_cosine(self, (self.primal().sinh(), self.primal().cosh()), 1.0);
        sine
    }
    fn cosh(self) -> Self {
        let [_, cosine] = sine_and_cosine(self, (self.primal().sinh(), self.primal().cosh()), 1.0);
        cosine
    }
    fn tan(self) -> Self {
        let value = self.primal().tan();
        tangent(self, value, rules::tan::d0(Guarded, value, T::one()), 1.0)
    }
    fn tanh(self) -> Self {
        let value = self.primal().tanh();
        tangent(self, value, rules::tanh::d0(Guarded, value, T::one()), -1.0)
    }
    fn exp(self) -> Self {
        exponential(self, self.primal().exp())
    }
    fn exp2(self) -> Self {
        exponential(self * Self::from_f64(LN_2), self.primal().exp2())
    }
    fn exp_m1(self) -> Self {
        self.exp().with_value(self.primal().exp_m1())
    }
    fn log(self, base: Self) -> Self {
        divide(self.ln(), base.ln(), self.primal().log(base.primal()))
    }
    fn sqrt(self) -> Self {
        square_root(self, self.primal().sqrt())
    }
    fn cbrt(self) -> Self {
        cube_root(self, self.primal().cbrt())
    }
    fn recip(self) -> Self {
        divide(Self::one(), self, self.primal().recip())
    }
    fn powi(self, exponent: i32) -> Self {
        integer_power(self, exponent, self.primal().powi(exponent))
    }
    fn powf(self, exponent: Self) -> Self {
        power(self, exponent, self.primal().powf(exponent.primal()))
    }
    fn hypot(self, other: Self) -> Self {
        hypotenuse(self, other, self.primal().hypot(other.primal()))
    }
    fn mul_add(self, factor: Self, term: Self) -> Self {
        let (a, b, c) = (self.coefficients, factor.coefficients, term.coefficients);
        Self::new(array::from_fn(|k| {
            if k == 0 {
                a[0].mul_add(b[0], c[0])
            } else {
                convolution(&a, &b, k) + c[k]
            }
        }))
    }

    rows!(methods);
}
