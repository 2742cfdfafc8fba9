//! Easing functions of time `t`, beginning `b`, change `c` and duration `d`.
//!
//! Restated from the crate easer 0.3.0, `src/functions/*.rs`, MIT, Copyright (c) 2016 orhanbalci.
//! Adapted: the methods of `impl<F: Float> Easing<F> for X` stand in `impl X`, the type parameter on each.

use num_traits::{Float, FloatConst};

/// Casts a literal f64 to an appropriate `Float` value
#[inline]
pub fn f<F: Float>(x: f64) -> F {
    F::from(x).expect("cast failed, are you using non f32,f64 types?")
}

macro_rules! cast_constants {
    ($t:ty; $( $name:ident=$val:expr ),+) => {
        $(
            let $name: $t = f($val as f64);
        )+
    }
}

// src/functions/linear.rs
pub struct Linear;

impl Linear {
    //@easer_Linear_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        c * t / d + b
    }

    //@easer_Linear_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        c * t / d + b
    }

    //@easer_Linear_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        c * t / d + b
    }
}

// src/functions/quad.rs
pub struct Quad;

impl Quad {
    //@easer_Quad_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d;
        c * t * t + b
    }

    //@easer_Quad_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d;
        -c * t * (t - f(2.0)) + b
    }

    //@easer_Quad_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / (d / f(2.0));
        if t < f(1.0) {
            c / f(2.0) * t * t + b
        } else {
            let t = t - f(1.0);
            -c / f(2.0) * (t * (t - f(2.0)) - f(1.0)) + b
        }
    }
}

// src/functions/cubic.rs
pub struct Cubic;

impl Cubic {
    //@easer_Cubic_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d;
        c * (t * t * t) + b
    }

    //@easer_Cubic_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d - f(1.0);
        c * ((t * t * t) + f(1.0)) + b
    }

    //@easer_Cubic_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / (d / f(2.0));
        if t < f(1.0) {
            c / f(2.0) * (t * t * t) + b
        } else {
            let t = t - f(2.0);
            c / f(2.0) * (t * t * t + f(2.0)) + b
        }
    }
}

// src/functions/quart.rs
pub struct Quart;

impl Quart {
    //@easer_Quart_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d;
        c * (t * t * t * t) + b
    }

    //@easer_Quart_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d - f(1.0);
        -c * ((t * t * t * t) - f(1.0)) + b
    }

    //@easer_Quart_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / (d / f(2.0));
        if t < f(1.0) {
            c / f(2.0) * (t * t * t * t) + b
        } else {
            let t = t - f(2.0);
            -c / f(2.0) * ((t * t * t * t) - f(2.0)) + b
        }
    }
}

// src/functions/quint.rs
pub struct Quint;

impl Quint {
    //@easer_Quint_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d;
        c * (t * t * t * t * t) + b
    }

    //@easer_Quint_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d - f(1.0);
        c * ((t * t * t * t * t) + f(1.0)) + b
    }

    //@easer_Quint_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / (d / f(2.0));
        if t < f(1.0) {
            (c / f(2.0)) * (t * t * t * t * t) + b
        } else {
            let t = t - f(2.0);
            c / f(2.0) * ((t * t * t * t * t) + f(2.0)) + b
        }
    }
}

// src/functions/sine.rs
pub struct Sine;

impl Sine {
    //@easer_Sine_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float + FloatConst>(t: F, b: F, c: F, d: F) -> F {
        -c * (t / d * (F::PI() / f(2.0))).cos() + c + b
    }

    //@easer_Sine_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float + FloatConst>(t: F, b: F, c: F, d: F) -> F {
        c * (t / d * (F::PI() / f(2.0))).sin() + b
    }

    //@easer_Sine_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float + FloatConst>(t: F, b: F, c: F, d: F) -> F {
        -c / f(2.0) * ((F::PI() * t / d).cos() - f(1.0)) + b
    }
}

// src/functions/circ.rs
pub struct Circ;

impl Circ {
    //@easer_Circ_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d;
        -c * ((F::one() - t * t).sqrt() - f(1.0)) + b
    }

    //@easer_Circ_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / d - f(1.0);
        c * (F::one() - t * t).sqrt() + b
    }

    //@easer_Circ_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let t = t / (d / f(2.0));
        if t < f(1.0) {
            -c / f(2.0) * ((F::one() - t * t).sqrt() - f(1.0)) + b
        } else {
            let t = t - f(2.0);
            c / f(2.0) * ((F::one() - t * t).sqrt() + f(1.0)) + b
        }
    }
}

