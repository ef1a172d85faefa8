//! The ledger of problems (整改销号台账): one line per problem of one unit.
//!
//! [`advance`] takes over the ledger of the last period, applies what people decided and looks back at what was closed;
//! [`open`] opens what the rules found. The ledger of a period depends on the data of the periods and nothing else.

mod actions;
mod advance;
mod closing;
mod counts;
mod deed;
mod edited;
mod look_back;
mod open;
mod problems;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod verifiers;
mod wording;

pub use advance::advance;
pub use counts::{Carried, Counts};
pub use open::open;
pub use row::{Cell, cells};
pub use state::{State, Verb, Verdict};
pub use wording::description_now;

use crate::audit::Place;
use crate::definitions::calendar::{Date, Period, WorkCalendar};
use crate::rules::ItemFact;
use std::collections::BTreeMap;

/// What was noted on the progress of a problem.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgressNote {
    /// Day of the note.
    pub on: Date,
    /// Percent of the measures carried out.
    pub percent: Option<f64>,
    /// In words.
    pub text: String,
}

/// One problem. The fields are the 28 columns of reports.md §5, without what is computed for printing.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// `2022Q3-102-A06-01`: period, unit, indicator (or source), serial.
    pub id: String,
    /// Period whose figures opened it.
    pub opened_in: Period,
    /// Position of the unit.
    pub unit: usize,
    /// Where it came from (指数红灯、暗访 …).
    pub source: String,
    /// Position of the indicator; `None` for a problem that is none of an indicator.
    pub indicator: Option<usize>,
    /// Whether a rule opened it because the indicator was red, or it is such a problem that came back.
    pub is_red_light: bool,
    /// Actual value, floor, target, gap in units of work.
    pub description: String,
    /// Severity (一般、较重、重大).
    pub severity: String,
    /// What is done about it.
    pub measures: String,
    /// What must be reached to close it.
    pub exit_test: String,
    /// Who rectifies.
    pub owner: String,
    /// Who helps and verifies.
    pub helper: String,
    /// Post of the responsible leader; never a name.
    pub leader_post: String,
    /// 交办日期
    pub assigned_on: Option<Date>,
    /// 签收日期
    pub accepted_on: Option<Date>,
    /// 整改时限
    pub due_on: Date,
    /// 批准延期至
    pub extended_to: Option<Date>,
    /// When and by whom the extension was approved, as printed.
    pub extension: String,
    /// Who approved the extension, or what else needed approval.
    pub approved_by: String,
    /// Latest progress.
    pub progress: Option<ProgressNote>,
    /// 佐证材料编号
    pub evidence: Vec<String>,
    /// Those of them that were there when it was last returned (退回), and proved too little.
    pub stale_evidence: Vec<String>,
    /// 申请销号日期
    pub close_requested_on: Option<Date>,
    /// Who asked for the closing, as written; empty where nobody is named.
    pub close_requested_by: String,
    /// Who verified.
    pub verified_by: String,
    /// How.
    pub verified_how: String,
    /// When.
    pub verified_on: Option<Date>,
    /// 通过, or 退回 with the reason.
    pub verdict: String,
    /// 销号日期
    pub closed_on: Option<Date>,
    /// Day on which it ceased to be open: closed, put off for the cycle (长期坚持) or cancelled.
    pub left_on: Option<Date>,
    /// State at the end of the period.
    pub state: State,
    /// Working days past the deadline, at the end of the period or when it ceased to be open.
    pub overdue_days: u32,
    /// 回头看日期
    pub looked_back_on: Option<Date>,
    /// 巩固 or 反弹.
    pub look_back: String,
    /// For how many periods in a row the indicator has been red, now or when it was last red.
    pub red_streak: u32,
    /// Rule and row, by position, of the small table of its period that opened it; `None` for what no row opened.
    pub opened_by: Option<(usize, usize)>,
    /// Rules that this problem hit or was opened by.
    pub rule_hits: Vec<String>,
    /// Identifier of the problem that came back with this one; empty where it is new.
    pub reopens: String,
    /// Identifier of the problem that this one came back as; empty where it did not.
    pub reopened_as: String,
    /// Anything else: the old number of a relapse, say.
    pub note: String,
    /// Where a person last wrote about it; nowhere for what the program opened.
    pub place: Place,
}

