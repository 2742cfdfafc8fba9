use autodiff::Differentiable;

#[derive(Clone, Differentiable)]
enum Nothing {}

#[derive(Clone, Copy, Differentiable)]
union Bits {
    float: f64,
    integer: u64,
}

fn main() {}