// src/functions/expo.rs
pub struct Expo;

impl Expo {
    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _2=2, _10=10);

        if t == f(0.0) {
            b
        } else {
            c * _2.powf(_10 * (t / d - f(1.0))) + b
        }
    }

    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _2=2, _10=10);

        if t == d {
            b + c
        } else {
            c * (-_2.powf(-_10 * t / d) + f(1.0)) + b
        }
    }

    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _2=2, _10=10);

        if t == f(0.0) {
            return b;
        }
        if t == d {
            return b + c;
        }
        let t = t / (d / _2);
        if t < f(1.0) {
            c / _2 * _2.powf(_10 * (t - f(1.0))) + b
        } else {
            let t = t - f(1.0);
            c / _2 * (-(_2.powf(-_10 * t)) + _2) + b
        }
    }
}

// src/functions/back.rs
pub struct Back;

impl Back {
    //@easer_Back_ease_in
    #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let s: F = f(1.70158);
        let t = t / d;
        c * t * t * ((s + f(1.0)) * t - s) + b
    }

    //@easer_Back_ease_out
    #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let s: F = f(1.70158);
        let t = (t / d) - f(1.0);
        c * (t * t * ((s + f(1.0)) * t + s) + f(1.0)) + b
    }

    //@easer_Back_ease_in_out
    #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        let s: F = f(1.70158);
        let t = t / (d / f(2.0));
        if t < f(1.0) {
            let s = s * f(1.525);
            c / f(2.0) * (t * t * ((s + f(1.0)) * t - s)) + b
        } else {
            let t = t - f(2.0);
            let s = s * f(1.525);
            c / f(2.0) * (t * t * ((s + f(1.0)) * t + s) + f(2.0)) + b
        }
    }
}

// src/functions/elastic.rs
pub struct Elastic;

impl Elastic {
    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_in<F: Float + FloatConst>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _2=2, _10=10);

        if t == f(0.0) {
            return b;
        }

        let t = t / d;
        if t == f(1.0) {
            return b + c;
        }

        let p = d * f(0.3);
        let a = c;
        let s = p / f(4.0);
        let t = t - f(1.0);
        let post_fix = a * _2.powf(_10 * t);
        let temp = (t * d - s) * (_2 * F::PI()) / p;
        -(post_fix * temp.sin()) + b
    }

    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_out<F: Float + FloatConst>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _2=2, _10=10);

        if t == f(0.0) {
            return b;
        }

        let t = t / d;
        if t == f(1.0) {
            return b + c;
        }

        let p = d * f(0.3);
        let a = c;
        let s = p / f(4.0);
        let temp = (t * d - s) * (_2 * F::PI()) / p;
        a * _2.powf(-_10 * t) * temp.sin() + c + b
    }

    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_in_out<F: Float + FloatConst>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _2=2, _10=10, _0_5=0.5);

        if t == f(0.0) {
            return b;
        }

        let t = t / (d / _2);
        if t == _2 {
            return b + c;
        }

        let p = d * f(0.3) * f(1.5);
        let a = c;
        let s = p / f(4.0);

        if t < f(1.0) {
            let t = t - f(1.0);
            let post_fix = a * _2.powf(_10 * t);
            let temp = (t * d - s) * (_2 * F::PI()) / p;
            return -_0_5 * (post_fix * temp.sin()) + b;
        }

        let t = t - f(1.0);
        let post_fix = a * _2.powf(-_10 * t);
        let temp = (t * d - s) * (_2 * F::PI()) / p;
        post_fix * temp.sin() * f(0.5) + c + b
    }
}

// src/functions/bounce.rs
pub struct Bounce;

impl Bounce {
    //@-
    // not yet: a constant of inferred type as an argument of a call
    // #[autodiff::differentiate]
    pub fn ease_in<F: Float>(t: F, b: F, c: F, d: F) -> F {
        c - Bounce::ease_out(d - t, f(0.0), c, d) + b
    }

    //@-
    // not yet: a macro that declares variables
    // #[autodiff::differentiate]
    pub fn ease_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        cast_constants!(F; _1=1, _1_5=1.5, _2=2, _2_25=2.25, _2_5=2.5,
            _2_625=2.625, _7_5625=7.5625);

