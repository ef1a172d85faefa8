//! One rule: what it looks at, when it is hit, what follows.

use super::calendar::Date;

/// What a rule does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RuleKind {
    /// Points on top of the base score.
    Bonus,
    /// Points on top of the base score, for having moved.
    Progress,
    /// Points off the base score.
    Deduction,
    /// The lowest grade and no awards; the score stays.
    Veto,
    /// A highest grade, or a mark at the rank; the score stays.
    GradeCap,
    /// Settlement of a pool of money.
    Fund,
    /// Reminder, interview, supervision, by persistence.
    Interview,
    /// A problem or a weak element that is to be supported.
    Support,
}

impl RuleKind {
    /// The step of the order of application at which rules of the kind are applied.
    pub fn step(self) -> RuleStep {
        match self {
            RuleKind::Veto => RuleStep::Veto,
            RuleKind::Bonus | RuleKind::Progress => RuleStep::Bonus,
            RuleKind::Deduction => RuleStep::Deduction,
            RuleKind::GradeCap => RuleStep::Cap,
            RuleKind::Fund | RuleKind::Interview | RuleKind::Support => RuleStep::Consequence,
        }
    }

    /// Whether the rule adds to the base score.
    pub fn is_bonus(self) -> bool {
        matches!(self, RuleKind::Bonus | RuleKind::Progress)
    }

    /// Whether the rule gives or takes points.
    pub fn has_points(self) -> bool {
        self.is_bonus() || self == RuleKind::Deduction
    }

    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            RuleKind::Bonus => "加分",
            RuleKind::Progress => "进步加分",
            RuleKind::Deduction => "扣分",
            RuleKind::Veto => "一票否决",
            RuleKind::GradeCap => "限级",
            RuleKind::Fund => "资金清算",
            RuleKind::Interview => "提醒约谈",
            RuleKind::Support => "补劣支持",
        }
    }
}

/// Steps of the order of application, as far as expressions depend on them.
///
/// A column is known from its step on; a rule may use the columns of the steps before its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleStep {
    /// Facts, indicator scores, base score, opening ledger.
    Score,
    /// Which units are vetoed; its effect on the grade comes later.
    Veto,
    /// Bonus.
    Bonus,
    /// Deduction.
    Deduction,
    /// Final score and the grade by it.
    Final,
    /// Grade caps.
    Cap,
    /// Ranks and the grade after caps and veto.
    Rank,
    /// What follows from all of it.
    Consequence,
}

/// What one line is over which a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// A row of a small table, by position in [`super::Definitions::tables`].
    Table(usize),
    /// A unit.
    Unit,
    /// An element of a unit (the root left out).
    Element,
    /// An indicator of a unit.
    Indicator,
    /// A project of a unit.
    Project,
    /// A problem in the ledger, opened in an earlier period.
    Item,
}

/// What a rule looks at, other than a small table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// 每个单位。
    Unit,
    /// 每个单位的每个层级(维度)。
    Element,
    /// 每个单位的每个指标。
    Indicator,
    /// 每个单位的每个项目。
    Project,
    /// 台账里的每个问题。
    Item,
}

impl From<Per> for Scope {
    fn from(per: Per) -> Self {
        match per {
            Per::Unit => Scope::Unit,
            Per::Element => Scope::Element,
            Per::Indicator => Scope::Indicator,
            Per::Project => Scope::Project,
            Per::Item => Scope::Item,
        }
    }
}

/// What low coverage does to a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RankMark {
    /// 排名加 △。
    Flag,
    /// 不参与排名。
    LeaveOut,
}

/// Terms by which a pool of money is settled; shares are between 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub struct FundTerms {
    /// Share of the pool paid in advance.
    pub advance: f64,
    /// Share of its settlement part that a unit gets, by position of its grade.
    pub grade_shares: Vec<f64>,
    /// The same for a vetoed unit.
    pub veto_share: f64,
    /// Least share of what was withheld that is earmarked for the weak.
    pub earmark: f64,
    /// Most that a unit of the best grade gets on top, as a share of its allocation.
    pub extra: f64,
}

/// One rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Identifier, such as `R01`.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// What it does.
    pub kind: RuleKind,
    /// What it looks at.
    pub scope: Scope,
    /// SQL condition over the columns of the scope; a line for which it is not true is not hit.
    pub trigger: String,
    /// SQL expression for the points of a line (for a fund, the unit's factor); empty where the kind has none.
    pub points: String,
    /// Points by place where only the best lines win; empty where every hit counts.
    pub places: Vec<f64>,
    /// SQL expression by which the places are given, highest first.
    pub order_by: String,
    /// Most that this rule gives or takes for one unit in one period.
    pub cap: Option<f64>,
    /// Rules of one group share the cap: position of the group's first rule. By default a rule is its own group.
    pub cap_position: usize,
    /// Column whose value may score once only: the highest row wins.
    pub once_per: Option<String>,
    /// How many months back an earlier hit with the same `once_per` value counts.
    pub once_within_months: u32,
    /// Column whose value, met again, multiplies the points.
    pub repeat_per: Option<String>,
    /// How many periods back an earlier hit makes a repeat.
    pub repeat_within_periods: u32,
    /// What a repeat multiplies the points by.
    pub repeat_factor: f64,
    /// Column that marks a row as self-reported.
    pub halved_by: Option<String>,
    /// Columns that must be filled for a row to score.
    pub needs: Vec<String>,
    /// SQL expression for the matter (事项) of a line: one matter counts in one deduction rule. Empty: the row itself.
    pub dedup_key: String,
    /// SQL expression for what is printed beside the mark, such as `A05` in 限级:A05.
    pub label: String,
    /// Highest grade of a unit that is hit, by position.
    pub limit: Option<usize>,
    /// What a hit does to the rank.
    pub rank: Option<RankMark>,
    /// Steps of escalation by periods in a row, such as 提醒函、约谈.
    pub steps: Vec<String>,
    /// SQL condition over the unit that takes one step back.
    pub suspended_when: String,
    /// SQL expression for the severity of the problem that a hit opens; empty where it opens none.
    pub severity: String,
    /// Terms of a settlement.
    pub fund: Option<FundTerms>,
    /// Days on which it is in force; `None` for no border.
    pub valid: (Option<Date>, Option<Date>),
    /// The paper the rule rests on.
    pub legal_basis: String,
    /// Who approved it.
    pub approved_by: String,
    /// What it says in words.
    pub note: String,
    /// Whether the definition itself says that the rule is on trial.
    pub on_trial: bool,
}

impl Rule {
    /// Whether the rule is computed and shown but counts nothing: on purpose, or for want of a basis or an approval.
    pub fn is_trial(&self) -> bool {
        let needs_paper = matches!(self.kind, RuleKind::Deduction | RuleKind::Veto | RuleKind::Interview);
        self.on_trial || needs_paper && (self.legal_basis.is_empty() || self.approved_by.is_empty())
    }

    /// Whether the rule is in force on a day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid.0.is_none_or(|from| from <= day) && self.valid.1.is_none_or(|to| day <= to)
    }
}
