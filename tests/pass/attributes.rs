//! Attributes beside ours: `cfg`, documentation, `must_use`, lints.

use autodiff::differentiate;

/// The square, with *markup*, a [link](f64) and a "quote".
///
/// ```text
/// square(x) = x²
/// ```
#[differentiate]
#[must_use]
#[inline]
fn square(x: f64) -> f64 {
    x * x
}

#[inline(never)]
#[allow(clippy::many_single_char_names)]
#[differentiate]
#[doc(alias = "third")]
#[track_caller]
fn cube(x: f64) -> f64 {
    x * square(x)
}

#[cfg(not(any()))]
#[differentiate]
fn chosen(x: f64) -> f64 {
    x
}

#[cfg(any())]
#[differentiate]
fn chosen(x: f64) -> f64 {
    this.does.not.even.resolve(x)
}

#[differentiate]
#[cfg(any())]
fn chosen(x: f64) -> f64 {
    unknown(x)
}

#[cfg_attr(not(any()), differentiate)]
fn conditional(x: f64) -> f64 {
    3.0 * x
}

#[differentiate]
#[cfg_attr(any(), cfg(any()))]
#[cfg(not(any()))]
fn kept(x: f64) -> f64 {
    chosen(x) + conditional(x)
}

#[differentiate]
#[expect(unused_variables)]
fn expected(x: f64) -> f64 {
    let unused = 1;
    x * 2.0
}

#[differentiate]
fn inside(#[allow(unused_mut)] mut x: f64) -> f64 {
    #[allow(unused_variables)]
    let y = 1.0;
    let x = if cfg!(any()) { -x } else { 2.0 * x };
    #[rustfmt::skip]
    let z = x;
    #[allow(clippy::needless_return)]
    return z;
}

#[test]
fn works() {
    assert_eq!(square_grad(3.0), 6.0);
    assert_eq!(cube_grad(2.0), 12.0);
    assert_eq!(kept_grad(1.0), 4.0);
    assert_eq!(expected_grad(1.0), 2.0);
    assert_eq!(inside_grad(1.0), 2.0);
}

mod unused_but_differentiated {
    //! `f` is used by its companions, also where a parameter is `impl Trait`.
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
    //! The companions of a deprecated function do not warn where they are generated.
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
