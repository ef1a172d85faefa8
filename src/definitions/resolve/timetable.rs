//! The timetable and the marks for good delivery.

use super::{Codes, required};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::calendar::{Frequency, Period, WorkCalendar};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawIndex, RawQuality, RawStep};
use crate::definitions::{Offset, QualityMarks, Step};

/// Working days beyond this belong to another year.
pub(super) const MOST_WORKING_DAYS: u32 = 250;
/// Calendar days beyond this belong to another year.
const MOST_DAYS: i64 = 366;

/// The steps in file order; mistakes are noted.
pub(super) fn steps(items: &[Item<RawStep>], due: u32, frequency: Frequency, audit: &mut Audit) -> Vec<Step> {
    let mut codes = Codes::default();
    let mut list: Vec<Step> = Vec::new();
    for item in items {
        let raw = &item.value;
        let id = required(item, "id", &raw.id, audit);
        codes.add(item, "id", &id, audit);
        let name = required(item, "name", &raw.name, audit);
        let is_due = raw.due.unwrap_or(false);
        if is_due && list.iter().any(|step| step.is_due) {
            wrong(item, "due", "报送截止(due = true)只能是一个步骤", "一个步骤", "其余步骤删去 due", audit);
        }
        let mut step = Step {
            who: required(item, "who", &raw.who, audit),
            from: Offset::Days(0),
            to: Offset::Days(0),
            is_due,
            months: raw.months.clone(),
            takes: raw.takes.clone().unwrap_or_default(),
            gives: raw.gives.clone().unwrap_or_default(),
            id,
            name,
        };
        check_months(item, frequency, audit);
        if let Some((from, to)) = offsets(item, is_due.then_some(due), audit) {
            (step.from, step.to) = (from, to);
            check_order(item, &step, frequency, audit);
        }
        list.push(step);
    }
    list
}

/// First and last day as written, or the day by which files are due.
fn offsets(item: &Item<RawStep>, due: Option<u32>, audit: &mut Audit) -> Option<(Offset, Offset)> {
    let raw = &item.value;
    if ["at", "from", "to"].iter().any(|key| item.is_broken(key)) {
        return None;
    }
    let mut is_sound = true;
    for (key, offset) in [("at", raw.at), ("from", raw.from), ("to", raw.to)] {
        is_sound &= offset.is_none_or(|offset| check_offset(item, key, offset, audit));
    }
    let (from, to) = match (raw.at, raw.from, raw.to) {
        (Some(at), None, None) => (at, at),
        (None, Some(from), Some(to)) => (from, to),
        (None, None, None) if due.is_some() => {
            let due = Offset::WorkingDays(due.unwrap_or_default());
            (due, due)
        }
        (Some(_), _, _) => {
            wrong(
                item,
                "at",
                "at 和 from、to 只能写一种",
                "at,或 from 和 to",
                "一天的写 at,一段的写 from 和 to",
                audit,
            );
            return None;
        }
        (None, from, to) => {
            let key = match (from, to) {
                (Some(_), _) => "to",
                (_, Some(_)) => "from",
                _ => "at",
            };
            audit.note(
                Diagnostic::new(Code::MissingKey, item.place(""), format!("步骤没有写明日子:缺少“{key}”"))
                    .item(key)
                    .expected(key)
                    .help("一天的写 at = { working_days = 5 };一段的写 from 和 to"),
            );
            return None;
        }
    };
    if let Some(due) = due.filter(|&due| is_sound && to != Offset::WorkingDays(due)) {
        let key = if raw.at.is_some() { "at" } else { "to" };
        let message = format!("报送截止与 [index] 的 due_working_days = {due} 不一致,这里写的是 {}", to.words());
        let help = "只在一处写:删去这里的日子,或改 due_working_days";
        wrong(item, key, &message, &format!("{{ working_days = {due} }}"), help, audit);
        return None;
    }
    is_sound.then_some((from, to))
}

