//! Why scores moved: from the score before over the largest parts of the change to the score now, a panel per unit.

use super::axis::Axis;
use super::head::{Entry, MARGIN, head, legend, nothing};
use super::lettering::{Type, check_figures, figure};
use super::sheet::{Area, Point, Sheet};
use crate::definitions::decimal::{Published, Rounding};
use crate::views::theme::palette::Palette;
use anyhow::ensure;

/// Changes of scores taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeWaterfall {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty. That the axis does not start at 0 is added to it.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// What the first bar is called, such as 上季.
    pub before: String,
    /// What the last bar is called, such as 本季.
    pub now: String,
    /// One panel per unit, three in a row.
    pub panels: Vec<WaterfallPanel>,
    /// How many parts are shown by name; the rest of them is one sum.
    pub most: usize,
    /// Decimals printed.
    pub decimals: u8,
}

/// The change of one unit.
#[derive(Clone, Debug, PartialEq)]
pub struct WaterfallPanel {
    /// Name of the unit.
    pub name: String,
    /// Score before.
    pub start: f64,
    /// Score now.
    pub end: f64,
    /// What indicators brought, signed, in any order; shown largest first.
    pub parts: Vec<(String, f64)>,
    /// What comes after them and is never summed up, such as 权重变化, 加分, 扣分, signed, in the order shown.
    pub others: Vec<(String, f64)>,
}

/// A bar of a part: from one level to the next, both as printed.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it is.
    pub label: String,
    /// Printed level before it.
    pub from: f64,
    /// Printed level after it; `to − from` is what is printed beside it.
    pub to: f64,
}

const WIDTH: i32 = 1240;
const PANEL_GAP: i32 = 28;
const ROW: i32 = 32;
const NAME: Type = Type::new(15).bold();
const LABEL: Type = Type::new(12);
const SMALL_LABEL: Type = Type::new(11);
const VALUE: Type = Type::new(12).bold();

impl WaterfallPanel {
    /// The bars between the first and the last: the `most` largest parts, the sum of the rest, then the others. Parts
    /// that print as zero are left out.
    ///
    /// Levels are rounded, not parts, so that the printed parts always add up to the printed change; a part then
    /// differs from its own rounding by one in the last place at most. Fails where parts and scores do not agree to one
    /// in the last printed place.
    pub fn steps(&self, most: usize, decimals: u8) -> anyhow::Result<Vec<Step>> {
        let printed = |value: f64| Published::round(value, decimals, Rounding::HalfUp).value();
        let unit = 10_f64.powi(-i32::from(decimals));
        let sum: f64 = self.parts.iter().chain(&self.others).map(|(_, points)| points).sum();
        ensure!(
            (self.start + sum - self.end).abs() < unit + 1e-9,
            "“{}”的各部分合计 {} 分，与得分变化 {} 分对不上",
            self.name,
            figure(sum, decimals + 2),
            figure(self.end - self.start, decimals + 2)
        );
        let mut sorted: Vec<&(String, f64)> = self.parts.iter().filter(|part| part.1.abs() >= unit / 2.0).collect();
        let dust: f64 = self.parts.iter().filter(|part| part.1.abs() < unit / 2.0).map(|part| part.1).sum();
        sorted.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()));
        // A rest of one is better shown by its name.
        let shown = if sorted.len() == most + 1 { sorted.len() } else { most.min(sorted.len()) };
        let rest: f64 = sorted[shown..].iter().map(|part| part.1).sum::<f64>() + dust;
        let mut bars: Vec<(String, f64)> = sorted[..shown].iter().map(|part| (*part).clone()).collect();
        let rest_count = sorted.len() - shown;
        bars.push((if rest_count > 0 { format!("其余{rest_count}项合计") } else { "其余合计".to_owned() }, rest));
        bars.extend(self.others.iter().cloned());
        let mut steps = Vec::new();
        let (mut level, mut exact) = (printed(self.start), self.start);
        for (label, points) in bars {
            exact += points;
            steps.push(Step { label, from: level, to: printed(exact) });
            level = printed(exact);
        }
        // Scores and parts may come rounded by themselves; what that leaves falls to the largest part.
        let left = printed(self.end) - level;
        if left.abs() > unit / 2.0 {
            steps[0].to = printed(steps[0].to + left);
            for step in &mut steps[1..] {
                (step.from, step.to) = (printed(step.from + left), printed(step.to + left));
            }
        }
        steps.retain(|step| (step.to - step.from).abs() > unit / 2.0);
        Ok(steps)
    }
}

