use autodiff::differentiate;

async fn load() -> f64 {
    2.0
}

#[differentiate]
async fn scaled(x: f64) -> f64 {
    load().await * x
}

fn main() {}
