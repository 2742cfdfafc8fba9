use autodiff::differentiate;

struct Held<'a> {
    value: &'a mut f64,
}

#[differentiate]
fn in_an_array(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    for r in [&mut a, &mut b] {
        *r *= 2.0;
    }
    a * b
}

#[differentiate]
fn in_a_vector(x: &[f64]) -> f64 {
    let mut copy = x.to_vec();
    let mut references: Vec<&mut f64> = copy.iter_mut().collect();
    *references[0] = 5.0;
    copy.iter().sum()
}

#[differentiate]
fn in_a_struct(x: f64) -> f64 {
    let mut a = x;
    let held = Held { value: &mut a };
    *held.value *= 2.0;
    a
}

fn main() {}
