//! The ledger of problems (整改销号台账): one line per problem of one unit.

use crate::audit::{Audit, Place};
use crate::definitions::Definitions;
use crate::definitions::calendar::{Date, Period};
use crate::facts::Facts;
use crate::index::Scores;
use crate::rules::{Inputs, ItemFact, Settlement};

/// Where a problem stands (reports.md §5). Overdue is a flag beside it, no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// 待交办
    Pending,
    /// 已交办
    Assigned,
    /// 已签收
    Accepted,
    /// 整改中
    InProgress,
    /// 申请销号
    CloseRequested,
    /// 退回
    Returned,
    /// 已销号
    Closed,
    /// 巩固
    Consolidated,
    /// 反弹
    Relapsed,
    /// 长期坚持
    LongTerm,
    /// 撤销
    Cancelled,
}

impl State {
    /// Whether somebody still has to do something about it.
    pub fn is_open(self) -> bool {
        use State::{Accepted, Assigned, CloseRequested, InProgress, Pending, Returned};
        matches!(self, Pending | Assigned | Accepted | InProgress | CloseRequested | Returned)
    }
}

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
    /// Who approved the extension, or what else needed approval.
    pub approved_by: String,
    /// Latest progress.
    pub progress: Option<ProgressNote>,
    /// 佐证材料编号
    pub evidence: Vec<String>,
    /// 申请销号日期
    pub close_requested_on: Option<Date>,
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
    /// State at the end of the period.
    pub state: State,
    /// Working days past the deadline, at the end of the period or at closing.
    pub overdue_days: u32,
    /// 回头看日期
    pub looked_back_on: Option<Date>,
    /// 巩固 or 反弹.
    pub look_back: String,
    /// For how many periods in a row the indicator has been red.
    pub red_streak: u32,
    /// Rules that this problem hit or was opened by.
    pub rule_hits: Vec<String>,
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
            approved_by: String::new(),
            progress: None,
            evidence: Vec::new(),
            close_requested_on: None,
            verified_by: String::new(),
            verified_how: String::new(),
            verified_on: None,
            verdict: String::new(),
            closed_on: None,
            state: State::Pending,
            overdue_days: 0,
            looked_back_on: None,
            look_back: String::new(),
            red_streak: 0,
            rule_hits: Vec::new(),
            note: String::new(),
            place: Place::default(),
        }
    }
}

/// All problems ever opened, in the order of opening.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    /// The problems.
    pub items: Vec<Item>,
}

impl Ledger {
    /// The problems as the rules see them.
    pub fn facts(&self) -> Vec<ItemFact> {
        Vec::new()
    }
}

/// Takes over the ledger of the last period and applies what people decided in this one.
pub fn advance(
    _definitions: &Definitions,
    _facts: &Facts,
    _scores: &Scores,
    previous: Option<&Ledger>,
    _audit: &mut Audit,
) -> Ledger {
    previous.cloned().unwrap_or_default()
}

/// Opens what the rules found: a problem for every hit of a support rule that states a severity.
pub fn open(_definitions: &Definitions, _inputs: &Inputs, _settlement: &Settlement, ledger: Ledger) -> Ledger {
    ledger
}
