//! Integration tests: one binary, a module per subject.

mod chart_pictures;
mod demo;
mod page;
mod report;
mod shape;
