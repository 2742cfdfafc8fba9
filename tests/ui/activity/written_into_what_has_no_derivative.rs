use autodiff::differentiate;

struct State {
    last: f64,
}

#[differentiate(wrt(x))]
fn step(x: f64, state: &mut State) -> f64 {
    state.last = x * x;
    state.last
}

fn main() {}
