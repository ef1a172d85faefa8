//! Questionnaires: who is asked, how they were chosen, what their answers are worth, which indicator they feed.

use serde::{Deserialize, Serialize};

/// A survey whose respondents come one a row.
#[derive(Clone, Debug, Default)]
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
    /// What stands at the top right of the form.
    pub form: FormHeader,
    /// How respondents were chosen.
    pub design: SurveyDesign,
    /// Classes of respondents, such as age bands.
    pub classes: Vec<RespondentClass>,
    /// How weights are adjusted to the population.
    pub weighting: Weighting,
    /// Whether the answers of the periods before count too.
    pub pooling: Option<Pooling>,
    /// Columns and limits for checks of the field work.
    pub fieldwork: FieldworkTerms,
    /// The questions.
    pub questions: Vec<Question>,
}

/// What the law wants at the top right of a survey form; empty where it was not written down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FormHeader {
    /// 表号。
    pub number: String,
    /// 制定机关。
    pub issued_by: String,
    /// 批准(备案)文号。
    pub approval: String,
    /// 有效期至,如 2022-12-31。
    pub valid_until: String,
}

/// How respondents were chosen: what decides the standard errors.
#[derive(Clone, Debug)]
pub struct SurveyDesign {
    /// Header of the stratum column; empty where the unit is the stratum.
    pub stratum_column: String,
    /// Header of the column of clusters (villages); empty where respondents were chosen one by one.
    pub cluster_column: String,
    /// Position of the measure that says how many clusters a unit has.
    pub cluster_count: Option<usize>,
    /// Whether everybody in a chosen cluster was asked: only then the finite population correction by clusters holds.
    pub whole_clusters: bool,
    /// What to do with a stratum of which one cluster was asked.
    pub lonely_cluster: LonelyCluster,
    /// Confidence of the intervals, between 0.5 and 1.
    pub confidence: f64,
    /// How intervals of rates are computed.
    pub rate_interval: RateInterval,
}

impl Default for SurveyDesign {
    fn default() -> Self {
        SurveyDesign {
            stratum_column: String::new(),
            cluster_column: String::new(),
            cluster_count: None,
            whole_clusters: false,
            lonely_cluster: LonelyCluster::default(),
            confidence: SurveyDesign::CONFIDENCE,
            rate_interval: RateInterval::default(),
        }
    }
}

impl SurveyDesign {
    /// Confidence where nothing is said: what the field takes for granted.
    pub const CONFIDENCE: f64 = 0.95;
}

/// What to do with a stratum of which one cluster was asked, as `survey.lonely.psu` of R's survey package.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LonelyCluster {
    /// 报出问题,不给标准误;须另选一种。
    #[default]
    Fail,
    /// 该层不计入方差(同 certainty,层数照旧)。
    Remove,
    /// 视为必选层,没有抽样误差。
    Certainty,
    /// 以总体均值为中心计算该层的方差。
    Adjust,
    /// 取其余各层方差的平均。
    Average,
}

/// How intervals of rates are computed, as the methods of R's `svyciprop`, and Wilson's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RateInterval {
    /// 威尔逊区间,按有效样本量。
    #[default]
    Wilson,
    /// 克洛珀—皮尔逊(贝塔分布),按有效样本量。
    Beta,
    /// 对数几率变换。
    Logit,
    /// 对数几率变换,按几率的方差。
    Xlogit,
    /// 似然比。
    Likelihood,
    /// 反正弦平方根变换。
    Asin,
    /// 正态近似(t 分布)。
    Mean,
}

/// Classes of respondents by one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RespondentClass {
    /// 英文标识。
    pub id: String,
    /// 答卷文件和人口表里的表头。
    pub column: String,
    /// 各类的写法,按顺序;相邻的类人太少时合并。
    pub values: Vec<String>,
}

/// How weights are adjusted to the population.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Weighting {
    /// 只用设计权数。
    #[default]
    Design,
    /// 事后分层:各单位内按各类交叉的人口数。
    PostStratify(PopulationMargins),
    /// 迭代比例(rake):各单位内按各类的边际人口数。
    Rake(PopulationMargins),
}

impl Weighting {
    /// The margins, where weights are adjusted.
    pub fn margins(&self) -> Option<&PopulationMargins> {
        match self {
            Weighting::Design => None,
            Weighting::PostStratify(margins) | Weighting::Rake(margins) => Some(margins),
        }
    }
}

/// What weights are adjusted to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PopulationMargins {
    /// 按哪些类(classes 的 id)。
    pub by: Vec<String>,
    /// 人口表:data/frozen/<年份>-<此名>.*。
    pub population: String,
    /// 一格的答卷少于此数,与相邻的类合并。
    #[serde(default = "one")]
    pub least: u32,
    /// 权数最多为中位数的几倍;不写即不限。
    #[serde(default)]
    pub trim: Option<f64>,
}

fn one() -> u32 {
    1
}

/// Answers of several periods together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pooling {
    /// 连同本期共几期。
    pub periods: u32,
    /// 何时合并。
    #[serde(default)]
    pub when: PoolWhen,
}

/// When answers of earlier periods are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PoolWhen {
    /// 每期都合并。
    #[default]
    Always,
    /// 只在本期答卷少于 `caution_below` 的单位合并。
    Small,
}