fn check_offset(item: &Item<RawStep>, key: &str, offset: Offset, audit: &mut Audit) -> bool {
    let (is_sound, meaning, expected) = match offset {
        Offset::WorkingDays(n) => ((1..=MOST_WORKING_DAYS).contains(&n), "期末以后第几个工作日", "1–250"),
        Offset::Days(days) => ((-MOST_DAYS..=0).contains(&days), "期末以前的天数,以后的按工作日写", "-366–0"),
        Offset::StartDays(days) => ((0..=MOST_DAYS).contains(&days), "期初以后的天数", "0–366"),
        Offset::NextDays(days) => ((-MOST_DAYS..=0).contains(&days), "下期末以前的天数", "-366–0"),
    };
    if !is_sound {
        let message = format!("“{key}”的日子不对:应为{meaning},实为 {}", offset.words());
        let help = "期末以前写 { days = -10 },期末以后写 { working_days = 5 },下期末以前写 { next_days = -5 }";
        wrong(item, key, &message, expected, help, audit);
    }
    is_sound
}

fn check_months(item: &Item<RawStep>, frequency: Frequency, audit: &mut Audit) {
    let months = &item.value.months;
    let length = 12 / frequency.per_year();
    let ends: Vec<u32> = (1..=frequency.per_year()).map(|part| part * length).collect();
    if months.iter().any(|month| !ends.contains(month)) {
        let expected = ends.iter().map(u32::to_string).collect::<Vec<_>>().join("、");
        wrong(item, "months", "没有在这些月份结束的期次", &expected, "写期次最后一个月,如 [6, 12]", audit);
    }
}

/// Tried on a period of the right length without holidays; a few days off do not change what comes first.
fn check_order(item: &Item<RawStep>, step: &Step, frequency: Frequency, audit: &mut Audit) {
    let period = Period { year: 2023, part: 1, frequency };
    let calendar = WorkCalendar::default();
    if step.from.day(period, &calendar) > step.to.day(period, &calendar) {
        let message = format!("步骤“{}”的开始在结束之后({})", step.name, step.words());
        wrong(item, "from", &message, "from 不晚于 to", "对调 from 和 to,或改其中一个", audit);
    }
}

fn wrong<R>(item: &Item<R>, key: &str, message: &str, expected: &str, help: &str, audit: &mut Audit) {
    let place = item.place(key);
    audit.note(Diagnostic::new(Code::WrongType, place, message).item(key).expected(expected).help(help));
}

/// The day by which files are due, as a number of working days.
pub(super) fn due_working_days(index: Option<&Item<RawIndex>>, audit: &mut Audit) -> u32 {
    let Some(item) = index else { return 5 };
    let due = item.value.due_working_days.unwrap_or(5);
    if due > MOST_WORKING_DAYS {
        wrong(item, "due_working_days", "报送截止离期末太远", "0–250", "写期末后第几个工作日,如 5", audit);
    }
    due.min(MOST_WORKING_DAYS)
}

/// The marks for good delivery, where the project gives any.
pub(super) fn quality(items: &[Item<RawQuality>], audit: &mut Audit) -> Option<QualityMarks> {
    if let Some(second) = items.get(1) {
        audit.note(
            Diagnostic::new(Code::DuplicateCode, second.place(""), "[quality] 只能有一个").help("删去多余的一个"),
        );
    }
    let item = items.first()?;
    let raw = &item.value;
    let mut marks = |key: &str, value: Option<f64>| {
        let value = required(item, key, &value, audit);
        if !(0.0..=1e6).contains(&value) {
            wrong(item, key, &format!("“{key}”应是不小于 0 的分数"), "0–1000000", "例如 5", audit);
        }
        value
    };
    Some(QualityMarks {
        full: marks("full", raw.full),
        late_day: marks("late_day", raw.late_day),
        error: marks("error", raw.error),
        open_question: marks("open_question", raw.open_question),
        correction: marks("correction", raw.correction),
    })
}
