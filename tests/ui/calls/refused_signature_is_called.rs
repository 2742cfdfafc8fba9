use autodiff::differentiate;

#[differentiate(wrt(x, n))]
fn refused(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[differentiate]
fn caller(x: f64) -> f64 {
    refused(x, 3) * x
}

fn main() {
    println!("{} {}", refused_grad(1.0, 2), caller_grad(1.0));
}
