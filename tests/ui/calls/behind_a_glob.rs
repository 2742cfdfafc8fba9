//! The companion that a `use m::*` brings along belongs to another function than the one that is called.
mod curves {
    #[autodiff::differentiate]
    pub fn bend(x: f64) -> f64 {
        x * x
    }

    #[autodiff::differentiate]
    pub fn fold(x: f64) -> f64 {
        x * x
    }
}

mod user {
    use super::curves::*;
    use autodiff::differentiate;

    fn fold(x: f64) -> f64 {
        5.0 * x
    }

    #[differentiate]
    pub fn both(x: f64) -> f64 {
        fold(x) + bend(x)
    }
}

fn main() {
    user::both_grad(1.0);
}
