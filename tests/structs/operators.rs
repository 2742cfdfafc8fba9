//! Operators of types of one's own, with annotated implementations.

// Each means something of its own here, so that none is taken for another.
#![allow(clippy::assign_op_pattern, clippy::suspicious_arithmetic_impl)]

use super::{agrees, near};
use autodiff::{Differentiable, Real, differentiate};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Vec3 {
    x: f64,
    y: f64,
    z: f64,
}

#[differentiate]
impl Add for Vec3 {
    type Output = Vec3;
    fn add(self, other: Vec3) -> Vec3 {
        Vec3 {
            x: self.x + other.x,
            y: self.y + other.y,
            z: self.z + other.z,
        }
    }
}

#[differentiate]
impl Sub for Vec3 {
    type Output = Self;
    fn sub(self, other: Self) -> Self::Output {
        Self {
            x: self.x - other.x,
            y: self.y - other.y,
            z: self.z - other.z,
        }
    }
}

#[differentiate]
impl Mul<f64> for Vec3 {
    type Output = Vec3;
    fn mul(mut self, factor: f64) -> Vec3 {
        self.x *= factor;
        self.y *= factor;
        self.z *= factor;
        self
    }
}

#[differentiate]
impl Mul<Vec3> for f64 {
    type Output = Vec3;
    fn mul(self, vector: Vec3) -> Vec3 {
        vector * self
    }
}

/// The inner product, of references.
#[differentiate]
impl<'a> Mul<&'a Vec3> for &'a Vec3 {
    type Output = f64;
    fn mul(self, other: &Vec3) -> f64 {
        self.x * other.x + self.y * other.y + self.z * other.z
    }
}

#[differentiate]
impl Neg for Vec3 {
    type Output = Vec3;
    fn neg(self) -> Vec3 {
        let Vec3 { x, y, z } = self;
        Vec3 {
            x: -x,
            y: -y,
            z: -z,
        }
    }
}

/// Halved so many times: the second operand has no derivative.
#[differentiate]
impl Div<usize> for Vec3 {
    type Output = Vec3;
    fn div(self, count: usize) -> Vec3 {
        let mut halved = self;
        for _ in 0..count {
            halved = halved * 0.5;
        }
        halved
    }
}

/// Not what `Add` says, and with an exit.
#[differentiate]
impl AddAssign for Vec3 {
    fn add_assign(&mut self, other: Vec3) {
        self.x += other.x * 1.5;
        *self = *self + other * 0.1;
        if self.z > 0.0 {
            return;
        }
        self.z += other.z;
    }
}

