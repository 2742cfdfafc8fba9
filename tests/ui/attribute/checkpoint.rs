use autodiff::differentiate;
use std::cell::Cell;

const N: usize = 10;

thread_local! { static CALLS: Cell<f64> = const { Cell::new(0.0) }; }

fn noise() -> f64 {
    CALLS.set(CALLS.get() + 1.0);
    CALLS.get()
}

struct Random(u64);

impl Random {
    fn draw(&self) -> u64 {
        self.0
    }
}

#[differentiate]
fn misplaced(x: f64) -> f64 {
    #[checkpoint]
    let y = x * x;
    #[checkpoint(3)]
    if y > 1.0 {
        return y;
    }
    y.sin()
}

#[differentiate]
fn malformed(x: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint(0)]
    for _ in 0..n {
        x = x.sin();
    }
    #[checkpoint = 3]
    for _ in 0..n {
        x = x.sin();
    }
    #[checkpoint(n + 1)]
    while x > 1.0 {
        x = x.sin();
    }
    #[checkpoint]
    #[checkpoint(3)]
    loop {
        x = x.sin();
        if x < 0.1 {
            break;
        }
    }
    x
}

#[differentiate]
fn a_variable(x: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint(n)]
    for _ in 0..n {
        x = x.sin();
    }
    #[checkpoint(5u32)]
    for _ in 0..n {
        x = x.sin();
    }
    x
}

#[differentiate]
fn another_variable(x: f64, n: usize) -> f64 {
    let mut x = x;
    let snapshots = n / 10;
    #[checkpoint(snapshots)]
    for _ in 0..n {
        x = x.sin();
    }
    x
}

#[differentiate(wrt(x))]
fn not_the_same_again(x: f64, random: &Random, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint]
    for _ in 0..n {
        x = (x * noise()).sin();
        let seed = random.draw().checked_next_multiple_of(3).is_some();
        if seed {
            x += CALLS.with(|c| c.get());
        }
    }
    x
}

#[differentiate]
fn a_macro_that_changes(x: f64, n: usize) -> f64 {
    use std::fmt::Write;
    let mut x = x;
    let mut log = String::new();
    #[checkpoint(N)]
    for i in 0..n {
        let _ = write!(log, "{i}");
        x = x.sin();
    }
    x
}

#[differentiate]
fn state_of_its_own(x: f64, seed: u64, n: usize) -> f64 {
    let mut x = x;
    let mut random = Random(seed);
    #[checkpoint]
    for _ in 0..n {
        let mut a = 1;
        shuffle(&mut random, &mut a);
        x = x.sin() + a as f64;
    }
    x
}

fn shuffle(random: &mut Random, a: &mut i32) {
    random.0 += 1;
    *a += random.0 as i32;
}

#[differentiate]
fn outer(x: f64, n: usize) -> f64 {
    #[differentiate]
    fn inner(x: f64, n: usize) -> f64 {
        let mut x = x;
        #[checkpoint]
        for _ in 0..n {
            x = x.sin();
        }
        x
    }
    inner(x, n)
}

#[differentiate]
fn inside_of_what_is_not_seen_through(x: f64, n: usize) -> f64 {
    let k = pick(n, |i| {
        let mut k = i;
        #[checkpoint]
        while k > 10 {
            k /= 2;
        }
        k
    });
    x * k as f64
}

fn pick(n: usize, f: impl Fn(usize) -> usize) -> usize {
    f(n)
}

fn main() {}
