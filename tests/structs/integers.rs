//! Integer fields of structs that are generic over their number, cast to floats and made numbers.

use super::agrees;
use autodiff::{Differentiable, Real, differentiate};
use num_traits::{Float, FromPrimitive};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Series<T> {
    x: T,
    terms: usize,
    weight: u32,
    inner: Shifted<T>,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Shifted<T> {
    y: T,
    by: i32,
}

impl<T: Real> Series<T> {
    #[differentiate(wrt(self), hessian)]
    fn cast(&self) -> T {
        self.x * self.x * T::from_f64(self.terms as f64)
            + T::from_f64(f64::from(self.weight)) * self.inner.y.sin()
            + T::from_f64(f64::from(self.inner.by)) * self.x * self.inner.y
            + self.x.powi(self.inner.by)
    }

    /// The field is a variable.
    #[differentiate(wrt(self), hessian)]
    fn counted(&self) -> T {
        let mut state = self.clone();
        let mut product = self.inner.y;
        for i in 0..state.terms {
            product *= state.x * T::from_f64((state.terms + i) as f64);
            state.terms += 1;
            state.inner.by -= 1;
        }
        product + state.inner.y * T::from_f64(state.inner.by as f64)
    }
}

#[differentiate(hessian)]
fn free(s: &Series<f64>) -> f64 {
    s.x * s.x * s.terms as f64 + f64::from(s.inner.by) * s.inner.y * s.inner.y
}

#[differentiate]
fn of_num_traits<T: Float + FromPrimitive>(s: &Series<T>) -> T {
    s.x * s.inner.y * T::from_usize(s.terms).unwrap() + s.inner.y * T::from(s.weight).unwrap()
}

fn at(flat: &[f64]) -> Series<f64> {
    Series {
        x: flat[0],
        terms: 3,
        weight: 7,
        inner: Shifted { y: flat[1], by: -4 },
    }
}

const AT: [f64; 2] = [1.3, 0.4];

#[test]
fn gradients() {
    let s = at(&AT);
    assert_eq!(s.cast_grad().terms, 3);
    agrees(|v| at(v).cast(), s.cast_grad().to_flat(), &AT);
    agrees(|v| at(v).counted(), s.counted_grad().to_flat(), &AT);
    agrees(|v| free(&at(v)), free_grad(&s).to_flat(), &AT);
    let (value, gradient) = of_num_traits_value_and_grad(&s);
    assert_eq!(value, of_num_traits(&s));
    assert_eq!(gradient.to_flat(), [3.0 * 0.4, 3.0 * 1.3 + 7.0]);
}

#[test]
fn hessians() {
    let s = at(&AT);
    for i in 0..2 {
        agrees(
            |v| at(v).cast_grad().to_flat()[i],
            s.cast_hessian().row(i).to_vec(),
            &AT,
        );
        agrees(
            |v| at(v).counted_grad().to_flat()[i],
            s.counted_hessian().row(i).to_vec(),
            &AT,
        );
        agrees(
            |v| free_grad(&at(v)).to_flat()[i],
            free_hessian(&s).row(i).to_vec(),
            &AT,
        );
    }
}

/// What is cast to an integer may be an enum, or a float that chooses something.
mod to_integers {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum Order {
        First,
        Second,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Stencil<T> {
        weights: Vec<T>,
        #[differentiable(skip)]
        order: Order,
        at: u8,
    }

    impl<T: Real> Stencil<T> {
        #[differentiate(wrt(self, x))]
        fn value(&self, x: T) -> T {
            self.weights[self.order as usize] * x
                + self.weights[self.at as usize].powi(self.at as i32 + 1)
        }
    }

    #[test]
    fn choose() {
        let stencil = Stencil {
            weights: vec![2.0, 3.0, 5.0],
            order: Order::Second,
            at: 2,
        };
        assert_eq!(stencil.value(7.0), 21.0 + 125.0);
        let (own, by_x) = stencil.value_grad(7.0);
        assert_eq!(
            (own.weights, own.order, by_x),
            (vec![0.0, 7.0, 75.0], Order::Second, 3.0)
        );
        assert_eq!(Order::First as usize, 0);
    }
}
