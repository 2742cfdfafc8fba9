use autodiff::differentiate;

#[derive(Clone, Copy, Default)]
struct State {
    position: f64,
    speed: f64,
}

#[differentiate]
fn fall(t: f64) -> f64 {
    let mut state = State::default();
    for _ in 0..3 {
        state.speed -= 9.81 * t;
        state.position += 0.5 * state.speed * t;
    }
    state.position
}

fn main() {}