/// A panel with its bars.
struct Drawn<'a> {
    panel: &'a WaterfallPanel,
    steps: Vec<Step>,
}

impl Drawn<'_> {
    fn ends(&self) -> (f64, f64) {
        let levels = || self.steps.iter().map(|step| step.to).chain([self.panel.start, self.panel.end]);
        (levels().fold(f64::INFINITY, f64::min), levels().fold(f64::NEG_INFINITY, f64::max))
    }
}

impl ChangeWaterfall {
    /// The figure in, an SVG out. A point is as long in all panels.
    ///
    /// Fails if the parts of a panel do not add up to its change, a text has a character the font lacks or a value is
    /// not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        let mut panels = Vec::new();
        for panel in &self.panels {
            let parts = panel.parts.iter().chain(&panel.others).map(|(_, points)| *points);
            check_figures(&panel.name, parts.chain([panel.start, panel.end]))?;
            panels.push(Drawn { panel, steps: panel.steps(self.most, self.decimals)? });
        }
        if panels.is_empty() {
            return nothing(palette, WIDTH, &self.title, &self.note, &self.watermark);
        }
        let across = panels.len().min(3);
        let columns = i32::try_from(across)?;
        let sheet_width = if across == 1 { WIDTH * 6 / 10 } else { WIDTH };
        let width = (sheet_width - 2 * MARGIN - PANEL_GAP * (columns - 1)) / columns;
        let mut sheet = Sheet::new(sheet_width, palette);
        let note = format!("{}横轴不从0开始，各图每分的长度相同。", self.note);
        let top = head(&mut sheet, &self.title, &note, &self.watermark);
        let mut top = draw_legend(&mut sheet, top) + 8;
        let span = panels.iter().map(|panel| panel.ends().1 - panel.ends().0).fold(1e-9, f64::max);
        for row in panels.chunks(across) {
            let mut bottom = top;
            for (panel, left) in row.iter().zip((MARGIN..).step_by((width + PANEL_GAP).unsigned_abs() as usize)) {
                let area = Area::new(left, top, left + width, top);
                bottom = bottom.max(self.draw_panel(&mut sheet, panel, area, span));
            }
            top = bottom + 24;
        }
        sheet.finish(&self.title, top - 24 + MARGIN)
    }

    /// Draws a panel from the top of `area` down and returns its lower edge.
    fn draw_panel(&self, sheet: &mut Sheet, drawn: &Drawn<'_>, area: Area, span: f64) -> i32 {
        let Drawn { panel, steps } = drawn;
        let width = area.right - area.left;
        let scored = |value: f64| figure(value, self.decimals);
        let printed = |value: f64| Published::round(value, self.decimals, Rounding::HalfUp).value();
        let moved = signed(printed(panel.end) - printed(panel.start), self.decimals);
        let name = NAME.fit(&panel.name, width - VALUE.width(&moved) - 16);
        sheet.text(area.left, area.top + 10, &name, NAME);
        sheet.text(area.right, area.top + 10, &moved, Type::new(14).bold().right());
        let values = steps.iter().map(|step| signed(step.to - step.from, self.decimals));
        let values: Vec<String> = values.chain([scored(panel.start), scored(panel.end)]).collect();
        let value_width = VALUE.widest(values.iter().map(String::as_str)) + 8;
        let labels = steps.iter().map(|step| step.label.as_str()).chain([self.before.as_str(), self.now.as_str()]);
        let label_width = LABEL.widest(labels).clamp(40, (width * 9 / 20).min(200));
        let left = area.left + label_width + 12;
        // The first and last bar start at the edge; a strip is kept free of the lowest level, so that they are seen.
        let (low, _) = drawn.ends();
        let ends = Axis::between(low, low + span);
        let axis = ends.over(left + 26, area.right - value_width);

        let top = area.top + 26;
        let line = |number: usize| top + ROW * i32::try_from(number).unwrap_or(0) + ROW / 2;
        sheet.line(
            (left, top),
            (left, top + ROW * i32::try_from(steps.len() + 2).unwrap_or(0)),
            sheet.palette.quiet,
            1,
        );
        draw_label(sheet, &self.before, (area.left, line(0)), label_width, true);
        draw_score(sheet, Area::new(left, line(0) - 10, axis.at(panel.start), line(0) + 10), &scored(panel.start));
        for (number, step) in (1..).zip(steps) {
            let (from, to, y) = (axis.at(step.from), axis.at(step.to), line(number));
            sheet.line((from, y - ROW + 10), (from, y - 10), sheet.palette.quiet, 1);
            draw_label(sheet, &step.label, (area.left, y), label_width, false);
            let bar = Area::new(from.min(to), y - 10, from.max(to).max(from.min(to) + 2), y + 10);
            if step.to > step.from {
                draw_gain(sheet, bar)
            } else {
                draw_loss(sheet, bar)
            }
            sheet.text(bar.right + 6, y, &signed(step.to - step.from, self.decimals), VALUE);
        }
        let last = line(steps.len() + 1);
        sheet.line((axis.at(panel.end), last - ROW + 10), (axis.at(panel.end), last - 10), sheet.palette.quiet, 1);
        draw_label(sheet, &self.now, (area.left, last), label_width, true);
        draw_score(sheet, Area::new(left, last - 10, axis.at(panel.end), last + 10), &scored(panel.end));
        last + ROW / 2
    }
}

