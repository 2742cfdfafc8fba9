use autodiff::differentiate;

macro_rules! square {
    ($x:expr) => {
        $x * $x
    };
}

#[differentiate]
fn quartic(x: f64) -> f64 {
    square!(x) * square!(x)
}

fn main() {}
