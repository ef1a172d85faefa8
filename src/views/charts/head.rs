//! What all charts open with: title, note, watermark, legend; and the picture for having nothing to show.

use super::lettering::Type;
use super::sheet::{Area, Point, Sheet};
use crate::views::document::Light;
use crate::views::theme::palette::Palette;

/// Blank border of every chart.
pub(super) const MARGIN: i32 = 24;

const TITLE: Type = Type::new(20).bold();
const NOTE: Type = Type::new(12).quiet();
const TAG: Type = Type::new(14).bold().centred().quiet();

/// Title and note at the top left, the watermark as a framed tag at the top right where no figure can be; returns the
/// first free y. Long titles and notes break into lines.
pub(super) fn head(sheet: &mut Sheet, title: &str, note: &str, watermark: &str) -> i32 {
    let mut right = sheet.width - MARGIN;
    let mut y = MARGIN;
    if !watermark.trim().is_empty() {
        let watermark = TAG.fit(watermark, sheet.width / 3);
        let tag = Area::new(right - TAG.width(&watermark) - 20, MARGIN - 8, right, MARGIN + 18);
        sheet.outline(tag, sheet.palette.quiet);
        sheet.text(tag.centre().0, tag.centre().1, &watermark, TAG);
        right = tag.left - 16;
        y = tag.bottom - 18;
    }
    let lines = TITLE.wrap(title, right - MARGIN, 3);
    let top = y;
    for (line, offset) in lines.iter().zip((0..).step_by(28)) {
        sheet.text(MARGIN, top + 5 + offset, line, TITLE);
        y = top + 5 + offset + 24;
    }
    if lines.is_empty() {
        y += 28;
    }
    for line in NOTE.wrap(note, sheet.width - 2 * MARGIN, 4) {
        sheet.text(MARGIN, y + 4, &line, NOTE);
        y += 18;
    }
    y + 12
}

/// A legend entry: how to draw its sign around a point, and its word.
pub(super) type Entry<'a> = (&'a dyn Fn(&mut Sheet, Point), &'a str);

/// Signs with words from the left margin on, breaking into further lines; returns the first free y.
pub(super) fn legend(sheet: &mut Sheet, y: i32, entries: &[Entry<'_>]) -> i32 {
    let mut x = MARGIN;
    let mut y = y + 8;
    for (sign, word) in entries {
        let word = NOTE.fit(word, sheet.width - 2 * MARGIN - 40);
        let width = 28 + NOTE.width(&word);
        if x > MARGIN && x + width > sheet.width - MARGIN {
            x = MARGIN;
            y += 22;
        }
        sign(sheet, (x + 11, y));
        sheet.text(x + 28, y, &word, NOTE);
        x += width + 24;
    }
    y + 18
}

/// A light's shape around a point: ● ▲ ■ ○ —, drawn and not written, so that they have one size in every font.
pub(super) fn shape(sheet: &mut Sheet, at: Point, light: Light) {
    shape_of(sheet, at, light, 5);
}

/// The same so many pixels high and wide from its middle.
pub(super) fn shape_of(sheet: &mut Sheet, (x, y): Point, light: Light, r: i32) {
    let wide = r * 6 / 5;
    match light {
        Light::Green => sheet.disc((x, y), r, sheet.palette.green),
        Light::Yellow => sheet.polygon(vec![(x, y - r), (x + wide, y + r), (x - wide, y + r)], sheet.palette.yellow),
        Light::Red => {
            sheet.polygon(vec![(x - r, y - r), (x + r, y - r), (x + r, y + r), (x - r, y + r)], sheet.palette.red)
        }
        Light::NotApplicable => sheet.ring((x, y), r, sheet.palette.quiet, 1),
        Light::NotReported => sheet.line((x - wide, y), (x + wide, y), sheet.palette.ink, 2),
        Light::Suppressed => {}
    }
}

/// The picture for having nothing to show.
pub(super) fn nothing(
    palette: &Palette,
    width: i32,
    title: &str,
    note: &str,
    watermark: &str,
) -> anyhow::Result<String> {
    let mut sheet = Sheet::new(width, palette);
    let top = head(&mut sheet, title, note, watermark);
    let area = Area::new(MARGIN, top, width - MARGIN, top + 120);
    sheet.dashed_outline(area, sheet.palette.hairline);
    let (x, y) = area.centre();
    sheet.text(x, y, "本期没有可画的数据", Type::new(16).centred().quiet());
    sheet.finish(title, area.bottom + MARGIN)
}