/// Columns and limits for checks of the field work; a check whose column is not named is not made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FieldworkTerms {
    /// 访问员列的表头。
    pub interviewer_column: String,
    /// 访问日期列的表头。
    pub day_column: String,
    /// 开始时间列的表头。
    pub start_column: String,
    /// 结束时间列的表头。
    pub end_column: String,
    /// 访问至少几分钟。
    pub min_minutes: f64,
    /// 访问最多几分钟。
    pub max_minutes: f64,
    /// 每天几点之后才访问。
    pub from_hour: f64,
    /// 每天几点之前结束访问。
    pub to_hour: f64,
    /// 连续相同的题目达到几题,算一答到底。
    pub straight_items: u32,
    /// 空答的题目超过此比例,列出该份答卷。
    pub blank_share: f64,
    /// 显著性水平。
    pub level: f64,
}

impl Default for FieldworkTerms {
    fn default() -> Self {
        FieldworkTerms {
            interviewer_column: String::new(),
            day_column: String::new(),
            start_column: String::new(),
            end_column: String::new(),
            min_minutes: 3.0,
            max_minutes: 120.0,
            from_hour: 7.0,
            to_hour: 21.0,
            straight_items: 5,
            blank_share: 0.5,
            level: 0.05,
        }
    }
}

/// One question, or a figure made of several.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Identifier: the header of its column.
    pub id: String,
    /// The question, as asked.
    pub text: String,
    /// The answers and what they are worth.
    pub scale: AnswerScale,
    /// What is made of the answers.
    pub statistic: Statistic,
    /// Codes of the answers that a share counts; empty for those worth at least half of the best.
    pub good: Vec<String>,
    /// What it is made of, where it is no column of its own.
    pub made_of: MadeOf,
    /// Who is asked; `None` for everybody.
    pub asked_if: Option<AskedIf>,
    /// Code of the indicator by which departments report the same thing; empty where there is none.
    pub compares_with: String,
    /// Code of the element or indicator whose importance is asked; empty for other questions.
    pub importance_of: String,
}

/// What a figure is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MadeOf {
    /// Its own column.
    #[default]
    Column,
    /// The mean of the points of several questions, by position; `None` with fewer than `least` answered.
    Items {
        /// Positions of the questions.
        items: Vec<usize>,
        /// Answered items below which there is no value.
        least: u32,
    },
    /// The points of its own column over those of another question, both answered.
    Ratio {
        /// Position of the denominator.
        over: usize,
    },
}

/// A skip rule: who is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedIf {
    /// Position of the question that decides.
    pub question: usize,
    /// Codes of the answers after which it is asked.
    pub answers: Vec<String>,
}

/// Valid answers (codes or words) and their points; answers without points are not counted.
#[derive(Clone, Debug, Default)]
pub struct AnswerScale {
    /// Code as written in the file, word, and points (`None`: don't know, refused).
    pub answers: Vec<Answer>,
}

/// One answer of a scale.
#[derive(Clone, Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Code in the file.
    pub code: String,
    /// The word for it, which the file may hold instead.
    pub word: String,
    /// What it is worth; absent for 说不清, 不适用 and the like, which are not counted.
    #[serde(default)]
    pub points: Option<f64>,
    /// What it means where it has no points.
    #[serde(default)]
    pub kind: Option<AnswerKind>,
}

/// What an answer without points means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerKind {
    /// 说不清、不了解。
    DontKnow,
    /// 拒答。
    Refused,
    /// 不适用:视为没有问到。
    NotApplicable,
}

/// What is made of the answers of a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Statistic {
    /// Weighted mean of the points.
    #[default]
    Mean,
    /// Weighted share, in percent, of the answers worth at least half of the best (or of those named as good).
    Share,
    /// Weighted share, in percent, of the answers with the two highest points (top-2-box).
    TopTwo,
    /// 知晓率: weighted share, in percent, of those asked who gave a valid answer.
    Awareness,
    /// Σ weight × points over Σ weight × points of another question.
    Ratio,
}

impl Statistic {
    /// Whether it is a share of people, in percent.
    pub fn is_rate(self) -> bool {
        matches!(self, Statistic::Share | Statistic::TopTwo | Statistic::Awareness)
    }
}

impl Question {
    /// What an answer, by its position in the scale, adds to a mean or share: points, or 100 and 0. `None` where the
    /// answer does not count.
    pub fn worth(&self, answer: usize) -> Option<f64> {
        let answers = &self.scale.answers;
        let own = answers.get(answer)?;
        let all = || answers.iter().filter_map(|answer| answer.points);
        let hundred = |is_good: bool| if is_good { 100.0 } else { 0.0 };
        match self.statistic {
            Statistic::Mean | Statistic::Ratio => own.points,
            Statistic::Share if !self.good.is_empty() => {
                let counts = own.points.is_some() || self.good.contains(&own.code);
                counts.then(|| hundred(self.good.contains(&own.code)))
            }
            Statistic::Share => own.points.map(|points| hundred(points >= all().fold(f64::MIN, f64::max) / 2.0)),
            Statistic::TopTwo => {
                let points = own.points?;
                let mut higher: Vec<f64> = all().filter(|other| *other > points).collect();
                higher.sort_by(f64::total_cmp);
                higher.dedup_by(|one, other| one.total_cmp(other).is_eq());
                Some(hundred(higher.len() < 2))
            }
            Statistic::Awareness => match own.kind {
                Some(AnswerKind::NotApplicable) => None,
                _ => Some(hundred(own.points.is_some())),
            },
        }
    }
}
