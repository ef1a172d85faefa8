//! The small tables that people keep, and the rules over their rows.

/// Layout of a small table that people keep (`events`, `arrivals`, `rechecks`).
#[derive(Clone, Debug)]
pub struct TableLayout {
    /// Identifier; also the stem of its files.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Columns.
    pub columns: Vec<TableColumn>,
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

/// Bonus and deduction rules with what caps them.
#[derive(Clone, Debug)]
pub struct RuleBook {
    /// Most that all bonuses together give; `None` for no limit.
    pub bonus_cap: Option<f64>,
    /// Most that all deductions together take; `None` for no limit.
    pub deduction_cap: Option<f64>,
    /// Lowest and highest final score; `None` for no limits.
    pub final_range: Option<(f64, f64)>,
    /// Relative re-check error above which the deduction applies and the verified value is used with a fault.
    pub recheck_tolerance: f64,
    /// Relative re-check error above which the indicator scores nothing.
    pub recheck_void: f64,
    /// The rules in order.
    pub rules: Vec<Rule>,
}

/// Whether a rule gives or takes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Points on top of the base score.
    Bonus,
    /// Points off the base score.
    Deduction,
}

/// One rule over the rows of one table.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Identifier, such as `R01`.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Gives or takes.
    pub kind: RuleKind,
    /// Position in [`super::Definitions::tables`] of the table whose rows it looks at.
    pub table: usize,
    /// SQL condition over the columns of the table; a row for which it is not true is not hit.
    pub trigger: String,
    /// SQL expression for the points of a row.
    pub points: String,
    /// Most that this rule gives or takes for one unit in one period.
    pub cap: Option<f64>,
    /// Rules of one group share the cap; by default a rule is its own group.
    pub cap_group: String,
    /// Column whose value may score once only: the highest row wins.
    pub once_per: Option<String>,
    /// How many months back an earlier hit with the same `once_per` value counts.
    pub once_within_months: u32,
    /// Column that marks a row as self-reported.
    pub halved_by: Option<String>,
    /// Columns that must be filled for a row to score.
    pub needs: Vec<String>,
    /// The paper the rule rests on.
    pub legal_basis: String,
    /// Who approved it.
    pub approved_by: String,
}

impl Rule {
    /// Whether the rule is computed and shown but counts nothing, for want of a basis or an approval.
    pub fn is_trial(&self) -> bool {
        self.kind == RuleKind::Deduction && (self.legal_basis.is_empty() || self.approved_by.is_empty())
    }
}
