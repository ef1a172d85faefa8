//! One SVG, two destinations: pixels for documents, markup for pages.

use crate::views::theme::{FAMILY, PAGE_FAMILIES, font_database};
use anyhow::{Context, ensure};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// More than this helps nobody and costs 4 bytes each; a taller picture is drawn at a smaller scale.
const MOST_PIXELS: f32 = 60e6;

/// An SVG drawn here in, PNG bytes out, `scale` times as large (2 for print), with the embedded fonts only.
///
/// The scale is lowered where the picture would pass 60 megapixels. Fails if the SVG cannot be read.
pub fn png(svg: &str, scale: f32) -> anyhow::Result<Vec<u8>> {
    ensure!(scale.is_finite() && scale > 0.0, "图片放大倍数应大于 0，实为 {scale}");
    let options = Options { fontdb: font_database(), font_family: FAMILY.to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).context("图形（SVG）无法解析")?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = bounded_scale(width, height, scale);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by MOST_PIXELS")]
    let pixels = |length: f32| (length * scale).round().max(1.0) as u32;
    let mut pixmap = Pixmap::new(pixels(width), pixels(height)).context("图片尺寸为零")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().context("图片（PNG）无法编码")
}

fn bounded_scale(width: f32, height: f32, scale: f32) -> f32 {
    scale.min((MOST_PIXELS / (width * height)).sqrt())
}

/// An SVG drawn here in, the same for inlining in HTML out: fonts a reader's system has, a label for screen readers
/// instead of a tooltip, and a width that follows the page up to the drawn one.
pub fn for_page(svg: &str) -> String {
    let (title, svg) = match (svg.find("<title>"), svg.find("</title>")) {
        (Some(from), Some(to)) if from < to => {
            let rest = format!("{}{}", svg[..from].trim_end(), &svg[to + "</title>".len()..]);
            (svg[from + "<title>".len()..to].to_owned(), rest)
        }
        _ => (String::new(), svg.to_owned()),
    };
    let svg = svg.replace(&format!("font-family=\"{FAMILY}\""), &format!("font-family=\"{PAGE_FAMILIES}\""));
    let Some(end) = svg.find('>') else { return svg };
    let width = attribute(&svg[..end], "width").unwrap_or_default();
    let view = attribute(&svg[..end], "viewBox").unwrap_or_default();
    format!(
        "<svg role=\"img\" aria-label=\"{title}\" viewBox=\"{view}\" style=\"width:100%;max-width:{width}px;height:auto\" \
         xmlns=\"http://www.w3.org/2000/svg\"{}",
        &svg[end..]
    )
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    let length = tag[from..].find('"')?;
    Some(tag[from..from + length].to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::lettering::Type;
    use super::super::sheet::Sheet;
    use super::*;
    use crate::views::theme::palette::Palette;

    fn sample() -> String {
        let mut sheet = Sheet::new(120, &Palette::default());
        sheet.text(60, 20, "甲镇", Type::new(20).centred());
        sheet.finish("甲 & 乙", 40).expect("plain letters")
    }

    #[test]
    fn a_picture_has_scale_times_the_size_and_dark_letters() {
        let bytes = png(&sample(), 2.0).expect("drawn here");
        let pixmap = Pixmap::decode_png(&bytes).expect("a PNG");
        assert_eq!((pixmap.width(), pixmap.height()), (240, 80));
        assert!(pixmap.pixels().iter().any(|pixel| pixel.red() < 60));
    }

    #[test]
    fn letters_stand_in_the_middle_of_their_line() {
        let bytes = png(&sample(), 2.0).expect("drawn here");
        let pixmap = Pixmap::decode_png(&bytes).expect("a PNG");
        let inked: Vec<_> =
            (0..80_u32).filter(|&y| (0..240_u32).any(|x| pixmap.pixel(x, y).is_some_and(|p| p.red() < 128))).collect();
        let middle = u32::midpoint(inked[0], inked[inked.len() - 1]);
        assert!((38..=42).contains(&middle), "{middle}");
    }

    #[test]
    fn a_very_large_picture_is_drawn_smaller_instead_of_eating_the_memory() {
        assert!((bounded_scale(1_000.0, 6_000.0, 2.0) - 2.0).abs() < 1e-6);
        let scale = bounded_scale(4_000.0, 4_000.0, 2.0);
        assert!(scale > 1.9 && scale * scale * 16e6 <= 60.001e6, "{scale}");
    }

    #[test]
    fn a_page_gets_fonts_of_the_system_a_label_and_a_width_that_follows() {
        let page = for_page(&sample());
        assert!(page.starts_with("<svg role=\"img\" aria-label=\"甲 &amp; 乙\" viewBox=\"0 0 120 40\""), "{page}");
        assert!(page.contains("max-width:120px") && page.contains("Microsoft YaHei") && !page.contains("<title>"));
        assert!(!page.contains("font-family=\"Noto Sans CJK SC\""));
        assert!(png(&page, 1.0).is_ok());
    }

    #[test]
    fn what_is_no_svg_is_refused_in_chinese() {
        assert!(png("<p>", 1.0).expect_err("no SVG").to_string().contains("无法解析"));
        assert!(png(&sample(), 0.0).is_err());
    }
}
