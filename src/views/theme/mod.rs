//! What every view shares: the embedded fonts, the colours and the wording, and what a project puts in their place.

mod fonts;
pub mod palette;
mod texts;

pub(in crate::views) use fonts::SIZE_PER_PIXEL;
pub use fonts::{
    BOLD_FONT, FAMILY, PAGE_FAMILIES, REGULAR_FONT, SERIF_BOLD_FONT, SERIF_FONT, Weight, font_database, missing_glyphs,
    register_fonts, text_width,
};
pub use texts::Texts;

use crate::audit::{Audit, Code, Diagnostic, InputFile, Place};

/// How the reports of a project look and speak.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// Wording.
    pub texts: Texts,
}

/// The files of the folder `report/` in, the theme out. What is wrong with them is noted, and the built-in theme stays in
/// that place.
pub fn parse(files: &[InputFile], audit: &mut Audit) -> Theme {
    let mut theme = Theme::default();
    for file in files {
        match file.path.rsplit('/').next().unwrap_or_default() {
            "texts.toml" => theme.texts.override_with(file, audit),
            name if name.starts_with("README") => {}
            name => audit.note(
                Diagnostic::new(
                    Code::ThemeInvalid,
                    Place::file(file.path.clone()),
                    format!("report/ 里不认识的文件 {name}"),
                )
                .expected("texts.toml（行文）")
                .help("改成认识的文件名；不用的文件请移走"),
            ),
        }
    }
    theme
}
