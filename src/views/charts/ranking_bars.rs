//! The ranking: a bar per unit, from base over bonus and deduction to the final score, with the figures beside it.

use super::axis::{Axis, lanes};
use super::head::{Entry, MARGIN, head, legend, nothing};
use super::lettering::{check_figures, figure};
use super::ranking_row::{
    Columns, HEADING, Line, NAME, SMALL, WIDTH, background, draw_bonus, draw_deduction, draw_row, rank_text,
};
use super::sheet::{Area, Point, Sheet};
use crate::views::theme::palette::Palette;

/// Final scores of all units as bars, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub struct RankingBars {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// One bar each, first on top.
    pub rows: Vec<RankingRow>,
    /// Lower borders of the grades.
    pub borders: Vec<GradeBorder>,
    /// Where the axis ends unless a score goes beyond.
    pub scale_max: f64,
}

/// One unit of the ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct RankingRow {
    /// Rank, `None` for a unit that is not ranked.
    pub rank: Option<u32>,
    /// Whether others share the rank.
    pub tie: bool,
    /// Name of the unit.
    pub name: String,
    /// Group it belongs to; may be empty.
    pub group: String,
    /// Base score.
    pub base: f64,
    /// Points added, not negative.
    pub bonus: f64,
    /// Points taken, not negative.
    pub deduction: f64,
    /// What is left: base + bonus − deduction.
    pub final_score: f64,
    /// Decimals printed.
    pub decimals: u8,
    /// Grade as a word.
    pub grade: String,
    /// Signs for the last column; may be empty.
    pub marks: String,
}

/// Least score of a grade.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeBorder {
    /// Grade as a word.
    pub name: String,
    /// Least final score.
    pub min: f64,
}

