//! One unit against the others, dimension by dimension: its own score, the mean, the best.

use super::axis::Axis;
use super::head::nothing;
use super::lettering::{Type, check_figures, figure};
use super::sheet::{Area, Point, Sheet};
use crate::views::theme::palette::Palette;

/// Scores of a unit's dimensions next to mean and best.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitDots {
    /// One line per dimension.
    pub rows: Vec<DotRow>,
    /// What ● is called.
    pub own_name: String,
    /// What ◇ is called.
    pub mean_name: String,
    /// What △ is called.
    pub best_name: String,
    /// Ends of the axis; widened where a score goes beyond.
    pub scale: (f64, f64),
    /// Decimals printed.
    pub decimals: u8,
}

/// One dimension; `None` where there is no score.
#[derive(Clone, Debug, PartialEq)]
pub struct DotRow {
    /// Name of the dimension.
    pub name: String,
    /// The unit's own score.
    pub own: Option<f64>,
    /// Mean of those it is compared with.
    pub mean: Option<f64>,
    /// Best of them.
    pub best: Option<f64>,
}

const WIDTH: i32 = 560;
const EDGE: i32 = 10;
const ROW: i32 = 40;
const HEADER: i32 = 30;
const NAME: Type = Type::new(13);
const SMALL: Type = Type::new(12).quiet();
/// Markers nearer than this are moved apart, up and down.
const TOO_NEAR: i32 = 17;

#[derive(Clone, Copy)]
enum Dot {
    Own,
    Mean,
    Best,
}

impl UnitDots {
    /// The figure in, an SVG of 560 × about 40 per row out; the columns of figures are the legend too.
    ///
    /// Fails if a text has a character the font lacks or a score is not a finite number.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        let title = [&self.own_name, &self.mean_name, &self.best_name]
            .into_iter()
            .filter(|name| !name.trim().is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("、");
        for row in &self.rows {
            check_figures(&row.name, row.values())?;
        }
        if self.rows.iter().all(|row| row.values().next().is_none()) {
            return nothing(palette, WIDTH, "", "", "");
        }
        let mut sheet = Sheet::new(WIDTH, palette);
        let columns = [(Dot::Own, &self.own_name), (Dot::Mean, &self.mean_name), (Dot::Best, &self.best_name)];
        let widths = columns.map(|(_, name)| (SMALL.width(name) + 20).clamp(50, 96));
        let mut right = WIDTH - EDGE;
        let mut edges = [0; 3];
        for (edge, width) in edges.iter_mut().zip(widths).rev() {
            *edge = right;
            right -= width + 10;
        }
        let name_width = NAME.widest(self.rows.iter().map(|row| row.name.as_str())).clamp(30, 130);
        let plot_left = EDGE + name_width + 22;
        let axis = self.axis().over(plot_left, right - 8);
        let bottom = HEADER + ROW * i32::try_from(self.rows.len())?;

        for (((dot, name), edge), width) in columns.into_iter().zip(edges).zip(widths) {
            let name = SMALL.fit(name, width - 20);
            sheet.text(edge, HEADER / 2, &name, SMALL.right());
            marker(&mut sheet, (edge - SMALL.width(&name) - 12, HEADER / 2), dot);
        }
        for (number, top) in (0..self.rows.len()).zip((HEADER..).step_by(40)) {
            if number % 2 == 0 {
                sheet.fill(Area::new(0, top, WIDTH, top + ROW), sheet.palette.band);
            }
        }
        for (value, label) in axis.ticks() {
            let x = axis.at(value);
            sheet.line((x, HEADER), (x, bottom + 3), sheet.palette.hairline, 1);
            sheet.text(x, bottom + 13, &label, Type::new(11).centred().quiet());
        }
        for (row, top) in self.rows.iter().zip((HEADER..).step_by(40)) {
            let y = top + ROW / 2;
            draw_name(&mut sheet, &row.name, y, name_width);
            row.draw_markers(&mut sheet, y, &axis);
            for ((value, edge), kind) in
                [row.own, row.mean, row.best].into_iter().zip(edges).zip([NAME.bold(), NAME, NAME])
            {
                let text = value.map_or_else(|| "—".to_owned(), |value| figure(value, self.decimals));
                sheet.text(edge, y, &text, kind.right());
            }
        }
        sheet.finish(&title, bottom + 26)
    }

    fn axis(&self) -> Axis {
        let (mut low, mut high) = self.scale;
        if !(low.is_finite() && high.is_finite() && low < high) {
            (low, high) = (0.0, 100.0);
        }
        for value in self.rows.iter().flat_map(DotRow::values) {
            low = low.min(value);
            high = high.max(value);
        }
        Axis::round(low, high, 4)
    }
}

