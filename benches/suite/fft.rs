//! The weighted power spectrum of 2¹² numbers, by a fast Fourier transform in place.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const LENGTH: usize = 1 << 12;

/// The weighted sum of the squared magnitudes of `signal`'s Fourier coefficients. `twiddles` are the cosines and sines of
/// the first half of the circle.
#[differentiate(wrt(signal))]
fn power(signal: &[f64], weights: &[f64], twiddles: &[(f64, f64)]) -> f64 {
    let mut re = signal.to_vec();
    let mut im = vec![0.0; signal.len()];
    fft(&mut re, &mut im, twiddles);
    let mut total = 0.0;
    for i in 0..re.len() {
        total += weights[i] * (re[i] * re[i] + im[i] * im[i]);
    }
    total
}

/// Cooley and Tukey's radix-2 transform, decimation in time.
#[differentiate(wrt())]
fn fft(re: &mut [f64], im: &mut [f64], twiddles: &[(f64, f64)]) {
    let n = re.len();
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
            im.swap(i, j);
        }
    }
    let mut half = 1;
    while half < n {
        let stride = n / (2 * half);
        for start in (0..n).step_by(2 * half) {
            for k in 0..half {
                let (cos, sin) = twiddles[k * stride];
                let (a, b) = (start + k, start + k + half);
                let odd_re = re[b] * cos + im[b] * sin;
                let odd_im = im[b] * cos - re[b] * sin;
                re[b] = re[a] - odd_re;
                im[b] = im[a] - odd_im;
                re[a] += odd_re;
                im[a] += odd_im;
            }
        }
        half *= 2;
    }
}

/// The transform is linear: its adjoint keeps nothing, and does the butterflies backwards with their transposes.
fn hand_written(
    signal: &[f64],
    weights: &[f64],
    twiddles: &[(f64, f64)],
    im: &mut [f64],
    signal_adj: &mut [f64],
) -> f64 {
    let re = signal_adj;
    re.copy_from_slice(signal);
    im.fill(0.0);
    fft(re, im, twiddles);
    let mut total = 0.0;
    for (weight, (re, im)) in weights.iter().zip(re.iter_mut().zip(im.iter_mut())) {
        total += weight * (*re * *re + *im * *im);
        *re *= 2.0 * weight;
        *im *= 2.0 * weight;
    }

    let n = re.len();
    let mut half = n / 2;
    while half > 0 {
        let stride = n / (2 * half);
        for (re, im) in re
            .chunks_exact_mut(2 * half)
            .zip(im.chunks_exact_mut(2 * half))
        {
            let (re_a, re_b) = re.split_at_mut(half);
            let (im_a, im_b) = im.split_at_mut(half);
            let pairs = re_a.iter_mut().zip(re_b).zip(im_a.iter_mut().zip(im_b));
            for (((re_a, re_b), (im_a, im_b)), (cos, sin)) in
                pairs.zip(twiddles.iter().step_by(stride))
            {
                let odd_re = *re_a - *re_b;
                let odd_im = *im_a - *im_b;
                *re_a += *re_b;
                *im_a += *im_b;
                *re_b = odd_re * cos - odd_im * sin;
                *im_b = odd_re * sin + odd_im * cos;
            }
        }
        half /= 2;
    }
    let mut j = 0;
    for i in 1..n {
        let mut bit = n >> 1;
        while j & bit != 0 {
            j ^= bit;
            bit >>= 1;
        }
        j |= bit;
        if i < j {
            re.swap(i, j);
        }
    }
    total
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(12);
    let signal = inputs.normals(LENGTH);
    let weights = inputs.uniforms(LENGTH, 0.0, 1.0);
    let twiddles: Vec<(f64, f64)> = (0..LENGTH / 2)
        .map(|i| std::f64::consts::TAU * i as f64 / LENGTH as f64)
        .map(|angle| (angle.cos(), angle.sin()))
        .collect();
    let mut im = vec![0.0; LENGTH];
    table.row(
        "kernels",
        "fft 2^12, power",
        [LENGTH],
        || power(&signal, &weights, &twiddles),
        |[signal_adj]| hand_written(&signal, &weights, &twiddles, &mut im, signal_adj),
        |[signal_adj]| power_grad_into(&signal, &weights, &twiddles, signal_adj),
    );
}
