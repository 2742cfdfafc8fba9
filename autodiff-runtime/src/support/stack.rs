//! What a forward sweep keeps for the reverse sweep: one stack for a gradient and all it calls.
//!
//! The reverse sweep runs everything in the opposite order, so that what was pushed last is wanted first. The stack begins
//! in the frame of the function that is called and goes on in a buffer that is kept per thread: a gradient called in a hot
//! loop allocates on its first call at most.

use crate::rules::{Guarded, Guards};
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::{MaybeUninit, align_of, size_of};

type Word = MaybeUninit<u64>;

/// How much fits without a buffer.
const INLINE: usize = 256;

/// Room in the caller's frame.
pub struct Inline([Word; INLINE]);

impl Inline {
    #[inline(always)]
    pub const fn new() -> Self {
        Inline([MaybeUninit::uninit(); INLINE])
    }
}

impl Default for Inline {
    fn default() -> Self {
        Self::new()
    }
}

/// What is pushed in one place and popped in another has the type of this.
pub struct Tag<E>(PhantomData<fn(E) -> E>);

impl<E> Tag<E> {
    #[inline(always)]
    pub const fn new() -> Self {
        Tag(PhantomData)
    }
}

impl<E> Default for Tag<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> Clone for Tag<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Tag<E> {}

#[cfg(feature = "std")]
mod pool {
    use super::Word;
    use alloc::vec::Vec;
    use core::cell::Cell;

    std::thread_local! {
        static KEPT: Cell<Vec<Word>> = const { Cell::new(Vec::new()) };
    }

    /// The buffer that this thread's last gradient has left.
    pub fn take() -> Vec<Word> {
        KEPT.try_with(Cell::take).unwrap_or_default()
    }

    /// Keeps the larger one.
    pub fn give(buffer: Vec<Word>) {
        let _ = KEPT.try_with(|kept| {
            let other = kept.take();
            kept.set(if other.capacity() > buffer.capacity() {
                other
            } else {
                buffer
            });
        });
    }
}

#[cfg(not(feature = "std"))]
mod pool {
    use super::Word;
    use alloc::vec::Vec;

    pub fn take() -> Vec<Word> {
        Vec::new()
    }

    pub fn give(_: Vec<Word>) {}
}

/// A stack of elements of any types, and whether the products of the reverse sweep are guarded: all that one function tells another
/// of the sweep both are in.
#[repr(transparent)]
pub struct Stack<'a, G = Guarded> {
    memory: Memory<'a>,
    guards: PhantomData<G>,
}

struct Memory<'a> {
    start: *mut Word,
    /// In words.
    len: usize,
    capacity: usize,
    /// Nothing that was pushed owns anything: it can be read again.
    plain: bool,
    /// Empty as long as the room in the frame is enough.
    buffer: Vec<Word>,
    room: PhantomData<&'a mut Inline>,
}

/// Room for what the iterations of a loop push.
pub struct Room<'a, E> {
    start: *mut Word,
    low: usize,
    count: usize,
    /// Nothing else is pushed as long as this is there.
    stack: PhantomData<(&'a mut Word, Tag<E>)>,
}

impl<E: Copy> Room<'_, E> {
    /// Pushes the element of the iteration of this number.
    #[inline(always)]
    #[track_caller]
    pub fn put(&mut self, item: usize, element: E) {
        let k = item.wrapping_sub(self.low);
        assert!(
            k < self.count,
            "bug in autodiff, please report: no room on the tape"
        );
        // SAFETY: there is room for `count` elements from `start` on.
        unsafe { write(self.start.add(k * const { words::<E>() }), element) }
    }
}

/// What the iterations of a loop have pushed.
pub struct Entries<'a, E> {
    start: *const Word,
    low: usize,
    count: usize,
    /// Nothing is pushed as long as this is there.
    stack: PhantomData<(&'a Word, Tag<E>)>,
}

impl<E: Copy> Entries<'_, E> {
    /// The element of the iteration of this number.
    #[inline(always)]
    #[track_caller]
    pub fn of(&self, item: usize) -> E {
        let k = item.wrapping_sub(self.low);
        assert!(
            k < self.count,
            "bug in autodiff, please report: not on the tape"
        );
        // SAFETY: `count` elements were written from `start` on, as `pop` says, and nothing has been pushed since.
        unsafe { read(self.start.add(k * const { words::<E>() })) }
    }
}

/// Writes an element to words.
///
/// # Safety
/// There are `words::<E>()` words of the tape from `place` on.
#[inline(always)]
unsafe fn write<E>(place: *mut Word, element: E) {
    let place = place.cast::<E>();
    // SAFETY: said above; most elements are aligned as words are.
    unsafe {
        if const { align_of::<E>() <= align_of::<Word>() } {
            place.write(element)
        } else {
            place.write_unaligned(element)
        }
    }
}

