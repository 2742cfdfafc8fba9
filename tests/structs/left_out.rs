//! Fields without adjoints: those left out with `skip`, those that hold no floats, and those whose type is the struct's own
//! parameter, which must not be taken for one of the others.

use super::near;
use autodiff::{Differentiable, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Damped {
    x: f64,
    #[differentiable(skip)]
    rate: f64,
}

#[differentiate]
fn product(s: &Damped) -> f64 {
    s.x * s.rate
}

#[differentiate]
fn weighted(all: &[Damped], pair: (Damped, f64)) -> f64 {
    let mut sum = pair.0.x * pair.0.rate * pair.1;
    for s in all {
        sum += s.x * s.rate;
    }
    sum
}

/// In the gradient of a struct the field is as it was.
#[test]
fn of_an_input() {
    let s = Damped { x: 2.0, rate: 3.0 };
    let expected = Damped { x: 3.0, rate: 3.0 };
    assert_eq!(product_grad(&s), expected);
    let mut buffer = Damped { x: 7.0, rate: 7.0 };
    assert_eq!(product_grad_into(&s, &mut buffer), 6.0);
    assert_eq!(buffer, expected);

    let (all, (pair, by)) = weighted_grad(&[s.clone(), s.clone()], (s.clone(), 5.0));
    assert_eq!(all, [expected.clone(), expected]);
    assert_eq!((pair, by), (Damped { x: 15.0, rate: 3.0 }, 6.0));
}

/// Of a variable of the function the field is differentiated like any other: the struct is a parameter of nobody.
#[differentiate]
fn inside(x: f64, y: f64) -> f64 {
    let s = Damped { x, rate: y };
    s.x * s.rate
}

#[differentiate]
fn across_a_call(x: f64, y: f64) -> f64 {
    let mut s = Damped { x, rate: 1.0 };
    s.rate += y * x;
    product(&s) + product(&s)
}

#[test]
fn of_a_variable() {
    assert_eq!(inside_grad(2.0, 3.0), (3.0, 2.0));
    // 2 x (1 + x y)
    assert_eq!(across_a_call_grad(2.0, 3.0), (26.0, 8.0));
}

#[differentiate]
fn built(x: f64, y: f64) -> Damped {
    Damped {
        x: x * y,
        rate: x + y,
    }
}

#[differentiate]
fn written(x: f64, out: &mut Damped) {
    out.x *= x;
    out.rate *= x;
}

/// A cotangent has nothing to say of it.
#[test]
fn of_a_cotangent() {
    let (value, gradient) = built_vjp(2.0, 5.0, Damped { x: 1.0, rate: 1e9 });
    assert_eq!(value, Damped { x: 10.0, rate: 7.0 });
    assert_eq!(gradient, (5.0, 2.0));

    let (mut out, mut cotangent) = (Damped { x: 3.0, rate: 4.0 }, Damped { x: 1.0, rate: 1e9 });
    assert_eq!(written_vjp(2.0, &mut out, &mut cotangent), 3.0);
    assert_eq!((out.x, out.rate), (6.0, 8.0));
    assert_eq!((cotangent.x, cotangent.rate), (2.0, 8.0));
}

mod by_value {
    use super::*;

    impl Damped {
        #[differentiate(wrt(self))]
        fn consumed(self, k: usize) -> f64 {
            self.x * self.rate * k as f64
        }
    }

    #[test]
    fn of_self() {
        let s = Damped { x: 2.0, rate: 3.0 };
        assert_eq!(s.clone().consumed_grad(2), Damped { x: 6.0, rate: 3.0 });
        let mut buffer = s.clone();
        s.consumed_grad_into(2, &mut buffer);
        assert_eq!(buffer, Damped { x: 6.0, rate: 3.0 });
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Linear,
    Square,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Unit<T: Copy, L: Clone> {
    w: T,
    pair: [T; 2],
    kind: Kind,
    label: L,
    marker: std::marker::PhantomData<T>,
    #[differentiable(skip)]
    any: Option<T>,
}

#[differentiate]
fn unit(u: &Unit<f64, bool>, x: f64) -> f64 {
    let z = u.w * x + u.pair[0] * u.pair[1];
    match u.kind {
        Kind::Linear => z,
        Kind::Square => z * z,
    }
}

/// A bound that does not say that `T` is a number does not make a constant of it.
#[test]
fn parameters_of_the_struct() {
    for kind in [Kind::Linear, Kind::Square] {
        let u = Unit {
            w: 2.0,
            pair: [3.0, 5.0],
            kind: kind.clone(),
            label: true,
            marker: std::marker::PhantomData,
            any: Some(8.0),
        };
        let slope = if kind == Kind::Linear { 1.0 } else { 32.0 };
        let (by_u, by_x) = unit_grad(&u, 0.5);
        near(by_u.w, 0.5 * slope);
        near(by_u.pair[0], 5.0 * slope);
        near(by_u.pair[1], 3.0 * slope);
        near(by_x, 2.0 * slope);
        assert_eq!((by_u.kind, by_u.label, by_u.any), (kind, true, Some(8.0)));
    }
}

/// What is no float in a struct with derivatives is an argument like any other constant.
mod arguments {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Layer {
        w: Vec<f64>,
        used: usize,
        order: Vec<usize>,
        negated: bool,
    }

    #[differentiate]
    fn sum(w: &[f64], used: usize, order: &[usize], negated: bool) -> f64 {
        let mut sum = 0.0;
        for k in 0..used {
            sum += w[order[k]] * w[k];
        }
        if negated { -sum } else { sum }
    }

    #[differentiate]
    fn of_a_layer(layer: &Layer, x: f64) -> f64 {
        x * sum(&layer.w, layer.used, &layer.order, layer.negated)
    }

    #[test]
    fn integers() {
        let layer = Layer {
            w: vec![2.0, 3.0, 5.0],
            used: 2,
            order: vec![2, 0, 1],
            negated: true,
        };
        // -x (w₂ w₀ + w₀ w₁)
        let (by_layer, by_x) = of_a_layer_grad(&layer, 2.0);
        assert_eq!((by_layer.w, by_x), (vec![-16.0, -4.0, -4.0], -16.0));
    }
}

/// A parameter that no float is made of need not be anything but what `Clone` asks of it.
mod markers {
    use autodiff::{Differentiable, differentiate};
    use std::marker::PhantomData;

    #[derive(Clone, Debug, PartialEq)]
    struct Metres;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Quantity<T, U> {
        amount: T,
        unit: PhantomData<U>,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Length<U> {
        amount: f64,
        unit: PhantomData<U>,
    }

    #[differentiate]
    fn area(a: &Quantity<f64, Metres>) -> f64 {
        a.amount * a.amount
    }

    #[differentiate]
    fn volume<U: Clone>(a: &Length<U>) -> f64 {
        a.amount.powi(3)
    }

    #[test]
    fn gradients() {
        let side = Quantity {
            amount: 3.0,
            unit: PhantomData,
        };
        assert_eq!(area_grad(&side).amount, 6.0);
        let side = Length::<Metres> {
            amount: 2.0,
            unit: PhantomData,
        };
        let slope = volume_grad(&side);
        assert_eq!(slope.amount, 12.0);
        assert_eq!(slope.to_flat(), [12.0]);
        assert_eq!(side.dot(&slope), 24.0);
    }
}
