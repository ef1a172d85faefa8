//! What people find important against how it scores: four fields, a point with its interval for each aspect.

use super::axis::Axis;
use super::head::{head, nothing};
use super::label_places::place;
use super::lettering::{Type, check_figures, figure};
use super::sheet::{Area, Point, Sheet};
use crate::views::theme::palette::Palette;

/// Importance (upwards) against score (to the right).
#[derive(Clone, Debug, PartialEq)]
pub struct QuadrantChart {
    /// Heading; empty where the text around the chart says it.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// The aspects.
    pub points: Vec<AspectPoint>,
    /// Importance and score at which the fields part.
    pub centre: (f64, f64),
    /// What that is called, such as 全县平均.
    pub centre_name: String,
    /// Values of importance that must be on the axis.
    pub importance_range: (f64, f64),
    /// Scores that must be on the axis.
    pub score_range: (f64, f64),
    /// What the axis of importance is called.
    pub importance_name: String,
    /// What the axis of scores is called.
    pub score_name: String,
    /// Names of the fields: important and low, important and high, less important and low, less important and high.
    pub fields: [String; 4],
}

/// One aspect.
#[derive(Clone, Debug, PartialEq)]
pub struct AspectPoint {
    /// Its name.
    pub name: String,
    /// Importance.
    pub importance: f64,
    /// Confidence interval of the importance, where it is known.
    pub interval: Option<(f64, f64)>,
    /// Score.
    pub score: f64,
    /// Whether it rests on few answers (样本偏少), which is marked with *.
    pub is_small: bool,
}

const WIDTH: i32 = 620;
const HEIGHT: i32 = 380;
const LEFT: i32 = 64;
const RIGHT: i32 = WIDTH - 20;
const NAME: Type = Type::new(13);
const SMALL: Type = Type::new(11).quiet();
const FIELD: Type = Type::new(14).bold();
/// Widest name that is printed whole.
const NAME_WIDTH: i32 = 150;

impl QuadrantChart {
    /// The figure in, an SVG of 620 pixels' width out.
    ///
    /// Fails if a text has a character the font lacks or a figure is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        let (importance, score) = self.centre;
        check_figures(&self.centre_name, [importance, score])?;
        for point in &self.points {
            let ends = point.interval.map(|(low, high)| [low, high]);
            check_figures(&point.name, [point.importance, point.score].into_iter().chain(ends.into_iter().flatten()))?;
        }
        if self.points.is_empty() {
            return nothing(palette, WIDTH, &self.title, &self.note, &self.watermark);
        }
        let mut sheet = Sheet::new(WIDTH, palette);
        let top =
            if self.title.is_empty() { 28 } else { head(&mut sheet, &self.title, &self.note, &self.watermark) + 16 };
        let frame = Area::new(LEFT, top, RIGHT, top + HEIGHT);
        let (across, up) = self.axes();
        let (across, up) = (across.over(frame.left, frame.right), up.over(frame.bottom, frame.top));
        let (x, y) = (across.at(score), up.at(importance));
        sheet.fill(Area::new(frame.left, frame.top, x, y), sheet.palette.band);
        draw_axes(&mut sheet, frame, &across, &up);
        sheet.dashed_line((x, frame.bottom), (x, frame.top), sheet.palette.quiet, 1);
        sheet.dashed_line((frame.left, y), (frame.right, y), sheet.palette.quiet, 1);
        let mut taken = self.draw_fields(&mut sheet, frame);
        // The word for the lines stands at the end of the level one, on the side with more room.
        let word = SMALL.fit(&self.centre_name, 120);
        let (line, size) = (if y - frame.top > 40 { y - 10 } else { y + 10 }, SMALL.width(&word));
        sheet.text(frame.right - 4, line, &word, SMALL.right());
        taken.push(Area::new(frame.right - 8 - size, line - 9, frame.right, line + 9));
        // Names keep off the dividing lines and the intervals.
        taken.push(Area::new(x - 2, frame.top, x + 2, frame.bottom));
        taken.push(Area::new(frame.left, y - 2, frame.right, y + 2));
        taken.extend(self.points.iter().filter_map(|point| {
            let (low, high) = point.interval?;
            let at = across.at(point.score);
            Some(Area::new(at - 5, up.at(high), at + 5, up.at(low)))
        }));
        self.draw_points(&mut sheet, frame, (&across, &up), &taken);
        sheet.text(LEFT - 46, frame.top - 16, &self.importance_name, SMALL);
        sheet.text(frame.centre().0, frame.bottom + 34, &self.score_name, SMALL.centred());
        let spoken = if self.title.is_empty() { self.spoken() } else { self.title.clone() };
        sheet.finish(&spoken, frame.bottom + 50)
    }

    /// Axes of scores and of importance, with a little room around the outermost points.
    fn axes(&self) -> (Axis, Axis) {
        let range = |(low, high): (f64, f64), values: &mut dyn Iterator<Item = f64>| {
            let (low, high) = values.fold((low, high), |ends, value| (ends.0.min(value), ends.1.max(value)));
            let room = ((high - low) * 0.04).max(1e-3);
            (low - room, high + room)
        };
        let points = || self.points.iter();
        let across = range(self.score_range, &mut points().map(|point| point.score).chain([self.centre.1]));
        let ends = points().flat_map(|point| {
            let (low, high) = point.interval.unwrap_or((point.importance, point.importance));
            [low, high, point.importance]
        });
        let up = range(self.importance_range, &mut ends.chain([self.centre.0]));
        (Axis::round(across.0, across.1, 6), Axis::round(up.0, up.1, 5))
    }

    /// Names of the fields in their corners; returns where they stand.
    fn draw_fields(&self, sheet: &mut Sheet, frame: Area) -> Vec<Area> {
        let corners = [(true, true), (true, false), (false, true), (false, false)];
        let mut taken = Vec::new();
        for (name, (is_upper, is_left)) in self.fields.iter().zip(corners) {
            let y = if is_upper { frame.top + 16 } else { frame.bottom - 16 };
            let width = FIELD.width(name);
            let left = if is_left { frame.left + 8 } else { frame.right - 8 - width };
            let tint = if is_upper && is_left { sheet.palette.ink } else { sheet.palette.quiet };
            sheet.text(left, y, name, FIELD.colour(tint));
            taken.push(Area::new(left, y - 10, left + width, y + 10));
        }
        taken
    }

    fn draw_points(&self, sheet: &mut Sheet, frame: Area, (across, up): (&Axis, &Axis), taken: &[Area]) {
        let spots: Vec<Point> =
            self.points.iter().map(|point| (across.at(point.score), up.at(point.importance))).collect();
        let names: Vec<String> = self
            .points
            .iter()
            .map(|point| NAME.fit(&format!("{}{}", point.name, if point.is_small { "*" } else { "" }), NAME_WIDTH))
            .collect();
        let sizes: Vec<(i32, i32)> = names.iter().map(|name| (NAME.width(name), 17)).collect();
        let places = place(&spots, &sizes, frame, taken);
        for (point, &(x, _)) in self.points.iter().zip(&spots) {
            if let Some((low, high)) = point.interval {
                let (from, to) = (up.at(low), up.at(high));
                sheet.line((x, from), (x, to), sheet.palette.quiet, 2);
                for end in [from, to] {
                    sheet.line((x - 4, end), (x + 4, end), sheet.palette.quiet, 2);
                }
            }
        }
        for (&spot, area) in spots.iter().zip(&places) {
            let nearest = (spot.0.clamp(area.left, area.right), spot.1.clamp(area.top, area.bottom));
            if (nearest.0 - spot.0).abs().max((nearest.1 - spot.1).abs()) > 14 {
                sheet.line(spot, nearest, sheet.palette.quiet, 1);
            }
            sheet.disc(spot, 6, sheet.palette.main);
        }
        for (name, area) in names.iter().zip(&places) {
            sheet.text(area.left, area.centre().1, name, NAME);
        }
    }

    /// What a reader who cannot see the picture is told.
    fn spoken(&self) -> String {
        let told = |point: &AspectPoint| {
            format!("{}：{}，{}", point.name, figure(point.importance, 1), figure(point.score, 1))
        };
        let all: Vec<String> = self.points.iter().map(told).collect();
        format!("{}、{}。{}", self.importance_name, self.score_name, all.join("；"))
    }
}

