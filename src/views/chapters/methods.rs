//! 方法说明: how values become scores, generated from the definitions that were computed with.

use super::cells::{self, Layout};
use super::elements::element_name;
use super::panels;
use super::wording::{aggregate_word, rank_borders, scope_text};
use crate::definitions::decimal::{Rounding, plain};
use crate::definitions::{Index, Statistic, Survey};
use crate::views::comparison::Comparison;
use crate::views::derivation::{formula, missing_word};
use crate::views::document::{Block, Cell, Column, Inline, Section, Table};

pub(super) fn chapter(view: &Comparison<'_>) -> Vec<Section> {
    let mut chapter = Section::new("methods", 1, "方法说明").on_new_page();
    let index = &view.definitions.index;
    if index.illustrative {
        chapter = chapter.with(Block::warning(format!(
            "本指数是示例：指标、权重、目标值{}用来演示方法，没有经过任何机关采用。",
            if view.has_rules { "、加减分规则和依据" } else { "" }
        )));
    }
    let steps = steps(view).into_iter().map(|step| vec![Inline::text(step)]).collect();
    chapter = chapter.with(Block::List { ordered: true, items: steps });
    let mut sections = vec![chapter];
    let weights = Section::new("methods-weights", 2, "权重与等次").unlisted().with(Block::Table(weights(view)));
    sections.push(if view.definitions.grades.is_empty() { weights } else { weights.with(Block::Table(grades(view))) });
    sections
        .push(Section::new("methods-indicators", 2, "指标的赋分方法").unlisted().with(Block::Table(indicators(view))));
    if view.has_rules {
        sections.push(rules(view));
    }
    if !view.definitions.surveys.is_empty() {
        sections.push(surveys(view));
    }
    if !view.definitions.panels.is_empty() {
        sections.push(panels::method(view));
    }
    sections
}

pub(in crate::views) fn steps(view: &Comparison<'_>) -> Vec<String> {
    let index = &view.definitions.index;
    let points = view.points();
    let (green, yellow) = (plain(index.green_min, 4), plain(index.yellow_min, 4));
    let mut steps = vec![
        format!(
            "指标值：分子 ÷ 分母 × 倍数，或直接取部门报送的数、问卷的统计数{}。{}的指标值由各{}分子之和与分母之和算出{}。",
            if view.definitions.panels.is_empty() { "" } else { "、评委的平均分" },
            index.total_word,
            index.unit_word,
            if view.definitions.panels.is_empty() { "" } else { "（联合考评取平均，见下）" }
        ),
        format!(
            "指标得分：按各自的赋分方法（网页报告“方法说明”一章逐项列出）折成 {}–{}{points}；得分不低于 {green} 为绿灯 ●，不低于 {yellow} 为黄灯 ▲，以下为红灯 ■。",
            plain(index.scale.0, 4),
            plain(index.scale.1, 4)
        ),
        format!(
            "{}得分与基础分：下级得分按权重合成，基础分用{}。{}",
            index.element_word,
            aggregate_word(view.definitions.elements[0].aggregate),
            "不适用、缺数的指标不计，权重按比例分摊给同一上级下的其他指标。"
        ),
        "缺数：所有单位都没有的指标整体不计；个别单位未报的，按各指标的缺数规则处理。累计指标在每年第一期不暂用上一期。".to_owned(),
        format!("覆盖率：有本期数据的权重 ÷ 适用的权重 × 100%{}。", rank_borders(view.definitions)),
    ];
    if view.has_rules {
        steps.push(rules_step(view));
    }
    steps.push(format!("修约：公布的得分保留 {} 位小数，只修约一次，{}。", index.decimals, rounding_word(index)));
    steps.push("等次与位次：都按公布的综合得分；得分相同的并列，其后的位次顺延（1、1、3）。".to_owned());
    if view.definitions.surveys.is_empty() {
        return steps;
    }
    steps.push(format!(
        "问卷：有效答卷少于 {} 份的数据隐去、不评分；少于 {} 份的注明样本偏少。",
        index.suppress_below, index.caution_below
    ));
    steps
}

fn rounding_word(index: &Index) -> &'static str {
    match index.rounding {
        Rounding::HalfUp => "四舍五入",
        Rounding::HalfEven => "四舍六入五成双（GB/T 8170）",
    }
}

