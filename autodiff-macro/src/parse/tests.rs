use crate::ast::Shape;
use crate::testing::{parsed, refused, snapshot};
use quote::ToTokens;

fn text(function: &str) -> String {
    let source = parsed(function);
    let mut text = format!("{:?}, {:?}\n", source.home, source.scalar);
    for param in &source.params {
        let activity = if param.active { "active" } else { "constant" };
        let (name, passing) = (&param.ident, param.passing);
        text += &format!("{name}: {passing:?} {} {activity}\n", shape(&param.shape));
    }
    let output = source.output.as_ref().map_or("nothing".into(), shape);
    text + &format!("-> {output}\n")
}

fn shape(of: &Shape) -> String {
    match of {
        Shape::Float => "float".to_owned(),
        Shape::Array(element, length) => {
            format!("[{}; {}]", shape(element), length.to_token_stream())
        }
        Shape::Slice(element) => format!("[{}]", shape(element)),
        Shape::Vec(element) => format!("Vec<{}>", shape(element)),
        Shape::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(shape).collect();
            format!("({})", parts.join(", "))
        }
        Shape::Plain(ty) => format!("plain `{}`", ty.to_token_stream()),
        Shape::Opaque(ty) => format!("opaque `{}`", ty.to_token_stream()),
    }
}

fn messages(function: &str) -> String {
    refused("wrt(x, nobody), jvp, jvp, sideways", function)
}

#[test]
fn shapes_and_passing() {
    snapshot!(
        text,
        "fn f(x: f64, a: &[f64], m: [[f64; 3]; 2], v: Vec<f64>, t: (f64, usize), out: &mut [f64], n: usize, s: &str) -> [f64; 2] { todo!() }"
    );
}

#[test]
fn a_generic_number() {
    snapshot!(
        text,
        "fn f<T: Real, const N: usize>(x: T, a: &[T; N]) -> T where T: Copy { x }"
    );
}

#[test]
fn a_name_that_says_nothing() {
    snapshot!(text, "fn f(x: f64, model: &Model) -> f64 { x }");
}

#[test]
fn constants_by_option() {
    snapshot!(
        text,
        "#[differentiate(wrt(x), name = \"g\", hessian)] fn f(x: f64, k: f64) -> f64 { k * x }"
    );
}

#[test]
fn both_widths() {
    snapshot!(text, "fn f(x: f64, y: f32) -> f64 { x + y as f64 }");
}

#[test]
fn options_that_are_none() {
    snapshot!(messages, "fn f(x: f64) -> f64 { x }");
}

#[test]
fn rustc_does_not_see_checkpoints() {
    let code = "{ #[checkpoint] for _ in 0..n { #[checkpoint(3)] loop { #[allow(unused)] let x = [1]; } } }";
    let tokens = code.parse().expect("the snippet lexes");
    let expected: proc_macro2::TokenStream =
        "{ for _ in 0..n { loop { #[allow(unused)] let x = [1]; } } }"
            .parse()
            .expect("the snippet lexes");
    assert_eq!(
        super::checkpoint::without(tokens).to_string(),
        expected.to_string()
    );
}
