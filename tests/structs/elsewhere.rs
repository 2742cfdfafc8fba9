//! Annotated methods of types of another file: by the dot, with and without arguments, with `&mut self`, and by path.

mod shapes;

use autodiff::{Real, differentiate};
use shapes::{Plate, Spring, Table};

fn close(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-14, "{a}, not {b}");
}

#[test]
fn without_arguments() {
    #[differentiate(jvp)]
    fn energy(s: &Spring<f64>, a: f64) -> f64 {
        s.energy() * a
    }
    #[differentiate]
    fn area(p: &Plate, a: f64) -> f64 {
        p.area() * a + Plate::twice(a).area()
    }
    let (s, p) = (
        Spring {
            stiffness: 0.7,
            turns: 3,
        },
        Plate { width: 0.7 },
    );
    let (ds, da) = energy_grad(&s, 0.3);
    assert_eq!(
        (ds.turns, ds.stiffness, da),
        (3, 2.0 * 0.7 * 0.3, 0.7 * 0.7)
    );
    let (dp, da) = area_grad(&p, 0.3);
    close(dp.width, 1.4 * 0.3);
    close(da, 0.49 + 8.0 * 0.3);
}

#[test]
fn with_literals() {
    #[differentiate]
    fn f(s: &Spring<f64>, a: f64) -> f64 {
        s.force(0.1) * a
    }
    let s = Spring {
        stiffness: 0.7,
        turns: 3,
    };
    let (ds, da) = f_grad(&s, 0.3);
    close(ds.stiffness, 0.1 * 0.07_f64.cos() * 0.3);
    close(da, 0.07_f64.sin());
}

#[test]
fn by_path() {
    #[differentiate(jvp)]
    fn f(s: &Spring<f64>, a: f64) -> f64 {
        Spring::force(s, a) + Spring::<f64>::energy(s)
    }
    #[differentiate]
    fn generic<T: Real>(s: &Spring<T>, a: T) -> T {
        Spring::force(s, a)
    }
    let s = Spring {
        stiffness: 0.7,
        turns: 3,
    };
    let (ds, da) = f_grad(&s, 0.3);
    close(ds.stiffness, 0.3 * 0.21_f64.cos() + 1.4);
    close(da, 0.7 * 0.21_f64.cos());
    close(generic_grad(&s, 0.3).1, da);
}

#[test]
fn that_change_what_they_are_called_on() {
    #[differentiate]
    fn f(s: &Spring<f64>, a: f64) -> f64 {
        let mut s = s.clone();
        let before = s.harden();
        s.scale(a);
        s.scale(3.0);
        before * s.stiffness
    }
    let s = Spring {
        stiffness: 0.7,
        turns: 3,
    };
    let (ds, da) = f_grad(&s, 0.3);
    close(ds.stiffness, 3.0 * 0.49 * 0.9);
    close(da, 3.0 * 0.343);
}

#[test]
fn constants_keep_their_own() {
    #[differentiate(wrt(a))]
    fn f(table: &Table, a: f64) -> f64 {
        table.area() * a * table.force(0)
    }
    assert_eq!(f_grad(&Table(vec![2.0]), 0.3), 4.0);
}
