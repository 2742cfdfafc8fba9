//! What is refused, at which tokens, and what the message says. `TRYBUILD=overwrite` records new messages.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    for feature in [
        "attribute",
        "signature",
        "activity",
        "statements",
        "expressions",
        "calls",
        "types",
    ] {
        cases.compile_fail(format!("tests/ui/{feature}/*.rs"));
    }
}
