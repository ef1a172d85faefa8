//! A rule's effect on a unit, with the evidence it rests on.

use super::columns::words;
use super::wording::row_reason;
use crate::audit::Place;
use crate::definitions::calendar::Date;
use crate::definitions::decimal::Published;
use crate::definitions::{Definitions, Scope, TableLayout};
use crate::facts::{Facts, RegisterRow};
use std::borrow::Cow;

/// What became of a hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It counts (perhaps cut by a cap).
    Counted,
    /// The same practice or event already counts, with at least as many points (并计入).
    Absorbed,
    /// Evidence or approval is missing (待核): it counts nothing yet.
    Pending,
    /// The rule has no legal basis or approval yet (试运行): it counts nothing.
    Trial,
    /// Only the best win, and this is not among them.
    Outplaced,
}

impl Outcome {
    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Counted => "计分",
            Outcome::Absorbed => "已并计",
            Outcome::Pending => "待核",
            Outcome::Trial => "试运行",
            Outcome::Outplaced => "未入前列",
        }
    }
}

/// What a hit is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The unit as a whole.
    Unit,
    /// An element, by position.
    Element(usize),
    /// An indicator, by position.
    Indicator(usize),
    /// A project, by position.
    Project(usize),
    /// A problem in the ledger, by identifier.
    Item(String),
    /// A row of a small table.
    Row,
}

/// One rule's effect on one unit, with the evidence it rests on.
///
/// Rules without points (veto, grade cap, interview, support) leave adjustments of zero points.
#[derive(Clone, Debug, PartialEq)]
pub struct Adjustment {
    /// Position of the rule.
    pub rule: usize,
    /// Position of the unit.
    pub unit: usize,
    /// What it is about.
    pub subject: Subject,
    /// Position of the row in its small table; `None` for what is computed from scores.
    pub row: Option<usize>,
    /// Points that count after caps; 0 unless counted.
    pub points: Published,
    /// Points the line alone would give.
    pub row_points: Published,
    /// What became of it.
    pub outcome: Outcome,
    /// The line in words; empty where it is a row, which is put into words when it is printed.
    pub(super) words: Box<str>,
    /// What the points rest on beside the line.
    pub(super) treatment: Treatment,
    /// What is printed beside a mark, such as `A05`.
    pub label: Box<str>,
    /// Day of the event, or the last day of the period.
    pub date: Date,
    /// The value that may score once only, or that makes a repeat.
    pub key: Box<str>,
    /// Severity of the problem it opens; empty where it opens none.
    pub severity: Box<str>,
    /// Whether the next step of escalation is suspended.
    pub is_suspended: bool,
}

/// What was done to the points before caps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Treatment {
    /// Whether it was found and mended by the unit itself.
    pub(super) is_halved: bool,
    /// The place that is paid, where the rule pays by place.
    pub(super) place: Option<usize>,
    /// Whether the same problem was there before.
    pub(super) is_repeated: bool,
}

impl Adjustment {
    /// The line in words: what it is about and the figures that decided.
    ///
    /// `facts` are those of the period the adjustment is of.
    pub fn reason(&self, definitions: &Definitions, facts: &Facts) -> String {
        let rule = &definitions.rules.rules[self.rule];
        let row = self.register_row(definitions, facts);
        let mut reason =
            row.map_or_else(|| self.words.to_string(), |(layout, row)| row_reason(definitions, rule, layout, row));
        let Treatment { is_halved, place, is_repeated } = self.treatment;
        if is_halved {
            reason.push_str(",主动发现并整改,减半");
        }
        if let Some(place) = place {
            reason.push_str(&format!(",第 {place} 名"));
        }
        if is_repeated {
            reason.push_str(&format!(",同一问题再次出现,按 {} 倍计", rule.repeat_factor));
        }
        reason
    }

    /// The row it rests on, with its table; `None` for what is computed from scores.
    ///
    /// `facts` are those of the period the adjustment is of.
    pub fn register_row<'a>(
        &self,
        definitions: &'a Definitions,
        facts: &'a Facts,
    ) -> Option<(&'a TableLayout, &'a RegisterRow)> {
        let Scope::Table(table) = definitions.rules.rules[self.rule].scope else { return None };
        Some((&definitions.tables[table], facts.registers[table].get(self.row?)?))
    }

    /// Evidence identifier; empty where there is none.
    pub fn evidence<'a>(&self, definitions: &'a Definitions, facts: &'a Facts) -> Cow<'a, str> {
        let row = self.register_row(definitions, facts);
        row.and_then(|(layout, row)| words(definitions, row.named(layout, "evidence"))).unwrap_or_default()
    }

    /// Where the row stands; `None` for what is computed from scores.
    pub fn place<'a>(&self, definitions: &'a Definitions, facts: &'a Facts) -> Option<&'a Place> {
        self.register_row(definitions, facts).map(|(_, row)| &row.place)
    }
}
