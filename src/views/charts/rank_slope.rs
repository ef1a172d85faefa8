//! Ranks of the last period and of this one, joined by a line per unit; the large moves stand out.

use super::head::{Entry, MARGIN, head, legend, nothing};
use super::lettering::Type;
use super::sheet::{Point, Sheet};
use crate::views::theme::palette::Palette;

/// Ranks of two periods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankSlope {
    /// Heading.
    pub title: String,
    /// Line under the heading; may be empty.
    pub note: String,
    /// Printed in the corner when not empty.
    pub watermark: String,
    /// The earlier period as printed.
    pub before: String,
    /// The later period as printed.
    pub now: String,
    /// The units, in any order.
    pub rows: Vec<SlopeRow>,
    /// Places from which a move is drawn strongly and told.
    pub threshold: u32,
}

/// One unit; a unit without any rank is not drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlopeRow {
    /// Name of the unit.
    pub name: String,
    /// Its rank in the earlier period; units that share one have the same.
    pub before: Option<u32>,
    /// Its rank in the later period.
    pub now: Option<u32>,
}

/// Up to this many units all names are printed, beyond it those of the large moves.
const ALL_NAMES: usize = 40;
const WIDTH: i32 = 860;
/// Room for the names on each side.
const SIDE: i32 = 270;
const PALE: Type = Type::new(12).quiet();
const STRONG: Type = Type::new(13).bold();
const HEADING: Type = Type::new(14).bold();

/// Where a unit stands on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Row of its name, from 0; no two units have the same.
    pub(super) slot: usize,
    /// First and last row of the units it shares its rank with; its line ends halfway between.
    pub(super) tie: (usize, usize),
    rank: u32,
}

impl SlopeRow {
    /// Places gained, negative for places lost.
    pub fn gained(&self) -> Option<i64> {
        Some(i64::from(self.before?) - i64::from(self.now?))
    }
}

impl Place {
    fn text(self) -> String {
        if self.tie.0 < self.tie.1 { format!("并列{}", self.rank) } else { self.rank.to_string() }
    }
}

fn rank_width(places: &[Option<Place>]) -> i32 {
    let texts: Vec<String> = places.iter().flatten().map(|place| place.text()).collect();
    STRONG.widest(texts.iter().map(String::as_str))
}

/// Rows for ranks: in the order of rank, those that share one in the order given.
fn places(ranks: &[Option<u32>]) -> Vec<Option<Place>> {
    let mut ordered: Vec<(u32, usize)> =
        ranks.iter().enumerate().filter_map(|(unit, rank)| Some(((*rank)?, unit))).collect();
    ordered.sort_unstable();
    let mut places = vec![None; ranks.len()];
    for (slot, &(rank, unit)) in ordered.iter().enumerate() {
        let first = ordered.partition_point(|(other, _)| *other < rank);
        let last = ordered.partition_point(|(other, _)| *other <= rank) - 1;
        places[unit] = Some(Place { slot, tie: (first, last), rank });
    }
    places
}

/// Left or right end of the lines.
#[derive(Clone, Copy)]
struct Side<'a> {
    x: i32,
    /// −1 for the left one, 1 for the right one.
    outwards: i32,
    places: &'a [Option<Place>],
    /// Room for the ranks between the line and the names.
    rank_width: i32,
}

/// Pixels of the rows.
#[derive(Clone, Copy)]
struct Rows {
    top: i32,
    step: i32,
}

impl Rows {
    fn at(self, slot: usize) -> i32 {
        self.top + self.step * i32::try_from(slot).unwrap_or(0) + self.step / 2
    }

    fn of(self, place: Place) -> i32 {
        i32::midpoint(self.at(place.tie.0), self.at(place.tie.1))
    }
}

