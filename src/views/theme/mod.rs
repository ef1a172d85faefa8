//! What every view shares: the embedded fonts and the colours.

mod fonts;
mod overrides;
pub mod palette;

pub(in crate::views) use fonts::SIZE_PER_PIXEL;
pub use fonts::{
    BOLD_FONT, FAMILY, PAGE_FAMILIES, REGULAR_FONT, Weight, font_database, missing_glyphs, register_fonts, text_width,
};
