//! Composite indices as data: definitions and delivered spreadsheets in, scores, charts and reports out.
//!
//! Data moves down this list; a module uses only modules above it.

// Bytes in, bytes out: `.clippy.toml` lists what is disallowed and why. Unit tests may look at files.
#![cfg_attr(not(test), deny(clippy::disallowed_methods, clippy::disallowed_macros, clippy::disallowed_types))]

pub mod audit;
pub mod definitions;
pub mod demo;
pub mod extract;
pub mod facts;
pub mod index;
pub mod rules;
pub mod sensitivity;
pub mod support;
pub mod views;
pub mod workflow;
