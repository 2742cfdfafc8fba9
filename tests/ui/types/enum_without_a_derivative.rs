use autodiff::differentiate;

enum Shape {
    Circle(f64),
    Square(f64),
}

#[differentiate]
fn area(x: f64, round: bool) -> f64 {
    let shape = if round {
        Shape::Circle(x)
    } else {
        Shape::Square(x)
    };
    match shape {
        Shape::Circle(r) => 3.0 * r * r,
        Shape::Square(a) => a * a,
    }
}

fn main() {}
