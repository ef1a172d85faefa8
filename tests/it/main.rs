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
mod funds;
mod laws;
mod ledger;
mod odd_files;
mod oracle;
mod page;
mod panel;
mod project;
mod reading;
mod receipts;
mod report;
mod rules;
mod shape;
mod status;
mod template;
