//! Easing functions.
//!
//! Restated from the crate keyframe 1.1.1, `src/functions/static_functions.rs`, MIT, Copyright (c) 2019 Hannes Mann.
//! Adapted: the methods of `impl EasingFunction for X` stand in `impl X`.

pub struct Linear;

impl Linear {
    //@kf_Linear
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x
    }
}

pub struct Step;

impl Step {
    //@kf_Step
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x.round()
    }
}

pub struct Hold;

impl Hold {
    //@-
    // not yet: the result is a constant: rightly refused
    // #[autodiff::differentiate]
    pub fn y(&self, _x: f64) -> f64 {
        0.0
    }
}

pub struct EaseInQuad;

impl EaseInQuad {
    //@kf_EaseInQuad
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x * x
    }
}

pub struct EaseOutQuad;

impl EaseOutQuad {
    //@kf_EaseOutQuad
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x * (2.0 - x)
    }
}

pub struct EaseInOutQuad;

impl EaseInOutQuad {
    //@kf_EaseInOutQuad
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        if x < 0.5 {
            2.0 * x * x
        } else {
            -1.0 + (4.0 - 2.0 * x) * x
        }
    }
}

pub struct EaseInCubic;

impl EaseInCubic {
    //@kf_EaseInCubic
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x * x * x
    }
}

pub struct EaseOutCubic;

impl EaseOutCubic {
    //@kf_EaseOutCubic
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        let x_minus_one = x - 1.0;
        1.0 + x_minus_one * x_minus_one * x_minus_one
    }
}

pub struct EaseInOutCubic;

impl EaseInOutCubic {
    //@kf_EaseInOutCubic
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        if x < 0.5 {
            4.0 * x * x * x
        } else {
            let x_minus_one = x - 1.0;
            x_minus_one * (2.0 * x - 2.0) * (2.0 * x - 2.0) + 1.0
        }
    }
}

pub struct EaseInQuart;

impl EaseInQuart {
    //@kf_EaseInQuart
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x * x * x * x
    }
}

pub struct EaseOutQuart;

impl EaseOutQuart {
    //@kf_EaseOutQuart
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        let x_minus_one = x - 1.0;
        1.0 - x_minus_one * x_minus_one * x_minus_one * x_minus_one
    }
}

pub struct EaseInOutQuart;

impl EaseInOutQuart {
    //@kf_EaseInOutQuart
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        if x < 0.5 {
            8.0 * x * x * x * x
        } else {
            let x_minus_one = x - 1.0;
            1.0 - 8.0 * x_minus_one * x_minus_one * x_minus_one * x_minus_one
        }
    }
}

pub struct EaseInQuint;

impl EaseInQuint {
    //@kf_EaseInQuint
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        x * x * x * x * x
    }
}

pub struct EaseOutQuint;

impl EaseOutQuint {
    //@kf_EaseOutQuint
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        let x_minus_one = x - 1.0;
        1.0 + x_minus_one * x_minus_one * x_minus_one * x_minus_one * x_minus_one
    }
}

pub struct EaseInOutQuint;

impl EaseInOutQuint {
    //@kf_EaseInOutQuint
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        if x < 0.5 {
            16.0 * x * x * x * x * x
        } else {
            let x_minus_one = x - 1.0;
            1.0 + 16.0 * x_minus_one * x_minus_one * x_minus_one * x_minus_one * x_minus_one
        }
    }
}

pub struct EaseIn;

impl EaseIn {
    //@kf_EaseIn
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        ((x - 1.0) * core::f64::consts::FRAC_PI_2).sin() + 1.0
    }
}

pub struct EaseOut;

impl EaseOut {
    //@kf_EaseOut
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        (x * core::f64::consts::FRAC_PI_2).sin()
    }
}

pub struct EaseInOut;

impl EaseInOut {
    //@kf_EaseInOut
    #[autodiff::differentiate]
    pub fn y(&self, x: f64) -> f64 {
        0.5 * (1.0 - (x * core::f64::consts::PI).cos())
    }
}

mod tests {
    use super::*;
    //@kf_Linear
    scalar! { linear: Linear::y, Linear::y_value_and_grad; (&Linear, x) at (x: f64); (0.3); (0.8) }
    //@kf_Step
    scalar! { step: Step::y, Step::y_value_and_grad; (&Step, x) at (x: f64); (0.3); (0.8) }
    // not yet
    // scalar! { hold: Hold::y, Hold::y_value_and_grad; (&Hold, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInQuad
    scalar! { ease_in_quad: EaseInQuad::y, EaseInQuad::y_value_and_grad; (&EaseInQuad, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseOutQuad
    scalar! { ease_out_quad: EaseOutQuad::y, EaseOutQuad::y_value_and_grad; (&EaseOutQuad, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInOutQuad
    scalar! { ease_in_out_quad: EaseInOutQuad::y, EaseInOutQuad::y_value_and_grad; (&EaseInOutQuad, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInCubic
    scalar! { ease_in_cubic: EaseInCubic::y, EaseInCubic::y_value_and_grad; (&EaseInCubic, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseOutCubic
    scalar! { ease_out_cubic: EaseOutCubic::y, EaseOutCubic::y_value_and_grad; (&EaseOutCubic, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInOutCubic
    scalar! { ease_in_out_cubic: EaseInOutCubic::y, EaseInOutCubic::y_value_and_grad; (&EaseInOutCubic, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInQuart
    scalar! { ease_in_quart: EaseInQuart::y, EaseInQuart::y_value_and_grad; (&EaseInQuart, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseOutQuart
    scalar! { ease_out_quart: EaseOutQuart::y, EaseOutQuart::y_value_and_grad; (&EaseOutQuart, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInOutQuart
    scalar! { ease_in_out_quart: EaseInOutQuart::y, EaseInOutQuart::y_value_and_grad; (&EaseInOutQuart, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInQuint
    scalar! { ease_in_quint: EaseInQuint::y, EaseInQuint::y_value_and_grad; (&EaseInQuint, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseOutQuint
    scalar! { ease_out_quint: EaseOutQuint::y, EaseOutQuint::y_value_and_grad; (&EaseOutQuint, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInOutQuint
    scalar! { ease_in_out_quint: EaseInOutQuint::y, EaseInOutQuint::y_value_and_grad; (&EaseInOutQuint, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseIn
    scalar! { ease_in: EaseIn::y, EaseIn::y_value_and_grad; (&EaseIn, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseOut
    scalar! { ease_out: EaseOut::y, EaseOut::y_value_and_grad; (&EaseOut, x) at (x: f64); (0.3); (0.8) }
    //@kf_EaseInOut
    scalar! { ease_in_out: EaseInOut::y, EaseInOut::y_value_and_grad; (&EaseInOut, x) at (x: f64); (0.3); (0.8) }
}
