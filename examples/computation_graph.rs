//! The computation graph of a function, as the macro sees it: a listing of the function and of its derivative, and a picture.
//!
//! ```text
//! cargo run --example computation_graph
//! ```

use autodiff::differentiate;
use layout::backends::svg::SVGWriter;
use layout::gv::{DotParser, GraphBuilder};
use std::error::Error;
use std::path::Path;

#[differentiate(graph)]
fn example(x: f64) -> f64 {
    (x * x + (x * x).exp()).sqrt() + (x * x + (x * x).exp()).cos()
}

fn main() -> Result<(), Box<dyn Error>> {
    let graph = example_graph();
    print!("{graph}");

    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/computation_graph.svg");
    std::fs::create_dir_all(picture.with_file_name(""))?;
    std::fs::write(&picture, draw(&graph.to_dot())?)?;
    println!("\npicture: {}", picture.display());
    Ok(())
}

/// Graphviz → SVG.
fn draw(dot: &str) -> Result<String, Box<dyn Error>> {
    let parsed = DotParser::new(dot).process()?;
    let mut builder = GraphBuilder::new();
    builder.visit_graph(&parsed);
    let mut writer = SVGWriter::new();
    builder.get().do_it(false, false, false, &mut writer);
    Ok(writer.finalize())
}
