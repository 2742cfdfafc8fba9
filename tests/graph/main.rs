//! `f_graph()`: nodes, edges, the listing and Graphviz, compared to the letter.

mod calls;
mod chapter;
mod regions;
mod support;
mod surroundings;
