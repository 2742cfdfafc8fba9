//! Sums over products of tensors' entries, in Einstein's notation: contractions, traces, transposes, sums along axes.
//!
//! A tensor is a slice in row-major order and its shape.

use crate::differentiate;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// A sum over two tensors, in Einstein's notation: `einsum("ij,jk->ik", a, &[2, 3], b, &[3, 4])` is the product of two
/// matrices.
///
/// Each letter is an axis; axes of one letter are walked together, and letters that do not stand behind the arrow are summed over. A letter that stands
/// twice in one tensor takes its diagonal. The result's shape is that of its letters, in row-major order; without letters it is one
/// number.
///
/// `Y = Σ A B`: `Ā` is the same sum over `Ȳ` and `B`, and `B̄` that over `A` and `Ȳ`.
///
/// # Panics
///
/// If the letters do not fit the shapes, the shapes do not fit the lengths, one letter has two sizes, or a letter of the result stands
/// nowhere else.
#[differentiate(crate = crate, jvp)]
pub fn einsum(
    letters: &str,
    a: &[f64],
    a_shape: &[usize],
    b: &[f64],
    b_shape: &[usize],
) -> Vec<f64> {
    let walk = Walk::of_two(letters, a_shape, a.len(), b_shape, b.len());
    let mut out = vec![0.0; walk.outputs()];
    for k in 0..walk.steps() {
        let (i, j, o) = walk.offsets(k);
        out[o] += a[i] * b[j];
    }
    out
}

/// The same of one tensor: `rearrange("ij->ji", ..)` transposes, `"iij->j"` takes a trace, `"ij->j"` sums the rows, `"ij->"` everything.
///
/// `Ā` takes at each entry what `Ȳ` has where that entry went.
///
/// # Panics
///
/// As [`einsum`](fn@einsum).
#[differentiate(crate = crate, jvp)]
pub fn rearrange(letters: &str, a: &[f64], shape: &[usize]) -> Vec<f64> {
    let walk = Walk::of_one(letters, shape, a.len());
    let mut out = vec![0.0; walk.outputs()];
    for k in 0..walk.steps() {
        let (i, _, o) = walk.offsets(k);
        out[o] += a[i];
    }
    out
}

/// All combinations of the letters' indices.
struct Walk {
    /// For each letter its size and how far one step of it goes in the operands and in the result.
    letters: Vec<(usize, [usize; 3])>,
    steps: usize,
    outputs: usize,
}

impl Walk {
    fn of_one(text: &str, shape: &[usize], length: usize) -> Self {
        Self::new(text, &[(shape, length)])
    }

    fn of_two(text: &str, a: &[usize], a_length: usize, b: &[usize], b_length: usize) -> Self {
        Self::new(text, &[(a, a_length), (b, b_length)])
    }

    fn new(text: &str, operands: &[(&[usize], usize)]) -> Self {
        let clean: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let Some((inputs, output)) = clean.split_once("->") else {
            panic!("einsum: `{text}` has no arrow");
        };
        let inputs: Vec<&str> = inputs.split(',').collect();
        assert!(
            inputs.len() == operands.len(),
            "einsum: `{text}` is for {} tensors, not {}",
            inputs.len(),
            operands.len()
        );
        let mut names: Vec<char> = Vec::new();
        let mut letters: Vec<(usize, [usize; 3])> = Vec::new();
        for (at, (axes, (shape, length))) in inputs.iter().zip(operands).enumerate() {
            assert!(
                axes.chars().count() == shape.len() && shape.iter().product::<usize>() == *length,
                "einsum: `{axes}` of `{text}` for a tensor of shape {shape:?} and length {length}"
            );
            let mut stride = 1;
            for (name, size) in axes.chars().rev().zip(shape.iter().rev()) {
                let k = names.iter().position(|n| *n == name).unwrap_or_else(|| {
                    names.push(name);
                    letters.push((*size, [0; 3]));
                    names.len() - 1
                });
                assert!(
                    letters[k].0 == *size,
                    "einsum: `{name}` of `{text}` has the sizes {} and {size}",
                    letters[k].0
                );
                letters[k].1[at] += stride;
                stride *= size;
            }
        }
        let mut outputs = 1;
        for name in output.chars().rev() {
            let Some(k) = names.iter().position(|n| *n == name) else {
                panic!("einsum: `{name}` of the result of `{text}` stands nowhere else");
            };
            assert!(
                letters[k].1[2] == 0,
                "einsum: `{name}` stands twice in the result of `{text}`"
            );
            letters[k].1[2] = outputs;
            outputs *= letters[k].0;
        }
        Walk {
            steps: letters.iter().map(|(size, _)| size).product(),
            letters,
            outputs,
        }
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn steps(&self) -> usize {
        self.steps
    }

    /// Where the operands and the result are read and written in a step.
    fn offsets(&self, step: usize) -> (usize, usize, usize) {
        let mut rest = step;
        let mut at = [0; 3];
        for (size, strides) in &self.letters {
            let index = rest % size;
            rest /= size;
            for (at, stride) in at.iter_mut().zip(strides) {
                *at += index * stride;
            }
        }
        (at[0], at[1], at[2])
    }
}
