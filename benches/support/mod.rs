//! What every benchmark needs: times of several contenders taken in turn, and counts of allocations.

#![allow(dead_code, reason = "each benchmark uses a part of it")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    env, fmt,
    hint::black_box,
    time::Duration,
};

/// How long a contender runs at a time: long against the clock's grain, short against what else the machine does.
const TURN: Duration = Duration::from_millis(1);

/// One of the functions that are compared. Create it by [`contender`].
pub struct Contender<'a> {
    name: &'a str,
    call: Box<dyn FnMut() + 'a>,
}

/// A function to be timed; what it returns is kept from being optimised away.
pub fn contender<'a, Out>(name: &'a str, mut function: impl FnMut() -> Out + 'a) -> Contender<'a> {
    Contender {
        name,
        call: Box::new(move || {
            black_box(function());
        }),
    }
}

/// The number of rounds wanted under `cargo bench`; a few elsewhere (`cargo test --benches`), where only the checks count.
pub fn rounds(wanted: usize) -> usize {
    if env::args().any(|argument| argument == "--bench") {
        wanted
    } else {
        wanted.min(3)
    }
}

/// Times the contenders in turn, `rounds` times, so that whatever slows the machine down slows all of them.
///
/// A turn is as many calls as fill about a millisecond; each round starts with another contender.
pub fn round_robin<'a>(mut contenders: Vec<Contender<'a>>, rounds: usize) -> Timings<'a> {
    let calls: Vec<u32> = contenders.iter_mut().map(calls_per_turn).collect();
    let mut seconds = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..rounds {
        for turn in 0..contenders.len() {
            let i = (round + turn) % contenders.len();
            let elapsed = time(&mut contenders[i], calls[i]);
            seconds[i].push(elapsed.as_secs_f64() / f64::from(calls[i]));
        }
    }
    Timings {
        names: contenders.iter().map(|contender| contender.name).collect(),
        seconds,
    }
}

/// Doubles the calls until they fill a turn, which warms the contender up as well.
fn calls_per_turn(contender: &mut Contender<'_>) -> u32 {
    let mut calls = 1;
    while time(contender, calls) < TURN {
        calls *= 2;
    }
    calls
}

fn time(contender: &mut Contender<'_>, calls: u32) -> Duration {
    let start = clock::now();
    for _ in 0..calls {
        (contender.call)();
    }
    clock::now() - start
}

/// The processor's time that this thread has used: what runs beside it on a busy machine does not count.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod clock {
    use std::{ffi::c_int, time::Duration};

    #[repr(C)]
    struct Timespec {
        seconds: i64,
        nanoseconds: i64,
    }

    unsafe extern "C" {
        fn clock_gettime(clock: c_int, time: *mut Timespec) -> c_int;
    }

    const THREAD_CPUTIME: c_int = 3;

    pub fn now() -> Duration {
        let mut time = Timespec {
            seconds: 0,
            nanoseconds: 0,
        };
        // SAFETY: the C library writes a `timespec`, which has this layout where pointers have 64 bits.
        let failed = unsafe { clock_gettime(THREAD_CPUTIME, &mut time) };
        assert_eq!(failed, 0, "no clock of the thread's time");
        Duration::new(time.seconds as u64, time.nanoseconds as u32)
    }
}

/// The time since the first call.
#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
mod clock {
    use std::{
        sync::OnceLock,
        time::{Duration, Instant},
    };

    pub fn now() -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}

/// Seconds per call: for each contender, one number for each round. Printed, it is a table whose ratios compare with
/// the first contender.
pub struct Timings<'a> {
    names: Vec<&'a str>,
    seconds: Vec<Vec<f64>>,
}

impl Timings<'_> {
    /// The median time of one call of a contender, in seconds.
    pub fn median(&self, name: &str) -> f64 {
        median(self.of(name).to_vec())
    }

    /// How many times as long `name` takes as `base`: the median over the rounds of each round's ratio.
    pub fn ratio(&self, name: &str, base: &str) -> f64 {
        let pairs = self.of(name).iter().zip(self.of(base));
        median(pairs.map(|(time, base)| time / base).collect())
    }

    /// The same of the shortest time of each, whatever the round: what is left where the machine is busy most of the time.
    pub fn ratio_at_best(&self, name: &str, base: &str) -> f64 {
        let shortest = |name| self.of(name).iter().copied().fold(f64::INFINITY, f64::min);
        shortest(name) / shortest(base)
    }

    fn of(&self, name: &str) -> &[f64] {
        let i = self.names.iter().position(|&other| other == name);
        &self.seconds[i.unwrap_or_else(|| panic!("no contender is called {name}"))]
    }
}