impl RankingBars {
    /// The figure in, an SVG out; rows keep the order they are given in.
    ///
    /// The axis starts above 0 where the scores leave the lower part empty, and says so. Fails if a text has a
    /// character the font lacks or a score is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        if self.rows.is_empty() {
            return nothing(palette, WIDTH, &self.title, &self.note, &self.watermark);
        }
        for row in &self.rows {
            check_figures(&row.name, [row.base, row.bonus, row.deduction, row.final_score])?;
        }
        let mut sheet = Sheet::new(WIDTH, palette);
        let columns = self.columns();
        let axis = self.axis().over(columns.bars.0, columns.bars.1);
        let row_height = if self.rows.len() > 60 { 24 } else { 30 };
        let top = head(&mut sheet, &self.title, &self.note, &self.watermark);
        let top = self.draw_legend(&mut sheet, top);
        let top = self.headings(&mut sheet, top, &columns, &axis);
        let bottom = top + row_height * i32::try_from(self.rows.len())?;
        for (number, row_top) in (0..self.rows.len()).zip((top..).step_by(row_height.unsigned_abs() as usize)) {
            let row = Area::new(MARGIN - 8, row_top, WIDTH - MARGIN + 8, row_top + row_height);
            sheet.fill(row, background(palette, number));
        }
        self.grid(&mut sheet, top, bottom, &axis);
        for ((row, number), row_top) in
            self.rows.iter().zip(0..).zip((top..).step_by(row_height.unsigned_abs() as usize))
        {
            let line =
                Line { y: row_top + row_height / 2, half: row_height / 2 - 6, paper: background(palette, number) };
            draw_row(&mut sheet, row, line, &columns, &axis);
        }
        sheet.finish(&self.title, bottom + if axis.low > 0.0 { 56 } else { 36 })
    }

    fn axis(&self) -> Axis {
        let least = self.rows.iter().map(|row| row.base.min(row.final_score)).fold(f64::INFINITY, f64::min);
        let most =
            self.rows.iter().map(|row| row.final_score.max(row.base + row.bonus)).fold(f64::NEG_INFINITY, f64::max);
        let scale_max = if self.scale_max.is_finite() { self.scale_max } else { most };
        let high = scale_max.max(most).max(0.0);
        let start = if least > 0.4 * high { least - 0.25 * (high - least).max(0.2 * high) } else { least.min(0.0) };
        let axis = Axis::round(start, high, 6);
        let end = if most > scale_max { (most / axis.step * 2.0).ceil() * axis.step / 2.0 } else { scale_max };
        axis.ending_at(end)
    }

    fn columns(&self) -> Columns {
        let figures = |pick: fn(&RankingRow) -> f64| {
            let texts: Vec<_> = self.rows.iter().map(|row| format!("+{}", figure(pick(row), row.decimals))).collect();
            SMALL.widest(texts.iter().map(String::as_str)).max(40)
        };
        let words = |pick: fn(&RankingRow) -> &str, most: i32| SMALL.widest(self.rows.iter().map(pick)).clamp(0, most);
        let ranks: Vec<_> = self.rows.iter().map(rank_text).collect();
        let rank = MARGIN + SMALL.widest(ranks.iter().map(String::as_str)).max(28);
        let name = rank + 14;
        let name_width = NAME.widest(self.rows.iter().map(|row| row.name.as_str())).min(180);
        let group = name + name_width + 10;
        let group_width = words(|row| &row.group, 72);
        let marks_width = words(|row| &row.marks, 110);
        let marks = WIDTH - MARGIN - marks_width;
        let grade_width = words(|row| &row.grade, 84).max(28);
        let grade = marks - if marks_width > 0 { 14 } else { 0 } - grade_width;
        let deduction = grade - 16;
        let bonus = deduction - figures(|row| row.deduction) - 10;
        let base = bonus - figures(|row| row.bonus) - 10;
        let values = figures(|row| row.final_score) + 12;
        let right = if self.is_adjusted() { base - figures(|row| row.base) - 14 } else { grade - 14 };
        let bars = (group + group_width + 10, right - values);
        let is_adjusted = self.is_adjusted();
        Columns { is_adjusted, rank, name, name_width, group, bars, base, bonus, deduction, grade, marks }
    }

    /// Whether anything was added or taken; if not, base and final score are one figure.
    fn is_adjusted(&self) -> bool {
        self.rows.iter().any(|row| row.bonus.abs() > 1e-9 || row.deduction.abs() > 1e-9)
    }

    fn draw_legend(&self, sheet: &mut Sheet, top: i32) -> i32 {
        let key = |(x, y): Point| Area::new(x - 11, y - 6, x + 11, y + 6);
        let base = |sheet: &mut Sheet, at: Point| sheet.fill(key(at), sheet.palette.main);
        let bonus = |sheet: &mut Sheet, at: Point| draw_bonus(sheet, key(at));
        let deduction = |sheet: &mut Sheet, at: Point| draw_deduction(sheet, key(at));
        let border = |sheet: &mut Sheet, (x, y): Point| sheet.dashes((x, y - 8), (x, y + 8), sheet.palette.quiet);
        let mut entries: Vec<Entry<'_>> = if self.is_adjusted() {
            vec![(&base, "基础分"), (&bonus, "加分"), (&deduction, "扣分（已扣去）")]
        } else {
            vec![(&base, "综合得分")]
        };
        entries.push((&border, "等次界线"));
        legend(sheet, top, &entries) + 4
    }

    /// Headings of the columns, and above the bars the names of the grades; labels that would touch go higher.
    fn headings(&self, sheet: &mut Sheet, top: i32, columns: &Columns, axis: &Axis) -> i32 {
        let labels: Vec<(i32, String)> = self
            .visible_borders(axis)
            .map(|border| (axis.at(border.min), HEADING.fit(&format!("{} ≥{}", border.name, plain(border.min)), 140)))
            .collect();
        let spans: Vec<_> =
            labels.iter().map(|(x, text)| (x - HEADING.width(text) / 2, x + HEADING.width(text) / 2)).collect();
        let lanes = lanes(&spans, 8);
        let count = lanes.iter().max().map_or(1, |highest| highest + 1);
        let bottom = top + 18 * i32::try_from(count).unwrap_or(1) + 8;
        let y = bottom - 14;
        let label_y = |lane: usize| y - 18 * i32::try_from(lane).unwrap_or(0);
        for ((x, _), lane) in labels.iter().zip(&lanes) {
            sheet.dashes((*x, label_y(*lane) + 9), (*x, bottom), sheet.palette.quiet);
        }
        for ((x, text), lane) in labels.iter().zip(&lanes) {
            sheet.text_over(*x, label_y(*lane), text, HEADING.centred(), sheet.palette.paper);
        }
        sheet.text(columns.rank, y, "位次", HEADING.right());
        if columns.is_adjusted {
            for (x, text) in [(columns.base, "基础分"), (columns.bonus, "加分"), (columns.deduction, "扣分")] {
                sheet.text(x, y, text, HEADING.right());
            }
        }
        sheet.text(columns.grade, y, "等次", HEADING);
        if columns.marks < WIDTH - MARGIN - 20 {
            sheet.text(columns.marks, y, "备注", HEADING);
        }
        bottom
    }

    fn visible_borders(&self, axis: &Axis) -> impl Iterator<Item = &GradeBorder> {
        // The lowest grade begins at the bottom; its border divides nothing.
        let (low, high) = (axis.low.max(0.0), axis.high);
        self.borders.iter().filter(move |border| border.min > low && border.min <= high)
    }

    fn grid(&self, sheet: &mut Sheet, top: i32, bottom: i32, axis: &Axis) {
        for (value, label) in axis.ticks() {
            let x = axis.at(value);
            sheet.line((x, top), (x, bottom + 4), sheet.palette.hairline, 1);
            sheet.text(x, bottom + 14, &label, HEADING.centred());
        }
        for border in self.visible_borders(axis) {
            sheet.dashes((axis.at(border.min), top), (axis.at(border.min), bottom), sheet.palette.quiet);
        }
        let origin = axis.at(0.0);
        sheet.line((origin, top), (origin, bottom + 4), sheet.palette.ink, 1);
        if axis.low > 0.0 {
            let start = axis.ticks().into_iter().next().map(|(_, label)| label).unwrap_or_default();
            // Two strokes across the foot of the axis: the usual sign for a part left out.
            for offset in [0, 4] {
                sheet.line((origin - 4, bottom + 1 - offset), (origin + 4, bottom - 5 - offset), sheet.palette.ink, 1);
            }
            sheet.text(origin - 8, bottom + 34, &format!("轴起点 {start}，不从 0 开始"), HEADING);
        }
    }
}

