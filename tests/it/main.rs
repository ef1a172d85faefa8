//! Integration tests: one binary, a module per subject.

mod broken;
mod chart_pictures;
mod cli;
mod command;
mod demo;
mod direct;
mod docs;
mod examples;
mod laws;
mod odd_files;
mod oracle;
mod page;
mod project;
mod report;
mod shape;
