use autodiff::differentiate;

fn noise(scale: f64) -> f64 {
    scale
}

mod dice {
    pub fn throw(sides: usize) -> usize {
        sides
    }
}

#[differentiate]
fn walk(x: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint]
    for _ in 0..n {
        x = x.sin() + noise(0.1) * dice::throw(6) as f64;
    }
    x
}

fn main() {}
