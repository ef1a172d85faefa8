//! Problems with a square of 20 × 20 mm each, for the stamp that says it is closed.

use super::super::lettering::Type;
use super::super::sheet::{Area, Sheet};
use super::{SMALL_SIZE, UNIT_SIZE, WallProblem, WallProblems, heading, squeeze};

/// 20 mm.
const STAMP: i32 = 40;
const LEAST_ROW: i32 = 58;
const MOST_ROW: i32 = 74;
/// Of the rows, one in so many may go to what was closed.
const CLOSED_SHARE: usize = 4;

pub(super) fn draw(problems: &WallProblems, sheet: &mut Sheet, area: Area) {
    let top = heading(sheet, area, "重点问题整改销号");
    let kind = Type::new(14).quiet();
    sheet.text(area.right, top - 26, "盖销号章", kind.right());
    let bottom = area.bottom - 24;
    let rows = usize::try_from((bottom - top) / LEAST_ROW).unwrap_or(0);
    let (open, closed) = chosen(problems, rows);
    let shown = open.len() + closed.len();
    if shown == 0 {
        sheet.text(area.left + 16, top + 24, "本期台账里没有问题。", Type::new(UNIT_SIZE).quiet());
        return;
    }
    let row = ((bottom - top) / i32::try_from(shown).unwrap_or(1)).clamp(LEAST_ROW, MOST_ROW);
    let mut y = top;
    for problem in open.iter().chain(closed) {
        draw_problem(sheet, Area::new(area.left, y, area.right, y + row), problem);
        y += row;
    }
    sheet.line((area.left, y), (area.right, y), sheet.palette.hairline, 1);
    let text = left_out(problems, open.len(), closed.len());
    sheet.text(area.left, area.bottom - 10, &kind.fit(&text, area.right - area.left), kind);
}

/// What is shown of both kinds. What is open comes first; what was closed keeps a part of the rows.
fn chosen(problems: &WallProblems, rows: usize) -> (&[WallProblem], &[WallProblem]) {
    let spare = rows.saturating_sub(problems.open.len()).max(rows / CLOSED_SHARE);
    let closed = problems.closed.len().min(spare);
    let open = problems.open.len().min(rows.saturating_sub(closed));
    (&problems.open[..open], &problems.closed[..closed])
}

/// How many are open and closed, and how many of them have no room here.
fn left_out(problems: &WallProblems, open: usize, closed: usize) -> String {
    let all = format!("未销号 {} 项，本期已销号 {} 项。", problems.open.len(), problems.closed.len());
    let rest = problems.open.len() + problems.closed.len() - open - closed;
    if rest == 0 { all } else { format!("{all}另有 {rest} 项未列出，见台账。") }
}

fn draw_problem(sheet: &mut Sheet, area: Area, problem: &WallProblem) {
    sheet.line((area.left, area.top), (area.right, area.top), sheet.palette.hairline, 1);
    let (_, middle) = area.centre();
    let stamp = Area::new(area.right - STAMP, middle - STAMP / 2, area.right, middle + STAMP / 2);
    draw_stamp(sheet, stamp, &problem.closed_on);
    let right = stamp.left - 12;
    let room = right - area.left;
    let offset = (area.bottom - area.top - LEAST_ROW) / 2;
    let at = |y: i32| area.top + offset + y;
    let due = Type::new(14).bold().right();
    let (due, text) = match (problem.is_overdue, problem.closed_on.is_empty()) {
        (true, true) => (due.colour(sheet.palette.red), format!("逾期，原定{}", problem.due)),
        _ => (due, problem.due.clone()),
    };
    let width = due.width(&text).min(room / 2);
    sheet.text(right, at(14), &due.fit(&text, width), due);
    let unit = Type::new(UNIT_SIZE).bold();
    squeeze(sheet, (area.left, at(14)), &problem.unit, unit, room - width - 12, SMALL_SIZE);
    squeeze(sheet, (area.left, at(33)), &problem.what, Type::new(15), room, SMALL_SIZE);
    let helper = if problem.helper.is_empty() { String::new() } else { format!("帮扶：{}", problem.helper) };
    let small = Type::new(SMALL_SIZE).quiet();
    let id = small.fit(&problem.id, room * 3 / 4);
    sheet.text(area.left, at(49), &id, small);
    let used = small.width(&id) + 14;
    if room - used > 60 {
        sheet.text(right, at(49), &small.fit(&helper, room - used), small.right());
    }
}

/// Blank inside dashes for the hand; drawn where the data say it was closed.
fn draw_stamp(sheet: &mut Sheet, area: Area, closed_on: &str) {
    if closed_on.is_empty() {
        sheet.dashed_outline(area, sheet.palette.quiet);
        return;
    }
    let Area { left, top, right, bottom } = area;
    let colour = sheet.palette.red;
    let corners = [(left + 1, top + 1), (right - 1, top + 1), (right - 1, bottom - 1), (left + 1, bottom - 1)];
    let around = corners.iter().chain(corners.first()).copied().collect();
    sheet.path(around, colour, 2);
    let (x, y) = area.centre();
    sheet.text(x, y - 7, "已销号", Type::new(11).bold().centred().colour(colour));
    squeeze(sheet, (x, y + 9), closed_on, Type::new(10).centred().colour(colour), STAMP - 6, 7);
}
