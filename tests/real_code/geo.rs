//! Distances, bearings and destinations on the sphere and the ellipsoid.
//!
//! Restated from the crate geo 0.33.1, `src/algorithm/**`, MIT OR Apache-2.0, Copyright (c) The GeoRust Developers.
//! Adapted: a `Point<F>` is a pair `(F, F)`, `p.x()` is `p.0`; methods with the sphere's radius in `self` are methods of `Haversine`.
#![allow(non_snake_case)]

use num_traits::{Float, FromPrimitive};

const EQUATORIAL_EARTH_RADIUS: f64 = 6_378_137.0;
const POLAR_EARTH_RADIUS: f64 = 6_356_752.314_245;
const EARTH_FLATTENING: f64 =
    (EQUATORIAL_EARTH_RADIUS - POLAR_EARTH_RADIUS) / EQUATORIAL_EARTH_RADIUS;

pub struct Haversine {
    pub radius: f64,
}

// src/utils.rs
//@normalize_longitude
#[autodiff::differentiate]
pub fn normalize_longitude<T: Float + FromPrimitive>(coord: T) -> T {
    let one_eighty = T::from(180.0f64).unwrap();
    let three_sixty = T::from(360.0f64).unwrap();
    let five_forty = T::from(540.0f64).unwrap();

    ((coord + five_forty) % three_sixty) - one_eighty
}

// src/algorithm/line_measures/metric_spaces/haversine.rs
impl Haversine {
    //@geo_bearing
    #[autodiff::differentiate]
    pub fn bearing<F: Float + FromPrimitive>(&self, origin: (F, F), destination: (F, F)) -> F {
        let three_sixty =
            F::from(360.0).expect("Numeric type to be constructable from primitive 360");
        let (lng_a, lat_a) = (origin.0.to_radians(), origin.1.to_radians());
        let (lng_b, lat_b) = (destination.0.to_radians(), destination.1.to_radians());
        let delta_lng = lng_b - lng_a;
        let s = lat_b.cos() * delta_lng.sin();
        let c = lat_a.cos() * lat_b.sin() - lat_a.sin() * lat_b.cos() * delta_lng.cos();

        let degrees = F::atan2(s, c).to_degrees();
        (degrees + three_sixty) % three_sixty
    }

    //@geo_destination
    #[autodiff::differentiate]
    pub fn destination<F: Float + FromPrimitive>(
        &self,
        origin: (F, F),
        bearing: F,
        meters: F,
    ) -> (F, F) {
        let center_lng = origin.0.to_radians();
        let center_lat = origin.1.to_radians();
        let bearing_rad = bearing.to_radians();

        let rad = meters / F::from(self.radius).unwrap();

        let lat =
            { center_lat.sin() * rad.cos() + center_lat.cos() * rad.sin() * bearing_rad.cos() }
                .asin();
        let lng = { bearing_rad.sin() * rad.sin() * center_lat.cos() }
            .atan2(rad.cos() - center_lat.sin() * lat.sin())
            + center_lng;

        (normalize_longitude(lng.to_degrees()), lat.to_degrees())
    }

    //@geo_distance
    #[autodiff::differentiate]
    pub fn distance<F: Float + FromPrimitive>(&self, origin: (F, F), destination: (F, F)) -> F {
        let two = F::one() + F::one();
        let theta1 = origin.1.to_radians();
        let theta2 = destination.1.to_radians();
        let delta_theta = (destination.1 - origin.1).to_radians();
        let delta_lambda = (destination.0 - origin.0).to_radians();
        let a = (delta_theta / two).sin().powi(2)
            + theta1.cos() * theta2.cos() * (delta_lambda / two).sin().powi(2);
        let c = two * a.sqrt().asin();
        F::from(self.radius).unwrap() * c
    }
}

