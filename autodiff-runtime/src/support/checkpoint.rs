//! When a loop under `#[checkpoint]` keeps its state, and from where its iterations are run again.
//!
//! The forward sweep keeps the state in front of some iterations: a *snapshot*. The reverse sweep takes the iterations back from
//! the last to the first. It runs forward from the last snapshot to the one whose turn it is, and on the way puts snapshots where
//! there is room for them: iterations taken back need theirs no more.
//!
//! Where the number of iterations is known, the snapshots stand where the fewest iterations are run again: A. Griewank and A.
//! Walther, "Algorithm 799: revolve", ACM Transactions on Mathematical Software 26 (2000), 19–45. With `s` snapshots, `l`
//! iterations are taken back with `r l − β(s + 1, r − 1)` run again, where `β(s, r) = (s + r)! / (s! r!)` and `r` is the least with
//! `β(s, r) ≥ l`. Where it is not known, the forward sweep keeps the state every `2^k` iterations, and drops every other snapshot
//! when they take up half of the room; the reverse sweep does as before with the room that is left.

use super::Undefined;
use super::stack::{Stack, Tag};
use crate::rules::Guards;

/// Where the snapshots of one loop stand; they themselves are on the stack, the last one on top.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// How many snapshots there may be, …
    room: usize,
    /// … which is for us to choose, …
    chosen: bool,
    /// … and how many there are.
    kept: usize,
    /// The iteration in front of which the next one is taken.
    due: usize,
    /// Iterations begun and not taken back.
    steps: usize,
    plan: Plan,
}

#[derive(Clone, Copy, Debug)]
enum Plan {
    /// There are this many iterations to take back.
    Known(usize),
    /// There is no telling: a snapshot after so many.
    Every(usize),
}

impl Schedule {
    /// `room`: the number of snapshots, about the square root of that of the iterations if it is not given. `steps`: the number
    /// of iterations, if it is known.
    pub fn new(room: Option<usize>, steps: Option<usize>) -> Self {
        let chosen = steps.map_or(1, usize::isqrt);
        Schedule {
            room: room.unwrap_or(chosen).max(1),
            chosen: room.is_none(),
            kept: 0,
            due: 0,
            steps: 0,
            plan: steps.map_or(Plan::Every(1), Plan::Known),
        }
    }

    /// The state in front of the first iteration is all that is kept.
    pub fn of_first() -> Self {
        Schedule::new(Some(1), Some(usize::MAX))
    }

    /// That state, if there is an iteration.
    #[inline]
    pub fn first<S>(&self, stack: &mut Stack<'_, impl Guards>, tag: Tag<(usize, S)>) -> Option<S> {
        (self.steps > 0).then(|| stack.pop(tag).1)
    }

    /// In front of each iteration of the forward sweep.
    #[inline(always)]
    pub fn begin<S>(
        &mut self,
        stack: &mut Stack<'_, impl Guards>,
        tag: Tag<(usize, S)>,
        state: impl FnOnce() -> S,
    ) {
        let at = self.steps;
        self.steps += 1;
        if at == self.due && self.has_room(at, stack, tag) {
            self.keep(at, stack, tag, state);
        }
    }

    /// The state to start from for the last iteration that is not taken back, and in front of which iteration it was; nothing if
    /// all are taken back.
    #[inline]
    pub fn restore<S: Clone>(
        &mut self,
        stack: &mut Stack<'_, impl Guards>,
        tag: Tag<(usize, S)>,
    ) -> Option<(usize, S)> {
        if let (Plan::Every(_), true) = (self.plan, self.chosen) {
            self.room = self.kept.max(self.steps.isqrt());
        }
        self.plan = Plan::Known(self.steps);
        self.steps = self.steps.checked_sub(1)?;
        let (at, state) = stack.pop(tag);
        if at == self.steps {
            self.kept -= 1;
        } else {
            stack.push_for_once(tag, (at, state.clone()));
            self.due = self.next(at);
        }
        Some((at, state))
    }

    /// Whether this iteration is run again on the way to the one that is taken back; with the first state only, whether it is one.
    #[inline(always)]
    pub fn passes(&self, at: usize) -> bool {
        at < self.steps
    }

