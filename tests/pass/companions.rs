//! A function's companions have names of their own: they may be imported, passed on and shadowed.

mod library {
    use autodiff::differentiate;

    #[differentiate]
    pub fn energy(x: f64, v: f64) -> f64 {
        0.5 * v * v + x * x
    }
}

use library::{energy, energy_grad, energy_grad_into, energy_value_and_grad};

fn at<G>(gradient: impl Fn(f64, f64) -> G) -> G {
    gradient(3.0, 4.0)
}

#[allow(dead_code)]
struct Energy {
    energy: f64,
    energy_grad: (f64, f64),
}

#[test]
fn works() {
    assert_eq!(at(energy), 17.0);
    assert_eq!(at(energy_grad), (6.0, 4.0));
    let pointer: fn(f64, f64) -> (f64, f64) = energy_grad;
    assert_eq!(pointer(1.0, 2.0), (2.0, 2.0));
    let (energy, energy_grad) = energy_value_and_grad(1.0, 2.0);
    let both = Energy {
        energy,
        energy_grad,
    };
    assert_eq!((both.energy, both.energy_grad), (3.0, (2.0, 2.0)));
    let (mut dx, mut dv) = (f64::NAN, 7.0);
    assert_eq!(energy_grad_into(1.0, 2.0, &mut dx, &mut dv), 3.0);
    assert_eq!((dx, dv), (2.0, 2.0));
    let threads: Vec<_> = (0..4)
        .map(|i| std::thread::spawn(move || library::energy_grad(f64::from(i), 0.0).0))
        .map(|thread| thread.join().unwrap())
        .collect();
    assert_eq!(threads, [0.0, 2.0, 4.0, 6.0]);
}
