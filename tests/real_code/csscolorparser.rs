//! Conversions between colour spaces, many of them `const fn`.
//!
//! Restated from the crate csscolorparser 0.9.0, `src/utils.rs` and `src/lab.rs`, MIT OR Apache-2.0, Copyright (c) 2020 Nor
//! Khasyatillah. Adapted: `f32` is `f64`, for the sake of difference quotients.

use std::f64::consts::{PI, TAU};

// src/utils.rs
const PI_3: f64 = PI * 3.0;

// Converts linear RGB components to CIE XYZ (D65 white point).
#[autodiff::differentiate]
pub fn linear_rgb_to_xyz_d65(r: f64, g: f64, b: f64) -> [f64; 3] {
    let x = 0.4124564 * r + 0.3575761 * g + 0.1804375 * b;
    let y = 0.2126729 * r + 0.7151522 * g + 0.0721750 * b;
    let z = 0.0193339 * r + 0.119192 * g + 0.9503041 * b;
    [x, y, z]
}

// Converts CIE XYZ (D65 white point) to linear RGB components.
#[autodiff::differentiate]
pub fn xyz_d65_to_linear_rgb(x: f64, y: f64, z: f64) -> [f64; 3] {
    let r = 3.2404542 * x - 1.5371385 * y - 0.4985314 * z;
    let g = -0.969266 * x + 1.8760108 * y + 0.0415560 * z;
    let b = 0.0556434 * x - 0.2040259 * y + 1.0572252 * z;
    [r, g, b]
}

#[autodiff::differentiate]
pub fn oklab_to_linear_rgb(l: f64, a: f64, b: f64) -> [f64; 3] {
    let l_ = (l + 0.3963377774 * a + 0.2158037573 * b).powi(3);
    let m_ = (l - 0.1055613458 * a - 0.0638541728 * b).powi(3);
    let s_ = (l - 0.0894841775 * a - 1.2914855480 * b).powi(3);
    let r = 4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_;
    let g = -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_;
    let b = -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_;
    [r, g, b]
}

#[autodiff::differentiate]
pub fn linear_rgb_to_oklab(r: f64, g: f64, b: f64) -> [f64; 3] {
    let l_ = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b).cbrt();
    let m_ = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b).cbrt();
    let s_ = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b).cbrt();
    let l = 0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_;
    let a = 1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_;
    let b = 0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_;
    [l, a, b]
}

#[autodiff::differentiate]
pub const fn hue_to_rgb(n1: f64, n2: f64, h: f64) -> f64 {
    let h = modulo(h, 6.0);

    if h < 1.0 {
        return n1 + ((n2 - n1) * h);
    }

    if h < 3.0 {
        return n2;
    }

    if h < 4.0 {
        return n1 + ((n2 - n1) * (4.0 - h));
    }

    n1
}

// h = 0..360
// s, l = 0..1
// r, g, b = 0..1
#[autodiff::differentiate]
pub const fn hsl_to_rgb(h: f64, s: f64, l: f64) -> [f64; 3] {
    if s.abs() < f64::EPSILON {
        return [l, l, l];
    }

    let n2 = if l < 0.5 {
        l * (1.0 + s)
    } else {
        l + s - (l * s)
    };

    let n1 = 2.0 * l - n2;
    let h = h / 60.0;
    let r = hue_to_rgb(n1, n2, h + 2.0);
    let g = hue_to_rgb(n1, n2, h);
    let b = hue_to_rgb(n1, n2, h - 2.0);
    [r, g, b]
}

#[autodiff::differentiate]
pub const fn hwb_to_rgb(hue: f64, white: f64, black: f64) -> [f64; 3] {
    if white + black >= 1.0 {
        let l = white / (white + black);
        return [l, l, l];
    }

    let [r, g, b] = hsl_to_rgb(hue, 1.0, 0.5);
    let r = r * (1.0 - white - black) + white;
    let g = g * (1.0 - white - black) + white;
    let b = b * (1.0 - white - black) + white;
    [r, g, b]
}

