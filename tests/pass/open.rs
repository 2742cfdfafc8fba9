//! Programs that once were refused or wrong, each for the reason in its first line.
#![allow(non_snake_case)]

mod same_name_in_a_macro {
    //! WRONG VALUE AND GRADIENT: two variables that differ by hygiene only are taken for one.
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
    //! Refused: `let K` is taken for a constant's pattern, though a `let` without `else` always binds.
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

mod type_parameters_that_are_no_numbers {
    //! Refused: a parameter of the function's own type `F`, which is not `Real`, is taken for a differentiable one.
    use autodiff::differentiate;

    #[differentiate]
    fn f<F: Fn(usize) -> bool>(x: f64, keep: F) -> f64 {
        if keep(1) { x } else { 2.0 * x }
    }

    #[test]
    fn works() {
        let slope: f64 = f_grad(1.0, |_| false);
        assert_eq!(slope, 2.0);
    }
}

mod unused_but_differentiated {
    //! `f` is reported as unused where a parameter is `impl Trait`; other functions are not.
    #![deny(dead_code)]
    use autodiff::differentiate;

    #[differentiate]
    fn f(x: f64, keep: impl Fn(usize) -> bool) -> f64 {
        if keep(1) { x } else { 2.0 * x }
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(1.0, |_| false), 2.0);
    }
}

mod deprecated {
    //! The companions of a deprecated function warn where they are generated; better: they are deprecated themselves.
    #![deny(warnings)]
    use autodiff::differentiate;

    #[deprecated(note = "for a test")]
    #[differentiate]
    fn old(x: f64) -> f64 {
        x + 1.0
    }

    #[test]
    #[allow(deprecated)]
    fn works() {
        assert_eq!(old_grad(1.0), 1.0);
    }
}

mod constant_with_an_index {
    //! Refused: a result that is no float, of a function that is constant by declaration.
    use autodiff::differentiate;

    #[differentiate(constant)]
    fn find(knots: &[f64], x: f64) -> usize {
        knots.iter().position(|k| *k > x).unwrap_or(0)
    }

    #[differentiate(wrt(x))]
    fn f(knots: &[f64], x: f64) -> f64 {
        knots[find(knots, x)] * x
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(&[0.0, 2.0], 1.0), 2.0);
    }
}

mod strings {
    //! Does not compile: a `match` on a `&str`.
    use autodiff::differentiate;

    #[differentiate]
    fn f(x: f64, s: &str) -> f64 {
        match s {
            "a" => x,
            _ => x * x,
        }
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(3.0, "b"), 6.0);
    }
}

mod mixed_floats {
    //! Does not compile: a cast between floats as an operand.
    use autodiff::differentiate;

    #[differentiate]
    fn f(x: f32, y: f64) -> f64 {
        x as f64 * y
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(3.0, 2.0), (2.0, 3.0));
    }
}

mod named_types_of_callees {
    //! Does not compile: a callee whose float type has a name is not generic, its caller is.
    use autodiff::differentiate;

    type F = f64;
    type V = [f64; 2];

    #[differentiate]
    fn inner(x: F, v: V) -> F {
        x * v[0] + v[1]
    }

    #[differentiate]
    fn f(x: f64, v: [f64; 2]) -> f64 {
        inner(x, v) * x
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(3.0, [1.0, 2.0]), (8.0, [9.0, 3.0]));
    }
}

mod zip_without_a_prelude {
    //! Does not compile: the emitted code calls `Ord::min` as a method of `usize`.
    #![no_implicit_prelude]
    use ::core::iter::Iterator as _;

    #[::autodiff::differentiate]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (a, b) in x.iter().zip(y) {
            sum += a * b;
        }
        sum
    }

    #[::core::prelude::v1::test]
    fn works() {
        ::core::assert_eq!(f_grad(&[1.0], &[3.0]), (::std::vec![3.0], ::std::vec![1.0]));
    }
}

mod a_trait_with_min {
    //! Does not compile, for the same reason: two methods `min`.
    use autodiff::differentiate;

    #[allow(dead_code)]
    trait Bounded {
        fn min(self, other: Self) -> Self;
    }

    impl Bounded for usize {
        fn min(self, _: usize) -> usize {
            panic!("not this one")
        }
    }

    #[differentiate]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(&[1.0], &[3.0]), (vec![3.0], vec![1.0]));
    }
}