/// A signed figure, +1.20 or -0.35.
fn signed(value: f64, decimals: u8) -> String {
    let text = figure(value, decimals);
    if value > 0.0 && !text.starts_with('-') { format!("+{text}") } else { text }
}

/// A long label goes into two smaller lines before it is cut.
fn draw_label(sheet: &mut Sheet, label: &str, (x, y): Point, width: i32, is_bold: bool) {
    let kind = if is_bold { LABEL.bold() } else { LABEL };
    if kind.width(label) <= width {
        sheet.text(x, y, label, kind);
        return;
    }
    let lines = SMALL_LABEL.wrap(label, width, 2);
    let first = if lines.len() > 1 { y - 7 } else { y };
    for (line, offset) in lines.iter().zip([0, 14]) {
        sheet.text(x, first + offset, line, SMALL_LABEL);
    }
}

/// A whole score, with two strokes that say that the bar does not begin at 0.
fn draw_score(sheet: &mut Sheet, area: Area, text: &str) {
    let y = area.centre().1;
    sheet.fill(area, sheet.palette.strip);
    sheet.outline(area, sheet.palette.quiet);
    for offset in [0, 5] {
        sheet.line((area.left + 8 + offset, y + 12), (area.left + 13 + offset, y - 12), sheet.palette.paper, 2);
    }
    sheet.text(area.right + 6, y, text, VALUE);
}

fn draw_gain(sheet: &mut Sheet, area: Area) {
    sheet.fill(area, sheet.palette.main);
}

/// Hatched on paper, so that it differs from a gain in black and white too.
fn draw_loss(sheet: &mut Sheet, area: Area) {
    sheet.fill(area, sheet.palette.paper);
    sheet.hatch(area, sheet.palette.other, 4);
    sheet.outline(area, sheet.palette.other);
}

