//! A map without borders: equal squares roughly where the units lie.

use super::head::{MARGIN, head, legend, nothing};
use super::lettering::Type;
use super::sheet::{Area, Point, Sheet};
use crate::views::theme::palette::{Colour, Palette};
use anyhow::ensure;
use std::collections::BTreeMap;

/// Units as squares on a grid, coloured by grade.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileGrid {
    /// Heading.
    pub title: String,
    /// Line under the squares; may be empty.
    pub caption: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// The squares; no two on one place.
    pub tiles: Vec<Tile>,
    /// Grades as words, best first.
    pub grades: Vec<String>,
}

/// One square.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Row from the top, from 0.
    pub row: u32,
    /// Column from the left, from 0.
    pub column: u32,
    /// Short name.
    pub name: String,
    /// Final score as printed, `None` where there is none.
    pub score: Option<String>,
    /// Grade as a word.
    pub grade: String,
    /// Place of the grade, 0 the best.
    pub grade_rank: usize,
    /// How the rank moved, `None` where it cannot be said.
    pub arrow: Option<Change>,
}

/// How a rank moved since the last period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Places gained.
    Up(u32),
    /// Places lost.
    Down(u32),
    /// No move.
    Same,
}

const GAP: i32 = 6;
const FURTHEST: u32 = 200;

impl TileGrid {
    /// The figure in, an SVG out.
    ///
    /// Fails if two squares share a place, a place lies beyond row or column 200, or the font lacks a character.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        if self.tiles.is_empty() {
            return nothing(palette, 720, &self.title, "", &self.watermark);
        }
        self.check()?;
        let first_row = self.tiles.iter().map(|tile| tile.row).min().unwrap_or(0);
        let first_column = self.tiles.iter().map(|tile| tile.column).min().unwrap_or(0);
        let columns = self.tiles.iter().map(|tile| tile.column - first_column + 1).max().unwrap_or(1).cast_signed();
        let rows = self.tiles.iter().map(|tile| tile.row - first_row + 1).max().unwrap_or(1).cast_signed();
        let side = (1400 / columns - GAP).clamp(76, 120);
        let width = (columns * (side + GAP) - GAP + 2 * MARGIN).max(560);
        let left = (width - columns * (side + GAP) + GAP) / 2;

        let mut sheet = Sheet::new(width, palette);
        let top = head(&mut sheet, &self.title, "", &self.watermark);
        for tile in &self.tiles {
            let x = left + (tile.column - first_column).cast_signed() * (side + GAP);
            let y = top + (tile.row - first_row).cast_signed() * (side + GAP);
            self.draw_tile(&mut sheet, tile, Area::new(x, y, x + side, y + side));
        }
        let bottom = self.draw_legend(&mut sheet, top + rows * (side + GAP) + 10);
        let caption = Type::new(12).quiet();
        let lines = caption.wrap(&self.caption, width - 2 * MARGIN, 3);
        let mut y = bottom + 6;
        for line in &lines {
            sheet.text(MARGIN, y, line, caption);
            y += 18;
        }
        sheet.finish(&self.title, y + 8)
    }

    fn check(&self) -> anyhow::Result<()> {
        let mut places = BTreeMap::new();
        for tile in &self.tiles {
            let Tile { row, column, name, .. } = tile;
            ensure!(*row < FURTHEST && *column < FURTHEST, "“{name}”的方格位置（第 {row} 行第 {column} 列）超出范围");
            if let Some(other) = places.insert((row, column), name) {
                anyhow::bail!("“{other}”和“{name}”占了同一个方格（第 {row} 行第 {column} 列，从 0 数起）");
            }
        }
        Ok(())
    }

    fn draw_tile(&self, sheet: &mut Sheet, tile: &Tile, area: Area) {
        let side = area.right - area.left;
        let fill = if tile.score.is_some() {
            sheet.palette.grade(tile.grade_rank, self.grades.len())
        } else {
            sheet.palette.paper
        };
        let ink = sheet.palette.ink_on(fill);
        sheet.fill(area, fill);
        if tile.score.is_none() {
            sheet.dashed_outline(area, sheet.palette.quiet);
        } else if fill.lightness() > 215.0 {
            sheet.outline(area, sheet.palette.hairline);
        }
        let (x, _) = area.centre();
        let at = |share: i32| area.top + side * share / 100;

        let mut name = Type::new(side * 15 / 100).centred().colour(ink);
        let mut lines = vec![tile.name.clone()];
        if name.width(&tile.name) > side - 10 {
            name.size = side * 12 / 100;
            lines = name.wrap(&tile.name, side - 10, 2);
        }
        let first = if lines.len() > 1 { at(16) } else { at(22) };
        for (line, y) in lines.iter().zip([first, first + name.size + 2]) {
            sheet.text(x, y, line, name);
        }

        let mut score = Type::new(side * 23 / 100).bold().centred().colour(ink);
        let text = tile.score.as_deref().unwrap_or("—");
        while score.width(text) > side - 8 && score.size > 9 {
            score.size -= 1;
        }
        sheet.text(x, at(53), &score.fit(text, side - 8), score);

        let small = Type::new(side * 12 / 100).colour(ink);
        let y = at(83);
        let moved = tile.arrow.map(|change| (change, places(change)));
        let moved_width = moved.as_ref().map_or(0, |(_, places)| 14 + small.width(places));
        sheet.text(area.left + 9, y, &small.fit(&tile.grade, side - 24 - moved_width), small);
        if let Some((change, places)) = moved {
            sheet.text(area.right - 9, y, &places, small.right());
            let gap = if places.is_empty() { 5 } else { 8 };
            arrow(sheet, (area.right - 9 - small.width(&places) - gap, y), change, ink);
        }
    }

    fn draw_legend(&self, sheet: &mut Sheet, top: i32) -> i32 {
        let count = self.grades.len();
        let signs: Vec<_> = (0..count)
            .map(|rank| {
                move |sheet: &mut Sheet, (x, y): Point| {
                    let key = Area::new(x - 11, y - 7, x + 11, y + 7);
                    sheet.fill(key, sheet.palette.grade(rank, count));
                    sheet.outline(key, sheet.palette.hairline);
                }
            })
            .collect();
        let mut entries: Vec<super::head::Entry<'_>> = Vec::new();
        for (sign, grade) in signs.iter().zip(&self.grades) {
            entries.push((sign, grade));
        }
        let up = |sheet: &mut Sheet, at: Point| arrow(sheet, at, Change::Up(1), sheet.palette.quiet);
        let down = |sheet: &mut Sheet, at: Point| arrow(sheet, at, Change::Down(1), sheet.palette.quiet);
        let same = |sheet: &mut Sheet, at: Point| arrow(sheet, at, Change::Same, sheet.palette.quiet);
        if self.tiles.iter().any(|tile| tile.arrow.is_some()) {
            entries.push((&up, "位次上升"));
            entries.push((&down, "位次下降"));
            entries.push((&same, "位次不变"));
        }
        let none = |sheet: &mut Sheet, (x, y): Point| {
            sheet.dashed_outline(Area::new(x - 11, y - 7, x + 11, y + 7), sheet.palette.quiet)
        };
        if self.tiles.iter().any(|tile| tile.score.is_none()) {
            entries.push((&none, "本期无得分"));
        }
        legend(sheet, top, &entries)
    }
}

