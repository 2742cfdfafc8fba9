//! Mathematical notation: of what is computed, and of partial derivatives.
//!
//! No derivative is stated here. Those of elementary functions are taken from the table's formulas, with operands in
//! place of `x`, `y`, `z`; where the table says it in words, `∂d/∂c` stands.

use autodiff_runtime::rules::Row;

/// `√x`, `exp x`, `atan2(y, x)`
pub fn function(name: &str, args: &[String]) -> String {
    match (name, args) {
        ("sqrt", [x]) => format!("√{x}"),
        ("cbrt", [x]) => format!("∛{x}"),
        ("abs", [x]) => format!("|{x}|"),
        ("recip", [x]) => format!("1/{x}"),
        ("powi" | "powf", [x, n]) => power(x, n),
        ("rem", [x, y]) => format!("{x} mod {y}"),
        ("mul_add", [x, y, z]) => format!("{x} · {y} + {z}"),
        (_, [x]) => format!("{name} {x}"),
        (_, many) => format!("{name}({})", many.join(", ")),
    }
}

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/// `x²`, `x^n`
pub fn power(base: &str, exponent: &str) -> String {
    let integer = number(exponent).filter(|n| n.fract() == 0.0 && n.abs() < 100.0);
    match integer {
        Some(1.0) => base.to_owned(),
        Some(n) => {
            let digits = format!("{n}");
            let raised = digits.chars().map(|c| match c.to_digit(10) {
                Some(digit) => RAISED[digit as usize],
                None => '⁻',
            });
            format!("{base}{}", raised.collect::<String>())
        }
        None => match exponent.strip_prefix('-') {
            Some(positive) => format!("{base}^(−{positive})"),
            None => format!("{base}^{exponent}"),
        },
    }
}

/// A literal's value.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_start_matches('(').trim_end_matches(')');
    let text = text
        .trim_end_matches("f64")
        .trim_end_matches("f32")
        .trim_end_matches("i32")
        .replace('_', "")
        .replace('−', "-");
    text.parse().ok()
}

/// The partial derivative of a function of the table with respect to its float argument number `which`; `value` is the
/// function's value. None if the table has no formula.
pub fn partial(row: &Row, which: usize, args: &[String], value: &str) -> Option<String> {
    if row.integer == [1] {
        // x ↦ xⁿ
        match number(&args[1]) {
            Some(0.0) => return Some("0".to_owned()),
            Some(1.0) => return Some("1".to_owned()),
            _ => {}
        }
    }
    let (symbols, body) = segment(row.formula, which)?;
    let tail = [", 0 if", ", both", " for ", ";"]
        .iter()
        .filter_map(|t| body.find(t))
        .min();
    let body = body[..tail.unwrap_or(body.len())].trim();
    let argument = |k: usize| {
        let text = args.get(k)?;
        let negative = text.strip_prefix("(-").and_then(|t| t.strip_suffix(')'));
        Some(negative.map_or(text.clone(), |positive| format!("−{positive}")))
    };
    let operand = |name: &str| match name {
        "n" => argument(1),
        "v" | "hypot" => Some(value.to_owned()),
        name => argument(symbols.iter().position(|s| s == name)?),
    };
    Some(tidy(&substitute(body, &operand)))
}

/// The names of the arguments, and the text after `∂/∂… =` of one of them.
fn segment(formula: &'static str, which: usize) -> Option<(Vec<String>, &'static str)> {
    const MARK: &str = "∂/∂";
    let starts: Vec<usize> = formula.match_indices(MARK).map(|(k, _)| k).collect();
    let mut symbols: Vec<String> = starts
        .iter()
        .filter_map(|k| formula[k + MARK.len()..].chars().next())
        .map(String::from)
        .collect();
    // Also those of which there is no partial.
    for symbol in ["x", "y", "z"].iter().skip(symbols.len()) {
        symbols.push((*symbol).to_owned());
    }
    let start = *starts.get(which)?;
    let end = starts[which + 1..]
        .iter()
        .copied()
        .find(|next| !formula[start..*next].trim_end().ends_with('='));
    let mut body = &formula[start..end.unwrap_or(formula.len())];
    while body.starts_with(MARK) {
        (_, body) = body.split_once(" = ")?;
    }
    Some((symbols, body.trim_end().trim_end_matches([',', ';'])))
}

/// The formula with operands in place of names.
fn substitute(body: &str, operand: &dyn Fn(&str) -> Option<String>) -> String {
    let chars: Vec<char> = body.chars().collect();
    let mut out = String::new();
    let mut k = 0;
    while k < chars.len() {
        if !chars[k].is_ascii_alphanumeric() {
            out.push(chars[k]);
            k += 1;
            continue;
        }
        let word: String = chars[k..]
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric())
            .collect();
        k += word.len();
        let raised: String = chars[k..]
            .iter()
            .take_while(|c| "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ˣʸⁿ".contains(**c))
            .collect();
        k += raised.chars().count();
        let base = operand(&word).unwrap_or_else(|| word.clone());
        let name = match raised.chars().next() {
            Some('ˣ') => operand("x"),
            Some('ʸ') => operand("y"),
            Some('ⁿ') => operand("n"),
            _ => None,
        };
        match name {
            None => out.push_str(&format!("{base}{raised}")),
            Some(exponent) if raised.ends_with("⁻¹") => {
                out.push_str(&match number(&exponent) {
                    Some(n) => power(&base, &format!("{}", n - 1.0)),
                    None => format!("{base}^({exponent} − 1)"),
                });
            }
            Some(exponent) if word == "e" => out.push_str(&format!("exp {exponent}")),
            Some(exponent) => out.push_str(&power(&base, &exponent)),
        }
    }
    out
}