// src/algorithm/vincenty_distance.rs. Adapted: the `Ok` value is returned, `Err` is a panic.
//@vincenty_distance
#[autodiff::differentiate]
pub fn vincenty_distance<T: Float + FromPrimitive>(this: (T, T), rhs: (T, T)) -> T {
    let t_1 = T::one();
    let t_2 = T::from(2).unwrap();
    let t_3 = T::from(3).unwrap();
    let t_4 = T::from(4).unwrap();
    let t_6 = T::from(6).unwrap();
    let t_47 = T::from(47).unwrap();
    let t_16 = T::from(16).unwrap();
    let t_74 = T::from(74).unwrap();
    let t_128 = T::from(128).unwrap();
    let t_175 = T::from(175).unwrap();
    let t_256 = T::from(256).unwrap();
    let t_320 = T::from(320).unwrap();
    let t_768 = T::from(768).unwrap();
    let t_1024 = T::from(1024).unwrap();
    let t_4096 = T::from(4096).unwrap();
    let t_16384 = T::from(16384).unwrap();

    let a = T::from(EQUATORIAL_EARTH_RADIUS).unwrap();
    let b = T::from(POLAR_EARTH_RADIUS).unwrap();
    let f = T::from(EARTH_FLATTENING).unwrap();
    // Difference in longitude
    let L = (rhs.0 - this.0).to_radians();
    // Reduced latitude (latitude on the auxiliary sphere)
    let U1 = ((t_1 - f) * this.1.to_radians().tan()).atan();
    // Reduced latitude (latitude on the auxiliary sphere)
    let U2 = ((t_1 - f) * rhs.1.to_radians().tan()).atan();
    let (sinU1, cosU1) = U1.sin_cos();
    let (sinU2, cosU2) = U2.sin_cos();
    let mut cosSqAlpha;
    let mut sinSigma;
    let mut cos2SigmaM;
    let mut cosSigma;
    let mut sigma;
    // Longitude of the points on the auxiliary sphere
    let mut lambda = L;
    let mut lambdaP;
    let mut iterLimit = 100;

    loop {
        let (sinLambda, cosLambda) = lambda.sin_cos();
        sinSigma = ((cosU2 * sinLambda) * (cosU2 * sinLambda)
            + (cosU1 * sinU2 - sinU1 * cosU2 * cosLambda)
                * (cosU1 * sinU2 - sinU1 * cosU2 * cosLambda))
            .sqrt();

        if sinSigma.is_zero() {
            return if this == rhs {
                // coincident points
                T::zero()
            } else {
                // antipodal points, for which vincenty does not converge
                panic!("failed to converge")
            };
        }

        cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda;
        sigma = sinSigma.atan2(cosSigma);
        let sinAlpha = cosU1 * cosU2 * sinLambda / sinSigma;
        cosSqAlpha = t_1 - sinAlpha * sinAlpha;

        if cosSqAlpha.is_zero() {
            // equatorial geodesics require special handling
            // per [Algorithms for geodesics, Charles F. F. Karney](https://arxiv.org/pdf/1109.4448.pdf)
            cos2SigmaM = T::zero()
        } else {
            cos2SigmaM = cosSigma - t_2 * sinU1 * sinU2 / cosSqAlpha;
        }

        let C = f / t_16 * cosSqAlpha * (t_4 + f * (t_4 - t_3 * cosSqAlpha));
        lambdaP = lambda;
        lambda = L
            + (t_1 - C)
                * f
                * sinAlpha
                * (sigma
                    + C * sinSigma
                        * (cos2SigmaM + C * cosSigma * (-t_1 + t_2 * cos2SigmaM * cos2SigmaM)));

        if (lambda - lambdaP).abs() <= T::from(1e-12).unwrap() {
            break;
        }

        iterLimit -= 1;

        if iterLimit == 0 {
            break;
        }
    }

    if iterLimit == 0 {
        panic!("failed to converge");
    }

    let uSq = cosSqAlpha * (a * a - b * b) / (b * b);
    let A = t_1 + uSq / t_16384 * (t_4096 + uSq * (-t_768 + uSq * (t_320 - t_175 * uSq)));
    let B = uSq / t_1024 * (t_256 + uSq * (-t_128 + uSq * (t_74 - t_47 * uSq)));

    let deltaSigma = B
        * sinSigma
        * (cos2SigmaM
            + B / t_4
                * (cosSigma * (-t_1 + t_2 * cos2SigmaM * cos2SigmaM)
                    - B / t_6
                        * cos2SigmaM
                        * (-t_3 + t_4 * sinSigma * sinSigma)
                        * (-t_3 + t_4 * cos2SigmaM * cos2SigmaM)));

    let s = b * A * (sigma - deltaSigma);

    s
}

