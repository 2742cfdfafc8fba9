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

mod same_name_in_a_macro {
    //! Two variables that differ by hygiene only.
    use autodiff::differentiate;

    macro_rules! hygienic {
        ($name:ident, $y:ident, $e:expr) => {
            #[differentiate]
            fn $name($y: f64, z: f64) -> f64 {
                let y = 3.0;
                $e * z + y
            }
        };
    }

    hygienic!(f, y, y * y);

    #[test]
    fn works() {
        assert_eq!(f_value_and_grad(2.0, 5.0), (23.0, (20.0, 4.0)));
    }
}

mod capitals {
    //! Variables in capitals: a `let` without `else` always binds.
    #![allow(non_snake_case)]
    use autodiff::differentiate;

    #[differentiate]
    fn f(A: f64, x: f64) -> f64 {
        let K = A * x;
        let mut S = 0.0;
        for I in 0..3 {
            S += K * I as f64;
        }
        S
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(1.0, 2.0), (6.0, 3.0));
    }
}