fn plain(value: f64) -> String {
    crate::definitions::decimal::plain(value, 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::charts::png;

    fn row(rank: u32, name: &str, base: f64, bonus: f64, deduction: f64) -> RankingRow {
        RankingRow {
            rank: Some(rank),
            tie: false,
            name: name.to_owned(),
            group: "东".to_owned(),
            base,
            bonus,
            deduction,
            final_score: base + bonus - deduction,
            decimals: 2,
            grade: "良好".to_owned(),
            marks: String::new(),
        }
    }

    fn chart(rows: Vec<RankingRow>) -> RankingBars {
        let border = |name: &str, min| GradeBorder { name: name.to_owned(), min };
        RankingBars {
            title: "得分".to_owned(),
            note: String::new(),
            watermark: String::new(),
            rows,
            borders: vec![border("优秀", 90.0), border("良好", 80.0), border("其他", 0.0)],
            scale_max: 100.0,
        }
    }

    fn count(svg: &str, what: &str) -> usize {
        svg.matches(what).count()
    }

    #[test]
    fn every_unit_has_a_name_a_score_and_one_solid_bar() {
        let svg = chart(vec![row(1, "甲镇", 90.0, 2.5, 0.0), row(2, "乙镇", 81.0, 0.0, 1.0)])
            .draw(&Palette::default())
            .expect("plain");
        for text in [">\n甲镇\n", ">\n乙镇\n", "92.50", "80.00", "+2.50", "-1.00", "优秀 ≥90", "良好 ≥80"] {
            assert!(svg.contains(text), "{text}");
        }
        assert_eq!(
            count(&svg, &format!("fill=\"{}\" stroke=\"none\"/>", Palette::default().main.hex())),
            2 + 1,
            "bars and legend"
        );
    }

    #[test]
    fn an_axis_that_starts_above_zero_says_so_and_one_from_zero_does_not() {
        assert!(
            chart(vec![row(1, "甲镇", 90.0, 0.0, 0.0)]).draw(&Palette::default()).expect("plain").contains("轴起点")
        );
        assert!(
            !chart(vec![row(1, "甲镇", 10.0, 0.0, 0.0)]).draw(&Palette::default()).expect("plain").contains("轴起点")
        );
    }

    #[test]
    fn scores_below_zero_and_above_the_scale_stay_on_the_axis() {
        let axis = chart(vec![row(1, "甲镇", 104.0, 3.0, 0.0), row(2, "乙镇", 2.0, 0.0, 9.0)]).axis();
        assert!(axis.low <= -7.0 && axis.high >= 107.0, "{axis:?}");
    }

    #[test]
    fn the_axis_ends_at_the_scale_when_no_score_goes_beyond() {
        let axis = chart(vec![row(1, "甲镇", 92.0, 3.0, 0.0), row(2, "乙镇", 66.0, 0.0, 0.0)]).axis();
        assert!((axis.high - 100.0).abs() < 1e-9 && axis.low >= 50.0, "{axis:?}");
    }

    #[test]
    fn no_unit_gives_a_picture_that_says_so() {
        assert!(chart(Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }

    #[test]
    fn two_hundred_units_make_a_taller_picture_with_every_name() {
        let rows = (1..=200).map(|rank| row(rank, &format!("单位{rank:03}"), 99.0 - f64::from(rank) / 4.0, 0.5, 0.1));
        let svg = chart(rows.collect()).draw(&Palette::default()).expect("plain");
        assert!((1..=200).all(|rank| svg.contains(&format!("单位{rank:03}"))));
    }

    #[test]
    fn the_same_figure_gives_the_same_bytes() {
        let chart = chart(vec![row(1, "甲镇", 90.0, 2.5, 4.0)]);
        assert_eq!(chart.draw(&Palette::default()).expect("plain"), chart.draw(&Palette::default()).expect("plain"));
        assert!(png(&chart.draw(&Palette::default()).expect("plain"), 1.0).is_ok());
    }

    #[test]
    fn what_cannot_be_drawn_is_refused() {
        assert!(chart(vec![row(1, "甲镇", f64::NAN, 0.0, 0.0)]).draw(&Palette::default()).is_err());
        assert!(
            chart(vec![row(1, "𠮷镇", 80.0, 0.0, 0.0)])
                .draw(&Palette::default())
                .expect_err("no glyph")
                .to_string()
                .contains("𠮷")
        );
    }
}
