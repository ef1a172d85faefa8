//! What proves that a problem is mended: the measured value or verified evidence, and never the word of who mends it.

use super::Item;
use super::deed::{Bench, Deed};
use super::verifiers::{self, Unfit};
use crate::audit::{Code, Diagnostic};
use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Definitions, Scoring};
use crate::index::{Scores, State, normalise};

/// What the closing rests on, in words behind 通过; or why the problem stays open.
///
/// An indicator's problem needs a score of at least the exit score: that of this period where the indicator was measured
/// in it, else that of the value measured on the spot. Any other needs evidence that somebody else verified.
pub(super) fn proof(bench: &Bench, item: &Item, deed: &Deed) -> Result<String, Box<Diagnostic>> {
    let refuse = |message: String, found: String, expected: String, help: &str| {
        let message = format!("{message},没有销号,这一行没有采用");
        let refusal = bench.refusal(Code::LedgerClosing, item, &deed.place, message);
        Err(Box::new(refusal.found(found).expected(expected).help(help)))
    };
    if deed.by.is_empty() {
        let help = "在“办理单位”一列写上核验的单位";
        return refuse("核验没有写明由谁核验".to_owned(), String::new(), "核验单位".to_owned(), help);
    }
    let judged = verifiers::judge(bench.definitions, item, &deed.by);
    if let Err(unfit) = judged {
        let allowed = verifiers::allowed(bench.definitions, item);
        let (message, help) = match unfit {
            Unfit::Rectifies(name) => {
                (format!("核验的“{name}”就是整改单位"), "谁整改谁不能销号;请帮扶部门或牵头部门核验".to_owned())
            }
            Unfit::Asked(name) => {
                (format!("核验的“{name}”就是申请销号的单位"), "谁申请谁不能核验;请另一个部门核验".to_owned())
            }
            Unfit::Unknown(name) => (
                format!("核验的“{name}”不是已知的部门,也不是这个问题的帮扶单位"),
                format!("“办理单位”一列写部门的全称、简称或代码,不写个人姓名;可以是:{allowed}"),
            ),
        };
        return refuse(message, deed.by.clone(), allowed, &help);
    }
    let is_fresh = |id: &String| !item.stale_evidence.contains(id);
    if deed.evidence.is_empty() && !item.evidence.iter().any(is_fresh) {
        let help = "在“佐证材料编号”一列写上验收单、照片、清单等的编号";
        let what = if item.evidence.is_empty() { "没有佐证材料" } else { "退回以后没有新的佐证材料" };
        return refuse(what.to_owned(), item.evidence.join("、"), "佐证材料编号".to_owned(), help);
    }
    let Some(indicator) = item.indicator else { return Ok(String::new()) };
    let definitions = bench.definitions;
    let (name, exit) = (&definitions.indicators[indicator].name, definitions.rules.support.exit_score);
    let least = format!("得分不低于 {}", plain(exit, 2));
    if let Some(score) = measured(definitions, bench.scores, indicator, item.unit) {
        if score.value() < exit {
            let help = "达到销号标准后再核验;数据有误的请部门更正后重新运行";
            return refuse(format!("“{name}”本期得分 {score},没有达到销号标准"), score.to_string(), least, help);
        }
        return Ok(format!("(本期得分{score})"));
    }
    // Who reports itself cannot measure around what it did not report.
    if bench.scores.indicator(indicator, item.unit).state == State::Zeroed {
        let help = "由本单位自己报送、不报计 0 分的指标,补报以后再核验,实测值不能代替";
        let found = deed.measured.map(|value| plain(value, 4)).unwrap_or_default();
        return refuse(format!("“{name}”本期没有报送,计 0 分"), found, "本期数据".to_owned(), help);
    }
    let Some(value) = deed.measured else {
        let help = "本期没有这个指标的数据,在“实测值”一列填核验时测得的指标值";
        return refuse(format!("“{name}”本期没有数据,也没有实测值"), String::new(), "实测值".to_owned(), help);
    };
    let Some(score) = score_of(bench, indicator, item.unit, value) else {
        let help = "等下一期有了各单位的数据再核验";
        let message = format!("“{name}”按各单位互相比较赋分,一个实测值算不出得分");
        return refuse(message, plain(value, 4), "本期数据".to_owned(), help);
    };
    if score.value() < exit {
        let help = "达到销号标准后再核验;实测值填错了的请改正";
        let message = format!("“{name}”实测值 {} 只合 {score} 分,没有达到销号标准", plain(value, 4));
        return refuse(message, plain(value, 4), least, help);
    }
    Ok(format!("(实测{},得分{score})", plain(value, 4)))
}

/// The published score of an indicator that was measured in this period; `None` where it is carried or missing.
fn measured(definitions: &Definitions, scores: &Scores, indicator: usize, unit: usize) -> Option<Published> {
    let score = scores.indicator(indicator, unit).score.filter(|_| is_measured(scores, indicator, unit))?;
    Some(definitions.index.publish(score))
}

/// Whether an indicator was really measured in this period: what counts 0 because nobody reported it measures nothing.
pub(super) fn is_measured(scores: &Scores, indicator: usize, unit: usize) -> bool {
    scores.indicator(indicator, unit).state == State::Scored
}

/// Whether the light of an indicator is red by what was, or was not, reported in this period; a carried score is of old.
pub(super) fn is_red(definitions: &Definitions, scores: &Scores, indicator: usize, unit: usize) -> bool {
    let score = scores.indicator(indicator, unit);
    score.state.is_usable() && score.score.is_some_and(|score| definitions.index.is_red(score))
}

/// The score that a value would have; `None` where scores come from comparing units.
fn score_of(bench: &Bench, indicator: usize, unit: usize, value: f64) -> Option<Published> {
    let definitions = bench.definitions;
    let indicator = &definitions.indicators[indicator];
    let scoring = indicator.scoring_in(&definitions.units.units[unit].group);
    if matches!(scoring, Scoring::MinMax { .. } | Scoring::RankPoints { .. }) {
        return None;
    }
    let alone = normalise::Column::new(&[], &[scoring]);
    let score = normalise::score(scoring, &definitions.index, value, bench.facts.period.part, &alone);
    Some(definitions.index.publish(score))
}
