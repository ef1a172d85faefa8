//! How the dimensions went: a small panel each, the whole as a line, the units as a band from lowest to highest.

use super::axis::Axis;
use super::head::{MARGIN, head, legend, nothing};
use super::lettering::{Type, check_figures, figure};
use super::sheet::{Area, Point, Sheet};
use crate::views::theme::palette::Palette;

/// Dimensions over periods, all panels on one scale.
#[derive(Clone, Debug, PartialEq)]
pub struct DimensionTrend {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// Periods as printed, oldest first.
    pub periods: Vec<String>,
    /// One panel per dimension.
    pub panels: Vec<TrendPanel>,
    /// What the line is called.
    pub total_word: String,
    /// Decimals printed.
    pub decimals: u8,
}

/// One dimension; each list has one value per period, `None` where there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPanel {
    /// Name of the dimension.
    pub name: String,
    /// Score of the whole.
    pub total: Vec<Option<f64>>,
    /// Lowest score of a unit.
    pub low: Vec<Option<f64>>,
    /// Highest score of a unit.
    pub high: Vec<Option<f64>>,
}

const WIDTH: i32 = 1040;
const PANEL_GAP: i32 = 20;
const PANEL_HEIGHT: i32 = 216;
const TICK: Type = Type::new(11).quiet();
const NAME: Type = Type::new(14).bold();
const END: Type = Type::new(13).bold();
/// Room for the figures after the last point.
const END_ROOM: i32 = 50;

