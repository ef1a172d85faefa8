//! What the reader of a plan has to know, in sentences.

use super::{EffectSource, Goal, Plan, percent, points};
use crate::definitions::calendar::Date;
use crate::definitions::decimal::plain;
use crate::facts::survey::plan::{Bound, QuotaFault};

/// Names that a sentence lists; of more it gives the number.
const SHOWN_NAMES: usize = 8;

/// `目标:误差不超过 ±5 个百分点(占比 50%,置信水平 95%);设计效应 1.5;应答率 100%;每个村访问 10 份`
pub(super) fn terms_line(plan: &Plan<'_>) -> String {
    let terms = &plan.terms;
    let unit = &plan.definitions.index.unit_word;
    let (rate, confidence, power) = (percent(terms.rate), percent(terms.confidence), percent(terms.power));
    let goal = match terms.goal {
        Goal::Margin(margin) => {
            format!("每个{unit}误差不超过 ±{} 个百分点(占比 {rate},置信水平 {confidence})", plain(margin * 100.0, 2))
        }
        Goal::Difference(difference) => format!(
            "两个{unit}相差 {} 个百分点能辨别出来(占比 {rate},置信水平 {confidence},把握 {power})",
            plain(difference * 100.0, 2)
        ),
        Goal::Interviews(interviews) => {
            format!("每个{unit} {interviews} 份(误差按占比 {rate}、置信水平 {confidence},差异按把握 {power})")
        }
    };
    let least = match terms.goal {
        Goal::Interviews(_) => String::new(),
        Goal::Margin(_) | Goal::Difference(_) => format!(",每个{unit}至少 {} 份", terms.least),
    };
    let effect = plain(terms.design_effect.value, 2);
    let response = percent(terms.response_rate);
    let word = plan.cluster_word();
    format!("目标:{goal}{least};设计效应 {effect};应答率 {response};每个{word}约 {} 份", terms.take)
}

/// Everything, the law last.
pub(super) fn notes(plan: &Plan<'_>) -> Vec<String> {
    let mut notes = vec![effect(plan)];
    notes.extend(population(plan));
    notes.extend(quotas(plan));
    notes.extend(bounds(plan));
    notes.extend(clusters(plan));
    notes.extend(form(plan));
    notes.push(law().to_owned());
    notes
}

fn effect(plan: &Plan<'_>) -> String {
    let effect = plan.terms.design_effect;
    let value = plain(effect.value, 2);
    match effect.source {
        EffectSource::Asked => format!("设计效应 {value} 是指定的。"),
        EffectSource::Assumed => {
            format!(
                "还没有能推算设计效应的答卷,按常用的 {value} 估计;有数据以后会改用实际的,也可以用 --design-effect 指定。"
            )
        }
        EffectSource::Observed { period, estimate_count, median } => {
            let median = plain(median, 2);
            let raised = if median == value { String::new() } else { format!(",按 {value} 计") };
            let grows = match plan.survey.design.cluster_column.as_str() {
                "" => String::new(),
                word => format!(";每个{word}访问的份数变多,它会变大"),
            };
            format!("设计效应取 {}的 {estimate_count} 个估计值的中位数 {median}{raised}{grows}。", period.title())
        }
    }
}

pub(super) fn population(plan: &Plan<'_>) -> Vec<String> {
    let unit_word = &plan.definitions.index.unit_word;
    if plan.population.is_none() {
        return vec![match plan.survey.weighting.margins() {
            Some(margins) => format!(
                "没有找到人口表 data/frozen/{}-{}.csv,没有作有限总体校正,也没有配额。请统计部门提供后再做一次。",
                plan.period.year, margins.population
            ),
            None => "问卷定义里没有写按哪张人口表加权(weighting),没有作有限总体校正,也没有配额。\
                     写上人口表和类别以后再做一次,就有配额。"
                .to_owned(),
        }];
    }
    let unknown = names(plan, |unit| unit.population.is_none());
    unknown
        .map(|names| format!("人口表里没有这些{unit_word},没有作有限总体校正,也没有配额:{names}。"))
        .into_iter()
        .collect()
}

pub(super) fn quotas(plan: &Plan<'_>) -> Vec<String> {
    let too_high = names(plan, |unit| matches!(unit.fault, Some(QuotaFault::MinimumTooHigh { .. })));
    let least = plan.survey.weighting.margins().map_or(0, |margins| margins.least);
    let word = &plan.definitions.index.unit_word;
    let sentence =
        |names| format!("样本量不够让每一类至少 {least} 份,这些{word}的配额只按人口比例分,人少的类可能不足:{names}。");
    too_high.map(sentence).into_iter().collect()
}

fn bounds(plan: &Plan<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    let word = &plan.definitions.index.unit_word;
    if let Some(names) = names(plan, |unit| unit.size.bound == Bound::Population) {
        notes.push(format!("这些{word}人数少于所需样本,全部访问:{names}。"));
    }
    if let Some(names) = names(plan, |unit| unit.size.bound == Bound::Floor) {
        notes.push(format!("这些{word}按目标不用这么多,取下限 {} 份:{names}。", plan.terms.least));
    }
    let caution = plan.definitions.index.caution_below;
    if let Some(names) = names(plan, |unit| unit.size.interviews < caution) {
        notes.push(format!("有效答卷不足 {caution} 份的{word},结果会注明样本偏少、仅供参考:{names}。"));
    }
    notes
}

