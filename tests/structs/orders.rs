//! Other modes and higher orders of structs that are generic over their scalar: as parameters, as `self`, as results.

use super::near;
use autodiff::{Differentiable, Matrix, Real, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer<T> {
    w: [[T; 2]; 2],
    b: [T; 2],
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Net<T> {
    layers: Vec<Layer<T>>,
    scale: T,
    steps: usize,
    name: String,
    tail: (Vec<T>, T),
}

/// Written for `f64`, and run on whatever number a companion wants.
#[differentiate(jvp, hvp, hessian, jacobian, taylor)]
fn loss(net: &Net<f64>, x: [f64; 2], gain: f64) -> f64 {
    let mut h = x;
    for layer in &net.layers {
        let mut next = layer.b;
        for i in 0..2 {
            for j in 0..2 {
                next[i] += layer.w[i][j] * h[j];
            }
            next[i] = (next[i] * net.scale).tanh();
        }
        h = next;
    }
    let mut sum = net.tail.1 * gain;
    for k in 0..net.steps {
        sum += h[0] * h[1] * net.tail.0[k] * gain;
    }
    sum * sum
}

/// The same over a number of the function's own.
#[differentiate(jvp, hvp, hessian, jacobian, taylor)]
fn loss_of<T: Real>(net: &Net<T>, x: [T; 2], gain: T) -> T {
    let mut h = x;
    for layer in &net.layers {
        let mut next = layer.b;
        for i in 0..2 {
            for j in 0..2 {
                next[i] += layer.w[i][j] * h[j];
            }
            next[i] = (next[i] * net.scale).tanh();
        }
        h = next;
    }
    let mut sum = net.tail.1 * gain;
    for k in 0..net.steps {
        sum += h[0] * h[1] * net.tail.0[k] * gain;
    }
    sum * sum
}

impl<T: Real> Net<T> {
    #[differentiate(wrt(self, x, gain), jvp, hvp, hessian, jacobian, taylor)]
    fn loss(&self, x: [T; 2], gain: T) -> T {
        loss_of(self, x, gain)
    }

    /// `self` is a constant, of whatever number.
    #[differentiate(jvp, hessian, taylor, jacobian)]
    fn of_input(&self, x: [T; 2], gain: T) -> T {
        let mut product = self.scale * gain;
        for i in 0..self.steps {
            product *= x[i] + self.tail.0[i];
        }
        product
    }

    #[differentiate(wrt(self, factor), jvp, jacobian)]
    fn first(&self, factor: T) -> Layer<T> {
        let layer = &self.layers[0];
        Layer {
            w: layer.w,
            b: [layer.b[0] * factor, layer.b[1] * self.scale],
        }
    }
}

fn net() -> Net<f64> {
    let layer = Layer {
        w: [[0.5, -0.3], [0.2, 0.7]],
        b: [0.1, -0.4],
    };
    Net {
        layers: vec![layer.clone(), layer],
        scale: 1.3,
        steps: 2,
        name: "small".into(),
        tail: (vec![0.9, 1.1], 0.3),
    }
}

const X: [f64; 2] = [0.4, -0.8];
const GAIN: f64 = 1.7;
/// Floats in `Net`.
const COUNT: usize = 16;

fn point(flat: &[f64]) -> (Net<f64>, [f64; 2], f64) {
    let mut net = net();
    net.set_flat(&flat[..COUNT]);
    (net, [flat[COUNT], flat[COUNT + 1]], flat[COUNT + 2])
}

fn flat() -> Vec<f64> {
    [net().to_flat(), X.to_vec(), vec![GAIN]].concat()
}

fn gradient(flat: &[f64]) -> Vec<f64> {
    let (net, x, gain) = point(flat);
    let (net, x, gain) = loss_grad(&net, x, gain);
    [net.to_flat(), x.to_vec(), vec![gain]].concat()
}

/// The gradient itself, by central differences.
#[test]
fn gradients() {
    let value = |flat: &[f64]| {
        let (net, x, gain) = point(flat);
        loss(&net, x, gain)
    };
    super::agrees(value, gradient(&flat()), &flat());
    let (of_function, of_method) = (loss_of_grad(&net(), X, GAIN), net().loss_grad(X, GAIN));
    assert_eq!(of_function, loss_grad(&net(), X, GAIN));
    assert_eq!(of_method, of_function);
    assert_eq!(of_function.0.name, "small");
}

/// Each column of the Hessian by differences of the gradient, and the other modes against the Hessian.
#[test]
fn second_order() {
    let hessian: Matrix<f64> = loss_hessian(&net(), X, GAIN);
    assert_eq!((hessian.rows(), hessian.cols()), (COUNT + 3, COUNT + 3));
    let step = 1e-5;
    for j in 0..COUNT + 3 {
        let (mut up, mut down) = (flat(), flat());
        up[j] += step;
        down[j] -= step;
        let (up, down) = (gradient(&up), gradient(&down));
        for i in 0..COUNT + 3 {
            let difference = (up[i] - down[i]) / (2.0 * step);
            assert!(
                (hessian[(i, j)] - difference).abs() < 1e-7,
                "({i}, {j}): {} and {difference}",
                hessian[(i, j)]
            );
        }
    }
    assert_eq!(loss_of_hessian(&net(), X, GAIN), hessian);
    assert_eq!(net().loss_hessian(X, GAIN), hessian);

    let direction: Vec<f64> = (0..COUNT + 3).map(|i| (i as f64 * 0.7).sin()).collect();
    let (dnet, dx, dgain) = point(&direction);
    let (net, x, gain) = (net(), X, GAIN);
    let products = [
        loss_hvp(&net, x, gain, &dnet, dx, dgain),
        loss_of_hvp(&net, x, gain, &dnet, dx, dgain),
        net.loss_hvp(x, gain, &dnet, dx, dgain),
    ];
    let tangents = [
        loss_jvp(&net, x, gain, &dnet, dx, dgain),
        loss_of_jvp(&net, x, gain, &dnet, dx, dgain),
        net.loss_jvp(x, gain, &dnet, dx, dgain),
    ];
    let series = [
        loss_taylor::<3>(&net, x, gain, &dnet, dx, dgain),
        loss_of_taylor::<3, _>(&net, x, gain, &dnet, dx, dgain),
        net.loss_taylor::<3>(x, gain, &dnet, dx, dgain),
    ];
    let expected: Vec<f64> = (0..COUNT + 3)
        .map(|i| (0..COUNT + 3).map(|j| hessian[(i, j)] * direction[j]).sum())
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for (by_net, by_x, by_gain) in products {
        let flat = [by_net.to_flat(), by_x.to_vec(), vec![by_gain]].concat();
        flat.iter().zip(&expected).for_each(|(a, b)| near(*a, *b));
        assert_eq!(by_net.steps, 2);
    }
    let slope = dot(&gradient(&flat()), &direction);
    for (value, tangent) in tangents {
        assert_eq!(value, loss(&net, x, gain));
        near(tangent, slope);
    }
    for [value, first, second] in series {
        assert_eq!(value, loss(&net, x, gain));
        near(first, slope);
        near(second, 0.5 * dot(&expected, &direction));
    }
    for row in [
        loss_jacobian(&net, x, gain),
        loss_of_jacobian(&net, x, gain),
        net.loss_jacobian(x, gain),
    ] {
        assert_eq!(row.rows(), 1);
        row.as_slice()
            .iter()
            .zip(gradient(&flat()))
            .for_each(|(a, b)| near(*a, b));
    }
}

/// `self` is made of the number, and is a constant: s g (x₀ + t₀) (x₁ + t₁).
#[test]
fn constant_self() {
    let net = net();
    let (a, b) = (X[0] + 0.9, X[1] + 1.1);
    let value = net.of_input(X, GAIN);
    near(value, 1.3 * GAIN * a * b);
    let (_, tangent) = net.of_input_jvp(X, GAIN, [1.0, 0.0], 0.0);
    near(tangent, 1.3 * GAIN * b);
    let hessian = net.of_input_hessian(X, GAIN);
    near(hessian[0][1], 1.3 * GAIN);
    near(hessian[0][2], 1.3 * b);
    near(hessian[1][2], 1.3 * a);
    let series = net.of_input_taylor::<4>(X, GAIN, [1.0, 1.0], 0.0);
    near(series[2], 1.3 * GAIN);
    assert_eq!(series[3], 0.0);
    near(net.of_input_jacobian(X, GAIN)[0][2], 1.3 * a * b);
}

/// A struct as the result: its floats in order are the rows.
#[test]
fn struct_results() {
    let net = net();
    let jacobian = net.first_jacobian(2.0);
    assert_eq!((jacobian.rows(), jacobian.cols()), (6, COUNT + 1));
    for row in 0..4 {
        for column in 0..COUNT + 1 {
            assert_eq!(jacobian[(row, column)], f64::from(u8::from(row == column)));
        }
    }
    // b₀ factor, and b₁ scale.
    assert_eq!((jacobian[(4, 4)], jacobian[(4, COUNT)]), (2.0, 0.1));
    assert_eq!((jacobian[(5, 5)], jacobian[(5, 12)]), (1.3, -0.4));
    let (_, tangent) = net.first_jvp(2.0, &net.zeros_like(), 1.0);
    assert_eq!(tangent.b, [0.1, 0.0]);
    let gradient = net.first_vjp(2.0, tangent.clone()).1;
    near(gradient.0.layers[0].b[0], 0.2);
    near(gradient.1, 0.01);
}

/// A constant struct of floats, and one built of constants, beside numbers that carry derivatives.
mod constants {
    use super::*;

    #[differentiate(jvp, hessian)]
    fn through(x: f64, y: f64) -> f64 {
        let mut net = Layer {
            w: [[1.0, 0.0], [0.0, 1.0]],
            b: [x * y, 2.0],
        };
        net.b[1] *= x;
        shifted(&net, y)
    }

    #[differentiate(jvp)]
    fn shifted(layer: &Layer<f64>, y: f64) -> f64 {
        layer.b[0] * layer.b[1] * layer.w[0][0] + y * layer.w[1][1]
    }

    #[test]
    fn meet_numbers() {
        // 2 x² y + y
        assert_eq!(through_hessian(3.0, 5.0), [[20.0, 12.0], [12.0, 0.0]]);
        assert_eq!(through_jvp(3.0, 5.0, 1.0, 0.0), (95.0, 60.0));
    }
}
