//! Annotated functions inside functions, several in one scope, recursion, items in bodies.

use autodiff::differentiate;

#[differentiate]
fn even(x: f64, n: usize) -> f64 {
    if n == 0 { 1.0 } else { x * odd(x, n - 1) }
}

#[differentiate]
fn odd(x: f64, n: usize) -> f64 {
    if n == 0 { 0.0 } else { x + even(x, n - 1) }
}

#[differentiate]
fn outer(x: f64) -> f64 {
    #[differentiate]
    fn helper(v: f64) -> f64 {
        v.powi(3)
    }
    const SCALE: f64 = 2.0;
    SCALE * helper(x)
}

fn not_annotated(x: f64) -> f64 {
    #[differentiate]
    fn f(x: f64) -> f64 {
        x * x
    }
    let slope = f_grad(x);
    {
        #[differentiate]
        fn f(x: f64) -> f64 {
            -x
        }
        slope + f_grad(x)
    }
}

mod first {
    #[autodiff::differentiate]
    pub fn f(x: f64) -> f64 {
        x
    }
}

mod second {
    #[autodiff::differentiate]
    pub fn f(x: f64) -> f64 {
        super::first::f(x) * x
    }
}

macro_rules! annotated {
    ($($name:ident($x:ident: $t:ty) = $body:expr;)+) => {$(
        #[differentiate]
        fn $name($x: $t) -> $t {
            let y = $x;
            $body * y
        }
    )+};
}

annotated! {
    from_macro(x: f64) = x + 1.0;
    from_macro_f32(x: f32) = x.sin();
}

#[test]
fn works() {
    assert_eq!(even_grad(2.0, 2), 5.0);
    assert_eq!(outer_grad(2.0), 24.0);
    assert_eq!(not_annotated(3.0), 5.0);
    assert_eq!(second::f_grad(3.0), 6.0);
    assert_eq!(from_macro_grad(2.0), 5.0);
    assert_eq!(from_macro_f32_grad(0.0), 0.0);
}
