//! What was written down and met no rule: events of a wrong type, problems that are not there, periods that cannot be
//! compared.

use super::columns::words;
use super::hits::Matched;
use super::sheet::Sheet;
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::decimal::plain;
use crate::definitions::{ColumnKind, Scope};
use crate::facts::Entry;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Where no unit can be compared with the last period, the rules on progress are off, and the reader is told why.
pub(super) fn note_incomparable(sheet: &Sheet, used: &BTreeSet<String>, audit: &mut Audit) {
    let asks = used.contains("progress_rate") || used.contains("rise");
    if !asks || sheet.inputs.previous().is_none() || sheet.units.progress.iter().any(Option::is_some) {
        return;
    }
    let share = plain(sheet.definitions.rules.comparable_share, 2);
    let (this, _) = sheet.inputs.facts.period.frequency.words();
    audit.note(
        Diagnostic::new(Code::ProgressIncomparable, Place::default(), format!("口径调整,{this}不评进步奖"))
            .found(format!("没有一个{}与上期可比的权重达到 {share}%", sheet.definitions.index.unit_word))
            .help("年初累计指标重新起算、指标或口径调整后都会这样;下一期自动恢复"),
    );
}

/// An event that no rule looks at was written down for nothing: a wrong type or level.
pub(super) fn note_unmatched(sheet: &Sheet, matched: &Matched, audit: &mut Audit) {
    let definitions = sheet.definitions;
    for (table, layout) in definitions.tables.iter().enumerate().filter(|(_, layout)| layout.within_period) {
        let rules: Vec<&str> = definitions
            .rules
            .rules
            .iter()
            .filter(|rule| rule.scope == Scope::Table(table))
            .map(|rule| rule.name.as_str())
            .collect();
        if rules.is_empty() {
            continue;
        }
        for (line, row) in sheet.inputs.facts.registers[table].iter().enumerate() {
            if matched[table][line] {
                continue;
            }
            let texts: Vec<String> = layout
                .columns
                .iter()
                .zip(&row.entries)
                .filter(|(column, entry)| column.kind == ColumnKind::Text && **entry != Entry::Empty)
                .take(4)
                .map(|(column, entry)| format!("{} {}", column.name, words(definitions, entry).unwrap_or_default()))
                .collect();
            audit.note(
                Diagnostic::new(
                    Code::EventUnmatched,
                    row.place.clone(),
                    format!("“{}”的这一行没有规则认领,既不加分也不扣分", layout.name),
                )
                .found(texts.join(","))
                .expected(rules.join("、"))
                .help("核对类型和级别的写法,与规则里的一致;不计分的事项请从表里移出"),
            );
        }
    }
}

/// An event may name the problem of the ledger that it is about: one that there is, of the same unit.
pub(super) fn note_unknown_items(sheet: &Sheet, audit: &mut Audit) {
    let definitions = sheet.definitions;
    for (table, layout) in definitions.tables.iter().enumerate().filter(|(_, layout)| layout.within_period) {
        let named = layout.columns.iter().position(|column| column.id == "item");
        let first = layout.columns.iter().position(|column| column.kind == ColumnKind::Unit);
        let (Some(item_at), Some(unit_at)) = (named, first) else { continue };
        // Most rows name no problem.
        let naming = sheet.inputs.facts.registers[table].par_iter().filter_map(|row| {
            match (&row.entries[item_at], &row.entries[unit_at]) {
                (Entry::Text(item), Entry::Unit(unit)) => Some((row, item, unit)),
                _ => None,
            }
        });
        for (row, item, unit) in naming.collect::<Vec<_>>() {
            let found = sheet.inputs.items.iter().find(|known| known.item == *item);
            if found.is_some_and(|known| known.unit == *unit) {
                continue;
            }
            let own: Vec<&str> = sheet
                .inputs
                .items
                .iter()
                .filter(|known| known.unit == *unit)
                .map(|known| known.item.as_str())
                .collect();
            let name = &definitions.units.units[*unit].name;
            audit.note(
                Diagnostic::new(
                    Code::LedgerItemUnknown,
                    row.place.clone(),
                    format!("“{}”的这一行关联的问题“{item}”不是台账里“{name}”的问题", layout.name),
                )
                .unit(name)
                .item(item)
                .found(item)
                .expected(if own.is_empty() {
                    "这个单位没有问题在台账里".to_owned()
                } else {
                    own.join("、")
                })
                .help("照台账抄写问题编号;与台账无关的事项,这一格空着"),
            );
        }
    }
}
