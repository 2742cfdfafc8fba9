//! ADBench's Gaussian mixture: the log posterior of a mixture with full covariances and a Wishart prior.

use autodiff::differentiate;

use crate::{contest::Table, golden, inputs::Inputs};

/// The log posterior. The rows of `means` and `x` have `d` numbers; a row of `icf` has the logarithms of the diagonal
/// of the inverse covariance's factor, then its strictly lower triangle column by column.
#[differentiate(wrt(alphas, means, icf))]
fn log_posterior(
    alphas: &[f64],
    means: &[f64],
    icf: &[f64],
    x: &[f64],
    d: usize,
    gamma: f64,
    m: i32,
    constant: f64,
) -> f64 {
    let k = alphas.len();
    let n = x.len() / d;
    let width = d * (d + 1) / 2;

    let mut diagonals = vec![0.0; k * d];
    let mut log_determinants = vec![0.0; k];
    for c in 0..k {
        let factor = &icf[c * width..(c + 1) * width];
        for i in 0..d {
            diagonals[c * d + i] = factor[i].exp();
            log_determinants[c] += factor[i];
        }
    }

    let mut total = 0.0;
    let mut terms = vec![0.0; k];
    let mut centred = vec![0.0; d];
    let mut whitened = vec![0.0; d];
    for point in x.chunks_exact(d) {
        for c in 0..k {
            let mean = &means[c * d..(c + 1) * d];
            let diagonal = &diagonals[c * d..(c + 1) * d];
            let lower = &icf[c * width + d..(c + 1) * width];
            for i in 0..d {
                centred[i] = point[i] - mean[i];
                whitened[i] = diagonal[i] * centred[i];
            }
            let mut start = 0;
            for i in 0..d {
                let column = &lower[start..start + d - i - 1];
                for (y, l) in whitened[i + 1..].iter_mut().zip(column) {
                    *y += l * centred[i];
                }
                start += column.len();
            }
            let squares: f64 = whitened.iter().map(|y| y * y).sum();
            terms[c] = alphas[c] + log_determinants[c] - 0.5 * squares;
        }
        total += log_sum_exp(&terms);
    }

    let mut prior = 0.0;
    for c in 0..k {
        let diagonal = &diagonals[c * d..(c + 1) * d];
        let lower = &icf[c * width + d..(c + 1) * width];
        let squares =
            diagonal.iter().map(|q| q * q).sum::<f64>() + lower.iter().map(|l| l * l).sum::<f64>();
        prior += 0.5 * gamma * gamma * squares - f64::from(m) * log_determinants[c];
    }
    constant + total - n as f64 * log_sum_exp(alphas) + prior
}

#[differentiate]
fn log_sum_exp(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = values.iter().map(|value| (value - top).exp()).sum();
    top + total.ln()
}

struct Mixture {
    alphas: Vec<f64>,
    means: Vec<f64>,
    icf: Vec<f64>,
    x: Vec<f64>,
    d: usize,
    gamma: f64,
    m: i32,
    constant: f64,
}

impl Mixture {
    fn random(d: usize, k: usize, n: usize) -> Self {
        let mut inputs = Inputs::new(1000 * d as u64 + k as u64);
        Self {
            alphas: inputs.normals(k),
            means: inputs.uniforms(k * d, 0.0, 1.0),
            icf: inputs.normals(k * d * (d + 1) / 2),
            x: inputs.normals(n * d),
            d,
            gamma: 1.0,
            m: 0,
            constant: constant(d, k, n, 1.0, 0),
        }
    }

    /// A file of ADBench.
    fn parse(text: &str) -> Self {
        let mut tokens = golden::Tokens(text.split_ascii_whitespace());
        let (d, k, n) = (tokens.size(), tokens.size(), tokens.size());
        let alphas = tokens.floats(k);
        let means = tokens.floats(k * d);
        let icf = tokens.floats(k * d * (d + 1) / 2);
        let x = tokens.floats(n * d);
        let (gamma, m) = (tokens.float(), tokens.size() as i32);
        Self {
            alphas,
            means,
            icf,
            x,
            d,
            gamma,
            m,
            constant: constant(d, k, n, gamma, m),
        }
    }

    fn primal(&self) -> f64 {
        log_posterior(
            &self.alphas,
            &self.means,
            &self.icf,
            &self.x,
            self.d,
            self.gamma,
            self.m,
            self.constant,
        )
    }

    fn lengths(&self) -> [usize; 3] {
        [self.alphas.len(), self.means.len(), self.icf.len()]
    }

