//! Composite indices as data: definitions and delivered spreadsheets in, scores, charts and reports out.
//!
//! Data moves down this list; a module uses only modules above it.

pub mod audit;
pub mod definitions;
pub mod demo;
pub mod extract;
pub mod facts;
pub mod index;
pub mod rules;