/// Reads the element that [`write`] has written.
///
/// # Safety
/// An `E` was written to `place`, and is read once, or owns nothing.
#[inline(always)]
unsafe fn read<E>(place: *const Word) -> E {
    let place = place.cast::<E>();
    // SAFETY: said above; most elements are aligned as words are.
    unsafe {
        if const { align_of::<E>() <= align_of::<Word>() } {
            place.read()
        } else {
            place.read_unaligned()
        }
    }
}

/// The size of an element in words.
const fn words<E>() -> usize {
    size_of::<E>().div_ceil(size_of::<Word>())
}

impl<'a, G: Guards> Stack<'a, G> {
    #[inline(always)]
    pub fn new(room: &'a mut Inline) -> Self {
        let memory = Memory {
            start: room.0.as_mut_ptr(),
            len: 0,
            capacity: INLINE,
            plain: true,
            buffer: Vec::new(),
            room: PhantomData,
        };
        Stack {
            memory,
            guards: PhantomData,
        }
    }

    #[inline(always)]
    pub fn guards(&self) -> G {
        G::default()
    }

    /// The same stack, for a reverse sweep with guards.
    #[inline(always)]
    pub fn guarded(&mut self) -> &mut Stack<'a, Guarded> {
        // SAFETY: both are the memory and nothing else.
        unsafe { &mut *(&raw mut *self).cast() }
    }

    #[inline(always)]
    pub fn push<E>(&mut self, _: Tag<E>, element: E) {
        if const { size_of::<E>() == 0 && !core::mem::needs_drop::<E>() } {
            return;
        }
        let end = self.memory.len + const { words::<E>() };
        if end > self.memory.capacity {
            self.memory.grow(end);
        }
        if const { core::mem::needs_drop::<E>() } {
            self.memory.plain = false;
        }
        // SAFETY: there is room for `capacity` words from `start` on, and the element ends at `end <= capacity`.
        unsafe { write(self.memory.start.add(self.memory.len), element) }
        self.memory.len = end;
    }

    /// As [`push`](Stack::push), of what cannot be read again after it was popped: something else may be pushed in its place.
    #[inline(always)]
    pub fn push_for_once<E>(&mut self, tag: Tag<E>, element: E) {
        self.memory.plain = false;
        self.push(tag, element);
    }

    /// Of the last `count` elements, which were pushed with the same tag and nothing in between, keeps the first, the third and so
    /// on; returns how many these are.
    pub fn drop_every_other<E>(&mut self, tag: Tag<E>, count: usize) -> usize {
        let size = const { words::<E>() };
        assert!(
            count * size <= self.memory.len,
            "bug in autodiff, please report: the tape is empty"
        );
        let (first, kept) = (self.memory.len - count * size, count.div_ceil(2));
        for k in (1..count).step_by(2) {
            self.memory.len = first + (k + 1) * size;
            drop(self.pop(tag));
        }
        for k in 1..kept {
            self.memory.len = first + (2 * k + 1) * size;
            let element = self.pop(tag);
            self.memory.len = first + k * size;
            self.push(tag, element);
        }
        self.memory.len = first + kept * size;
        kept
    }

    /// The element that was pushed last; it must have been pushed with the same tag.
    #[inline(always)]
    #[track_caller]
    pub fn pop<E>(&mut self, _: Tag<E>) -> E {
        let size = const { words::<E>() };
        assert!(
            self.memory.len >= size,
            "bug in autodiff, please report: the tape is empty"
        );
        self.memory.len -= size;
        // SAFETY: emitted code pops in the opposite order of its pushes, each with the tag it was pushed with, so that an
        // `E` was written here; it is read again only after `rewind`, and then owns nothing.
        unsafe { read(self.memory.start.add(self.memory.len)) }
    }

    /// Room for what a loop over `low..high` pushes, an element an iteration. All of it has to be put there before anything else is
    /// done with the stack.
    #[inline(always)]
    pub fn room<E: Copy>(&mut self, _: Tag<E>, low: usize, high: usize) -> Room<'_, E> {
        let count = high.saturating_sub(low);
        // More than there can be is too much for the buffer.
        let end = count
            .saturating_mul(const { words::<E>() })
            .saturating_add(self.memory.len);
        if end > self.memory.capacity {
            self.memory.grow(end);
        }
        let room = Room {
            // SAFETY: there is room for `capacity` words from `start` on, and `len <= capacity`.
            start: unsafe { self.memory.start.add(self.memory.len) },
            low,
            count,
            stack: PhantomData,
        };
        self.memory.len = end;
        room
    }

    /// What a loop over `low..high` has pushed, an element an iteration with the same tag and nothing in between: it is off the stack
    /// then.
    #[inline(always)]
    #[track_caller]
    pub fn entries<E: Copy>(&mut self, _: Tag<E>, low: usize, high: usize) -> Entries<'_, E> {
        let count = high.saturating_sub(low);
        let size = count.saturating_mul(const { words::<E>() });
        assert!(
            self.memory.len >= size,
            "bug in autodiff, please report: the tape is empty"
        );
        self.memory.len -= size;
        Entries {
            // SAFETY: `len` is inside of what was written.
            start: unsafe { self.memory.start.add(self.memory.len) },
            low,
            count,
            stack: PhantomData,
        }
    }

    /// The end of what a forward sweep has pushed.
    #[inline(always)]
    pub fn mark(&self) -> usize {
        self.memory.len
    }

    /// What was popped since the mark is there again, for another reverse sweep. `false` if it is gone, since some of it
    /// owned memory.
    #[inline]
    pub fn rewind(&mut self, mark: usize) -> bool {
        // Nothing is pushed in a reverse sweep: what was there is there still.
        if self.memory.plain {
            self.memory.len = mark;
        }
        self.memory.plain
    }
}