#[autodiff::differentiate]
pub const fn hsv_to_hsl(h: f64, s: f64, v: f64) -> [f64; 3] {
    let l = (2.0 - s) * v / 2.0;

    let s = if l.abs() > f64::EPSILON {
        if (l - 1.0).abs() < f64::EPSILON {
            0.0
        } else if l < 0.5 {
            s * v / (l * 2.0)
        } else {
            s * v / (2.0 - l * 2.0)
        }
    } else {
        s
    };

    [h, s, l]
}

#[autodiff::differentiate]
pub const fn hsv_to_rgb(h: f64, s: f64, v: f64) -> [f64; 3] {
    let [h, s, l] = hsv_to_hsl(h, s, v);
    hsl_to_rgb(h, s, l)
}

#[autodiff::differentiate]
pub const fn rgb_to_hsv(r: f64, g: f64, b: f64) -> [f64; 3] {
    let v = r.max(g.max(b));
    let d = v - r.min(g.min(b));

    if d.abs() < f64::EPSILON {
        return [0.0, 0.0, v];
    }

    let s = d / v;
    let dr = (v - r) / d;
    let dg = (v - g) / d;
    let db = (v - b) / d;

    let h = if (r - v).abs() < f64::EPSILON {
        db - dg
    } else if (g - v).abs() < f64::EPSILON {
        2.0 + dr - db
    } else {
        4.0 + dg - dr
    };

    let h = (h * 60.0) % 360.0;
    [normalize_angle(h), s, v]
}

#[autodiff::differentiate]
pub const fn rgb_to_hsl(r: f64, g: f64, b: f64) -> [f64; 3] {
    let min = r.min(g.min(b));
    let max = r.max(g.max(b));
    let l = (max + min) / 2.0;

    if (min - max).abs() < f64::EPSILON {
        return [0.0, 0.0, l];
    }

    let d = max - min;

    let s = if l < 0.5 {
        d / (max + min)
    } else {
        d / (2.0 - max - min)
    };

    let dr = (max - r) / d;
    let dg = (max - g) / d;
    let db = (max - b) / d;

    let h = if (r - max).abs() < f64::EPSILON {
        db - dg
    } else if (g - max).abs() < f64::EPSILON {
        2.0 + dr - db
    } else {
        4.0 + dg - dr
    };

    let h = (h * 60.0) % 360.0;
    [normalize_angle(h), s, l]
}

#[autodiff::differentiate]
pub const fn rgb_to_hwb(r: f64, g: f64, b: f64) -> [f64; 3] {
    let [hue, _, _] = rgb_to_hsl(r, g, b);
    let white = r.min(g.min(b));
    let black = 1.0 - r.max(g.max(b));
    [hue, white, black]
}

#[inline]
#[autodiff::differentiate]
pub const fn normalize_angle(t: f64) -> f64 {
    ((t % 360.0) + 360.0) % 360.0
}

#[inline]
#[autodiff::differentiate]
pub const fn interp_angle(a0: f64, a1: f64, t: f64) -> f64 {
    let delta = (((a1 - a0) % 360.0) + 540.0) % 360.0 - 180.0;
    (a0 + t * delta + 360.0) % 360.0
}

#[inline]
#[autodiff::differentiate]
pub const fn interp_angle_rad(a0: f64, a1: f64, t: f64) -> f64 {
    let delta = (((a1 - a0) % TAU) + PI_3) % TAU - PI;
    (a0 + t * delta + TAU) % TAU
}

#[inline]
#[autodiff::differentiate]
pub const fn modulo(x: f64, n: f64) -> f64 {
    (x % n + n) % n
}

// Map t from range [a, b] to range [c, d]
#[inline]
#[autodiff::differentiate]
pub const fn remap(t: f64, a: f64, b: f64, c: f64, d: f64) -> f64 {
    (t - a) * ((d - c) / (b - a)) + c
}

// src/lab.rs
// Standard D50 Illuminant values for CIE LAB (Normalized to Y = 1.0)
const D50_X: f64 = 0.96422;
const D50_Y: f64 = 1.00000;
const D50_Z: f64 = 0.82521;

