use autodiff::differentiate;

#[derive(Clone)]
struct Model {
    weights: Vec<f64>,
}

impl Model {
    fn weights(&mut self) -> &mut Vec<f64> {
        &mut self.weights
    }

    fn emptied(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.weights)
    }
}

#[differentiate(wrt(x))]
fn element(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let w = own.weights();
    w[0] = 5.0 * x;
    own.weights[0] + x
}

#[differentiate(wrt(x))]
fn with_its_type(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let w: &mut Vec<f64> = own.weights();
    w[0] = 5.0 * x;
    own.weights[0] + x
}

#[differentiate(wrt(x))]
fn pushed(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let w = own.weights();
    w.push(5.0 * x);
    own.weights[1] + x
}

#[differentiate(wrt(x))]
fn held_in_a_list(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let mut list = vec![own.weights()];
    list[0][0] = 5.0 * x;
    own.weights[0] + x
}

#[differentiate(wrt(x))]
fn put(to: &mut [f64], x: f64) {
    to[0] = 5.0 * x;
}

#[differentiate(wrt(x))]
fn lent_on(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let w = own.weights();
    put(&mut w[..], x);
    own.weights[0] + x
}

// What owns what it holds may be written to.
#[differentiate(wrt(x))]
fn owned(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let mut w: Vec<f64> = own.emptied();
    w[0] = 5.0 * x;
    w[0] + x
}

fn main() {}
