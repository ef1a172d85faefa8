//! A drawing in the making: marks are noted in order and drawn at the end, when the height is known.

use super::lettering::{Align, Type};
use crate::views::theme::palette::{Colour, Palette};
use crate::views::theme::{FAMILY, SIZE_PER_PIXEL, missing_glyphs, register_fonts};
use anyhow::{Context, ensure};
use plotters::backend::SVGBackend;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters::element::{Circle, PathElement, Polygon, Rectangle, Text};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, RGBColor, ShapeStyle};

/// A point in pixels.
pub(super) type Point = (i32, i32);

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Area {
    pub(super) fn new(left: i32, top: i32, right: i32, bottom: i32) -> Self {
        Area { left, top, right, bottom }
    }

    pub(super) fn centre(self) -> Point {
        (i32::midpoint(self.left, self.right), i32::midpoint(self.top, self.bottom))
    }
}

enum Mark {
    Fill(Area, Colour),
    Outline(Area, Colour),
    Line(Vec<Point>, Colour, u32),
    Polygon(Vec<Point>, Colour),
    Disc(Point, i32, Colour),
    Ring(Point, i32, Colour, u32),
    Text(Point, String, Type),
}

/// Marks on white paper of a fixed width.
pub(super) struct Sheet {
    pub(super) width: i32,
    pub(super) palette: Palette,
    marks: Vec<Mark>,
}

impl Sheet {
    pub(super) fn new(width: i32, palette: &Palette) -> Self {
        Sheet { width, palette: *palette, marks: Vec::new() }
    }

    pub(super) fn fill(&mut self, area: Area, colour: Colour) {
        if area.right > area.left && area.bottom > area.top {
            self.marks.push(Mark::Fill(area, colour));
        }
    }

    pub(super) fn outline(&mut self, area: Area, colour: Colour) {
        self.marks.push(Mark::Outline(area, colour));
    }

    pub(super) fn line(&mut self, from: Point, to: Point, colour: Colour, width: u32) {
        self.path(vec![from, to], colour, width);
    }

    pub(super) fn path(&mut self, points: Vec<Point>, colour: Colour, width: u32) {
        self.marks.push(Mark::Line(points, colour, width));
    }

    pub(super) fn polygon(&mut self, points: Vec<Point>, colour: Colour) {
        self.marks.push(Mark::Polygon(points, colour));
    }

    pub(super) fn disc(&mut self, centre: Point, radius: i32, colour: Colour) {
        self.marks.push(Mark::Disc(centre, radius, colour));
    }

    pub(super) fn ring(&mut self, centre: Point, radius: i32, colour: Colour, width: u32) {
        self.marks.push(Mark::Ring(centre, radius, colour, width));
    }

    /// A horizontal or vertical dashed line, 4 on 3 off.
    pub(super) fn dashes(&mut self, from: Point, to: Point, colour: Colour) {
        let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
        let (dx, dy) = ((to.0 - from.0).signum(), (to.1 - from.1).signum());
        let mut start = 0;
        while start < length {
            let end = (start + 4).min(length);
            let at = |distance: i32| (from.0 + dx * distance, from.1 + dy * distance);
            self.line(at(start), at(end), colour, 1);
            start += 7;
        }
    }

