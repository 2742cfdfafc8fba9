//! A crate of programs, written, compiled and run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{fs, io};

/// Compiles and runs `main.rs` with a module `p<number>` for each program; what it printed.
pub fn run(
    name: &str,
    modules: impl IntoIterator<Item = (usize, String)>,
    main: &str,
) -> io::Result<Output> {
    let folder = root().join(name);
    let source = folder.join("src");
    if source.exists() {
        fs::remove_dir_all(&source)?;
    }
    fs::create_dir_all(&source)?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    fs::write(folder.join("Cargo.toml"), manifest(workspace))?;
    for (number, text) in modules {
        fs::write(source.join(format!("p{number}.rs")), text)?;
    }
    fs::write(source.join("main.rs"), main)?;
    Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
        .args(["run", "--offline", "--quiet"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", root().join("target"))
        .output()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("random-programs")
}

fn manifest(workspace: &Path) -> String {
    format!(
        "[package]\nname = \"random-programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\nautodiff = {{ path = {workspace:?} }}\n\n\
         [profile.dev]\nopt-level = 0\ndebug = false\nincremental = false\n"
    )
}

/// The first error in each module.
pub fn complaints(output: &str) -> BTreeMap<usize, String> {
    let (mut complaints, mut error) = (BTreeMap::new(), "");
    for line in output.lines() {
        if line.starts_with("error") {
            error = line;
        }
        let module = line
            .split_once("--> src/p")
            .and_then(|(_, rest)| rest.split_once(".rs"));
        if let Some(Ok(module)) = module.map(|(module, _)| module.parse()) {
            complaints.entry(module).or_insert_with(|| error.to_owned());
        }
    }
    complaints
}
