//! Sheets of paper: a template and its data in, PDF bytes out, with the embedded fonts and nothing else.

mod blocks;
mod leaf;
mod paper;
mod world;

pub(super) use blocks::{inlines as inline_data, mended_table as table_data};
pub(super) use leaf::{Leaf, leaf};
pub(super) use paper::{document, official, sheet};

use super::theme::missing_glyphs;
use super::theme::palette::Palette;
use anyhow::ensure;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use world::Desk;

/// Stack of a thread that sets type: layout goes deep.
const STACK: usize = 32 << 20;

/// Sets several sheets next to each other, results in the order of the items.
///
/// On threads of their own: the typesetter works on the shared pool, and a worker of the pool that waits for it would take up
/// the next sheet on top of the one it is at, until its stack is full.
pub(super) fn side_by_side<T: Sync, R: Send>(items: &[T], set: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).clamp(1, items.len().max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, set(item)));
        }
    };
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let start = |_| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, work).expect("the system gives a thread")
        };
        let threads: Vec<_> = (0..count).map(start).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("setting type does not panic")).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

/// Generations of cached layouts that are kept between documents, for what documents share; older ones are dropped so that
/// memory stays level.
const CACHED: usize = 4;

/// A Typst template, the data it reads as `data.json`, and pictures (SVG, PNG) by file name in; PDF bytes out. The same input gives
/// the same bytes.
///
/// # Errors
/// A character that the embedded fonts cannot draw, named with the text it stands in; a mistake in the template.
fn typeset(
    template: &str,
    data: Value,
    pictures: Vec<(String, Vec<u8>)>,
    palette: &Palette,
) -> anyhow::Result<Vec<u8>> {
    export(&set(template, data, pictures, palette)?)
}

/// The pages, not yet written.
fn set(
    template: &str,
    mut data: Value,
    pictures: Vec<(String, Vec<u8>)>,
    palette: &Palette,
) -> anyhow::Result<PagedDocument> {
    drawable(&data)?;
    data["palette"] = json!({
        "main": palette.main.hex(), "quiet": palette.quiet.hex(),
        "green": palette.green.hex(), "yellow": palette.yellow.hex(), "red": palette.red.hex(),
    });
    let bytes = serde_json::to_vec(&data).expect("strings and finite numbers serialise");
    let desk = Desk::new(template, bytes, pictures);
    typst::compile::<PagedDocument>(&desk).output.map_err(|mistakes| anyhow::anyhow!("排版失败：{}", told(&mistakes)))
}

/// Pages in, PDF bytes out; the last thing done with a document.
fn export(document: &PagedDocument) -> anyhow::Result<Vec<u8>> {
    let options =
        PdfOptions { creator: Smart::Custom(Some(env!("CARGO_PKG_NAME").to_owned())), ..PdfOptions::default() };
    let pdf =
        typst_pdf::pdf(document, &options).map_err(|mistakes| anyhow::anyhow!("排版失败：{}", told(&mistakes)))?;
    typst::comemo::evict(CACHED);
    Ok(pdf)
}

fn told(mistakes: &[typst::diag::SourceDiagnostic]) -> String {
    mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>().join("；")
}

/// Whether the embedded fonts can draw every text: a blank instead of a character would be noticed too late, on paper.
fn drawable(data: &Value) -> anyhow::Result<()> {
    match data {
        Value::String(text) => {
            let missing = missing_glyphs(text);
            let named: Vec<String> =
                missing.iter().map(|letter| format!("“{letter}”（U+{:04X}）", u32::from(*letter))).collect();
            ensure!(missing.is_empty(), "内置字体没有{}，见文字“{text}”", named.join("、"));
            Ok(())
        }
        Value::Array(parts) => parts.iter().try_for_each(drawable),
        Value::Object(parts) => parts.values().try_for_each(drawable),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "#set text(font: \"Noto Serif CJK SC\")\n#let data = json(\"data.json\")\n#data.text";

    #[test]
    fn text_goes_in_as_data_so_that_markup_in_a_name_stays_text() {
        let pdf = typeset(TEMPLATE, json!({ "text": "#panic(\"x\") *甲镇* $1$" }), Vec::new(), &Palette::default())
            .expect("it is only text");
        assert!(pdf.starts_with(b"%PDF-"));
    }

    #[test]
    fn the_same_document_gives_the_same_bytes() {
        let made = || {
            typeset(TEMPLATE, json!({ "text": "甲镇 84.37 分" }), Vec::new(), &Palette::default()).expect("plain text")
        };
        assert_eq!(made(), made());
    }

    #[test]
    fn a_character_without_a_glyph_is_named_and_not_left_blank() {
        let error = typeset(TEMPLATE, json!({ "list": [{ "text": "𠮷田镇" }] }), Vec::new(), &Palette::default())
            .expect_err("no such glyph");
        assert!(error.to_string().contains("“𠮷”（U+20BB7）"), "{error}");
    }

    #[test]
    fn a_template_sees_no_file_but_its_own() {
        for path in ["/etc/hostname", "other.json"] {
            let template = format!("#read(\"{path}\")");
            assert!(typeset(&template, json!({}), Vec::new(), &Palette::default()).is_err(), "{path}");
        }
    }
}
