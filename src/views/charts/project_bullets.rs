//! Counted work of projects: what is done against what is due by now against the task of the year, a bar each.

use super::axis::Axis;
use super::head::{Entry, MARGIN, head, legend, nothing, shape};
use super::lettering::{Type, check_figures, figure, rounded_up};
use super::sheet::{Area, Point, Sheet};
use crate::views::document::Light;
use crate::views::theme::palette::Palette;

/// Progress of counted work, all bars as shares of their own year's task.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectBullets {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// One bar each, those of a project next to each other.
    pub rows: Vec<BulletRow>,
}

/// One kind of work.
#[derive(Clone, Debug, PartialEq)]
pub struct BulletRow {
    /// The project it belongs to; a new heading where it changes, none where it is empty.
    pub project: String,
    /// Name of the work.
    pub name: String,
    /// What is counted, such as 户.
    pub unit: String,
    /// The amounts, `None` where nothing was reported.
    pub progress: Option<Progress>,
    /// Decimals of the amounts.
    pub decimals: u8,
    /// Its light.
    pub light: Light,
}

/// Amounts of work, in the unit of the row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Done by now.
    pub done: f64,
    /// Due by now (序时); printed rounded up, since half a household cannot be done.
    pub due: f64,
    /// The task of the whole year; printed rounded up.
    pub year: f64,
    /// What lacks to what is due; 0 or less where nothing does. Not always `due − done`: what some units did beyond
    /// their due does not help the others.
    pub gap: f64,
}

const WIDTH: i32 = 1040;
const ROW: i32 = 34;
const STRIP: i32 = 26;
const NAME: Type = Type::new(13);
const SMALL_NAME: Type = Type::new(11);
const SMALL: Type = Type::new(12);
const HEADING: Type = Type::new(12).quiet();
const GROUP: Type = Type::new(13).bold();
const GAP: Type = Type::new(13).bold();
/// Share of the year's task at which a bar is broken off.
const MOST: f64 = 1.5;

/// Edges of the columns: left ones of texts, right ones of figures.
struct Columns {
    name_width: i32,
    light: i32,
    bars: (i32, i32),
    figures: [i32; 4],
    unit: i32,
    unit_width: i32,
    gap: i32,
}

const HEADINGS: [&str; 4] = ["实完成", "序时应完成", "年度任务", "完成序时"];

impl BulletRow {
    /// 差57户, or that the work is as far as it should be.
    pub fn gap_text(&self) -> String {
        let Some(progress) = self.progress else { return "未报".to_owned() };
        let gap = rounded_up(progress.gap, self.decimals);
        if gap <= 0.0 {
            return "已达序时".to_owned();
        }
        let unit = if self.unit == "%" { "个百分点" } else { &self.unit };
        format!("差{}{unit}", figure(gap, self.decimals))
    }

    /// Done, due, the year's task, and done as a percentage of due, as printed.
    fn figures(&self) -> [String; 4] {
        let Some(Progress { done, due, year, .. }) = self.progress else { return ["—"; 4].map(str::to_owned) };
        let share = if due > 0.0 { format!("{}%", figure(100.0 * done / due, 1)) } else { "—".to_owned() };
        let amount = |value: f64| figure(rounded_up(value, self.decimals), self.decimals);
        [figure(done, self.decimals), amount(due), amount(year), share]
    }

    /// Done and due as shares of the year's task.
    fn shares(&self) -> Option<(f64, f64)> {
        let Progress { done, due, year, .. } = self.progress?;
        (year > 0.0).then(|| ((done / year).max(0.0), (due / year).max(0.0)))
    }
}

