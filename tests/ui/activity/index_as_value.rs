use autodiff::differentiate;

#[differentiate]
fn interpolate(table: &[f64], x: f64) -> f64 {
    let i = x.floor() as usize;
    let t = x - i as f64;
    (1.0 - t) * table[i] + t * table[i + 1]
}

fn main() {}
