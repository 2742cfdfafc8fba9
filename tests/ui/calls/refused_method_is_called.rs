use autodiff::differentiate;

struct Model {
    calls: usize,
}

impl Model {
    #[differentiate]
    fn counted(&mut self, x: f64) -> f64 {
        self.calls += 1;
        x * x
    }

    #[differentiate]
    fn refused(&self, x: f64) -> f64 {
        unsafe { x }
    }

    #[differentiate]
    fn caller(&self, x: f64) -> f64 {
        self.refused(x) * x
    }
}

fn main() {
    let mut model = Model { calls: 0 };
    println!("{} {}", model.counted_grad(1.0), model.caller_grad(1.0));
}
