//! The companion that a `use m::*` brings along belongs to another function than the one that is imported.
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

mod lines {
    pub fn bend(x: f64) -> f64 {
        3.0 * x
    }
}

mod user {
    use super::curves::*;
    use super::lines::bend;
    use autodiff::differentiate;

    #[differentiate]
    pub fn both(x: f64) -> f64 {
        fold(x) + bend(x)
    }
}

fn main() {
    user::both_grad(1.0);
}
