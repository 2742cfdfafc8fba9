//! Black and Scholes' price of a call, and its sensitivities to all five parameters, for 200 options one by one.

use autodiff::{differentiate, special::norm_cdf};

use crate::{contest::Table, inputs::Inputs};

const OPTIONS: usize = 200;

#[differentiate]
fn price(spot: f64, strike: f64, rate: f64, volatility: f64, time: f64) -> f64 {
    let spread = volatility * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time) / spread;
    let d2 = d1 - spread;
    spot * norm_cdf(d1) - strike * (-rate * time).exp() * norm_cdf(d2)
}

fn hand_written([spot, strike, rate, volatility, time]: &[f64; 5], gradient: &mut [f64; 5]) -> f64 {
    let root = time.sqrt();
    let spread = volatility * root;
    let drift = rate + 0.5 * volatility * volatility;
    let d1 = ((spot / strike).ln() + drift * time) / spread;
    let d2 = d1 - spread;
    let (n1, n2) = (norm_cdf(d1), norm_cdf(d2));
    let discount = (-rate * time).exp();
    let present = strike * discount;

    let d2_adj = -present * density(d2);
    let d1_adj = spot * density(d1) + d2_adj;
    let moneyness_adj = d1_adj / spread;
    let spread_adj = -d2_adj - moneyness_adj * d1;
    let drift_adj = moneyness_adj * time;
    let exponent_adj = -present * n2;
    *gradient = [
        n1 + moneyness_adj / spot,
        -discount * n2 - moneyness_adj / strike,
        drift_adj - exponent_adj * time,
        drift_adj * volatility + spread_adj * root,
        moneyness_adj * drift - exponent_adj * rate + spread_adj * volatility * 0.5 / root,
    ];
    spot * n1 - present * n2
}

/// Of the standard normal distribution.
fn density(x: f64) -> f64 {
    const FACTOR: f64 = 0.5 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;
    FACTOR * (-0.5 * x * x).exp()
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(5);
    let options: Vec<[f64; 5]> = (0..OPTIONS)
        .map(|_| {
            [
                inputs.uniform(80.0, 120.0),
                inputs.uniform(80.0, 120.0),
                inputs.uniform(0.0, 0.1),
                inputs.uniform(0.1, 0.5),
                inputs.uniform(0.2, 2.0),
            ]
        })
        .collect();
    let mut prices = vec![0.0; OPTIONS];
    table.row(
        "kernels",
        "black-scholes, 200",
        [OPTIONS, 5 * OPTIONS],
        || {
            for (option, value) in options.iter().zip(&mut prices) {
                let [spot, strike, rate, volatility, time] = *option;
                *value = price(spot, strike, rate, volatility, time);
            }
            prices[0]
        },
        |[prices, gradients]| {
            let gradients = gradients.as_chunks_mut().0;
            for (option, (value, gradient)) in options.iter().zip(prices.iter_mut().zip(gradients))
            {
                *value = hand_written(option, gradient);
            }
            prices[0]
        },
        |[prices, gradients]| {
            let gradients = gradients.as_chunks_mut::<5>().0;
            for (option, (value, gradient)) in options.iter().zip(prices.iter_mut().zip(gradients))
            {
                let [spot, strike, rate, volatility, time] = *option;
                let [d_spot, d_strike, d_rate, d_volatility, d_time] = gradient;
                *value = price_grad_into(
                    spot,
                    strike,
                    rate,
                    volatility,
                    time,
                    d_spot,
                    d_strike,
                    d_rate,
                    d_volatility,
                    d_time,
                );
            }
            prices[0]
        },
    );
}
