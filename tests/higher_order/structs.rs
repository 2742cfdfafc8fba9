//! Structs that hold floats, in forward mode and at higher orders.

use autodiff::{Differentiable, differentiate};

use crate::numbers::assert_close;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Dense {
    w: [f64; 2],
    b: f64,
    n: usize,
}

impl Dense {
    #[differentiate(wrt(self, x), jvp, hvp)]
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

/// A tangent of `self` is a `Dense` as well.
#[test]
fn forward_against_reverse() {
    let direction = Dense {
        w: [0.3, -1.0],
        b: 2.0,
        n: 2,
    };
    let (_, tangent) = dense().forward_jvp(&X, &direction, &[0.7, 0.2]);
    let (by_self, by_x) = dense().forward_grad(&X);
    let expected = by_self.w[0] * direction.w[0]
        + by_self.w[1] * direction.w[1]
        + by_self.b * direction.b
        + by_x[0] * 0.7
        + by_x[1] * 0.2;
    assert_close(tangent, expected);
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Ball {
    position: [f64; 2],
    mass: f64,
    number: usize,
}

#[differentiate(jvp, hvp)]
fn potential(ball: &Ball, gravity: f64) -> f64 {
    ball.mass * gravity * ball.position[1]
}

#[test]
fn tangents_of_a_struct() {
    let ball = Ball {
        position: [1.0, 2.0],
        mass: 3.0,
        number: 8,
    };
    let direction = Ball {
        position: [0.0, 30.0],
        mass: 20.0,
        number: 8,
    };
    let (value, tangent): (f64, f64) = potential_jvp(&ball, 10.0, &direction, 0.5);
    assert_eq!(
        (value, tangent),
        (60.0, 20.0 * 20.0 + 30.0 * 30.0 + 0.5 * 6.0)
    );
    let (by_ball, by_gravity): (Ball, f64) = potential_hvp(&ball, 10.0, &direction, 0.5);
    assert_eq!(by_ball.position, [0.0, 10.0 * 20.0 + 3.0 * 0.5]);
    assert_eq!((by_ball.mass, by_ball.number), (10.0 * 30.0 + 2.0 * 0.5, 8));
    assert_eq!(by_gravity, 2.0 * 20.0 + 3.0 * 30.0);
}