impl fmt::Display for Timings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.names.iter().map(|name| name.len()).max().unwrap_or(0);
        for name in &self.names {
            let microseconds = 1e6 * self.median(name);
            let first = self.names[0];
            let ratio = self.ratio(name, first);
            writeln!(
                f,
                "{name:<width$}  {microseconds:>12.2} µs  {ratio:>8.3} × {first}"
            )?;
        }
        Ok(())
    }
}

/// Prints the times of a function, of its gradient by hand and of the generated one, and what each allocates.
pub fn compare<'a>(
    rounds: usize,
    primal: &'a mut dyn FnMut() -> f64,
    by_hand: &'a mut dyn FnMut() -> f64,
    generated: &'a mut dyn FnMut() -> f64,
) {
    let mut contest = [
        ("loss", primal),
        ("gradient by hand", by_hand),
        ("gradient generated", generated),
    ];
    let contenders = contest.iter_mut().map(|(name, call)| contender(name, call));
    let timings = round_robin(contenders.collect(), rounds);
    print!("{timings}");
    let ratio = timings.ratio("gradient generated", "gradient by hand");
    println!("generated / by hand: {ratio:.3}");
    for (name, call) in contest {
        println!("{name}: {}", allocations(call));
    }
}

/// The middle value, or the mean of the two middle ones.
pub fn median(mut values: Vec<f64>) -> f64 {
    assert!(!values.is_empty(), "no values to take the median of");
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    if values.len() % 2 == 1 {
        values[half]
    } else {
        (values[half - 1] + values[half]) / 2.0
    }
}

/// Panics unless `|actual - expected| <= tolerance * |expected|` in every coordinate.
pub fn assert_close(what: &str, actual: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(actual.len(), expected.len(), "length of {what}");
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        // Written so that NaN fails too.
        let close = (a - e).abs() <= tolerance * e.abs();
        assert!(
            close,
            "{what}[{i}] is {a:e}, expected {e:e} within {tolerance:e}"
        );
    }
}

/// Panics unless both values are the same to the last bit.
pub fn assert_identical(what: &str, actual: f64, expected: f64) {
    let same = actual.to_bits() == expected.to_bits();
    assert!(same, "{what} is {actual:e}, expected exactly {expected:e}");
}

/// How often the heap was asked for memory, and for how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocations {
    pub count: u64,
    pub bytes: u64,
}

impl fmt::Display for Allocations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, bytes } = self;
        write!(f, "{count} allocations, {bytes} bytes")
    }
}

/// The allocations of one call on this thread, after a first call that may set up what is kept between calls.
pub fn allocations<Out>(mut function: impl FnMut() -> Out) -> Allocations {
    black_box(function());
    let before = ALLOCATED.get();
    black_box(function());
    let after = ALLOCATED.get();
    Allocations {
        count: after.count - before.count,
        bytes: after.bytes - before.bytes,
    }
}

/// The most memory, in bytes, that a first call needs of the heap at a time: in a thread of its own, where nothing has been
/// kept from earlier calls.
pub fn peak<Out>(function: impl FnOnce() -> Out + Send) -> i64 {
    std::thread::scope(|scope| {
        let measured = scope.spawn(|| {
            let before = LIVE.get();
            PEAK.set(before);
            black_box(function());
            PEAK.get() - before
        });
        measured.join().expect("the function does not panic")
    })
}

thread_local! {
    static ALLOCATED: Cell<Allocations> = const { Cell::new(Allocations { count: 0, bytes: 0 }) };
    /// Bytes allocated less bytes freed by this thread, and the most that was.
    static LIVE: Cell<i64> = const { Cell::new(0) };
    static PEAK: Cell<i64> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The system's allocator, counting. A reallocation counts as an allocation of the new size.
struct Counting;

impl Counting {
    fn count(bytes: usize) {
        let Allocations { count, bytes: sum } = ALLOCATED.get();
        ALLOCATED.set(Allocations {
            count: count + 1,
            bytes: sum + bytes as u64,
        });
    }

    fn live(change: i64) {
        let live = LIVE.get() + change;
        LIVE.set(live);
        PEAK.set(PEAK.get().max(live));
    }
}

// SAFETY: every request goes unchanged to the system's allocator; counting neither allocates (the thread-local is a
// constant-initialised `Cell` without a destructor) nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size());
        Self::live(layout.size() as i64);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size());
        Self::live(layout.size() as i64);
        // SAFETY: the caller's promise.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        Self::count(size);
        Self::live(size as i64 - layout.size() as i64);
        // SAFETY: the caller's promise.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        Self::live(-(layout.size() as i64));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}