#[differentiate]
impl MulAssign<f64> for Vec3 {
    fn mul_assign(&mut self, factor: f64) {
        *self = *self * (factor * factor);
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Ray {
    from: Vec3,
    to: Vec3,
}

fn vec3(v: &[f64]) -> Vec3 {
    Vec3 {
        x: v[0],
        y: v[1],
        z: v[2],
    }
}

#[differentiate]
fn path(a: Vec3, b: &Vec3, factor: f64) -> f64 {
    let c = a + *b * factor - 2.0 * a;
    let d = -c / 3;
    let mut sum = d;
    for k in 0..3 {
        sum = sum * 0.5 + a;
        if k == 1 {
            sum += c;
        }
    }
    sum *= factor;
    let mut ray = Ray { from: sum, to: *b };
    ray.from += ray.to;
    ray.to = ray.to + ray.from;
    let end = along(&ray, factor);
    &end * b + (a * factor).x
}

/// The fields have operators of their own, as the struct says.
#[differentiate]
fn along(ray: &Ray, t: f64) -> Vec3 {
    let direction = ray.to - ray.from;
    ray.from + direction * t
}

#[test]
fn against_differences() {
    for z in [-0.4, 0.9] {
        let flat = [0.1, 0.2, z, 0.5, -0.7, 0.3, 1.3];
        let f = |v: &[f64]| path(vec3(v), &vec3(&v[3..]), v[6]);
        let (value, (by_a, by_b, by_factor)) =
            path_value_and_grad(vec3(&flat), &vec3(&flat[3..]), 1.3);
        assert_eq!(value, f(&flat));
        let gradient = [by_a.to_flat(), by_b.to_flat(), vec![by_factor]].concat();
        agrees(f, gradient, &flat);
    }
}

/// One operand on both sides; the other one a constant.
#[differentiate(wrt(a))]
fn aliased(a: &Vec3, c: Vec3) -> f64 {
    let twice = c + c;
    a * a + (*a + *a - twice).y * (c - *a).x
}

#[test]
fn one_operand_twice() {
    let (a, c) = (vec3(&[0.3, -0.2, 0.7]), vec3(&[1.0, 2.0, 3.0]));
    let gradient = aliased_grad(&a, c).to_flat();
    agrees(|v| aliased(&vec3(v), c), gradient, &a.to_flat());
}

/// Over any number: other modes pass through its operators.
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Complex<T> {
    re: T,
    im: T,
}

#[differentiate]
impl<T: Real> Mul for Complex<T> {
    type Output = Complex<T>;
    fn mul(self, other: Self) -> Self {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

#[differentiate]
impl<T: Real> Add for Complex<T> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }
}

#[differentiate(hessian, jvp)]
fn escape(z: Complex<f64>, c: &Complex<f64>) -> f64 {
    let mut z = z;
    for _ in 0..3 {
        z = z * z + *c;
    }
    z.re * z.re + z.im * z.im
}

#[test]
fn of_any_number() {
    let (z, c) = (Complex { re: 0.3, im: 0.4 }, Complex { re: -0.1, im: 0.2 });
    let at = |v: &[f64]| {
        (
            Complex { re: v[0], im: v[1] },
            Complex { re: v[2], im: v[3] },
        )
    };
    let flat = [z.re, z.im, c.re, c.im];
    let gradient = |v: &[f64]| {
        let (z, c) = at(v);
        let (by_z, by_c) = escape_grad(z, &c);
        vec![by_z.re, by_z.im, by_c.re, by_c.im]
    };
    let f = |v: &[f64]| {
        let (z, c) = at(v);
        escape(z, &c)
    };
    agrees(f, gradient(&flat), &flat);
    let hessian = escape_hessian(z, &c);
    for j in 0..4 {
        let f = |v: &[f64]| gradient(v)[j];
        agrees(f, hessian.row(j).to_vec(), &flat);
        let unit = |k: usize| f64::from(u8::from(k == j));
        let (dz, dc) = at(&[unit(0), unit(1), unit(2), unit(3)]);
        near(escape_jvp(z, &c, dz, &dc).1, gradient(&flat)[j]);
    }
}

/// The attribute on the method: what it gives stands in the method's body.
mod on_the_method {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Pair<T> {
        a: T,
        b: T,
    }

    impl<T: Real> Add for Pair<T> {
        type Output = Self;
        #[differentiate]
        fn add(self, other: Self) -> Self::Output {
            Pair {
                a: self.a + other.a,
                b: self.b + other.b,
            }
        }
    }

    impl<T: Real> Mul<T> for Pair<T> {
        // Something may stand between the two.
        type Output = Pair<T>;

        /// A multiple.
        #[inline]
        #[differentiate(wrt(self, factor))]
        fn mul(self, factor: T) -> Pair<T> {
            Pair {
                a: self.a * factor,
                b: self.b * factor,
            }
        }
    }

    impl<'a, T: Real> Sub<&'a Pair<T>> for &'a Pair<T> {
        type Output = Pair<T>;
        #[autodiff::differentiate]
        fn sub(self, other: &'a Pair<T>) -> Pair<T> {
            Pair {
                a: self.a - other.a,
                b: self.b - other.b,
            }
        }
    }

    impl<T: Real> Neg for Pair<T> {
        type Output = Pair<T>;
        #[differentiate]
        fn neg(self) -> Pair<T> {
            Pair {
                a: -self.a,
                b: -self.b,
            }
        }
    }

    impl<T: Real> AddAssign for Pair<T> {
        #[differentiate]
        fn add_assign(&mut self, other: Self) {
            self.a += other.a * other.b;
            self.b += other.b;
        }
    }

    #[differentiate(hessian)]
    fn all(a: f64, b: f64) -> f64 {
        let p = Pair { a, b };
        let mut q = -(p * a + p);
        q += p * 0.5;
        let r = &q - &p;
        r.a * r.b
    }

    #[test]
    fn of_any_number() {
        let (a, b) = (0.7, -1.3);
        // q = (-(a² + a) + a b / 4, -(a b + b) + b / 2), r = q - p
        let want = |a: f64, b: f64| {
            let (x, y) = (-(a * a + a) + a * b / 4.0 - a, -(a * b + b) + b / 2.0 - b);
            let (xa, xb) = (-2.0 * a - 2.0 + b / 4.0, a / 4.0);
            let (ya, yb) = (-b, -a - 1.5);
            (x * y, [xa * y + x * ya, xb * y + x * yb])
        };
        let (value, gradient) = want(a, b);
        near(all(a, b), value);
        let (by_a, by_b) = all_grad(a, b);
        near(by_a, gradient[0]);
        near(by_b, gradient[1]);
        let hessian = all_hessian(a, b);
        for k in 0..2 {
            near(hessian[k][0], super::super::fd(|a| want(a, b).1[k], a));
            near(hessian[k][1], super::super::fd(|b| want(a, b).1[k], b));
        }
    }
}
