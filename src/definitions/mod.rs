//! Definition files in, checked definitions out: units, measures, indicators, hierarchy, method, surveys, rules.
//!
//! `raw` is what a file may say, `resolve` checks all of it and reports every mistake, and the types here are what
//! the rest of the program trusts. Positions (`usize`) index into the lists of [`Definitions`].

pub mod calendar;
mod checks;
mod commitments;
pub mod decimal;
pub mod forms;
mod helper;
mod lenient;
mod method;
mod panel;
mod raw;
mod raw_commitments;
mod raw_panel;
mod raw_rules;
mod raw_survey;
mod raw_timetable;
mod resolve;
mod rule;
mod rule_columns;
mod rulebook;
mod script;
pub mod standard;
mod survey;
mod timetable;
mod units;

pub use checks::CheckLimits;
pub use commitments::{Commitment, CommitmentBook, CommitmentRules, Owner, RankGoal};
pub use method::{Aggregate, Direction, MissingRule, Scoring};
pub use panel::{Assessor, Panel, PanelItem, assessor_key, is_assessor_code, panel_of_stem};
pub use raw::schema;
pub use resolve::{computed_columns, expression, parse};
pub use rule::{FundTerms, Per, RankMark, Rule, RuleKind, RuleStep, Scope};
pub use rule_columns::{RuleColumn, Vocabulary, columns};
pub use rulebook::{ColumnKind, RuleBook, SupportTerms, TableColumn, TableLayout};
pub use script::{DemoMishap, DemoRow, DemoScript};
pub use survey::{
    Answer, AnswerKind, AnswerScale, AskedIf, FieldworkTerms, FormHeader, LonelyCluster, MadeOf, PoolWhen, Pooling,
    PopulationMargins, Question, RateInterval, RespondentClass, Statistic, Survey, SurveyDesign, Weighting,
};
pub use timetable::{Offset, QualityMarks, Step};
pub use units::{Matched, Unit, UnitRegister, fold};

use calendar::Frequency;
use decimal::{Published, Rounding};
use std::collections::BTreeMap;

/// Everything that is defined, checked: references are positions, weights add up, parameters make sense.
#[derive(Clone, Debug)]
pub struct Definitions {
    /// The index itself and how it is published.
    pub index: Index,
    /// The hierarchy: the root first, every parent before its children.
    pub elements: Vec<Element>,
    /// Scored figures, in the order of their elements, then file order.
    pub indicators: Vec<Indicator>,
    /// What departments deliver.
    pub measures: Vec<Measure>,
    /// Who delivers.
    pub departments: Vec<Department>,
    /// Projects that indicators track.
    pub projects: Vec<Project>,
    /// What is scored.
    pub units: UnitRegister,
    /// Grades, best first.
    pub grades: Vec<Grade>,
    /// Questionnaires.
    pub surveys: Vec<Survey>,
    /// Panels of assessors (联合考评).
    pub panels: Vec<Panel>,
    /// Small tables that people keep: events, arrivals, re-checks.
    pub tables: Vec<TableLayout>,
    /// Limits of the plausibility checks.
    pub checks: CheckLimits,
    /// Bonus and deduction rules with their caps.
    pub rules: RuleBook,
    /// Steps of the work on a period, in file order; empty where the project has no timetable.
    pub steps: Vec<Step>,
    /// Marks for good delivery, where the project gives any.
    pub quality: Option<QualityMarks>,
    /// Annual commitments and how they are scored.
    pub commitments: CommitmentBook,
    /// Script for synthetic demonstration data, where the project has one.
    pub demo: Option<DemoScript>,
}

/// The index: names, scale, rounding, publication rules.
#[derive(Clone, Debug)]
pub struct Index {
    /// Identifier, ASCII.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Edition of the definitions.
    pub edition: String,
    /// Whether this is an illustration and not an adopted index.
    pub illustrative: bool,
    /// Sentence printed on every page of an illustration.
    pub disclaimer: String,
    /// Watermark word(s), such as 模拟数据; empty for none.
    pub watermark: String,
    /// What one unit is called in the reports.
    pub unit_word: String,
    /// What the elements right below the root are called.
    pub element_word: String,
    /// What all units together are called (county figures).
    pub total_word: String,
    /// How often it is computed.
    pub frequency: Frequency,
    /// Lowest and highest possible score.
    pub scale: (f64, f64),
    /// Decimals of published scores.
    pub decimals: u8,
    /// How published figures are rounded.
    pub rounding: Rounding,
    /// Score at the floor of the efficacy methods.
    pub at_floor: f64,
    /// Score at the target of the efficacy methods.
    pub at_target: f64,
    /// Indicator score from which the light is green.
    pub green_min: f64,
    /// Indicator score from which the light is yellow; below it is red.
    pub yellow_min: f64,
    /// Units of measurement that are counted in whole numbers, such as 人 and 张.
    pub count_units: Vec<String>,
    /// Whether every unit must stand in every delivered table.
    pub units_required: bool,
    /// Working days after the period's end by which files are due.
    pub due_working_days: u32,
    /// Working days after the period's end by which corrections are due.
    pub correction_working_days: u32,
    /// Respondents below which a survey figure is neither printed nor scored.
    pub suppress_below: u32,
    /// Respondents below which a survey figure is marked as resting on few answers.
    pub caution_below: u32,
}

impl Index {
    /// A score as published: what ranks, grades, lights and rules are decided on.
    pub fn publish(&self, score: f64) -> Published {
        Published::round(score, self.decimals, self.rounding)
    }

    /// Whether a score shows a red light, by the published figure.
    pub fn is_red(&self, score: f64) -> bool {
        self.publish(score).value() < self.yellow_min
    }
}

