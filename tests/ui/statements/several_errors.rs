use autodiff::differentiate;

fn parse(text: &str) -> Result<f64, ()> {
    text.parse().map_err(|_| ())
}

#[differentiate]
fn model(x: f64, text: &str) -> f64 {
    let scale = parse(text)?;
    let bits = x.to_bits();
    let first = unsafe { *[x].get_unchecked(0) };
    let later = std::iter::successors(Some(x), |v| Some(v * 0.5)).take(3).sum::<f64>();
    scale * first + later + bits as f64
}

fn main() {}
