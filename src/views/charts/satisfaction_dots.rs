//! What respondents say, unit by unit: a point, its interval, and the whole with its own; a point that differs from the
//! whole is filled.

use super::axis::Axis;
use super::head::{Entry, MARGIN, head, legend, nothing};
use super::lettering::check_figures;
use super::satisfaction_panel::{self, dot, draw_interval};
use super::sheet::{Area, Point, Sheet};
use crate::views::theme::palette::Palette;

/// Survey figures of all units, one panel per question.
#[derive(Clone, Debug, PartialEq)]
pub struct SatisfactionDots {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty. That intervals are still to come is added to it where there are none.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// What all respondents together are called.
    pub total_word: String,
    /// One panel per question.
    pub panels: Vec<SatisfactionPanel>,
    /// Decimals printed.
    pub decimals: u8,
}

/// One question.
#[derive(Clone, Debug, PartialEq)]
pub struct SatisfactionPanel {
    /// What is asked, or the indicator made of it.
    pub name: String,
    /// Unit of the figures, such as 分 or %; panels with one unit have one axis.
    pub unit: String,
    /// All respondents together.
    pub total: Option<Estimate>,
    /// The units, in any order; they are drawn best first.
    pub rows: Vec<SatisfactionRow>,
}

/// One unit.
#[derive(Clone, Debug, PartialEq)]
pub struct SatisfactionRow {
    /// Name of the unit.
    pub name: String,
    /// What its respondents say.
    pub opinion: Opinion,
}

/// What the respondents of a unit say, or why that is not printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Opinion {
    /// A figure.
    Given {
        /// The figure.
        estimate: Estimate,
        /// Whether it rests on few answers (样本偏少), which is marked with *.
        is_small: bool,
        /// Whether it differs from the whole by the test that tables print; `None` where that is not tested.
        differs: Option<bool>,
    },
    /// So few answered that nothing may be printed, their number neither.
    Suppressed,
    /// Nobody was asked or answered.
    Missing,
}

/// A figure of a survey.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure, in the unit of its panel.
    pub value: f64,
    /// Lower and upper end of its 95 % interval, where it is known.
    pub interval: Option<(f64, f64)>,
    /// Valid answers.
    pub respondents: u32,
}

impl Estimate {
    /// The figure and the ends of its interval.
    fn figures(self) -> impl Iterator<Item = f64> {
        let ends = self.interval.map(|(low, high)| [low, high]);
        std::iter::once(self.value).chain(ends.into_iter().flatten())
    }
}

impl SatisfactionRow {
    /// The estimate, where there is one.
    pub(super) fn estimate(&self) -> Option<Estimate> {
        match self.opinion {
            Opinion::Given { estimate, .. } => Some(estimate),
            Opinion::Suppressed | Opinion::Missing => None,
        }
    }
}

impl SatisfactionPanel {
    /// The rows, best first; those without a figure last, in the order given.
    pub fn sorted(&self) -> Vec<&SatisfactionRow> {
        let mut rows: Vec<&SatisfactionRow> = self.rows.iter().collect();
        let value = |row: &SatisfactionRow| row.estimate().map_or(f64::NEG_INFINITY, |estimate| estimate.value);
        rows.sort_by(|left, right| value(right).total_cmp(&value(left)));
        rows
    }

    fn estimates(&self) -> impl Iterator<Item = Estimate> {
        self.total.into_iter().chain(self.rows.iter().filter_map(SatisfactionRow::estimate))
    }
}

const WIDTH: i32 = 1040;
const PANEL_GAP: i32 = 40;

