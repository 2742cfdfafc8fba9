//! Items of an inner block whose names mean something else outside of it.

use autodiff::differentiate;

#[differentiate]
fn h(x: f64) -> f64 {
    5.0 * x
}

const K: f64 = 7.0;

mod other {
    pub const K: f64 = 2.0;

    #[autodiff::differentiate]
    pub fn h(x: f64) -> f64 {
        x * x * K
    }
}

#[differentiate]
fn imported(x: f64) -> f64 {
    let y = {
        use other::h;
        h(x)
    };
    y * h(x)
}

#[differentiate]
fn constant(x: f64) -> f64 {
    let y = {
        const K: f64 = 3.0;
        x * K
    };
    y * K
}

#[differentiate]
fn not_seen(x: f64) -> f64 {
    let y = {
        use other::*;
        h(x)
    };
    y * x
}

fn main() {
    imported_grad(1.0);
    constant_grad(1.0);
    not_seen_grad(1.0);
}
