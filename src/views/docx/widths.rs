//! How wide the columns of a table are, and how large its type: what must stay on one line does.

use crate::views::document::{Align, RowKind, Table};
use unicode_width::UnicodeWidthStr;

/// Sizes of type in half points, the largest first: 小四, 五号, 小五, 六号, 小六.
const SIZES: [u32; 5] = [24, 21, 18, 15, 13];
/// Room at the sides of every cell in twentieths of a point, both together.
pub(super) const PADDING: u32 = 80;
/// Longest text in half characters that stays on one line where there is room.
const ON_ONE_LINE: usize = 16;
/// Half characters of a long text that make it readable, at least, and beyond which it asks for no more room.
const LEAST: usize = 12;
const WIDEST: usize = 60;

/// Columns in twentieths of a point, and the size of the type in half points.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Widths {
    pub(super) columns: Vec<u32>,
    pub(super) size: u32,
}

/// What a column asks for in half characters: the least that keeps it readable, and what it would like.
struct Wish {
    least: usize,
    best: usize,
}

/// Fits a table into a room; the type is the largest with which everything that must stays on one line.
pub(super) fn fit(table: &Table, room: u32) -> Widths {
    let wishes: Vec<Wish> = (0..table.columns.len()).map(|at| wish(table, at)).collect();
    let twips = |half_characters: usize, size: u32| -> u32 {
        // A half character is half as wide as the type is high; a fifth more, for faces whose figures and signs are wider.
        u32::try_from(half_characters).unwrap_or(u32::MAX).saturating_mul(size * 6) + PADDING
    };
    let asked = |size: u32| wishes.iter().map(|wish| twips(wish.least, size)).fold(0_u32, u32::saturating_add);
    let size = SIZES.into_iter().find(|&size| asked(size) <= room).unwrap_or(SIZES[SIZES.len() - 1]);
    let least: Vec<u32> = wishes.iter().map(|wish| twips(wish.least, size)).collect();
    let best: Vec<u32> = wishes.iter().map(|wish| twips(wish.best.max(wish.least), size)).collect();
    let sum = |widths: &[u32]| widths.iter().fold(0_u64, |sum, &width| sum + u64::from(width));
    let columns = if sum(&least) >= u64::from(room) {
        shared(&least, room)
    } else if sum(&best) >= u64::from(room) {
        // What is left over goes to those that would like more, in proportion.
        let more: Vec<u32> = best.iter().zip(&least).map(|(best, least)| best - least).collect();
        let left = room - u32::try_from(sum(&least)).unwrap_or(room);
        least.iter().zip(shared(&more, left)).map(|(least, more)| least + more).collect()
    } else {
        shared(&best, room)
    };
    Widths { columns, size }
}

/// Splits `whole` in proportion to `parts`, to the last twentieth of a point.
fn shared(parts: &[u32], whole: u32) -> Vec<u32> {
    let sum = parts.iter().map(|&part| u64::from(part)).sum::<u64>().max(1);
    let mut passed = 0_u64;
    let mut given = 0_u64;
    let share = |&part: &u32| {
        passed += u64::from(part);
        let until = passed * u64::from(whole) / sum;
        let own = until - given;
        given = until;
        u32::try_from(own).expect("no more than the whole")
    };
    parts.iter().map(share).collect()
}

fn wish(table: &Table, at: usize) -> Wish {
    let column = &table.columns[at];
    let rows = table.rows.iter().filter(|row| row.kind != RowKind::Group);
    let cells = rows.filter_map(|row| row.cells.get(at));
    let longest =
        cells.map(|cell| cell.shown().lines().map(UnicodeWidthStr::width_cjk).max().unwrap_or(0)).max().unwrap_or(0);
    let header = column.header.width_cjk();
    // A head may break into lines of two or three characters.
    let head = if header <= 6 { header } else { header.div_ceil(2).clamp(4, 8) };
    let body = if column.align == Align::Right {
        // Signs before a figure are wider than its digits.
        longest.min(ON_ONE_LINE + 8) + 1
    } else if longest <= ON_ONE_LINE {
        longest
    } else {
        (longest / 2).clamp(LEAST, 20)
    };
    Wish { least: body.max(head).max(2), best: longest.clamp(header.min(12), WIDEST) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::document::{Cell, Column, Row};

    fn table(texts: &[&str]) -> Table {
        let columns = texts.iter().map(|_| Column::text("项目")).collect();
        let mut table = Table::new("t", "表", columns);
        table.rows.push(Row::new(texts.iter().map(|text| Cell::text(*text)).collect()));
        table
    }

    #[test]
    fn columns_fill_the_room_to_the_last_unit() {
        let forty = ["一二三四五六七八九十"; 40];
        for texts in [&["甲", "乙"][..], &["甲", "一段很长的话，要分成许多行才放得下，不能撑破版心"], &forty]
        {
            assert_eq!(fit(&table(texts), 8846).columns.iter().sum::<u32>(), 8846);
        }
    }

    #[test]
    fn a_wide_table_gets_smaller_type_and_never_less_than_6_5_points() {
        let of = |count: usize| fit(&table(&vec!["81.20"; count]), 8846).size;
        assert_eq!((of(4), of(40)), (24, 13));
        assert!(of(14) < 24 && of(14) >= 13);
    }

    #[test]
    fn a_long_text_takes_the_room_that_figures_leave() {
        let widths = fit(&table(&["甲镇", "一段很长的话，要分成许多行才放得下，不能撑破版心", "81.20"]), 8846);
        assert!(widths.columns[1] > 3 * widths.columns[2], "{widths:?}");
    }
}
