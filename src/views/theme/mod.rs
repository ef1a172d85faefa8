//! What every view shares: the embedded fonts, the colours and the wording, and what a project puts in their place.

mod fonts;
mod overrides;
pub mod palette;
mod texts;

pub(in crate::views) use fonts::SIZE_PER_PIXEL;
pub use fonts::{
    BOLD_FONT, FAMILY, PAGE_FAMILIES, REGULAR_FONT, SERIF_BOLD_FONT, SERIF_FONT, Weight, font_database, missing_glyphs,
    register_fonts, text_width,
};
pub use texts::Texts;

use crate::audit::{Audit, Code, Diagnostic, InputFile, Place};
use palette::Palette;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the reports of a project look and speak.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// Wording.
    pub texts: Texts,
    /// Colours.
    pub palette: Palette,
    /// A sign of the office, where the project has one.
    pub logo: Option<Logo>,
}

/// A picture that stands at the head of sheets and pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// `logo.svg` or `logo.png`.
    pub name: &'static str,
    /// The picture.
    pub bytes: Arc<[u8]>,
}

/// The files of the folder `report/` in, the theme out. What is wrong with them is noted, and the built-in theme stays in
/// that place.
pub fn parse(files: &[InputFile], audit: &mut Audit) -> Theme {
    let mut theme = Theme::default();
    for file in files {
        match file.path.rsplit('/').next().unwrap_or_default() {
            "texts.toml" => theme.texts.override_with(file, audit),
            "theme.toml" => theme.palette = colours(file, audit),
            "logo.svg" => theme.logo = logo(file, "logo.svg", audit),
            "logo.png" => theme.logo = logo(file, "logo.png", audit),
            name if name.starts_with("README") => {}
            name => invalid(file, format!("report/ 里不认识的文件 {name}"), audit, |found| {
                found
                    .expected("texts.toml（行文）、theme.toml（配色）、logo.svg 或 logo.png（标志）")
                    .help("改成认识的文件名；不用的文件请移走")
            }),
        }
    }
    theme
}

fn invalid(file: &InputFile, message: String, audit: &mut Audit, with: impl FnOnce(Diagnostic) -> Diagnostic) {
    audit.note(with(Diagnostic::new(Code::ThemeInvalid, Place::file(file.path.clone()), message)));
}

/// What `theme.toml` may hold.
#[derive(serde::Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    palette: BTreeMap<String, String>,
}

fn colours(file: &InputFile, audit: &mut Audit) -> Palette {
    let text = String::from_utf8_lossy(&file.bytes);
    let written: Written = match toml::from_str(&text) {
        Ok(written) => written,
        Err(error) => {
            let help = "只有 [palette] 一节，每行一种颜色，如 main = \"#1F627E\"";
            invalid(file, format!("{} 读不懂，没有采用", file.path), audit, |found| {
                found.found(error.message()).help(help)
            });
            return Palette::default();
        }
    };
    Palette::from_overrides(&written.palette).unwrap_or_else(|mistakes| {
        for mistake in mistakes {
            invalid(file, mistake, audit, |found| found.help("改好以前用内置的配色"));
        }
        Palette::default()
    })
}

/// A picture that can be drawn; anything else is noted and left out.
fn logo(file: &InputFile, name: &'static str, audit: &mut Audit) -> Option<Logo> {
    let is_drawable = match name {
        "logo.svg" => resvg::usvg::Tree::from_data(&file.bytes, &resvg::usvg::Options::default()).is_ok(),
        _ => file.bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
    };
    if !is_drawable {
        invalid(file, format!("{} 不是能画的图", file.path), audit, |found| {
            found.expected("SVG 或 PNG").help("用画图软件另存为 PNG 再放进 report/")
        });
        return None;
    }
    Some(Logo { name, bytes: file.bytes.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(name: &str, text: &[u8]) -> (Theme, Audit) {
        let mut audit = Audit::default();
        let file = InputFile { path: format!("report/{name}").into(), bytes: text.to_vec().into() };
        (parse(&[file], &mut audit), audit)
    }

    #[test]
    fn a_project_may_set_its_own_colours() {
        let (theme, audit) = parsed("theme.toml", b"[palette]\nmain = \"#204060\"\n");
        assert_eq!(theme.palette.main.hex(), "#204060");
        assert!(audit.diagnostics().is_empty());
    }

    #[test]
    fn colours_that_cannot_be_used_are_told_one_by_one_and_the_built_in_ones_stay() {
        let (theme, audit) = parsed("theme.toml", b"[palette]\nmian = \"#204060\"\nred = \"rot\"\n");
        assert_eq!(theme.palette, Palette::default());
        assert_eq!(audit.diagnostics().len(), 2);
        assert_eq!(parsed("theme.toml", b"[colours]\n").1.diagnostics().len(), 1);
    }

    #[test]
    fn a_logo_that_is_no_picture_and_a_file_that_nobody_knows_are_told() {
        assert!(parsed("logo.png", b"GIF89a").0.logo.is_none());
        assert_eq!(parsed("logo.png", b"GIF89a").1.diagnostics().len(), 1);
        assert_eq!(parsed("themes.toml", b"").1.diagnostics().len(), 1);
        let svg =
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><rect width=\"9\" height=\"9\"/></svg>";
        assert_eq!(parsed("logo.svg", svg).0.logo.map(|logo| logo.name), Some("logo.svg"));
    }
}
