//! What one cell says about a measure, and what an answer makes of it.

use super::shares::Share;
use super::sheet::Sheet;
use crate::audit::{Answer, Audit, Code, Diagnostic};
use crate::definitions::decimal::plain;
use crate::definitions::forms::may_not_apply;
use crate::extract::RawValue;
use crate::extract::values::{self, Reading};
use crate::facts::Observed;

/// A cell of a table about a measure and a unit (`None`: the authority's own figure).
#[derive(Clone, Copy)]
pub(super) struct At {
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) measure: usize,
    pub(super) unit: Option<usize>,
}

/// What a cell says, and the message about it, if there is one.
pub(super) fn observe(sheet: &Sheet<'_>, at: At, share: Share) -> (Observed, Option<Box<Diagnostic>>) {
    let measure = &sheet.definitions.measures[at.measure];
    let raw = sheet.value(at.row, at.column);
    // By far the most cells: no words are made for them.
    if let RawValue::Number(value) = *raw
        && share == Share::AsWritten
        && (measure.min..=measure.max).contains(&value)
    {
        return (Observed::Value(value), None);
    }
    if share == Share::Unusable {
        return (Observed::NotReported, None);
    }
    match values::number(raw, &measure.unit) {
        Reading::Number { value, percent } => {
            let value = if share == Share::Fraction && !percent { values::times_hundred(value) } else { value };
            figure(sheet, at, value, percent)
        }
        Reading::NotApplicable => not_applicable(sheet, at),
        // An authority without figures of its own leaves its row empty.
        Reading::Empty if at.unit.is_none() => (Observed::NotReported, None),
        unclear @ (Reading::Empty | Reading::Ambiguous(_)) => {
            let message = match unclear {
                Reading::Ambiguous(mark) => format!("“{mark}”含义不明(0、不适用还是未统计?),暂按未报处理"),
                _ => format!("“{}”的“{}”空着,暂按未报处理", unit_name(sheet, at), measure.name),
            };
            let help = "没有发生填 0,不存在填“不适用”,没有统计的请补报";
            not_reported(message_at(sheet, at, Code::EmptyAmbiguous, message).expected("数字或“不适用”").help(help))
        }
        Reading::Invalid(reason) => {
            let message = format!(
                "“{}”应填数字,实为“{}”:{}",
                measure.name,
                values::text(raw),
                reason.trim_start_matches(['的', '里'])
            );
            let expected = format!("以“{}”计的数字", measure.unit);
            let note = message_at(sheet, at, Code::ValueNotNumber, message).expected(expected);
            not_reported(note.help("改成数字后重新报送"))
        }
    }
}

fn figure(sheet: &Sheet<'_>, at: At, value: f64, percent: bool) -> (Observed, Option<Box<Diagnostic>>) {
    let measure = &sheet.definitions.measures[at.measure];
    if percent && measure.unit != "%" {
        let written = values::text(sheet.value(at.row, at.column));
        let message = format!("“{}”应填数量,实为百分数 {written}", measure.name);
        let expected = format!("以“{}”计的数", measure.unit);
        let note = message_at(sheet, at, Code::ValueNotNumber, message).expected(expected);
        return not_reported(note.help("填数量,不填百分比"));
    }
    if value < measure.min || value > measure.max {
        let (low, high) = (plain(measure.min.max(f64::MIN), 4), plain(measure.max.min(f64::MAX), 4));
        let allowed = match (measure.min > f64::MIN, measure.max < f64::MAX) {
            (true, true) => format!("{low}–{high} {}", measure.unit),
            (true, false) => format!("不小于 {low} {}", measure.unit),
            (false, _) => format!("不大于 {high} {}", measure.unit),
        };
        let message = format!("“{}”应为 {},实为 {}", measure.name, allowed.trim(), plain(value, 4));
        let note = message_at(sheet, at, Code::ValueOutOfRange, message).expected(allowed.trim());
        return not_reported(note.help("核对后改正;确属实情的,请分析人员调整定义里的范围"));
    }
    (Observed::Value(value), None)
}

fn not_applicable(sheet: &Sheet<'_>, at: At) -> (Observed, Option<Box<Diagnostic>>) {
    if may_not_apply(sheet.definitions, at.measure).is_some() {
        return (Observed::NotApplicable, None);
    }
    let measure = &sheet.definitions.measures[at.measure];
    let written = values::text(sheet.value(at.row, at.column));
    let message = format!("“{}”不允许填“{written}”,暂按未报处理", measure.name);
    let note = message_at(sheet, at, Code::NotApplicableUnexpected, message).expected("数字");
    not_reported(note.help("确实没有的填 0,没有统计的请补报"))
}

fn not_reported(note: Diagnostic) -> (Observed, Option<Box<Diagnostic>>) {
    (Observed::NotReported, Some(Box::new(note)))
}

fn unit_name<'a>(sheet: &'a Sheet<'_>, at: At) -> &'a str {
    at.unit.map_or("本级", |unit| sheet.definitions.units.units[unit].name.as_str())
}

/// A message about a cell.
pub(super) fn message_at(sheet: &Sheet<'_>, at: At, code: Code, message: String) -> Diagnostic {
    Diagnostic::new(code, sheet.place(at.row, at.column), message)
        .department(sheet.department(at.measure))
        .unit(unit_name(sheet, at))
        .item(&sheet.definitions.measures[at.measure].name)
        .found(values::text(sheet.value(at.row, at.column)))
}

/// What an answer to a question about a cell says: a number, 不适用, or that there is nothing.
pub(super) fn answered(sheet: &Sheet<'_>, at: At, share: Share, answer: &Answer, audit: &mut Audit) -> Observed {
    let measure = &sheet.definitions.measures[at.measure];
    let text = answer.text.trim();
    let read = match values::number(&RawValue::Text(text.into()), &measure.unit) {
        Reading::Number { value, percent: false } if share == Share::Fraction => {
            Reading::Number { value: values::times_hundred(value), percent: false }
        }
        read => read,
    };
    match read {
        Reading::Number { value, percent }
            if (measure.min..=measure.max).contains(&value) && (!percent || measure.unit == "%") =>
        {
            Observed::Value(value)
        }
        Reading::NotApplicable if may_not_apply(sheet.definitions, at.measure).is_some() => Observed::NotApplicable,
        Reading::Ambiguous(_) => Observed::NotReported,
        _ => {
            crate::facts::answers::unclear(answer, "一个数、“不适用”或“未报”", audit);
            Observed::NotReported
        }
    }
}
