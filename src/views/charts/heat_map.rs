//! All indicators against all units: a score and a light in every cell.

use super::head::{Entry, MARGIN, head, legend, nothing, shape};
use super::lettering::Type;
use super::sheet::{Area, Point, Sheet};
use crate::views::document::Light;
use crate::views::theme::palette::{Colour, Palette};

/// Scores of indicators (rows) for units (columns).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatMap {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// Short names of the units.
    pub columns: Vec<String>,
    /// Indicators, those of a group next to each other.
    pub rows: Vec<HeatRow>,
}

/// One indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    /// What the indicator belongs to; a new heading where it changes.
    pub group: String,
    /// Code and name.
    pub label: String,
    /// One cell per column; cells that lack are drawn as missing.
    pub cells: Vec<HeatCell>,
}

/// One score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatCell {
    /// Score as printed; not shown where the light is [`Light::Suppressed`].
    pub text: String,
    /// Its light.
    pub light: Light,
}

const WIDEST: i32 = 1360;
const ROW: i32 = 24;
const STRIP: i32 = 26;
const LABEL: Type = Type::new(12);
const CELL: Type = Type::new(12);
const GROUP: Type = Type::new(13).bold();
const UNIT: Type = Type::new(12).bold().centred();

/// Measures shared by all blocks.
struct Layout {
    label_width: i32,
    cell_width: i32,
    text_width: i32,
    per_block: usize,
}

impl HeatMap {
    /// The figure in, an SVG out. Where the units do not fit next to each other, the map continues in blocks below.
    ///
    /// Fails if a text has a character the font lacks.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return nothing(palette, WIDEST * 2 / 3, &self.title, &self.note, &self.watermark);
        }
        let layout = self.layout();
        let columns_width = layout.cell_width * i32::try_from(layout.per_block)?;
        let mut sheet = Sheet::new((2 * MARGIN + layout.label_width + columns_width).max(560), palette);
        let top = head(&mut sheet, &self.title, &self.note, &self.watermark);
        let mut y = draw_legend(&mut sheet, top);
        for start in (0..self.columns.len()).step_by(layout.per_block) {
            let end = (start + layout.per_block).min(self.columns.len());
            y = self.block(&mut sheet, y + 4, &layout, start, end) + 20;
        }
        sheet.finish(&self.title, y - 20 + MARGIN)
    }

    fn layout(&self) -> Layout {
        let label_width = LABEL.widest(self.rows.iter().map(|row| row.label.as_str())).clamp(80, 300) + 16;
        let shown = self.rows.iter().flat_map(|row| row.cells.iter().filter_map(printed));
        let text_width = CELL.widest(shown).clamp(0, 64);
        let least = text_width + 18 + 12;
        let room = WIDEST - 2 * MARGIN - label_width;
        let fitting = usize::try_from(room / least).unwrap_or(1).max(1);
        let blocks = self.columns.len().div_ceil(fitting);
        let per_block = self.columns.len().div_ceil(blocks);
        let names = UNIT.widest(self.columns.iter().map(String::as_str)) + 10;
        let share = room / i32::try_from(per_block).unwrap_or(1).max(1);
        let cell_width = least.max(names.min(84)).min(share.max(least));
        Layout { label_width, cell_width, text_width, per_block }
    }

    /// One block of columns; returns its lower edge.
    fn block(&self, sheet: &mut Sheet, top: i32, layout: &Layout, start: usize, end: usize) -> i32 {
        let left = MARGIN + layout.label_width;
        let edge = |column: usize| left + layout.cell_width * i32::try_from(column - start).unwrap_or(0);
        let right = edge(end);
        let names: Vec<_> =
            self.columns[start..end].iter().map(|name| UNIT.wrap(name, layout.cell_width - 4, 3)).collect();
        let lines = i32::try_from(names.iter().map(Vec::len).max().unwrap_or(1)).unwrap_or(1);
        let mut y = top + lines * 15 + 8;
        for (name, column) in names.iter().zip(start..) {
            let x = i32::midpoint(edge(column), edge(column + 1));
            for (line, above) in name.iter().rev().zip((0..).step_by(15)) {
                sheet.text(x, y - 12 - above, line, UNIT);
            }
        }
        let mut group = None;
        for row in &self.rows {
            if group != Some(&row.group) {
                group = Some(&row.group);
                if !row.group.trim().is_empty() {
                    sheet.fill(Area::new(MARGIN, y, right, y + STRIP), sheet.palette.strip);
                    sheet.line((MARGIN, y), (right, y), sheet.palette.quiet, 1);
                    sheet.text(MARGIN + 6, y + STRIP / 2, &GROUP.fit(&row.group, right - MARGIN - 12), GROUP);
                    y += STRIP;
                }
            }
            let label = LABEL.fit(&row.label, layout.label_width - 16);
            sheet.text(MARGIN + 6, y + ROW / 2, &label, LABEL);
            for column in start..end {
                let area = Area::new(edge(column), y, edge(column + 1) - 1, y + ROW - 1);
                draw_cell(sheet, area, row.cells.get(column), layout.text_width);
            }
            sheet.line((MARGIN, y + ROW), (left, y + ROW), sheet.palette.hairline, 1);
            y += ROW;
        }
        sheet.line((MARGIN, y), (right, y), sheet.palette.quiet, 1);
        y
    }
}

