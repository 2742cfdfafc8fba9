//! What a forward sweep keeps for the reverse sweep: a stack whose memory outlives it.
//!
//! Buffers are kept per thread, so that a gradient called in a hot loop allocates on its first call only.

use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::{align_of, needs_drop, size_of};

/// A unit of a buffer: as strictly aligned as anything that is kept.
#[repr(align(16))]
#[derive(Clone, Copy)]
struct Cell(#[allow(dead_code)] [u8; 16]);

type Buffer = Vec<core::mem::MaybeUninit<Cell>>;

#[cfg(feature = "std")]
mod pool {
    use super::Buffer;
    use alloc::vec::Vec;
    use core::cell::RefCell;

    std::thread_local! {
        static POOL: RefCell<Vec<Buffer>> = const { RefCell::new(Vec::new()) };
    }

    /// A buffer that some tape has used before, or an empty one.
    #[inline]
    pub fn take() -> Buffer {
        POOL.try_with(|pool| pool.borrow_mut().pop()).ok().flatten().unwrap_or_default()
    }

    #[inline]
    pub fn give(buffer: Buffer) {
        let _ = POOL.try_with(|pool| pool.borrow_mut().push(buffer));
    }
}

#[cfg(not(feature = "std"))]
mod pool {
    use super::Buffer;

    pub fn take() -> Buffer {
        Buffer::new()
    }

    pub fn give(_: Buffer) {}
}

/// A stack of elements.
pub struct Tape<E> {
    buffer: Buffer,
    len: usize,
    capacity: usize,
    element: PhantomData<E>,
}

impl<E> Default for Tape<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Tape<E> {
    #[inline]
    pub fn new() -> Self {
        const { assert!(align_of::<E>() <= 16, "bug in autodiff, please report: an element with a large alignment") };
        Tape { buffer: Buffer::new(), len: 0, capacity: 0, element: PhantomData }
    }

    #[inline(always)]
    fn start(&mut self) -> *mut E {
        self.buffer.as_mut_ptr().cast()
    }

    #[inline(always)]
    pub fn push(&mut self, element: E) {
        if self.len == self.capacity {
            self.grow();
        }
        // SAFETY: `grow` has made room for `capacity` elements, and `len < capacity`; `Cell` is aligned for `E`.
        unsafe { self.start().add(self.len).write(element) };
        self.len += 1;
    }

    #[inline(always)]
    #[track_caller]
    pub fn pop(&mut self) -> E {
        assert!(self.len > 0, "bug in autodiff, please report: the tape is empty");
        self.len -= 1;
        // SAFETY: the elements below the old `len` were written by `push`; this one is not read again.
        unsafe { self.start().add(self.len).read() }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let size = size_of::<E>().max(1);
        let fitting = |buffer: &Buffer| buffer.capacity() * size_of::<Cell>() / size;
        if self.capacity == 0 {
            let kept = pool::take();
            if fitting(&kept) > 0 {
                self.capacity = fitting(&kept);
                self.buffer = kept;
                return;
            }
        }
        let elements = (self.capacity * 2).max(64);
        let cells = (elements * size).div_ceil(size_of::<Cell>());
        let mut larger = Buffer::with_capacity(cells);
        // SAFETY: both point to room for `len` elements, which move from one to the other; `len` of the old buffer, a
        // `Vec` of `MaybeUninit`, is zero, so that nothing is dropped.
        unsafe { larger.as_mut_ptr().cast::<E>().copy_from_nonoverlapping(self.start(), self.len) };
        self.capacity = fitting(&larger);
        self.buffer = larger;
    }
}

impl<E> Drop for Tape<E> {
    #[inline]
    fn drop(&mut self) {
        if needs_drop::<E>() {
            while self.len > 0 {
                drop(self.pop());
            }
        }
        if self.capacity > 0 {
            pool::give(core::mem::take(&mut self.buffer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tape;
    use alloc::rc::Rc;

    #[test]
    fn the_last_comes_back_first() {
        let mut tape = Tape::new();
        for i in 0..1000 {
            tape.push((i as f64, i));
        }
        for i in (0..1000).rev() {
            assert_eq!(tape.pop(), (i as f64, i));
        }
    }

    #[test]
    fn what_is_left_is_dropped() {
        let shared = Rc::new(());
        let mut tape = Tape::new();
        for _ in 0..100 {
            tape.push(shared.clone());
        }
        drop(tape.pop());
        assert_eq!(Rc::strong_count(&shared), 100);
        drop(tape);
        assert_eq!(Rc::strong_count(&shared), 1);
    }

    #[test]
    fn elements_without_a_size() {
        let mut tape = Tape::new();
        for _ in 0..200 {
            tape.push(());
        }
        for _ in 0..200 {
            tape.pop();
        }
    }
}
