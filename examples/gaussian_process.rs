//! Gaussian-process regression: the kernel's parameters are those that make the data most likely.
//!
//! ```text
//! cargo run --release --example gaussian_process
//! ```
//!
//! How much water the Nile carried past Aswan each year. The logarithm of the marginal likelihood takes Cholesky's factor of a
//! 100 × 100 covariance; its gradient and Hessian with respect to a struct of three parameters are generated, through the
//! factorisation. The picture is `target/gaussian_process.svg`.

// The indices of the formulas.
#![allow(clippy::needless_range_loop)]

use std::{error::Error, f64::consts::TAU, fs, path::Path};

use autodiff::{Differentiable, differentiate, tensor};
use plotters::prelude::*;

/// Annual flow from 1871 to 1970, in 10⁸ m³: G. W. Cobb, *The problem of the Nile*, Biometrika 65 (1978), 243–251. The numbers are
/// in the public domain.
const NILE: [f64; 100] = [
    1120.0, 1160.0, 963.0, 1210.0, 1160.0, 1160.0, 813.0, 1230.0, 1370.0, 1140.0, 995.0, 935.0,
    1110.0, 994.0, 1020.0, 960.0, 1180.0, 799.0, 958.0, 1140.0, 1100.0, 1210.0, 1150.0, 1250.0,
    1260.0, 1220.0, 1030.0, 1100.0, 774.0, 840.0, 874.0, 694.0, 940.0, 833.0, 701.0, 916.0, 692.0,
    1020.0, 1050.0, 969.0, 831.0, 726.0, 456.0, 824.0, 702.0, 1120.0, 1100.0, 832.0, 764.0, 821.0,
    768.0, 845.0, 864.0, 862.0, 698.0, 845.0, 744.0, 796.0, 1040.0, 759.0, 781.0, 865.0, 845.0,
    944.0, 984.0, 897.0, 822.0, 1010.0, 771.0, 676.0, 649.0, 846.0, 812.0, 742.0, 801.0, 1040.0,
    860.0, 874.0, 848.0, 890.0, 744.0, 749.0, 838.0, 1050.0, 918.0, 986.0, 797.0, 923.0, 975.0,
    815.0, 1020.0, 906.0, 901.0, 1170.0, 912.0, 746.0, 919.0, 718.0, 714.0, 740.0,
];

/// Logarithms, so that every value is allowed. Generic over the number, so that there is a Hessian.
#[derive(Clone, Debug, Differentiable)]
struct Kernel<T> {
    /// How far the flow wanders, in 10⁸ m³.
    scale: T,
    /// For how many years it is alike.
    length: T,
    /// How much single years differ, in 10⁸ m³.
    noise: T,
}

/// Minus the logarithm of the marginal likelihood (Rasmussen and Williams 2006, equation 2.30).
#[differentiate(wrt(kernel), hessian)]
fn energy(kernel: &Kernel<f64>, flows: &[f64]) -> f64 {
    let n = flows.len();
    let (scale, length, noise) = (kernel.scale.exp(), kernel.length.exp(), kernel.noise.exp());
    let mut covariance = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let years = (i - j) as f64 / length;
            covariance[i * n + j] = scale * scale * (-0.5 * years * years).exp();
        }
        covariance[i * n + i] += noise * noise;
    }
    let l: Vec<f64> = tensor::cholesky(&covariance, n);
    // L z = y
    let mut z = vec![0.0; n];
    let mut energy = 0.5 * n as f64 * TAU.ln();
    for i in 0..n {
        let mut rest = flows[i];
        for j in 0..i {
            rest -= l[i * n + j] * z[j];
        }
        z[i] = rest / l[i * n + i];
        energy += 0.5 * z[i] * z[i] + l[i * n + i].ln();
    }
    energy
}