/// What a cell prints besides its shape. A withheld score is never printed, whatever the caller put there.
fn printed(cell: &HeatCell) -> Option<&str> {
    let text = cell.text.trim();
    match cell.light {
        Light::Green | Light::Yellow | Light::Red => Some(text),
        Light::NotApplicable | Light::NotReported => (!matches!(text, "○" | "—" | "-")).then_some(text),
        Light::Suppressed => None,
    }
    .filter(|text| !text.is_empty())
}

fn draw_cell(sheet: &mut Sheet, area: Area, cell: Option<&HeatCell>, text_width: i32) {
    let (x, y) = area.centre();
    let light = cell.map_or(Light::NotReported, |cell| cell.light);
    sheet.fill(area, background(&sheet.palette, light));
    if light == Light::Suppressed {
        sheet.hatch(area, sheet.palette.hairline, 5);
        return;
    }
    let Some(text) = cell.and_then(printed) else {
        shape(sheet, (x, y), light);
        return;
    };
    // Shapes stand below each other, and so do the last digits.
    let half = (text_width + 18) / 2;
    shape(sheet, (x - half + 6, y), light);
    let kind = if light == Light::Red { CELL.bold() } else { CELL };
    sheet.text(x + half, y, &CELL.fit(text, text_width), kind.right());
}

fn background(palette: &Palette, light: Light) -> Colour {
    match light {
        Light::Green => palette.green_pale,
        Light::Yellow => palette.yellow_pale,
        Light::Red => palette.red_pale,
        Light::NotApplicable | Light::NotReported => palette.band,
        Light::Suppressed => palette.paper,
    }
}

