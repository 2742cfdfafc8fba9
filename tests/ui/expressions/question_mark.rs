use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, text: &str) -> Option<f64> {
    let scale: f64 = text.parse().ok()?;
    Some(scale * x)
}

#[differentiate]
fn scaled_by_what_it_says(x: f64, text: &str) -> f64 {
    let scale = (|| text.parse::<f64>().ok()?.checked_scale())();
    x * scale.unwrap_or(1.0)
}

trait Scale {
    fn checked_scale(self) -> Option<f64>;
}

impl Scale for f64 {
    fn checked_scale(self) -> Option<f64> {
        self.is_finite().then_some(self)
    }
}

fn main() {}
