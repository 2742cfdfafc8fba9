use autodiff::{Real, differentiate};

#[differentiate]
fn refused<T: Real>(x: T, _y: T) -> T {
    unsafe { x }
}

#[differentiate]
fn generic<T: Real>(x: T) -> T {
    let y = refused(x, x);
    refused(y, x)
}

#[differentiate]
fn caller(x: f64) -> f64 {
    refused(x, x) * generic(x)
}

fn main() {
    println!("{}", caller_grad(1.0));
}
