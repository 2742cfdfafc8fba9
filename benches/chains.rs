//! Gradients of iterator chains against those of the same functions written with indices.
//!
//! ```text
//! cargo bench --bench chains
//! ```
//!
//! Both gradients of a kernel are first compared with each other.

#![allow(
    clippy::needless_range_loop,
    reason = "loops with indices are what the chains are compared with"
)]

mod support;

use autodiff::differentiate;
use support::{allocations, assert_close, contender, round_robin, rounds};

const LENGTH: usize = 1000;
const TOLERANCE: f64 = 1e-12;

/// `a · b`
mod dot {
    use super::differentiate;

    #[differentiate]
    pub fn chain(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    #[differentiate]
    pub fn indexed(a: &[f64], b: &[f64]) -> f64 {
        let mut total = 0.0;
        for i in 0..a.len() {
            total += a[i] * b[i];
        }
        total
    }
}

/// `Σ (a − b)²`
mod squared_differences {
    use super::differentiate;

    #[differentiate]
    pub fn chain(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum()
    }

    #[differentiate]
    pub fn indexed(a: &[f64], b: &[f64]) -> f64 {
        let mut total = 0.0;
        for i in 0..a.len() {
            total += (a[i] - b[i]).powi(2);
        }
        total
    }
}

/// `Σ √((aᵢ₊₁ − aᵢ)² + b₀²)`
mod total_variation {
    use super::differentiate;

    #[differentiate]
    pub fn chain(a: &[f64], b: &[f64]) -> f64 {
        let softness = b[0];
        a.windows(2)
            .map(|pair| ((pair[1] - pair[0]).powi(2) + softness * softness).sqrt())
            .sum()
    }

    #[differentiate]
    pub fn indexed(a: &[f64], b: &[f64]) -> f64 {
        let softness = b[0];
        let mut total = 0.0;
        for i in 0..a.len() - 1 {
            total += ((a[i + 1] - a[i]).powi(2) + softness * softness).sqrt();
        }
        total
    }
}

/// `ln Σ exp a`, times the first of `b`
mod log_sum_exp {
    use super::differentiate;

    #[differentiate]
    pub fn chain(a: &[f64], b: &[f64]) -> f64 {
        let top = a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total = a.iter().fold(0.0, |total, x| total + (x - top).exp());
        b[0] * (top + total.ln())
    }

    #[differentiate]
    pub fn indexed(a: &[f64], b: &[f64]) -> f64 {
        let mut top = f64::NEG_INFINITY;
        for i in 0..a.len() {
            top = top.max(a[i]);
        }
        let mut total = 0.0;
        for i in 0..a.len() {
            total += (a[i] - top).exp();
        }
        b[0] * (top + total.ln())
    }
}

/// `Σ a² / (i + 1)`, with `b` for every third
mod weighted {
    use super::differentiate;

    #[differentiate]
    pub fn chain(a: &[f64], b: &[f64]) -> f64 {
        a.iter()
            .enumerate()
            .map(|(i, x)| x * x / (i + 1) as f64)
            .sum::<f64>()
            + b.iter()
                .enumerate()
                .filter(|(i, _)| i % 3 == 0)
                .map(|(_, y)| y * y * y)
                .sum::<f64>()
    }

    #[differentiate]
    pub fn indexed(a: &[f64], b: &[f64]) -> f64 {
        let mut first = 0.0;
        for i in 0..a.len() {
            first += a[i] * a[i] / (i + 1) as f64;
        }
        let mut second = 0.0;
        for i in 0..b.len() {
            if i % 3 == 0 {
                second += b[i] * b[i] * b[i];
            }
        }
        first + second
    }
}

type Gradient = fn(&[f64], &[f64], &mut [f64], &mut [f64]) -> f64;

fn main() {
    let kernels: [(&str, Gradient, Gradient); 5] = [
        ("dot product", dot::chain_grad_into, dot::indexed_grad_into),
        (
            "squared differences",
            squared_differences::chain_grad_into,
            squared_differences::indexed_grad_into,
        ),
        (
            "total variation",
            total_variation::chain_grad_into,
            total_variation::indexed_grad_into,
        ),
        (
            "log-sum-exp",
            log_sum_exp::chain_grad_into,
            log_sum_exp::indexed_grad_into,
        ),
        (
            "weighted squares",
            weighted::chain_grad_into,
            weighted::indexed_grad_into,
        ),
    ];
    let wave = |phase: f64| -> Vec<f64> {
        let angles = (0..LENGTH).map(|i| i as f64 + phase);
        angles.map(|angle| (1.3 * angle).sin() + 0.2).collect()
    };
    let (a, b) = (wave(0.0), wave(0.7));
    let rounds = rounds(200);
    println!("{LENGTH} elements, {rounds} rounds");
    for (name, chain, indexed) in kernels {
        compare(name, chain, indexed, &a, &b, rounds);
    }
}

fn compare(name: &str, chain: Gradient, indexed: Gradient, a: &[f64], b: &[f64], rounds: usize) {
    let zeros = || (vec![0.0; a.len()], vec![0.0; b.len()]);
    let (mut chain_a, mut chain_b) = zeros();
    let (mut indexed_a, mut indexed_b) = zeros();
    let value = chain(a, b, &mut chain_a, &mut chain_b);
    let expected = indexed(a, b, &mut indexed_a, &mut indexed_b);
    assert_close(name, &[value], &[expected], TOLERANCE);
    assert_close(name, &chain_a, &indexed_a, TOLERANCE);
    assert_close(name, &chain_b, &indexed_b, TOLERANCE);

    let allocated = allocations(|| chain(a, b, &mut chain_a, &mut chain_b));
    let timings = round_robin(
        vec![
            contender("indexed", || indexed(a, b, &mut indexed_a, &mut indexed_b)),
            contender("chain", || chain(a, b, &mut chain_a, &mut chain_b)),
        ],
        rounds,
    );
    println!("\n{name}\n{timings}the chain: {allocated}");
}
