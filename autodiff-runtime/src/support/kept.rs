//! Memory that is kept between calls: adjoints of a function's own vectors take it and give it back, so that a gradient called
//! in a hot loop allocates on its first call at most.

use super::Space;
use alloc::vec::Vec;
use core::borrow::BorrowMut;
use core::mem::needs_drop;
use core::ops::{Deref, DerefMut};

/// An adjoint that nobody is handed: its memory is recycled.
pub struct Temporary<A: Space>(pub A);

impl<A: Space> Deref for Temporary<A> {
    type Target = A;
    #[inline(always)]
    fn deref(&self) -> &A {
        &self.0
    }
}

impl<A: Space> DerefMut for Temporary<A> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut A {
        &mut self.0
    }
}

impl<A: Space> Drop for Temporary<A> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.recycle();
    }
}

/// A vector of temporaries.
#[inline]
pub fn temporary_vec<A>(count: usize, element: impl FnMut() -> A) -> Vec<A> {
    collect(count, core::iter::repeat_with(element).take(count))
}

/// A vector of these elements.
#[inline]
pub fn temporary_list<A, const N: usize>(elements: [A; N]) -> Vec<A> {
    collect(N, elements.into_iter())
}

/// A copy of an adjoint.
#[inline]
pub fn temporary_copy<A: Space<Owned: BorrowMut<A>> + ?Sized>(adjoint: &A) -> A::Owned {
    let mut copy = adjoint.nothing_like();
    copy.borrow_mut().accumulate(adjoint);
    copy
}

/// The most memory that copies of cotangents take: less than a gradient may need beyond its inputs and outputs.
const COPIED: usize = 32 << 10;

/// Whether cotangents of so many bytes are copied.
#[inline]
pub fn may_be_copied(bytes: usize) -> bool {
    bytes <= COPIED
}

/// A copy of cotangents that will be replaced.
#[inline]
pub fn kept_copy<A: Clone>(cotangents: &[A]) -> Vec<A> {
    collect(cotangents.len(), cotangents.iter().cloned())
}

/// Overwrites an adjoint, whose memory is recycled.
#[inline]
pub fn renew<A: Space>(adjoint: &mut A, by: A) {
    adjoint.recycle();
    *adjoint = by;
}

/// Zeros like the elements of a slice. Numbers in memory are zeros that can be written by the block.
#[inline]
pub(super) fn nothing_like<S: Space>(capacity: usize, slice: &[S]) -> Vec<S::Owned> {
    if const { needs_drop::<S::Owned>() } {
        collect(capacity, slice.iter().map(S::nothing_like))
    } else {
        collect(capacity, slice.iter().map(S::zero_like))
    }
}

/// A vector in memory that was kept, if there is some.
#[inline]
pub(super) fn collect<A>(capacity: usize, elements: impl Iterator<Item = A>) -> Vec<A> {
    let mut vec = pool::take(capacity);
    vec.extend(elements);
    vec
}

/// Keeps the memory of a vector and of what is in it.
#[inline]
pub(super) fn recycle<A: Space>(vec: &mut Vec<A>) {
    if const { needs_drop::<A>() } {
        // The first element, whose memory was taken first, is given last: it is found first.
        vec.iter_mut().rev().for_each(A::recycle);
    }
    pool::give(core::mem::take(vec));
}

#[cfg(feature = "std")]
mod pool {
    use super::Vec;
    use core::alloc::Layout;
    use core::cell::RefCell;
    use core::mem::ManuallyDrop;
    use core::ptr::NonNull;

    /// The sizes of blocks are multiples of this where they can be, so that one fits elements of several types.
    const GRAIN: usize = 64;
    /// How many blocks are looked at.
    const PATIENCE: usize = 8;

    /// Memory of this layout, allocated by the global allocator, which nothing else refers to. The layout is not of size zero.
    struct Block {
        start: NonNull<u8>,
        layout: Layout,
    }

    impl Drop for Block {
        fn drop(&mut self) {
            // SAFETY: it was allocated with this layout, and is ours alone.
            unsafe { alloc::alloc::dealloc(self.start.as_ptr(), self.layout) }
        }
    }

    // Each list has the blocks of `2^k` to `2^(k + 1) - 1` bytes, the one that was given last at the end: a function that is called
    // again finds them in the order in which it wants them.
    std::thread_local! {
        static KEPT: RefCell<Vec<Vec<Block>>> = const { RefCell::new(Vec::new()) };
    }

    /// An empty vector with room for as many elements.
    #[inline]
    pub fn take<T>(count: usize) -> Vec<T> {
        let size = const { size_of::<T>() };
        let count = count
            .checked_next_multiple_of(const { elements_of_grain(size_of::<T>()) })
            .unwrap_or(count);
        let bytes = count.saturating_mul(size);
        if bytes == 0 {
            return Vec::new();
        }
        match find(bytes, size, const { align_of::<T>() }) {
            Some(block) => {
                let block = ManuallyDrop::new(block);
                // SAFETY: the block was allocated by the global allocator with the alignment of `T` and a size that is a multiple
                // of that of `T`: just what a vector of that capacity has. Nothing else refers to it.
                unsafe {
                    Vec::from_raw_parts(block.start.as_ptr().cast(), 0, block.layout.size() / size)
                }
            }
            None => Vec::with_capacity(count),
        }
    }

    /// Of how many elements of a size the memory is a multiple of [`GRAIN`].
    const fn elements_of_grain(size: usize) -> usize {
        let mut elements = 1;
        while 0 < size && size < GRAIN && !(elements * size).is_multiple_of(GRAIN) {
            elements += 1;
        }
        elements
    }

