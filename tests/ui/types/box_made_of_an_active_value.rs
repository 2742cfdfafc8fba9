use autodiff::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
enum Tree {
    Leaf(f64),
    Node(Box<Tree>, Box<Tree>),
}

#[differentiate]
fn sum(x: f64) -> f64 {
    let tree = Tree::Node(Box::new(Tree::Leaf(x)), Box::new(Tree::Leaf(1.0)));
    match &tree {
        Tree::Leaf(v) => *v,
        Tree::Node(..) => 0.0,
    }
}

fn main() {}
