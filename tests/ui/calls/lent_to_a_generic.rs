use autodiff::differentiate;

struct Numbers(u64);

impl Iterator for Numbers {
    type Item = f64;
    fn next(&mut self) -> Option<f64> {
        self.0 += 1;
        Some(self.0 as f64)
    }
}

#[differentiate]
fn drawn(x: f64, numbers: &mut impl Iterator<Item = f64>) -> f64 {
    x * numbers.next().unwrap()
}

#[differentiate(wrt(x))]
fn twice(x: f64, numbers: &mut Numbers) -> f64 {
    drawn(x, numbers) * drawn(x, numbers)
}

fn main() {}