const DELTA: f64 = 6.0 / 29.0;
const DELTA2: f64 = DELTA * DELTA;
const DELTA3: f64 = DELTA2 * DELTA;

// Helper function for LAB to D50 XYZ conversion
#[autodiff::differentiate]
pub const fn lab_to_xyz(l: f64, a: f64, b: f64) -> [f64; 3] {
    let fy = (l + 16.0) / 116.0;
    let fx = fy + a / 500.0;
    let fz = fy - b / 200.0;

    const fn lab_f(t: f64) -> f64 {
        if t > DELTA {
            t * t * t
        } else {
            (t - 16.0 / 116.0) * 3.0 * DELTA2
        }
    }

    let x = D50_X * lab_f(fx);
    let y = D50_Y * lab_f(fy);
    let z = D50_Z * lab_f(fz);
    [x, y, z]
}

// Convert D50 XYZ to linear sRGB (D65) using CSS Color 4 Bradford Matrix
#[autodiff::differentiate]
pub const fn xyz_d50_to_linear_rgb(x: f64, y: f64, z: f64) -> [f64; 3] {
    let r = 3.1338561 * x - 1.6168667 * y - 0.4906146 * z;
    let g = -0.9787684 * x + 1.9161415 * y + 0.0334540 * z;
    let b = 0.0719453 * x - 0.2289914 * y + 1.4052427 * z;
    [r, g, b]
}

// Convert linear sRGB (D65) to D50 XYZ using CSS Color 4 Bradford Matrix
#[autodiff::differentiate]
pub const fn linear_rgb_to_xyz_d50(r: f64, g: f64, b: f64) -> [f64; 3] {
    let x = 0.4360747 * r + 0.3850649 * g + 0.1430804 * b;
    let y = 0.2225045 * r + 0.7168786 * g + 0.0606169 * b;
    let z = 0.0139322 * r + 0.0971045 * g + 0.7141733 * b;
    [x, y, z]
}

// Helper function for D50 XYZ to LAB conversion
#[autodiff::differentiate]
pub fn xyz_to_lab(x: f64, y: f64, z: f64) -> [f64; 3] {
    let lab_f = |t: f64| -> f64 {
        if t > DELTA3 {
            t.cbrt()
        } else {
            (t / (3.0 * DELTA2)) + (4.0 / 29.0)
        }
    };

    let fx = lab_f(x / D50_X);
    let fy = lab_f(y / D50_Y);
    let fz = lab_f(z / D50_Z);

    let l = 116.0 * fy - 16.0;
    let a = 500.0 * (fx - fy);
    let b = 200.0 * (fy - fz);

    [l, a, b]
}

// Convert CIELAB (L*a*b*) to linear RGB
// L: [0, 100], a: [-128, 127], b: [-128, 127]
// Returns RGB in [0, 1] range
#[autodiff::differentiate]
pub const fn lab_to_linear_rgb(l: f64, a: f64, b: f64) -> [f64; 3] {
    let [x, y, z] = lab_to_xyz(l, a, b);
    xyz_d50_to_linear_rgb(x, y, z)
}

// Convert linear RGB to CIELAB (L*a*b*)
// RGB components in [0, 1] range
// Returns [L, a, b] with L: [0, 100], a: [-128, 127], b: [-128, 127]
#[autodiff::differentiate]
pub fn linear_rgb_to_lab(r: f64, g: f64, b: f64) -> [f64; 3] {
    let [x, y, z] = linear_rgb_to_xyz_d50(r, g, b);
    xyz_to_lab(x, y, z)
}

