use autodiff::differentiate;

#[differentiate]
fn refused(x: &[f64], out: &mut [f64]) {
    out[0] = f64::from_bits(x[0].to_bits());
}

#[differentiate]
fn caller(x: &[f64]) -> f64 {
    let mut out = [0.0; 2];
    refused(x, &mut out);
    out[0] * out[1]
}

fn main() {
    let mut out = [0.0; 2];
    refused(&[1.0], &mut out);
    println!("{:?}", caller_grad(&[1.0]));
}
