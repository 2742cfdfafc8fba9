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
