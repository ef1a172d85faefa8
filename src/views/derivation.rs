//! A score explained: value, formula, place, step by step, in words.

use super::PeriodResult;
use super::csv::sources;
use crate::definitions::calendar::Period;
use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Child, Definitions, MissingRule, Scoring, Source};
use crate::facts::CellState;
use crate::facts::panel::PanelCell;
use crate::index::{State, normalise};
use crate::sensitivity;

/// One line of a derivation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What the line is about.
    pub label: String,
    /// What it says.
    pub text: String,
}

/// How a score came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derivation {
    /// Period, unit, and what is explained.
    pub title: String,
    /// The steps.
    pub lines: Vec<Line>,
}

struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, label: impl Into<String>, text: impl Into<String>) {
        self.0.push(Line { label: label.into(), text: text.into() });
    }
}

/// Explains an indicator of a unit, or the unit's final score where no indicator is named.
pub fn derive(definitions: &Definitions, result: &PeriodResult, unit: usize, indicator: Option<usize>) -> Derivation {
    let name = &definitions.units.units[unit].name;
    let period = result.period.title();
    let mut lines = Lines(Vec::new());
    let subject = match indicator {
        Some(indicator) => {
            indicator_lines(definitions, result, unit, indicator, &mut lines);
            format!("{} {}", definitions.indicators[indicator].code, definitions.indicators[indicator].name)
        }
        None => {
            total_lines(definitions, result, unit, &mut lines);
            "综合得分".to_owned()
        }
    };
    Derivation { title: format!("{period} {name} {subject}"), lines: lines.0 }
}

/// The word for a state, as reports print it.
pub(super) fn state_word(state: State, period: Period) -> String {
    let word = match state {
        State::Scored => "已报",
        State::Zeroed => "未报，按规定计 0 分",
        State::Carried => return format!("暂用{}", period.frequency.words().1),
        State::NotReported => "未报",
        State::NotApplicable => "不适用",
        State::Suppressed => "样本不足，隐去",
        State::TooSmall => "样本偏少，本期不评分",
        State::Dropped => "整体缺数",
    };
    word.to_owned()
}

/// What happens to an indicator that is not reported, in words.
pub(super) fn missing_word(rule: MissingRule) -> &'static str {
    match rule {
        MissingRule::Carry => "未报时暂用上期得分一次",
        MissingRule::Zero => "未报计最低分",
        MissingRule::Drop => "未报时不计，权重分摊",
    }
}

/// Formula of a scoring method with its parameters, in words.
pub(super) fn formula(definitions: &Definitions, scoring: &Scoring, part: u32) -> String {
    let index = &definitions.index;
    let (at_target, at_floor) = (plain(index.at_target, 4), plain(index.at_floor, 4));
    let number = |value: f64| plain(value, 4);
    match scoring {
        Scoring::Efficacy { target, floor } => format!(
            "功效系数：{at_floor} + ({at_target} − {at_floor}) × (值 − {f}) ÷ ({t} − {f})；目标 {t}，底线 {f}",
            t = number(*target),
            f = number(*floor)
        ),
        Scoring::ProRata { annual, path, target, floor } => {
            let share = path.get(part as usize - 1).copied().unwrap_or(1.0);
            let due = normalise::due(scoring, part).unwrap_or(*annual);
            format!(
                "序时进度：全年 {} × 本期应完成 {}% = {}；完成序时 {}% 得 {at_target}，{}% 得 {at_floor}",
                number(*annual),
                number(share * 100.0),
                number(due),
                number(*target),
                number(*floor)
            )
        }
        Scoring::Band { low, high, floor_low, floor_high } => format!(
            "区间最优：{}–{} 得 {at_target}，低到 {} 或高到 {} 得 {at_floor}",
            number(*low),
            number(*high),
            number(*floor_low),
            number(*floor_high)
        ),
        Scoring::Goalposts { lower, upper, logarithm } => {
            let (bottom, top) = (number(index.scale.0), number(index.scale.1));
            let log = if *logarithm { "，先取自然对数" } else { "" };
            format!("阈值法{log}：{} 得 {bottom}，{} 得 {top}，中间按比例，两端封顶", number(*lower), number(*upper))
        }
        Scoring::MinMax { .. } => "极差标准化：本期最差的单位得最低分，最好的得最高分".to_owned(),
        Scoring::RankPoints { last, .. } => {
            format!("排序赋分：第一名得 {}，末名得 {}，中间等分", number(index.scale.1), number(*last))
        }
    }
}

