use autodiff::differentiate;

#[differentiate]
fn refused(x: f64, y: &[f64]) -> f64 {
    f64::from_bits(x.to_bits()) + y[0]
}

#[differentiate]
fn caller(x: f64, y: &[f64]) -> f64 {
    let z = refused(x * 2.0, y);
    z * refused(z, y)
}

fn main() {
    let y = [1.0, 2.0];
    let value: f64 = refused(1.0, &y);
    let (dx, dy): (f64, Vec<f64>) = refused_grad(1.0, &y);
    let (again, (also_dx, also_dy)) = refused_value_and_grad(1.0, &y);
    println!("{}", value + dx + dy[0] + again + also_dx + also_dy[0]);
    println!("{:?}", caller_grad(1.0, &y));
}
