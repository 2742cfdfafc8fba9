//! They do what `BTreeSet` and `BTreeMap` do.

use super::{Table, Value, Values};
use std::collections::{BTreeMap, BTreeSet};

/// Numbers that look random, in front of and behind the ends of words.
fn numbers(count: u32) -> impl Iterator<Item = Value> {
    (1..=count).map(|k| Value(k.wrapping_mul(2_654_435_761) >> 23))
}

#[test]
fn sets() {
    let (mut set, mut expected) = (Values::new(), BTreeSet::new());
    assert!(set.is_empty() && !set.contains(&Value(0)) && !set.remove(&Value(700)));
    for (k, v) in numbers(1000).enumerate() {
        if k % 3 == 2 {
            assert_eq!(set.remove(&v), expected.remove(&v));
        } else {
            assert_eq!(set.insert(v), expected.insert(v));
        }
        assert_eq!(set.contains(&v), expected.contains(&v));
    }
    assert_eq!(set.len(), expected.len());
    assert_eq!(Vec::from_iter(&set), Vec::from_iter(expected.clone()));
    let odd: Values = set.iter().filter(|v| v.0 % 2 == 1).collect();
    assert!(!set.is_disjoint(&odd) && !odd.is_disjoint(&set));
    set.subtract(&odd);
    assert!(set.is_disjoint(&odd) && odd.is_disjoint(&set));
    let mut both = odd.clone();
    both.unite(&set);
    assert_eq!(Vec::from_iter(&both), Vec::from_iter(expected.clone()));
    expected.retain(|v| v.0 % 2 == 0);
    assert_eq!(Vec::from_iter(&set), Vec::from_iter(expected));
    set.retain(|v| v.0 > 1000);
    assert!(set.is_empty());
}

#[test]
fn tables() {
    let (mut table, mut expected) = (Table::new(), BTreeMap::new());
    for (k, v) in numbers(1000).enumerate() {
        match k % 4 {
            0 => assert_eq!(table.remove(&v), expected.remove(&v)),
            1 => {
                *table.or_default(v) += k;
                *expected.entry(v).or_default() += k;
            }
            _ => assert_eq!(table.insert(v, k), expected.insert(v, k)),
        }
        assert_eq!(table.get(&v), expected.get(&v));
        assert_eq!(table.contains_key(&v), expected.contains_key(&v));
    }
    let entries: Vec<_> = expected.iter().map(|(v, k)| (*v, k)).collect();
    assert_eq!(Vec::from_iter(table.iter()), entries);
    assert!(!table.is_empty() && Table::<usize>::new().is_empty());
}
