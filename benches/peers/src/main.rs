//! Other crates for automatic differentiation, and central differences, on problems of the suite.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml
//! ```
//!
//! Each is used as its documentation shows; a tape that can be cleared is kept between calls. All must agree with the
//! gradient by hand before anything is timed.

#![allow(dead_code, reason = "of the suite's modules, a part is used")]
#![allow(
    clippy::assign_op_pattern,
    clippy::len_without_is_empty,
    clippy::needless_range_loop,
    clippy::too_many_arguments,
    reason = "as in the suite; not every number has assigning operators"
)]

#[path = "../../suite/contest.rs"]
mod contest;
#[path = "../../suite/golden.rs"]
mod golden;
#[path = "../../suite/inputs.rs"]
mod inputs;
#[path = "../../support/mod.rs"]
mod support;

#[path = "../../suite/ba.rs"]
mod ba;
#[path = "../../suite/product.rs"]
mod product;
#[path = "../../suite/rosenbrock.rs"]
mod rosenbrock;

mod block;

use RustQuant_autodiff::{Accumulate, Gradient as _, Graph};
use ad_trait::{AD, F64, forward_ad::adfn::adfn, reverse_ad::adr::adr};
use easy_ml::differentiation::{Record, WengertList};
use inputs::Inputs;
use nalgebra::SVector;
use reverse::Tape;
use support::{contender, round_robin};

/// Rosenbrock's function of any number that has arithmetic with floats on its right.
macro_rules! rosenbrock {
    ($x:expr, $constant:expr) => {{
        let x = $x;
        let term = |i: usize| {
            let (valley, rest) = (x[i + 1] - x[i] * x[i], x[i] - $constant(1.0));
            valley * valley * $constant(100.0) + rest * rest
        };
        let mut total = term(0);
        for i in 1..x.len() - 1 {
            total = total + term(i);
        }
        total
    }};
}

macro_rules! product {
    ($x:expr, $constant:expr) => {{
        let x = $x;
        let mut product = x[0];
        for i in 1..x.len() {
            product = product * x[i];
        }
        product
    }};
}

/// A gradient function's name and the function, which overwrites the gradient and returns the value.
type Peer<'a> = (&'a str, Box<dyn FnMut(&mut [f64]) -> f64 + 'a>);