    /// In front of each iteration that is run again.
    #[inline(always)]
    pub fn pass<S>(
        &mut self,
        at: usize,
        stack: &mut Stack<'_, impl Guards>,
        tag: Tag<(usize, S)>,
        state: impl FnOnce() -> S,
    ) {
        if at == self.due {
            self.keep(at, stack, tag, state);
        }
    }

    fn keep<S>(
        &mut self,
        at: usize,
        stack: &mut Stack<'_, impl Guards>,
        tag: Tag<(usize, S)>,
        state: impl FnOnce() -> S,
    ) {
        stack.push_for_once(tag, (at, state()));
        self.kept += 1;
        self.due = self.next(at);
    }

    /// Whether the snapshot that is due in the forward sweep has room, or is put off.
    fn has_room<S>(
        &mut self,
        at: usize,
        stack: &mut Stack<'_, impl Guards>,
        tag: Tag<(usize, S)>,
    ) -> bool {
        let Plan::Every(stride) = self.plan else {
            return true;
        };
        if self.kept < self.room_at(stride) {
            return true;
        }
        self.kept = stack.drop_every_other(tag, self.kept);
        let stride = 2 * stride;
        self.plan = Plan::Every(stride);
        self.due = at.next_multiple_of(stride);
        self.due == at && self.kept < self.room_at(stride)
    }

    /// How many snapshots a stride apart there may be: half of the room is left for what lies between them.
    fn room_at(&self, stride: usize) -> usize {
        if self.chosen {
            2 * stride
        } else {
            self.room.div_ceil(2)
        }
    }

    /// Where the next snapshot is due after one in front of `at`.
    fn next(&self, at: usize) -> usize {
        match self.plan {
            Plan::Every(stride) => at + stride,
            Plan::Known(steps) => match self.room - self.kept {
                0 => usize::MAX,
                free => at + distance(steps - at, free),
            },
        }
    }
}

/// Of a loop that was not run.
impl Undefined for Schedule {
    fn undefined() -> Self {
        Schedule::new(None, None)
    }
}

/// How far from a snapshot the next one is if `steps` iterations from there on are to be taken back and there is room for `free`
/// more.
///
/// The iterations behind the next one are taken back with one snapshot less, then those in front of it with all.
fn distance(steps: usize, free: usize) -> usize {
    let steps = steps as u128;
    let all = free as u128 + 1;
    // β(all, r), and with r less by one; β(all − 1, r) is their difference.
    let (mut r, mut within, mut before) = (0, 1, 0);
    while within < steps {
        r += 1;
        before = within;
        within = within * (all + r) / r;
    }
    // β(all − 1, r − 1) iterations at least can be taken back behind the next one.
    let behind = before * all / (all + r.max(1) - 1);
    let distance = before.min(steps.saturating_sub(behind));
    distance.max(1) as usize
}

/// How many iterations there will be, if that is all there is to the loop.
#[inline]
pub fn steps(range: impl Iterator) -> Option<usize> {
    match range.size_hint() {
        (low, Some(high)) if low == high => Some(high),
        _ => None,
    }
}

