use autodiff::differentiate;

struct Noise;

impl Noise {
    fn draw(scale: f64) -> f64 {
        scale
    }

    #[differentiate(constant)]
    fn of_table(i: usize) -> f64 {
        i as f64
    }
}

#[differentiate]
fn walk(x: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint]
    for i in 0..n {
        x = x.sin() + Noise::draw(0.1) + Noise::of_table(i);
    }
    x
}

fn main() {}