/// `1 / (2 √c)` → `1/(2√c)`
fn tidy(text: &str) -> String {
    let chars: Vec<char> = text.replace(" / ", "/").chars().collect();
    let mut out = String::new();
    for (k, c) in chars.iter().enumerate() {
        let before = k.checked_sub(1).map(|k| chars[k]);
        let digit = before.is_some_and(|b| b.is_ascii_digit());
        let factor = digit
            && chars[..k]
                .iter()
                .rev()
                .take_while(|c| **c != ' ' && **c != '(')
                .all(|c| c.is_ascii_digit() || matches!(c, '.' | '−'));
        let next = chars.get(k + 1).copied().unwrap_or(' ');
        // `2 √c`, `3 x²`, but `2 ln x`
        let name = next.is_ascii_alphabetic()
            && !chars.get(k + 2).is_some_and(char::is_ascii_alphanumeric);
        if *c == ' ' && factor && (name || matches!(next, '√' | '∛')) {
            continue;
        }
        out.push(*c);
    }
    out
}

/// As a factor: `(−sin c)`, but `1/(2√c)`.
pub fn factor(partial: &str) -> String {
    let mut depth = 0;
    let mut sum = partial.starts_with(['−', '-']);
    for (k, c) in partial.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ' ' if depth == 0 => {
                let rest = &partial[k..];
                sum |= [" + ", " − ", " if "].iter().any(|s| rest.starts_with(s));
            }
            _ => {}
        }
    }
    if sum {
        format!("({partial})")
    } else {
        partial.to_owned()
    }
}

/// Twice a factor.
pub fn doubled(factor: &str) -> String {
    if is_name(factor) {
        format!("2{factor}")
    } else {
        format!("2 · {factor}")
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::{factor, function, partial, power};
    use autodiff_runtime::rules;

    fn of(name: &str, which: usize, args: &[&str]) -> String {
        let row = rules::row(name).unwrap();
        let args: Vec<String> = args.iter().map(|a| (*a).to_owned()).collect();
        partial(row, which, &args, "v").unwrap_or_default()
    }

    #[test]
    fn partials_of_the_chapter() {
        assert_eq!(of("powi", 0, &["x", "2"]), "2x");
        assert_eq!(of("exp", 0, &["a"]), "exp a");
        assert_eq!(of("sqrt", 0, &["c"]), "1/(2√c)");
        assert_eq!(factor(&of("cos", 0, &["c"])), "(−sin c)");
    }

    #[test]
    fn partials_with_names_of_the_table() {
        assert_eq!(of("powi", 0, &["b", "5"]), "5b⁴");
        assert_eq!(of("powi", 0, &["b", "(-2)"]), "−2b⁻³");
        assert_eq!(of("powf", 0, &["b", "(-0.5)"]), "−0.5b^(−1.5)");
        assert_eq!(of("powi", 0, &["b", "n"]), "n b^(n − 1)");
        assert_eq!(of("powi", 0, &["b", "0"]), "0");
        assert_eq!(of("powf", 0, &["a", "2.5"]), "2.5a^1.5");
        assert_eq!(of("powf", 0, &["a", "b"]), "b a^(b − 1)");
        assert_eq!(of("powf", 1, &["a", "b"]), "a^b ln a");
        assert_eq!(of("exp2", 0, &["a"]), "2^a ln 2");
        assert_eq!(of("log", 0, &["a", "c"]), "1/(a ln c)");
        assert_eq!(of("log", 1, &["a", "c"]), "−log_c a/(c ln c)");
        assert_eq!(of("cbrt", 0, &["a"]), "1/(3∛a²)");
        assert_eq!(of("hypot", 1, &["a", "b"]), "b/v");
        assert_eq!(of("atan2", 1, &["a", "b"]), "−a/(a² + b²)");
        assert_eq!(of("mul_add", 2, &["a", "b", "c"]), "1");
        assert_eq!(of("mul_add", 0, &["a", "b", "c"]), "b");
        assert_eq!(of("midpoint", 0, &["a", "b"]), "1/2");
        assert_eq!(of("midpoint", 1, &["a", "b"]), "1/2");
        assert_eq!(factor(&of("abs", 0, &["a"])), "(1 if a ≥ 0, else −1)");
        assert_eq!(of("rem", 1, &["a", "b"]), "−trunc(a/b)");
        assert_eq!(of("tan", 0, &["a"]), "1 + tan² a");
        assert_eq!(of("max", 0, &["a", "b"]), "");
        assert_eq!(of("clamp", 0, &["a", "b", "c"]), "");
    }

    #[test]
    fn every_formula_is_understood_or_words() {
        for row in rules::TABLE {
            let args: Vec<String> = ["p", "q", "r"].iter().map(|a| (*a).to_owned()).collect();
            for which in 0..row.partials.len() {
                if let Some(text) = partial(row, which, &args[..row.arity], "v") {
                    assert!(
                        !text.contains('∂') && !text.contains(['x', 'y', 'z', 'ˣ', 'ʸ', 'ⁿ'])
                            || text.contains("exp"),
                        "{}: {text}",
                        row.name
                    );
                }
            }
        }
    }

    #[test]
    fn notation() {
        assert_eq!(power("x", "2"), "x²");
        assert_eq!(power("x", "-10"), "x⁻¹⁰");
        assert_eq!(power("x", "b"), "x^b");
        assert_eq!(function("sqrt", &["c".to_owned()]), "√c");
        assert_eq!(function("sin", &["c".to_owned()]), "sin c");
        assert_eq!(
            function("atan2", &["a".to_owned(), "b".to_owned()]),
            "atan2(a, b)"
        );
    }
}