impl SatisfactionDots {
    /// The figure in, an SVG out.
    ///
    /// Fails if a text has a character the font lacks or a figure is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        for panel in &self.panels {
            check_figures(&panel.name, panel.estimates().flat_map(Estimate::figures))?;
        }
        let note = self.full_note();
        if self.panels.iter().all(|panel| panel.estimates().next().is_none()) {
            return nothing(palette, WIDTH, &self.title, &note, &self.watermark);
        }
        let mut sheet = Sheet::new(WIDTH, palette);
        let top = head(&mut sheet, &self.title, &note, &self.watermark);
        let mut top = self.draw_legend(&mut sheet, top) + 10;
        let across: usize = if self.panels.len() > 1 { 2 } else { 1 };
        let columns = i32::try_from(across)?;
        let width = (WIDTH - 2 * MARGIN - PANEL_GAP * (columns - 1)) / columns;
        for pair in self.panels.chunks(across) {
            let mut bottom = top;
            let title_lines = pair.iter().map(|panel| satisfaction_panel::title_lines(panel, width).len()).max();
            for (panel, left) in pair.iter().zip((MARGIN..).step_by((width + PANEL_GAP).unsigned_abs() as usize)) {
                let area = Area::new(left, top, left + width, top);
                let lines = i32::try_from(title_lines.unwrap_or(1))?;
                bottom = bottom.max(satisfaction_panel::draw(&mut sheet, panel, self, area, (self.axis(panel), lines)));
            }
            top = bottom + 26;
        }
        sheet.finish(&self.title, top - 26 + MARGIN)
    }

    /// The range of all panels with the unit of this one.
    fn axis(&self, panel: &SatisfactionPanel) -> Axis {
        let same = self.panels.iter().filter(|other| other.unit == panel.unit);
        let values: Vec<f64> = same.flat_map(SatisfactionPanel::estimates).flat_map(Estimate::figures).collect();
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if values.is_empty() { Axis::round(0.0, 1.0, 4) } else { Axis::round(low, high, 4) }
    }

    /// Whether any figure has its interval.
    fn has_intervals(&self) -> bool {
        self.panels.iter().flat_map(SatisfactionPanel::estimates).any(|estimate| estimate.interval.is_some())
    }

    fn full_note(&self) -> String {
        let is_small = |row: &SatisfactionRow| matches!(row.opinion, Opinion::Given { is_small: true, .. });
        let mut note = self.note.clone();
        if !self.has_intervals() {
            note.push_str("95%区间待估计，相近的结果不宜比较高低。");
        }
        if self.panels.iter().flat_map(|panel| &panel.rows).any(is_small) {
            note.push_str("* 样本偏少，仅供参考。");
        }
        note
    }

    fn draw_legend(&self, sheet: &mut Sheet, top: i32) -> i32 {
        let apart = |sheet: &mut Sheet, at: Point| dot(sheet, at, true);
        let shared = |sheet: &mut Sheet, at: Point| dot(sheet, at, false);
        let interval = |sheet: &mut Sheet, (x, y): Point| draw_interval(sheet, (x - 11, x + 11), y);
        let total = |sheet: &mut Sheet, (x, y): Point| {
            sheet.fill(Area::new(x - 8, y - 9, x + 8, y + 9), sheet.palette.main_pale);
            sheet.dashes((x, y - 9), (x, y + 9), sheet.palette.ink);
        };
        let line = |sheet: &mut Sheet, (x, y): Point| sheet.dashes((x, y - 9), (x, y + 9), sheet.palette.ink);
        let words = [
            format!("与{}差距显著", self.total_word),
            "差距不显著或没有比较，高低不能认定".to_owned(),
            format!("{}结果和95%区间", self.total_word),
            format!("{}结果", self.total_word),
        ];
        let entries: Vec<Entry<'_>> = if self.has_intervals() {
            vec![(&apart, &words[0]), (&shared, &words[1]), (&interval, "95%区间"), (&total, &words[2])]
        } else {
            vec![(&apart, "结果"), (&line, &words[3])]
        };
        legend(sheet, top, &entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str, value: f64, half: Option<f64>, respondents: u32) -> SatisfactionRow {
        let interval = half.map(|half| (value - half, value + half));
        let estimate = Estimate { value, interval, respondents };
        let differs = half.map(|half| (value - 85.5).abs() > half);
        let opinion = Opinion::Given { estimate, is_small: respondents < 30, differs };
        SatisfactionRow { name: name.to_owned(), opinion }
    }

    fn silent(name: &str, opinion: Opinion) -> SatisfactionRow {
        SatisfactionRow { name: name.to_owned(), opinion }
    }

    fn chart(rows: Vec<SatisfactionRow>) -> SatisfactionDots {
        let total = Estimate { value: 85.5, interval: Some((84.0, 87.0)), respondents: 1234 };
        SatisfactionDots {
            title: "满意度".to_owned(),
            note: "说明。".to_owned(),
            watermark: "模拟数据".to_owned(),
            total_word: "全县".to_owned(),
            panels: vec![SatisfactionPanel {
                name: "养老服务".to_owned(),
                unit: "分".to_owned(),
                total: Some(total),
                rows,
            }],
            decimals: 2,
        }
    }

    fn drawn(chart: &SatisfactionDots) -> String {
        chart.draw(&Palette::default()).expect("plain")
    }

    #[test]
    fn units_are_sorted_best_first_and_those_without_figure_come_last() {
        let rows = vec![
            silent("甲", Opinion::Suppressed),
            given("乙", 70.0, None, 40),
            given("丙", 90.0, None, 40),
            silent("丁", Opinion::Missing),
        ];
        let names: Vec<String> = chart(rows).panels[0].sorted().iter().map(|row| row.name.clone()).collect();
        assert_eq!(names, ["丙", "乙", "甲", "丁"]);
    }

    #[test]
    fn only_points_that_differ_from_the_whole_are_filled() {
        let svg = drawn(&chart(vec![given("甲", 95.0, Some(2.0), 90), given("乙", 86.0, Some(3.0), 90)]));
        let filled = format!("fill=\"{}\"", Palette::default().main.hex());
        let dots = svg.lines().filter(|line| line.starts_with("<circle") && line.contains(&filled)).count();
        assert_eq!(dots, 1 + 1, "甲 and the legend");
        assert!(svg.contains("与全县差距显著") && !svg.contains("待估计"));
    }

    #[test]
    fn without_intervals_the_note_says_that_they_are_still_to_come() {
        let mut chart = chart(vec![given("甲", 95.0, None, 90)]);
        chart.panels[0].total = Some(Estimate { value: 85.5, interval: None, respondents: 1234 });
        let svg = drawn(&chart);
        assert!(svg.contains("95%区间待估计") && !svg.contains("样本偏少"), "{svg}");
    }

    #[test]
    fn figure_and_number_of_answers_are_printed_and_few_answers_marked() {
        let svg = drawn(&chart(vec![given("甲", 91.256, None, 29), given("乙", 80.0, None, 30)]));
        for text in ["91.26", ">\n29\n", ">\n30\n", "80.00", "* 样本偏少", "全县 85.50"] {
            assert!(svg.contains(text), "{text}");
        }
        assert_eq!(svg.matches(">\n*\n").count(), 1);
    }

    #[test]
    fn a_withheld_figure_says_so_and_shows_no_number() {
        let svg = drawn(&chart(vec![silent("甲", Opinion::Suppressed), silent("乙", Opinion::Missing)]));
        assert!(svg.contains("样本太少，不公布") && svg.contains("本期没有数据"));
    }

    #[test]
    fn panels_of_one_unit_have_one_axis_and_others_their_own() {
        let mut chart = chart(vec![given("甲", 95.0, None, 90), given("乙", 40.0, None, 90)]);
        let mut other = chart.panels[0].clone();
        other.rows.truncate(1);
        chart.panels.push(SatisfactionPanel { unit: "%".to_owned(), ..other.clone() });
        chart.panels.push(other);
        let low = |number: usize| chart.axis(&chart.panels[number]).low;
        assert!((low(0) - low(2)).abs() < 1e-9 && low(1) > low(0));
    }

    #[test]
    fn two_hundred_units_are_all_there_and_none_is_said() {
        let rows = (0..200).map(|number| given(&format!("单位{number:03}"), f64::from(number), None, 40)).collect();
        let svg = drawn(&chart(rows));
        assert!((0..200).all(|number| svg.contains(&format!("单位{number:03}"))));
        let mut empty = chart(Vec::new());
        empty.panels.clear();
        assert!(drawn(&empty).contains("本期没有可画的数据"));
    }
}
