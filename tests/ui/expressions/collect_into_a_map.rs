use autodiff::differentiate;

use std::collections::BTreeMap;

#[differentiate]
fn lookup(x: f64) -> f64 {
    let map: BTreeMap<u8, f64> = [(1, x * x), (2, x)].into_iter().collect();
    map[&1]
}

fn main() {}
