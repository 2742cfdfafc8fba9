use crate::testing::{emitted, snapshot};
use proc_macro2::TokenStream;

#[test]
fn a_product() {
    snapshot!(
        |function| emitted(function, &["value", "sweep", "product_grad"]),
        "fn product(x: f64, y: f64) -> f64 { x * y }"
    );
}

#[test]
fn a_loop_over_a_slice() {
    snapshot!(
        |function| emitted(function, &["sweep"]),
        "pub fn norm(a: &[f64]) -> f64 { let mut s = 0.0; for v in a { s += v * v; } s.sqrt() }"
    );
}

#[test]
fn a_loop_under_checkpoint() {
    snapshot!(
        |function| emitted(function, &["sweep"]),
        "fn map(x: f64, n: usize) -> f64 { let mut x = x; #[checkpoint] for _ in 0..n { x = x.sin(); } x }"
    );
}

#[test]
fn other_modes() {
    snapshot!(
        |function| emitted(function, &["cube_jvp", "cube_hvp", "cube_taylor"]),
        "#[differentiate(jvp, hvp, taylor)] fn cube(x: f64) -> f64 { x * x * x }"
    );
}

#[test]
fn the_same_tokens_every_time() {
    let function = "fn f(a: &[f64], b: &mut [f64]) -> f64 {
        let mut total = 0.0;
        let scale = |v: f64| v * a[0];
        for (i, (x, y)) in a.iter().zip(b.iter_mut()).enumerate() {
            match i % 3 {
                0 if *x > 1.0 => continue,
                1 => *y += scale(*x),
                _ => total += x.sin() * g(*y, a),
            }
            total = total.max(*y);
        }
        total
    }";
    let expand = || {
        let item: TokenStream = function.parse().expect("the snippet lexes");
        crate::expand::differentiate("jvp, hvp, taylor".parse().expect("options"), item).to_string()
    };
    let first = expand();
    assert!(!first.contains("compile_error"), "{first}");
    assert_eq!(first, expand());
    // Whatever was expanded before.
    emitted("fn other(x: f64) -> f64 { x.cos() }", &["value"]);
    assert_eq!(first, expand());
}