/// Newton's method; where a step would lead uphill, the next one is shorter.
fn most_likely(flows: &[f64]) -> Kernel<f64> {
    let mut kernel = Kernel {
        scale: 5.0,
        length: 2.0,
        noise: 5.0,
    };
    let mut damping = 1.0;
    println!("step      scale    length     noise     energy");
    for step in 0..50 {
        let (value, gradient) = energy_value_and_grad(&kernel, flows);
        let [scale, length, noise] = [kernel.scale, kernel.length, kernel.noise].map(f64::exp);
        println!("{step:>4}   {scale:>8.2}   {length:>7.2}   {noise:>7.2}   {value:.5}");
        if gradient.dot(&gradient).sqrt() < 1e-9 {
            break;
        }
        let mut hessian = energy_hessian(&kernel, flows).as_slice().to_vec();
        (0..3).for_each(|i| hessian[i * 3 + i] += damping);
        let newton = tensor::solve(&hessian, 3, &gradient.to_flat(), 1);
        let mut next = kernel.clone();
        let flat: Vec<f64> = kernel
            .to_flat()
            .iter()
            .zip(&newton)
            .map(|(x, d)| x - d)
            .collect();
        next.set_flat(&flat);
        if energy(&next, flows) <= value {
            kernel = next;
            damping *= 0.1;
        } else {
            damping *= 10.0;
        }
    }
    kernel
}

/// Mean and standard deviation of what flows on the average, at a time in years from the first.
fn predict(kernel: &Kernel<f64>, flows: &[f64], time: f64) -> (f64, f64) {
    let n = flows.len();
    let [scale, length, noise] = [kernel.scale, kernel.length, kernel.noise].map(f64::exp);
    let alike = |a: f64, b: f64| scale * scale * (-0.5 * ((a - b) / length).powi(2)).exp();
    let mut covariance = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            covariance[i * n + j] = alike(i as f64, j as f64);
        }
        covariance[i * n + i] += noise * noise;
    }
    let row: Vec<f64> = (0..n).map(|i| alike(i as f64, time)).collect();
    let weights = tensor::solve(&covariance, n, &row, 1);
    let variance = alike(time, time) - tensor::dot(&weights, &row);
    (tensor::dot(&weights, flows), variance.max(0.0).sqrt())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mean = tensor::mean(&NILE);
    let flows: Vec<f64> = NILE.iter().map(|flow| flow - mean).collect();
    let kernel = most_likely(&flows);

    // The inverse of the Hessian says how well the data know the logarithms.
    let covariance = tensor::inverse(energy_hessian(&kernel, &flows).as_slice(), 3);
    let names = ["scale", "length", "noise"];
    for (k, (name, log)) in names.iter().zip(kernel.to_flat()).enumerate() {
        let factor = covariance[k * 4].sqrt().exp();
        println!("{name}: {:.1}, within a factor of {factor:.2}", log.exp());
    }

    let curve: Vec<(f64, f64, f64)> = (0..=220)
        .map(|k| f64::from(k) * 0.5)
        .map(|time| (time, predict(&kernel, &flows, time)))
        .map(|(time, (flow, deviation))| (1871.0 + time, mean + flow, deviation))
        .collect();
    draw(&curve)
}

fn draw(curve: &[(f64, f64, f64)]) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gaussian_process.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 480)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(
            "The Nile at Aswan: each year's flow, and a Gaussian process's mean with two deviations",
            ("sans-serif", 20),
        )
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d(1869.0..1982.0, 400.0..1450.0)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc("year")
        .y_desc("flow, in 10⁸ m³")
        .x_label_formatter(&|year| format!("{year:.0}"))
        .y_label_formatter(&|flow| format!("{flow:.0}"))
        .label_style(("sans-serif", 14))
        .draw()?;
    let above = curve.iter().map(|(x, y, s)| (*x, y + 2.0 * s));
    let below = curve.iter().rev().map(|(x, y, s)| (*x, y - 2.0 * s));
    let blue = RGBColor(31, 89, 166);
    let band: Vec<_> = above.chain(below).collect();
    chart.draw_series([Polygon::new(band, blue.mix(0.2).filled())])?;
    let line = curve.iter().map(|(x, y, _)| (*x, *y));
    chart.draw_series(LineSeries::new(line, blue.stroke_width(2)))?;
    let years = (0..NILE.len()).map(|i| (1871.0 + i as f64, NILE[i]));
    chart.draw_series(years.map(|point| Circle::new(point, 3, RGBColor(214, 108, 18).filled())))?;
    area.present()?;
    println!("picture: {}", path.display());
    Ok(())
}
