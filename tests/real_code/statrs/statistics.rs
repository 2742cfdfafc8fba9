//! Means, variances and covariances of samples.
//!
//! Restated from the crate statrs 0.19.1, `src/statistics/iter_statistics.rs` and `src/stats_tests`, MIT, Copyright (c) 2016 Michael Ma.
//! Adapted: the methods of `impl<T: IntoIterator> Statistics<f64> for T` are functions of a slice, `self` is `data`, and
//! `*x.borrow()` is `*x`.

use core::borrow::Borrow;

//@stat_min
#[autodiff::differentiate]
pub fn min(data: &[f64]) -> f64 {
    let mut iter = data.into_iter();
    match iter.next() {
        None => f64::NAN,
        Some(x) => iter
            .map(|x| *x)
            .fold(*x, |acc, x| if x < acc || x.is_nan() { x } else { acc }),
    }
}

//@stat_max
#[autodiff::differentiate]
pub fn max(data: &[f64]) -> f64 {
    let mut iter = data.into_iter();
    match iter.next() {
        None => f64::NAN,
        Some(x) => iter
            .map(|x| *x)
            .fold(*x, |acc, x| if x > acc || x.is_nan() { x } else { acc }),
    }
}

//@stat_abs_min
#[autodiff::differentiate]
pub fn abs_min(data: &[f64]) -> f64 {
    let mut iter = data.into_iter();
    match iter.next() {
        None => f64::NAN,
        Some(init) => {
            iter.map(|x| x.abs()).fold(
                init.abs(),
                |acc, x| {
                    if x < acc || x.is_nan() { x } else { acc }
                },
            )
        }
    }
}

//@stat_abs_max
#[autodiff::differentiate]
pub fn abs_max(data: &[f64]) -> f64 {
    let mut iter = data.into_iter();
    match iter.next() {
        None => f64::NAN,
        Some(init) => {
            iter.map(|x| x.abs()).fold(
                init.abs(),
                |acc, x| {
                    if x > acc || x.is_nan() { x } else { acc }
                },
            )
        }
    }
}

//@stat_geometric_mean
#[autodiff::differentiate]
pub fn geometric_mean(data: &[f64]) -> f64 {
    let mut i = 0.0;
    let mut sum = 0.0;
    for x in data {
        i += 1.0;
        sum += x.ln();
    }
    if i > 0.0 { (sum / i).exp() } else { f64::NAN }
}

//@stat_harmonic_mean
#[autodiff::differentiate]
pub fn harmonic_mean(data: &[f64]) -> f64 {
    let mut i = 0.0;
    let mut sum = 0.0;
    for x in data {
        i += 1.0;

        let borrow = *x;
        if borrow < 0f64 {
            return f64::NAN;
        }
        sum += 1.0 / borrow;
    }
    if i > 0.0 { i / sum } else { f64::NAN }
}

//@stat_covariance
#[autodiff::differentiate]
pub fn covariance(data: &[f64], other: &[f64]) -> f64 {
    let mut n = 0.0;
    let mut mean1 = 0.0;
    let mut mean2 = 0.0;
    let mut comoment = 0.0;

    let mut iter = other.into_iter();
    for x in data {
        let borrow = *x;
        let borrow2 = match iter.next() {
            None => panic!("Iterators must have the same length"),
            Some(x) => *x,
        };
        let old_mean2 = mean2;
        n += 1.0;
        mean1 += (borrow - mean1) / n;
        mean2 += (borrow2 - mean2) / n;
        comoment += (borrow - mean1) * (borrow2 - old_mean2);
    }
    if iter.next().is_some() {
        panic!("Iterators must have the same length");
    }

    if n > 1.0 {
        comoment / (n - 1.0)
    } else {
        f64::NAN
    }
}

//@stat_population_covariance
#[autodiff::differentiate]
pub fn population_covariance(data: &[f64], other: &[f64]) -> f64 {
    let mut n = 0.0;
    let mut mean1 = 0.0;
    let mut mean2 = 0.0;
    let mut comoment = 0.0;

    let mut iter = other.into_iter();
    for x in data {
        let borrow = *x;
        let borrow2 = match iter.next() {
            None => panic!("Iterators must have the same length"),
            Some(x) => *x,
        };
        let old_mean2 = mean2;
        n += 1.0;
        mean1 += (borrow - mean1) / n;
        mean2 += (borrow2 - mean2) / n;
        comoment += (borrow - mean1) * (borrow2 - old_mean2);
    }
    if iter.next().is_some() {
        panic!("Iterators must have the same length")
    }
    if n > 0.0 { comoment / n } else { f64::NAN }
}

//@stat_quadratic_mean
#[autodiff::differentiate]
pub fn quadratic_mean(data: &[f64]) -> f64 {
    let mut i = 0.0;
    let mut mean = 0.0;
    for x in data {
        let borrow = *x;
        i += 1.0;
        mean += (borrow * borrow - mean) / i;
    }
    if i > 0.0 { mean.sqrt() } else { f64::NAN }
}

mod tests {
    //@stat_min
    scalar! { min: super::min, super::min_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@stat_max
    scalar! { max: super::max, super::max_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@stat_abs_min
    scalar! { abs_min: super::abs_min, super::abs_min_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@stat_abs_max
    scalar! { abs_max: super::abs_max, super::abs_max_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@stat_geometric_mean
    scalar! { geometric_mean: super::geometric_mean, super::geometric_mean_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@stat_harmonic_mean
    scalar! { harmonic_mean: super::harmonic_mean, super::harmonic_mean_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@stat_covariance
    scalar! { covariance: super::covariance, super::covariance_value_and_grad; (&x, &y) at (x: Vec<f64>, y: Vec<f64>); (vec![0.3, 1.7, -0.4], vec![1.1, 0.2, 0.9]); (vec![2.0, 0.1], vec![-0.5, 3.1]) }
    //@stat_population_covariance
    scalar! { population_covariance: super::population_covariance, super::population_covariance_value_and_grad; (&x, &y) at (x: Vec<f64>, y: Vec<f64>); (vec![0.3, 1.7, -0.4], vec![1.1, 0.2, 0.9]); (vec![2.0, 0.1], vec![-0.5, 3.1]) }
    //@stat_quadratic_mean
    scalar! { quadratic_mean: super::quadratic_mean, super::quadratic_mean_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
}