mod tests {
    vector! { linear_rgb_to_xyz_d65: super::linear_rgb_to_xyz_d65, super::linear_rgb_to_xyz_d65_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { xyz_d65_to_linear_rgb: super::xyz_d65_to_linear_rgb, super::xyz_d65_to_linear_rgb_vjp; (x, y, z) at (x: f64, y: f64, z: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { oklab_to_linear_rgb: super::oklab_to_linear_rgb, super::oklab_to_linear_rgb_vjp; (l, a, b) at (l: f64, a: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { linear_rgb_to_oklab: super::linear_rgb_to_oklab, super::linear_rgb_to_oklab_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    scalar! { hue_to_rgb: super::hue_to_rgb, super::hue_to_rgb_value_and_grad; (n1, n2, h) at (n1: f64, n2: f64, h: f64); (0.7, 0.2, 1.3); (0.3, 0.6, 4.2) }
    vector! { hsl_to_rgb: super::hsl_to_rgb, super::hsl_to_rgb_vjp; (h, s, l) at (h: f64, s: f64, l: f64); (77.0, 0.4, 0.3); (210.0, 0.7, 0.8) }
    vector! { hwb_to_rgb: super::hwb_to_rgb, super::hwb_to_rgb_vjp; (hue, white, black) at (hue: f64, white: f64, black: f64); (77.0, 0.2, 0.3); (210.0, 0.7, 0.8) }
    vector! { hsv_to_hsl: super::hsv_to_hsl, super::hsv_to_hsl_vjp; (h, s, v) at (h: f64, s: f64, v: f64); (77.0, 0.4, 0.3); (210.0, 0.7, 0.9) }
    vector! { hsv_to_rgb: super::hsv_to_rgb, super::hsv_to_rgb_vjp; (h, s, v) at (h: f64, s: f64, v: f64); (77.0, 0.4, 0.3); (210.0, 0.7, 0.9) }
    vector! { rgb_to_hsv: super::rgb_to_hsv, super::rgb_to_hsv_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { rgb_to_hsl: super::rgb_to_hsl, super::rgb_to_hsl_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { rgb_to_hwb: super::rgb_to_hwb, super::rgb_to_hwb_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    scalar! { normalize_angle: super::normalize_angle, super::normalize_angle_value_and_grad; (t) at (t: f64); (-75.25); (470.5) }
    scalar! { interp_angle: super::interp_angle, super::interp_angle_value_and_grad; (a0, a1, t) at (a0: f64, a1: f64, t: f64); (20.0, 310.0, 0.3); (200.0, 250.0, 0.6) }
    scalar! { interp_angle_rad: super::interp_angle_rad, super::interp_angle_rad_value_and_grad; (a0, a1, t) at (a0: f64, a1: f64, t: f64); (0.2, 5.1, 0.3); (2.0, 3.5, 0.6) }
    scalar! { modulo: super::modulo, super::modulo_value_and_grad; (x, n) at (x: f64, n: f64); (-75.25, 7.5); (470.5, 3.0) }
    scalar! { remap: super::remap, super::remap_value_and_grad; (t, a, b, c, d) at (t: f64, a: f64, b: f64, c: f64, d: f64); (0.3, 0.1, 0.9, -2.0, 5.0) }
    vector! { lab_to_xyz: super::lab_to_xyz, super::lab_to_xyz_vjp; (l, a, b) at (l: f64, a: f64, b: f64); (53.0, 20.0, -30.0); (4.0, 3.0, 2.0) }
    vector! { xyz_d50_to_linear_rgb: super::xyz_d50_to_linear_rgb, super::xyz_d50_to_linear_rgb_vjp; (x, y, z) at (x: f64, y: f64, z: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { linear_rgb_to_xyz_d50: super::linear_rgb_to_xyz_d50, super::linear_rgb_to_xyz_d50_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { xyz_to_lab: super::xyz_to_lab, super::xyz_to_lab_vjp; (x, y, z) at (x: f64, y: f64, z: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
    vector! { lab_to_linear_rgb: super::lab_to_linear_rgb, super::lab_to_linear_rgb_vjp; (l, a, b) at (l: f64, a: f64, b: f64); (53.0, 20.0, -30.0); (4.0, 3.0, 2.0) }
    vector! { linear_rgb_to_lab: super::linear_rgb_to_lab, super::linear_rgb_to_lab_vjp; (r, g, b) at (r: f64, g: f64, b: f64); (0.7, 0.2, 0.4); (0.15, 0.35, 0.8) }
}
