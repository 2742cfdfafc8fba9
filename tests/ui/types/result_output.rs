use autodiff::differentiate;

#[differentiate]
fn safe_sqrt(x: f64) -> Result<f64, String> {
    if x < 0.0 {
        return Err("negative".to_owned());
    }
    Ok(x.sqrt())
}

fn main() {}
