//! Methods in every mode.

use autodiff::differentiate;

struct Spring {
    stiffness: f64,
}

impl Spring {
    #[differentiate(hessian, jvp, taylor)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }

    #[differentiate(jacobian)]
    fn step(x: &[f64; 2], h: f64) -> [f64; 2] {
        [x[0] + h * x[1], x[1] - h * x[0]]
    }
}

/// Without `wrt(self, ..)` a method's `self` is a constant.
#[test]
fn companions_of_methods() {
    let spring = Spring { stiffness: 4.0 };
    assert_eq!(spring.energy_grad(3.0), 12.0);
    assert_eq!(spring.energy_hessian(3.0), [[4.0]]);
    assert_eq!(spring.energy_jvp(3.0, 0.5), (18.0, 6.0));
    assert_eq!(spring.energy_taylor::<4>(3.0, 1.0), [18.0, 12.0, 2.0, 0.0]);
    let jacobian: [[f64; 3]; 2] = Spring::step_jacobian(&[1.0, 2.0], 0.5);
    assert_eq!(jacobian, [[1.0, 0.5, 2.0], [-0.5, 1.0, -1.0]]);
}
