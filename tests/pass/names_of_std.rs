//! Users who name things as std does.

mod types {
    use autodiff::differentiate;

    #[allow(dead_code)]
    pub struct Vec;
    #[allow(dead_code)]
    pub struct Option;
    #[allow(dead_code)]
    pub struct Clone;
    #[allow(dead_code)]
    pub struct Iterator;
    #[allow(dead_code)]
    pub struct Default;

    #[differentiate]
    fn squares(x: &[f64]) -> f64 {
        let mut copy = x.to_vec();
        let mut sum = 0.0;
        for v in &mut copy {
            *v *= *v;
            sum += *v;
        }
        sum
    }

    #[test]
    fn works() {
        assert_eq!(squares_grad(&[1.0, 2.0]), [2.0, 4.0]);
    }
}

mod primitive {
    //! Not even `usize` and `f32` are safe.

    use autodiff::differentiate;

    #[allow(non_camel_case_types, dead_code)]
    pub struct usize;
    #[allow(non_camel_case_types, dead_code)]
    pub struct bool;
    #[allow(non_camel_case_types, dead_code)]
    pub struct f32;

    #[differentiate]
    fn power(x: f64) -> f64 {
        let mut p = 1.0;
        for i in 0..3 {
            if i > 0 && x > 0.0 {
                p *= x;
            }
        }
        p
    }

    #[test]
    fn works() {
        assert_eq!(power_grad(3.0), 6.0);
    }
}

mod functions {
    #![allow(non_snake_case)]
    use autodiff::differentiate;

    #[allow(dead_code)]
    fn Some(x: f64) -> f64 {
        -x
    }

    #[allow(dead_code)]
    fn None() {}

    #[allow(dead_code)]
    fn drop() {}

    #[differentiate]
    fn doubled(x: f64, out: &mut f64) {
        *out += 2.0 * x;
    }

    #[differentiate]
    fn zero(x: f64) -> f64 {
        let mut y = x;
        doubled(x, &mut y);
        y
    }

    #[test]
    fn works() {
        assert_eq!(zero_grad(1.0), 3.0);
    }
}

mod crates {
    //! Modules named `core`, `std`, `alloc` and `autodiff`.

    #[allow(dead_code)]
    mod core {}
    #[allow(dead_code)]
    mod std {}
    #[allow(dead_code)]
    mod alloc {}
    #[allow(dead_code)]
    mod autodiff {}

    #[::autodiff::differentiate]
    fn product(x: &[f64]) -> f64 {
        x.iter().product()
    }

    #[test]
    fn works() {
        assert_eq!(product_grad(&[2.0, 3.0, 4.0]), [12.0, 8.0, 6.0]);
    }
}

mod macros {
    //! Macros named as std's.

    use autodiff::differentiate;

    #[allow(unused_macros)]
    macro_rules! unreachable {
        () => {
            compile_error!("not this one")
        };
    }
    #[allow(unused_macros)]
    macro_rules! assert {
        ($($t:tt)*) => {
            compile_error!("not this one")
        };
    }

    #[differentiate]
    fn cubed(x: f64) -> f64 {
        let mut y = 1.0;
        for _ in 0..3 {
            y *= x;
        }
        y
    }

    #[test]
    fn works() {
        assert_eq!(cubed_grad(2.0), 12.0);
    }
}
