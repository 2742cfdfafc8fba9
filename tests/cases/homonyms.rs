//! What the file says of a call or a type is believed only where it certainly means it: these look like mistakes and are none.

use autodiff::{Differentiable, differentiate};

/// Not derived, and no one's parameter: the functions below have structs of their own.
#[allow(dead_code)]
struct Spring {
    turns: usize,
}

#[allow(dead_code)]
fn energy(spring: &Spring) -> usize {
    spring.turns
}

#[test]
fn a_struct_of_the_function_the_item_stands_in() {
    #[derive(Clone, Differentiable)]
    struct Spring {
        stretch: f64,
    }
    #[differentiate]
    fn energy(spring: &Spring) -> f64 {
        spring.stretch * spring.stretch
    }
    assert_eq!(energy_grad(&Spring { stretch: 3.0 }).stretch, 6.0);
}

#[differentiate]
fn stage(x: f64) -> f64 {
    x * x
}

#[allow(dead_code)]
fn both() {}

#[test]
fn a_callee_of_the_function_the_item_stands_in() {
    #[differentiate]
    fn stage(x: f64, y: f64) -> f64 {
        x * y
    }
    #[differentiate]
    fn both(x: f64) -> f64 {
        stage(x, 3.0)
    }
    assert_eq!(both_grad(2.0), 3.0);
    assert_eq!(super::homonyms::stage_grad(2.0), 4.0);
}

mod plain {
    pub fn wave(x: f64, shift: f64) -> f64 {
        x + shift
    }
}

mod annotated {
    #[autodiff::differentiate]
    pub fn wave(x: f64) -> f64 {
        x * x
    }
}

mod renamed {
    use super::annotated::wave as ripple;

    #[allow(dead_code)]
    pub fn wave(x: f64, shift: f64) -> f64 {
        super::plain::wave(x, shift)
    }

    #[autodiff::differentiate]
    pub fn by_another_name(x: f64) -> f64 {
        ripple(x)
    }

    #[autodiff::differentiate]
    pub fn imported_inside(x: f64) -> f64 {
        use super::annotated::wave;
        wave(x) * x
    }

    #[autodiff::differentiate]
    pub fn a_closure(x: f64) -> f64 {
        let wave = |x: f64| 3.0 * x;
        wave(x) * x
    }
}

#[test]
fn functions_of_one_name_in_several_modules() {
    assert_eq!(renamed::by_another_name_grad(3.0), 6.0);
    assert_eq!(renamed::imported_inside_grad(3.0), 27.0);
    assert_eq!(renamed::a_closure_grad(3.0), 18.0);
}

/// Items of inner blocks stand at the top of what is emitted: these mean the same there.
#[differentiate]
fn inner_items(x: f64) -> f64 {
    let y = {
        use annotated::wave as swell;
        const STEEP: f64 = 3.0;
        swell(x) * STEEP
    };
    let z = {
        fn stage(k: usize) -> f64 {
            k as f64
        }
        x * stage(2)
    };
    y + z * stage(x)
}

#[test]
fn items_of_inner_blocks() {
    // 3 x² + 2 x³
    assert_eq!(inner_items(2.0), 28.0);
    assert_eq!(inner_items_grad(2.0), 36.0);
}

/// Functions of std under their bare names.
mod imported_from_std {
    use std::array::from_fn;
    use std::iter::zip;
    use std::mem::{replace, swap, take};
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let (mut a, mut b) = (x * y, x + y);
        swap(&mut a, &mut b);
        let old = replace(&mut a, b * b);
        let mut list = vec![a, b, old];
        let list = take(&mut list);
        let squares: [f64; 3] = from_fn(|i| list[i] * list[i]);
        zip(&list, squares).map(|(a, b)| a * b).sum::<f64>() + list[0] * list[2] - list[1]
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0); }
}

/// A name imported by itself hides what `use m::*` brings along, its companion too.
mod beside_a_glob {
    mod curves {
        #[autodiff::differentiate]
        pub fn bend(x: f64) -> f64 {
            x * x
        }
        #[autodiff::differentiate]
        pub fn fold(x: f64) -> f64 {
            3.0 * x
        }
    }
    mod lines {
        #[autodiff::differentiate]
        pub fn bend(x: f64) -> f64 {
            5.0 * x
        }
    }
    use curves::*;
    use lines::bend;
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        bend(x) * fold(x)
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 60.0, 60.0; }
}

/// Of a trait by its path, beside a method of another type.
mod trait_by_its_path {
    trait Potential {
        const DEPTH: f64;
        #[autodiff::differentiate(wrt(x))]
        fn depth_at(&self, x: f64) -> f64 {
            Self::DEPTH * x * x
        }
    }
    struct Well;
    impl Potential for Well {
        const DEPTH: f64 = 3.0;
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        <Well as Potential>::depth_at(&Well, x) + Potential::depth_at(&Well, 2.0 * x)
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 60.0, 60.0; }
}

/// A type or an expression that a macro is given stands in a group.
mod written_by_a_macro {
    macro_rules! summed {
        ($name:ident($x:ident: $t:ty, $k:ident: $s:ty), $each:expr) => {
            #[autodiff::differentiate(vjp)]
            fn $name($x: $t, $k: $s) -> f64 {
                let mut sum = 0.0;
                for x in $x {
                    sum += $each(*x) * $k;
                }
                sum
            }
        };
    }
    summed!(f(x: &[f64], k: f64), f64::sin);
    scalar! { f(&x, k) at (x: [f64; 2], k: f64) into (dx, dk); ([0.5, 0.7], 2.0); }
}
