//! An official paper as a file for word processors, laid out after GB/T 9704—2012, to be edited further.
//!
//! Faces are named and never embedded. The same paper gives the same bytes.

mod figure;
mod flow;
mod package;
mod page;
mod styles;
mod table;
mod widths;
mod xml;

#[cfg(test)]
mod tests;

use super::document::Official;
use crate::views::theme::palette::Palette;
use flow::{Flow, Look, Part, Setting, run};
use package::Package;
use page::Lie;
use xml::Xml;

/// Indent of the list of annexes and how far the first and the later lines of it hang out, in twentieths of a point.
const ANNEX_INDENT: u32 = 2054;
const ANNEX_FIRST: u32 = 1422;
const ANNEX_LATER: u32 = 474;

/// An official paper in, the bytes of a .docx file out: A4, type area 156 × 225 mm, 22 lines of 28 characters of 16
/// points, page numbers outside (GB/T 9704—2012, 5.2 and 7.5); annexes on sheets of their own.
///
/// # Errors
/// A picture that cannot be drawn, and which.
pub fn official(paper: &Official, palette: &Palette) -> anyhow::Result<Vec<u8>> {
    let mut flow = Flow::new(*palette);
    front(&mut flow, paper);
    flow.sections(&paper.body)?;
    annex_list(&mut flow, paper);
    signature(&mut flow, paper);
    for (place, annex) in paper.annexes.iter().enumerate() {
        flow.end_section();
        flow.part = Part::Annex;
        flow.lie = if annex.is_landscape { Lie::Across } else { Lie::Upright };
        flow.line("AnnexLabel", &format!("附件{}", place + 1));
        flow.line("AnnexTitle", &annex.title);
        flow.blocks(&annex.blocks)?;
    }
    for line in &paper.small_print {
        flow.line("SmallPrint", line);
    }
    flow.end();
    let pictures = std::mem::take(&mut flow.pictures);
    let spaces = [
        ("xmlns:w", styles::W),
        ("xmlns:r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
        ("xmlns:wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
    ];
    let text = flow.xml.into_string();
    let document = Xml::part("w:document", &spaces, |xml| xml.element("w:body", &[], |xml| xml.raw(&text)));
    let header = |number| page::header(paper.disclaimer.as_deref(), paper.watermark.as_deref(), number);
    let parts = [
        styles::styles(),
        package::settings(),
        styles::font_table(),
        header(1),
        header(2),
        page::footer(true),
        page::footer(false),
    ];
    Package { title: paper.title.concat(), document, parts, pictures }.pack()
}

/// Marks, title and addressee.
fn front(flow: &mut Flow, paper: &Official) {
    if !paper.marks.is_empty() {
        flow.line("Mark", &paper.marks.join("　"));
    }
    flow.line("Normal", "");
    flow.line("Title", &paper.title.join("\n"));
    flow.line("Normal", "");
    if !paper.addressee.is_empty() {
        flow.line("Normal", &paper.addressee);
    }
}

/// `附件：1. …`, below one another.
fn annex_list(flow: &mut Flow, paper: &Official) {
    if !paper.annexes.is_empty() {
        flow.line("Normal", "");
    }
    for (place, annex) in paper.annexes.iter().enumerate() {
        let (lead, hanging) = if place == 0 { ("附件：", ANNEX_FIRST) } else { ("", ANNEX_LATER) };
        let setting = Setting { hanging: Some((ANNEX_INDENT, hanging)), align: Some("left"), ..Setting::default() };
        let text = format!("{lead}{}. {}", place + 1, annex.title);
        flow.paragraph("AnnexList", setting, |xml| run(xml, &text, Look::default()));
    }
}

/// Issuer and date, which stay together.
fn signature(flow: &mut Flow, paper: &Official) {
    if let Some((last, first)) = paper.signature.split_last() {
        flow.paragraph("Normal", Setting { is_kept: true, ..Setting::default() }, |_| {});
        for line in first {
            let setting = Setting { is_kept: true, ..Setting::default() };
            flow.paragraph("Signature", setting, |xml| run(xml, line, Look::default()));
        }
        flow.line("Signature", last);
    }
}
