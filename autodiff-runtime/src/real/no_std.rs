//! The elementary functions without `std`: those of `libm` under `std`'s names, and the few that `std` builds from others.

macro_rules! derived {
    ($float:ident) => {
        pub fn log(x: $float, base: $float) -> $float {
            ln(x) / ln(base)
        }

        pub fn fract(x: $float) -> $float {
            x - trunc(x)
        }

        /// By repeated squaring, in the order of compiler-rt's `__powidf2`.
        pub fn powi(x: $float, n: i32) -> $float {
            let (mut square, mut remaining, mut power) = (x, n.unsigned_abs(), 1.0);
            while remaining != 0 {
                if remaining % 2 == 1 {
                    power *= square;
                }
                square *= square;
                remaining /= 2;
            }
            if n < 0 { 1.0 / power } else { power }
        }

        pub fn rem_euclid(x: $float, divisor: $float) -> $float {
            let remainder = x % divisor;
            if remainder < 0.0 {
                remainder + divisor.abs()
            } else {
                remainder
            }
        }

        pub fn div_euclid(x: $float, divisor: $float) -> $float {
            let quotient = trunc(x / divisor);
            if x % divisor < 0.0 {
                return if divisor > 0.0 {
                    quotient - 1.0
                } else {
                    quotient + 1.0
                };
            }
            quotient
        }
    };
}

pub(super) mod f64 {
    pub use libm::{
        acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, ceil, cos, cosh, exp, exp2,
        expm1 as exp_m1, floor, fma as mul_add, hypot, log as ln, log1p as ln_1p, log2, log10,
        pow as powf, rint as round_ties_even, round, sin, sincos as sin_cos, sinh, sqrt, tan, tanh,
        trunc,
    };
    derived!(f64);
}

pub(super) mod f32 {
    pub use libm::{
        acosf as acos, acoshf as acosh, asinf as asin, asinhf as asinh, atan2f as atan2,
        atanf as atan, atanhf as atanh, cbrtf as cbrt, ceilf as ceil, cosf as cos, coshf as cosh,
        exp2f as exp2, expf as exp, expm1f as exp_m1, floorf as floor, fmaf as mul_add,
        hypotf as hypot, log1pf as ln_1p, log2f as log2, log10f as log10, logf as ln, powf,
        rintf as round_ties_even, roundf as round, sincosf as sin_cos, sinf as sin, sinhf as sinh,
        sqrtf as sqrt, tanf as tan, tanhf as tanh, truncf as trunc,
    };
    derived!(f32);
}
