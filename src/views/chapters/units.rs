//! 各单位: a section per unit, a sheet of paper each.

use super::cells;
use super::certainty;
use super::closing;
use super::gaps::unit_gap;
use super::wording::{lights, lights_phrase, target_and_floor};
use super::{adjustments, importance, picture};
use super::{unit_reasons, unit_tables};
use crate::definitions::Source;
use crate::facts::CellState;
use crate::index::State;
use crate::rules::Mark;
use crate::sensitivity::{self, Contributions};
use crate::views::comparison::{Comparison, MOST_UNITS};
use crate::views::derivation::state_word;
use crate::views::document::{Block, Card, Inline, Section};
use crate::views::figures::{Pictures, watermark};

/// Indicators listed as strongest and as weakest.
const LISTED: usize = 3;
/// Sections up to which the table of contents names each.
const MOST_LISTED: usize = 100;

/// The chapter and the sections of the units, in register order.
pub(super) fn chapter(view: &Comparison<'_>, pictures: &Pictures) -> Vec<Section> {
    let index = &view.definitions.index;
    let mut chapter = Section::new("units", 1, format!("各{}", index.unit_word)).with(Block::text(format!(
        "每个{}一节：得分与位次、{}对比、强弱项、距目标的差距、全部指标。由指标得分和权重可以手工重算基础分。",
        index.unit_word, index.element_word
    )));
    if view.unit_count() > MOST_UNITS {
        let text = format!(
            "共 {} 个{}，只有综合得分前 {MOST_UNITS} 位有小节；其余见 scores.csv 和 indicators.csv。",
            view.unit_count(),
            index.unit_word
        );
        chapter = chapter.with(Block::info(text));
    }
    let mut sections = vec![chapter.on_new_page()];
    let parts = if view.is_large() {
        sections[0].blocks.push(Block::info("数据较多：各节不列贡献分解和逐项出处，见 indicators.csv。"));
        vec![None; view.unit_count()]
    } else {
        sensitivity::contributions(view.definitions, &view.current.scores)
    };
    sections.extend(view.presented().filter_map(|unit| section(view, pictures, unit, parts[unit].as_ref())));
    // The first one shares its sheet with the heading of the chapter.
    if let Some(first) = sections.get_mut(1) {
        first.new_page = false;
    }
    sections
}

fn section(view: &Comparison<'_>, pictures: &Pictures, unit: usize, parts: Option<&Contributions>) -> Option<Section> {
    let anchor = view.anchor(unit)?;
    let about = &view.definitions.units.units[unit];
    let mut section = Section::new(anchor, 2, &about.name).on_new_page();
    section.nav = view.unit_count() <= MOST_LISTED;
    let facts = [&view.current.period.title(), &about.group, &format!("代码 {}", about.code), &watermark(view)];
    let facts: Vec<&str> = facts.into_iter().map(String::as_str).filter(|fact| !fact.is_empty()).collect();
    section = section.with(Block::text(facts.join(" · "))).with(Block::Cards(cards(view, unit)));
    let mut beside = vec![Block::Table(unit_tables::elements(view, unit, anchor))];
    if let Some(svg) = pictures.dots.get(&unit) {
        let alt = format!(
            "{}各{}得分与{}、最高分的对比；数字与表相同。",
            about.name,
            view.definitions.index.element_word,
            view.peer_word()
        );
        beside.push(picture(format!("{anchor}-dots"), svg, alt));
    }
    section = section.with(Block::Beside(beside)).with(Block::Beside(strengths(view, unit)));
    section.blocks.extend(unit_reasons::changes(view, unit, anchor));
    section.blocks.extend(importance::of_unit(view, pictures, unit, anchor));
    let gaps: Vec<usize> =
        view.indicators.iter().copied().filter(|&number| unit_gap(view, number, unit).is_some()).collect();
    if !gaps.is_empty() {
        section = section.with(Block::Table(unit_tables::gaps(view, unit, anchor, &gaps)));
    }
    section.blocks.extend(closing::of_unit(view, unit, anchor));
    section = section.with(Block::Table(unit_tables::indicators(view, unit, anchor)));
    section.blocks.extend(parts.map(|parts| unit_reasons::contributions(view, unit, anchor, parts)));
    let adjusted: Vec<usize> = adjustments::of_unit(view, unit);
    if !adjusted.is_empty() {
        let id = format!("{anchor}-adjustments");
        section = section.with(Block::Table(adjustments::table(view, &id, "加减分", &adjusted, false)));
    }
    let remarks = remarks(view, unit);
    if !remarks.is_empty() {
        section = section.with(Block::Paragraph(vec![Inline::strong("数据说明")]));
        section = section.with(Block::List { ordered: false, items: remarks });
    }
    if view.is_large() {
        return Some(section);
    }
    let sources = vec![Block::Table(unit_tables::sources(view, unit, anchor))];
    Some(section.with(Block::Fold { summary: format!("{}的数据来源（逐项）", about.name), blocks: sources }))
}