impl DimensionTrend {
    /// The figure in, an SVG out. Lines and bands stop where a value is missing.
    ///
    /// Fails if a text has a character the font lacks or a value is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        for panel in &self.panels {
            check_figures(&panel.name, panel.values())?;
        }
        let values: Vec<f64> = self.panels.iter().flat_map(TrendPanel::values).collect();
        if self.periods.is_empty() || values.is_empty() {
            return nothing(palette, WIDTH, &self.title, &self.note, &self.watermark);
        }
        let low = values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let axis = Axis::round(low, high, 4);
        let across = match self.panels.len() {
            1..=3 => self.panels.len(),
            4 => 2,
            5 | 6 => 3,
            _ => 4,
        };

        let mut sheet = Sheet::new(WIDTH, palette);
        let top = head(&mut sheet, &self.title, &self.note, &self.watermark);
        let top = self.draw_legend(&mut sheet, top) + 6;
        let columns = i32::try_from(across)?;
        let width = (WIDTH - 2 * MARGIN - PANEL_GAP * (columns - 1)) / columns;
        let mut bottom = top;
        for (number, panel) in (0..).zip(&self.panels) {
            let left = MARGIN + number % columns * (width + PANEL_GAP);
            let panel_top = top + number / columns * (PANEL_HEIGHT + PANEL_GAP);
            bottom = panel_top + PANEL_HEIGHT;
            self.draw_panel(&mut sheet, panel, Area::new(left, panel_top, left + width, bottom), axis);
        }
        sheet.finish(&self.title, bottom + MARGIN - 8)
    }

    fn draw_legend(&self, sheet: &mut Sheet, top: i32) -> i32 {
        let line = |sheet: &mut Sheet, (x, y): Point| {
            sheet.line((x - 11, y), (x + 11, y), sheet.palette.main, 2);
            sheet.disc((x, y), 4, sheet.palette.main);
        };
        let band = |sheet: &mut Sheet, (x, y): Point| {
            sheet.fill(Area::new(x - 11, y - 7, x + 11, y + 7), sheet.palette.main_pale);
            sheet.line((x - 11, y - 7), (x + 11, y - 7), sheet.palette.main.towards(sheet.palette.paper, 0.5), 1);
            sheet.line((x - 11, y + 7), (x + 11, y + 7), sheet.palette.main.towards(sheet.palette.paper, 0.5), 1);
        };
        legend(sheet, top, &[(&line, &self.total_word), (&band, "最低至最高")])
    }

    fn draw_panel(&self, sheet: &mut Sheet, panel: &TrendPanel, area: Area, axis: Axis) {
        sheet.text(area.left, area.top + 10, &NAME.fit(&panel.name, area.right - area.left), NAME);
        let ticks = axis.ticks();
        let plot = Area::new(
            area.left + TICK.widest(ticks.iter().map(|(_, label)| label.as_str())) + 8,
            area.top + 32,
            area.right - END_ROOM,
            area.bottom - 24,
        );
        let axis = axis.over(plot.bottom, plot.top);
        let places = self.places(plot);
        self.draw_periods(sheet, plot, &places);
        let at = |period: usize, value: f64| (places[period], axis.at(value));
        for run in runs(self.periods.len(), |period| Some((value(&panel.low, period)?, value(&panel.high, period)?))) {
            let lows: Vec<Point> = run.iter().map(|&(period, (low, _))| at(period, low)).collect();
            let highs: Vec<Point> = run.iter().map(|&(period, (_, high))| at(period, high)).collect();
            draw_band(sheet, &lows, &highs);
        }
        for (value, label) in &ticks {
            let y = axis.at(*value);
            sheet.line((plot.left, y), (plot.right, y), sheet.palette.hairline, 1);
            sheet.text(plot.left - 6, y, label, TICK.right());
        }
        for run in runs(self.periods.len(), |period| value(&panel.total, period)) {
            let points: Vec<Point> = run.iter().map(|&(period, total)| at(period, total)).collect();
            if points.len() > 1 {
                sheet.path(points.clone(), sheet.palette.main, 2);
            }
            for point in points {
                sheet.disc(point, 5, sheet.palette.paper);
                sheet.disc(point, 4, sheet.palette.main);
            }
        }
        self.draw_end(sheet, panel, &places, &axis);
    }

    /// Pixels of the periods: the first and the last stay half a label away from the edges.
    fn places(&self, plot: Area) -> Vec<i32> {
        let room = (TICK.widest(self.periods.iter().map(String::as_str)) / 2).min((plot.right - plot.left) / 4);
        let (left, right) = (plot.left + room.min(24), plot.right - 8);
        let last = i32::try_from(self.periods.len() - 1).unwrap_or(i32::MAX).max(1);
        if self.periods.len() == 1 {
            return vec![i32::midpoint(left, right)];
        }
        (0..self.periods.len())
            .map(|number| left + (right - left) * i32::try_from(number).unwrap_or(last) / last)
            .collect()
    }

    /// As many names of periods as fit, counted back from the last.
    fn draw_periods(&self, sheet: &mut Sheet, plot: Area, places: &[i32]) {
        let mut free = plot.right + END_ROOM;
        for (name, x) in self.periods.iter().zip(places).rev() {
            let name = TICK.fit(name, (plot.right - plot.left) / 2);
            let half = TICK.width(&name) / 2;
            sheet.line((*x, plot.bottom), (*x, plot.bottom + 3), sheet.palette.quiet, 1);
            if x + half <= free && x - half >= plot.left - 30 {
                sheet.text(*x, plot.bottom + 13, &name, TICK.centred());
                free = x - half - 6;
            }
        }
    }

    /// The last values in figures; lowest and highest only where they do not touch the line's.
    fn draw_end(&self, sheet: &mut Sheet, panel: &TrendPanel, places: &[i32], axis: &Axis) {
        let last = |list: &[Option<f64>]| {
            (0..self.periods.len()).rev().find_map(|period| Some((period, value(list, period)?)))
        };
        let mut taken: Vec<i32> = Vec::new();
        let total = last(&panel.total);
        if let Some((period, value)) = total {
            let (x, y) = (places[period] + 9, axis.at(value));
            if period + 1 == self.periods.len() {
                sheet.text(x, y, &figure(value, self.decimals), END);
            } else {
                sheet.text_over(
                    places[period],
                    y - 14,
                    &figure(value, self.decimals),
                    END.centred(),
                    sheet.palette.paper,
                );
            }
            taken.push(y);
        }
        for list in [&panel.high, &panel.low] {
            let Some((period, value)) = last(list) else { continue };
            let y = axis.at(value);
            if period + 1 == self.periods.len() && taken.iter().all(|other| (other - y).abs() >= 14) {
                sheet.text(places[period] + 9, y, &figure(value, self.decimals), TICK);
                taken.push(y);
            }
        }
    }
}

impl TrendPanel {
    fn values(&self) -> impl Iterator<Item = f64> {
        self.total.iter().chain(&self.low).chain(&self.high).copied().flatten()
    }
}

fn value(list: &[Option<f64>], period: usize) -> Option<f64> {
    list.get(period).copied().flatten()
}

