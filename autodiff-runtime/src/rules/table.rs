//! The table: one row per function. Nothing else in the project states a derivative of an elementary function.
//!
//! A row reads
//!
//! ```text
//! "what the partials are, for the documentation"
//! name(x, y, z | n) -> v [[probe arguments], …] { argument: d<k>(operands read; cotangent) = cotangent times partial; … }
//! ```
//!
//! `x`, `y`, `z` are the arguments in order, `n` an integer argument, `v` the function's value. A row without partials has
//! derivative zero. A partial is written with `T`'s operations and reads `v` only where `v` is a smooth function of the
//! arguments, so that running it at a dual number gives the second derivative. One that compares asks `at_points`. No probe lies on a kink or at the edge of
//! the domain.

/// Hands all rows to the macro `$callback`: `methods { rows } operators { rows }`.
macro_rules! rows {
    ($callback:ident) => { $callback! {
        methods {
            "∂/∂x = cos x"
            sin(x) -> v [[0.5], [-2.0], [4.0]] {
                x: d0(x; w) = G::product(w, x.cos());
            }
            "∂/∂x = −sin x"
            cos(x) -> v [[0.5], [-2.0], [4.0]] {
                x: d0(x; w) = G::product(w, -x.sin());
            }
            "∂/∂x = 1 + tan² x"
            tan(x) -> v [[0.5], [-1.0], [2.5]] {
                x: d0(v; w) = G::product(w, v * v + T::one());
            }
            "∂/∂x = 1 / √(1 − x²)"
            asin(x) -> v [[0.25], [-0.75], [0.9]] {
                x: d0(x; w) = G::quotient(w, one_minus_square(x).sqrt());
            }
            "∂/∂x = −1 / √(1 − x²)"
            acos(x) -> v [[0.25], [-0.75], [0.9]] {
                x: d0(x; w) = G::quotient(-w, one_minus_square(x).sqrt());
            }
            "∂/∂x = 1 / (1 + x²)"
            atan(x) -> v [[0.5], [-3.0], [8.0]] {
                x: d0(x; w) = G::quotient(w, x * x + T::one());
            }
            "∂/∂x = cosh x"
            sinh(x) -> v [[0.5], [-2.0]] {
                x: d0(x; w) = G::product(w, x.cosh());
            }
            "∂/∂x = sinh x"
            cosh(x) -> v [[0.5], [-2.0]] {
                x: d0(x; w) = G::product(w, x.sinh());
            }
            "∂/∂x = 1 − tanh² x"
            tanh(x) -> v [[0.25], [-1.5], [3.0]] {
                x: d0(v; w) = G::product(w, one_minus_square(v));
            }
            "∂/∂x = 1 / √(1 + x²)"
            asinh(x) -> v [[0.5], [-3.0]] {
                x: d0(x; w) = G::quotient(w, x.hypot(T::one()));
            }
            "∂/∂x = 1 / √(x² − 1)"
            acosh(x) -> v [[1.5], [4.0]] {
                x: d0(x; w) = G::quotient(w, (x - T::one()).sqrt() * (x + T::one()).sqrt());
            }
            "∂/∂x = 1 / (1 − x²)"
            atanh(x) -> v [[0.25], [-0.75]] {
                x: d0(x; w) = G::quotient(w, one_minus_square(x));
            }
            "∂/∂x = eˣ"
            exp(x) -> v [[0.5], [-2.0], [3.0]] {
                x: d0(v; w) = G::product(w, v);
            }
            "∂/∂x = 2ˣ ln 2"
            exp2(x) -> v [[0.5], [-2.0], [3.0]] {
                x: d0(v; w) = G::product(w, v * T::from_f64(LN_2));
            }
            "∂/∂x = eˣ"
            exp_m1(x) -> v [[0.5], [-2.0], [0.001]] {
                x: d0(x; w) = G::product(w, x.exp());
            }
            "∂/∂x = 1 / x"
            ln(x) -> v [[0.5], [3.0]] {
                x: d0(x; w) = G::quotient(w, x);
            }
            "∂/∂x = 1 / (1 + x)"
            ln_1p(x) -> v [[0.5], [-0.5], [3.0]] {
                x: d0(x; w) = G::quotient(w, x + T::one());
            }
            "∂/∂x = 1 / (x ln b), ∂/∂b = −log_b x / (b ln b)"
            log(x, y) -> v [[3.0, 2.5], [0.5, 4.0], [2.0, 0.5]] {
                x: d0(x, y; w) = G::quotient(w, x * y.ln());
                y: d1(y, v; w) = G::quotient(G::product(w, -v), y * y.ln());
            }
            "∂/∂x = 1 / (x ln 2)"
            log2(x) -> v [[0.5], [3.0]] {
                x: d0(x; w) = G::quotient(w, x * T::from_f64(LN_2));
            }
            "∂/∂x = 1 / (x ln 10)"
            log10(x) -> v [[0.5], [3.0]] {
                x: d0(x; w) = G::quotient(w, x * T::from_f64(LN_10));
            }
            "∂/∂x = 1 / (2 √x)"
            sqrt(x) -> v [[0.5], [4.0]] {
                x: d0(v; w) = G::quotient(w, v + v);
            }
            "∂/∂x = 1 / (3 ∛x²)"
            cbrt(x) -> v [[0.5], [-2.0], [8.0]] {
                x: d0(v; w) = G::quotient(w, v * v * T::from_f64(3.0));
            }
            "∂/∂x = −1 / x²"
            recip(x) -> v [[0.5], [-2.0]] {
                x: d0(v; w) = reciprocal::<G, _>(v, w);
            }
            "∂/∂x = n xⁿ⁻¹, 0 if n = 0"
            powi(x, n) -> v [[1.5, 3.0], [-1.5, 2.0], [2.0, -2.0], [0.75, 1.0], [3.0, 0.0], [-1.25, 5.0]] {
                x: d0(x, n; w) = integer_power::<G, _>(x, n, w);
            }
            "∂/∂x = y xʸ⁻¹, 0 if y = 0; ∂/∂y = xʸ ln x, 0 if x = 0"
            powf(x, y) -> v [[1.5, 2.5], [2.0, -1.5], [0.5, 3.0], [4.0, 0.0]] {
                x: d0(x, y; w) = power_base::<G, _>(x, y, w);
                y: d1(x, v; w) = power_exponent::<G, _>(x, v, w);
            }
            "∂/∂x = x / hypot, ∂/∂y = y / hypot, both 0 at the origin"
            hypot(x, y) -> v [[3.0, 4.0], [-1.0, 2.0], [0.5, -0.25]] {
                x: d0(x, v; w) = unit_component::<G, _>(x, v, w);
                y: d1(y, v; w) = unit_component::<G, _>(y, v, w);
            }
            "∂/∂x = y / (x² + y²), ∂/∂y = −x / (x² + y²) for the angle of the point (y, x)"
            atan2(x, y) -> v [[1.0, 2.0], [1.0, -2.0], [-1.0, -2.0], [-1.0, 2.0]] {
                x: d0(x, y; w) = G::product(w, inverse_component(y, x));
                y: d1(x, y; w) = G::product(w, -inverse_component(x, y));
            }
            "∂/∂x = 1 if x ≥ 0, else −1"
            abs(x) -> v [[0.5], [-2.0]] {
                x: d0(x; w) = at_points([x, w], |[x, w]| if x >= Real::zero() { w } else { -w });
            }
            "zero"
            signum(x) -> v [[0.5], [-2.0]] {}
            "∂/∂x = 1 if the signs of x and y agree, else −1; ∂/∂y = 0"
            copysign(x, y) -> v [[0.5, 2.0], [0.5, -2.0], [-0.5, 2.0], [-0.5, -2.0]] {
                x: d0(x, y; w) = at_points([x, y, w], |[x, y, w]| {
                    if x.is_sign_negative() == y.is_sign_negative() { w } else { -w }
                });
                y: d1(; _w) = T::zero();
            }
            "zero"
            floor(x) -> v [[0.25], [-1.75]] {}
            "zero"
            ceil(x) -> v [[0.25], [-1.75]] {}
            "zero"
            round(x) -> v [[0.25], [-1.75]] {}
            "zero"
            round_ties_even(x) -> v [[0.25], [-1.75]] {}
            "zero"
            trunc(x) -> v [[0.25], [-1.75]] {}
            "∂/∂x = 1"
            fract(x) -> v [[0.25], [-1.75]] {
                x: d0(; w) = w;
            }
            "1 to the smaller, one half to each at a tie; of a NaN and a number, 1 to the number"
            min(x, y) -> v [[0.5, 2.0], [2.0, 0.5]] {
                x: d0(x, y; w) = at_points([x, y, w], |[x, y, w]| share(x < y, x, y, w));
                y: d1(x, y; w) = at_points([x, y, w], |[x, y, w]| share(y < x, y, x, w));
            }
            "1 to the larger, one half to each at a tie; of a NaN and a number, 1 to the number"
            max(x, y) -> v [[0.5, 2.0], [2.0, 0.5]] {
                x: d0(x, y; w) = at_points([x, y, w], |[x, y, w]| share(x > y, x, y, w));
                y: d1(x, y; w) = at_points([x, y, w], |[x, y, w]| share(y > x, y, x, w));
            }
            "1 to x inside and at the edges, outside to the bound in force"
            clamp(x, y, z) -> v [[0.5, 0.0, 2.0], [-0.5, 0.0, 2.0], [2.5, 0.0, 2.0]] {
                x: d0(x, y, z; w) = at_points([x, y, z, w], |[x, y, z, w]| {
                    if x < y || x > z { w.__passed_over() } else { w }
                });
                y: d1(x, y; w) = at_points([x, y, w], |[x, y, w]| if x < y { w } else { w.__passed_over() });
                z: d2(x, z; w) = at_points([x, z, w], |[x, z, w]| if x > z { w } else { w.__passed_over() });
            }
            "∂/∂x = y, ∂/∂y = x, ∂/∂z = 1 for x y + z"
            mul_add(x, y, z) -> v [[0.5, -2.0, 3.0], [-1.5, 2.0, -1.0]] {
                x: d0(y; w) = G::product(w, y);
                y: d1(x; w) = G::product(w, x);
                z: d2(; w) = w;
            }
            "∂/∂x = 180 / π"
            to_degrees(x) -> v [[0.5], [-2.0]] {
                x: d0(; w) = w.to_degrees();
            }
            "∂/∂x = π / 180"
            to_radians(x) -> v [[0.5], [-2.0]] {
                x: d0(; w) = w.to_radians();
            }
            "∂/∂x = 1, ∂/∂y = −div_euclid(x, y)"
            rem_euclid(x, y) -> v [[7.25, 2.0], [-7.25, 2.0], [7.25, -2.0], [-7.25, -2.0]] {
                x: d0(; w) = w;
                y: d1(x, y; w) = G::product(w, -x.div_euclid(y));
            }
            "zero"
            div_euclid(x, y) -> v [[7.25, 2.0], [-7.25, 2.0]] {}
            "∂/∂x = ∂/∂y = 1/2"
            midpoint(x, y) -> v [[0.5, 2.0], [-1.5, 0.25]] {
                x: d0(; w) = w * T::from_f64(0.5);
                y: d1(; w) = w * T::from_f64(0.5);
            }
            "∂/∂x = 1"
            next_up(x) -> v [[0.5], [-2.0]] {
                x: d0(; w) = w;
            }
            "∂/∂x = 1"
            next_down(x) -> v [[0.5], [-2.0]] {
                x: d0(; w) = w;
            }
        }
        operators {
            "∂/∂x = 1, ∂/∂y = −trunc(x / y)"
            rem(x, y) -> v [[7.25, 2.0], [-7.25, 2.0], [7.25, -2.0], [-7.25, -2.0]] {
                x: d0(; w) = w;
                y: d1(x, y; w) = G::product(w, -(x / y).trunc());
            }
        }
    } };
}

pub(crate) use rows;
