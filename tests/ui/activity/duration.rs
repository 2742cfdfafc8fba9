use autodiff::differentiate;

use std::time::Duration;

#[differentiate]
fn distance(seconds: f64) -> f64 {
    let time = Duration::from_secs_f64(seconds);
    4.9 * time.as_secs_f64() * seconds
}

fn main() {}