/// A node of the hierarchy above the indicators.
#[derive(Clone, Debug)]
pub struct Element {
    /// Code, unique over elements and indicators.
    pub code: String,
    /// Identifier, ASCII.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Name for narrow columns.
    pub short: String,
    /// Position of the parent; `None` for the root.
    pub parent: Option<usize>,
    /// Weight among its siblings.
    pub weight: f64,
    /// How the children are combined.
    pub aggregate: Aggregate,
    /// Children, in file order.
    pub children: Vec<Child>,
}

/// A child of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Child {
    /// Position in [`Definitions::elements`].
    Element(usize),
    /// Position in [`Definitions::indicators`].
    Indicator(usize),
}

/// A scored figure made of measures, of survey answers or of assessors' scores.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Code, such as `A06`.
    pub code: String,
    /// Identifier, ASCII.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Position of the parent element.
    pub parent: usize,
    /// Weight among its siblings.
    pub weight: f64,
    /// Unit of the value, such as `%`.
    pub unit: String,
    /// What the value is made of.
    pub source: Source,
    /// `value = numerator / denominator × scale`.
    pub scale: f64,
    /// Period basis of the value.
    pub basis: Basis,
    /// How the value becomes a score.
    pub scoring: Scoring,
    /// Other parameters for named groups.
    pub group_scoring: BTreeMap<String, Scoring>,
    /// Denominator (respondents of a survey, assessors of a panel) below which the value is shown and not scored.
    pub min_denominator: f64,
    /// Whether 不适用 is allowed.
    pub may_not_apply: bool,
    /// When it does not apply; empty where nothing is said.
    pub na_note: String,
    /// What happens when it is not reported.
    pub missing: MissingRule,
    /// Whether it is a bottom-line indicator.
    pub gate: bool,
    /// Positions of the projects it belongs to.
    pub projects: Vec<usize>,
    /// Position of the department that answers for it.
    pub department: usize,
    /// Who fills in its measures.
    pub reported_by: ReportedBy,
    /// Noun for one unit of the numerator (户, 人 …), for gaps in units of work; empty where it has none.
    pub work_unit: String,
    /// Where the target comes from.
    pub policy: String,
}

impl Indicator {
    /// How its values become scores in a group: the group's own parameters, where it has any.
    pub fn scoring_in(&self, group: &str) -> &Scoring {
        self.group_scoring.get(group).unwrap_or(&self.scoring)
    }

    /// Whether it counts things, and is no opinion of respondents or assessors.
    pub fn is_objective(&self) -> bool {
        matches!(self.source, Source::Ratio { .. } | Source::Single { .. })
    }
}

/// What an indicator's value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A ratio of two measures.
    Ratio {
        /// Position of the numerator measure.
        numerator: usize,
        /// Position of the denominator measure.
        denominator: usize,
    },
    /// One measure as it is.
    Single {
        /// Position of the measure.
        measure: usize,
    },
    /// A survey question.
    Survey {
        /// Position of the survey.
        survey: usize,
        /// Position of the question in it.
        question: usize,
    },
    /// The trimmed mean of what assessors gave.
    Panel {
        /// Position of the panel.
        panel: usize,
        /// Position of the item in it.
        item: usize,
    },
}

/// Which stretch of time a figure covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// At the end of the period (时点数).
    Point,
    /// Within the period (当期数).
    Period,
    /// Since the first day of the year (累计数).
    Ytd,
    /// Over the last twelve months (滚动).
    #[serde(rename = "rolling-12m")]
    Rolling12m,
    /// Fixed for the year, read from `data/frozen/<year>.*`.
    Frozen,
}

impl Basis {
    /// The Chinese words for it.
    pub fn words(self) -> &'static str {
        match self {
            Basis::Point => "时点数(期末)",
            Basis::Period => "当期数",
            Basis::Ytd => "累计数(年初至期末)",
            Basis::Rolling12m => "滚动(近12个月)",
            Basis::Frozen => "年内固定",
        }
    }
}

/// Who fills in the figures of an indicator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReportedBy {
    /// The departments of its measures.
    #[default]
    Department,
    /// Each unit its own.
    Unit,
    /// A survey company or another outside party.
    ThirdParty,
}

/// A number that somebody delivers for each unit.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Identifier, ASCII.
    pub id: String,
    /// Name, as a column header says it.
    pub name: String,
    /// Other headers that mean the same.
    pub aliases: Vec<String>,
    /// Position of the department that delivers it.
    pub department: usize,
    /// Unit, such as `张` or `%`.
    pub unit: String,
    /// What counts and what does not (口径), as printed on the forms; empty where nothing is said.
    pub calibre: String,
    /// Period basis.
    pub basis: Basis,
    /// Smallest allowed value.
    pub min: f64,
    /// Largest allowed value.
    pub max: f64,
    /// Typical size for a unit of average size, for synthetic data.
    pub typical: f64,
}

impl Measure {
    /// Whether the figures of several rows add up to one: counts and amounts do, shares and ratios do not.
    pub fn is_additive(&self) -> bool {
        !matches!(self.unit.as_str(), "%" | "‰") && !self.unit.contains('/') && !self.unit.contains('每')
    }
}

/// Somebody who delivers files.
#[derive(Clone, Debug)]
pub struct Department {
    /// Code.
    pub code: String,
    /// Name, as printed.
    pub name: String,
    /// Other names in file names and forms.
    pub aliases: Vec<String>,
}

/// A project that indicators track.
#[derive(Clone, Debug)]
pub struct Project {
    /// Code, such as `P3`.
    pub code: String,
    /// Name, as printed.
    pub name: String,
}

/// A grade and the published final score from which it is given.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Identifier, ASCII.
    pub id: String,
    /// The printed word.
    pub name: String,
    /// Lowest published final score.
    pub min: f64,
}