fn draw_legend(sheet: &mut Sheet, top: i32) -> i32 {
    let key = |(x, y): Point| Area::new(x - 11, y - 6, x + 11, y + 6);
    let gain = |sheet: &mut Sheet, at: Point| draw_gain(sheet, key(at));
    let loss = |sheet: &mut Sheet, at: Point| draw_loss(sheet, key(at));
    let score = |sheet: &mut Sheet, at: Point| {
        sheet.fill(key(at), sheet.palette.strip);
        sheet.outline(key(at), sheet.palette.quiet);
    };
    let entries: Vec<Entry<'_>> = vec![(&gain, "使得分上升"), (&loss, "使得分下降"), (&score, "得分")];
    legend(sheet, top, &entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(start: f64, end: f64, parts: &[(&str, f64)], others: &[(&str, f64)]) -> WaterfallPanel {
        let own = |list: &[(&str, f64)]| list.iter().map(|(label, points)| ((*label).to_owned(), *points)).collect();
        WaterfallPanel { name: "甲镇".to_owned(), start, end, parts: own(parts), others: own(others) }
    }

    fn chart(panels: Vec<WaterfallPanel>) -> ChangeWaterfall {
        ChangeWaterfall {
            title: "原因分解".to_owned(),
            note: String::new(),
            watermark: "模拟数据".to_owned(),
            before: "上季".to_owned(),
            now: "本季".to_owned(),
            panels,
            most: 3,
            decimals: 2,
        }
    }

    fn told(panel: &WaterfallPanel) -> Vec<(String, String)> {
        let steps = panel.steps(3, 2).expect("parts that add up");
        steps.into_iter().map(|step| (step.label, signed(step.to - step.from, 2))).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(label, points)| ((*label).to_owned(), (*points).to_owned())).collect()
    }

    #[test]
    fn the_largest_parts_are_named_the_rest_is_one_sum_and_the_others_follow() {
        let parts = [("a", 0.5), ("b", -2.0), ("c", 3.0), ("d", 0.25), ("e", -0.75)];
        let panel = panel(80.0, 82.5, &parts, &[("权重变化", 0.0), ("加分", 2.0), ("扣分", -0.5)]);
        let expected = [
            ("c", "+3.00"),
            ("b", "-2.00"),
            ("e", "-0.75"),
            ("其余2项合计", "+0.75"),
            ("加分", "+2.00"),
            ("扣分", "-0.50"),
        ];
        assert_eq!(told(&panel), pairs(&expected));
    }

    #[test]
    fn printed_parts_add_up_to_the_printed_change() {
        // A third each: rounded by themselves they would make 0.99.
        let third = 1.0 / 3.0;
        let panel = panel(70.0, 71.0, &[("a", third), ("b", third), ("c", third)], &[]);
        assert_eq!(told(&panel), pairs(&[("a", "+0.33"), ("b", "+0.34"), ("c", "+0.33")]));
    }

    #[test]
    fn what_rounded_scores_leave_falls_to_the_largest_part() {
        let panel = panel(70.0, 71.01, &[("a", 1.004)], &[]);
        assert_eq!(told(&panel), pairs(&[("a", "+1.01")]));
    }

    #[test]
    fn parts_that_do_not_add_up_are_refused_by_name() {
        let message = panel(70.0, 75.0, &[("a", 1.0)], &[]).steps(3, 2).expect_err("four points lack").to_string();
        assert!(message.contains("甲镇") && message.contains("1.0000") && message.contains("5.0000"), "{message}");
        assert!(chart(vec![panel(70.0, 75.0, &[], &[])]).draw(&Palette::default()).is_err());
    }

    #[test]
    fn a_single_rest_is_shown_by_its_name() {
        let panel = panel(70.0, 76.0, &[("a", 1.0), ("b", 2.0), ("c", 2.5), ("d", 0.5)], &[]);
        assert_eq!(told(&panel).len(), 4);
        assert!(told(&panel).iter().all(|(label, _)| !label.contains("其余")));
    }

    #[test]
    fn scores_parts_and_the_change_are_printed_and_losses_hatched() {
        let panel = panel(80.0, 81.0, &[("老年食堂", 2.5), ("签约率", -1.5)], &[]);
        let svg = chart(vec![panel]).draw(&Palette::default()).expect("plain");
        for text in
            ["甲镇", "上季", "本季", "80.00", "81.00", "+2.50", "-1.50", "+1.00", "老年食堂", "签约率", "模拟数据"]
        {
            assert!(svg.contains(text), "{text}");
        }
        let lines = svg.lines().filter(|line| line.contains(&Palette::default().other.hex())).count();
        assert!(lines > 6, "the hatching of the loss");
    }

    #[test]
    fn no_change_one_panel_three_and_seven_are_drawn_and_none_is_said() {
        let still = || panel(80.0, 80.0, &[], &[]);
        for count in [1, 3, 7] {
            let svg = chart((0..count).map(|_| still()).collect()).draw(&Palette::default()).expect("plain");
            assert_eq!(svg.matches("甲镇").count(), count);
        }
        assert!(chart(Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }
}