    fn generated(&self, [alphas, means, icf]: &mut [Vec<f64>; 3]) -> f64 {
        log_posterior_grad_into(
            &self.alphas,
            &self.means,
            &self.icf,
            &self.x,
            self.d,
            self.gamma,
            self.m,
            self.constant,
            alphas,
            means,
            icf,
        )
    }
}

/// What of the log posterior no parameter has an effect on, with ADBench's sign and ADBench's π.
fn constant(d: usize, k: usize, n: usize, gamma: f64, m: i32) -> f64 {
    #[allow(clippy::approx_constant, reason = "as many digits as ADBench takes")]
    const PI: f64 = 3.141_592_653_59;
    let (dimension, components, points) = (d as f64, k as f64, n as f64);
    let freedom = dimension + f64::from(m) + 1.0;
    let gammas: f64 = (0..d)
        .map(|j| autodiff::special::ln_gamma(0.5 * (freedom - j as f64)))
        .sum();
    let ln_multigamma = dimension * (dimension - 1.0) / 4.0 * PI.ln() + gammas;
    let wishart = freedom * dimension * (gamma.ln() - 0.5 * std::f64::consts::LN_2) - ln_multigamma;
    -points * dimension / 2.0 * (2.0 * PI).ln() - components * wishart
}

/// Room for one point.
struct Workspace {
    diagonals: Vec<f64>,
    diagonals_adj: Vec<f64>,
    log_determinants: Vec<f64>,
    weights: Vec<f64>,
    centred: Vec<f64>,
    whitened: Vec<f64>,
}

impl Workspace {
    fn new(d: usize, k: usize) -> Self {
        Self {
            diagonals: vec![0.0; k * d],
            diagonals_adj: vec![0.0; k * d],
            log_determinants: vec![0.0; k],
            weights: vec![0.0; k],
            centred: vec![0.0; k * d],
            whitened: vec![0.0; k * d],
        }
    }
}

/// The reverse of each point runs right after its forward.
fn hand_written(
    mixture: &Mixture,
    workspace: &mut Workspace,
    [alphas_adj, means_adj, icf_adj]: &mut [Vec<f64>; 3],
) -> f64 {
    let Mixture {
        alphas,
        means,
        icf,
        x,
        d,
        gamma,
        m,
        constant,
    } = mixture;
    let Workspace {
        diagonals,
        diagonals_adj,
        log_determinants,
        weights,
        centred,
        whitened,
    } = workspace;
    let d = *d;
    let width = d * (d + 1) / 2;
    let n = (x.len() / d) as f64;
    alphas_adj.fill(0.0);
    means_adj.fill(0.0);
    icf_adj.fill(0.0);
    diagonals_adj.fill(0.0);

    let factors = icf.chunks_exact(width).zip(diagonals.chunks_exact_mut(d));
    for ((factor, diagonal), log_determinant) in factors.zip(log_determinants.iter_mut()) {
        *log_determinant = 0.0;
        for (diagonal, q) in diagonal.iter_mut().zip(factor) {
            *diagonal = q.exp();
            *log_determinant += q;
        }
    }

    let mut total = 0.0;
    for point in x.chunks_exact(d) {
        let components = means
            .chunks_exact(d)
            .zip(icf.chunks_exact(width))
            .zip(diagonals.chunks_exact(d));
        let rows = centred
            .chunks_exact_mut(d)
            .zip(whitened.chunks_exact_mut(d));
        let constants = alphas.iter().zip(log_determinants.iter());
        for ((((mean, factor), diagonal), (centred, whitened)), (term, (alpha, log_determinant))) in
            components.zip(rows).zip(weights.iter_mut().zip(constants))
        {
            for ((z, y), ((x, mean), diagonal)) in centred
                .iter_mut()
                .zip(whitened.iter_mut())
                .zip(point.iter().zip(mean).zip(diagonal))
            {
                *z = x - mean;
                *y = diagonal * *z;
            }
            let mut lower = &factor[d..];
            for (i, z) in centred.iter().enumerate() {
                let (column, rest) = lower.split_at(d - i - 1);
                for (y, l) in whitened[i + 1..].iter_mut().zip(column) {
                    *y += l * z;
                }
                lower = rest;
            }
            let squares: f64 = whitened.iter().map(|y| y * y).sum();
            *term = alpha + log_determinant - 0.5 * squares;
        }

        let top = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut partition = -0.0;
        for weight in weights.iter_mut() {
            *weight = (*weight - top).exp();
            partition += *weight;
        }
        total += top + partition.ln();

        let inverse = 1.0 / partition;
        let components = icf.chunks_exact(width).zip(diagonals.chunks_exact(d));
        let rows = centred.chunks_exact(d).zip(whitened.chunks_exact_mut(d));
        let adjoints = alphas_adj.iter_mut().zip(
            means_adj
                .chunks_exact_mut(d)
                .zip(icf_adj.chunks_exact_mut(width))
                .zip(diagonals_adj.chunks_exact_mut(d)),
        );
        for (
            ((factor, diagonal), (centred, whitened)),
            (weight, (alpha_adj, ((mean_adj, factor_adj), diagonal_adj))),
        ) in components.zip(rows).zip(weights.iter().zip(adjoints))
        {
            let weight = weight * inverse;
            *alpha_adj += weight;
            // Now the adjoint of the whitened vector with its sign turned, which is that of the mean's.
            for y in whitened.iter_mut() {
                *y *= weight;
            }
            let mut lower = &factor[d..];
            let mut lower_adj = &mut factor_adj[d..];
            for (i, z) in centred.iter().enumerate() {
                let (column, rest) = lower.split_at(d - i - 1);
                let (column_adj, rest_adj) = lower_adj.split_at_mut(d - i - 1);
                let below = &whitened[i + 1..];
                for (l_adj, y) in column_adj.iter_mut().zip(below) {
                    *l_adj -= z * y;
                }
                mean_adj[i] += diagonal[i] * whitened[i] + dot(column, below);
                diagonal_adj[i] -= z * whitened[i];
                (lower, lower_adj) = (rest, rest_adj);
            }
        }
    }

    // The prior, and what was summed over the points.
    let scale = gamma * gamma;
    let mut prior = 0.0;
    let factors = icf.chunks_exact(width).zip(icf_adj.chunks_exact_mut(width));
    let diagonals = diagonals.chunks_exact(d).zip(diagonals_adj.chunks_exact(d));
    let components = log_determinants.iter().zip(alphas_adj.iter());
    for (((factor, factor_adj), (diagonal, diagonal_adj)), (log_determinant, weight)) in
        factors.zip(diagonals).zip(components)
    {
        let squares = diagonal.iter().map(|q| q * q).sum::<f64>()
            + factor[d..].iter().map(|l| l * l).sum::<f64>();
        prior += 0.5 * gamma * gamma * squares - f64::from(*m) * log_determinant;
        let (log_adj, lower_adj) = factor_adj.split_at_mut(d);
        for (q_adj, (q, sum)) in log_adj.iter_mut().zip(diagonal.iter().zip(diagonal_adj)) {
            *q_adj = weight + q * (sum + scale * q) - f64::from(*m);
        }
        for (l_adj, l) in lower_adj.iter_mut().zip(&factor[d..]) {
            *l_adj += scale * l;
        }
    }

    let top = alphas.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut partition = -0.0;
    for (weight, alpha) in weights.iter_mut().zip(alphas) {
        *weight = (alpha - top).exp();
        partition += *weight;
    }
    for (alpha_adj, weight) in alphas_adj.iter_mut().zip(weights.iter()) {
        *alpha_adj -= n * weight / partition;
    }
    constant + total - n * (top + partition.ln()) + prior
}