impl RankSlope {
    /// The figure in, an SVG out; without a unit that has both ranks a picture that says so.
    ///
    /// Fails if a text has a character the font lacks.
    pub fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        if self.rows.iter().all(|row| row.gained().is_none()) {
            let note = format!("没有两期都排名的单位。{}", self.note);
            return nothing(palette, WIDTH, &self.title, &note, &self.watermark);
        }
        let before = places(&self.rows.iter().map(|row| row.before).collect::<Vec<_>>());
        let now = places(&self.rows.iter().map(|row| row.now).collect::<Vec<_>>());
        let count = before.iter().flatten().count().max(now.iter().flatten().count());
        let mut sheet = Sheet::new(WIDTH, palette);
        let top = head(&mut sheet, &self.title, &self.note, &self.watermark);
        let top = self.draw_legend(&mut sheet, top);
        let rows = Rows { top: top + 34, step: if count > ALL_NAMES { 15 } else { 26 } };
        let left = Side { x: SIDE, outwards: -1, places: &before, rank_width: rank_width(&before) };
        let right = Side { x: WIDTH - SIDE, outwards: 1, places: &now, rank_width: rank_width(&now) };
        sheet.text(left.x, top + 16, &HEADING.fit(&self.before, SIDE), HEADING.right());
        sheet.text(right.x, top + 16, &HEADING.fit(&self.now, SIDE), HEADING);
        // The pale lines first, so that the strong ones lie on them.
        for strong in [false, true] {
            for unit in (0..self.rows.len()).filter(|&unit| self.is_strong(unit) == strong) {
                self.draw_line(&mut sheet, unit, (left, right), rows);
            }
        }
        for side in [left, right] {
            self.draw_side(&mut sheet, side, rows);
        }
        sheet.finish(&self.title, rows.at(count.saturating_sub(1)) + rows.step / 2 + MARGIN)
    }

    /// Whether a unit moved by the threshold or more.
    fn is_strong(&self, unit: usize) -> bool {
        self.rows[unit].gained().is_some_and(|gained| gained != 0 && gained.unsigned_abs() >= u64::from(self.threshold))
    }

    fn draw_line(&self, sheet: &mut Sheet, unit: usize, (left, right): (Side<'_>, Side<'_>), rows: Rows) {
        let (Some(before), Some(now)) = (left.places[unit], right.places[unit]) else { return };
        let (from, to) = ((left.x, rows.of(before)), (right.x, rows.of(now)));
        let gained = self.rows[unit].gained().unwrap_or(0);
        match (self.is_strong(unit), gained >= 0) {
            (false, _) => sheet.line(from, to, pale(sheet), 1),
            (true, true) => draw_up(sheet, from, to),
            (true, false) => draw_down(sheet, from, to),
        }
    }

    /// Ends of the lines, brackets around shared ranks, and the names.
    fn draw_side(&self, sheet: &mut Sheet, side: Side<'_>, rows: Rows) {
        let has_all_names = self.rows.len() <= ALL_NAMES;
        for unit in 0..self.rows.len() {
            let Some(place) = side.places[unit] else { continue };
            let is_strong = self.is_strong(unit);
            let end = (side.x, rows.of(place));
            if self.rows[unit].gained().is_none() {
                sheet.disc(end, 4, sheet.palette.paper);
                sheet.ring(end, 3, sheet.palette.quiet, 1);
            } else if is_strong {
                sheet.disc(end, 4, sheet.palette.ink);
            } else {
                sheet.disc(end, 3, pale(sheet));
            }
            if place.tie.0 < place.tie.1 && place.slot == place.tie.0 {
                let x = side.x + 8 * side.outwards;
                sheet.line((x, rows.at(place.tie.0) - 4), (x, rows.at(place.tie.1) + 4), sheet.palette.quiet, 1);
            }
            if has_all_names || is_strong {
                self.draw_name(sheet, unit, side, place, rows.at(place.slot));
            } else if place.slot == 0 || place.rank % 10 == 0 {
                let rank = Type::new(11).quiet();
                sheet.text(
                    side.x + 14 * side.outwards,
                    rows.at(place.slot),
                    &place.rank.to_string(),
                    side.aligned(rank),
                );
            }
        }
    }

    fn draw_name(&self, sheet: &mut Sheet, unit: usize, side: Side<'_>, place: Place, y: i32) {
        let row = &self.rows[unit];
        let is_strong = self.is_strong(unit);
        let mut kind = if is_strong { STRONG } else { PALE };
        if self.rows.len() > ALL_NAMES {
            kind.size = 11;
        }
        sheet.text(side.x + 14 * side.outwards, y, &place.text(), side.aligned(kind));
        let name_x = side.x + (28 + side.rank_width) * side.outwards;
        let moved = match row.gained().filter(|_| is_strong && side.outwards > 0) {
            Some(places) if places > 0 => format!("↑{places}"),
            Some(places) => format!("↓{}", places.abs()),
            None => String::new(),
        };
        let room = SIDE - 28 - side.rank_width - MARGIN - if moved.is_empty() { 0 } else { kind.width(&moved) + 8 };
        let name = kind.fit(&row.name, room);
        sheet.text(name_x, y, &name, side.aligned(kind));
        sheet.text(name_x + kind.width(&name) + 8, y, &moved, kind);
    }

    fn draw_legend(&self, sheet: &mut Sheet, top: i32) -> i32 {
        let up = |sheet: &mut Sheet, (x, y): Point| draw_up(sheet, (x - 11, y + 4), (x + 11, y - 4));
        let down = |sheet: &mut Sheet, (x, y): Point| draw_down(sheet, (x - 11, y - 4), (x + 11, y + 4));
        let same = |sheet: &mut Sheet, (x, y): Point| sheet.line((x - 11, y), (x + 11, y), pale(sheet), 1);
        let once = |sheet: &mut Sheet, at: Point| sheet.ring(at, 3, sheet.palette.quiet, 1);
        let least = self.threshold.max(1);
        let words = [format!("上升{least}位及以上"), format!("下降{least}位及以上")];
        let mut entries: Vec<Entry<'_>> = vec![(&up, &words[0]), (&down, &words[1])];
        if least > 1 {
            entries.push((&same, "变化较小"));
        }
        if self.rows.iter().any(|row| row.before.is_some() != row.now.is_some()) {
            entries.push((&once, "只有一期排名"));
        }
        legend(sheet, top, &entries)
    }
}

