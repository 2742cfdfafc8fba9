use autodiff::differentiate;

mod physics {
    pub fn potential(x: &[f64]) -> f64 {
        x.iter().map(|v| v * v).sum()
    }
}

#[differentiate]
fn energy(x: &[f64]) -> f64 {
    0.5 * physics::potential(x)
}

fn main() {}