fn rules_step(view: &Comparison<'_>) -> String {
    let rules = &view.definitions.rules;
    let mut parts = vec!["加减分：综合得分 = 基础分 + 加分 − 扣分".to_owned()];
    parts.extend(rules.bonus_cap.map(|cap| format!("加分合计最多 {}", plain(cap, 4))));
    parts.extend(rules.deduction_cap.map(|cap| format!("扣分合计最多 {}", plain(cap, 4))));
    parts.extend(rules.final_range.map(|(low, high)| format!("综合得分限于 {}–{}", plain(low, 4), plain(high, 4))));
    parts.push("超过上限时各项同比例压缩".to_owned());
    format!("{}。", parts.join("；"))
}

pub(in crate::views) fn weights(view: &Comparison<'_>) -> Table {
    let element = |element: usize| &view.definitions.elements[element];
    let effective = |parent: usize| -> f64 {
        let below = |number: &&usize| is_below(view, view.definitions.indicators[**number].parent, parent);
        view.indicators.iter().filter(below).map(|&number| view.current.scores.nominal_weights[number]).sum()
    };
    Layout::new()
        .column(Column::text("代码"), |(at, _): (usize, usize)| Cell::text(&element(at).code))
        .column(Column::text(&view.definitions.index.element_word), |(at, depth)| {
            Cell::text(element_name(view, at, depth))
        })
        .column(Column::number("权重"), |(at, _)| cells::number(element(at).weight, 4))
        .column(Column::number("占基础分%"), move |(at, _)| cells::number(effective(at), 4))
        .column(Column::text("下级合成"), |(at, _)| Cell::text(aggregate_word(element(at).aggregate)))
        .table("methods-elements", format!("{}权重", view.definitions.index.element_word), view.tree.iter().copied())
}

fn is_below(view: &Comparison<'_>, mut element: usize, ancestor: usize) -> bool {
    while element != ancestor {
        let Some(parent) = view.definitions.elements[element].parent else { return false };
        element = parent;
    }
    true
}

pub(in crate::views) fn grades(view: &Comparison<'_>) -> Table {
    let grades = &view.definitions.grades;
    Layout::new()
        .column(Column::text("等次"), |at: usize| Cell::text(&grades[at].name))
        .column(Column::text("综合得分"), |at| {
            let from = view.publish(grades[at].min);
            let below = at.checked_sub(1).map(|above| format!("，低于 {}", view.publish(grades[above].min)));
            Cell::text(format!("{from} 及以上{}", below.unwrap_or_default()))
        })
        .table("methods-grades", "等次界线", 0..grades.len())
}

/// One row an indicator, and one more for each group with parameters of its own.
pub(in crate::views) fn indicators(view: &Comparison<'_>) -> Table {
    let definitions = view.definitions;
    let part = view.current.period.part;
    let mut rows: Vec<(usize, Option<&str>)> = Vec::new();
    for &number in &view.indicators {
        rows.push((number, None));
        rows.extend(definitions.indicators[number].group_scoring.keys().map(|group| (number, Some(group.as_str()))));
    }
    let indicator = |number: usize| &definitions.indicators[number];
    let name = |(number, group): (usize, Option<&str>)| match group {
        None => Cell::text(&indicator(number).name),
        Some(group) => Cell::text(format!("\u{3000}其中 {group} 组")),
    };
    let method = |(number, group): (usize, Option<&str>)| {
        let indicator = indicator(number);
        let scoring = group.and_then(|group| indicator.group_scoring.get(group)).unwrap_or(&indicator.scoring);
        Cell::text(formula(definitions, scoring, part))
    };
    let smallest = |number: usize| match indicator(number).min_denominator {
        0.0.. if indicator(number).min_denominator < 1.0 => cells::dash(),
        least => cells::number(least, 2),
    };
    let mut table = Layout::new()
        .column(Column::text("代码"), |(number, _): (usize, Option<&str>)| Cell::text(&indicator(number).code))
        .column(Column::text("指标"), name)
        .column(Column::number("权重"), |(number, _)| cells::number(indicator(number).weight, 4))
        .column(Column::number("占基础分%"), |(number, _)| {
            cells::number(view.current.scores.nominal_weights[number], 4)
        })
        .column(Column::text("赋分方法（本期）"), method)
        .column(Column::text("缺数规则"), |(number, _)| Cell::text(missing_word(indicator(number).missing)))
        .column(Column::number("最小分母"), move |(number, _)| smallest(number))
        .column(Column::text("目标值依据"), |(number, _)| cells::words(&indicator(number).policy))
        .table("methods-scoring", "指标的赋分方法", rows.into_iter());
    table.row_header = 1;
    table.notes.push("权重是在同一上级内的权重；分母（问卷为答卷数）小于最小分母的，列示但不评分。".to_owned());
    table
}

