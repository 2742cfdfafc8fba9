use autodiff::{Differentiable, Real, differentiate};

#[derive(Clone, Differentiable)]
struct Scaled<T> {
    x: T,
    scale: f64,
    steps: usize,
}

impl<T: Real> Scaled<T> {
    #[differentiate(wrt(self))]
    fn value(&self) -> T {
        self.x * T::from_f64(self.scale as f64) * T::from_f64(self.steps as f64)
    }
}

fn main() {}