impl ProjectBullets {
    /// The figure in, an SVG out; rows keep the order they are given in.
    ///
    /// Bars end at one and a half times the year's task and are broken off there; the figures beside them are whole.
    /// Fails if a text has a character the font lacks or an amount is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        if self.rows.is_empty() {
            return nothing(palette, WIDTH, &self.title, &self.note, &self.watermark);
        }
        for row in &self.rows {
            let amounts = row.progress.map(|amount| [amount.done, amount.due, amount.year, amount.gap]);
            check_figures(&row.name, amounts.into_iter().flatten())?;
        }
        let mut sheet = Sheet::new(WIDTH, palette);
        let top = head(&mut sheet, &self.title, &self.note, &self.watermark);
        let top = draw_legend(&mut sheet, top) + 6;
        let columns = self.columns();
        let axis = self.axis().over(columns.bars.0, columns.bars.1);
        for (x, heading) in columns.figures.into_iter().zip(HEADINGS) {
            sheet.text(x, top + 10, heading, HEADING.right());
        }
        sheet.text(columns.unit, top + 10, "单位", HEADING);
        sheet.text(columns.gap, top + 10, "还差", HEADING);
        let mut y = top + 24;
        let (bars_top, mut project) = (y, "");
        let mut lines = Vec::new();
        for row in &self.rows {
            if row.project != project {
                project = &row.project;
                if !project.trim().is_empty() {
                    sheet.fill(Area::new(MARGIN - 8, y, WIDTH - MARGIN + 8, y + STRIP), palette.strip);
                    sheet.text(MARGIN, y + STRIP / 2, &GROUP.fit(project, WIDTH - 2 * MARGIN), GROUP);
                    y += STRIP;
                }
            }
            lines.push(y);
            y += ROW;
        }
        draw_axis(&mut sheet, &axis, bars_top, y, &lines);
        for (row, line) in self.rows.iter().zip(lines) {
            row.draw(&mut sheet, line, &columns, &axis);
        }
        sheet.finish(&self.title, y + 36)
    }

    fn axis(&self) -> Axis {
        let shares = self.rows.iter().filter_map(BulletRow::shares);
        let most = shares.flat_map(|(done, due)| [done, due]).fold(1.0, f64::max).min(MOST);
        Axis::round(0.0, 100.0 * most, 5).ending_at(100.0 * most)
    }

    fn columns(&self) -> Columns {
        let name_width = NAME.widest(self.rows.iter().map(|row| row.name.as_str())).clamp(60, 208);
        let light = MARGIN + name_width + 16;
        let gaps: Vec<String> = self.rows.iter().map(BulletRow::gap_text).collect();
        let gap = WIDTH - MARGIN - GAP.widest(gaps.iter().map(String::as_str)).clamp(60, 132);
        let unit_width = SMALL.widest(self.rows.iter().map(|row| row.unit.as_str())).clamp(26, 66);
        let unit = gap - 16 - unit_width;
        let texts: Vec<[String; 4]> = self.rows.iter().map(BulletRow::figures).collect();
        let mut figures = [0; 4];
        let mut right = unit - 18;
        for column in (0..4).rev() {
            figures[column] = right;
            let widest = SMALL.bold().widest(texts.iter().map(|row| row[column].as_str()));
            right -= widest.max(HEADING.width(HEADINGS[column])) + 14;
        }
        Columns { name_width, light, bars: (light + 16, right - 4), figures, unit, unit_width, gap }
    }
}

impl BulletRow {
    fn draw(&self, sheet: &mut Sheet, top: i32, columns: &Columns, axis: &Axis) {
        let y = top + ROW / 2;
        self.draw_name(sheet, y, columns.name_width);
        let light = if self.progress.is_some() { self.light } else { Light::NotReported };
        shape(sheet, (columns.light, y), light);
        match (self.shares(), self.progress) {
            (Some((done, due)), _) => draw_bar(sheet, y, 100.0 * done, 100.0 * due, axis),
            (None, Some(_)) => sheet.text(columns.bars.0 + 6, y, "本年没有任务", HEADING),
            (None, None) => sheet.text(columns.bars.0 + 6, y, "未报", HEADING),
        }
        for (column, (x, text)) in columns.figures.into_iter().zip(self.figures()).enumerate() {
            let kind = if column == 0 { SMALL.bold() } else { SMALL };
            sheet.text(x, y, &text, kind.right());
        }
        sheet.text(columns.unit, y, &SMALL.fit(&self.unit, columns.unit_width), HEADING);
        let text = self.gap_text();
        let kind = if text.starts_with('差') { GAP } else { HEADING };
        sheet.text(columns.gap, y, &kind.fit(&text, WIDTH - MARGIN - columns.gap), kind);
        sheet.line((MARGIN - 8, top + ROW), (WIDTH - MARGIN + 8, top + ROW), sheet.palette.hairline, 1);
    }

