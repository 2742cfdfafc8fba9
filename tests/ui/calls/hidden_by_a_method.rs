//! What is called, or its companion, would be another function's of the same name.
use autodiff::differentiate;

trait Potential {
    #[differentiate(wrt(x))]
    fn energy(&self, x: f64) -> f64 {
        x * x
    }

    #[differentiate(wrt(x))]
    fn depth(&self, x: f64) -> f64 {
        3.0 * x
    }
}

struct Well;

impl Potential for Well {}

impl Well {
    #[differentiate(wrt(x))]
    fn energy(&self, x: f64) -> f64 {
        10.0 * x
    }

    fn depth(&self, x: f64) -> f64 {
        20.0 * x
    }
}

#[differentiate]
fn of_the_trait(x: f64) -> f64 {
    Potential::energy(&Well, x)
}

#[differentiate]
fn of_the_trait_for_certain(x: f64) -> f64 {
    <Well as Potential>::energy(&Well, x)
}

#[differentiate]
fn of_the_type(x: f64) -> f64 {
    Well.energy(x) + Well::energy(&Well, x)
}

#[differentiate]
fn without_the_attribute(x: f64) -> f64 {
    Well.depth(x)
}

fn main() {
    of_the_trait_grad(1.0);
    of_the_trait_for_certain_grad(1.0);
    of_the_type_grad(1.0);
    without_the_attribute_grad(1.0);
}
