//! Integration tests: one binary, a module per subject.

mod chart_pictures;
mod page;
mod shape;