fn indicator_lines(definitions: &Definitions, result: &PeriodResult, unit: usize, number: usize, lines: &mut Lines) {
    let indicator = &definitions.indicators[number];
    let cell = result.matrix.cell(number, unit);
    let score = result.scores.indicator(number, unit);
    let scoring = indicator.scoring_in(&definitions.units.units[unit].group);
    let is_shown = matches!(cell.state, CellState::Reported | CellState::TooSmall);
    let (above, below) = sources(result, indicator.source, unit, cell);
    let part = |measure: usize, value: f64, place: &str| {
        let measure = &definitions.measures[measure];
        let shown = if is_shown { format!("{} {}", plain(value, 4), measure.unit) } else { "—".to_owned() };
        let place = if place.is_empty() { "没有收到" } else { place };
        format!("{} = {shown}  〔{place}〕", measure.name)
    };
    match indicator.source {
        Source::Ratio { numerator, denominator } => {
            lines.add("分子", part(numerator, cell.numerator, &above));
            lines.add("分母", part(denominator, cell.denominator, &below));
            if is_shown {
                let scale = match plain(indicator.scale, 4) {
                    one if one == "1" => String::new(),
                    scale => format!(" × {scale}"),
                };
                let value = plain(cell.value, 4);
                let text = format!(
                    "{} ÷ {}{scale} = {value} {}",
                    plain(cell.numerator, 4),
                    plain(cell.denominator, 4),
                    indicator.unit
                );
                lines.add("指标值", text);
            }
        }
        Source::Single { measure } => lines.add("数据", part(measure, cell.numerator, &above)),
        Source::Survey { survey, question } => {
            let question = &definitions.surveys[survey].questions[question];
            lines.add("题目", format!("{} {}", question.id, question.text));
            if is_shown {
                lines.add("指标值", format!("{} {}  〔{above}〕", plain(cell.value, 4), indicator.unit));
            }
        }
        Source::Panel { panel, item } => {
            let about = &definitions.panels[panel];
            lines.add("联合考评", format!("{} {}", about.name, about.items[item].name));
            panel_lines(&result.facts.panels[panel].items[item].units[unit], lines);
            if is_shown {
                lines.add("指标值", format!("{} {}  〔{above}〕", plain(cell.value, 4), indicator.unit));
            }
        }
    }
    for measure in [indicator.source].into_iter().flat_map(|source| match source {
        Source::Ratio { numerator, denominator } => vec![numerator, denominator],
        Source::Single { measure } => vec![measure],
        Source::Survey { .. } | Source::Panel { .. } => Vec::new(),
    }) {
        if let Some(recheck) = result.facts.rechecks.get(&(measure, unit)) {
            let effect = if recheck.is_void {
                "误差过大或属故意,指标计最低分"
            } else if recheck.error > definitions.rules.recheck_tolerance {
                "误差超出容许范围,已改用核实数"
            } else {
                "误差在容许范围内,已改用核实数"
            };
            let error = plain(recheck.error * 100.0, 2);
            lines.add("复核", format!("报送 {},误差 {error}%,{effect}", plain(recheck.reported, 4)));
        }
    }
    lines.add("状态", state_word(score.state, result.period));
    lines.add("赋分", formula(definitions, scoring, result.period.part));
    if let (Some(due), true) = (normalise::due(scoring, result.period.part), is_shown) {
        lines.add(
            "完成序时",
            format!("{} ÷ {} = {}%", plain(cell.value, 4), plain(due, 4), plain(cell.value / due * 100.0, 4)),
        );
    }
    match score.score {
        Some(points) => lines.add("指标得分", Published::round(points, 4, definitions.index.rounding).to_string()),
        None => lines.add("指标得分", "不计,权重分摊给同级其他指标"),
    }
    let nominal = result.scores.nominal_weights[number];
    let weight = format!("{}%(分摊后),{}%(原定)", plain(score.weight, 4), plain(nominal, 4));
    lines.add("占总分的权重", weight);
    if let Some(points) = score.score {
        lines.add("对基础分的贡献", format!("{} 分", plain(points * score.weight / 100.0, 4)));
    }
    if let Some(gap) = sensitivity::gap(definitions, number, unit, cell, score, result.period) {
        let verb = if gap.is_reduction { "再减少" } else { "再完成" };
        let text = format!(
            "{verb} {} {}可达目标,每{}值 {} 分,共 {} 分",
            plain(gap.count, 0),
            indicator.work_unit,
            indicator.work_unit,
            plain(gap.each, 4),
            plain(gap.all, 2)
        );
        lines.add("差距", text);
    }
    lines.add("缺报规则", missing_word(indicator.missing));
    lines.add("负责部门", &definitions.departments[indicator.department].name);
}

