//! Gradients of the field's benchmark problems, against gradients written by hand.
//!
//! ```text
//! cargo bench --bench suite                # the table
//! cargo bench --bench suite -- lstm arm    # some of its rows
//! benches/suite/calls lstm                 # instructions and calls of elementary functions, by callgrind
//! ```
//!
//! Each problem is a module: the function as one would write it, annotated; its adjoint written by hand, as fast as we
//! can; inputs from a seeded generator. Both gradients must agree, and both values must be the function's to the last
//! bit, before anything is timed. With `AUTODIFF_BENCHMARK_DATA` set to a folder with ADBench's data, the goldens in it
//! are checked as well.

#![allow(
    clippy::needless_range_loop,
    clippy::too_many_arguments,
    reason = "the functions are written as in the literature"
)]

mod contest;
mod golden;
mod inputs;
#[path = "../support/mod.rs"]
mod support;

mod arm;
mod ba;
mod black_scholes;
mod cholesky;
mod fft;
mod gmm;
mod hmm;
mod kalman;
mod lennard_jones;
mod logistic;
mod lstm;
mod network;
mod ode;
mod product;
mod rosenbrock;
mod soft_dtw;
mod spline;
mod stencil;

use std::env;

use contest::Table;

type Run = fn(&mut Table);

const PROBLEMS: &[(&str, Run)] = &[
    ("gmm", gmm::run),
    ("lstm", lstm::run),
    ("ba", ba::run),
    ("rosenbrock", rosenbrock::run),
    ("product", product::run),
    ("network", network::run),
    ("ode", ode::run),
    ("stencil", stencil::run),
    ("fft", fft::run),
    ("lennard_jones", lennard_jones::run),
    ("arm", arm::run),
    ("black_scholes", black_scholes::run),
    ("cholesky", cholesky::run),
    ("soft_dtw", soft_dtw::run),
    ("hmm", hmm::run),
    ("kalman", kalman::run),
    ("logistic", logistic::run),
    ("spline", spline::run),
];

fn main() {
    let wanted: Vec<String> = env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    if let Some(name) = wanted
        .iter()
        .find(|name| PROBLEMS.iter().all(|(known, _)| known != name))
    {
        let known: Vec<&str> = PROBLEMS.iter().map(|(name, _)| *name).collect();
        panic!(
            "no problem is called {name}; there are {}",
            known.join(", ")
        );
    }
    let mut table = Table::new();
    for (name, run) in PROBLEMS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            run(&mut table);
        }
    }
    table.summary();
}