// src/algorithm/rhumb/mod.rs
//@calculate_destination
#[autodiff::differentiate]
pub fn calculate_destination<T: Float + FromPrimitive>(
    delta: T,
    lambda1: T,
    phi1: T,
    theta: T,
) -> (T, T) {
    let pi = T::from(std::f64::consts::PI).unwrap();
    let two = T::one() + T::one();
    let four = two + two;
    let threshold = T::from(10.0e-12).unwrap();

    let delta_phi = delta * theta.cos();
    let mut phi2 = phi1 + delta_phi;

    // check for some daft bugger going past the pole, normalise latitude if so
    if phi2.abs() > pi / two {
        phi2 = if phi2 > T::zero() {
            pi - phi2
        } else {
            -pi - phi2
        };
    }

    let delta_psi = ((phi2 / two + pi / four).tan() / (phi1 / two + pi / four).tan()).ln();
    // E-W course becomes ill-conditioned with 0/0
    let q = if delta_psi.abs() > threshold {
        delta_phi / delta_psi
    } else {
        phi1.cos()
    };

    let delta_lambda = (delta * theta.sin()) / q;
    let lambda2 = lambda1 + delta_lambda;

    (normalize_longitude(lambda2.to_degrees()), phi2.to_degrees())
}

// src/algorithm/kernels/mod.rs
//@square_euclidean_distance
#[autodiff::differentiate]
pub fn square_euclidean_distance<T: Float>(p: (T, T), q: (T, T)) -> T {
    (p.0 - q.0) * (p.0 - q.0) + (p.1 - q.1) * (p.1 - q.1)
}

mod tests {
    use super::*;
    //@geo_bearing
    scalar! { bearing: Haversine::bearing, Haversine::bearing_value_and_grad; (&Haversine { radius: 6.4 }, o, d) at (o: (f64, f64), d: (f64, f64)); ((9.2, 10.3), (14.1, 7.7)); ((-170.0, 40.0), (120.0, 30.0)) }
    //@geo_destination
    vector! { destination: Haversine::destination, Haversine::destination_vjp; (&Haversine { radius: 6.4 }, o, b, d) at (o: (f64, f64), b: f64, d: f64); ((9.2, 10.3), 45.0, 1.2); ((-170.0, 40.0), 130.0, 0.7) }
    //@geo_distance
    scalar! { distance: Haversine::distance, Haversine::distance_value_and_grad; (&Haversine { radius: 6.4 }, o, d) at (o: (f64, f64), d: (f64, f64)); ((9.2, 10.3), (14.1, 7.7)); ((-170.0, 40.0), (120.0, 30.0)) }
    //@vincenty_distance
    scalar! { vincenty_distance: super::vincenty_distance, super::vincenty_distance_value_and_grad; (o, d) at (o: (f64, f64), d: (f64, f64)); ((9.2, 10.3), (14.1, 7.7)); ((-170.0, 40.0), (120.0, 30.0)) }
    //@calculate_destination
    vector! { calculate_destination: super::calculate_destination, super::calculate_destination_vjp; (a, b, c, d) at (a: f64, b: f64, c: f64, d: f64); (0.3, 0.2, 0.4, 1.1); (0.1, -0.7, 0.3, 2.1) }
    //@square_euclidean_distance
    scalar! { square_euclidean_distance: super::square_euclidean_distance, super::square_euclidean_distance_value_and_grad; (o, d) at (o: (f64, f64), d: (f64, f64)); ((9.2, 10.3), (14.1, 7.7)); ((-170.0, 40.0), (120.0, 30.0)) }
}