        let t = t / d;
        if t < _1 / f(2.75) {
            c * (_7_5625 * t * t) + b
        } else if t < _2 / f(2.75) {
            let t = t - _1_5 / f(2.75);
            c * (_7_5625 * t * t + f(0.75)) + b
        } else if t < _2_5 / f(2.75) {
            let t = t - _2_25 / f(2.75);
            c * (_7_5625 * t * t + f(0.9375)) + b
        } else {
            let t = t - _2_625 / f(2.75);
            c * (_7_5625 * t * t + f(0.984375)) + b
        }
    }

    //@-
    // not yet: a constant of inferred type as an argument of a call
    // #[autodiff::differentiate]
    pub fn ease_in_out<F: Float>(t: F, b: F, c: F, d: F) -> F {
        if t < (d / f(2.0)) {
            Bounce::ease_in(t * f(2.0), f(0.0), c, d) * f(0.5) + b
        } else {
            Bounce::ease_out(t * f(2.0) - d, f(0.0), c, d) * f(0.5) + c * f(0.5) + b
        }
    }
}

mod tests {
    use super::*;
    //@easer_Linear_ease_in
    scalar! { linear_ease_in: Linear::ease_in, Linear::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Linear_ease_out
    scalar! { linear_ease_out: Linear::ease_out, Linear::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Linear_ease_in_out
    scalar! { linear_ease_in_out: Linear::ease_in_out, Linear::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quad_ease_in
    scalar! { quad_ease_in: Quad::ease_in, Quad::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quad_ease_out
    scalar! { quad_ease_out: Quad::ease_out, Quad::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quad_ease_in_out
    scalar! { quad_ease_in_out: Quad::ease_in_out, Quad::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Cubic_ease_in
    scalar! { cubic_ease_in: Cubic::ease_in, Cubic::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Cubic_ease_out
    scalar! { cubic_ease_out: Cubic::ease_out, Cubic::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Cubic_ease_in_out
    scalar! { cubic_ease_in_out: Cubic::ease_in_out, Cubic::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quart_ease_in
    scalar! { quart_ease_in: Quart::ease_in, Quart::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quart_ease_out
    scalar! { quart_ease_out: Quart::ease_out, Quart::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quart_ease_in_out
    scalar! { quart_ease_in_out: Quart::ease_in_out, Quart::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quint_ease_in
    scalar! { quint_ease_in: Quint::ease_in, Quint::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quint_ease_out
    scalar! { quint_ease_out: Quint::ease_out, Quint::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Quint_ease_in_out
    scalar! { quint_ease_in_out: Quint::ease_in_out, Quint::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Sine_ease_in
    scalar! { sine_ease_in: Sine::ease_in, Sine::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Sine_ease_out
    scalar! { sine_ease_out: Sine::ease_out, Sine::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Sine_ease_in_out
    scalar! { sine_ease_in_out: Sine::ease_in_out, Sine::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Circ_ease_in
    scalar! { circ_ease_in: Circ::ease_in, Circ::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Circ_ease_out
    scalar! { circ_ease_out: Circ::ease_out, Circ::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Circ_ease_in_out
    scalar! { circ_ease_in_out: Circ::ease_in_out, Circ::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { expo_ease_in: Expo::ease_in, Expo::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { expo_ease_out: Expo::ease_out, Expo::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { expo_ease_in_out: Expo::ease_in_out, Expo::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Back_ease_in
    scalar! { back_ease_in: Back::ease_in, Back::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Back_ease_out
    scalar! { back_ease_out: Back::ease_out, Back::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    //@easer_Back_ease_in_out
    scalar! { back_ease_in_out: Back::ease_in_out, Back::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { elastic_ease_in: Elastic::ease_in, Elastic::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { elastic_ease_out: Elastic::ease_out, Elastic::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { elastic_ease_in_out: Elastic::ease_in_out, Elastic::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { bounce_ease_in: Bounce::ease_in, Bounce::ease_in_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { bounce_ease_out: Bounce::ease_out, Bounce::ease_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
    // not yet
    // scalar! { bounce_ease_in_out: Bounce::ease_in_out, Bounce::ease_in_out_value_and_grad; (t, b, c, d) at (t: f64, b: f64, c: f64, d: f64); (0.6, 0.3, 1.2, 2.1); (1.7, -0.4, 2.5, 2.0) }
}
