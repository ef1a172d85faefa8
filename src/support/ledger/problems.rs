//! Problems that people found themselves (手工立项登记表): complaints, unannounced visits, what was told from above.

use super::actions::{date, outside, text, unreadable};
use super::deed::Bench;
use super::state::State;
use super::{Item, lies_in, wording};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::calendar::Date;
use crate::definitions::standard::PROBLEMS;
use crate::definitions::{ColumnKind, Definitions, TableLayout, fold};
use crate::facts::{Entry, RegisterRow};
use std::collections::BTreeMap;

/// Severity where nobody states one.
const MILD: &str = "一般";

/// Opens the problems that were written down by hand, in the order of their rows.
pub(super) fn open(bench: &Bench, audit: &mut Audit) -> Vec<Item> {
    let mut list = Vec::new();
    let mut serials: BTreeMap<String, u32> = BTreeMap::new();
    for (layout, rows) in bench.definitions.tables.iter().zip(&bench.facts.registers) {
        if layout.id != PROBLEMS {
            continue;
        }
        for row in rows {
            match read(bench, layout, row, &mut serials) {
                Ok(item) => list.extend(item),
                Err(problem) => audit.note(*problem),
            }
        }
    }
    list
}

fn read(
    bench: &Bench,
    layout: &TableLayout,
    row: &RegisterRow,
    serials: &mut BTreeMap<String, u32>,
) -> Result<Option<Item>, Box<Diagnostic>> {
    let (definitions, period) = (bench.definitions, bench.facts.period);
    let cell = |id: &str| text(row, layout, id);
    let Entry::Unit(unit) = *row.first(layout, ColumnKind::Unit) else { return Ok(None) };
    let source = cell("source");
    let wanted = cell("indicator");
    let indicator = find_indicator(definitions, &wanted);
    if indicator.is_none() && !wanted.is_empty() {
        let codes: Vec<&str> = definitions.indicators.iter().map(|indicator| indicator.code.as_str()).collect();
        let problem = format!("不认识“{wanted}”");
        return Err(Box::new(unreadable(&row.place, "指标", &problem, &wanted, &codes.join("、"))));
    }
    let assigned_on = date(row, layout, "assigned_on");
    if let Some(day) = assigned_on.filter(|day| !lies_in(*day, period)) {
        return Err(Box::new(outside(bench, &cell("description"), "交办", day, &row.place)));
    }
    let usual = wording::deadline(definitions, period).last_day();
    let due_on = date(row, layout, "due_on").unwrap_or(usual);
    let earliest = assigned_on.unwrap_or_else(|| period.first_day());
    if due_on < earliest {
        let problem = format!("“{due_on}”早于交办日期");
        let expected = format!("{earliest} 以后的日期");
        return Err(Box::new(unreadable(&row.place, "整改时限", &problem, &due_on.to_string(), &expected)));
    }
    let approved_by = cell("approved_by");
    if due_on > usual && approved_by.is_empty() {
        return Err(Box::new(unapproved(&row.place, due_on, usual).unit(&definitions.units.units[unit].name)));
    }
    let about = indicator.map_or_else(|| id_part(&source), |indicator| definitions.indicators[indicator].code.clone());
    let prefix = format!("{period}-{}-{about}", definitions.units.units[unit].code);
    let serial = serials.entry(prefix.clone()).or_insert(0);
    *serial += 1;
    let mut item = Item::new(format!("{prefix}-{serial:02}"), period, unit, due_on);
    let or = |text: String, other: String| if text.is_empty() { other } else { text };
    item.source = source;
    item.indicator = indicator;
    item.description = cell("description");
    item.severity = or(cell("severity"), MILD.to_owned());
    item.measures = cell("measures");
    item.exit_test = or(cell("exit_test"), wording::plain_exit_test(definitions, indicator));
    item.owner = or(cell("owner"), definitions.units.units[unit].name.clone());
    item.helper = or(cell("helper"), indicator.map_or_else(String::new, |it| wording::helper(definitions, it)));
    item.leader_post = cell("leader_post");
    item.note = cell("note");
    item.approved_by = approved_by;
    item.assigned_on = assigned_on;
    item.state = if assigned_on.is_some() { State::Assigned } else { State::Pending };
    item.place = row.place.clone();
    Ok(Some(item))
}

/// More time than usual is given by somebody, as an extension is.
fn unapproved(place: &Place, due_on: Date, usual: Date) -> Diagnostic {
    let message = format!("整改时限 {due_on} 晚于通常的 {usual},没有写明由谁批准,这一行没有采用");
    Diagnostic::new(Code::ApprovalMissing, place.clone(), message)
        .item("整改时限")
        .found(due_on.to_string())
        .expected(format!("不晚于 {usual},或者有审批"))
        .help("在“审批”一列写上批准的单位或文号,或者改整改时限")
}

/// An indicator by code or name, or by both as the ledger prints them.
fn find_indicator(definitions: &Definitions, text: &str) -> Option<usize> {
    let key = fold(text);
    definitions.indicators.iter().position(|indicator| {
        [&indicator.code, &indicator.id, &indicator.name].into_iter().any(|name| fold(name) == key)
            || fold(&wording::indicator_text(indicator)) == key
    })
}

/// A word as part of a problem's number: without blanks and the dashes that part the numbers.
pub(super) fn id_part(word: &str) -> String {
    fold(word).chars().filter(|letter| !matches!(letter, '-' | '/' | '\\')).collect()
}
