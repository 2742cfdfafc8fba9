//! ADBench's data, where they are at hand.

use std::{env, fs, path::Path, str::SplitAsciiWhitespace};

/// Panics unless the numbers are those of the file, by ADBench's own rule of acceptance.
pub fn check(actual: &[f64], file: &str) {
    let text = text(file).expect("the folder of data");
    let expected = Tokens(text.split_ascii_whitespace()).rest();
    assert_eq!(actual.len(), expected.len(), "length of {file}");
    for (i, (a, e)) in actual.iter().zip(&expected).enumerate() {
        // Written so that NaN fails too.
        let agree = (a - e).abs() / (a.abs() + e.abs()).max(1.0) < 1e-8;
        assert!(agree, "{file}[{i}]: {a:e} instead of {e:e}");
    }
}

/// The file as one string, or `None` where there is no folder of data.
pub fn text(file: &str) -> Option<String> {
    let path = Path::new(&env::var_os("AUTODIFF_BENCHMARK_DATA")?).join(file);
    let text = fs::read_to_string(&path);
    Some(text.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// The numbers of a file, one after the other.
pub struct Tokens<'a>(pub SplitAsciiWhitespace<'a>);

impl Tokens<'_> {
    pub fn size(&mut self) -> usize {
        let token = self.0.next().expect("one more number");
        token.parse().expect("a size")
    }

    pub fn float(&mut self) -> f64 {
        let token = self.0.next().expect("one more number");
        token.parse().expect("a number")
    }

    pub fn floats(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.float()).collect()
    }

    fn rest(self) -> Vec<f64> {
        self.0
            .map(|token| token.parse().expect("a number"))
            .collect()
    }
}
