//! The table of what was done about problems (整改动态登记表): rows in, deeds out.

use super::deed::{Bench, Deed};
use super::state::{Verb, Verdict};
use super::{Item, lies_in};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::TableLayout;
use crate::definitions::calendar::Date;
use crate::definitions::standard::{ACTION_WORDS, ACTIONS};
use crate::extract::RawValue;
use crate::extract::values::{self, Reading};
use crate::facts::{Entry, RegisterRow};
use std::collections::BTreeMap;

/// What one row says about one problem; it is taken whole or not at all.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// Position of the problem.
    pub(super) item: usize,
    /// Texts that replace others.
    pub(super) edits: Vec<(Field, String)>,
    /// Evidence that was added without saying to what.
    pub(super) evidence: Vec<String>,
    /// What was done.
    pub(super) deeds: Vec<Deed>,
    /// Where the row stands.
    pub(super) place: Place,
}

/// Columns of the ledger that people write as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Measures,
    Owner,
    Helper,
    LeaderPost,
    Note,
}

impl Field {
    /// The field of a column of the ledger.
    pub(super) fn of(column: &str) -> Option<Self> {
        match column {
            "measures" => Some(Field::Measures),
            "owner" => Some(Field::Owner),
            "helper" => Some(Field::Helper),
            "leader_post" => Some(Field::LeaderPost),
            "note" => Some(Field::Note),
            _ => None,
        }
    }

    pub(super) fn of_item(self, item: &mut Item) -> &mut String {
        match self {
            Field::Measures => &mut item.measures,
            Field::Owner => &mut item.owner,
            Field::Helper => &mut item.helper,
            Field::LeaderPost => &mut item.leader_post,
            Field::Note => &mut item.note,
        }
    }
}

/// A text of a row; empty where nothing stands there.
pub(super) fn text(row: &RegisterRow, layout: &TableLayout, id: &str) -> String {
    match row.named(layout, id) {
        Entry::Text(text) => text.clone(),
        _ => String::new(),
    }
}

pub(super) fn date(row: &RegisterRow, layout: &TableLayout, id: &str) -> Option<Date> {
    match row.named(layout, id) {
        Entry::Date(date) => Some(*date),
        _ => None,
    }
}

/// Numbers of papers, as they stand one behind the other in a cell.
pub(super) fn papers(text: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for part in text.split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        if !list.iter().any(|known| known == part) {
            list.push(part.to_owned());
        }
    }
    list
}

/// 60 or 60% in, 60 out; the error says what is wrong with it.
pub(super) fn percent(text: &str) -> Result<Option<f64>, String> {
    match values::number(&RawValue::Text(text.into()), "%") {
        Reading::Empty => Ok(None),
        Reading::Number { value, percent } if !percent && value > 0.0 && value < 1.0 => {
            Err(format!("“{text}”像是小数,应写成 {}", crate::definitions::decimal::plain(value * 100.0, 2)))
        }
        Reading::Number { value, .. } if (0.0..=100.0).contains(&value) => Ok(Some(value)),
        _ => Err(format!("“{text}”不是 0 到 100 的数")),
    }
}

/// A value in the unit of the problem's indicator.
pub(super) fn measured(bench: &Bench, item: &Item, text: &str) -> Result<Option<f64>, String> {
    let unit = item.indicator.map_or("", |indicator| bench.definitions.indicators[indicator].unit.as_str());
    match values::number(&RawValue::Text(text.into()), unit) {
        Reading::Empty => Ok(None),
        Reading::Number { value, percent } if !percent || matches!(unit, "%" | "") => Ok(Some(value)),
        _ => Err(format!("“{text}”不是以“{unit}”计的数")),
    }
}

/// A row that cannot be read.
pub(super) fn unreadable(place: &Place, what: &str, problem: &str, found: &str, expected: &str) -> Diagnostic {
    Diagnostic::new(Code::RowInvalid, place.clone(), format!("“{what}”{problem},这一行没有采用"))
        .item(what)
        .found(found)
        .expected(expected)
        .help("改正这一行;其他行照常采用")
}