impl Memory<'_> {
    #[cold]
    #[inline(never)]
    fn grow(&mut self, needed: usize) {
        let mut larger = if self.buffer.capacity() == 0 {
            pool::take()
        } else {
            Vec::new()
        };
        if larger.capacity() < needed {
            larger = Vec::with_capacity(needed.max(2 * self.capacity));
        }
        // SAFETY: `len` words were written from `start` on, and there is room for more in the new buffer. The `Vec`s are of
        // length zero all the time: nothing is dropped in them.
        unsafe {
            larger
                .as_mut_ptr()
                .copy_from_nonoverlapping(self.start, self.len)
        };
        self.start = larger.as_mut_ptr();
        self.capacity = larger.capacity();
        self.buffer = larger;
    }
}

impl Drop for Memory<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.buffer.capacity() > 0 {
            pool::give(core::mem::take(&mut self.buffer));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Guarded, Inline, Stack, Tag};
    use alloc::vec::Vec;

    #[test]
    fn the_last_comes_back_first() {
        let mut room = Inline::new();
        let mut stack = Stack::<Guarded>::new(&mut room);
        let (numbers, bytes, vectors) = (Tag::new(), Tag::new(), Tag::new());
        for i in 0..1000_usize {
            stack.push(numbers, (i as f64, i));
            stack.push(bytes, i as u8);
            stack.push(vectors, Vec::from([i]));
        }
        for i in (0..1000).rev() {
            assert_eq!(stack.pop(vectors), [i]);
            assert_eq!(stack.pop(bytes), i as u8);
            assert_eq!(stack.pop(numbers), (i as f64, i));
        }
    }

    #[test]
    fn every_other_one_is_dropped() {
        for count in 0..10_usize {
            let mut room = Inline::new();
            let mut stack = Stack::<Guarded>::new(&mut room);
            let (below, tag) = (Tag::new(), Tag::new());
            stack.push(below, 0.5);
            for i in 0..count {
                stack.push(tag, (i, Vec::from([i])));
            }
            let kept = stack.drop_every_other(tag, count);
            assert_eq!(kept, count.div_ceil(2));
            for k in (0..kept).rev() {
                assert_eq!(stack.pop(tag), (2 * k, Vec::from([2 * k])));
            }
            assert_eq!(stack.pop(below), 0.5);
        }
    }

    #[test]
    fn entries_of_a_loop_are_read_in_any_order() {
        let mut room = Inline::new();
        let mut stack = Stack::<Guarded>::new(&mut room);
        let (below, tag) = (Tag::new(), Tag::new());
        stack.push(below, 0.5);
        let mut room = stack.room(tag, 3, 700);
        for i in 3..700_usize {
            room.put(i, (i as f64, i as u8));
        }
        let mark = stack.mark();
        let entries = stack.entries(tag, 3, 700);
        for i in (3..700).chain((3..700).rev()) {
            assert_eq!(entries.of(i), (i as f64, i as u8));
        }
        assert!(stack.rewind(mark));
        assert_eq!(stack.pop(tag), (699.0, 699_usize as u8));
        assert!(stack.rewind(mark));
        stack.entries(tag, 3, 700);
        stack.entries(tag, 5, 2);
        assert_eq!(stack.pop(below), 0.5);
    }

    #[test]
    #[should_panic(expected = "not on the tape")]
    fn an_iteration_that_was_not_run_has_no_entry() {
        let mut room = Inline::new();
        let mut stack = Stack::<Guarded>::new(&mut room);
        let tag = Tag::new();
        (0..3).for_each(|i| stack.push(tag, i));
        stack.entries(tag, 0, 2).of(2);
    }

    #[test]
    fn elements_without_a_size_and_with_a_large_alignment() {
        #[repr(align(64))]
        #[derive(Clone, Copy, PartialEq, Debug)]
        struct Aligned(u8);
        let mut room = Inline::new();
        let mut stack = Stack::<Guarded>::new(&mut room);
        let (nothing, aligned) = (Tag::new(), Tag::new());
        for i in 0..200 {
            stack.push(nothing, ());
            stack.push(aligned, Aligned(i));
        }
        for i in (0..200).rev() {
            assert_eq!(stack.pop(aligned), Aligned(i));
            stack.pop(nothing);
        }
    }

    #[test]
    #[should_panic(expected = "the tape is empty")]
    fn nothing_is_left_to_pop() {
        let mut room = Inline::new();
        let mut stack = Stack::<Guarded>::new(&mut room);
        stack.pop(Tag::<f64>::new());
    }
}
