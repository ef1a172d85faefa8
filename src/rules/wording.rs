//! Hits in words: what the line is about, and the figures that decided.

use super::Settled;
use super::columns::words;
use super::hits::names;
use super::sheet::{Getter, Sheet};
use crate::definitions::decimal::plain;
use crate::definitions::{ColumnKind, Definitions, Rule, RuleColumn, Scope, TableLayout, Vocabulary, columns};
use crate::facts::RegisterRow;

/// How the lines of a rule are put into words.
pub(super) struct Wording<'a> {
    sheet: &'a Sheet<'a>,
    scope: Scope,
    columns: Vec<(RuleColumn, Getter<'a>)>,
}

impl<'a> Wording<'a> {
    pub(super) fn new(sheet: &'a Sheet<'a>, rule: &'a Rule, settled: &'a [Settled]) -> Self {
        let used = names([&rule.trigger, &rule.points, &rule.order_by].into_iter());
        let vocabulary = Vocabulary::of(sheet.definitions);
        let of_scope = if matches!(rule.scope, Scope::Table(_)) {
            Vec::new()
        } else {
            columns(vocabulary, rule.scope).into_iter().filter(|column| used.contains(&column.name)).collect()
        };
        let getter = |column: RuleColumn| {
            let getter = sheet.getter(rule.scope, &column.name, settled)?;
            Some((column, getter))
        };
        Wording { sheet, scope: rule.scope, columns: of_scope.into_iter().filter_map(getter).collect() }
    }

    /// A line that is no row of a small table; for those see [`row_reason`].
    pub(super) fn reason(&self, line: usize) -> String {
        let definitions = self.sheet.definitions;
        let mut reason = Reason::new();
        match self.scope {
            Scope::Table(_) | Scope::Unit => {}
            Scope::Element => reason.push(&definitions.elements[self.sheet.part(self.scope, line)].name),
            Scope::Indicator => {
                let indicator = &definitions.indicators[self.sheet.part(self.scope, line)];
                reason.push(&indicator.code);
                reason.add(" ");
                reason.add(&indicator.name);
            }
            Scope::Project => reason.push(&definitions.projects[self.sheet.part(self.scope, line)].name),
            Scope::Item => reason.push(&self.sheet.inputs.items[line].item),
        }
        for (column, getter) in &self.columns {
            let value = match getter {
                Getter::Number(read) => read(line).map(|number| plain(number, 2).into()),
                // What the line is about was said already.
                Getter::Text(read) => read(line).filter(|text| !reason.0.starts_with(&**text)),
                Getter::Flag(read) => (read(line) == Some(true)).then_some("".into()),
            };
            if let Some(value) = value {
                reason.push(&column.label);
                if !value.is_empty() {
                    reason.add(" ");
                    reason.add(&value);
                }
            }
        }
        reason.0
    }
}

/// The texts of a row, without what only proves it, and what was computed for it.
pub(super) fn row_reason(definitions: &Definitions, rule: &Rule, layout: &TableLayout, row: &RegisterRow) -> String {
    let mut reason = Reason::new();
    for (column, entry) in layout.columns.iter().zip(&row.entries) {
        let is_told = matches!(column.kind, ColumnKind::Text | ColumnKind::Measure)
            && column.id != "evidence"
            && !rule.needs.contains(&column.id);
        if let Some(text) = words(definitions, entry).filter(|_| is_told) {
            reason.push(&text);
        }
    }
    for (id, value) in crate::definitions::computed_columns(layout).into_iter().zip(&row.computed) {
        match id {
            "late_days" => reason.push(&format!("迟报 {value} 个工作日")),
            "error" => reason.push(&format!("误差 {}%", plain(value * 100.0, 2))),
            _ => {}
        }
    }
    reason.0
}

/// Words put together with commas.
struct Reason(String);

impl Reason {
    /// Most reasons fit without growing.
    fn new() -> Self {
        Reason(String::with_capacity(64))
    }

    fn push(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(text);
    }

    fn add(&mut self, text: &str) {
        self.0.push_str(text);
    }
}