fn rules(view: &Comparison<'_>) -> Section {
    let definitions = view.definitions;
    let rules = &definitions.rules.rules;
    let cap = |at: usize| rules[at].cap.map_or_else(cells::dash, |cap| cells::number(cap, 4));
    let code = |text: &str| Cell { content: vec![Inline::Code(text.to_owned())], ..Cell::default() };
    let effect = |at: usize| Cell::text(if rules[at].is_trial() { "试运行，不计分" } else { "计分" });
    let table = Layout::new()
        .column(Column::text("编号"), |at: usize| Cell::text(&rules[at].id))
        .column(Column::text("规则"), |at| Cell::text(&rules[at].name))
        .column(Column::text("类别"), |at| Cell::text(rules[at].kind.word()))
        .column(Column::number("上限"), cap)
        .column(Column::text("看什么"), |at| Cell::text(scope_text(definitions, rules[at].scope)))
        .column(Column::text("依据"), |at| cells::words(&rules[at].legal_basis))
        .column(Column::text("批准"), |at| cells::words(&rules[at].approved_by))
        .column(Column::text("效力"), effect);
    let mut table = table.table("methods-rules", "加减分规则", 0..rules.len());
    table.row_header = 1;
    table.notes.push(format!("上限是一条规则对一个{}在一期内的上限。", definitions.index.unit_word));
    let expressions = Layout::new()
        .column(Column::text("编号"), |at: usize| Cell::text(&rules[at].id))
        .column(Column::text("触发条件"), move |at| code(&rules[at].trigger))
        .column(Column::text("分值"), move |at| code(&rules[at].points))
        .table("methods-expressions", "触发条件和分值（SQL 写法）", 0..rules.len());
    Section::new("methods-bonus", 2, "加减分规则")
        .unlisted()
        .with(Block::Table(table))
        .with(Block::Fold { summary: "规则的表达式".into(), blocks: vec![Block::Table(expressions)] })
}

fn surveys(view: &Comparison<'_>) -> Section {
    let definitions = view.definitions;
    let mut section = Section::new("methods-surveys", 2, "问卷").unlisted();
    for (position, (survey, result)) in definitions.surveys.iter().zip(&view.current.facts.surveys).enumerate() {
        let received = if result.has_arrived {
            format!("收到 {} 份", result.respondent_count)
        } else {
            "本期没有收到".to_owned()
        };
        let weighting = if survey.weight_column.is_empty() { "每份一票" } else { "按权数加权" };
        let caption =
            format!("{}（{}；{received}；{weighting}）", survey.name, definitions.departments[survey.department].name);
        section = section.with(Block::Table(questions(survey, position, caption)));
    }
    section
}

fn questions(survey: &Survey, position: usize, caption: String) -> Table {
    let question = |at: usize| &survey.questions[at];
    let scale = |at: usize| {
        let answer = |answer: &crate::definitions::Answer| match answer.points {
            Some(points) => format!("{} {}", answer.word, plain(points, 2)),
            None => format!("{} 不计", answer.word),
        };
        Cell::text(question(at).scale.answers.iter().map(answer).collect::<Vec<_>>().join("，"))
    };
    let statistic = |at: usize| {
        Cell::text(match question(at).statistic {
            Statistic::Mean => "平均分",
            Statistic::Share if question(at).good.is_empty() => "得分不低于满分一半的占比",
            Statistic::Share => "选定答案的占比",
            Statistic::TopTwo => "最高两档的占比",
            Statistic::Awareness => "知晓率（有明确回答的占问到的）",
            Statistic::Ratio => "两题分值之比",
        })
    };
    Layout::new()
        .column(Column::text("题号"), |at: usize| Cell::text(&question(at).id))
        .column(Column::text("题目"), |at| Cell::text(&question(at).text))
        .column(Column::text("答案分值"), scale)
        .column(Column::text("统计"), statistic)
        .table(format!("methods-survey-{}", position + 1), caption, 0..survey.questions.len())
}