    /// A dashed line in any direction, about 9 on 6 off, that starts and ends with a dash.
    pub(super) fn dashed_line(&mut self, from: Point, to: Point, colour: Colour, width: u32) {
        let (dx, dy) = (f64::from(to.0 - from.0), f64::from(to.1 - from.1));
        #[expect(clippy::cast_possible_truncation, reason = "a length in pixels")]
        let gaps = ((dx.hypot(dy) - 9.0) / 15.0).round().max(1.0) as i32;
        let at = |share: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "between two pixels")]
            let along = |start: i32, length: f64| start + (length * share).round() as i32;
            (along(from.0, dx), along(from.1, dy))
        };
        let whole = 15.0 * f64::from(gaps) + 9.0;
        for number in 0..=gaps {
            let start = 15.0 * f64::from(number) / whole;
            self.line(at(start), at(start + 9.0 / whole), colour, width);
        }
    }

    /// A dashed rectangle.
    pub(super) fn dashed_outline(&mut self, area: Area, colour: Colour) {
        let Area { left, top, right, bottom } = area;
        for (from, to) in [
            ((left, top), (right, top)),
            ((right, top), (right, bottom)),
            ((left, bottom), (right, bottom)),
            ((left, top), (left, bottom)),
        ] {
            self.dashes(from, to, colour);
        }
    }

    /// Diagonal lines `step` pixels apart, cut at the rectangle: a fill that survives black-and-white print.
    pub(super) fn hatch(&mut self, area: Area, colour: Colour, step: i32) {
        let (width, height) = (area.right - area.left, area.bottom - area.top);
        let mut offset = step - (area.left + area.bottom).rem_euclid(step);
        while offset < width + height && width > 0 && height > 0 {
            // The line x + y = offset, with y counted upwards from the lower edge.
            let from = (area.left + (offset - height).max(0), area.bottom - offset.min(height));
            let to = (area.left + offset.min(width), area.bottom - (offset - width).max(0));
            self.line(from, to, colour, 1);
            offset += step;
        }
    }

    /// A line of text whose letters are centred on `y`; runs of blanks become one.
    pub(super) fn text(&mut self, x: i32, y: i32, text: &str, kind: Type) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.marks.push(Mark::Text((x, y), text, kind));
        }
    }

    /// A line of text on a box of the colour around it, readable over lines.
    pub(super) fn text_over(&mut self, x: i32, y: i32, text: &str, kind: Type, paper: Colour) {
        let width = kind.width(text);
        let left = match kind.align {
            Align::Left => x,
            Align::Centre => x - width / 2,
            Align::Right => x - width,
        };
        let half = kind.size * 11 / 20;
        self.fill(Area::new(left - 3, y - half - 1, left + width + 3, y + half + 1), paper);
        self.text(x, y, text, kind);
    }

    /// Draws everything; `title` is what a reader who cannot see the picture is told.
    ///
    /// Fails if texts have characters the font lacks, and names the chart by its title, each text and each character.
    pub(super) fn finish(self, title: &str, height: i32) -> anyhow::Result<String> {
        self.check_glyphs(title)?;
        register_fonts();
        let size = (self.width.clamp(1, 100_000).unsigned_abs(), height.clamp(1, 1_000_000).unsigned_abs());
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, size).into_drawing_area();
            root.fill(&rgb(self.palette.paper))?;
            for mark in &self.marks {
                draw(&root, mark, &self.palette)?;
            }
            root.present()?;
        }
        let start = svg.find('>').context("the writer opens with its root element")? + 1;
        svg.insert_str(start, &format!("\n<title>{}</title>", escape(title)));
        Ok(svg)
    }

    /// A box in a picture is worse than no picture: every text goes through here.
    fn check_glyphs(&self, title: &str) -> anyhow::Result<()> {
        let texts = self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(_, text, _) if text != title => Some(text.as_str()),
            _ => None,
        });
        let mut mistakes: Vec<String> = std::iter::once(title).chain(texts).filter_map(glyph_mistake).collect();
        mistakes.dedup();
        ensure!(mistakes.is_empty(), "图“{title}”画不出来：{}", mistakes.join("；"));
        Ok(())
    }
}