/// Stretches of periods that have a value, each as (period, value).
fn runs<T>(count: usize, value: impl Fn(usize) -> Option<T>) -> Vec<Vec<(usize, T)>> {
    let mut runs = vec![Vec::new()];
    for period in 0..count {
        match value(period) {
            Some(value) => runs.last_mut().expect("there is always an open run").push((period, value)),
            None => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn draw_band(sheet: &mut Sheet, lows: &[Point], highs: &[Point]) {
    let edge = sheet.palette.main.towards(sheet.palette.paper, 0.5);
    if let ([low], [high]) = (lows, highs) {
        sheet.fill(Area::new(low.0 - 4, high.1, low.0 + 4, low.1), sheet.palette.main_pale);
        sheet.line((low.0 - 4, low.1), (low.0 + 4, low.1), edge, 1);
        sheet.line((low.0 - 4, high.1), (low.0 + 4, high.1), edge, 1);
        return;
    }
    sheet.polygon(lows.iter().chain(highs.iter().rev()).copied().collect(), sheet.palette.main_pale);
    sheet.path(lows.to_vec(), edge, 1);
    sheet.path(highs.to_vec(), edge, 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(name: &str, total: &[Option<f64>]) -> TrendPanel {
        TrendPanel {
            name: name.to_owned(),
            total: total.to_vec(),
            low: total.iter().map(|value| value.map(|value| value - 10.0)).collect(),
            high: total.iter().map(|value| value.map(|value| value + 10.0)).collect(),
        }
    }

    fn chart(periods: usize, panels: Vec<TrendPanel>) -> DimensionTrend {
        DimensionTrend {
            title: "走势".to_owned(),
            note: String::new(),
            watermark: String::new(),
            periods: (0..periods).map(|number| format!("{}Q{}", 2021 + number / 4, number % 4 + 1)).collect(),
            panels,
            total_word: "全县".to_owned(),
            decimals: 2,
        }
    }

    #[test]
    fn a_gap_breaks_the_line_and_the_band() {
        let values = [Some(70.0), Some(72.0), None, Some(75.0), Some(77.25)];
        let svg = chart(5, vec![panel("甲", &values)]).draw(&Palette::default()).expect("plain");
        let line = |tag: &str, colour: &str| svg.lines().filter(|l| l.starts_with(tag) && l.contains(colour)).count();
        assert_eq!(line("<polygon", &Palette::default().main_pale.hex()), 2, "two bands");
        assert_eq!(line("<circle", &Palette::default().main.hex()), 4 + 1, "four points and the legend");
        assert!(svg.contains("77.25") && svg.contains("87.25") && svg.contains("全县"));
    }

    #[test]
    fn runs_are_the_stretches_with_values() {
        let values = [None, Some(1), Some(2), None, None, Some(3)];
        assert_eq!(runs(6, |at| values[at]), [vec![(1, 1), (2, 2)], vec![(5, 3)]]);
    }

    #[test]
    fn one_period_one_panel_and_eight_panels_are_drawn() {
        assert!(chart(1, vec![panel("甲", &[Some(70.0)])]).draw(&Palette::default()).expect("plain").contains("70.00"));
        let panels = (0..8).map(|number| panel(&format!("维度{number}"), &[Some(70.0), Some(-3.0)])).collect();
        let svg = chart(2, panels).draw(&Palette::default()).expect("plain");
        assert!((0..8).all(|number| svg.contains(&format!("维度{number}"))));
    }

    #[test]
    fn names_of_many_periods_are_thinned_and_the_last_stays() {
        let svg = chart(40, vec![panel("甲", &[Some(70.0); 40])]).draw(&Palette::default()).expect("plain");
        assert!(svg.contains("2030Q4"));
        assert!(svg.matches("Q1").count() < 10);
    }

    #[test]
    fn lists_shorter_than_the_periods_are_gaps() {
        assert!(chart(5, vec![panel("甲", &[Some(70.0)])]).draw(&Palette::default()).is_ok());
    }

    #[test]
    fn no_value_gives_a_picture_that_says_so() {
        assert!(
            chart(3, vec![panel("甲", &[None, None])])
                .draw(&Palette::default())
                .expect("plain")
                .contains("本期没有可画的数据")
        );
        assert!(chart(0, Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }
}