pub(super) fn places(change: Change) -> String {
    match change {
        Change::Up(places) | Change::Down(places) => places.to_string(),
        Change::Same => String::new(),
    }
}

pub(super) fn arrow(sheet: &mut Sheet, (x, y): Point, change: Change, colour: Colour) {
    match change {
        Change::Up(_) => sheet.polygon(vec![(x, y - 5), (x + 5, y + 4), (x - 5, y + 4)], colour),
        Change::Down(_) => sheet.polygon(vec![(x, y + 5), (x + 5, y - 4), (x - 5, y - 4)], colour),
        Change::Same => {
            sheet.line((x - 5, y - 2), (x + 5, y - 2), colour, 2);
            sheet.line((x - 5, y + 3), (x + 5, y + 3), colour, 2);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tile(row: u32, column: u32, name: &str, rank: usize) -> Tile {
        Tile {
            row,
            column,
            name: name.to_owned(),
            score: Some("88.12".to_owned()),
            grade: "良好".to_owned(),
            grade_rank: rank,
            arrow: Some(Change::Up(2)),
        }
    }

    fn chart(tiles: Vec<Tile>) -> TileGrid {
        TileGrid {
            title: "方格图".to_owned(),
            caption: "示意布局".to_owned(),
            watermark: "模拟数据".to_owned(),
            tiles,
            grades: ["优秀", "良好", "一般"].map(String::from).to_vec(),
        }
    }

    #[test]
    fn every_square_has_its_name_score_and_the_colour_of_its_grade() {
        let svg = chart(vec![tile(0, 0, "甲", 0), tile(1, 2, "乙", 2)]).draw(&Palette::default()).expect("plain");
        assert!(svg.contains(">\n甲\n") && svg.contains(">\n乙\n") && svg.matches("88.12").count() == 2);
        assert_eq!(svg.matches(&Palette::default().grade(0, 3).hex()).count(), 2, "a square and its legend");
        assert_eq!(svg.matches(&Palette::default().grade(1, 3).hex()).count(), 1, "the legend only");
        assert!(svg.contains("模拟数据") && svg.contains("示意布局"));
    }

    #[test]
    fn two_units_on_one_square_are_refused_by_name() {
        let message = chart(vec![tile(0, 1, "甲", 0), tile(0, 1, "乙", 0)])
            .draw(&Palette::default())
            .expect_err("one place")
            .to_string();
        assert!(message.contains("甲") && message.contains("乙") && message.contains("第 0 行第 1 列"), "{message}");
    }

    #[test]
    fn a_place_off_the_wall_is_refused() {
        assert!(chart(vec![tile(0, 4_000_000_000, "甲", 0)]).draw(&Palette::default()).is_err());
    }

    #[test]
    fn a_unit_without_score_is_white_and_explained() {
        let svg = chart(vec![Tile { score: None, arrow: None, ..tile(0, 0, "甲", 0) }])
            .draw(&Palette::default())
            .expect("plain");
        assert!(svg.contains("本期无得分") && svg.contains(">\n—\n") && !svg.contains("位次上升"));
    }

    #[test]
    fn nothing_on_the_grid_gives_a_picture_that_says_so() {
        assert!(chart(Vec::new()).draw(&Palette::default()).expect("plain").contains("本期没有可画的数据"));
    }

    #[test]
    fn two_hundred_squares_are_all_there() {
        let tiles = (0..200).map(|number| tile(number / 20, number % 20, &format!("单位{number:03}"), 1)).collect();
        let svg = chart(tiles).draw(&Palette::default()).expect("plain");
        assert!((0..200).all(|number| svg.contains(&format!("单位{number:03}"))));
    }
}
