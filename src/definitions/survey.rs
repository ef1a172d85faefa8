//! Questionnaires: which questions, what their answers are worth, which indicator they feed.

/// A survey whose respondents come one a row.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Identifier; the stem of its files is `survey-<id>`.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Position of the department that carries it out.
    pub department: usize,
    /// Header of the column that names the unit.
    pub unit_column: String,
    /// Header of the weight column; empty where everybody counts once.
    pub weight_column: String,
    /// Respondents per unit in synthetic data.
    pub typical: f64,
    /// The questions.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Identifier: the header of its column.
    pub id: String,
    /// The question, as asked.
    pub text: String,
    /// The answers and what they are worth.
    pub scale: AnswerScale,
    /// What is made of the answers.
    pub statistic: Statistic,
}

/// Valid answers (codes or words) and their points; answers without points are not counted.
#[derive(Clone, Debug, Default)]
pub struct AnswerScale {
    /// Code as written in the file, word, and points (`None`: don't know, refused).
    pub answers: Vec<Answer>,
}

/// One answer of a scale.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Code in the file.
    pub code: String,
    /// The word for it, which the file may hold instead.
    pub word: String,
    /// What it is worth; absent for 说不清, 不适用 and the like, which are not counted.
    #[serde(default)]
    pub points: Option<f64>,
}

/// What is made of the valid answers of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// Weighted mean of the points.
    Mean,
    /// Weighted share, in percent, of the answers worth at least half of the best.
    Share,
}
