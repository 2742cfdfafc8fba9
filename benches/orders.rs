//! What forward mode and second order cost beside a gradient, and a batch of gradients beside one by one.
//!
//! ```text
//! cargo bench --bench orders
//! ```
//!
//! Forward mode needs a run for each input, reverse mode one for all. A Jacobian-vector and a Hessian-vector product are
//! one run each. All results are first compared with the gradient, or with its difference quotient. A batch is best with
//! `RUSTFLAGS="-C target-cpu=native"`, in vectors as wide as the machine has them.

#[path = "../examples/train_digits/data.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod data;
#[path = "../examples/train_digits/model.rs"]
#[allow(dead_code, reason = "the loss here has more companions")]
mod model;
#[path = "../examples/train_digits/random.rs"]
mod random;
mod support;

use std::path::Path;

use autodiff::differentiate;
use autodiff::special::norm_cdf;
use data::Digits;
use model::{Network, PIXELS, logits};
use random::Random;
use support::{assert_close, contender, round_robin, rounds};

const BATCH: usize = 64;

/// Points of a batch of gradients: few enough to stay on one thread.
const POINTS: usize = 256;

#[differentiate(batch(lanes))]
fn price(spot: f64, strike: f64, rate: f64, volatility: f64, time: f64) -> f64 {
    let spread = volatility * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time) / spread;
    let d2 = d1 - spread;
    spot * norm_cdf(d1) - strike * (-rate * time).exp() * norm_cdf(d2)
}

/// How far from a point a chain of joints ends.
#[differentiate(batch(lanes))]
fn reach(angles: &[f64; 7]) -> f64 {
    let (mut x, mut y, mut direction) = (0.0, 0.0, 0.0);
    for angle in angles {
        direction += angle;
        x += direction.cos();
        y += direction.sin();
    }
    ((x - 3.0).powi(2) + (y - 1.0).powi(2)).sqrt()
}

#[differentiate(batch(lanes))]
fn valley(x: &[f64; 8]) -> f64 {
    let mut sum = 0.0;
    for i in 0..7 {
        sum += 100.0 * (x[i + 1] - x[i] * x[i]).powi(2) + (1.0 - x[i]).powi(2);
    }
    sum
}

#[differentiate(jvp, hvp)]
fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2))
        .sum()
}

/// The loss of the example `train_digits`.
#[differentiate(wrt(w1, b1, w2, b2), jvp, hvp)]
fn loss(w1: &[f64], b1: &[f64], w2: &[f64], b2: &[f64], images: &[f64], labels: &[usize]) -> f64 {
    let mut total = 0.0;
    for i in 0..labels.len() {
        let scores = logits(w1, b1, w2, b2, &images[i * PIXELS..(i + 1) * PIXELS]);
        let mut top = scores[0];
        for &score in &scores[1..] {
            top = top.max(score);
        }
        let mut partition = 0.0;
        for &score in &scores {
            partition += (score - top).exp();
        }
        total += top + partition.ln() - scores[labels[i]];
    }
    total / labels.len() as f64
}

