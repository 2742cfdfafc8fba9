//! Types that put a method of their own in the place of a trait's annotated one, where no source tells: the companions find out.
//!
//! A macro writes them, and is given the method's name; a type of another crate is the same to the attribute.

use autodiff::{Real, differentiate};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

trait Model {
    fn stiffness(&self) -> f64 {
        2.0
    }

    #[differentiate(wrt(x), jvp, hessian, hvp, taylor)]
    fn energy(&self, x: f64) -> f64 {
        self.stiffness() * x * x
    }

    #[differentiate(wrt(x), jvp)]
    fn flow(&self, t: f64, x: &[f64], out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] = out[i] * t + x[i].sin();
        }
    }

    #[differentiate]
    fn moments(x: Vec<f64>, a: [f64; 2], n: usize, name: String) -> (f64, Vec<f64>) {
        let mut s = name.len() as f64;
        for i in 0..n {
            s += x[i] * a[i % 2];
        }
        (s, x.iter().map(|v| v * v).collect())
    }

    #[differentiate]
    fn product<T: Real, const N: usize>(&self, x: &[T; N], y: T) -> T {
        x.iter().fold(y, |p, x| p * *x)
    }

    #[differentiate]
    fn total(&self, x: &[f64]) -> f64 {
        x.iter().map(|v| v * v.sin()).sum()
    }

    #[differentiate(wrt(x))]
    fn halved(&self, x: f64, n: usize) -> f64 {
        if n == 0 {
            x
        } else {
            self.halved(x * 0.5, n - 1) * x.sin()
        }
    }

    #[differentiate]
    fn single(x: f32) -> f32 {
        x.sqrt()
    }
}

/// Implements the trait with a method by its name.
macro_rules! model {
    ($ty:ident $(, $method:ident, $signature:tt, $body:expr)*) => {
        #[derive(Clone)]
        struct $ty;
        impl Model for $ty {
            $(model! { @ $method $signature $body })*
        }
    };
    (@ $method:ident { $($signature:tt)* } $body:expr) => {
        fn $method $($signature)* { $body }
    };
}

model!(Given);
model!(Cubic, energy, { (&self, x: f64) -> f64 }, x * x * x);
model!(Still, flow, { (&self, _: f64, _: &[f64], _: &mut [f64]) }, ());
model!(Zeros, moments, { (x: Vec<f64>, _: [f64; 2], _: usize, _: String) -> (f64, Vec<f64>) }, (0.0, x));
model!(One, product, { <T: Real, const N: usize>(&self, _: &[T; N], y: T) -> T }, y);
model!(Sum, total, { (&self, x: &[f64]) -> f64 }, x.iter().sum());
model!(Quarter, halved, { (&self, x: f64, n: usize) -> f64 }, x / 4_f64.powi(n as i32));
model!(Whole, single, { (x: f32) -> f32 }, x);
model!(Same, energy, { (&self, x: f64) -> f64 }, x.powi(2) * 2.0);

/// A message that names the method, the type and what to do.
fn refused<R>(method: &str, ty: &str, f: impl FnOnce() -> R) {
    let outcome = catch_unwind(AssertUnwindSafe(f));
    let payload = outcome.err().expect("another method is found out");
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(message.contains(&format!("`Model::{method}`")), "{message}");
    assert!(
        message.contains(&format!("::{ty}`")) && message.contains("inherent"),
        "{message}"
    );
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-12, "{a} {b}");
}

