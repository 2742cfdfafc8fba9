use autodiff::differentiate;

#[differentiate]
fn nearest(x: f64, grid: &mut [i64]) -> f64 {
    grid[0] = x.round() as i64;
    x * x
}

fn main() {}
