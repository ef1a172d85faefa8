//! Counted work of projects, unit by unit, for the wall: a bar, a light and the figures in every cell, sums below.

use super::head::{Entry, MARGIN, head, legend, nothing, shape};
use super::lettering::{Type, check_figures, figure, rounded_up};
use super::sheet::{Area, Point, Sheet};
use crate::definitions::decimal::Published;
use crate::views::document::Light;
use crate::views::theme::palette::Palette;

/// Units (rows) by projects (columns).
#[derive(Clone, Debug, PartialEq)]
pub struct SupportMatrix {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// What all units together are called; begins the rows of sums.
    pub total_word: String,
    /// The projects.
    pub columns: Vec<MatrixColumn>,
    /// The units.
    pub rows: Vec<MatrixRow>,
}

/// One project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixColumn {
    /// Its name.
    pub name: String,
    /// What is counted, such as 户.
    pub unit: String,
    /// Decimals of the amounts.
    pub decimals: u8,
    /// For a project whose cells are scores: the score and the light of all units together, in place of the sums.
    pub score: Option<(Published, Light)>,
}

impl MatrixColumn {
    /// What the figures of its cells are.
    pub(super) fn counted(&self) -> String {
        if self.score.is_some() {
            "项目得分".to_owned()
        } else if self.unit.is_empty() {
            "实完成/应完成".to_owned()
        } else {
            format!("实/应完成（{}）", self.unit)
        }
    }
}

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixRow {
    /// Its name.
    pub name: String,
    /// One cell per column; cells that lack are drawn as not reported.
    pub cells: Vec<MatrixCell>,
}

/// One project in one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MatrixCell {
    /// Amounts.
    Work {
        /// Done by now.
        done: f64,
        /// Due by now; printed rounded up.
        due: f64,
        /// Its light.
        light: Light,
    },
    /// A score, for a project that has no work due by the calendar.
    Score {
        /// As published.
        score: Published,
        /// Its light.
        light: Light,
    },
    /// The project does not concern the unit: hatched.
    NotApplicable,
    /// Nothing was reported.
    NotReported,
}

/// Sums of a column over the units with amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MatrixSum {
    /// Due by now.
    pub due: f64,
    /// Done by now.
    pub done: f64,
    /// What lacks, unit by unit; what one did beyond its due does not help another.
    pub gap: f64,
}

const ROW: i32 = 50;
const SUM_ROW: i32 = 28;
const NAME: Type = Type::new(16);
const FIGURE: Type = Type::new(16).bold();
const COLUMN: Type = Type::new(14).bold().centred();
const SMALL: Type = Type::new(12).quiet().centred();
const SUM: Type = Type::new(15);

impl SupportMatrix {
    /// Sums of a column, from amounts as printed.
    pub fn sum(&self, column: usize) -> MatrixSum {
        let decimals = self.columns.get(column).map_or(0, |column| column.decimals);
        let mut sum = MatrixSum::default();
        for row in &self.rows {
            if let Some(MatrixCell::Work { done, due, .. }) = row.cells.get(column) {
                let due = rounded_up(*due, decimals);
                sum.due += due;
                sum.done += done;
                sum.gap += (due - done).max(0.0);
            }
        }
        sum
    }

