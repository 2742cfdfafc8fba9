use autodiff::differentiate;

enum Curve<'a> {
    Table(&'a [f64]),
    Flat(f64),
}

impl Curve<'_> {
    fn at(&self, i: usize) -> f64 {
        match self {
            Curve::Table(values) => values[i],
            Curve::Flat(value) => *value,
        }
    }
}

#[differentiate]
fn first(x: &[f64], flat: bool) -> f64 {
    let curve = if flat {
        Curve::Flat(1.0)
    } else {
        Curve::Table(x)
    };
    curve.at(0)
}

fn main() {}
