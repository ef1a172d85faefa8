//! The small tables that people keep, and the rules with what caps them.

use super::rule::Rule;

/// Layout of a small table that people keep (`events`, `arrivals`, `rechecks`).
#[derive(Clone, Debug)]
pub struct TableLayout {
    /// Identifier; also the stem of its files.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Columns.
    pub columns: Vec<TableColumn>,
    /// Whether a row's date must lie within the period.
    pub within_period: bool,
}

/// A column of a [`TableLayout`].
#[derive(Clone, Debug)]
pub struct TableColumn {
    /// Identifier: the name in rule expressions.
    pub id: String,
    /// Header in the file.
    pub name: String,
    /// Other headers.
    pub aliases: Vec<String>,
    /// What stands in it.
    pub kind: ColumnKind,
    /// Whether it may not be empty.
    pub required: bool,
}

/// What stands in a column of a [`TableLayout`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A date.
    Date,
    /// 是 or 否.
    Flag,
    /// A unit's name or code.
    Unit,
    /// A measure's name or identifier.
    Measure,
    /// A department's name or code.
    Department,
}

/// All rules in order, with what caps them and what the support of weak units rests on.
#[derive(Clone, Debug)]
pub struct RuleBook {
    /// Most that all bonuses together give; `None` for no limit.
    pub bonus_cap: Option<f64>,
    /// Most that all deductions together take; `None` for no limit.
    pub deduction_cap: Option<f64>,
    /// Lowest and highest final score; `None` for no limits.
    pub final_range: Option<(f64, f64)>,
    /// Least share of the applicable weight, in percent, that must be comparable with the last period.
    pub comparable_share: f64,
    /// How many of the best grade are praised (红榜), ties at the last place included; 0 for none.
    pub red_list_count: usize,
    /// Relative re-check error above which the deduction applies and the verified value is used with a fault.
    pub recheck_tolerance: f64,
    /// Relative re-check error above which the indicator scores nothing.
    pub recheck_void: f64,
    /// The rules in order.
    pub rules: Vec<Rule>,
    /// Terms of the support list and the ledger.
    pub support: SupportTerms,
}

/// Terms of the support list and of the ledger of problems.
#[derive(Clone, Debug, PartialEq)]
pub struct SupportTerms {
    /// How many units are 重点帮扶 in a period, lowest base first; the others are 一般帮扶.
    pub key_count: usize,
    /// Indicator score from which a problem counts as mended.
    pub exit_score: f64,
    /// Periods in a row without anything weak after which a unit leaves the support list.
    pub exit_periods: u32,
    /// Periods after closing within which a red indicator is a relapse (反弹).
    pub relapse_periods: u32,
    /// Days after the period's end on which problems are assigned (交办).
    pub assign_days: u32,
    /// The deadline is the last day of the n-th period after the one in which the problem was found.
    pub due_periods: u32,
}

impl Default for SupportTerms {
    fn default() -> Self {
        SupportTerms {
            key_count: 3,
            exit_score: 75.0,
            exit_periods: 2,
            relapse_periods: 2,
            assign_days: 18,
            due_periods: 1,
        }
    }
}
