//! Keywords as names.

use autodiff::differentiate;

mod r#mod {
    #[autodiff::differentiate]
    pub fn r#loop(r#if: f64) -> f64 {
        r#if * r#if
    }
}

#[differentiate]
fn r#type(r#fn: f64, r#match: &[f64]) -> f64 {
    let mut r#struct = r#fn;
    for r#impl in r#match {
        r#struct *= r#impl;
    }
    r#struct
}

#[differentiate(wrt(r#in))]
fn chosen(r#in: f64, r#use: f64) -> f64 {
    r#type(r#in, &[r#use]) + r#mod::r#loop(r#in)
}

#[differentiate(name = "renamed")]
fn r#move(r#gen: f64) -> f64 {
    r#gen * 2.0
}

#[test]
fn works() {
    assert_eq!(type_grad(2.0, &[3.0]), (3.0, vec![2.0]));
    assert_eq!(chosen_grad(2.0, 3.0), 7.0);
    assert_eq!(r#mod::loop_grad(2.0), 4.0);
    assert_eq!(renamed_grad(1.0), 2.0);
}
