//! Units by projects: what is done of what is due, as a bar with its light and figures; sums of all units below.

use super::super::head::shape_of;
use super::super::lettering::{Type, figure, rounded_up};
use super::super::sheet::{Area, Point, Sheet};
use super::super::support_matrix::{MatrixCell, MatrixColumn, MatrixRow, SupportMatrix, draw_bar};
use super::{SMALL_SIZE, UNIT_SIZE, heading, squeeze};
use crate::views::document::Light;

const LEAST_ROW: i32 = 26;
const MOST_ROW: i32 = 56;
/// From this height on a row has lines for what is done, what is due, and the bar.
const THREE_LINES: i32 = 42;
const LEAST_CELL: i32 = 70;
const MOST_CELL: i32 = 150;
const HEADS: i32 = 82;
const SUM_ROW: i32 = 28;
const NOTE: Type = Type::new(14).quiet();

/// The part of the matrix that fits.
struct Shown<'a> {
    rows: &'a [MatrixRow],
    columns: &'a [MatrixColumn],
    names: i32,
    cell: i32,
    row: i32,
    left: i32,
}

impl Shown<'_> {
    fn edge(&self, column: usize) -> i32 {
        self.left + self.names + self.cell * i32::try_from(column).unwrap_or(0)
    }

    fn right(&self) -> i32 {
        self.edge(self.columns.len())
    }
}

pub(super) fn draw(matrix: &SupportMatrix, unit_word: &str, sheet: &mut Sheet, area: Area) {
    let top = heading(sheet, area, "实项目推进情况");
    if matrix.rows.is_empty() || matrix.columns.is_empty() {
        sheet.text(area.left + 16, top + 24, "没有设实项目。", Type::new(UNIT_SIZE).quiet());
        return;
    }
    let top = draw_legend(matrix, sheet, Area { top, ..area });
    let shown = shown(matrix, Area { top: top + HEADS, bottom: area.bottom - 3 * SUM_ROW - 24, ..area });
    draw_heads(&shown, sheet, top);
    let mut y = top + HEADS;
    for (number, row) in shown.rows.iter().enumerate() {
        if number % 2 == 0 {
            sheet.fill(Area::new(area.left, y, shown.right(), y + shown.row), sheet.palette.band);
        }
        draw_name(&row.name, &shown, sheet, y);
        for (column, about) in shown.columns.iter().enumerate() {
            let cell = Area::new(shown.edge(column) + 3, y + 2, shown.edge(column + 1) - 3, y + shown.row - 2);
            draw_cell(sheet, cell, row.cells.get(column).unwrap_or(&MatrixCell::NotReported), about);
        }
        y += shown.row;
    }
    let y = draw_sums(matrix, &shown, sheet, y);
    let text = left_out(matrix, &shown, unit_word);
    sheet.text(area.left, y + 14, &NOTE.fit(&text, area.right - area.left), NOTE);
}

/// As many rows and columns as stay readable. The sums always hold all rows.
fn shown(matrix: &SupportMatrix, area: Area) -> Shown<'_> {
    let width = area.right - area.left;
    let kind = Type::new(UNIT_SIZE);
    let own = kind.widest(matrix.rows.iter().map(|row| row.name.as_str())) + 12;
    let sums = Type::new(14).bold().width(&format!("{}应完成", matrix.total_word)) + 8;
    let most = i32::try_from(matrix.columns.len()).unwrap_or(i32::MAX);
    // Longer names break into two lines.
    let names = own.max(sums).min(UNIT_SIZE * 6 + 12);
    let cell = ((width - names) / most.min(1000)).clamp(LEAST_CELL, MOST_CELL);
    let columns = usize::try_from((width - names) / cell).unwrap_or(0).min(matrix.columns.len());
    let room = area.bottom - area.top;
    let count = i32::try_from(matrix.rows.len()).unwrap_or(i32::MAX);
    let row = (room / count).clamp(LEAST_ROW, MOST_ROW);
    let rows = usize::try_from(room / row).unwrap_or(0).min(matrix.rows.len());
    Shown { rows: &matrix.rows[..rows], columns: &matrix.columns[..columns], names, cell, row, left: area.left }
}

