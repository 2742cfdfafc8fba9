//! A problem's function, its gradient by hand and the generated one: checked against each other, timed in turn, a row of
//! the table.

use std::{collections::BTreeMap, env, hint::black_box, time::Instant};

use crate::support::{self, allocations, assert_identical, contender, round_robin};

/// How far coordinates of two gradients may differ, relative to the coordinate plus the largest one of its block.
const TOLERANCE: f64 = 1e-9;

/// How long the contenders of a row take turns, in seconds.
const PATIENCE: f64 = 2.0;

/// The rows so far; each is printed when it is there.
pub struct Table {
    /// The rows of each group.
    rows: BTreeMap<&'static str, Vec<Row>>,
    /// Run one contender once and time nothing: for callgrind.
    counted: Option<Part>,
}

/// Generated ÷ by hand.
struct Row {
    name: String,
    median: f64,
    at_best: f64,
}

#[derive(Clone, Copy)]
enum Part {
    Primal,
    ByHand,
    Generated,
}

impl Table {
    pub fn new() -> Self {
        let counted = env::var("AUTODIFF_SUITE_COUNTED").ok();
        let counted = counted.map(|part| match part.as_str() {
            "primal" => Part::Primal,
            "hand" => Part::ByHand,
            "generated" => Part::Generated,
            other => panic!("AUTODIFF_SUITE_COUNTED is {other}: not primal, hand or generated"),
        });
        if counted.is_none() {
            println!(
                "{:<26}{:>12}{:>10}{:>10}{:>10}{:>10}   allocations: primal, hand, generated",
                "", "primal µs", "hand", "generated", "gen/hand", "at best"
            );
        }
        Self {
            rows: BTreeMap::new(),
            counted,
        }
    }

    /// Whether instructions are counted, so that every problem should be run in one size only.
    pub fn is_counting(&self) -> bool {
        self.counted.is_some()
    }

    /// Compares, times and prints.
    ///
    /// A gradient is `K` blocks of the given lengths, which both gradient functions overwrite; they return the value.
    pub fn row<const K: usize>(
        &mut self,
        group: &'static str,
        name: &str,
        lengths: [usize; K],
        mut primal: impl FnMut() -> f64,
        mut by_hand: impl FnMut(&mut [Vec<f64>; K]) -> f64,
        mut generated: impl FnMut(&mut [Vec<f64>; K]) -> f64,
    ) {
        // What is there before must not matter.
        let mut expected = lengths.map(|length| vec![1.5; length]);
        let mut actual = lengths.map(|length| vec![-2.5; length]);
        // Without the checks: callgrind attributes a call to its caller wherever it counts it.
        match self.counted {
            Some(Part::Primal) => return counted(primal),
            Some(Part::ByHand) => return counted(|| by_hand(&mut expected)),
            Some(Part::Generated) => return counted(|| generated(&mut actual)),
            None => {}
        }

        for _ in 0..2 {
            let value = primal();
            assert_identical("the value by hand", by_hand(&mut expected), value);
            assert_identical("the generated value", generated(&mut actual), value);
            for (block, (actual, expected)) in actual.iter().zip(&expected).enumerate() {
                assert_agree(&format!("{name}, block {block}"), actual, expected);
            }
        }

        let start = Instant::now();
        black_box((primal(), by_hand(&mut expected), generated(&mut actual)));
        let turns = (PATIENCE / start.elapsed().as_secs_f64().max(4e-3)) as usize;
        let timings = round_robin(
            vec![
                contender("primal", &mut primal),
                contender("hand", || by_hand(&mut expected)),
                contender("generated", || generated(&mut actual)),
            ],
            support::rounds(turns.max(9)),
        );
        let row = Row {
            name: name.to_owned(),
            median: timings.ratio("generated", "hand"),
            at_best: timings.ratio_at_best("generated", "hand"),
        };
        let (time, hand, ratio) = (
            1e6 * timings.median("primal"),
            timings.ratio("hand", "primal"),
            timings.ratio("generated", "primal"),
        );
        let of_primal = allocations(&mut primal).count;
        let of_generated = allocations(|| generated(&mut actual)).count;
        println!(
            "{name:<26}{time:>12.3}{hand:>10.3}{ratio:>10.3}{:>10.3}{:>10.3}   {of_primal}, {}, {of_generated}",
            row.median,
            row.at_best,
            allocations(|| by_hand(&mut expected)).count,
        );
        assert_eq!(
            of_generated, of_primal,
            "{name}: from the second call on a gradient allocates what the function does, nothing else"
        );
        self.rows.entry(group).or_default().push(row);
    }

    /// Says how much memory a first call of a gradient needs; what it writes to is there before.
    pub fn peak(&self, name: &str, gradient: impl FnOnce() -> f64 + Send) {
        if !self.is_counting() {
            let bytes = support::peak(gradient);
            println!("{name:<26}at most {bytes} bytes of heap in a first call of the gradient");
        }
    }

    /// Generated ÷ by hand over the rows of each group: geometric mean and worst.
    pub fn summary(&self) {
        for (group, rows) in &self.rows {
            let mean = |of: fn(&Row) -> f64| {
                let logarithms: f64 = rows.iter().map(|row| of(row).ln()).sum();
                (logarithms / rows.len() as f64).exp()
            };
            let worst = rows.iter().max_by(|a, b| a.median.total_cmp(&b.median));
            let Row { name, median, .. } = worst.expect("a group has rows");
            println!(
                "{group}: generated / hand, geometric mean of {}: {:.3} (at best {:.3}); worst {median:.3} ({name})",
                rows.len(),
                mean(|row| row.median),
                mean(|row| row.at_best),
            );
        }
    }
}

/// The one function whose cost callgrind counts; found by its name.
#[inline(never)]
fn counted(mut call: impl FnMut() -> f64) {
    black_box(call());
}

fn assert_agree(what: &str, actual: &[f64], expected: &[f64]) {
    let largest = expected.iter().fold(0.0_f64, |top, x| top.max(x.abs()));
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        // Written so that NaN fails too.
        let agree = (a - e).abs() <= TOLERANCE * (e.abs() + largest);
        assert!(agree, "{what}[{i}]: generated {a:e}, by hand {e:e}");
    }
    assert!(
        largest > 0.0,
        "{what} is zero everywhere: this checks nothing"
    );
}
