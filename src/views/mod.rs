//! What a reader gets: the report as one document, and the dialects that turn it into files, as bytes.

pub mod document;
pub mod html;
