//! Forward against reverse mode: what the derivatives of one function cost in each, for more and more inputs.
//!
//! ```text
//! cargo bench --bench modes
//! ```
//!
//! The gradient of Rosenbrock's function in reverse mode, and in forward mode: as many Jacobian-vector products as inputs, of
//! which one is timed; then Jacobian-vector and Hessian-vector products against gradients. The results are first compared with each other.

#[path = "../examples/train_digits/data.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod data;
#[path = "../examples/train_digits/model.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod model;
#[path = "../examples/train_digits/random.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod random;
mod support;

use std::path::Path;

use autodiff::differentiate;
use data::Digits;
use model::Network;
use random::Random;
use support::{assert_close, contender, round_robin, rounds};

const TOLERANCE: f64 = 1e-10;

#[differentiate(jvp, hvp)]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() - 1 {
        total += (1.0 - x[i]).powi(2) + 100.0 * (x[i + 1] - x[i] * x[i]).powi(2);
    }
    total
}

#[differentiate(jvp, hvp, wrt(w1, b1, w2, b2))]
fn loss(w1: &[f64], b1: &[f64], w2: &[f64], b2: &[f64], images: &[f64], labels: &[usize]) -> f64 {
    model::loss(w1, b1, w2, b2, images, labels)
}

fn main() {
    println!("Rosenbrock's function: times of the function\n");
    println!("{:>6} {:>9} {:>9}", "inputs", "reverse", "forward");
    for inputs in [2, 10, 30, 100, 300, 1000] {
        growth(inputs, rounds(100));
    }
    products_of_rosenbrock(rounds(300));
    products_of_the_network(rounds(100));
}

fn growth(inputs: usize, rounds: usize) {
    let x = wave(inputs, 0.0);
    let (mut gradient, mut direction) = (vec![0.0; inputs], vec![0.0; inputs]);
    rosenbrock_grad_into(&x, &mut gradient);
    for (i, partial) in gradient.iter().enumerate() {
        direction[i] = 1.0;
        let (_, tangent) = rosenbrock_jvp(&x, &direction);
        assert_close("forward mode", &[tangent], &[*partial], TOLERANCE);
        direction[i] = 0.0;
    }
    direction[0] = 1.0;
    let timings = round_robin(
        vec![
            contender("function", || rosenbrock(&x)),
            contender("reverse", || rosenbrock_grad_into(&x, &mut gradient)),
            contender("JVP", || rosenbrock_jvp(&x, &direction)),
        ],
        rounds,
    );
    let reverse = timings.ratio("reverse", "function");
    let forward = inputs as f64 * timings.ratio("JVP", "function");
    println!("{inputs:>6} {reverse:>9.2} {forward:>9.2}");
}

fn products_of_rosenbrock(rounds: usize) {
    let (x, direction) = (wave(100, 0.0), wave(100, 0.7));
    let mut gradient = vec![0.0; 100];
    rosenbrock_grad_into(&x, &mut gradient);
    let product = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
    let (_, tangent) = rosenbrock_jvp(&x, &direction);
    assert_close("the tangent", &[tangent], &[product], TOLERANCE);
    let timings = round_robin(
        vec![
            contender("gradient", || rosenbrock_grad_into(&x, &mut gradient)),
            contender("JVP", || rosenbrock_jvp(&x, &direction)),
            contender("HVP", || rosenbrock_hvp(&x, &direction)),
        ],
        rounds,
    );
    println!("\nRosenbrock's function, 100 inputs\n{timings}");
}

fn products_of_the_network(rounds: usize) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.txt");
    let digits = Digits::load(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let (images, labels) = digits.batches(64).next().expect("a first batch");
    let Network { w1, b1, w2, b2 } = &Network::random(&mut Random::new(1998));
    let Network {
        w1: d1,
        b1: e1,
        w2: d2,
        b2: e2,
    } = &Network::random(&mut Random::new(1999));
    let mut grad = Network::zeros();
    let mut gradient = || {
        let Network {
            w1: g1,
            b1: h1,
            w2: g2,
            b2: h2,
        } = &mut grad;
        loss_grad_into(w1, b1, w2, b2, images, labels, g1, h1, g2, h2)
    };
    let jvp = || loss_jvp(w1, b1, w2, b2, images, labels, d1, e1, d2, e2);
    assert_close("the value", &[jvp().0], &[gradient()], TOLERANCE);
    let timings = round_robin(
        vec![
            contender("gradient", gradient),
            contender("JVP", jvp),
            contender("HVP", || {
                loss_hvp(w1, b1, w2, b2, images, labels, d1, e1, d2, e2)
            }),
        ],
        rounds,
    );
    println!("The network of `digits`\n{timings}");
}

fn wave(length: usize, phase: f64) -> Vec<f64> {
    (0..length)
        .map(|i| (1.3 * i as f64 + phase).sin())
        .collect()
}