/// The scores a trimmed mean was taken of, in ascending order.
fn panel_lines(cell: &PanelCell, lines: &mut Lines) {
    if let Some(mean) = cell.mean {
        let scores: Vec<String> = cell.scores.iter().map(|score| plain(*score, 4)).collect();
        lines.add("有效分", format!("{} 个:{}", scores.len(), scores.join("、")));
        let (sum, kept) = (plain(mean.sum, 4), mean.kept_count);
        lines
            .add("平均", format!("两端各去掉 {} 个,其余 {sum} ÷ {kept} = {}", mean.trimmed_count, plain(mean.mean, 4)));
    }
    if cell.excluded_count > 0 {
        lines.add("回避", format!("剔除本单位评委打的 {} 个分", cell.excluded_count));
    }
}

fn total_lines(definitions: &Definitions, result: &PeriodResult, unit: usize, lines: &mut Lines) {
    let index = &definitions.index;
    let settled = &result.settlement.units[unit];
    let shown = |score: Option<f64>| match score {
        Some(score) => Published::round(score, 4, index.rounding).to_string(),
        None => "—".to_owned(),
    };
    for element in definitions.elements.iter().skip(1).filter(|element| element.parent == Some(0)) {
        let position = definitions.elements.iter().position(|other| other.code == element.code).unwrap_or(0);
        let parts: Vec<String> = element
            .children
            .iter()
            .filter_map(|child| match *child {
                Child::Indicator(child) => {
                    let score = result.scores.indicator(child, unit).score?;
                    Some(format!("{} {}", definitions.indicators[child].code, plain(score, 2)))
                }
                Child::Element(child) => {
                    let score = result.scores.element(child, unit)?;
                    Some(format!("{} {}", definitions.elements[child].name, plain(score, 2)))
                }
            })
            .collect();
        let label = format!("{}(权重 {})", element.name, plain(element.weight, 4));
        lines.add(label, format!("{}  〔{}〕", shown(result.scores.element(position, unit)), parts.join(",")));
    }
    let text = |figure: Option<Published>| figure.map_or_else(|| "—".to_owned(), |figure| figure.to_string());
    lines.add("基础分", format!("{},公布 {}", shown(result.scores.base(unit)), text(settled.base)));
    for adjustment in result.settlement.adjustments.iter().filter(|adjustment| adjustment.unit == unit) {
        let rule = &definitions.rules.rules[adjustment.rule];
        let sign = if rule.kind.is_bonus() { '+' } else { '−' };
        let evidence = adjustment.evidence(definitions, &result.facts);
        let evidence = if evidence.is_empty() { "无佐证" } else { &evidence };
        let place = adjustment.place(definitions, &result.facts).map(ToString::to_string).unwrap_or_default();
        let text = format!(
            "{sign}{} {} {} 〔{evidence};{place}〕",
            adjustment.points,
            adjustment.outcome.word(),
            adjustment.reason(definitions, &result.facts)
        );
        lines.add(format!("{} {}", rule.id, rule.name), text);
    }
    let sum =
        format!("{} + {} − {} = {}", text(settled.base), settled.bonus, settled.deduction, text(settled.final_score));
    lines.add("综合得分", sum);
    if let Some(grade) = settled.grade {
        lines.add("等次", &definitions.grades[grade].name);
    }
    if let Some(rank) = settled.rank {
        lines
            .add("位次", format!("{}第 {} 位,共 {} 个", if rank.is_shared { "并列" } else { "" }, rank.place, rank.of));
    }
    lines.add("覆盖率", format!("{}%", settled.coverage));
}
