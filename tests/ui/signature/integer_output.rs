use autodiff::differentiate;

#[differentiate]
fn cell(x: f64, width: f64) -> usize {
    (x / width) as usize
}

fn main() {}