    /// Keeps the memory of a vector.
    #[inline]
    pub fn give<T>(mut vec: Vec<T>) {
        vec.clear();
        let mut vec = ManuallyDrop::new(vec);
        let bytes = vec.capacity() * const { size_of::<T>() };
        let start = NonNull::from(vec.as_mut_slice()).cast();
        if let (1.., Ok(layout)) = (
            bytes,
            Layout::from_size_align(bytes, const { align_of::<T>() }),
        ) {
            // The vector has allocated memory of this layout, and is not dropped.
            keep(Block { start, layout });
        }
    }

    #[inline(never)]
    fn find(bytes: usize, size: usize, align: usize) -> Option<Block> {
        let take = |kept: &RefCell<Vec<Vec<Block>>>| {
            let mut kept = kept.try_borrow_mut().ok()?;
            let blocks = kept.get_mut(bytes.ilog2() as usize)?;
            let fits = |block: &Block| {
                let layout = block.layout;
                layout.size() >= bytes
                    && layout.align() == align
                    && layout.size().is_multiple_of(size)
            };
            let latest = blocks.len().saturating_sub(PATIENCE);
            match blocks[latest..].iter().rposition(fits) {
                Some(k) => Some(blocks.remove(latest + k)),
                None => {
                    // What is allocated instead will be given back: there are never more than were wanted at the same time.
                    if !blocks.is_empty() {
                        drop(blocks.remove(0));
                    }
                    None
                }
            }
        };
        KEPT.try_with(take).ok().flatten()
    }

    #[inline(never)]
    fn keep(block: Block) {
        let mut block = Some(block);
        // Where it cannot be kept it is freed: the thread ends.
        let _ = KEPT.try_with(|kept| {
            let Ok(mut kept) = kept.try_borrow_mut() else {
                return;
            };
            if let Some(block) = block.take() {
                let list = block.layout.size().ilog2() as usize;
                if kept.len() <= list {
                    kept.resize_with(list + 1, Vec::new);
                }
                kept[list].push(block);
            }
        });
    }
}

#[cfg(not(feature = "std"))]
mod pool {
    use super::Vec;

    pub fn take<T>(count: usize) -> Vec<T> {
        Vec::with_capacity(count)
    }

    pub fn give<T>(_: Vec<T>) {}
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::{Temporary, collect, pool, temporary_copy};
    use crate::support::Space;
    use alloc::vec;
    use alloc::vec::Vec;

    /// What was given back is taken again, by elements of another size too, if it is large enough and fits.
    #[test]
    fn memory_comes_back() {
        let first = pool::take::<f64>(100);
        assert!(first.capacity() >= 100 && first.is_empty());
        let start = first.as_ptr() as usize;
        pool::give(first);
        let second = pool::take::<(f64, f64)>(40);
        assert_eq!(second.as_ptr() as usize, start);
        pool::give(second);
        // Of another alignment, and too large.
        let floats = pool::take::<f32>(160);
        assert_ne!(floats.as_ptr() as usize, start);
        let larger = pool::take::<f64>(120);
        assert!(larger.capacity() >= 120);
    }

    #[test]
    fn sizes_that_do_not_divide() {
        for count in 0..200 {
            let threes = pool::take::<[f64; 3]>(count);
            assert!(threes.capacity() >= count);
            let bytes = pool::take::<u8>(count);
            assert!(bytes.capacity() >= count);
            let nothing = pool::take::<()>(count);
            let odd = pool::take::<[u8; 67]>(count);
            assert!(odd.capacity() >= count);
            pool::give(threes);
            pool::give(bytes);
            pool::give(nothing);
            pool::give(odd);
        }
        pool::give(vec![1_u128; 7]);
        pool::give(Vec::<f64>::new());
    }

    /// In the order in which it was taken.
    #[test]
    fn nested_memory_comes_back() {
        let value = vec![vec![1.0; 5], vec![2.0; 6], vec![3.0; 7]];
        let places = |rows: &Vec<Vec<f64>>| -> Vec<usize> {
            let rows_start = rows.as_ptr() as usize;
            let starts = rows.iter().map(|row| row.as_ptr() as usize);
            core::iter::once(rows_start).chain(starts).collect()
        };
        let first = places(&Temporary(value.nothing_like()));
        let mut zeros = Temporary(value.nothing_like());
        assert_eq!(places(&zeros), first);
        assert_eq!(*zeros, [vec![0.0; 5], vec![0.0; 6], vec![0.0; 7]]);
        zeros[1].push(4.0);
        zeros.pop();
        assert_eq!(temporary_copy(&*zeros), *zeros);
    }

    /// Elements that own something are dropped where their vector is recycled.
    #[test]
    fn elements_are_dropped() {
        let counted = alloc::rc::Rc::new(());
        let vec = collect(10, (0..10).map(|_| counted.clone()));
        assert_eq!(alloc::rc::Rc::strong_count(&counted), 11);
        pool::give(vec);
        assert_eq!(alloc::rc::Rc::strong_count(&counted), 1);
    }

    /// What is kept is never more than what was wanted at the same time.
    #[test]
    fn changing_lengths_reuse_memory() {
        let mut fresh = 0;
        let mut last = 0;
        for k in 0..1000_usize {
            let vec = pool::take::<f64>(600 + k * 7919 % 400);
            fresh += usize::from(vec.as_ptr() as usize != last);
            last = vec.as_ptr() as usize;
            pool::give(vec);
        }
        assert!(fresh < 20, "{fresh}");
    }
}
