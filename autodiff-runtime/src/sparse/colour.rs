//! Which columns, or rows, are computed together: those of one colour.

use super::Pattern;
use crate::support::orders::{cost_of_columns, cost_of_rows};
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;
use core::cmp::Reverse;

/// The colour of what is not computed.
pub const NONE: usize = usize::MAX;

/// A pattern of a Jacobian, and which of its columns and rows are computed together: lent to `f_jacobian_sparse_with`.
///
/// ```
/// use autodiff_runtime::sparse::{JacobianColoring, Pattern};
///
/// // Columns 0 and 2 share no row.
/// let coloring = JacobianColoring::new(Pattern::new(2, 3, [(0, 0), (0, 1), (1, 1), (1, 2)]));
/// assert_eq!(coloring.columns(), 2);
/// assert_eq!(coloring.rows(), 0);
/// assert_eq!(coloring.pattern().nnz(), 4);
/// ```
#[derive(Clone, Debug)]
pub struct JacobianColoring {
    pattern: Pattern,
    pub(crate) column_colours: Colours,
    pub(crate) row_colours: Colours,
}

impl JacobianColoring {
    /// Colours a pattern.
    pub fn new(pattern: Pattern) -> Self {
        let (column_colours, row_colours) = of_jacobian(&pattern);
        Self {
            pattern,
            column_colours,
            row_colours,
        }
    }

    /// Where the entries are.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// How many groups of columns are computed in forward mode.
    pub fn columns(&self) -> usize {
        self.column_colours.count
    }

    /// How many groups of rows are computed in reverse mode.
    pub fn rows(&self) -> usize {
        self.row_colours.count
    }
}

/// A pattern of a Hessian, and which of its columns are computed together: lent to `f_hessian_sparse_with`.
///
/// ```
/// use autodiff_runtime::sparse::{HessianColoring, Pattern};
///
/// let diagonals = (0..9).flat_map(|i| [(i, i), (i, (i + 1) % 10), ((i + 1) % 10, i)]);
/// let coloring = HessianColoring::new(Pattern::new(10, 10, diagonals));
/// assert_eq!(coloring.columns(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct HessianColoring {
    pattern: Pattern,
    pub(crate) colours: Colours,
    /// Of each entry: whether no other of its row is in a column of the same colour.
    pub(crate) alone: Vec<bool>,
}

impl HessianColoring {
    /// Colours a pattern. With an entry it has the mirrored one, too.
    ///
    /// # Panics
    /// If there are not as many rows as columns.
    #[track_caller]
    pub fn new(pattern: Pattern) -> Self {
        let (rows, cols) = (pattern.rows(), pattern.cols());
        assert!(rows == cols, "a Hessian is square, not {rows}x{cols}");
        let pattern = pattern.symmetric();
        let colours = of_hessian(&pattern);
        let alone = alone(&pattern, &colours);
        Self {
            pattern,
            colours,
            alone,
        }
    }

    /// Where the entries are.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// How many groups of columns are computed.
    pub fn columns(&self) -> usize {
        self.colours.count
    }
}

fn alone(pattern: &Pattern, colours: &Colours) -> Vec<bool> {
    let mut alone = Vec::with_capacity(pattern.nnz());
    let mut counts = vec![0; colours.count];
    for i in 0..pattern.rows() {
        let columns = pattern.row(i);
        columns.iter().for_each(|j| counts[colours.of[*j]] += 1);
        alone.extend(columns.iter().map(|j| counts[colours.of[*j]] == 1));
        columns.iter().for_each(|j| counts[colours.of[*j]] = 0);
    }
    alone
}

/// Colours, counted from 0.
#[derive(Clone, Debug)]
pub struct Colours {
    /// The colour of each column, or row.
    pub of: Vec<usize>,
    /// How many there are.
    pub count: usize,
}

impl Colours {
    fn new(of: Vec<usize>) -> Self {
        let count = of.iter().filter(|c| **c != NONE).map(|c| c + 1).max();
        Self {
            of,
            count: count.unwrap_or(0),
        }
    }
}

/// Picks the least colour that is not forbidden.
struct Palette {
    /// For each colour, whom it was last forbidden to.
    forbidden: Vec<usize>,
}

impl Palette {
    /// Colours for as many.
    fn new(count: usize) -> Self {
        Self {
            forbidden: vec![NONE; count],
        }
    }

    fn forbid(&mut self, colour: usize, to: usize) {
        if colour != NONE {
            self.forbidden[colour] = to;
        }
    }

    fn pick(&self, to: usize) -> usize {
        let free = self.forbidden.iter().position(|whom| *whom != to);
        free.unwrap_or(self.forbidden.len())
    }
}

/// Colours of columns for forward mode and of rows for reverse mode: each entry is the only one of its row in the columns of
/// its colour, or the only one of its column in the rows of its colour.
fn of_jacobian(pattern: &Pattern) -> (Colours, Colours) {
    let transpose = pattern.transpose();
    let reverse = rows_in_reverse(pattern);
    let columns = greedy(&transpose, pattern, |_, i| !reverse[i]);
    let rows = greedy(pattern, &transpose, |i, _| reverse[i]);
    (columns, rows)
}

