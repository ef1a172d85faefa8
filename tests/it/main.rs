//! Integration tests: one binary, a module per subject.

mod broken;
mod chart_pictures;
mod cli;
mod command;
mod commitments;
mod demo;
mod direct;
mod dirty;
mod docs;
mod examples;
mod laws;
mod odd_files;
mod oracle;
mod page;
mod project;
mod reading;
mod receipts;
mod report;
mod shape;
mod status;
mod template;
