use autodiff::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Model {
    weight: f64,
}

impl Model {
    #[differentiate(wrt(self, x))]
    fn step(&self, x: f64) -> f64 {
        self.weight * x
    }
}

#[derive(Clone, Differentiable)]
struct State {
    value: f64,
}

impl State {
    #[differentiate(wrt(self, x))]
    fn step(&mut self, x: f64) -> f64 {
        self.value += x;
        self.value
    }
}

#[differentiate]
fn run(model: &Model, start: State, x: f64) -> f64 {
    let mut state = start;
    let y = model.step(x);
    state.step(y) + State::step(&mut state, y)
}

fn main() {}
