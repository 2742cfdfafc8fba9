use autodiff::differentiate;

trait Model {
    fn apply(&self, x: f64) -> f64;
}

#[differentiate]
fn doubled(model: &impl Model, x: f64) -> f64 {
    2.0 * model.apply(x)
}

fn main() {}