    /// A long name goes into two smaller lines before it is cut.
    fn draw_name(&self, sheet: &mut Sheet, y: i32, width: i32) {
        if NAME.width(&self.name) <= width {
            sheet.text(MARGIN, y, &self.name, NAME);
            return;
        }
        let lines = SMALL_NAME.wrap(&self.name, width, 2);
        let first = if lines.len() > 1 { y - 7 } else { y };
        for (line, offset) in lines.iter().zip([0, 14]) {
            sheet.text(MARGIN, first + offset, line, SMALL_NAME);
        }
    }
}

/// The year's task as a pale box, what is done as a bar in it, what is due as a stroke across.
fn draw_bar(sheet: &mut Sheet, y: i32, done: f64, due: f64, axis: &Axis) {
    let start = axis.at(0.0);
    draw_box(sheet, Area::new(start, y - 9, axis.at(100.0), y + 9));
    let end = axis.at(done);
    sheet.fill(Area::new(start, y - 4, end, y + 4), sheet.palette.main);
    if done > axis.high + 1e-9 {
        for offset in [0, 5] {
            sheet.line((end - 12 + offset, y + 6), (end - 7 + offset, y - 6), sheet.palette.paper, 2);
        }
    }
    draw_due(sheet, (axis.at(due), y));
}

fn draw_box(sheet: &mut Sheet, area: Area) {
    sheet.fill(area, sheet.palette.main_pale);
    sheet.outline(area, sheet.palette.main.towards(sheet.palette.paper, 0.6));
}

fn draw_due(sheet: &mut Sheet, (x, y): Point) {
    sheet.fill(Area::new(x - 2, y - 12, x + 2, y + 12), sheet.palette.paper);
    sheet.fill(Area::new(x - 1, y - 12, x + 1, y + 12), sheet.palette.ink);
}

/// Lines behind the bars, only where there are bars, and the shares of the year's task below.
fn draw_axis(sheet: &mut Sheet, axis: &Axis, top: i32, bottom: i32, lines: &[i32]) {
    for (value, label) in axis.ticks() {
        let x = axis.at(value);
        for line in lines {
            sheet.line((x, *line), (x, line + ROW), sheet.palette.hairline, 1);
        }
        sheet.text(x, bottom + 13, &format!("{label}%"), Type::new(11).quiet().centred());
    }
    sheet.line((axis.at(0.0), top), (axis.at(0.0), bottom + 4), sheet.palette.quiet, 1);
}

