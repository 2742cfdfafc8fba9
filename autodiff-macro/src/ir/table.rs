//! Sets of values, and tables that say something of values, both in ascending order. Values are numbers from zero on, so that nothing is
//! searched for; and what does not depend on what a table holds is written once. `BTreeMap`s were a quarter of this crate.

use super::Value;
use std::ops::Index;

/// A row of numbers of which only a middle part is there, where what is asked for lies: it grows at both ends. The others are zero.
#[derive(Clone, Default)]
struct Row<T> {
    first: usize,
    there: Vec<T>,
}

impl<T: Copy + Default> Row<T> {
    fn get(&self, k: usize) -> T {
        match self.there.get(k.wrapping_sub(self.first)) {
            Some(number) => *number,
            None => T::default(),
        }
    }

    /// To be changed.
    fn at(&mut self, k: usize) -> &mut T {
        let len = self.there.len();
        if len == 0 {
            self.first = k;
            self.there = vec![T::default(); 4];
        } else if k < self.first {
            let more = len.max(self.first - k).min(self.first);
            self.first -= more;
            self.grow(more, len + more);
        } else if k - self.first >= len {
            self.grow(0, (k - self.first + 1).next_power_of_two());
        }
        &mut self.there[k - self.first]
    }

    /// In a few pieces of memory, not one by one.
    fn grow(&mut self, front: usize, len: usize) {
        let mut longer = vec![T::default(); len];
        longer[front..front + self.there.len()].copy_from_slice(&self.there);
        self.there = longer;
    }
}

/// A set of values, a bit each.
#[derive(Clone, Default)]
pub struct Values {
    words: Row<u64>,
}

impl Values {
    pub fn new() -> Self {
        Values::default()
    }

    pub fn contains(&self, v: &Value) -> bool {
        (self.words.get(v.0 as usize / 64) >> (v.0 % 64)) & 1 == 1
    }

    /// Whether it is new.
    pub fn insert(&mut self, v: Value) -> bool {
        let word = self.words.at(v.0 as usize / 64);
        let bit = 1 << (v.0 % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }

    /// Whether it was there.
    pub fn remove(&mut self, v: &Value) -> bool {
        let was_there = self.contains(v);
        if was_there {
            *self.words.at(v.0 as usize / 64) ^= 1 << (v.0 % 64);
        }
        was_there
    }

    /// Puts those of another set in.
    pub fn unite(&mut self, other: &Values) {
        for (k, word) in other.words.there.iter().enumerate() {
            if *word != 0 {
                *self.words.at(other.words.first + k) |= word;
            }
        }
    }

    /// Takes those of another set out.
    pub fn subtract(&mut self, other: &Values) {
        for (k, word) in self.words.there.iter_mut().enumerate() {
            *word &= !other.words.get(self.words.first + k);
        }
    }

    pub fn is_disjoint(&self, other: &Values) -> bool {
        let mut words = self.words.there.iter().enumerate();
        words.all(|(k, word)| word & other.words.get(self.words.first + k) == 0)
    }

    pub fn retain(&mut self, f: impl FnMut(&Value) -> bool) {
        *self = self.iter().filter(f).collect();
    }

    pub fn is_empty(&self) -> bool {
        self.words.there.iter().all(|word| *word == 0)
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    pub fn iter(&self) -> Ascending {
        self.clone().into_iter()
    }
}

/// The values of a set.
#[derive(Clone)]
pub struct Ascending {
    words: Row<u64>,
    /// So many words have been begun,
    begun: usize,
    /// and this is left of the last of them.
    rest: u64,
}

impl Iterator for Ascending {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        while self.rest == 0 {
            self.rest = *self.words.there.get(self.begun)?;
            self.begun += 1;
        }
        let bit = self.rest.trailing_zeros();
        self.rest &= self.rest - 1;
        let word = self.words.first + self.begun - 1;
        Some(Value(64 * word as u32 + bit))
    }
}

impl IntoIterator for Values {
    type Item = Value;
    type IntoIter = Ascending;