/// The rows that are cheaper in reverse mode: so many of the longest that the estimate for all sweeps is least.
///
/// There are at least as many colours of columns as the longest of the other rows has entries, and as many of rows as these
/// have entries in one column.
fn rows_in_reverse(pattern: &Pattern) -> Vec<bool> {
    let mut by_length: Vec<usize> = (0..pattern.rows()).collect();
    by_length.sort_by_key(|i| Reverse(pattern.row(*i).len()));
    let mut in_column = vec![0; pattern.cols()];
    let mut in_common = 0;
    let (mut least, mut count) = (usize::MAX, 0);
    for k in 0..=by_length.len() {
        let longest = by_length.get(k).map_or(&[][..], |i| pattern.row(*i));
        let cost = cost_of_rows(in_common) + cost_of_columns(longest.len());
        if cost < least {
            (least, count) = (cost, k);
        }
        for j in longest {
            in_column[*j] += 1;
            in_common = in_common.max(in_column[*j]);
        }
    }
    let mut reverse = vec![false; pattern.rows()];
    by_length[..count].iter().for_each(|i| reverse[*i] = true);
    reverse
}

/// Colours for the rows of `lines` such that no two that meet in a column of `crossing`, the transpose, have the same. An entry
/// that is not `wanted` does not count, and what has no other gets no colour.
fn greedy(lines: &Pattern, crossing: &Pattern, wanted: impl Fn(usize, usize) -> bool) -> Colours {
    let mut colours = vec![NONE; lines.rows()];
    let mut palette = Palette::new(lines.rows());
    for i in 0..lines.rows() {
        let mut met = lines.row(i).iter().filter(|j| wanted(i, **j)).peekable();
        if met.peek().is_none() {
            continue;
        }
        for j in met {
            for other in crossing.row(*j) {
                palette.forbid(colours[*other], i);
            }
        }
        colours[i] = palette.pick(i);
    }
    Colours::new(colours)
}

/// What a column has of a colour among its neighbours.
enum Among {
    One(usize),
    Several,
}

/// Colours of the columns of a symmetric matrix, such that each entry is the only one of its row, or its mirror image of the
/// other row, in the columns of its colour: a star colouring of the graph whose edges are the entries.
///
/// No path of four vertices `v – w – x – y` has two colours only. So a vertex with several neighbours of one colour, a *hub*, and
/// these, its *spokes*, are a star by themselves: no other neighbour of a spoke has the hub's colour.
fn of_hessian(pattern: &Pattern) -> Colours {
    let count = pattern.rows();
    let neighbours = |v: usize| pattern.row(v).iter().copied().filter(move |w| *w != v);
    let mut colours = vec![NONE; count];
    let mut palette = Palette::new(count);
    let mut among: Vec<BTreeMap<usize, Among>> = Vec::new();
    among.resize_with(count, BTreeMap::new);
    // The colours of the hubs that a vertex is a spoke of.
    let mut hubs = vec![Vec::new(); count];
    for v in long_rows_last(pattern) {
        if pattern.row(v).is_empty() {
            continue;
        }
        for w in neighbours(v).filter(|w| colours[*w] != NONE) {
            palette.forbid(colours[w], v);
            // As the end of a path: w – x – y is a spoke, its hub and another spoke.
            hubs[w].iter().for_each(|c| palette.forbid(*c, v));
            // As a hub: w would be a spoke.
            if let Some(Among::Several) = among[v].get(&colours[w]) {
                among[w].keys().for_each(|c| palette.forbid(*c, v));
            }
        }
        let colour = palette.pick(v);
        colours[v] = colour;
        for w in neighbours(v) {
            let before = among[w].remove(&colour);
            let after = match before {
                None => Among::One(v),
                Some(_) => Among::Several,
            };
            let hub = colours[w];
            if let (Some(before), true) = (before, hub != NONE) {
                hubs[v].push(hub);
                if let Among::One(first) = before {
                    hubs[first].push(hub);
                }
            }
            among[w].insert(colour, after);
            if let Some(Among::Several) = among[v].get(&hub) {
                hubs[w].push(colour);
            }
        }
    }
    Colours::new(colours)
}

/// Two long rows that came first, and without a common entry had the same colour, would ask for a colour of its own from each of
/// the columns that both have.
fn long_rows_last(pattern: &Pattern) -> Vec<usize> {
    let mut order: Vec<usize> = (0..pattern.rows()).collect();
    order.sort_by_key(|v| pattern.row(*v).len() * pattern.rows() > 4 * pattern.nnz());
    order
}

#[cfg(test)]
mod tests {
    use super::{Colours, NONE, of_hessian, of_jacobian};
    use crate::sparse::Pattern;

