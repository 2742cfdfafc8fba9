//! Sets of inputs, kept per thread, so that a number that has one can be copied.
//!
//! A set of few members is a sorted list. A larger one is a union of two sets, and its members are collected when they are
//! asked for: the sum of all inputs costs no more than its additions.

use alloc::vec::Vec;
use core::cell::RefCell;
use core::mem;
use core::num::NonZeroUsize;
use core::ops::Range;

/// How many members a list has at most.
const FEW: usize = 32;

/// A set of indices, which lasts as long as the [`Session`] it was made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSet(NonZeroUsize);

enum Node {
    /// Where the members stand.
    List(Range<usize>),
    Union(IndexSet, IndexSet),
}

struct Sets {
    nodes: Vec<Node>,
    members: Vec<usize>,
}

std::thread_local! {
    static SETS: RefCell<Sets> = const { RefCell::new(Sets { nodes: Vec::new(), members: Vec::new() }) };
}

impl IndexSet {
    /// The empty set, which is in no session.
    pub const EMPTY: Self = Self(NonZeroUsize::MIN);

    /// The set of one index.
    pub fn single(index: usize) -> Self {
        SETS.with_borrow_mut(|sets| {
            sets.members.push(index);
            let end = sets.members.len();
            sets.push(Node::List(end - 1..end))
        })
    }

    /// The members of both.
    pub fn union(self, other: Self) -> Self {
        if self == other || other == Self::EMPTY {
            return self;
        }
        if self == Self::EMPTY {
            return other;
        }
        SETS.with_borrow_mut(|sets| sets.union(self, other))
    }
}

impl Sets {
    fn push(&mut self, node: Node) -> IndexSet {
        self.nodes.push(node);
        IndexSet(IndexSet::EMPTY.0.saturating_add(self.nodes.len()))
    }

    /// Where the node of a set stands that is not empty.
    fn position(set: IndexSet) -> usize {
        set.0.get() - 2
    }

    fn union(&mut self, a: IndexSet, b: IndexSet) -> IndexSet {
        let (Node::List(of_a), Node::List(of_b)) = (
            &self.nodes[Self::position(a)],
            &self.nodes[Self::position(b)],
        ) else {
            return self.push(Node::Union(a, b));
        };
        let (of_a, of_b) = (of_a.clone(), of_b.clone());
        let start = self.members.len();
        self.merge(of_a.clone(), of_b.clone());
        let count = self.members.len() - start;
        let known = [(a, of_a), (b, of_b)]
            .into_iter()
            .find(|(_, list)| list.len() == count);
        if known.is_some() || count > FEW {
            self.members.truncate(start);
        }
        match known {
            Some((set, _)) => set,
            None if count > FEW => self.push(Node::Union(a, b)),
            None => self.push(Node::List(start..start + count)),
        }
    }

    /// Appends the members of two lists, in order.
    fn merge(&mut self, mut a: Range<usize>, mut b: Range<usize>) {
        while !a.is_empty() && !b.is_empty() {
            let (x, y) = (self.members[a.start], self.members[b.start]);
            self.members.push(x.min(y));
            a.start += usize::from(x <= y);
            b.start += usize::from(y <= x);
        }
        self.members.extend_from_within(a);
        self.members.extend_from_within(b);
    }
}

/// While it lasts, sets can be made; at its end they are forgotten.
pub struct Session {
    nodes: usize,
    members: usize,
    /// Which nodes have been looked at, by the number of the last question.
    visited: Vec<usize>,
    questions: usize,
}

impl Session {
    pub fn begin() -> Self {
        let (nodes, members) = SETS.with_borrow(|sets| (sets.nodes.len(), sets.members.len()));
        Self {
            nodes,
            members,
            visited: Vec::new(),
            questions: 0,
        }
    }

    /// Replaces `members` by those of a set, in order.
    pub fn collect(&mut self, set: IndexSet, members: &mut Vec<usize>) {
        members.clear();
        if set == IndexSet::EMPTY {
            return;
        }
        SETS.with_borrow(|sets| {
            let (a, b) = match &sets.nodes[Sets::position(set)] {
                Node::List(list) => {
                    members.extend_from_slice(&sets.members[list.clone()]);
                    return;
                }
                Node::Union(a, b) => (*a, *b),
            };
            self.questions += 1;
            self.visited.resize(sets.nodes.len(), 0);
            let mut open = alloc::vec![a, b];
            while let Some(set) = open.pop() {
                let position = Sets::position(set);
                if mem::replace(&mut self.visited[position], self.questions) == self.questions {
                    continue;
                }
                match &sets.nodes[position] {
                    Node::List(list) => members.extend_from_slice(&sets.members[list.clone()]),
                    Node::Union(a, b) => open.extend([*a, *b]),
                }
            }
            members.sort_unstable();
            members.dedup();
        });
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        SETS.with_borrow_mut(|sets| {
            sets.nodes.truncate(self.nodes);
            sets.members.truncate(self.members);
            // Patterns are rare, and can be large: no memory is kept for the next.
            if sets.nodes.is_empty() {
                (sets.nodes, sets.members) = (Vec::new(), Vec::new());
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{FEW, IndexSet, Session};

    fn members(session: &mut Session, set: IndexSet) -> Vec<usize> {
        let mut members = Vec::new();
        session.collect(set, &mut members);
        members
    }

    #[test]
    fn unions_have_the_members_of_both() {
        let mut session = Session::begin();
        let set = |indices: &[usize]| {
            indices
                .iter()
                .fold(IndexSet::EMPTY, |set, i| set.union(IndexSet::single(*i)))
        };
        let (a, b) = (set(&[5, 1, 9]), set(&[9, 2]));
        assert_eq!(members(&mut session, a.union(b)), [1, 2, 5, 9]);
        assert_eq!(members(&mut session, IndexSet::EMPTY), []);
        // What has no more members is no new set.
        assert_eq!(a.union(set(&[1, 9])), a);
        assert_eq!(set(&[5]).union(a), a);
    }

    #[test]
    fn of_many_members_too() {
        let mut session = Session::begin();
        let sets: Vec<_> = (0..10 * FEW).map(|i| IndexSet::single(i / 2)).collect();
        let all = sets
            .iter()
            .fold(IndexSet::EMPTY, |all, set| all.union(*set));
        let again = all.union(all.union(sets[0]));
        let expected: Vec<usize> = (0..5 * FEW).collect();
        assert_eq!(members(&mut session, again), expected);
        assert_eq!(members(&mut session, sets[7]), [3]);
    }

    #[test]
    fn a_session_inside_another_forgets_its_own() {
        let mut outer = Session::begin();
        let a = IndexSet::single(1);
        {
            let mut inner = Session::begin();
            let b = IndexSet::single(2);
            assert_eq!(members(&mut inner, a.union(b)), [1, 2]);
        }
        let c = a.union(IndexSet::single(3));
        assert_eq!(members(&mut outer, c), [1, 3]);
    }
}