fn clusters(plan: &Plan<'_>) -> Vec<String> {
    let word = plan.cluster_word();
    let unit_word = &plan.definitions.index.unit_word;
    let mut notes = Vec::new();
    if plan.survey.design.cluster_column.is_empty() {
        notes.push(
            "问卷定义里没有写抽样单元列(cluster_column):按村(社区)等抽样单元访问的,请写上,误差才算得对;逐人抽取的,不用看“抽样单元”表。"
                .to_owned(),
        );
    }
    if plan.survey.design.cluster_count.is_none() {
        notes
            .push(format!("问卷定义里没有写{word}总数的数据项(cluster_count),抽取个数没有与实有个数比较,请自行核对。"));
    } else if let Some(names) = names(plan, |unit| unit.clusters.is_none()) {
        notes.push(format!("这些{unit_word}没有{word}总数,抽取个数没有与实有个数比较:{names}。"));
    }
    let is_full = |unit: &super::UnitPlan| {
        let wanted = unit.size.interviews / plan.terms.take.max(1);
        unit.clusters.is_some_and(|clusters| clusters < wanted)
    };
    if let Some(names) = names(plan, is_full) {
        notes.push(format!("这些{unit_word}的{word}全部访问,每个多于 {} 份:{names}。", plan.terms.take));
    }
    notes
}

fn form(plan: &Plan<'_>) -> Vec<String> {
    let form = &plan.survey.form;
    let mut notes = Vec::new();
    let parts = [
        ("表号", &form.number),
        ("制定机关", &form.issued_by),
        ("批准文号", &form.approval),
        ("有效期", &form.valid_until),
    ];
    let missing: Vec<&str> = parts.iter().filter(|(_, said)| said.trim().is_empty()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        notes.push(format!("表头还缺{}:批准后写进问卷定义的 form,没有批准以前不要开始调查。", missing.join("、")));
    }
    let end = plan.period.last_day();
    if Date::read(&form.valid_until).is_some_and(|until| until < end) {
        notes.push(format!("表的有效期到 {} 为止,早于本期末({end}):请先办理续期,再开始调查。", form.valid_until));
    }
    notes
}

/// What the law wants of a survey of people outside of a department's own system.
pub(super) fn law() -> &'static str {
    "部门向本系统以外的人开展的调查是地方统计调查项目,须报统计部门审批,并在表的右上角标明表号、制定机关、批准文号和有效期;\
     调查所得的个人信息依法保密。"
}

/// Names of the units that something holds of; `None` where it holds of none.
fn names(plan: &Plan<'_>, holds: impl Fn(&super::UnitPlan) -> bool) -> Option<String> {
    let found: Vec<&str> = plan
        .units
        .iter()
        .filter(|unit| holds(unit))
        .map(|unit| plan.definitions.units.units[unit.unit].name.as_str())
        .collect();
    let index = &plan.definitions.index;
    match found.len() {
        0 => None,
        count if count == plan.units.len() => Some(format!("全部 {count} 个{}", index.unit_word)),
        count if count > SHOWN_NAMES => {
            Some(format!("{}等 {count} 个", found.get(..SHOWN_NAMES).unwrap_or_default().join("、")))
        }
        _ => Some(found.join("、")),
    }
}

/// How everything was reckoned, for the sheet that explains the plan.
pub(super) fn explanations(plan: &Plan<'_>) -> Vec<String> {
    let word = plan.cluster_word();
    let unit = &plan.definitions.index.unit_word;
    let terms = &plan.terms;
    let (rate, confidence, power) = (percent(terms.rate), percent(terms.confidence), percent(terms.power));
    let widest = plan.units.iter().map(|unit| unit.precision.worst_case).fold(0.0, f64::max);
    let least = plan.survey.weighting.margins().map_or(0, |margins| margins.least);
    let minimum = if least > 0 {
        format!(",每一类至少 {least} 份(该类人数不足的全部访问)")
    } else {
        String::new()
    };
    vec![
        format!(
            "样本量 n0 = 设计效应 × z² × p(1−p) ÷ 误差²;比较两个{unit}时用 2p(1−p),z 加上把握对应的分位数。\
             有人口数的再作有限总体校正:n = n0 ÷ (1 + (n0 − 1) ÷ N)。z 为置信水平 {confidence} 的分位数,p 为预计占比 {rate}。"
        ),
        format!(
            "“最大误差”按占比 50% 计,最多的一个{unit}是 ±{} 个百分点。“可辨差异”是两个这样的{unit}的占比真差这么多时,\
             有 {power} 的把握检验得出来;差得更小的,不要排先后。",
            points(widest)
        ),
        "样本量是完成的有效答卷数。需联系人数 = 样本量 ÷ 应答率;不在家、拒访的按原定办法替换,并记下原因,不得由访问员自行换人。"
            .to_owned(),
        format!("配额按人口表各类人数的比例,用最大余数法分到整数{minimum},合计等于样本量。配额是完成数,不能互相顶替。"),
        format!(
            "抽样单元按人口多少成比例抽取(PPS 等距):{word}按地理顺序排好,累计人数,从随机起点等距取。抽中的各访问同样多份,\
             抽中两次的访问两倍。每个{unit}至少抽两个,只抽一个推算不出误差。具体名单由调查单位凭名册抽取,抽样记录存档。"
        ),
        "答卷按问卷定义的列名存成一行一份,不得有姓名、电话、住址、身份证号;年龄分段填写。".to_owned(),
    ]
}
