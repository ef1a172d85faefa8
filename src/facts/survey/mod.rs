//! Respondents in, estimates with standard errors out, by unit, by group and together.
//!
//! Rows are encoded (`encode`), summed exactly in whole numbers (`tally`), weighted to the population (`weigh`) and
//! turned into design-based estimates (`estimates`, by the formulas in `estimate` and `calibrate`).

pub mod calibrate;
mod certified;
mod encode;
pub mod estimate;
mod estimates;
pub mod fieldwork;
mod lookup;
pub mod plan;
mod pool;
mod population;
pub mod quality;
mod reader;
mod say;
mod scan;
mod standardised;
mod sums;
mod table;
mod tally;
mod weigh;

pub use pool::Wave;
pub use population::Population;
pub use standardised::AtCommonMix;
pub use sums::{LevelSum, Sums, Variable};
pub use weigh::Weighed;

pub(crate) use population::is_population;
pub(super) use population::read_present;
pub(super) use reader::{has_respondents, note_second, read};
pub(super) use scan::read as scan;

use crate::definitions::Survey;
use estimate::linearisation::Estimate;

/// Valid answers of some respondents to one question.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SurveyCell {
    /// Respondents with a valid answer.
    pub respondent_count: u32,
    /// Sum of their adjusted weights (of the denominator, where the figure is a ratio).
    pub weight: f64,
    /// Sum of adjusted weight × points.
    pub points: f64,
    /// Whether so few answered that neither figure nor count may be printed or scored.
    pub is_suppressed: bool,
    /// The estimate with its standard error; `None` where the design allows none.
    pub estimate: Option<Estimate>,
    /// Confidence interval; `None` without degrees of freedom, and for a ratio whose answers are all alike.
    pub interval: Option<(f64, f64)>,
    /// Standard error to judge the figure by: that of the estimate, or where everybody answered alike the one that
    /// belongs to the interval. 0 only where all people were asked.
    pub standard_error: Option<f64>,
}

/// One question.
#[derive(Clone, Debug, Default)]
pub struct QuestionResult {
    /// By unit; `None` where nobody gave a valid answer.
    pub units: Vec<Option<SurveyCell>>,
    /// By group of units, in the order of the register's groups.
    pub groups: Vec<Option<SurveyCell>>,
    /// All units that may be printed together: what is withheld of a unit is not in it.
    pub whole: Option<SurveyCell>,
    /// Units withheld because too few answered.
    pub withheld_count: usize,
    /// Weighted share of each answer, in percent of all answers given; empty for figures made of several questions.
    pub levels: Vec<f64>,
    /// By unit, of questions that feed indicators: the figure at the classes of everybody together.
    pub at_common_mix: Vec<Option<AtCommonMix>>,
}

/// One survey.
#[derive(Clone, Debug, Default)]
pub struct SurveyResult {
    /// Whether a file of it came.
    pub has_arrived: bool,
    /// File (and sheet) it was read from.
    pub source: String,
    /// Respondents whose answers are used, but for those of units with too few to be printed.
    pub respondent_count: u32,
    /// Its questions, in order.
    pub questions: Vec<QuestionResult>,
    /// Covariances between the questions that feed indicators, by unit; `None` where the design does not tell.
    pub covariances: Vec<Option<Vec<Vec<f64>>>>,
    /// The questions that the covariances are about.
    pub fed: Vec<usize>,
    /// What the checks of the field work found; `None` where nothing could be checked.
    pub fieldwork: Option<fieldwork::Fieldwork>,
    /// Sums and weights of this period alone, then of those before that may be pooled with it, newest first.
    pub waves: Vec<Wave>,
    /// Whether answers of earlier periods are in the estimates.
    pub is_pooled: bool,
}

impl SurveyResult {
    /// How weights of this period were adjusted; `None` where design weights are used.
    pub fn weighed(&self) -> Option<&Weighed> {
        self.waves.first()?.weighed.as_ref()
    }

    pub(super) fn empty(survey: &Survey, unit_count: usize) -> Self {
        let question = QuestionResult { units: vec![None; unit_count], ..QuestionResult::default() };
        SurveyResult { questions: vec![question; survey.questions.len()], ..SurveyResult::default() }
    }
}
