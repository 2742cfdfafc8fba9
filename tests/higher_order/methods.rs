//! T03 and methods.

use autodiff::{Differentiable, differentiate};

use crate::numbers::assert_close;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Dense {
    w: [f64; 2],
    b: f64,
    n: usize,
}

impl Dense {
    #[differentiate(wrt(self, x))]
    fn forward(&self, x: &[f64; 2]) -> f64 {
        let mut z = self.b;
        for i in 0..self.n {
            z += self.w[i] * x[i];
        }
        z.tanh()
    }
}

const X: [f64; 2] = [1.0, 2.0];

fn dense() -> Dense {
    Dense {
        w: [0.5, -0.25],
        b: 0.1,
        n: 2,
    }
}

/// T03: the gradient of a struct is a struct, in which what is no float is copied.
#[test]
fn gradient_of_a_struct() {
    let (value, (by_self, by_x)) = dense().forward_value_and_grad(&X);
    assert_eq!(value, dense().forward(&X));
    assert_eq!(by_self.n, 2);
    let slope = 1.0 - value * value;
    assert_close(by_self.w, X.map(|x| slope * x));
    assert_close(by_self.b, slope);
    assert_close(by_x, [0.5 * slope, -0.25 * slope]);
    assert!((value - 0.099_667_994_62).abs() < 1e-11);
    assert!((by_self.b - 0.990_066_290_8).abs() < 1e-10);
}

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