    /// The figure in, an SVG out.
    ///
    /// Fails if a text has a character the font lacks or an amount is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return nothing(palette, 720, &self.title, &self.note, &self.watermark);
        }
        for row in &self.rows {
            let amounts = row.cells.iter().map(|cell| match cell {
                MatrixCell::Work { done, due, .. } => [*done, *due],
                _ => [0.0, 0.0],
            });
            check_figures(&row.name, amounts.flatten())?;
        }
        let names = self.rows.iter().map(|row| row.name.as_str());
        let sums = self.sum_rows();
        let name_width = NAME.widest(names).max(SUM.bold().widest(sums.iter().map(|row| row.0.as_str()))).min(220) + 20;
        let cell = self.cell_width();
        let edge = |column: usize| MARGIN + name_width + cell * i32::try_from(column).unwrap_or(0);
        let right = edge(self.columns.len());
        let mut sheet = Sheet::new((right + MARGIN).max(560), palette);
        let top = head(&mut sheet, &self.title, &self.note, &self.watermark);
        let top = draw_legend(&mut sheet, top) + 8;
        let mut y = self.draw_headings(&mut sheet, top, cell, &edge);
        for (number, row) in self.rows.iter().enumerate() {
            if number % 2 == 0 {
                sheet.fill(Area::new(MARGIN, y, right, y + ROW), sheet.palette.band);
            }
            sheet.text(MARGIN + 6, y + ROW / 2, &NAME.fit(&row.name, name_width - 14), NAME);
            for (column, about) in self.columns.iter().enumerate() {
                let area = Area::new(edge(column) + 4, y + 3, edge(column + 1) - 4, y + ROW - 3);
                draw_cell(&mut sheet, area, row.cells.get(column).unwrap_or(&MatrixCell::NotReported), about);
            }
            y += ROW;
        }
        sheet.line((MARGIN, y), (right, y), sheet.palette.ink, 2);
        for ((word, texts), kind) in sums.iter().zip([SUM, SUM, SUM.bold()]) {
            sheet.text(MARGIN + 6, y + SUM_ROW / 2 + 1, word, SUM.bold());
            for (column, text) in texts.iter().enumerate() {
                let x = i32::midpoint(edge(column), edge(column + 1));
                sheet.text(x, y + SUM_ROW / 2 + 1, &kind.fit(text, cell - 8), kind.centred());
            }
            y += SUM_ROW;
            sheet.line((MARGIN, y), (right, y), sheet.palette.hairline, 1);
        }
        sheet.finish(&self.title, y + MARGIN)
    }

    /// The rows of sums: their words and a text per column.
    pub(super) fn sum_rows(&self) -> [(String, Vec<String>); 3] {
        let texts = |pick: fn(MatrixSum) -> f64| {
            let text = |(number, column): (usize, &MatrixColumn)| {
                if let Some((score, _)) = column.score {
                    return format!("得分 {score}");
                }
                let value = figure(rounded_up(pick(self.sum(number)), column.decimals), column.decimals);
                format!("{value}{}", column.unit)
            };
            self.columns.iter().enumerate().map(text).collect()
        };
        let word = |what: &str| format!("{}{what}", self.total_word);
        [
            (word("应完成"), texts(|sum| sum.due)),
            (word("实完成"), texts(|sum| sum.done)),
            (word("缺口"), texts(|sum| sum.gap)),
        ]
    }

    /// As wide as the widest figures need, within bounds.
    fn cell_width(&self) -> i32 {
        let figures = self.rows.iter().flat_map(|row| row.cells.iter().zip(&self.columns));
        let texts: Vec<String> = figures.filter_map(|(cell, column)| amounts(cell, column.decimals)).collect();
        let sums = self.sum_rows();
        let sums = SUM.bold().widest(sums.iter().flat_map(|row| row.1.iter().map(String::as_str))) + 10;
        let heads: Vec<String> = self.columns.iter().map(MatrixColumn::counted).collect();
        let heads = SMALL.widest(heads.iter().map(String::as_str)) + 10;
        (FIGURE.widest(texts.iter().map(String::as_str)) + 46).max(sums).max(heads).clamp(128, 220)
    }

    /// Names of the projects with what they count; returns the lower edge.
    fn draw_headings(&self, sheet: &mut Sheet, top: i32, cell: i32, edge: &dyn Fn(usize) -> i32) -> i32 {
        let names: Vec<Vec<String>> =
            self.columns.iter().map(|column| COLUMN.wrap(&column.name, cell - 8, 3)).collect();
        let lines = i32::try_from(names.iter().map(Vec::len).max().unwrap_or(1)).unwrap_or(1);
        let bottom = top + 18 * lines + 26;
        for (number, (column, name)) in self.columns.iter().zip(&names).enumerate() {
            let x = i32::midpoint(edge(number), edge(number + 1));
            for (line, above) in name.iter().rev().zip((0..).step_by(18)) {
                sheet.text(x, bottom - 32 - above, line, COLUMN);
            }
            sheet.text(x, bottom - 12, &SMALL.fit(&column.counted(), cell - 6), SMALL);
        }
        sheet.line((MARGIN, bottom), (edge(self.columns.len()), bottom), sheet.palette.ink, 2);
        bottom
    }
}

/// 45/60: done and due.
pub(super) fn amounts(cell: &MatrixCell, decimals: u8) -> Option<String> {
    let MatrixCell::Work { done, due, .. } = cell else { return None };
    Some(format!("{}/{}", figure(*done, decimals), figure(rounded_up(*due, decimals), decimals)))
}

fn draw_cell(sheet: &mut Sheet, area: Area, cell: &MatrixCell, column: &MatrixColumn) {
    let (x, y) = area.centre();
    match *cell {
        MatrixCell::Score { score, light } => {
            let kind = FIGURE.right();
            shape(sheet, (area.left + 12, y), light);
            sheet.text(area.right - 6, y, &kind.fit(&score.to_string(), area.right - area.left - 34), kind);
        }
        MatrixCell::Work { done, due, light } => {
            let text = amounts(cell, column.decimals).unwrap_or_default();
            let kind = FIGURE.right();
            shape(sheet, (area.left + 12, area.top + 12), light);
            sheet.text(area.right - 6, area.top + 12, &kind.fit(&text, area.right - area.left - 34), kind);
            draw_bar(sheet, Area::new(area.left + 6, area.bottom - 16, area.right - 6, area.bottom - 5), done, due);
        }
        MatrixCell::NotApplicable => {
            sheet.hatch(area, sheet.palette.quiet.towards(sheet.palette.paper, 0.4), 6);
            sheet.text_over(x, y, "不适用", SMALL, sheet.palette.paper);
        }
        MatrixCell::NotReported => {
            sheet.dashed_outline(area, sheet.palette.quiet);
            shape(sheet, (x - 22, y), Light::NotReported);
            sheet.text(x + 8, y, "未报", SMALL);
        }
    }
}