    /// Entries here and there, the same every time.
    fn scattered(rows: usize, cols: usize, seed: u64, one_in: u64) -> Vec<(usize, usize)> {
        let mut state = seed;
        let mut entries = Vec::new();
        for i in 0..rows {
            for j in 0..cols {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                if (state >> 33).is_multiple_of(one_in) {
                    entries.push((i, j));
                }
            }
        }
        entries
    }

    fn symmetric(count: usize, entries: &[(usize, usize)]) -> Pattern {
        let both = entries.iter().flat_map(|(i, j)| [(*i, *j), (*j, *i)]);
        Pattern::new(count, count, both)
    }

    fn alone(pattern: &Pattern, colours: &Colours, i: usize, j: usize) -> bool {
        let same = |k: &&usize| colours.of[**k] == colours.of[j];
        colours.of[j] != NONE && pattern.row(i).iter().filter(same).count() == 1
    }

    fn check_jacobian(pattern: &Pattern) -> (usize, usize) {
        let (columns, rows) = of_jacobian(pattern);
        let transpose = pattern.transpose();
        for i in 0..pattern.rows() {
            for j in pattern.row(i) {
                let found = if rows.of[i] == NONE {
                    alone(pattern, &columns, i, *j)
                } else {
                    alone(&transpose, &rows, *j, i)
                };
                assert!(found, "({i}, {j}) of\n{pattern}\n{columns:?} {rows:?}");
            }
        }
        (columns.count, rows.count)
    }

    fn check_hessian(pattern: &Pattern) -> usize {
        let colours = of_hessian(pattern);
        for i in 0..pattern.rows() {
            for j in pattern.row(i) {
                assert!(
                    alone(pattern, &colours, i, *j) || alone(pattern, &colours, *j, i),
                    "({i}, {j}) of\n{pattern}\n{colours:?}"
                );
            }
        }
        colours.count
    }

    #[test]
    fn every_entry_can_be_read() {
        for seed in 0..200 {
            let (rows, cols) = (3 + seed as usize % 7, 2 + seed as usize % 11);
            let entries = scattered(rows, cols, seed, 2 + seed % 5);
            check_jacobian(&Pattern::new(rows, cols, entries));
            let entries = scattered(cols, cols, seed + 1000, 2 + seed % 9);
            check_hessian(&symmetric(cols, &entries));
        }
    }

    #[test]
    fn bands_need_as_many_as_they_are_wide() {
        let band = |width: usize| {
            let entries = (0..50).flat_map(|i| (i..50.min(i + width)).map(move |j| (i, j)));
            entries.collect::<Vec<_>>()
        };
        assert_eq!(check_jacobian(&Pattern::new(50, 50, band(3))), (3, 0));
        assert_eq!(check_hessian(&symmetric(50, &band(1))), 1);
        assert_eq!(check_hessian(&symmetric(50, &band(2))), 3);
    }

    #[test]
    fn arrows_need_two() {
        let arrow = |hub: usize| (0..50).flat_map(move |i| [(hub, i), (i, i)]);
        for hub in [0, 20, 49] {
            let entries: Vec<_> = arrow(hub).collect();
            assert_eq!(check_hessian(&symmetric(50, &entries)), 2);
            // The long row in reverse mode, so that the long column is one of two.
            assert_eq!(check_jacobian(&symmetric(50, &entries)), (2, 1));
        }
        // Two that know nothing of each other.
        let entries: Vec<_> = arrow(0)
            .chain(arrow(1))
            .filter(|e| *e != (0, 1) && *e != (1, 0))
            .collect();
        assert_eq!(check_hessian(&symmetric(50, &entries)), 3);
    }

    #[test]
    fn blocks_are_one_to_the_others() {
        let entries: Vec<_> = (0..60)
            .flat_map(|i| (i / 5 * 5..i / 5 * 5 + 5).map(move |j| (i, j)))
            .collect();
        assert_eq!(check_hessian(&symmetric(60, &entries)), 5);
        assert_eq!(check_jacobian(&Pattern::new(60, 60, entries)), (5, 0));
        // A sum for each of ten long blocks.
        let sums: Vec<_> = (0..1000).map(|j| (j / 100, j)).collect();
        assert_eq!(check_jacobian(&Pattern::new(10, 1000, sums)), (0, 1));
    }

    #[test]
    fn what_is_empty_has_no_colour() {
        assert_eq!(check_jacobian(&Pattern::new(3, 3, [])), (0, 0));
        let (columns, rows) = of_jacobian(&Pattern::new(3, 3, [(0, 1), (1, 1)]));
        assert_eq!((columns.of, rows.of), (vec![NONE, 0, NONE], vec![NONE; 3]));
        assert_eq!(
            of_hessian(&Pattern::new(3, 3, [(1, 1)])).of,
            [NONE, 0, NONE]
        );
        assert_eq!(check_jacobian(&Pattern::new(0, 0, [])), (0, 0));
    }
}
