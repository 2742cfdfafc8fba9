use autodiff::differentiate;

#[differentiate]
fn inverse_sqrt(x: f64) -> f64 {
    let y = f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (x.to_bits() >> 1));
    y * (1.5 - 0.5 * x * y * y)
}

fn main() {}
