use autodiff::differentiate;

#[differentiate]
fn report(x: f64) {
    println!("{}", x * x);
}

fn main() {}