/// In four sums, so that it can be vectorised.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, a_rest) = a.as_chunks::<4>();
    let (b, b_rest) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    let mut sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (a, b) in a_rest.iter().zip(b_rest) {
        sum += a * b;
    }
    sum
}

pub fn run(table: &mut Table) {
    for (file, name) in [
        ("test", "test"),
        ("1k_d2_K5", "d2_K5"),
        ("1k_d10_K25", "d10_K25"),
        ("1k_d20_K10", "d20_K10"),
    ] {
        let Some(text) = golden::text(&format!("gmm/{file}.txt")) else {
            break;
        };
        let mixture = Mixture::parse(&text);
        let mut gradient = mixture.lengths().map(|length| vec![0.0; length]);
        let value = mixture.generated(&mut gradient);
        golden::check(&[value], &format!("golden/gmm_{name}_F.txt"));
        golden::check(&gradient.concat(), &format!("golden/gmm_{name}_J.txt"));
    }

    for d in [2, 10, 20, 32, 64] {
        for k in [5, 25, 50] {
            if table.is_counting() && (d, k) != (10, 25) {
                continue;
            }
            let mixture = Mixture::random(d, k, 1000);
            let mut workspace = Workspace::new(d, k);
            table.row(
                "gmm",
                &format!("gmm d={d} K={k}"),
                mixture.lengths(),
                || mixture.primal(),
                |gradient| hand_written(&mixture, &mut workspace, gradient),
                |gradient| mixture.generated(gradient),
            );
        }
    }

    let mixture = Mixture::random(2, 5, 1_000_000);
    let mut gradient = mixture.lengths().map(|length| vec![0.0; length]);
    table.peak("gmm d=2 K=5, 10^6 points", || {
        mixture.generated(&mut gradient)
    });
}