impl Side<'_> {
    fn aligned(self, kind: Type) -> Type {
        if self.outwards < 0 { kind.right() } else { kind }
    }
}

fn pale(sheet: &Sheet) -> crate::views::theme::palette::Colour {
    sheet.palette.quiet.towards(sheet.palette.paper, 0.55)
}

/// A rise: solid.
fn draw_up(sheet: &mut Sheet, from: Point, to: Point) {
    sheet.line(from, to, sheet.palette.main, 3);
}

/// A fall: dashed, so that it differs in black and white too.
fn draw_down(sheet: &mut Sheet, from: Point, to: Point) {
    sheet.dashed_line(from, to, sheet.palette.other, 3);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, before: Option<u32>, now: Option<u32>) -> SlopeRow {
        SlopeRow { name: name.to_owned(), before, now }
    }

    fn chart(rows: Vec<SlopeRow>) -> RankSlope {
        RankSlope {
            title: "位次".to_owned(),
            note: String::new(),
            watermark: "模拟数据".to_owned(),
            before: "2022Q2".to_owned(),
            now: "2022Q3".to_owned(),
            rows,
            threshold: 3,
        }
    }

    fn drawn(rows: Vec<SlopeRow>) -> String {
        chart(rows).draw(&Palette::default()).expect("plain")
    }

    #[test]
    fn shared_ranks_have_rows_of_their_own_and_one_end_of_the_line() {
        let slots: Vec<_> = places(&[Some(3), Some(1), Some(3), None, Some(2), Some(5)])
            .into_iter()
            .map(|place| place.map(|place| (place.slot, place.tie)))
            .collect();
        let alone = |slot| Some((slot, (slot, slot)));
        assert_eq!(slots, [Some((2, (2, 3))), alone(0), Some((3, (2, 3))), None, alone(1), alone(4)]);
    }

    #[test]
    fn only_moves_from_the_threshold_on_are_told() {
        let svg = drawn(vec![
            row("甲", Some(1), Some(4)),
            row("乙", Some(2), Some(1)),
            row("丙", Some(3), Some(3)),
            row("丁", Some(4), Some(2)),
            row("戊", Some(8), Some(5)),
        ]);
        assert!(svg.contains("↓3") && svg.contains("↑3") && !svg.contains("↑1") && !svg.contains("↑2"));
        assert!(["甲", "乙", "丙", "丁", "戊"].iter().all(|name| svg.matches(&format!(">\n{name}\n")).count() == 2));
    }

    #[test]
    fn the_threshold_is_a_matter_of_the_figure() {
        let mut chart = chart(vec![row("甲", Some(1), Some(2)), row("乙", Some(2), Some(1))]);
        assert!(!chart.draw(&Palette::default()).expect("plain").contains("↑1"));
        chart.threshold = 1;
        assert!(chart.draw(&Palette::default()).expect("plain").contains("↑1"));
    }

    #[test]
    fn units_without_one_of_the_ranks_have_a_ring_and_no_line() {
        let svg = drawn(vec![row("甲", Some(1), None), row("乙", Some(2), Some(1)), row("丙", None, None)]);
        assert!(svg.contains("只有一期排名") && !svg.contains("丙"));
        assert_eq!(svg.matches(">\n甲\n").count(), 1);
    }

    #[test]
    fn a_hundred_and_twenty_units_name_only_those_that_moved() {
        let rows = (1..=120).map(|rank| {
            let now = if rank <= 4 { rank % 4 + 1 } else { rank };
            row(&format!("单位{rank:03}"), Some(rank), Some(now))
        });
        let svg = drawn(rows.collect());
        assert!(svg.contains("单位004") && !svg.contains("单位003") && !svg.contains("单位100"));
        assert!(svg.contains(">\n120\n"), "every tenth rank is printed");
    }

    #[test]
    fn all_equal_ranks_are_drawn_and_nothing_to_compare_is_said() {
        let svg = drawn((0..13).map(|number| row(&format!("单位{number:02}"), Some(1), Some(1))).collect());
        assert_eq!(svg.matches("并列1").count(), 26);
        assert!(drawn(vec![row("甲", None, Some(1))]).contains("没有两期都排名"));
        assert!(drawn(Vec::new()).contains("本期没有可画的数据"));
    }
}