fn left_out(matrix: &SupportMatrix, shown: &Shown<'_>, unit_word: &str) -> String {
    let mut text = "缺口按各单位分别计算后相加，超额的不抵减。".to_owned();
    let rows = matrix.rows.len() - shown.rows.len();
    if rows > 0 {
        text = format!("列出前 {} 个{unit_word}，另有 {rows} 个未列出；合计含全部{unit_word}。", shown.rows.len());
    }
    let columns = matrix.columns.len() - shown.columns.len();
    if columns > 0 { format!("{text}另有 {columns} 个项目未列出。") } else { text }
}

fn draw_heads(shown: &Shown<'_>, sheet: &mut Sheet, top: i32) {
    let bottom = top + HEADS;
    let mut name = Type::new(UNIT_SIZE).bold().centred();
    // All heads in one size: the one at which the longest still takes three lines.
    let fits = |name: Type| {
        let whole = |column: &MatrixColumn| !name.wrap(&column.name, shown.cell - 6, 3).concat().contains('…');
        shown.columns.iter().all(whole)
    };
    while name.size > SMALL_SIZE && !fits(name) {
        name.size -= 1;
    }
    for (number, column) in shown.columns.iter().enumerate() {
        let x = i32::midpoint(shown.edge(number), shown.edge(number + 1));
        let lines = name.wrap(&column.name, shown.cell - 6, 3);
        for (line, above) in lines.iter().rev().zip((0..).step_by(20)) {
            sheet.text(x, bottom - 34 - above, line, name);
        }
        let counted = if column.score.is_some() { "项目得分" } else { column.unit.as_str() };
        let counted = if counted.is_empty() { "完成量" } else { counted };
        squeeze(sheet, (x, bottom - 12), counted, Type::new(13).quiet().centred(), shown.cell - 8, 9);
    }
    sheet.line((shown.left, bottom), (shown.right(), bottom), sheet.palette.ink, 2);
}

fn draw_name(name: &str, shown: &Shown<'_>, sheet: &mut Sheet, y: i32) {
    let kind = Type::new(UNIT_SIZE);
    let room = shown.names - 10;
    let lines = kind.wrap(name, room, if shown.row >= THREE_LINES { 2 } else { 1 });
    let middle = y + shown.row / 2;
    let first = if lines.len() > 1 { middle - 10 } else { middle };
    for (line, y) in lines.iter().zip([first, first + 20]) {
        sheet.text(shown.left + 4, y, line, kind);
    }
}

fn draw_cell(sheet: &mut Sheet, area: Area, cell: &MatrixCell, column: &MatrixColumn) {
    let (x, y) = area.centre();
    let room = area.right - area.left - 26;
    let number = Type::new(UNIT_SIZE).bold().right();
    let small = Type::new(13).quiet();
    match *cell {
        MatrixCell::Work { done, due, light } => {
            let (have, want) =
                (figure(done, column.decimals), figure(rounded_up(due, column.decimals), column.decimals));
            if area.bottom - area.top + 4 >= THREE_LINES {
                shape_of(sheet, (area.left + 10, area.top + 15), light, 7);
                squeeze(sheet, (area.right - 3, area.top + 9), &have, number, room, 9);
                squeeze(
                    sheet,
                    (area.right - 3, area.top + 24),
                    &format!("应 {want}"),
                    Type::new(SMALL_SIZE).quiet().right(),
                    room,
                    9,
                );
                draw_bar(sheet, Area::new(area.left + 3, area.bottom - 8, area.right - 3, area.bottom - 1), done, due);
            } else {
                shape_of(sheet, (area.left + 9, area.top + 8), light, 5);
                squeeze(sheet, (area.right - 3, area.top + 8), &format!("{have}/{want}"), number, room, 9);
                draw_bar(sheet, Area::new(area.left + 3, area.bottom - 5, area.right - 3, area.bottom - 1), done, due);
            }
        }
        MatrixCell::Score { score, light } => {
            shape_of(sheet, (area.left + 10, y), light, 7);
            squeeze(sheet, (area.right - 3, y), &score.to_string(), number, room, 9);
        }
        MatrixCell::NotApplicable => {
            sheet.hatch(area, sheet.palette.quiet.towards(sheet.palette.paper, 0.4), 6);
            sheet.text_over(x, y, "不适用", small.centred(), sheet.palette.paper);
        }
        MatrixCell::NotReported => {
            sheet.dashed_outline(area, sheet.palette.quiet);
            sheet.text(x, y, "— 未报", small.centred());
        }
    }
}

