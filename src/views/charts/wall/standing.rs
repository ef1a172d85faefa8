//! The left third: the whole, and the units on their grid or, where they have no places on one, in a list.

use super::super::lettering::Type;
use super::super::sheet::{Area, Point, Sheet};
use super::super::tile_grid::{Change, arrow, places};
use super::{SCORE_SIZE, SMALL_SIZE, UNIT_SIZE, WallFigure, WallStanding, WallUnit, heading, shrunk, squeeze};
use std::collections::BTreeSet;

const GAP: i32 = 6;
/// A square that still holds a score of [`SCORE_SIZE`].
const LEAST_SIDE: i32 = 84;
const MOST_SIDE: i32 = 120;
const LEAST_ROW: i32 = 34;
const MOST_ROW: i32 = 48;

pub(super) fn draw(standing: &WallStanding, sheet: &mut Sheet, area: Area) {
    let unit_word = &standing.unit_word;
    let mut top = heading(sheet, area, &format!("{unit_word}综合得分与等次"));
    if let Some((whole, elements)) = standing.whole.split_first() {
        top = draw_whole(sheet, Area { top, ..area }, whole, elements);
    }
    if standing.units.is_empty() {
        sheet.text(area.left + 16, top + 24, "本期没有得分。", Type::new(UNIT_SIZE).quiet());
        return;
    }
    match Grid::of(&standing.units, area.right - area.left) {
        Some(grid) => draw_grid(standing, &grid, sheet, Area { top, ..area }),
        None => draw_list(standing, sheet, Area { top, ..area }),
    }
}

/// The whole on a strip, its elements below it; returns the first free y.
fn draw_whole(sheet: &mut Sheet, area: Area, whole: &WallFigure, elements: &[WallFigure]) -> i32 {
    let strip = Area::new(area.left, area.top, area.right, area.top + 72);
    sheet.fill(strip, sheet.palette.main);
    let paper = sheet.palette.paper;
    let (_, y) = strip.centre();
    let score = Type::new(48).bold().right().colour(paper);
    let text = whole.score.as_deref().unwrap_or("—");
    let change = Type::new(UNIT_SIZE).right().colour(paper);
    let width = if whole.change.is_empty() { 0 } else { change.width(&whole.change) + 16 };
    let width = width.min(180);
    sheet.text(strip.right - 14, y, &change.fit(&whole.change, 170), change);
    squeeze(sheet, (strip.right - 14 - width, y), text, score, 200, SCORE_SIZE);
    let name = Type::new(22).bold().colour(paper);
    squeeze(sheet, (strip.left + 14, y), &whole.name, name, strip.right - strip.left - width - 220, SMALL_SIZE);
    let mut y = strip.bottom + GAP;
    let count = elements.len().clamp(1, 5);
    let pitch = (area.right - area.left + GAP) / i32::try_from(count).unwrap_or(1);
    // More elements than two rows hold would leave no room for the units.
    for line in elements.chunks(count).take(2) {
        let mut x = area.left;
        for element in line {
            let card = Area::new(x, y, x + pitch - GAP, y + 82);
            sheet.fill(card, sheet.palette.main_pale);
            let (centre, room) = (card.centre().0, card.right - card.left - 8);
            squeeze(sheet, (centre, y + 15), &element.name, Type::new(UNIT_SIZE).centred(), room, 11);
            let text = element.score.as_deref().unwrap_or("—");
            squeeze(sheet, (centre, y + 43), text, Type::new(SCORE_SIZE).bold().centred(), room, SMALL_SIZE);
            squeeze(sheet, (centre, y + 69), &element.change, Type::new(13).quiet().centred(), room, 9);
            x += pitch;
        }
        y += 82 + GAP;
    }
    y + 6
}

/// Where the units lie.
struct Grid {
    first: (u32, u32),
    columns: i32,
    rows: i32,
    side: i32,
}

impl Grid {
    /// `None` where a unit has no place, two share one, or squares would be too small to be read.
    fn of(units: &[WallUnit], width: i32) -> Option<Grid> {
        let places: Vec<(u32, u32)> = units.iter().map(|unit| unit.place).collect::<Option<_>>()?;
        let distinct: BTreeSet<_> = places.iter().collect();
        let row = (places.iter().map(|place| place.0).min()?, places.iter().map(|place| place.0).max()?);
        let column = (places.iter().map(|place| place.1).min()?, places.iter().map(|place| place.1).max()?);
        let rows = i32::try_from(row.1 - row.0).ok()?.checked_add(1)?;
        let columns = i32::try_from(column.1 - column.0).ok()?.checked_add(1)?;
        let side = ((width + GAP) / columns - GAP).min(MOST_SIDE);
        let is_readable = side >= LEAST_SIDE && rows <= 5 && distinct.len() == places.len();
        is_readable.then_some(Grid { first: (row.0, column.0), columns, rows, side })
    }
}

