use super::Landscape as Surface;

pub struct Steep;

impl Surface for Steep {
    fn height(&self, x: f64) -> f64 {
        x * x * x
    }
}