/// What was due, done and is missing of all units; a project with scores has one figure across the rows.
fn draw_sums(matrix: &SupportMatrix, shown: &Shown<'_>, sheet: &mut Sheet, top: i32) -> i32 {
    let (left, right) = (shown.left, shown.right());
    let sums = matrix.sum_rows();
    sheet.fill(Area::new(left, top, right, top + 3 * SUM_ROW), sheet.palette.main_pale);
    sheet.line((left, top), (right, top), sheet.palette.ink, 2);
    let mut y = top;
    for ((word, texts), is_gap) in sums.iter().zip([false, false, true]) {
        let middle = y + SUM_ROW / 2;
        squeeze(sheet, (left + 4, middle), word, Type::new(15).bold(), shown.names - 8, 9);
        for (number, (text, column)) in texts.iter().zip(shown.columns).enumerate() {
            if column.score.is_none() {
                let x = i32::midpoint(shown.edge(number), shown.edge(number + 1));
                let kind = Type::new(UNIT_SIZE).centred();
                squeeze(sheet, (x, middle), text, if is_gap { kind.bold() } else { kind }, shown.cell - 6, 9);
            }
        }
        y += SUM_ROW;
    }
    for (number, column) in shown.columns.iter().enumerate() {
        let Some((score, light)) = column.score else { continue };
        let x = i32::midpoint(shown.edge(number), shown.edge(number + 1));
        let middle = top + 3 * SUM_ROW / 2;
        let word = format!("{}得分", matrix.total_word);
        squeeze(sheet, (x, middle - 16), &word, Type::new(13).quiet().centred(), shown.cell - 6, 9);
        shape_of(sheet, (shown.edge(number) + 12, middle + 12), light, 7);
        let kind = Type::new(UNIT_SIZE).bold().centred();
        squeeze(sheet, (x + 8, middle + 12), &score.to_string(), kind, shown.cell - 32, 9);
    }
    y
}

fn draw_legend(matrix: &SupportMatrix, sheet: &mut Sheet, area: Area) -> i32 {
    let y = area.top + 10;
    let mut x = area.left;
    let kind = Type::new(14);
    let key = |x: i32| Area::new(x, y - 7, x + 24, y + 7);
    let mut entry = |sheet: &mut Sheet, word: &str, sign: &dyn Fn(&mut Sheet, Point)| {
        if x + 30 + kind.width(word) <= area.right {
            sign(sheet, (x, y));
            sheet.text(x + 30, y, word, kind);
            x += 30 + kind.width(word) + 16;
        }
    };
    let has_work = matrix.columns.iter().any(|column| column.score.is_none());
    let words = if has_work {
        ["完成序时 100%及以上", "80%–100%", "80%以下"]
    } else {
        ["绿灯", "黄灯", "红灯"]
    };
    for (light, word) in [Light::Green, Light::Yellow, Light::Red].into_iter().zip(words) {
        entry(sheet, word, &move |sheet, (x, y)| shape_of(sheet, (x + 14, y), light, 7));
    }
    entry(sheet, "不适用", &|sheet, (x, _)| {
        let area = key(x);
        sheet.hatch(area, sheet.palette.quiet.towards(sheet.palette.paper, 0.4), 6);
        sheet.outline(area, sheet.palette.hairline);
    });
    if matrix.note.is_empty() {
        return area.top + 26;
    }
    sheet.text(area.left, y + 24, &matrix.note, kind);
    area.top + 50
}
