//! The embedded fonts: who may draw with them, which letters they have, how wide a text becomes.

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb;
use std::sync::{Arc, OnceLock};

/// Regular face, OpenType; Noto Sans CJK SC cut to 通用规范汉字表 ∪ GB 2312 (`fonts/subset.py`), OFL-1.1.
pub static REGULAR_FONT: &[u8] = include_bytes!("fonts/NotoSansSC-Regular.otf");

/// Bold face, cut the same way.
pub static BOLD_FONT: &[u8] = include_bytes!("fonts/NotoSansSC-Bold.otf");

/// Regular serif face, cut the same way; stands in for 仿宋 in a PDF, of which there is no free one.
pub static SERIF_FONT: &[u8] = include_bytes!("fonts/NotoSerifSC-Regular.otf");

/// Bold serif face, cut the same way; stands in for 小标宋.
pub static SERIF_BOLD_FONT: &[u8] = include_bytes!("fonts/NotoSerifSC-Bold.otf");

/// Family name inside both sans fonts, and in every SVG drawn here.
pub const FAMILY: &str = "Noto Sans CJK SC";

/// What a browser is told instead, since a page embeds no font: the same design first, then what systems ship.
pub const PAGE_FAMILIES: &str = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif";

/// plotters writes `font-size = size / 1.24`, and estimates widths from ascent − descent; the fonts carry 980 and
/// −260 in `hhea`, so both agree and a size of 1240 is one em of 1000.
pub(in crate::views) const SIZE_PER_PIXEL: f64 = 1.24;

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 700.
    Bold,
}

impl Weight {
    pub(in crate::views) fn style(self) -> FontStyle {
        match self {
            Weight::Regular => FontStyle::Normal,
            Weight::Bold => FontStyle::Bold,
        }
    }
}

/// Makes both faces known to plotters under [`FAMILY`]; the first call does it, later ones cost nothing.
pub fn register_fonts() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        for (style, bytes) in [(FontStyle::Normal, REGULAR_FONT), (FontStyle::Bold, BOLD_FONT)] {
            assert!(register_font(FAMILY, style, bytes).is_ok(), "the embedded fonts are OpenType");
        }
    });
}

/// The fonts a picture is rasterised with: the two embedded ones, never the system's.
pub fn font_database() -> Arc<fontdb::Database> {
    static DATABASE: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let database = DATABASE.get_or_init(|| {
        let mut database = fontdb::Database::new();
        for bytes in [REGULAR_FONT, BOLD_FONT] {
            database.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
        }
        database.set_sans_serif_family(FAMILY);
        Arc::new(database)
    });
    Arc::clone(database)
}

/// Text in, the characters the embedded fonts cannot draw out, each once, in order of appearance. Line ends, tabs and
/// blanks count as drawable: nothing is drawn for them.
///
/// Rare characters do occur in place names; a picture with an empty box instead is worse than an error.
pub fn missing_glyphs(text: &str) -> Vec<char> {
    static FACE: OnceLock<ttf_parser::Face<'static>> = OnceLock::new();
    let face = FACE.get_or_init(|| ttf_parser::Face::parse(REGULAR_FONT, 0).expect("the embedded font is OpenType"));
    let mut missing = Vec::new();
    for letter in text.chars() {
        if !letter.is_whitespace() && face.glyph_index(letter).is_none() && !missing.contains(&letter) {
            missing.push(letter);
        }
    }
    missing
}

/// Width in pixels of a line of text set at `size` pixels per em.
pub fn text_width(text: &str, size: f64, weight: Weight) -> f64 {
    static FACES: OnceLock<[FontDesc<'static>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| {
        register_fonts();
        [FontStyle::Normal, FontStyle::Bold]
            .map(|style| FontDesc::new(FontFamily::Name(FAMILY), 1000.0 * SIZE_PER_PIXEL, style))
    });
    let face = &faces[usize::from(weight == Weight::Bold)];
    let ((left, _), (right, _)) = face.layout_box(text).expect("the fonts are registered");
    f64::from(right - left) * size / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chinese_character_is_one_em_wide_so_estimates_equal_what_is_drawn() {
        for weight in [Weight::Regular, Weight::Bold] {
            assert!((text_width("武康街道", 20.0, weight) - 80.0).abs() < 0.1);
        }
    }

    #[test]
    fn bold_digits_are_wider_than_regular_ones() {
        assert!(text_width("92.51", 20.0, Weight::Bold) > text_width("92.51", 20.0, Weight::Regular));
    }

    #[test]
    fn place_names_signs_and_digits_are_all_in_the_font() {
        assert_eq!(missing_glyphs("下渚湖街道 禹越镇 ●▲■○—※△▼±×％℃ 0.5%\n"), Vec::<char>::new());
    }

    #[test]
    fn a_character_the_font_lacks_is_named_once() {
        assert_eq!(missing_glyphs("𠮷田𠮷😀镇"), vec!['𠮷', '😀']);
    }

    #[test]
    fn both_faces_are_known_under_the_family_name() {
        let database = font_database();
        let families: Vec<_> = database.faces().map(|face| face.families[0].0.clone()).collect();
        assert_eq!(families, [FAMILY, FAMILY]);
    }
}
