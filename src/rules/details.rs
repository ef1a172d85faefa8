//! Values of a rule's other expressions on the lines it hit.

use super::Settled;
use super::hits::names;
use super::sheet::Sheet;
use crate::definitions::{Rule, expression};
use polars::prelude::{DataFrame, DataType, IntoLazy, PolarsResult, StringChunked};

/// The expressions of a rule beside its trigger, by key.
pub(super) fn details(rule: &Rule) -> [(&'static str, &String); 6] {
    [
        ("points", &rule.points),
        ("order_by", &rule.order_by),
        ("label", &rule.label),
        ("dedup_key", &rule.dedup_key),
        ("suspended_when", &rule.suspended_when),
        ("severity", &rule.severity),
    ]
}

/// Their values, line by line.
pub(super) struct Details {
    frame: DataFrame,
    height: usize,
}

/// A column of texts, where the rule has the expression.
pub(super) struct Texts(Option<StringChunked>);

impl Texts {
    /// The text of a line; empty where there is none.
    pub(super) fn get(&self, number: usize) -> &str {
        self.0.as_ref().and_then(|column| column.get(number)).unwrap_or_default()
    }
}

impl Details {
    /// On some lines of the rule's scope, or on all of them.
    pub(super) fn new(sheet: &Sheet, rule: &Rule, lines: Option<&[usize]>, settled: &[Settled]) -> PolarsResult<Self> {
        let used = names(details(rule).into_iter().map(|(_, text)| text));
        let frame = sheet.frame(rule.scope, &used, lines, settled)?;
        let mut asked = Vec::new();
        for (key, text) in details(rule).into_iter().filter(|(_, text)| !text.is_empty()) {
            let expression = expression(text)?.alias(column_name(key));
            let is_number = matches!(key, "points" | "order_by");
            asked.push(if is_number { expression.cast(DataType::Float64) } else { expression });
        }
        let height = lines.map_or_else(|| sheet.height(rule.scope), <[usize]>::len);
        Ok(Details { frame: frame.lazy().with_columns(asked).collect()?, height })
    }

    pub(super) fn numbers(&self, key: &str) -> PolarsResult<Vec<Option<f64>>> {
        match self.frame.column(&column_name(key)) {
            Ok(column) => Ok(column.f64()?.iter().map(|number| number.filter(|it| it.is_finite())).collect()),
            Err(_) => Ok(vec![None; self.height]),
        }
    }

    pub(super) fn texts(&self, key: &str) -> PolarsResult<Texts> {
        match self.frame.column(&column_name(key)) {
            Ok(column) => Ok(Texts(Some(column.str()?.rechunk().into_owned()))),
            Err(_) => Ok(Texts(None)),
        }
    }

    pub(super) fn truths(&self, key: &str) -> PolarsResult<Vec<bool>> {
        match self.frame.column(&column_name(key)) {
            Ok(column) => Ok(column.bool()?.iter().map(|truth| truth == Some(true)).collect()),
            Err(_) => Ok(vec![false; self.height]),
        }
    }
}

/// No column that a definition can name.
fn column_name(key: &str) -> String {
    format!("\u{1}{key}")
}