impl DotRow {
    fn values(&self) -> impl Iterator<Item = f64> {
        [self.own, self.mean, self.best].into_iter().flatten()
    }

    /// Markers on one line; where two would lie on each other the best goes up and the mean down.
    fn draw_markers(&self, sheet: &mut Sheet, y: i32, axis: &Axis) {
        let places: Vec<i32> = self.values().map(|value| axis.at(value)).collect();
        let (Some(first), Some(last)) = (places.iter().min(), places.iter().max()) else { return };
        sheet.line((*first, y), (*last, y), sheet.palette.quiet, 2);
        let near = |one: Option<f64>, other: Option<f64>| {
            one.zip(other).is_some_and(|(one, other)| (axis.at(one) - axis.at(other)).abs() < TOO_NEAR)
        };
        let mean_best = near(self.mean, self.best);
        let best_y = if near(self.own, self.best) || mean_best { y - 13 } else { y };
        let mean_y = if near(self.own, self.mean) || (mean_best && self.own.is_none()) { y + 13 } else { y };
        for (value, dot, place) in
            [(self.best, Dot::Best, best_y), (self.mean, Dot::Mean, mean_y), (self.own, Dot::Own, y)]
        {
            if let Some(value) = value {
                marker(sheet, (axis.at(value), place), dot);
            }
        }
    }
}

fn draw_name(sheet: &mut Sheet, name: &str, y: i32, width: i32) {
    let lines = NAME.wrap(name, width, 2);
    let first = if lines.len() > 1 { y - 8 } else { y };
    for (line, offset) in lines.iter().zip([0, 16]) {
        sheet.text(EDGE, first + offset, line, NAME);
    }
}

/// ● own, ◇ mean, △ best: drawn, so that they have one size in every font.
fn marker(sheet: &mut Sheet, (x, y): Point, dot: Dot) {
    let mut hollow = |points: Vec<Point>| {
        sheet.polygon(points.clone(), sheet.palette.paper);
        let mut outline = points;
        outline.extend_from_within(..2);
        sheet.path(outline, if matches!(dot, Dot::Mean) { sheet.palette.ink } else { sheet.palette.other }, 2);
    };
    match dot {
        Dot::Own => sheet.disc((x, y), 6, sheet.palette.main),
        Dot::Mean => hollow(vec![(x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)]),
        Dot::Best => hollow(vec![(x, y - 6), (x + 6, y + 4), (x - 6, y + 4)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(rows: Vec<DotRow>) -> UnitDots {
        UnitDots {
            rows,
            own_name: "本镇".to_owned(),
            mean_name: "组均".to_owned(),
            best_name: "最好".to_owned(),
            scale: (0.0, 100.0),
            decimals: 2,
        }
    }

    fn row(name: &str, own: f64, mean: f64, best: f64) -> DotRow {
        DotRow { name: name.to_owned(), own: Some(own), mean: Some(mean), best: Some(best) }
    }

    #[test]
    fn every_dimension_has_three_markers_and_three_figures() {
        let svg = chart(vec![row("甲", 60.5, 75.25, 92.125), row("乙", 50.0, 70.0, 90.0)])
            .draw(&Palette::default())
            .expect("plain");
        assert_eq!(svg.matches("<circle").count(), 2 + 1, "own scores and the heading");
        assert_eq!(svg.matches("<polygon").count(), 4 + 2);
        for text in ["60.50", "75.25", "92.13", "本镇", "组均", "最好"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(svg.contains("width=\"560\" height=\"136\""), "{}", &svg[..200]);
    }

    #[test]
    fn what_is_missing_is_a_dash_and_no_marker() {
        let missing = DotRow { name: "甲".to_owned(), own: None, mean: Some(70.0), best: None };
        let svg = chart(vec![missing]).draw(&Palette::default()).expect("plain");
        assert_eq!(svg.matches(">\n—\n").count(), 2);
        assert_eq!(svg.matches("<circle").count(), 1, "the heading only");
    }

    #[test]
    fn the_axis_widens_for_scores_beyond_the_scale() {
        let axis = chart(vec![row("甲", -4.0, 70.0, 112.0)]).axis();
        assert!(axis.low <= -4.0 && axis.high >= 112.0);
    }

    #[test]
    fn a_scale_upside_down_is_replaced() {
        let axis = UnitDots { scale: (5.0, 5.0), ..chart(vec![row("甲", 50.0, 60.0, 70.0)]) }.axis();
        assert!(axis.low.abs() < 1e-9 && (axis.high - 100.0).abs() < 1e-9);
    }

    #[test]
    fn no_score_gives_a_picture_that_says_so() {
        assert!(chart(Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }
}