pub(in crate::views) fn cards(view: &Comparison<'_>, unit: usize) -> Vec<Card> {
    let settled = &view.current.settlement.units[unit];
    let text = |figure: Option<_>| {
        figure.map_or_else(|| "—".to_owned(), |figure: crate::definitions::decimal::Published| figure.to_string())
    };
    let last = view.words().1;
    let before = view.previous.map(|result| &result.settlement.units[unit]);
    let note = match (before.and_then(|before| before.final_score), view.final_change(unit)) {
        (Some(before), Some(change)) => format!("{last} {before}，{}", cells::signed(change)),
        _ => String::new(),
    };
    let parts = [certainty::margin_of(view, unit), note];
    let note: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    let mut cards = vec![Card::new("综合得分", text(settled.final_score), note.join("；"))];
    if let Some(grade) = settled.grade {
        let marks: Vec<String> = settled.marks.iter().filter_map(Mark::beside_grade).collect();
        cards.push(Card::new("等次", &view.definitions.grades[grade].name, marks.join(" ")));
    }
    let total = &view.definitions.index.total_word;
    let note = match (settled.rank, view.places_gained(unit)) {
        (Some(rank), None) => format!("共 {} 个", rank.of),
        (Some(rank), Some(0)) => format!("共 {} 个，与{last}相同", rank.of),
        (Some(rank), Some(places)) => format!("共 {} 个，比{last} {}", rank.of, cells::places_text(places)),
        (None, _) => "不参加排名".to_owned(),
    };
    let place = |rank: Option<crate::rules::Rank>| rank.map_or_else(|| "—".to_owned(), cells::rank_text);
    cards.push(Card::new(format!("{total}位次"), place(settled.rank), note));
    if view.has_groups {
        let note =
            settled.group_rank.map(|rank| format!("{}组共 {} 个", view.definitions.units.units[unit].group, rank.of));
        cards.push(Card::new("组内位次", place(settled.group_rank), note.unwrap_or_default()));
    }
    if view.has_rules {
        let sum = format!("加 {}，扣 {}", settled.bonus, settled.deduction);
        cards.push(Card::new("基础分", text(settled.base), sum));
    }
    let own = view.unit_lights(unit);
    cards.push(Card {
        label: "指标灯".into(), value: lights(own), note: format!("共 {} 项", view.indicators.len())
    });
    // What concerns the grade stands beside the grade.
    let has_grade = settled.grade.is_some();
    let marks = settled.marks.iter().filter(|mark| !has_grade || mark.beside_grade().is_none());
    let marks: Vec<_> = marks.map(Mark::sign).collect();
    cards.push(Card::new("数据覆盖率", format!("{}%", settled.coverage), marks.join(" ")));
    cards
}

/// Scored indicators, the highest first: the heavier of two with the same score says more; what remains equal keeps the
/// order of the definitions.
fn highest(view: &Comparison<'_>, unit: usize) -> Vec<usize> {
    let score = |number: usize| view.current.scores.indicator(number, unit);
    let mut scored: Vec<usize> =
        view.indicators.iter().copied().filter(|&number| score(number).score.is_some()).collect();
    let key = |number: usize| (score(number).score.unwrap_or_default(), score(number).weight);
    scored.sort_by(|&left, &right| key(right).0.total_cmp(&key(left).0).then(key(right).1.total_cmp(&key(left).1)));
    scored.truncate(LISTED);
    scored
}

