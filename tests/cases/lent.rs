//! What is lent exclusively and has no derivative: generators, closures, trait objects, statics.

use autodiff::differentiate;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

trait Draw {
    fn draw(&mut self) -> f64;
}

/// One, two, three, …
struct Numbers(u64);

impl Draw for Numbers {
    fn draw(&mut self) -> f64 {
        self.0 += 1;
        self.0 as f64
    }
}

// Each of them: x, then 2 x, 5 x, 16 x.

#[differentiate(wrt(x))]
fn named(x: f64, numbers: &mut Numbers) -> f64 {
    let mut state = x;
    for _ in 0..3 {
        state = state * numbers.draw() + x;
    }
    state
}

#[differentiate(wrt(x))]
fn generic<D: Draw>(x: f64, numbers: &mut D) -> f64 {
    let mut state = x;
    for _ in 0..3 {
        state = state * numbers.draw() + x;
    }
    state
}

#[differentiate(jvp)]
fn hidden(x: f64, numbers: &mut impl Draw) -> f64 {
    let mut state = x;
    for _ in 0..3 {
        state = state * numbers.draw() + x;
    }
    state
}

#[differentiate(jvp)]
fn object(x: f64, numbers: &mut (dyn Draw + Send)) -> f64 {
    let mut state = x;
    for _ in 0..3 {
        state = state * numbers.draw() + x;
    }
    state
}

#[differentiate]
fn closure(x: f64, draw: &mut impl FnMut() -> f64) -> f64 {
    let mut state = x;
    for _ in 0..3 {
        state = state * draw() + x;
    }
    state
}

#[differentiate]
fn closure_object(x: f64, draw: &mut dyn FnMut() -> f64) -> f64 {
    let mut state = x;
    for _ in 0..3 {
        state = state * draw() + x;
    }
    state
}

#[differentiate]
fn items(x: f64, numbers: &mut impl Iterator<Item = f64>) -> f64 {
    x * numbers.next().unwrap() + numbers.next().unwrap()
}

/// Lends what it was lent, and an active value.
#[differentiate]
fn lends(x: f64, draw: &mut dyn FnMut() -> f64) -> f64 {
    closure_object(x, draw) * closure_object(x * x, draw)
}

static COUNT: AtomicU64 = AtomicU64::new(0);

#[differentiate]
fn counts(x: f64) -> f64 {
    let drawn = COUNT.fetch_add(1, Relaxed);
    COUNT.fetch_add(drawn, Relaxed);
    x * (drawn + 1) as f64
}

#[test]
fn generators() {
    let mut numbers = Numbers(0);
    assert_eq!(named_value_and_grad(2.0, &mut numbers), (32.0, 16.0));
    assert_eq!(numbers.0, 3);
    assert_eq!(generic_value_and_grad(2.0, &mut Numbers(0)), (32.0, 16.0));
    assert_eq!(hidden_value_and_grad(2.0, &mut Numbers(0)), (32.0, 16.0));
    assert_eq!(object_value_and_grad(2.0, &mut Numbers(0)), (32.0, 16.0));
    assert_eq!(hidden_jvp(2.0, &mut Numbers(0), 0.5), (32.0, 8.0));
    assert_eq!(object_jvp(2.0, &mut Numbers(0), 0.5), (32.0, 8.0));
}

#[test]
fn closures() {
    let numbers = || {
        let mut drawn = 0.0;
        move || {
            drawn += 1.0;
            drawn
        }
    };
    assert_eq!(closure_value_and_grad(2.0, &mut numbers()), (32.0, 16.0));
    let mut drawn = numbers();
    assert_eq!(closure_object_value_and_grad(2.0, &mut drawn), (32.0, 16.0));
    assert_eq!(drawn(), 4.0);
    // 16 x (4·5·6 + 5·6 + 6 + 1) x²
    let mut drawn = numbers();
    assert_eq!(
        lends_value_and_grad(2.0, &mut drawn),
        (16.0 * 157.0 * 8.0, 16.0 * 157.0 * 12.0)
    );
    assert_eq!(drawn(), 7.0);
}

#[test]
fn iterators() {
    let mut numbers = [3.0, 4.0, 5.0].into_iter();
    assert_eq!(items_value_and_grad(2.0, &mut numbers), (10.0, 3.0));
    assert_eq!(numbers.next(), Some(5.0));
}

#[test]
fn statics() {
    COUNT.store(2, Relaxed);
    assert_eq!(counts_grad(1.0), 3.0);
    assert_eq!(COUNT.load(Relaxed), 5);
}

#[differentiate]
fn named_lifetime<'a>(x: f64, numbers: &mut (dyn Draw + 'a)) -> f64 {
    object_of(x, numbers) * object_of(x, numbers)
}

#[differentiate]
fn object_of(x: f64, numbers: &mut dyn Draw) -> f64 {
    x * numbers.draw()
}

/// What is referred to lives longer, which the signature implies.
#[differentiate]
fn words<'a, 'b>(x: &'a [f64], out: &mut [f64], words: &'a [&'b str]) -> f64 {
    out[0] = x[0] * x[0];
    out[0] * words.len() as f64
}

#[differentiate]
fn more_words<'a, 'b>(x: &'a [f64], list: &'a [&'b str]) -> f64 {
    let mut out = [0.0];
    words(x, &mut out, list) + out[0]
}

#[test]
fn lifetimes() {
    assert_eq!(named_lifetime_grad(3.0, &mut Numbers(0)), 2.0 * 2.0 * 3.0);
    assert_eq!(more_words_grad(&[3.0], &["a", "b"]), [18.0]);
}
