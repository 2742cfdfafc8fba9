use autodiff::differentiate;

#[differentiate(wrt(x, sigma))]
fn gauss(x: f64, mu: f64) -> f64 {
    (-(x - mu).powi(2)).exp()
}

fn main() {}
