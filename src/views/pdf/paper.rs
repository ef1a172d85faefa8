//! Documents on paper: an official one after GB/T 9704, and a plain one.

use super::blocks::Blocks;
use super::typeset;
use crate::views::document::{Document, Official, Section};
use crate::views::theme::palette::Palette;
use serde_json::{Value, json};

/// What both templates share: inlines, tables, figures.
pub(super) const COMMON: &str = include_str!("common.typ");
const OFFICIAL: &str = include_str!("official.typ");
const PLAIN: &str = include_str!("plain.typ");

/// An official paper in, PDF bytes out: A4, type area 156 × 225 mm, 22 lines of 28 characters of 16 points, page numbers
/// outside (GB/T 9704—2012, 5.2 and 7.5).
pub(in crate::views) fn official(paper: &Official, palette: &Palette) -> anyhow::Result<Vec<u8>> {
    let mut blocks = Blocks::default();
    let body = sections(&mut blocks, &paper.body);
    let annexes: Vec<Value> = paper
        .annexes
        .iter()
        .map(|annex| json!({ "title": annex.title, "landscape": annex.is_landscape, "blocks": blocks.all(&annex.blocks) }))
        .collect();
    let data = json!({
        "marks": paper.marks,
        "title": paper.title,
        "addressee": paper.addressee,
        "body": body,
        "signature": paper.signature,
        "annexes": annexes,
        "small_print": paper.small_print,
        "watermark": paper.watermark,
        "disclaimer": paper.disclaimer,
    });
    typeset(&format!("{COMMON}\n{OFFICIAL}"), data, blocks.pictures, palette)
}

/// A document in, PDF bytes out: A4 upright, plain headings, tables with repeated heads, page numbers of so many. Jumps to
/// other places of the document become plain words.
pub(in crate::views) fn document(document: &Document, palette: &Palette) -> anyhow::Result<Vec<u8>> {
    let mut blocks = Blocks::default();
    let data = json!({
        "title": document.title,
        "subtitle": document.subtitle,
        "body": sections(&mut blocks, &document.sections),
        "footer": document.footer_lines,
        "watermark": document.watermark,
        "disclaimer": document.disclaimer,
    });
    typeset(&format!("{COMMON}\n{PLAIN}"), data, blocks.pictures, palette)
}

/// A template of its own, which may use what both share, and its data in; PDF bytes out.
pub(in crate::views) fn sheet(
    template: &str,
    data: Value,
    pictures: Vec<(String, Vec<u8>)>,
    palette: &Palette,
) -> anyhow::Result<Vec<u8>> {
    typeset(&format!("{COMMON}\n{template}"), data, pictures, palette)
}

fn sections(blocks: &mut Blocks, sections: &[Section]) -> Value {
    let section = |section: &Section| json!({ "level": section.level, "title": section.title, "new_page": section.new_page, "blocks": blocks.all(&section.blocks) });
    Value::Array(sections.iter().map(section).collect())
}
