//! The timetable as a chain of equal boxes: most steps are days apart, one lasts months, so no scale would be readable.

use super::super::lettering::Type;
use super::super::sheet::{Area, Sheet};
use super::{SMALL_SIZE, StepTime, UNIT_SIZE, WallStep, squeeze};

/// Steps that have room for their names.
const MOST: usize = 14;
const GAP: i32 = 4;

pub(super) fn draw(steps: &[WallStep], cut_off: &str, sheet: &mut Sheet, area: Area) {
    if steps.is_empty() {
        let kind = Type::new(UNIT_SIZE).quiet();
        let text = format!("没有排定本期的时间表；数据截止 {cut_off}。");
        sheet.text(area.left, area.top + 40, &kind.fit(&text, area.right - area.left), kind);
        return;
    }
    let shown = &steps[..steps.len().min(MOST)];
    let count = i32::try_from(shown.len()).unwrap_or(1);
    let edge = |position: i32| area.left + (area.right - area.left + GAP) * position / count;
    for (position, step) in (0..).zip(shown) {
        draw_step(sheet, Area::new(edge(position), area.top + 30, edge(position + 1) - GAP, area.bottom), step);
    }
    // Where the data end: over the step that runs on that day, else between the steps before and after.
    let of = |time: StepTime| shown.iter().rposition(|step| step.time == time);
    let at = |position: usize| i32::try_from(position).unwrap_or(0);
    let mark = match (of(StepTime::Now), of(StepTime::Past)) {
        (Some(now), _) => i32::midpoint(edge(at(now)), edge(at(now) + 1) - GAP),
        (None, Some(last)) => edge(at(last) + 1) - GAP / 2,
        (None, None) => area.left,
    };
    draw_mark(sheet, area, mark, cut_off, steps.len() - shown.len());
}

fn draw_step(sheet: &mut Sheet, area: Area, step: &WallStep) {
    let (left, right, tip) = (area.left, area.right, 12);
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
    let x = x.clamp(area.left + 9, area.right - 9);
    sheet.polygon(vec![(x - 9, area.top + 19), (x + 9, area.top + 19), (x, area.top + 31)], colour);
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