#[test]
fn the_bodys_own() {
    near(Given.energy_grad(0.3), 1.2);
    near(Given.energy_jvp(0.3, 1.0).1, 1.2);
    near(Given.energy_hvp(0.3, 1.0), 4.0);
    near(Given.energy_taylor::<3>(0.3, 1.0)[2], 2.0);
    let mut cotangent = [1.0, 2.0];
    let d = Given.flow_vjp(0.5, &[0.1, 0.2], &mut [3.0, 4.0], &mut cotangent);
    near(d[1], 2.0 * 0.2_f64.cos());
    near(cotangent[1], 1.0);
    let (_, (dx, da)) = Given::moments_vjp(
        vec![1.0, 3.0],
        [0.5, 2.0],
        2,
        "n".into(),
        (1.0, vec![0.0, 1.0]),
    );
    assert_eq!((dx, da), (vec![0.5, 8.0], [1.0, 3.0]));
    assert_eq!(Given.product_grad(&[2.0, 3.0], 4.0), ([12.0, 8.0], 6.0));
    near(
        Given.total_grad(&[0.5])[0],
        0.5_f64.sin() + 0.5 * 0.5_f64.cos(),
    );
    assert!(Given.halved_grad(0.3, 30).is_finite());
    assert_eq!(Given::single_grad(4.0), 0.25);
}

#[test]
fn another_in_all_modes_and_orders() {
    refused("energy", "Cubic", || Cubic.energy_grad(0.3));
    refused("energy", "Cubic", || Cubic.energy_value_and_grad(0.3));
    refused("energy", "Cubic", || Cubic.energy_grad_into(0.3, &mut 0.0));
    refused("energy", "Cubic", || Cubic.energy_jvp(0.3, 1.0));
    refused("energy", "Cubic", || Cubic.energy_hessian(0.3));
    refused("energy", "Cubic", || Cubic.energy_hvp(0.3, 1.0));
    refused("energy", "Cubic", || Cubic.energy_taylor::<3>(0.3, 1.0));
}

#[test]
fn another_of_all_signatures() {
    let (x, t) = ([0.1, 0.2], [1.0, 1.0]);
    refused("flow", "Still", || {
        Still.flow_vjp(0.5, &x, &mut [3.0, 4.0], &mut [1.0, 2.0])
    });
    refused("flow", "Still", || {
        Still.flow_jvp(0.5, &x, &mut [3.0, 4.0], &t, &mut [1.0, 2.0])
    });
    refused("moments", "Zeros", || {
        Zeros::moments_vjp(vec![1.0], [0.5, 2.0], 1, "n".into(), (1.0, vec![1.0]))
    });
    refused("product", "One", || One.product_grad(&[2.0, 3.0], 4.0));
    refused("total", "Sum", || Sum.total_grad(&x));
    refused("halved", "Quarter", || Quarter.halved_grad(0.3, 3));
    refused("single", "Whole", || Whole::single_grad(2.0));
}

/// Where both return the same number they are not told apart, nor need they be where they are the same function.
#[test]
fn the_same_in_other_words() {
    near(Same.energy_grad(0.3), 1.2);
    near(Quarter.halved_grad(0.3, 0), 1.0);
}

#[differentiate(wrt(x), jvp, hessian)]
fn called<M: Model>(m: &M, x: f64) -> f64 {
    m.energy(x.sin()) + x
}

#[differentiate(wrt(x))]
fn in_loops<M: Model>(m: &M, x: &[f64]) -> f64 {
    let mut out = vec![0.0; x.len()];
    for _ in 0..3 {
        m.flow(2.0, x, &mut out);
    }
    out.iter().sum::<f64>() + m.total(x)
}

#[test]
fn another_called_by_an_annotated_function() {
    near(
        called_grad(&Given, 0.3),
        4.0 * 0.3_f64.sin() * 0.3_f64.cos() + 1.0,
    );
    refused("energy", "Cubic", || called_grad(&Cubic, 0.3));
    refused("energy", "Cubic", || called_jvp(&Cubic, 0.3, 1.0));
    refused("energy", "Cubic", || called_hessian(&Cubic, 0.3));
    refused("flow", "Still", || in_loops_grad(&Still, &[0.1, 0.2]));
    refused("total", "Sum", || in_loops_grad(&Sum, &[0.1, 0.2]));
}

/// A method that returns something else each time is no other method.
#[test]
fn what_is_counted() {
    struct Counter(Cell<u32>);
    impl Model for Counter {
        fn stiffness(&self) -> f64 {
            self.0.set(self.0.get() + 1);
            f64::from(self.0.get())
        }
    }
    near(Counter(Cell::new(0)).energy_grad(0.5), 1.0);
}
