//! The timetable as a chain of equal boxes: most steps are days apart, one lasts months, so no scale would be readable.

use super::super::lettering::Type;
use super::super::sheet::{Area, Sheet};
use super::{SMALL_SIZE, StepTime, UNIT_SIZE, WallStep, squeeze};

/// Steps that have room for their names.
const MOST: usize = 14;

pub(super) fn draw(steps: &[WallStep], cut_off: &str, sheet: &mut Sheet, area: Area) {
    if steps.is_empty() {
        let kind = Type::new(UNIT_SIZE).quiet();
        let text = format!("没有排定本期的时间表；数据截止 {cut_off}。");
        sheet.text(area.left, area.top + 40, &kind.fit(&text, area.right - area.left), kind);
        return;
    }
    let shown = &steps[..steps.len().min(MOST)];
    let count = i32::try_from(shown.len()).unwrap_or(1);
    let pitch = (area.right - area.left) / count;
    let top = area.top + 30;
    let mut x = area.left;
    for step in shown {
        draw_step(sheet, Area::new(x, top, x + pitch, area.bottom), step);
        x += pitch;
    }
    let mark = mark(shown, area.left, pitch);
    draw_mark(sheet, area, mark, cut_off, steps.len() - shown.len());
}

/// Where the data end: in the middle of the step that runs on that day, else between the steps before and after.
fn mark(steps: &[WallStep], left: i32, pitch: i32) -> i32 {
    let at = |position: usize| left + pitch * i32::try_from(position).unwrap_or(0);
    match steps.iter().rposition(|step| step.time == StepTime::Now) {
        Some(position) => at(position) + pitch / 2,
        None => at(steps.iter().rposition(|step| step.time == StepTime::Past).map_or(0, |last| last + 1)),
    }
}

fn draw_step(sheet: &mut Sheet, area: Area, step: &WallStep) {
    let (left, right, tip) = (area.left, area.right - 4, 12);
    let (_, middle) = area.centre();
    let (fill, ink) = match step.time {
        StepTime::Past => (sheet.palette.strip, sheet.palette.quiet),
        StepTime::Now => (sheet.palette.main, sheet.palette.paper),
        StepTime::Ahead => (sheet.palette.main_pale, sheet.palette.ink),
    };
    let corners = vec![
        (left, area.top),
        (right - tip, area.top),
        (right, middle),
        (right - tip, area.bottom),
        (left, area.bottom),
        (left + tip, middle),
    ];
    sheet.polygon(corners, fill);
    let room = right - left - 2 * tip - 4;
    let x = i32::midpoint(left, right) + 2;
    let name = Type::new(UNIT_SIZE).bold().centred().colour(ink);
    squeeze(sheet, (x, area.top + 18), &step.name, name, room, SMALL_SIZE);
    let days = Type::new(14).bold().centred().colour(ink);
    squeeze(sheet, (x, middle), &step.days, days, room, 11);
    let who = Type::new(11).centred().colour(ink);
    for (line, y) in who.wrap(&step.who, room, 2).iter().zip([area.bottom - 25, area.bottom - 11]) {
        sheet.text(x, y, line, who);
    }
}

fn draw_mark(sheet: &mut Sheet, area: Area, x: i32, cut_off: &str, left_out: usize) {
    let colour = sheet.palette.red;
    let x = x.clamp(area.left + 3, area.right - 3);
    sheet.line((x, area.top + 22), (x, area.bottom), colour, 3);
    sheet.polygon(vec![(x - 9, area.top + 20), (x + 9, area.top + 20), (x, area.top + 30)], colour);
    let kind = Type::new(UNIT_SIZE).bold().colour(colour);
    let text = format!("数据截止 {cut_off}");
    let width = kind.width(&text);
    let left = (x - width / 2).clamp(area.left, area.right - width);
    sheet.text(left, area.top + 8, &text, kind);
    if left_out > 0 {
        let note = Type::new(SMALL_SIZE).quiet();
        let text = format!("另有 {left_out} 步未列出");
        let at =
            if left + width + note.width(&text) + 40 < area.right { area.right - note.width(&text) } else { area.left };
        sheet.text(at, area.top + 8, &text, note);
    }
}
