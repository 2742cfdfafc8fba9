//! Gradients of long loops with and without `#[checkpoint]`: time, and memory of a first call.
//!
//! ```text
//! cargo bench --bench checkpoint
//! ```
//!
//! The gradients are first compared with each other, bit by bit.

mod support;

use autodiff::differentiate;
use support::{assert_identical, contender, peak, round_robin, rounds};

/// The programs under an attribute.
macro_rules! programs {
    ($module:ident, $($attribute:tt)*) => {
        mod $module {
            use super::differentiate;

            /// One number, two multiplications.
            #[differentiate]
            pub fn logistic_map(x: f64, r: f64, n: usize) -> f64 {
                let mut x = x;
                #[$($attribute)*]
                for _ in 0..n {
                    x = r * x * (1.0 - x);
                }
                x
            }

            /// A pendulum: two numbers, two sines.
            #[differentiate]
            pub fn leapfrog(angle: f64, speed: f64, n: usize) -> f64 {
                const STEP: f64 = 1e-6;
                let (mut q, mut p) = (angle, speed);
                #[$($attribute)*]
                for _ in 0..n {
                    p -= 0.5 * STEP * q.sin();
                    q += STEP * p;
                    p -= 0.5 * STEP * q.sin();
                }
                0.5 * p * p + q
            }

            /// Eight masses between springs that are not quite linear: two arrays.
            #[differentiate]
            pub fn chain(pull: f64, stiffness: f64, n: usize) -> f64 {
                const STEP: f64 = 1e-4;
                let mut q = [pull, 0.3, -0.2, 0.4, 0.0, 0.2, -0.1, 0.3];
                let mut p = [0.0; 8];
                #[$($attribute)*]
                for _ in 0..n {
                    for i in 0..8 {
                        let left = if i > 0 { q[i - 1] } else { 0.0 };
                        let right = if i < 7 { q[i + 1] } else { 0.0 };
                        let bend = left - 2.0 * q[i] + right;
                        p[i] += STEP * stiffness * (bend + 0.1 * bend * bend * bend);
                    }
                    for i in 0..8 {
                        q[i] += STEP * p[i];
                    }
                }
                q.iter().map(|q| q * q).sum()
            }
        }
    };
}

programs!(whole, allow(unused));
programs!(chosen, checkpoint);
programs!(hundred, checkpoint(100));
programs!(ten, checkpoint(10));

/// Few: a call takes seconds.
const ROUNDS: usize = 4;

type Program = fn(f64, f64, usize) -> f64;
type Gradient = fn(f64, f64, usize) -> (f64, f64);

fn main() {
    let full = rounds(ROUNDS) == ROUNDS;
    let scale = if full { 1 } else { 1000 };
    compare(
        "logistic map",
        10_000_000 / scale,
        whole::logistic_map,
        [
            ("no attribute", whole::logistic_map_grad),
            ("checkpoint", chosen::logistic_map_grad),
            ("checkpoint(100)", hundred::logistic_map_grad),
            ("checkpoint(10)", ten::logistic_map_grad),
        ],
    );
    compare(
        "leapfrog",
        10_000_000 / scale,
        whole::leapfrog,
        [
            ("no attribute", whole::leapfrog_grad),
            ("checkpoint", chosen::leapfrog_grad),
            ("checkpoint(100)", hundred::leapfrog_grad),
            ("checkpoint(10)", ten::leapfrog_grad),
        ],
    );
    compare(
        "chain of springs",
        1_000_000 / scale,
        whole::chain,
        [
            ("no attribute", whole::chain_grad),
            ("checkpoint", chosen::chain_grad),
            ("checkpoint(100)", hundred::chain_grad),
            ("checkpoint(10)", ten::chain_grad),
        ],
    );
}

fn compare(name: &str, steps: usize, program: Program, gradients: [(&str, Gradient); 4]) {
    const AT: (f64, f64) = (0.3, 1.3);
    println!("\n{name}, {steps} steps");
    let expected = gradients[0].1(AT.0, AT.1, steps);
    let mut contenders = vec![contender("function", || program(AT.0, AT.1, steps))];
    for (attribute, gradient) in gradients {
        let found = gradient(AT.0, AT.1, steps);
        assert_identical(attribute, found.0, expected.0);
        assert_identical(attribute, found.1, expected.1);
        let bytes = peak(|| gradient(AT.0, AT.1, steps));
        println!("{attribute}: {} KiB", bytes.cast_unsigned().div_ceil(1024));
        contenders.push(contender(attribute, move || gradient(AT.0, AT.1, steps)));
    }
    println!("{}", round_robin(contenders, rounds(ROUNDS)));
}