fn draw(
    root: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    mark: &Mark,
    palette: &Palette,
) -> anyhow::Result<()> {
    match mark {
        Mark::Fill(area, colour) => {
            root.draw(&Rectangle::new([(area.left, area.top), (area.right, area.bottom)], rgb(*colour).filled()))?;
        }
        Mark::Outline(area, colour) => {
            root.draw(&Rectangle::new([(area.left, area.top), (area.right, area.bottom)], stroke(*colour, 1)))?;
        }
        Mark::Line(points, colour, width) => {
            root.draw(&PathElement::new(points.clone(), stroke(*colour, *width)))?;
        }
        Mark::Polygon(points, colour) => {
            root.draw(&Polygon::new(points.clone(), rgb(*colour).filled()))?;
        }
        Mark::Disc(centre, radius, colour) => {
            root.draw(&Circle::new(*centre, *radius, rgb(*colour).filled()))?;
        }
        Mark::Ring(centre, radius, colour, width) => {
            root.draw(&Circle::new(*centre, *radius, stroke(*colour, *width)))?;
        }
        Mark::Text((x, y), text, kind) => {
            let horizontal = match kind.align {
                Align::Left => HPos::Left,
                Align::Centre => HPos::Center,
                Align::Right => HPos::Right,
            };
            // The writer puts the baseline 0.76 em below; letters and digits are centred 0.36 em above it. (Its own
            // centring counts in x-heights, which differ from font to font.)
            let top = y - (kind.size * 2 + 2) / 5;
            let font =
                FontDesc::new(FontFamily::Name(FAMILY), f64::from(kind.size) * SIZE_PER_PIXEL, kind.weight.style());
            let style = font.color(&rgb(kind.colour_in(palette))).pos(Pos::new(horizontal, VPos::Top));
            root.draw(&Text::new(text.as_str(), (*x, top), style))?;
        }
    }
    Ok(())
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn stroke(colour: Colour, width: u32) -> ShapeStyle {
    rgb(colour).stroke_width(width)
}

/// What is wrong with a text that cannot be drawn.
fn glyph_mistake(text: &str) -> Option<String> {
    let missing = missing_glyphs(text);
    let named: Vec<_> = missing.iter().map(|letter| format!("“{letter}”（U+{:04X}）", u32::from(*letter))).collect();
    (!missing.is_empty()).then(|| format!("文字“{text}”含有字库没有的字符 {}", named.join("、")))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_the_font_lacks_is_refused_by_name_and_place() {
        let mut sheet = Sheet::new(100, &Palette::default());
        sheet.text(0, 10, "𠮷田镇", Type::new(12));
        sheet.text(0, 30, "甲镇", Type::new(12));
        sheet.text(0, 50, "㐂村", Type::new(12));
        let message = sheet.finish("得分", 60).expect_err("no glyph").to_string();
        assert_eq!(
            message,
            "图“得分”画不出来：文字“𠮷田镇”含有字库没有的字符 “𠮷”（U+20BB7）；文字“㐂村”含有字库没有的字符 “㐂”（U+3402）"
        );
    }

    #[test]
    fn hatching_stays_inside_its_rectangle() {
        let mut sheet = Sheet::new(100, &Palette::default());
        let area = Area::new(10, 20, 17, 50);
        sheet.hatch(area, Palette::default().ink, 4);
        assert!(sheet.marks.len() > 5);
        for mark in &sheet.marks {
            let Mark::Line(points, ..) = mark else { panic!("hatching is lines") };
            for (x, y) in points {
                assert!((10..=17).contains(x) && (20..=50).contains(y), "{x},{y}");
            }
        }
    }

    #[test]
    fn a_slanted_dashed_line_begins_and_ends_where_it_should() {
        let mut sheet = Sheet::new(100, &Palette::default());
        sheet.dashed_line((10, 10), (90, 40), Palette::default().ink, 2);
        let ends = |mark: &Mark| match mark {
            Mark::Line(points, ..) => (points[0], points[1]),
            _ => panic!("dashes are lines"),
        };
        assert_eq!(ends(&sheet.marks[0]).0, (10, 10));
        assert_eq!(ends(&sheet.marks[sheet.marks.len() - 1]).1, (90, 40));
        assert_eq!(sheet.marks.len(), 6, "85 pixels: six dashes with five gaps");
    }

    #[test]
    fn an_empty_rectangle_leaves_no_mark() {
        let mut sheet = Sheet::new(100, &Palette::default());
        sheet.fill(Area::new(5, 5, 5, 9), Palette::default().ink);
        sheet.hatch(Area::new(5, 5, 5, 9), Palette::default().ink, 4);
        assert!(sheet.marks.is_empty());
    }

    #[test]
    fn the_title_is_told_to_readers_who_cannot_see() {
        let svg = Sheet::new(100, &Palette::default()).finish("甲<乙", 20).expect("plain letters");
        assert!(svg.contains("<title>甲&lt;乙</title>"));
        assert!(svg.contains("viewBox=\"0 0 100 20\""));
    }
}