/// The peers on one function of a slice, `$n` numbers long.
macro_rules! peers {
    ($function:ident, $n:literal, $x:expr, $float:expr) => {{
        let x: &[f64] = $x;
        let tape = Box::leak(Box::new(Tape::new()));
        let graph = Box::leak(Box::new(Graph::new()));
        let list = Box::leak(Box::new(WengertList::new()));
        let peers: Vec<Peer> = vec![
            (
                "reverse",
                Box::new(move |gradient| {
                    tape.clear();
                    let x = tape.add_vars(x);
                    let value = $function!(&x, f64::from);
                    let slopes = reverse::Gradient::wrt(&value.grad(), &x[..]);
                    gradient.copy_from_slice(&slopes);
                    value.val()
                }),
            ),
            (
                "RustQuant_autodiff",
                Box::new(move |gradient| {
                    graph.clear();
                    let x = graph.vars(x);
                    let value = $function!(&x, f64::from);
                    gradient.copy_from_slice(&value.accumulate().wrt(&x));
                    value.value()
                }),
            ),
            (
                "easy-ml",
                Box::new(move |gradient| {
                    list.clear();
                    let x: Vec<_> = x.iter().map(|&x| Record::variable(x, list)).collect();
                    let value = $function!(&x, f64::from);
                    let derivatives = value.derivatives();
                    for (slope, x) in gradient.iter_mut().zip(&x) {
                        *slope = derivatives[x];
                    }
                    value.number
                }),
            ),
            (
                "ad_trait, reverse",
                Box::new(move |gradient| {
                    let x: Vec<_> = (0..x.len())
                        .map(|i| adr::new_variable(x[i], i == 0))
                        .collect();
                    let value = $function!(&x, F64);
                    let adjoints = value.get_backwards_mode_grad();
                    for (slope, x) in gradient.iter_mut().zip(&x) {
                        *slope = adjoints.wrt(x);
                    }
                    value.value()
                }),
            ),
            (
                "ad_trait, forward by 8",
                Box::new(move |gradient| {
                    let mut duals: Vec<adfn<8>> = x.iter().map(|&x| adfn::constant(x)).collect();
                    let mut value = adfn::constant(f64::NAN);
                    for (block, slopes) in gradient.chunks_mut(8).enumerate() {
                        let block = 8 * block..8 * block + slopes.len();
                        for i in block.clone() {
                            let tangent = std::array::from_fn(|k| f64::from(block.start + k == i));
                            duals[i] = adfn::new(x[i], tangent);
                        }
                        value = $function!(&duals, F64);
                        slopes.copy_from_slice(&value.tangent()[..slopes.len()]);
                        for i in block {
                            duals[i] = adfn::constant(x[i]);
                        }
                    }
                    value.value()
                }),
            ),
            (
                "num-dual, static",
                Box::new(move |gradient| {
                    let x = SVector::<f64, $n>::from_column_slice(x);
                    let (value, slopes) = num_dual::gradient(|x| $function!(&x, f64::from), &x);
                    gradient.copy_from_slice(slopes.as_slice());
                    value
                }),
            ),
            (
                "num-dual, one by one",
                Box::new(move |gradient| {
                    let mut duals: Vec<num_dual::Dual64> = x.iter().map(|&x| x.into()).collect();
                    let mut value = f64::NAN;
                    for i in 0..x.len() {
                        duals[i].eps = 1.0;
                        let dual = $function!(&duals, f64::from);
                        (value, gradient[i]) = (dual.re, dual.eps);
                        duals[i].eps = 0.0;
                    }
                    value
                }),
            ),
            (
                "central differences",
                Box::new(move |gradient| {
                    let mut moved = x.to_vec();
                    for i in 0..x.len() {
                        let step = 1e-5 * x[i].abs().max(1.0);
                        moved[i] = x[i] + step;
                        let ahead = $float(&moved);
                        moved[i] = x[i] - step;
                        let behind = $float(&moved);
                        moved[i] = x[i];
                        gradient[i] = (ahead - behind) / (2.0 * step);
                    }
                    $float(x)
                }),
            ),
        ];
        peers
    }};
}

fn main() {
    let x = Inputs::new(100).uniforms(100, -2.0, 2.0);
    let generated: Peer = (
        "autodiff",
        Box::new(|gradient| rosenbrock::rosenbrock_grad_into(&x, gradient)),
    );
    let others = peers!(rosenbrock, 100, &x, rosenbrock::rosenbrock);
    compare(
        "Rosenbrock, n = 100",
        x.len(),
        |gradient| rosenbrock::hand_written(&x, gradient),
        [generated].into_iter().chain(others).collect(),
    );

    let x = Inputs::new(64).uniforms(64, 0.5, 1.5);
    let generated: Peer = (
        "autodiff",
        Box::new(|gradient| product::product_grad_into(&x, gradient)),
    );
    let others = peers!(product, 64, &x, product::product);
    compare(
        "Product of 64 numbers",
        x.len(),
        |gradient| product::hand_written(&x, gradient),
        [generated].into_iter().chain(others).collect(),
    );

    block::run();
}

/// Checks the peers against the gradient by hand, and prints how many times as long as it they take.
fn compare(
    title: &str,
    n: usize,
    mut by_hand: impl FnMut(&mut [f64]) -> f64,
    mut peers: Vec<Peer>,
) {
    let mut expected = vec![0.0; n];
    let value = by_hand(&mut expected);
    let largest = expected.iter().fold(0.0_f64, |top, x| top.max(x.abs()));
    let mut actual = vec![0.0; n];
    for (name, peer) in &mut peers {
        actual.fill(f64::NAN);
        support::assert_close(name, &[peer(&mut actual)], &[value], 1e-12);
        for (i, (a, e)) in actual.iter().zip(&expected).enumerate() {
            // As far as differences go.
            let agree = (a - e).abs() <= 1e-6 * largest;
            assert!(agree, "{title}, {name}[{i}]: {a:e} instead of {e:e}");
        }
    }

    let mut gradients = vec![actual; peers.len()];
    let mut contenders = vec![contender("by hand", || by_hand(&mut expected))];
    for ((name, peer), gradient) in peers.iter_mut().zip(&mut gradients) {
        contenders.push(contender(name, move || peer(gradient)));
    }
    println!("{title}\n{}", round_robin(contenders, 100));
}