fn draw_grid(standing: &WallStanding, grid: &Grid, sheet: &mut Sheet, area: Area) {
    let below = 24 + 26 * legend_lines(standing, area.right - area.left);
    let room = (area.bottom - area.top - below) / grid.rows - GAP;
    // A little upright: the grade and its arrow get lines of their own.
    let tall = room.clamp(grid.side * 3 / 5, grid.side * 5 / 3);
    let left = area.left + (area.right - area.left - grid.columns * (grid.side + GAP) + GAP) / 2;
    let step = |from: u32, to: u32| i32::try_from(to - from).unwrap_or(0);
    for unit in &standing.units {
        let Some((row, column)) = unit.place else { continue };
        let x = left + step(grid.first.1, column) * (grid.side + GAP);
        let y = area.top + step(grid.first.0, row) * (tall + GAP);
        draw_tile(sheet, unit, standing.grades.len(), Area::new(x, y, x + grid.side, y + tall));
    }
    let y = area.top + grid.rows * (tall + GAP) + 6;
    let y = draw_legend(standing, sheet, Area { top: y, ..area });
    let caption = Type::new(14).quiet();
    sheet.text(area.left, y + 6, &caption.fit(&standing.caption, area.right - area.left), caption);
}

fn draw_tile(sheet: &mut Sheet, unit: &WallUnit, grades: usize, area: Area) {
    let palette = sheet.palette;
    let fill = if unit.score.is_some() { palette.grade(unit.grade_rank, grades) } else { palette.paper };
    let ink = palette.ink_on(fill);
    sheet.fill(area, fill);
    if unit.score.is_none() {
        sheet.dashed_outline(area, palette.quiet);
    } else if fill.lightness() > 215.0 {
        sheet.outline(area, palette.hairline);
    }
    let (x, middle) = area.centre();
    let (side, tall) = (area.right - area.left, area.bottom - area.top);
    let score = Type::new(30).bold().centred().colour(ink);
    squeeze(sheet, (x, middle), unit.score.as_deref().unwrap_or("—"), score, side - 8, SMALL_SIZE);
    let name = Type::new(20).bold().centred().colour(ink);
    let name = shrunk(name, &unit.name, side - 8, UNIT_SIZE);
    // A long name takes two lines where the square is high enough for them.
    let most = if tall >= 116 { 2 } else { 1 };
    let lines = name.wrap(&unit.name, side - 8, most);
    let first = area.top + tall / 5 - if lines.len() > 1 { 10 } else { 0 };
    for (line, y) in lines.iter().zip([first, first + name.size + 2]) {
        sheet.text(x, y, line, name);
    }
    let y = area.bottom - tall / 5;
    let small = Type::new(UNIT_SIZE).colour(ink);
    let moved = unit.arrow.map(|change| (change, places(change)));
    let width = moved.as_ref().map_or(0, |(_, places)| 20 + small.width(places));
    squeeze(sheet, (area.left + 6, y), &unit.grade, small, side - 14 - width, SMALL_SIZE);
    if let Some((change, places)) = moved {
        sheet.text(area.right - 6, y, &places, small.right());
        arrow(sheet, (area.right - 6 - small.width(&places) - 9, y), change, ink);
    }
}

/// Signs and words that explain the colours, those with arrows where there are any.
fn words(standing: &WallStanding) -> Vec<(Sign, String)> {
    let number =
        |rank: usize| standing.units.iter().filter(|unit| unit.score.is_some() && unit.grade_rank == rank).count();
    let grades = standing.grades.iter().enumerate();
    let mut words: Vec<(Sign, String)> =
        grades.map(|(rank, grade)| (Sign::Grade(rank), format!("{grade} {}个", number(rank)))).collect();
    if standing.units.iter().any(|unit| unit.score.is_none()) {
        words.push((Sign::None, "本期无得分".to_owned()));
    }
    if standing.units.iter().any(|unit| unit.arrow.is_some()) {
        let arrows = [(Change::Up(1), "位次上升"), (Change::Down(1), "位次下降"), (Change::Same, "位次不变")];
        words.extend(arrows.map(|(change, word)| (Sign::Moved(change), word.to_owned())));
    }
    words
}

