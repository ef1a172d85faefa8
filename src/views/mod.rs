//! Assessment in, files as bytes out: charts, pages, documents, tables.

pub mod charts;
pub mod theme;