/// A box for what is due, filled as far as it is done.
pub(super) fn draw_bar(sheet: &mut Sheet, area: Area, done: f64, due: f64) {
    sheet.fill(area, sheet.palette.paper);
    let share = if due > 0.0 { (done / due).clamp(0.0, 1.0) } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a share of some pixels")]
    let length = (share * f64::from(area.right - area.left)).round() as i32;
    sheet.fill(Area::new(area.left, area.top, area.left + length, area.bottom), sheet.palette.main);
    sheet.outline(area, sheet.palette.main);
}

fn draw_legend(sheet: &mut Sheet, top: i32) -> i32 {
    let lights = [(Light::Green, "绿灯"), (Light::Yellow, "黄灯"), (Light::Red, "红灯")];
    let signs = lights.map(|(light, _)| move |sheet: &mut Sheet, at: Point| shape(sheet, at, light));
    let key = |(x, y): Point| Area::new(x - 11, y - 6, x + 11, y + 6);
    let bar = |sheet: &mut Sheet, at: Point| draw_bar(sheet, key(at), 0.6, 1.0);
    let hatch = |sheet: &mut Sheet, at: Point| {
        sheet.hatch(key(at), sheet.palette.quiet.towards(sheet.palette.paper, 0.4), 6);
        sheet.outline(key(at), sheet.palette.hairline);
    };
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for (sign, (_, word)) in signs.iter().zip(lights) {
        entries.push((sign, word));
    }
    entries.push((&bar, "实完成占序时应完成"));
    entries.push((&hatch, "不适用"));
    legend(sheet, top, &entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(done: f64, due: f64) -> MatrixCell {
        MatrixCell::Work { done, due, light: Light::Yellow }
    }

    fn chart(rows: Vec<(&str, Vec<MatrixCell>)>) -> SupportMatrix {
        let column =
            |name: &str| MatrixColumn { name: name.to_owned(), unit: "户".to_owned(), decimals: 0, score: None };
        let rows = rows.into_iter().map(|(name, cells)| MatrixRow { name: name.to_owned(), cells });
        SupportMatrix {
            title: "作战图".to_owned(),
            note: String::new(),
            watermark: "模拟数据".to_owned(),
            total_word: "全县".to_owned(),
            columns: vec![column("适老化改造"), column("智慧监护")],
            rows: rows.collect(),
        }
    }

    #[test]
    fn sums_add_the_printed_amounts_and_a_surplus_does_not_fill_a_gap() {
        let matrix = chart(vec![
            ("甲", vec![work(40.0, 42.75), MatrixCell::NotApplicable]),
            ("乙", vec![work(60.0, 50.0), MatrixCell::NotReported]),
            ("丙", vec![work(30.0, 57.0)]),
        ]);
        assert_eq!(matrix.sum(0), MatrixSum { due: 150.0, done: 130.0, gap: 30.0 });
        assert_eq!(matrix.sum(1), MatrixSum::default());
    }

    #[test]
    fn cells_and_sums_are_printed() {
        let matrix =
            chart(vec![("甲", vec![work(40.0, 42.75), MatrixCell::NotApplicable]), ("乙", vec![work(1.0, 2.0)])]);
        let svg = matrix.draw(&Palette::default()).expect("plain");
        for text in ["40/43", "1/2", "不适用", "未报", "全县应完成", "全县实完成", "全县缺口", "45户", "41户", "4户"]
        {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn two_hundred_units_are_all_there_and_none_is_said() {
        let names: Vec<String> = (0..200).map(|number| format!("单位{number:03}")).collect();
        let rows = names.iter().map(|name| (name.as_str(), vec![work(1.0, 0.0)])).collect();
        let svg = chart(rows).draw(&Palette::default()).expect("plain");
        assert!(names.iter().all(|name| svg.contains(name.as_str())) && !svg.contains("NaN"));
        assert!(chart(Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }

    #[test]
    fn what_is_no_figure_is_refused_by_name() {
        let message = chart(vec![("甲镇", vec![work(f64::INFINITY, 1.0)])]).draw(&Palette::default());
        assert!(message.expect_err("no figure").to_string().contains("甲镇"));
    }
}