/// The item of an iteration.
#[inline(always)]
pub fn item<I: Iterator>(mut range: I, at: usize) -> I::Item {
    match range.nth(at) {
        Some(item) => item,
        None => unreachable!("bug in autodiff, please report: a loop is shorter the second time"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Schedule, distance};
    use crate::rules::Guarded;
    use crate::support::stack::{Inline, Stack, Tag};
    use alloc::vec::Vec;

    /// What a loop under a schedule has done.
    struct Run {
        /// The last snapshot that the forward sweep has left.
        last: usize,
        /// The most there were at once.
        most: usize,
        again: usize,
    }

    /// The state is the number of the iteration, in memory of its own.
    fn run(room: Option<usize>, known: bool, steps: usize) -> Run {
        let mut frame = Inline::new();
        let mut stack = Stack::<Guarded>::new(&mut frame);
        let tag = Tag::new();
        let mut schedule = Schedule::new(room, known.then_some(steps));
        let mut done = Run {
            last: 0,
            most: 0,
            again: 0,
        };
        for at in 0..steps {
            let before = schedule.kept;
            schedule.begin(&mut stack, tag, || Vec::from([at]));
            if schedule.kept != before {
                done.last = done.last.max(at);
            }
            done.most = done.most.max(schedule.kept);
        }
        let mut expected = steps;
        while let Some((mut at, mut state)) = schedule.restore(&mut stack, tag) {
            expected -= 1;
            assert_eq!(state, [at]);
            while schedule.passes(at) {
                schedule.pass(at, &mut stack, tag, || state.clone());
                done.most = done.most.max(schedule.kept);
                done.again += 1;
                at += 1;
                state = Vec::from([at]);
            }
            assert_eq!(at, expected, "the last one first");
        }
        assert_eq!((expected, schedule.kept), (0, 0));
        done
    }

    fn binomial(n: u128, k: u128) -> u128 {
        (0..k.min(n - k)).fold(1, |b, i| b * (n - i) / (i + 1))
    }

    /// `r l − β(s + 1, r − 1)`.
    fn optimal(steps: usize, snapshots: usize) -> usize {
        let (l, s) = (steps as u128, snapshots as u128);
        let mut r = 0;
        while binomial(s + r, s) < l {
            r += 1;
        }
        match r {
            0 => 0,
            _ => (r * l - binomial(s + r, s + 1)) as usize,
        }
    }

    #[test]
    fn the_fewest_iterations_are_run_again() {
        for steps in (0..70).chain([100, 333, 1000]) {
            for room in [1, 2, 3, 4, 5, 8, 13, 40, 2000] {
                let Run { last, most, again } = run(Some(room), true, steps);
                // What the forward sweep runs on the way to its last snapshot is part of the count.
                assert_eq!(
                    last + again,
                    optimal(steps, room),
                    "{steps} iterations, {room} snapshots"
                );
                assert!(most <= room);
            }
        }
    }

    /// The recurrence that the formula solves, by trying out all distances.
    #[test]
    fn no_other_distance_is_better() {
        const STEPS: usize = 40;
        let mut best = [[0; STEPS + 1]; 6];
        best[1] = core::array::from_fn(|steps| steps * steps.saturating_sub(1) / 2);
        for snapshots in 2..6 {
            for steps in 2..=STEPS {
                let cost = |m: usize| m + best[snapshots - 1][steps - m] + best[snapshots][m];
                let least = (1..steps).map(cost).min().unwrap();
                assert_eq!(cost(distance(steps, snapshots - 1)), least);
                assert_eq!(least, optimal(steps, snapshots));
                best[snapshots][steps] = least;
            }
        }
    }

    #[test]
    fn a_loop_of_unknown_length_keeps_no_more_than_there_is_room_for() {
        for steps in (0..70).chain([100, 333, 1000, 5000]) {
            for room in [1, 2, 3, 4, 5, 8, 13, 40] {
                let Run { most, again, .. } = run(Some(room), false, steps);
                assert!(most <= room, "{most} in room for {room}");
                let bound = optimal(steps, room.div_ceil(2)) + steps;
                assert!(
                    again <= bound,
                    "{steps} iterations, {room} snapshots: {again} > {bound}"
                );
            }
        }
    }

    #[test]
    fn the_number_of_snapshots_that_is_chosen_is_about_the_square_root() {
        for known in [true, false] {
            for steps in [1, 2, 3, 10, 100, 10_000, 123_456] {
                let Run { most, again, .. } = run(None, known, steps);
                assert!(most <= 2 * steps.isqrt() + 2, "{most} for {steps}");
                assert!(again <= 3 * steps, "{again} for {steps}");
            }
        }
    }

    #[test]
    fn distances_of_any_size() {
        assert_eq!(distance(1, 1), 1);
        assert_eq!(distance(2, 1), 1);
        assert_eq!(distance(usize::MAX, usize::MAX - 1), 1);
        let far = distance(usize::MAX, 2);
        assert!(far < usize::MAX);
    }
}
