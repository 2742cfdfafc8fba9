//! Models as people write them: structs in vectors in structs, methods that call methods of fields, elements and results, some of
//! them changing what they are called on, and enums for what there are several kinds of.

use autodiff::{Differentiable, check, differentiate};

/// The gradient of `f` at a structure of floats.
fn agrees<P: Differentiable>(at: &P, gradient: &P, f: impl Fn(&P) -> f64) {
    let moved = |flat: &[f64]| {
        let mut moved = at.clone();
        moved.set_flat(flat);
        f(&moved)
    };
    if let Err(mismatch) = check::gradient(moved, |_| gradient.to_flat(), &at.to_flat()) {
        panic!("{mismatch}");
    }
}

/// A spring-mass system: methods of fields and of elements, by shared and by exclusive reference.
mod springs {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    struct Vec2 {
        x: f64,
        y: f64,
    }

    impl Vec2 {
        #[differentiate(wrt(self, other))]
        fn sub(self, other: Vec2) -> Vec2 {
            Vec2 {
                x: self.x - other.x,
                y: self.y - other.y,
            }
        }
        #[differentiate(wrt(self))]
        fn norm(&self) -> f64 {
            (self.x * self.x + self.y * self.y).sqrt()
        }
        #[differentiate(wrt(self, k))]
        fn scaled(&self, k: f64) -> Vec2 {
            Vec2 {
                x: self.x * k,
                y: self.y * k,
            }
        }
        #[differentiate(wrt(self, other, k))]
        fn add_scaled(&mut self, other: &Vec2, k: f64) {
            self.x += k * other.x;
            self.y += k * other.y;
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Particle {
        position: Vec2,
        velocity: Vec2,
        mass: f64,
        fixed: bool,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Spring {
        a: usize,
        b: usize,
        stiffness: f64,
        rest: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct World {
        particles: Vec<Particle>,
        springs: Vec<Spring>,
        gravity: Vec2,
        damping: f64,
    }

    impl Particle {
        #[differentiate(wrt(self, force, dt))]
        fn push(&mut self, force: &Vec2, dt: f64) {
            if self.fixed {
                return;
            }
            self.velocity.add_scaled(force, dt / self.mass);
        }
        #[differentiate(wrt(self, dt))]
        fn advance(&mut self, dt: f64) {
            let v = self.velocity;
            self.position.add_scaled(&v, dt);
        }
        #[differentiate(wrt(self))]
        fn kinetic(&self) -> f64 {
            0.5 * self.mass * self.velocity.norm().powi(2)
        }
    }

    impl World {
        #[differentiate(wrt(self, dt))]
        fn step(&mut self, dt: f64) {
            let mut forces = vec![Vec2 { x: 0.0, y: 0.0 }; self.particles.len()];
            for s in &self.springs {
                let d = self.particles[s.b]
                    .position
                    .sub(self.particles[s.a].position);
                let len = d.norm();
                let pull = s.stiffness * (len - s.rest);
                let f = d.scaled(pull / len);
                forces[s.a].add_scaled(&f, 1.0);
                forces[s.b].add_scaled(&f, -1.0);
            }
            for (p, f) in self.particles.iter_mut().zip(&forces) {
                let g = self.gravity.scaled(p.mass);
                p.push(f, dt);
                p.push(&g, dt);
                p.velocity.x *= 1.0 - self.damping * dt;
                p.velocity.y *= 1.0 - self.damping * dt;
                p.advance(dt);
            }
        }
        #[differentiate(wrt(self))]
        fn energy(&self) -> f64 {
            let mut e = 0.0;
            for p in &self.particles {
                e += p.kinetic()
                    - p.mass * (p.position.x * self.gravity.x + p.position.y * self.gravity.y);
            }
            for s in &self.springs {
                let d = self.particles[s.b]
                    .position
                    .sub(self.particles[s.a].position);
                e += 0.5 * s.stiffness * (d.norm() - s.rest).powi(2);
            }
            e
        }
        #[differentiate(wrt(self, dt))]
        fn simulate(&self, dt: f64, n: usize) -> f64 {
            let mut world = self.clone();
            for _ in 0..n {
                world.step(dt);
            }
            world.energy()
        }
    }

    #[test]
    fn simulated() {
        let particle = |x: f64, y: f64, fixed| Particle {
            position: Vec2 { x, y },
            velocity: Vec2 { x: 0.1, y: -0.2 },
            mass: 1.0 + x,
            fixed,
        };
        let spring = |a, b, stiffness, rest| Spring {
            a,
            b,
            stiffness,
            rest,
        };
        let world = World {
            particles: vec![
                particle(0.0, 0.0, true),
                particle(1.0, 0.2, false),
                particle(2.0, -0.1, false),
            ],
            springs: vec![spring(0, 1, 3.0, 0.8), spring(1, 2, 2.0, 1.1)],
            gravity: Vec2 { x: 0.0, y: -1.0 },
            damping: 0.1,
        };
        for n in [0, 1, 5] {
            let (by_world, _) = world.simulate_grad(0.05, n);
            agrees(&world, &by_world, |w| w.simulate(0.05, n));
        }
    }
}

/// A book of options: what is paid is an enum.
mod options {
    use super::*;
    use autodiff::special::norm_cdf;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Payoff {
        Call { strike: f64 },
        Put { strike: f64 },
        Digital(f64, f64),
        Spread(f64, f64),
        Forward,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Market {
        spot: f64,
        rate: f64,
        vol: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Trade {
        payoff: Payoff,
        expiry: f64,
        notional: f64,
        #[differentiable(skip)]
        id: f64,
        name: String,
    }

    impl Market {
        #[differentiate(wrt(self, t))]
        fn discount(&self, t: f64) -> f64 {
            (-self.rate * t).exp()
        }

        #[differentiate(wrt(self, k, t))]
        fn d(&self, k: f64, t: f64) -> (f64, f64) {
            let s = self.vol * t.sqrt();
            let d1 = ((self.spot / k).ln() + (self.rate + 0.5 * self.vol * self.vol) * t) / s;
            (d1, d1 - s)
        }

        #[differentiate(wrt(self, k, t))]
        fn call(&self, k: f64, t: f64) -> f64 {
            let (d1, d2) = self.d(k, t);
            self.spot * norm_cdf(d1) - k * self.discount(t) * norm_cdf(d2)
        }
    }

    impl Trade {
        #[differentiate(wrt(self, market))]
        fn price(&self, market: &Market) -> f64 {
            let t = self.expiry;
            let unit = match &self.payoff {
                Payoff::Call { strike } => market.call(*strike, t),
                Payoff::Put { strike } => {
                    // parity
                    market.call(*strike, t) - market.spot + strike * market.discount(t)
                }
                Payoff::Digital(strike, amount) => {
                    let (_, d2) = market.d(*strike, t);
                    amount * market.discount(t) * norm_cdf(d2)
                }
                &Payoff::Spread(low, high) => market.call(low, t) - market.call(high, t),
                Payoff::Forward => market.spot,
            };
            self.notional * unit
        }
    }

    #[differentiate]
    fn book(trades: &[Trade], market: &Market) -> f64 {
        trades.iter().map(|t| t.price(market)).sum()
    }

    #[differentiate]
    fn worst(trades: &[Trade], market: &Market) -> f64 {
        let mut worst = f64::INFINITY;
        for trade in trades {
            let p = trade.price(market);
            if p < worst {
                worst = p;
            }
        }
        worst
    }

    #[test]
    fn greeks() {
        let market = Market {
            spot: 100.0,
            rate: 0.03,
            vol: 0.2,
        };
        let trade = |payoff, expiry| Trade {
            payoff,
            expiry,
            notional: 10.0,
            id: 3.0,
            name: "x".into(),
        };
        let trades = vec![
            trade(Payoff::Call { strike: 105.0 }, 1.0),
            trade(Payoff::Put { strike: 95.0 }, 0.5),
            trade(Payoff::Digital(100.0, 5.0), 2.0),
            trade(Payoff::Spread(90.0, 110.0), 1.5),
            trade(Payoff::Forward, 1.0),
        ];
        let (by_trades, by_market) = book_grad(&trades, &market);
        agrees(&trades, &by_trades, |t| book(t, &market));
        agrees(&market, &by_market, |m| book(&trades, m));
        assert_eq!((by_trades[0].id, by_trades[0].name.as_str()), (3.0, "x"));
        let (by_trades, by_market) = worst_grad(&trades, &market);
        agrees(&trades, &by_trades, |t| worst(t, &market));
        agrees(&market, &by_market, |m| worst(&trades, m));
    }
}

/// A neural network: layers of several widths, activations with parameters, and a model in a model.
mod net {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    enum Activation {
        Relu,
        Tanh,
        Leaky { slope: f64 },
        Swish(f64),
    }

    impl Activation {
        #[differentiate(wrt(self, x))]
        fn apply(&self, x: f64) -> f64 {
            use Activation::*;
            match self {
                Relu => x.max(0.0),
                Tanh => x.tanh(),
                Leaky { slope } => {
                    if x > 0.0 {
                        x
                    } else {
                        slope * x
                    }
                }
                Swish(beta) => x / (1.0 + (-beta * x).exp()),
            }
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Layer {
        weights: Vec<Vec<f64>>,
        bias: Vec<f64>,
        activation: Activation,
    }

    impl Layer {
        #[differentiate(wrt(self, x))]
        fn forward(&self, x: &[f64]) -> Vec<f64> {
            self.weights
                .iter()
                .zip(&self.bias)
                .map(|(row, b)| {
                    let z = row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + b;
                    self.activation.apply(z)
                })
                .collect()
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Net {
        layers: Vec<Layer>,
        output: Layer,
    }

    impl Net {
        #[differentiate(wrt(self, x))]
        fn predict(&self, x: &[f64]) -> f64 {
            let mut h = x.to_vec();
            for layer in &self.layers {
                h = layer.forward(&h);
            }
            self.output.forward(&h)[0]
        }

        #[differentiate(wrt(self))]
        fn loss(&self, xs: &[Vec<f64>], ys: &[f64]) -> f64 {
            let mut total = 0.0;
            for (x, y) in xs.iter().zip(ys) {
                let e = self.predict(x) - y;
                total += e * e;
            }
            total / xs.len() as f64
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Agent {
        model: Net,
        gain: f64,
    }
    impl Agent {
        #[differentiate(wrt(self, x))]
        fn act(&self, x: &[f64]) -> f64 {
            self.gain * self.model.predict(x).tanh()
        }
        #[differentiate(wrt(self, x))]
        fn first(&self, x: &[f64]) -> f64 {
            self.model.layers[0].forward(x)[0] * self.model.layers[0].activation.apply(self.gain)
        }
    }

    #[test]
    fn trained() {
        let layer = |n: usize, m: usize, activation, s: f64| Layer {
            weights: (0..n)
                .map(|i| {
                    (0..m)
                        .map(|j| ((i * 3 + j) as f64 + s).sin() * 0.7)
                        .collect()
                })
                .collect(),
            bias: (0..n).map(|i| 0.1 * (i as f64 + s)).collect(),
            activation,
        };
        let net = Net {
            layers: vec![
                layer(3, 2, Activation::Tanh, 0.3),
                layer(3, 3, Activation::Leaky { slope: 0.1 }, 1.3),
                layer(2, 3, Activation::Swish(1.2), 2.3),
            ],
            output: layer(1, 2, Activation::Relu, 0.9),
        };
        let xs = vec![vec![0.5, -0.3], vec![1.0, 0.7], vec![-0.4, 0.9]];
        let ys = [0.3, -0.2, 0.8];
        agrees(&net, &net.loss_grad(&xs, &ys), |n| n.loss(&xs, &ys));
        let agent = Agent {
            model: net.clone(),
            gain: 0.7,
        };
        agrees(&agent, &agent.act_grad(&xs[0]).0, |a| a.act(&xs[0]));
        agrees(&agent, &agent.first_grad(&xs[0]).0, |a| a.first(&xs[0]));
        let mut trained = net.clone();
        for _ in 0..100 {
            let gradient = trained.loss_grad(&xs, &ys);
            trained.axpy(-0.2, &gradient);
        }
        assert!(trained.loss(&xs, &ys) < 0.5 * net.loss(&xs, &ys));
    }
}

/// A Kalman filter that changes itself.
mod kalman {
    use super::*;

    type Mat = [[f64; 2]; 2];

    #[differentiate]
    fn mul(a: &Mat, b: &Mat) -> Mat {
        let mut c = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c
    }
    #[differentiate]
    fn transpose(a: &Mat) -> Mat {
        [[a[0][0], a[1][0]], [a[0][1], a[1][1]]]
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Noise {
        process: f64,
        measurement: f64,
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Kalman {
        x: [f64; 2],
        p: Mat,
        dt: f64,
        noise: Noise,
        seen: usize,
    }

    impl Kalman {
        #[differentiate(wrt(q, r, dt))]
        fn new(q: f64, r: f64, dt: f64) -> Kalman {
            Self {
                x: [0.0, 1.0],
                p: [[1.0, 0.0], [0.0, 1.0]],
                dt,
                noise: Noise {
                    process: q,
                    measurement: r,
                },
                seen: 0,
            }
        }
        #[differentiate(wrt(self))]
        fn propagate(&mut self) {
            let f = [[1.0, self.dt], [0.0, 1.0]];
            self.x = [self.x[0] + self.dt * self.x[1], self.x[1]];
            self.p = mul(&mul(&f, &self.p), &transpose(&f));
            self.p[0][0] += self.noise.process;
            self.p[1][1] += self.noise.process;
        }
        #[differentiate(wrt(self, z))]
        fn update(&mut self, z: f64) -> f64 {
            let s = self.p[0][0] + self.noise.measurement;
            let k = [self.p[0][0] / s, self.p[1][0] / s];
            let y = z - self.x[0];
            self.x[0] += k[0] * y;
            self.x[1] += k[1] * y;
            let Kalman { p, .. } = self.clone();
            for i in 0..2 {
                for j in 0..2 {
                    self.p[i][j] -= k[i] * p[0][j];
                }
            }
            self.seen += 1;
            0.5 * (s.ln() + y * y / s)
        }
        #[differentiate(wrt(self))]
        fn step(&mut self, z: f64) -> f64 {
            self.propagate();
            self.update(z)
        }
    }

    #[differentiate]
    fn nll(q: f64, r: f64, dt: f64, zs: &[f64]) -> f64 {
        let mut filter = Kalman::new(q, r, dt);
        let mut total = 0.0;
        for z in zs {
            filter.propagate();
            total += filter.update(*z);
        }
        total + filter.x[1] * filter.seen as f64
    }

    #[differentiate(wrt(filter))]
    fn run(mut filter: Kalman, zs: &[f64]) -> f64 {
        zs.iter().map(|z| filter.step(*z)).sum()
    }

    #[test]
    fn likelihood() {
        let zs = [0.1, 0.35, 0.42, 0.81, 1.2];
        let at = (0.1, 0.2, 0.3, zs.to_vec());
        let gradient = nll_grad(0.1, 0.2, 0.3, &zs);
        agrees(&at, &gradient, |(q, r, dt, zs)| nll(*q, *r, *dt, zs));
        let filter = Kalman::new(0.1, 0.2, 0.3);
        let by_filter = run_grad(filter.clone(), &zs);
        agrees(&filter, &by_filter, |f| run(f.clone(), &zs));
    }
}

/// An expression as a tree, fitted to data.
mod tree {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    enum Op {
        Add,
        Sub,
        Mul,
        Div,
    }
    #[derive(Clone, Debug, Differentiable)]
    enum Func {
        Sin,
        Exp,
        Power(f64),
    }

    #[derive(Clone, Debug, Differentiable)]
    enum Node {
        Num(f64),
        X,
        Bin {
            op: Op,
            left: Box<Node>,
            right: Box<Node>,
        },
        Call(Func, Box<Node>),
    }
    use Node::*;

    impl Node {
        #[differentiate(wrt(self, x))]
        fn eval(&self, x: f64) -> f64 {
            match self {
                Num(v) => *v,
                X => x,
                Bin { op, left, right } => {
                    let (l, r) = (left.eval(x), right.eval(x));
                    match op {
                        Op::Add => l + r,
                        Op::Sub => l - r,
                        Op::Mul => l * r,
                        Op::Div => l / r,
                    }
                }
                Call(f, arg) => {
                    let a = arg.eval(x);
                    match f {
                        Func::Sin => a.sin(),
                        Func::Exp => a.exp(),
                        Func::Power(p) => a.powf(*p),
                    }
                }
            }
        }
        #[differentiate(wrt(self))]
        fn fit(&self, data: &[(f64, f64)]) -> f64 {
            data.iter()
                .map(|(x, y)| (self.eval(*x) - y).powi(2))
                .sum::<f64>()
                / data.len() as f64
        }
    }

    #[test]
    fn fitted() {
        let bin = |op, l, r| Bin {
            op,
            left: Box::new(l),
            right: Box::new(r),
        };
        let power = |p, e| Call(Func::Power(p), Box::new(e));
        let wave = Call(Func::Sin, Box::new(bin(Op::Mul, Num(1.5), X)));
        let growth = Call(Func::Exp, Box::new(bin(Op::Sub, Num(0.1), X)));
        let start = bin(
            Op::Add,
            bin(Op::Mul, Num(0.5), wave),
            bin(Op::Add, power(0.7, bin(Op::Div, X, Num(2.0))), growth),
        );
        let data: Vec<(f64, f64)> = (1..20)
            .map(|i| {
                let x = i as f64 * 0.2;
                (x, 2.0 * (1.3 * x).sin() + x.sqrt())
            })
            .collect();
        agrees(&start, &start.fit_grad(&data), |t| t.fit(&data));
        let mut tree = start.clone();
        for _ in 0..200 {
            let gradient = tree.fit_grad(&data);
            tree.axpy(-0.05, &gradient);
        }
        assert!(tree.fit(&data) < 0.1 * start.fit(&data));
    }
}