fn draw_axes(sheet: &mut Sheet, frame: Area, across: &Axis, up: &Axis) {
    for (value, label) in across.ticks() {
        let x = across.at(value);
        sheet.line((x, frame.top), (x, frame.bottom + 4), sheet.palette.hairline, 1);
        sheet.text(x, frame.bottom + 15, &label, SMALL.centred());
    }
    for (value, label) in up.ticks() {
        let y = up.at(value);
        sheet.line((frame.left - 4, y), (frame.right, y), sheet.palette.hairline, 1);
        sheet.text(frame.left - 10, y, &label, SMALL.right());
    }
    sheet.outline(frame, sheet.palette.quiet);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(name: &str, importance: f64, score: f64) -> AspectPoint {
        let interval = Some((importance - 0.4, importance + 0.4));
        AspectPoint { name: name.to_owned(), importance, interval, score, is_small: false }
    }

    fn chart(points: Vec<AspectPoint>) -> QuadrantChart {
        QuadrantChart {
            title: String::new(),
            note: String::new(),
            watermark: String::new(),
            points,
            centre: (7.0, 80.0),
            centre_name: "全县平均".to_owned(),
            importance_range: (5.0, 9.0),
            score_range: (60.0, 95.0),
            importance_name: "重要程度".to_owned(),
            score_name: "得分".to_owned(),
            fields: ["优先改进", "继续保持", "逐步改进", "维持现状"].map(str::to_owned),
        }
    }

    #[test]
    fn every_aspect_is_a_point_with_a_name_and_an_interval() {
        let svg = chart(vec![point("老有所养", 8.2, 75.0), point("老有所乐", 6.0, 90.0)])
            .draw(&Palette::default())
            .expect("plain");
        assert_eq!(svg.matches("<circle").count(), 2);
        for text in ["老有所养", "老有所乐", "优先改进", "继续保持", "逐步改进", "维持现状", "全县平均"]
        {
            assert!(svg.contains(&format!(">\n{text}\n")), "{text}");
        }
        assert!(svg.contains("老有所养：8.2，75.0"), "told to those who cannot see");
    }

    #[test]
    fn points_on_the_edge_lie_inside_the_frame() {
        let (across, up) = chart(vec![point("甲", 9.4, 99.0), point("乙", 4.0, 40.0)]).axes();
        assert!(across.low < 40.0 && across.high > 99.0, "{across:?}");
        assert!(up.low < 3.6 && up.high > 9.8, "{up:?}");
    }

    #[test]
    fn few_answers_are_marked() {
        let small = AspectPoint { is_small: true, interval: None, ..point("甲", 8.0, 70.0) };
        assert!(chart(vec![small]).draw(&Palette::default()).expect("plain").contains(">\n甲*\n"));
    }

    #[test]
    fn nothing_asked_gives_a_picture_that_says_so() {
        assert!(chart(Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }
}