#[derive(Clone, Copy)]
enum Sign {
    Grade(usize),
    None,
    Moved(Change),
}

const LEGEND: Type = Type::new(15);

/// Signs of the legend with their places, line by line.
fn legend_places(words: &[(Sign, String)], width: i32) -> Vec<(i32, i32)> {
    let (mut x, mut line) = (0, 0);
    let place = |(_, word): &(Sign, String)| {
        let taken = 32 + LEGEND.width(word).min(width - 32);
        if x > 0 && x + taken > width {
            (x, line) = (0, line + 1);
        }
        let at = (x, line);
        x += taken + 16;
        at
    };
    words.iter().map(place).collect()
}

fn legend_lines(standing: &WallStanding, width: i32) -> i32 {
    legend_places(&words(standing), width).last().map_or(0, |place| place.1 + 1)
}

fn draw_legend(standing: &WallStanding, sheet: &mut Sheet, area: Area) -> i32 {
    let words = words(standing);
    let width = area.right - area.left;
    let places = legend_places(&words, width);
    for ((sign, word), (x, line)) in words.iter().zip(&places) {
        let (x, y) = (area.left + x, area.top + 10 + 26 * line);
        draw_sign(sheet, *sign, (x + 12, y), standing.grades.len());
        sheet.text(x + 32, y, &LEGEND.fit(word, width - 32), LEGEND);
    }
    area.top + 10 + 26 * places.last().map_or(0, |place| place.1 + 1)
}

fn draw_sign(sheet: &mut Sheet, sign: Sign, (x, y): Point, grades: usize) {
    let key = Area::new(x - 12, y - 8, x + 12, y + 8);
    match sign {
        Sign::Grade(rank) => {
            sheet.fill(key, sheet.palette.grade(rank, grades));
            sheet.outline(key, sheet.palette.hairline);
        }
        Sign::None => sheet.dashed_outline(key, sheet.palette.quiet),
        Sign::Moved(change) => arrow(sheet, (x, y), change, sheet.palette.ink),
    }
}

/// A line for each unit as far as they fit: rank, grade as a swatch, name, score, grade, arrow.
fn draw_list(standing: &WallStanding, sheet: &mut Sheet, area: Area) {
    let width = area.right - area.left;
    let below = 24 + 26 * legend_lines(standing, width);
    let room = area.bottom - area.top - below;
    let count = i32::try_from(standing.units.len()).unwrap_or(i32::MAX);
    let row = (room / count.max(1)).clamp(LEAST_ROW, MOST_ROW);
    let shown = usize::try_from(room / row).unwrap_or(0).min(standing.units.len());
    let mut y = area.top;
    for (number, unit) in standing.units.iter().take(shown).enumerate() {
        let line = Area::new(area.left, y, area.right, y + row);
        if number % 2 == 0 {
            sheet.fill(line, sheet.palette.band);
        }
        draw_line(sheet, unit, standing.grades.len(), line);
        y += row;
    }
    let y = draw_legend(standing, sheet, Area { top: y + 6, ..area });
    let rest = standing.units.len() - shown;
    if rest > 0 {
        let note = Type::new(14).quiet();
        let text = format!("按位次列出前 {shown} 个{0}，另有 {rest} 个{0}未列出，见综合得分表。", standing.unit_word);
        sheet.text(area.left, y + 6, &note.fit(&text, width), note);
    }
}

fn draw_line(sheet: &mut Sheet, unit: &WallUnit, grades: usize, area: Area) {
    let (_, y) = area.centre();
    let left = area.left;
    squeeze(sheet, (left + 40, y), &unit.rank, Type::new(UNIT_SIZE).right(), 38, 9);
    if unit.score.is_some() {
        draw_sign(sheet, Sign::Grade(unit.grade_rank), (left + 60, y), grades);
    } else {
        draw_sign(sheet, Sign::None, (left + 60, y), grades);
    }
    squeeze(sheet, (left + 80, y), &unit.name, Type::new(UNIT_SIZE).bold(), 206, UNIT_SIZE);
    let score = Type::new(SCORE_SIZE).bold().right();
    squeeze(sheet, (left + 386, y), unit.score.as_deref().unwrap_or("—"), score, 94, SMALL_SIZE);
    squeeze(sheet, (left + 394, y), &unit.grade, Type::new(15), 54, 10);
    if let Some(change) = unit.arrow {
        arrow(sheet, (left + 460, y), change, sheet.palette.ink);
        squeeze(sheet, (area.right - 4, y), &places(change), Type::new(15).right(), 26, 9);
    }
}