fn main() {
    println!("Rosenbrock's function of n numbers: time of the gradient ÷ time of the function");
    println!("{:>6}{:>12}{:>12}", "n", "reverse", "forward");
    for n in [2, 3, 5, 10, 20, 50, 100, 200, 500, 1000] {
        by_size(n);
    }

    let n = 100;
    let mut random = Random::new(100);
    let mut numbers = || -> Vec<f64> { (0..n).map(|_| random.symmetric()).collect() };
    let (x, direction) = (numbers(), numbers());
    products(
        "Rosenbrock, n = 100",
        &mut || rosenbrock(&x),
        &mut || vec![rosenbrock_grad(&x)],
        &mut || rosenbrock_jvp(&x, &direction).1,
        &mut || vec![rosenbrock_hvp(&x, &direction)],
        &|step| vec![rosenbrock_grad(&moved(&x, step, &direction))],
        &[&direction],
    );

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.txt");
    let digits = Digits::load(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let (images, labels) = digits.batches(BATCH).next().expect("a first batch");
    let mut random = Random::new(1998);
    let Network { w1, b1, w2, b2 } = &Network::random(&mut random);
    let direction = Network::random(&mut random);
    let (v1, a1, v2, a2) = (&direction.w1, &direction.b1, &direction.w2, &direction.b2);
    let list = |(w1, b1, w2, b2)| vec![w1, b1, w2, b2];
    products(
        "network of the digits",
        &mut || loss(w1, b1, w2, b2, images, labels),
        &mut || list(loss_grad(w1, b1, w2, b2, images, labels)),
        &mut || loss_jvp(w1, b1, w2, b2, images, labels, v1, a1, v2, a2).1,
        &mut || list(loss_hvp(w1, b1, w2, b2, images, labels, v1, a1, v2, a2)),
        &|step| {
            let [w1, b1, w2, b2] =
                [(w1, v1), (b1, a1), (w2, v2), (b2, a2)].map(|(x, d)| moved(x, step, d));
            list(loss_grad(&w1, &b1, &w2, &b2, images, labels))
        },
        &[v1, a1, v2, a2],
    );

    println!("\n{POINTS} gradients: time of a batch ÷ time of as many calls");
    prices();
    let mut random = Random::new(7);
    let mut points =
        |count: usize| -> Vec<f64> { (0..count).map(|_| random.symmetric()).collect() };
    let (angles, positions) = (points(7 * POINTS), points(8 * POINTS));
    batch(
        "arm, 7 joints",
        angles.as_chunks().0,
        reach_grad_into,
        reach_grad_batch_into,
    );
    batch(
        "Rosenbrock, n = 8",
        positions.as_chunks().0,
        valley_grad_into,
        valley_grad_batch_into,
    );
}

/// Black and Scholes' formula.
fn prices() {
    let mut random = Random::new(5);
    let mut column = |low: f64, high: f64| -> Vec<f64> {
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        (0..POINTS)
            .map(|_| middle + half * random.symmetric())
            .collect()
    };
    let (spot, strike) = (&column(80.0, 120.0), &column(80.0, 120.0));
    let (rate, volatility, time) = (&column(0.0, 0.1), &column(0.1, 0.5), &column(0.2, 2.0));
    let mut by_call = [(); 6].map(|()| vec![0.0; POINTS]);
    let mut by_batch = by_call.clone();
    let mut calls = || {
        let [value, a, b, c, d, e] = &mut by_call;
        for i in 0..POINTS {
            value[i] = price_grad_into(
                spot[i],
                strike[i],
                rate[i],
                volatility[i],
                time[i],
                &mut a[i],
                &mut b[i],
                &mut c[i],
                &mut d[i],
                &mut e[i],
            );
        }
        value[0]
    };
    let mut batch = || {
        let [value, a, b, c, d, e] = &mut by_batch;
        price_grad_batch_into(spot, strike, rate, volatility, time, value, a, b, c, d, e);
        value[0]
    };
    let timings = round_robin(
        vec![
            contender("calls", &mut calls),
            contender("batch", &mut batch),
        ],
        rounds(200),
    );
    println!(
        "{:<20}{:.3}",
        "Black–Scholes",
        timings.ratio("batch", "calls")
    );
    for (column, expected) in by_batch.iter().zip(&by_call) {
        assert_close("the batch of prices", column, expected, 1e-12);
    }
}

/// `f_grad_batch_into` of a function of an array.
type Batch<const N: usize> = fn(&[[f64; N]], &mut [f64], &mut [[f64; N]]);

/// A function of an array.
fn batch<const N: usize>(
    name: &str,
    points: &[[f64; N]],
    gradient: fn(&[f64; N], &mut [f64; N]) -> f64,
    gradients: Batch<N>,
) {
    let mut by_call = (vec![0.0; POINTS], vec![[0.0; N]; POINTS]);
    let mut by_batch = by_call.clone();
    let timings = round_robin(
        vec![
            contender("calls", || {
                for ((x, value), dx) in points.iter().zip(&mut by_call.0).zip(&mut by_call.1) {
                    *value = gradient(x, dx);
                }
                by_call.0[0]
            }),
            contender("batch", || {
                gradients(points, &mut by_batch.0, &mut by_batch.1);
                by_batch.0[0]
            }),
        ],
        rounds(200),
    );
    println!("{name:<20}{:.3}", timings.ratio("batch", "calls"));
    assert_close("the values of the batch", &by_batch.0, &by_call.0, 1e-12);
    assert_close(
        "the batch",
        by_batch.1.as_flattened(),
        by_call.1.as_flattened(),
        1e-12,
    );
}

/// The gradient in reverse mode against as many Jacobian-vector products as there are inputs.
fn by_size(n: usize) {
    let mut random = Random::new(n as u64);
    let x: Vec<f64> = (0..n).map(|_| random.symmetric()).collect();
    let mut reverse = vec![0.0; n];
    let mut forward = vec![0.0; n];
    let mut unit = vec![0.0; n];
    let mut by_forward = || {
        for i in 0..n {
            unit[i] = 1.0;
            forward[i] = rosenbrock_jvp(&x, &unit).1;
            unit[i] = 0.0;
        }
        forward[n - 1]
    };
    by_forward();
    let timings = round_robin(
        vec![
            contender("function", || rosenbrock(&x)),
            contender("reverse", || rosenbrock_grad_into(&x, &mut reverse)),
            contender("forward", by_forward),
        ],
        rounds(60),
    );
    println!(
        "{n:>6}{:>12.2}{:>12.2}",
        timings.ratio("reverse", "function"),
        timings.ratio("forward", "function"),
    );
    assert_close("forward mode", &forward, &reverse, 1e-9);
}

/// Checks and times the products with a direction; a gradient is a list of blocks.
fn products(
    name: &str,
    function: &mut dyn FnMut() -> f64,
    gradient: &mut dyn FnMut() -> Vec<Vec<f64>>,
    jvp: &mut dyn FnMut() -> f64,
    hvp: &mut dyn FnMut() -> Vec<Vec<f64>>,
    gradient_at: &dyn Fn(f64) -> Vec<Vec<f64>>,
    direction: &[&Vec<f64>],
) {
    let slope: f64 = gradient()
        .iter()
        .zip(direction)
        .flat_map(|(block, direction)| block.iter().zip(*direction))
        .map(|(slope, direction)| slope * direction)
        .sum();
    assert_close("the Jacobian-vector product", &[jvp()], &[slope], 1e-9);
    let step = 1e-5;
    let quotient: Vec<f64> = gradient_at(step)
        .concat()
        .iter()
        .zip(gradient_at(-step).concat())
        .map(|(ahead, behind)| (ahead - behind) / (2.0 * step))
        .collect();
    let product = hvp().concat();
    let (mut differences, mut squares) = (0.0, 0.0);
    for (product, quotient) in product.iter().zip(&quotient) {
        differences += (product - quotient).powi(2);
        squares += quotient * quotient;
    }
    assert!(
        differences < 1e-14 * squares,
        "{name}: the Hessian-vector product is off by {differences:e} of {squares:e}"
    );

    let timings = round_robin(
        vec![
            contender("function", function),
            contender("gradient", gradient),
            contender("jvp", jvp),
            contender("hvp", hvp),
        ],
        rounds(200),
    );
    println!("\n{name}\n{timings}");
    println!("jvp / gradient: {:.3}", timings.ratio("jvp", "gradient"));
    println!("hvp / gradient: {:.3}", timings.ratio("hvp", "gradient"));
}

fn moved(x: &[f64], step: f64, direction: &[f64]) -> Vec<f64> {
    x.iter().zip(direction).map(|(x, d)| x + step * d).collect()
}