fn draw_legend(sheet: &mut Sheet, top: i32) -> i32 {
    let lights = [
        (Light::Green, "绿灯"),
        (Light::Yellow, "黄灯"),
        (Light::Red, "红灯"),
        (Light::NotApplicable, "不适用"),
        (Light::NotReported, "未报"),
        (Light::Suppressed, "为保护个人信息不公开"),
    ];
    let signs = lights.map(|(light, _)| {
        move |sheet: &mut Sheet, (x, y): Point| {
            let key = Area::new(x - 11, y - 9, x + 11, y + 9);
            sheet.fill(key, background(&sheet.palette, light));
            if light == Light::Suppressed {
                sheet.hatch(key, sheet.palette.hairline, 5);
            }
            shape(sheet, (x, y), light);
        }
    });
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (sign, (_, word)) in signs.iter().zip(lights) {
        entries.push((sign, word));
    }
    legend(sheet, top, &entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str, light: Light) -> HeatCell {
        HeatCell { text: text.to_owned(), light }
    }

    fn chart(columns: usize, rows: Vec<HeatRow>) -> HeatMap {
        HeatMap {
            title: "热力图".to_owned(),
            note: String::new(),
            watermark: String::new(),
            columns: (0..columns).map(|number| format!("单{number:03}")).collect(),
            rows,
        }
    }

    fn row(group: &str, label: &str, cells: Vec<HeatCell>) -> HeatRow {
        HeatRow { group: group.to_owned(), label: label.to_owned(), cells }
    }

    #[test]
    fn every_light_has_its_own_shape() {
        let cells = vec![
            cell("95.00", Light::Green),
            cell("70.00", Light::Yellow),
            cell("12.00", Light::Red),
            cell("○", Light::NotApplicable),
            cell("—", Light::NotReported),
        ];
        let svg = chart(5, vec![row("甲", "A01 床位", cells)]).draw(&Palette::default()).expect("plain");
        let shapes = |tag: &str, colour: Colour| {
            svg.lines().filter(|line| line.starts_with(tag) && line.contains(&colour.hex())).count()
        };
        assert_eq!(shapes("<circle", Palette::default().green), 2, "legend and cell");
        assert_eq!(shapes("<polygon", Palette::default().yellow), 2);
        assert_eq!(shapes("<polygon", Palette::default().red), 2);
        assert_eq!(shapes("<circle", Palette::default().quiet), 2);
        for text in ["95.00", "70.00", "12.00", "A01 床位", "单004"] {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn a_withheld_score_is_not_in_the_file() {
        let svg = chart(1, vec![row("甲", "A01", vec![cell("43.21", Light::Suppressed)])])
            .draw(&Palette::default())
            .expect("plain");
        assert!(!svg.contains("43.21"));
    }

    #[test]
    fn a_cell_that_lacks_is_missing_and_no_panic() {
        assert!(chart(3, vec![row("甲", "A01", vec![cell("1.00", Light::Red)])]).draw(&Palette::default()).is_ok());
    }

    #[test]
    fn groups_are_headed_once_each() {
        let one = |group: &str| row(group, "A01", vec![cell("1.00", Light::Red)]);
        let svg =
            chart(1, vec![one("老有所养"), one("老有所养"), one("老有所医")]).draw(&Palette::default()).expect("plain");
        assert_eq!(svg.matches("老有所养").count(), 1);
        assert_eq!(svg.matches("老有所医").count(), 1);
    }

    #[test]
    fn long_labels_are_cut_before_they_reach_the_cells() {
        let map = chart(2, vec![row("甲", &"很长的指标名称".repeat(9), vec![])]);
        let layout = map.layout();
        assert_eq!(layout.label_width, 316);
        assert!(map.draw(&Palette::default()).expect("plain").contains('…'));
    }

    #[test]
    fn many_units_continue_in_blocks_of_equal_size() {
        let cells = || (0..200).map(|_| cell("88.88", Light::Yellow)).collect();
        let map = chart(200, vec![row("甲", "A01 指标", cells()), row("甲", "A02 指标", cells())]);
        let layout = map.layout();
        assert!(layout.per_block < 30 && layout.cell_width >= 60);
        let svg = map.draw(&Palette::default()).expect("plain");
        assert!((0..200).all(|number| svg.contains(&format!("单{number:03}"))));
        assert_eq!(svg.matches("88.88").count(), 400);
    }

    #[test]
    fn no_unit_or_no_indicator_gives_a_picture_that_says_so() {
        assert!(chart(3, Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
        assert!(
            chart(0, vec![row("甲", "A01", vec![])])
                .draw(&Palette::default())
                .expect("plain")
                .contains("本期没有可画的数据")
        );
    }
}
