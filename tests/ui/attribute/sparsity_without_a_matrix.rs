use autodiff::differentiate;

#[derive(Clone, autodiff::Differentiable)]
struct Pair {
    a: f64,
    b: f64,
}

#[differentiate(hessian_sparsity)]
fn field(x: &[f64; 2]) -> [f64; 2] {
    [x[0] * x[1], x[0]]
}

#[differentiate(hessian_sparse)]
fn written(x: &[f64], out: &mut [f64]) {
    out[0] = x[0] * x[0];
}

#[differentiate(jacobian_sparsity)]
fn opaque(x: Pair) -> [f64; 2] {
    [x.a, x.b]
}

#[differentiate(jacobian_sparse)]
fn mixed(x: f64, y: f32) -> [f64; 2] {
    [x, f64::from(y)]
}

fn main() {}