impl Item {
    /// A problem that was just found: nobody has been told of it yet.
    pub fn new(id: String, opened_in: Period, unit: usize, due_on: Date) -> Self {
        Item {
            id,
            opened_in,
            unit,
            source: String::new(),
            indicator: None,
            is_red_light: false,
            description: String::new(),
            severity: String::new(),
            measures: String::new(),
            exit_test: String::new(),
            owner: String::new(),
            helper: String::new(),
            leader_post: String::new(),
            assigned_on: None,
            accepted_on: None,
            due_on,
            extended_to: None,
            extension: String::new(),
            approved_by: String::new(),
            progress: None,
            evidence: Vec::new(),
            stale_evidence: Vec::new(),
            close_requested_on: None,
            close_requested_by: String::new(),
            verified_by: String::new(),
            verified_how: String::new(),
            verified_on: None,
            verdict: String::new(),
            closed_on: None,
            left_on: None,
            state: State::Pending,
            overdue_days: 0,
            looked_back_on: None,
            look_back: String::new(),
            red_streak: 0,
            opened_by: None,
            rule_hits: Vec::new(),
            reopens: String::new(),
            reopened_as: String::new(),
            note: String::new(),
            place: Place::default(),
        }
    }

    /// The deadline, extended where an extension was approved.
    pub fn deadline(&self) -> Date {
        self.extended_to.unwrap_or(self.due_on)
    }

    /// Whether it is still open after its deadline: 逾期 is a flag beside the state, in working days.
    pub fn is_overdue(&self) -> bool {
        self.state.is_open() && self.overdue_days > 0
    }

    /// Whether it was closed on a day of the period.
    pub fn is_closed_in(&self, period: Period) -> bool {
        self.closed_on.is_some_and(|day| lies_in(day, period))
    }

    /// Whether it ceased to be open on a day of the period.
    pub fn left_in(&self, period: Period) -> bool {
        self.left_on.is_some_and(|day| lies_in(day, period))
    }

    /// Number at the end of the identifier.
    fn serial(&self) -> u32 {
        self.id.rsplit('-').next().and_then(|serial| serial.parse().ok()).unwrap_or(1)
    }

    fn add_note(&mut self, text: &str) {
        if !self.note.is_empty() {
            self.note.push(';');
        }
        self.note.push_str(text);
    }

    fn count_overdue(&mut self, calendar: &WorkCalendar, until: Date) {
        self.overdue_days = calendar.working_days_late(self.deadline(), until);
    }
}

/// All problems ever opened, in the order of opening.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The period at whose end it stands; `None` for an empty one.
    pub period: Option<Period>,
    /// The problems.
    pub items: Vec<Item>,
}

impl Ledger {
    /// The problems as the rules see them.
    pub fn facts(&self) -> Vec<ItemFact> {
        let fact = |item: &Item| {
            let is_of_now = item.state.is_open() || self.period.is_some_and(|period| item.left_in(period));
            ItemFact {
                item: item.id.clone(),
                unit: item.unit,
                indicator: item.indicator,
                source: item.source.clone(),
                severity: item.severity.clone(),
                state: item.state.word().to_owned(),
                overdue_days: if is_of_now { item.overdue_days } else { 0 },
                progress: item.progress.as_ref().and_then(|note| note.percent),
                is_open: item.state.is_open(),
                is_closed_now: self.period.is_some_and(|period| item.is_closed_in(period)),
            }
        };
        self.items.iter().map(fact).collect()
    }

    /// A problem by its number.
    pub fn find(&self, id: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    /// Lines of the problems, from 0, by number.
    fn lines(&self) -> BTreeMap<&str, usize> {
        self.items.iter().enumerate().map(|(line, item)| (item.id.as_str(), line)).collect()
    }

    /// Problems that are still open, in the order of opening.
    pub fn open_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.state.is_open())
    }
}

/// Whether a day lies in a period.
fn lies_in(day: Date, period: Period) -> bool {
    period.first_day() <= day && day <= period.last_day()
}

/// How many periods the second lies after the first; 0 where it does not.
fn periods_between(from: Period, to: Period) -> u32 {
    let number =
        |period: Period| i64::from(period.year) * i64::from(period.frequency.per_year()) + i64::from(period.part);
    u32::try_from(number(to) - number(from)).unwrap_or(0)
}

/// The period of a frequency like `like` in which a day lies.
fn period_of(day: Date, like: Period) -> Period {
    let months = 12 / like.frequency.per_year();
    Period { year: day.year, part: (day.month - 1) / months + 1, ..like }
}