    fn into_iter(self) -> Ascending {
        Ascending {
            words: self.words,
            begun: 0,
            rest: 0,
        }
    }
}

impl IntoIterator for &Values {
    type Item = Value;
    type IntoIter = Ascending;

    fn into_iter(self) -> Ascending {
        self.iter()
    }
}

impl Extend<Value> for Values {
    fn extend<I: IntoIterator<Item = Value>>(&mut self, values: I) {
        for v in values {
            self.insert(v);
        }
    }
}

impl<'a> Extend<&'a Value> for Values {
    fn extend<I: IntoIterator<Item = &'a Value>>(&mut self, values: I) {
        for v in values {
            self.insert(*v);
        }
    }
}

impl FromIterator<Value> for Values {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Self {
        let mut set = Values::new();
        set.extend(values);
        set
    }
}

/// What is said of some values.
#[derive(Clone)]
pub struct Table<X> {
    places: Places,
    entries: Vec<Option<X>>,
}

/// Where in a table each value has its entry.
#[derive(Clone, Default)]
struct Places {
    /// Of these.
    keys: Values,
    numbers: Row<u32>,
}

impl Places {
    fn find(&self, v: &Value) -> Option<usize> {
        match self.keys.contains(v) {
            true => Some(self.numbers.get(v.0 as usize) as usize),
            false => None,
        }
    }

    /// The place of a new one.
    fn insert(&mut self, v: Value, place: usize) {
        self.keys.insert(v);
        *self.numbers.at(v.0 as usize) = place as u32;
    }
}

impl<X> Table<X> {
    pub fn new() -> Self {
        Table {
            places: Places::default(),
            entries: Vec::new(),
        }
    }

    pub fn get(&self, v: &Value) -> Option<&X> {
        match self.places.find(v) {
            Some(k) => self.entries[k].as_ref(),
            None => None,
        }
    }

    pub fn contains_key(&self, v: &Value) -> bool {
        self.places.keys.contains(v)
    }

    /// What was said before.
    pub fn insert(&mut self, v: Value, entry: X) -> Option<X> {
        match self.places.find(&v) {
            Some(k) => self.entries[k].replace(entry),
            None => {
                self.places.insert(v, self.entries.len());
                self.entries.push(Some(entry));
                None
            }
        }
    }

    pub fn remove(&mut self, v: &Value) -> Option<X> {
        match self.places.find(v) {
            Some(k) => {
                self.places.keys.remove(v);
                self.entries[k].take()
            }
            None => None,
        }
    }

    /// What is said of a value, to be changed; if nothing is, what there is by default.
    pub fn or_default(&mut self, v: Value) -> &mut X
    where
        X: Default,
    {
        let k = match self.places.find(&v) {
            Some(k) => k,
            None => {
                self.places.insert(v, self.entries.len());
                self.entries.push(None);
                self.entries.len() - 1
            }
        };
        self.entries[k].get_or_insert_default()
    }

    pub fn is_empty(&self) -> bool {
        self.places.keys.is_empty()
    }

    pub fn keys(&self) -> Ascending {
        self.places.keys.iter()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Value, &X)> {
        self.keys().map(|v| (v, &self[&v]))
    }
}

impl<X> Default for Table<X> {
    fn default() -> Self {
        Table::new()
    }
}

impl<X> Index<&Value> for Table<X> {
    type Output = X;

    fn index(&self, v: &Value) -> &X {
        self.get(v)
            .expect("bug in autodiff, please report: nothing is known of a value")
    }
}

impl<X> Extend<(Value, X)> for Table<X> {
    fn extend<I: IntoIterator<Item = (Value, X)>>(&mut self, entries: I) {
        for (v, entry) in entries {
            self.insert(v, entry);
        }
    }
}

impl<X> FromIterator<(Value, X)> for Table<X> {
    fn from_iter<I: IntoIterator<Item = (Value, X)>>(entries: I) -> Self {
        let mut table = Table::new();
        table.extend(entries);
        table
    }
}

#[cfg(test)]
mod tests;
