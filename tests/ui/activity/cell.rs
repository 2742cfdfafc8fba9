use autodiff::differentiate;

use std::cell::Cell;

#[differentiate]
fn square(x: f64) -> f64 {
    let cell = Cell::new(x);
    cell.set(cell.get() * cell.get());
    cell.get()
}

fn main() {}