/// A number of a problem that is not in the ledger.
pub(super) fn unknown(id: &str, ids: &BTreeMap<&str, usize>, place: &Place) -> Diagnostic {
    // The unit and what it is about are the same more often than the period and the serial.
    let tail = id.split_once('-').map_or("", |(_, rest)| rest.rsplit_once('-').map_or(rest, |(middle, _)| middle));
    let like: Vec<&str> =
        ids.keys().copied().filter(|known| !tail.is_empty() && known.contains(tail)).take(3).collect();
    Diagnostic::new(Code::LedgerItemUnknown, place.clone(), format!("台账里没有“{id}”这个问题,这一行没有采用"))
        .item(id)
        .found(id)
        .expected(if like.is_empty() { "台账里的问题编号".to_owned() } else { like.join("、") })
        .help("照台账抄写问题编号;本期指标亮红灯新立的问题从下一期起登记,手工发现的问题登记在 problems 表")
}

/// A day outside of the period.
pub(super) fn outside(bench: &Bench, id: &str, what: &str, day: Date, place: &Place) -> Diagnostic {
    let period = bench.facts.period;
    let span = format!("{} 至 {}", period.first_day(), period.last_day());
    Diagnostic::new(
        Code::EventOutsidePeriod,
        place.clone(),
        format!("{id}:“{what}”的日期 {day} 不在本期之内,这一行没有采用"),
    )
    .item(id)
    .found(day.to_string())
    .expected(span)
    .help("登记错了的请改正;属于别的期次的,登记到那一期的文件夹")
}

/// Reads the table of actions. `ids` are positions of problems by number.
pub(super) fn read(bench: &Bench, items: &[Item], ids: &BTreeMap<&str, usize>, audit: &mut Audit) -> Vec<Written> {
    let mut list = Vec::new();
    for (layout, rows) in bench.definitions.tables.iter().zip(&bench.facts.registers) {
        if layout.id != ACTIONS {
            continue;
        }
        for row in rows {
            match written(bench, items, ids, layout, row) {
                Ok(written) => list.push(written),
                Err(problem) => audit.note(*problem),
            }
        }
    }
    list
}

fn written(
    bench: &Bench,
    items: &[Item],
    ids: &BTreeMap<&str, usize>,
    layout: &TableLayout,
    row: &RegisterRow,
) -> Result<Written, Box<Diagnostic>> {
    let place = &row.place;
    let cell = |id: &str| text(row, layout, id);
    let id = values::text(&RawValue::Text(cell("item").into()));
    let Some(&position) = ids.get(id.as_str()) else { return Err(Box::new(unknown(&id, ids, place))) };
    let item = &items[position];
    let bad = |what: &str, problem: &str, found: &str, expected: &str| {
        Box::new(unreadable(place, what, problem, found, expected).unit(&bench.definitions.units.units[item.unit].name))
    };
    let word = cell("action");
    let Some(verb) = Verb::read(&word) else {
        return Err(bad("动作", &format!("不认识“{word}”"), &word, &ACTION_WORDS.join("、")));
    };
    let Some(day) = date(row, layout, "date") else { return Err(bad("日期", "没有填", "", "日期")) };
    if !lies_in(day, bench.facts.period) {
        return Err(Box::new(outside(bench, &id, verb.word(), day, place)));
    }
    let verdict = cell("verdict");
    let known = Verdict::read(&verdict);
    if known.is_none() && !verdict.is_empty() {
        return Err(bad("结论", &format!("不认识“{verdict}”"), &verdict, "核验填通过、退回;回头看填巩固、反弹"));
    }
    let deed = Deed {
        verdict: known,
        by: cell("by"),
        how: cell("how"),
        content: cell("content"),
        evidence: papers(&cell("evidence")),
        percent: percent(&cell("percent")).map_err(|problem| bad("完成比例", &problem, &cell("percent"), "60"))?,
        measured: measured(bench, item, &cell("measured"))
            .map_err(|problem| bad("实测值", &problem, &cell("measured"), "数字"))?,
        until: date(row, layout, "until"),
        approved_by: cell("approved_by"),
        ..Deed::new(day, verb, place.clone())
    };
    Ok(Written { item: position, edits: Vec::new(), evidence: Vec::new(), deeds: vec![deed], place: place.clone() })
}
