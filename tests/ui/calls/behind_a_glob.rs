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

mod lines {
    pub fn bend(x: f64) -> f64 {
        3.0 * x
    }
}

mod user {
    use super::curves::*;
    use super::lines::bend;
    use autodiff::differentiate;

    fn fold(x: f64) -> f64 {
        5.0 * x
    }

    #[differentiate]
    pub fn imported(x: f64) -> f64 {
        bend(x)
    }

    #[differentiate]
    pub fn beside(x: f64) -> f64 {
        fold(x)
    }
}

fn main() {
    user::imported_grad(1.0);
    user::beside_grad(1.0);
}
