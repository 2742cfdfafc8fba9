//! Calls by path, by alias, by glob and through modules with the function's name.
#![allow(unused_qualifications)]

pub mod cube {
    //! A module named as its function.
    use autodiff::differentiate;

    #[differentiate]
    pub fn cube(x: f64) -> f64 {
        x * x * x
    }

    pub mod twice {
        #[autodiff::differentiate]
        pub fn twice(x: f64) -> f64 {
            2.0 * super::cube(x)
        }
    }
}

mod exported {
    pub use super::cube::cube as third_power;
    pub use super::cube::twice::*;
}

use self::exported::third_power;
use autodiff::differentiate;
use exported::*;

#[differentiate]
fn through_paths(x: f64) -> f64 {
    use cube::cube as local;
    cube::cube(x)
        + self::cube::twice::twice(x)
        + third_power(x)
        + twice(x)
        + local(x)
        + crate::pass::modules::cube::cube(x)
}

mod same {
    //! A function and a macro, and a function and a module of one name.
    #[allow(unused_macros)]
    macro_rules! shared {
        () => {};
    }

    #[autodiff::differentiate]
    pub fn shared(x: f64) -> f64 {
        -x
    }
}

#[differentiate]
fn uses(x: f64) -> f64 {
    same::shared(x) * x
}

#[test]
fn works() {
    assert_eq!(
        through_paths_grad(1.0),
        3.0 * (1.0 + 2.0 + 1.0 + 2.0 + 1.0 + 1.0)
    );
    assert_eq!(cube::cube_grad(2.0), 12.0);
    assert_eq!(cube::twice::twice_value_and_grad(1.0), (2.0, 6.0));
    assert_eq!(uses_grad(3.0), -6.0);
}