fn draw_legend(sheet: &mut Sheet, top: i32) -> i32 {
    let done =
        |sheet: &mut Sheet, (x, y): Point| sheet.fill(Area::new(x - 11, y - 4, x + 11, y + 4), sheet.palette.main);
    let year = |sheet: &mut Sheet, (x, y): Point| draw_box(sheet, Area::new(x - 11, y - 8, x + 11, y + 8));
    let lights = [
        (Light::Green, "完成序时"),
        (Light::Yellow, "80%–100%"),
        (Light::Red, "80%以下"),
        (Light::NotReported, "未报"),
    ];
    let signs = lights.map(|(light, _)| move |sheet: &mut Sheet, at: Point| shape(sheet, at, light));
    let due = draw_due as fn(&mut Sheet, Point);
    let mut entries: Vec<Entry<'_>> = vec![(&done, "实完成"), (&due, "序时应完成"), (&year, "年度任务（100%）")];
    for (sign, (_, word)) in signs.iter().zip(lights) {
        entries.push((sign, word));
    }
    legend(sheet, top, &entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(project: &str, name: &str, done: f64, due: f64, year: f64) -> BulletRow {
        BulletRow {
            project: project.to_owned(),
            name: name.to_owned(),
            unit: "户".to_owned(),
            progress: Some(Progress { done, due, year, gap: due - done }),
            decimals: 0,
            light: Light::Yellow,
        }
    }

    fn chart(rows: Vec<BulletRow>) -> ProjectBullets {
        ProjectBullets { title: "进度".to_owned(), note: String::new(), watermark: "模拟数据".to_owned(), rows }
    }

    fn drawn(rows: Vec<BulletRow>) -> String {
        chart(rows).draw(&Palette::default()).expect("plain")
    }

    #[test]
    fn the_gap_is_told_in_units_of_work_and_rounded_up() {
        // 75 % of 124 is 93; 36 done.
        assert_eq!(row("", "改造", 36.0, 93.0, 124.0).gap_text(), "差57户");
        assert_eq!(row("", "改造", 40.0, 42.75, 57.0).gap_text(), "差3户");
        assert_eq!(row("", "改造", 43.0, 42.75, 57.0).gap_text(), "已达序时");
        let share = BulletRow { unit: "%".to_owned(), decimals: 2, ..row("", "率", 50.0, 52.5, 70.0) };
        assert_eq!(share.gap_text(), "差2.50个百分点");
    }

    #[test]
    fn what_is_done_beyond_the_due_elsewhere_does_not_hide_a_gap() {
        let mut row = row("", "改造", 100.0, 90.0, 120.0);
        row.progress = Some(Progress { done: 100.0, due: 90.0, year: 120.0, gap: 4.0 });
        assert_eq!(row.gap_text(), "差4户");
    }

    #[test]
    fn done_due_year_and_share_of_the_due_stand_beside_the_bar() {
        assert_eq!(row("", "改造", 40.0, 42.75, 57.0).figures(), ["40", "43", "57", "93.6%"]);
        assert_eq!(row("", "改造", 40.0, 0.0, 57.0).figures()[3], "—");
        let svg = drawn(vec![row("甲项目", "改造", 36.0, 93.0, 124.0)]);
        for text in ["甲项目", "改造", ">\n36\n", ">\n93\n", ">\n124\n", "38.7%", "差57户", "模拟数据"] {
            assert!(svg.contains(text), "{text}");
        }
    }

    #[test]
    fn projects_are_headed_once_each() {
        let svg = drawn(vec![row("甲项目", "一", 1.0, 1.0, 2.0), row("甲项目", "二", 1.0, 1.0, 2.0)]);
        assert_eq!(svg.matches("甲项目").count(), 1);
    }

    #[test]
    fn the_axis_is_the_year_unless_more_was_done_and_ends_at_one_and_a_half() {
        let high = |done| chart(vec![row("", "一", done, 50.0, 100.0)]).axis().high;
        assert!((high(60.0) - 100.0).abs() < 1e-9 && (high(120.0) - 120.0).abs() < 1e-9);
        assert!((high(900.0) - 150.0).abs() < 1e-9);
    }

    #[test]
    fn no_report_and_no_task_are_said_in_words() {
        let missing = BulletRow { progress: None, ..row("", "一", 0.0, 0.0, 0.0) };
        let svg = drawn(vec![missing, row("", "二", 0.0, 0.0, 0.0)]);
        assert!(svg.contains("未报") && svg.contains("本年没有任务") && !svg.contains("NaN"));
    }

    #[test]
    fn one_row_and_two_hundred_rows_are_all_there_and_none_is_said() {
        let rows = (0..200).map(|number| row("甲", &format!("工作{number:03}"), 1.0, 2.0, 3.0)).collect();
        let svg = drawn(rows);
        assert!((0..200).all(|number| svg.contains(&format!("工作{number:03}"))));
        assert!(drawn(Vec::new()).contains("本期没有可画的数据"));
    }

    #[test]
    fn what_is_no_figure_is_refused_by_name() {
        let message = chart(vec![row("", "改造", f64::NAN, 1.0, 1.0)]).draw(&Palette::default());
        assert!(message.expect_err("no figure").to_string().contains("改造"));
    }
}
