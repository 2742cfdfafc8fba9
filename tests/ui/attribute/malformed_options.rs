use autodiff::differentiate;

#[differentiate(wrt = "x")]
fn square(x: f64) -> f64 {
    x * x
}

#[differentiate(wrt())]
fn cube(x: f64) -> f64 {
    x * x * x
}

#[differentiate(vjp(2))]
fn quartic(x: f64) -> f64 {
    x * x * x * x
}

#[differentiate(name = line)]
fn slope(x: f64) -> f64 {
    3.0 * x
}

#[differentiate(name = "two words")]
fn twice(x: f64) -> f64 {
    2.0 * x
}

fn main() {}
