//! The wall chart (上墙图): one A1 sheet for a corridor, read from two metres. Who stands where, which projects lag where,
//! which problems wait for their stamp, and when what is due.
//!
//! One pixel is half a millimetre, so a point is 0.7056 pixels, and a stamp of 20 × 20 mm takes 40 × 40 pixels.

mod matrix;
mod problems;
mod standing;
#[cfg(test)]
mod tests;
mod timeline;

use super::lettering::{Type, check_figures};
use super::sheet::{Area, Sheet};
use super::support_matrix::{MatrixCell, SupportMatrix};
use super::tile_grid::Change;
use crate::views::theme::PAGE_FAMILIES;
use crate::views::theme::palette::Palette;
use crate::views::theme::{FAMILY, Weight, text_width};
use std::fmt::Write as _;

/// Width and height of the sheet in millimetres: A1 on its side.
pub const WALL_SIZE_MM: (u32, u32) = (841, 594);

/// 24 pt, the least for names of units.
const UNIT_SIZE: i32 = 17;
/// 36 pt, the least for scores.
const SCORE_SIZE: i32 = 26;
/// 90 pt, for the title.
const TITLE_SIZE: i32 = 64;
/// What is read from nearby: numbers of problems, the foot.
const SMALL_SIZE: i32 = 12;

const WIDTH: i32 = 1682;
const HEIGHT: i32 = 1188;
const EDGE: i32 = 30;
const GUTTER: i32 = 24;
/// Widths of the left and the right column; the middle takes what they leave.
const LEFT: i32 = 500;
const RIGHT: i32 = 456;
const TIMELINE: i32 = 112;
const HEADING: i32 = 40;

/// Everything on the sheet, as printed.
#[derive(Clone, Debug, PartialEq)]
pub struct WallChart {
    /// Heading across the sheet.
    pub title: String,
    /// Line under the heading.
    pub note: String,
    /// Framed at the top and large and faint over the sheet when not empty.
    pub watermark: String,
    /// A sign of the office beside the title, as a `data:` address.
    pub logo: Option<String>,
    /// Who stands where.
    pub standing: WallStanding,
    /// Counted work and scores of the projects; title and note of the figure are not used.
    pub matrix: SupportMatrix,
    /// What has to be put right.
    pub problems: WallProblems,
    /// The steps of the period by date.
    pub steps: Vec<WallStep>,
    /// The day up to which data count, as printed on the timeline.
    pub cut_off: String,
    /// Small print: source, edition, hash.
    pub foot: Vec<String>,
}

/// Units on a grid or in a list, above them the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WallStanding {
    /// The whole first, then its elements.
    pub whole: Vec<WallFigure>,
    /// All units in ranking order.
    pub units: Vec<WallUnit>,
    /// What a unit is called.
    pub unit_word: String,
    /// Grades as words, best first.
    pub grades: Vec<String>,
    /// Line under a grid.
    pub caption: String,
}

/// A score of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallFigure {
    /// What it is about.
    pub name: String,
    /// The score, `None` where there is none.
    pub score: Option<String>,
    /// Against the period before; empty where that cannot be said.
    pub change: String,
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallUnit {
    /// Short name.
    pub name: String,
    /// Row and column on the grid, from 0.
    pub place: Option<(u32, u32)>,
    /// Rank as printed; empty where it has none.
    pub rank: String,
    /// Final score, `None` where there is none.
    pub score: Option<String>,
    /// Grade as a word.
    pub grade: String,
    /// Place of the grade, 0 the best.
    pub grade_rank: usize,
    /// How the rank moved, `None` where it cannot be said.
    pub arrow: Option<Change>,
}

/// Problems with a place for their stamp.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallProblems {
    /// Still open, most pressing first.
    pub open: Vec<WallProblem>,
    /// Closed in the period, latest first.
    pub closed: Vec<WallProblem>,
}

/// One problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WallProblem {
    /// Number in the ledger.
    pub id: String,
    /// Whose it is.
    pub unit: String,
    /// What is wrong, in a line.
    pub what: String,
    /// Who helps.
    pub helper: String,
    /// By when.
    pub due: String,
    /// Whether that day is over.
    pub is_overdue: bool,
    /// Day of the closing, for those closed.
    pub closed_on: String,
}

/// A step of the timetable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WallStep {
    /// Its name.
    pub name: String,
    /// Its days as printed.
    pub days: String,
    /// Who does it.
    pub who: String,
    /// Where the data's last day stands to it.
    pub time: StepTime,
}

/// Where a step stands to the data's last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTime {
    /// Over by then.
    Past,
    /// Running on that day.
    Now,
    /// Begins after it.
    Ahead,
}

