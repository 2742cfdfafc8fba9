use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64) -> impl Fn(f64) -> f64 {
    move |y| x * y
}

#[differentiate]
fn squares(x: &[f64]) -> impl Iterator<Item = f64> + '_ {
    x.iter().map(|v| v * v)
}

#[differentiate]
fn first(x: &[f64]) -> Option<f64> {
    let a = x.first()?;
    Some(a * a)
}

fn main() {}
