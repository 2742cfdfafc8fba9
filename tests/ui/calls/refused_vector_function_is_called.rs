use autodiff::differentiate;

#[differentiate]
fn refused(x: &[f64]) -> Vec<f64> {
    x.iter().map(|v| f64::from_bits(v.to_bits())).collect()
}

#[differentiate]
fn caller(x: &[f64]) -> f64 {
    let y = refused(x);
    y.iter().map(|v| v * v).sum()
}

fn main() {
    println!("{:?} {:?}", caller_grad(&[1.0]), refused_vjp(&[1.0], vec![1.0]));
}