impl WallChart {
    /// The figure in, an SVG of 841 × 594 mm out.
    ///
    /// Fails if a text has a character the font lacks, or an amount is no finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        for row in &self.matrix.rows {
            let amounts = row.cells.iter().map(|cell| match cell {
                MatrixCell::Work { done, due, .. } => [*done, *due],
                _ => [0.0, 0.0],
            });
            check_figures(&row.name, amounts.flatten())?;
        }
        let mut sheet = Sheet::new(WIDTH, palette);
        let top = self.draw_head(&mut sheet);
        let foot = self.draw_foot(&mut sheet);
        let (steps, bottom) = (foot - TIMELINE - 8, foot - TIMELINE - 22);
        let middle = EDGE + LEFT + GUTTER;
        let right = WIDTH - EDGE - RIGHT;
        standing::draw(&self.standing, &mut sheet, Area::new(EDGE, top, EDGE + LEFT, bottom));
        matrix::draw(
            &self.matrix,
            &self.standing.unit_word,
            &mut sheet,
            Area::new(middle, top, right - GUTTER, bottom),
        );
        problems::draw(&self.problems, &mut sheet, Area::new(right, top, WIDTH - EDGE, bottom));
        timeline::draw(&self.steps, &self.cut_off, &mut sheet, Area::new(EDGE, steps, WIDTH - EDGE, foot - 8));
        let svg = sheet.finish(&self.title, HEIGHT)?;
        Ok(self.dressed(&svg, palette))
    }

    /// Title beside the sign of the office, the note under it with the watermark as a tag; returns the first free y.
    fn draw_head(&self, sheet: &mut Sheet) -> i32 {
        let title = Type::new(TITLE_SIZE).bold();
        let left = EDGE + if self.logo.is_some() { TITLE_SIZE + 16 } else { 0 };
        let mut y = 58;
        let lines = title.wrap(&self.title, WIDTH - EDGE - left, 2);
        for line in &lines {
            sheet.text(left, y, line, title);
            y += 76;
        }
        let note = Type::new(UNIT_SIZE).quiet();
        let mut right = WIDTH - EDGE;
        y -= 18;
        if !self.watermark.trim().is_empty() {
            let kind = Type::new(UNIT_SIZE).bold().centred().quiet();
            let word = kind.fit(&self.watermark, 400);
            let tag = Area::new(right - kind.width(&word) - 24, y - 15, right, y + 15);
            sheet.outline(tag, sheet.palette.quiet);
            sheet.text(tag.centre().0, y, &word, kind);
            right = tag.left - 20;
        }
        sheet.text(EDGE, y, &note.fit(&self.note, right - EDGE), note);
        sheet.line((EDGE, y + 22), (WIDTH - EDGE, y + 22), sheet.palette.main, 4);
        y + 36
    }

    /// The small print at the lower edge; returns where it begins.
    fn draw_foot(&self, sheet: &mut Sheet) -> i32 {
        let kind = Type::new(SMALL_SIZE).quiet();
        let lines: Vec<String> =
            self.foot.iter().flat_map(|line| kind.wrap(line, WIDTH - 2 * EDGE, 2)).take(4).collect();
        let mut y = HEIGHT - 22 - 18 * i32::try_from(lines.len()).unwrap_or(0);
        let top = y;
        for line in &lines {
            y += 18;
            sheet.text(EDGE, y - 4, line, kind);
        }
        top - 4
    }

    /// The drawing in millimetres, with the sign of the office, the watermark and the fonts that systems have.
    fn dressed(&self, svg: &str, palette: &Palette) -> String {
        let (wide, tall) = WALL_SIZE_MM;
        let sized = format!("<svg width=\"{wide}mm\" height=\"{tall}mm\"");
        let svg = svg.replacen(&format!("<svg width=\"{WIDTH}\" height=\"{HEIGHT}\""), &sized, 1);
        let svg = svg.replace(&format!("font-family=\"{FAMILY}\""), &format!("font-family=\"{PAGE_FAMILIES}\""));
        let mut over = String::new();
        if let Some(address) = &self.logo {
            let _ = writeln!(
                over,
                "<image x=\"{EDGE}\" y=\"{}\" width=\"{TITLE_SIZE}\" height=\"{TITLE_SIZE}\" href=\"{address}\"/>",
                58 - TITLE_SIZE / 2
            );
        }
        over.push_str(&self.watermark_over(palette));
        let end = svg.rfind("</svg>").unwrap_or(svg.len());
        format!("{}{over}{}", &svg[..end], &svg[end..])
    }

    /// Large faint words across the sheet, three times from the lower left to the upper right.
    fn watermark_over(&self, palette: &Palette) -> String {
        let word = self.watermark.split_whitespace().collect::<Vec<_>>().join(" ");
        if word.is_empty() {
            return String::new();
        }
        let size = (400.0 / text_width(&word, 1.0, Weight::Bold)).min(120.0);
        let word = word.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let mut over = String::new();
        for (x, y) in [(300, 860), (841, 600), (1382, 340)] {
            let _ = writeln!(
                over,
                "<text x=\"{x}\" y=\"{y}\" transform=\"rotate(-24 {x} {y})\" text-anchor=\"middle\" font-family=\"{PAGE_FAMILIES}\" \
                 font-size=\"{size:.1}\" font-weight=\"bold\" fill=\"{}\" opacity=\"0.07\">{word}</text>",
                palette.ink.hex()
            );
        }
        over
    }
}

/// A strip with the heading of a part; returns the first free y.
fn heading(sheet: &mut Sheet, area: Area, text: &str) -> i32 {
    let kind = Type::new(24).bold();
    sheet.fill(Area::new(area.left, area.top, area.left + 6, area.top + 30), sheet.palette.main);
    sheet.text(area.left + 16, area.top + 15, &kind.fit(text, area.right - area.left - 16), kind);
    area.top + HEADING
}

/// The type made smaller until the text fits, down to `least`.
fn shrunk(kind: Type, text: &str, width: i32, least: i32) -> Type {
    let mut kind = kind;
    while kind.size > least && kind.width(text) > width {
        kind.size -= 1;
    }
    kind
}

/// A line of text made smaller down to `least`, then cut, so that it fits.
fn squeeze(sheet: &mut Sheet, (x, y): (i32, i32), text: &str, kind: Type, width: i32, least: i32) {
    let kind = shrunk(kind, text, width, least);
    sheet.text(x, y, &kind.fit(text, width), kind);
}