/// Scored indicators below full marks, the lowest first, without those that are among the highest.
fn lowest(view: &Comparison<'_>, unit: usize) -> Vec<usize> {
    let score = |number: usize| view.current.scores.indicator(number, unit);
    let key = |number: usize| (score(number).score.unwrap_or_default(), score(number).weight);
    let (strong, full) = (highest(view, unit), view.definitions.index.at_target);
    let is_weak = |number: &usize| score(*number).score.is_some() && !strong.contains(number) && key(*number).0 < full;
    let mut weak: Vec<usize> = view.indicators.iter().copied().filter(is_weak).collect();
    weak.sort_by(|&left, &right| key(left).0.total_cmp(&key(right).0).then(key(right).1.total_cmp(&key(left).1)));
    weak.truncate(LISTED);
    weak
}

/// The strongest indicators of a unit, each with score, value and target.
pub(in crate::views) fn strongest(view: &Comparison<'_>, unit: usize) -> Vec<Vec<Inline>> {
    highest(view, unit).into_iter().map(|number| strength(view, unit, number)).collect()
}

/// The weakest indicators of a unit, each with score, value and target.
pub(in crate::views) fn weakest(view: &Comparison<'_>, unit: usize) -> Vec<Vec<Inline>> {
    lowest(view, unit).into_iter().map(|number| strength(view, unit, number)).collect()
}

/// The strongest and the weakest indicators, next to each other.
fn strengths(view: &Comparison<'_>, unit: usize) -> Vec<Block> {
    [("得分较高的指标", strongest(view, unit)), ("得分较低的指标", weakest(view, unit))]
        .into_iter()
        .filter(|(_, items)| !items.is_empty())
        .flat_map(|(title, items)| {
            // Heading and list stay together in one of the two columns.
            [Block::Paragraph(vec![Inline::strong(title)]), Block::List { ordered: false, items }]
        })
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|pair| Block::Beside(pair.to_vec()))
        .collect()
}

fn strength(view: &Comparison<'_>, unit: usize, number: usize) -> Vec<Inline> {
    let indicator = &view.definitions.indicators[number];
    let score = view.current.scores.indicator(number, unit);
    let points = score.score.map(|score| view.publish(score).to_string()).unwrap_or_default();
    let value = cells::value_text(view, number, view.value_cell(number, unit));
    let (target, _) = target_and_floor(view.scoring(number, Some(unit)), view.current.period.part);
    let mut details = vec![format!("得分 {points}")];
    if !value.is_empty() {
        details.push(format!("值 {value}"));
    }
    if !target.is_empty() {
        details.push(format!("目标 {target}"));
    }
    vec![
        Inline::Light(view.light(score)),
        Inline::text(format!(" {} {}：{}", indicator.code, indicator.name, details.join("，"))),
    ]
}

/// What is unusual about the unit's data.
pub(in crate::views) fn remarks(view: &Comparison<'_>, unit: usize) -> Vec<Vec<Inline>> {
    let caution = view.definitions.index.caution_below;
    let mut remarks = vec![vec![Inline::text(format!("{}。", lights_phrase(view.unit_lights(unit))))]];
    if !certainty::margin_of(view, unit).is_empty() {
        let steady = if view.is_steady(unit) {
            format!("；与{}相比的升降在误差以内，算基本持平", view.words().1)
        } else {
            String::new()
        };
        remarks.push(vec![Inline::text(format!("综合得分后的 ± 是问卷抽样误差{steady}。"))]);
    }
    for &number in &view.indicators {
        let score = view.current.scores.indicator(number, unit);
        let cell = view.current.matrix.cell(number, unit);
        let mut said = Vec::new();
        if score.state != State::Scored {
            said.push(state_word(score.state, view.current.period));
        }
        if cell.is_void {
            said.push("复核误差过大，计最低分".to_owned());
        }
        if cell.state == CellState::TooSmall && score.state == State::Carried {
            said.push("本期样本偏少".to_owned());
        }
        let respondents = cell.respondent_count;
        let is_survey = matches!(view.definitions.indicators[number].source, Source::Survey { .. });
        if is_survey && cells::is_shown(cell) && respondents > 0 && respondents < caution {
            said.push(format!("有效答卷 {respondents} 份，样本偏少，数值仅供参考"));
        }
        if !said.is_empty() {
            let indicator = &view.definitions.indicators[number];
            remarks.push(vec![Inline::text(format!("{} {}：{}。", indicator.code, indicator.name, said.join("；")))]);
        }
    }
    remarks
}
