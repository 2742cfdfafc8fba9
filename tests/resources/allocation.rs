//! An allocator that counts, per thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::thread;

/// What a thread allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Allocations and reallocations.
    pub count: usize,
    /// All bytes that were asked for, one after the other.
    pub total: usize,
    /// Bytes held now, and at most at once.
    pub held: usize,
    pub peak: usize,
}

thread_local! {
    static USAGE: Cell<Usage> = const { Cell::new(Usage { count: 0, total: 0, held: 0, peak: 0 }) };
}

/// Runs `measured` and says what it allocated.
pub fn usage<T>(measured: impl FnOnce() -> T) -> (T, Usage) {
    USAGE.set(Usage::default());
    let result = measured();
    (result, USAGE.get())
}

/// As [`usage`], on a thread that has not run anything yet and has a stack of 128 KiB.
pub fn usage_of_first_call<T: Send + 'static>(
    measured: impl FnOnce() -> T + Send + 'static,
) -> (T, Usage) {
    thread::Builder::new()
        .stack_size(128 << 10)
        .spawn(|| usage(measured))
        .unwrap()
        .join()
        .unwrap()
}

struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn record(freed: usize, asked: usize) {
    // The thread's own storage may be gone already when it ends.
    let _ = USAGE.try_with(|usage| {
        let Usage {
            count,
            total,
            held,
            peak,
        } = usage.get();
        let held = (held + asked).saturating_sub(freed);
        usage.set(Usage {
            count: count + usize::from(asked > 0),
            total: total + asked,
            held,
            peak: peak.max(held),
        });
    });
}

// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        record(0, layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        record(layout.size(), 0);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        record(layout.size(), size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}
