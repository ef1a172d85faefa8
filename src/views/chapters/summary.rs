//! 摘要: what a reader with two minutes reads.

use super::wording::{change_phrase, lights, lights_phrase, unit_names};
use super::{cells, closing, gaps};
use crate::audit::Audit;
use crate::definitions::decimal::Published;
use crate::index::State;
use crate::rules::Mark;
use crate::views::comparison::{Comparison, Lights};
use crate::views::document::{Block, Card, Inline, Section};

pub(super) fn chapter(view: &Comparison<'_>, audit: &Audit) -> Section {
    let mut section = Section::new("summary", 1, "摘要");
    if view.assessment.is_draft {
        let errors = audit.tally().error_count;
        section = section.with(Block::warning(format!(
            "试算：材料还有 {errors} 个错误，有错误的数据没有采用。本页不是正式结果，错误见“数据质量”一章。"
        )));
    }
    if let Some(sentence) = closing::opening(view) {
        section = section.with(Block::Paragraph(vec![Inline::strong(sentence)]));
    }
    section = section.with(Block::Paragraph(vec![Inline::strong(level_sentence(view))]));
    section = section.with(Block::Cards(cards(view)));
    let points = [
        ("位次", leaders(view)),
        ("变化", riser(view)),
        ("维度", elements(view)),
        ("指标", lights_sentence(view)),
        ("需要支持", support(view)),
    ];
    let named = |(name, text): (&str, Option<String>)| {
        let name = if name == "维度" { view.definitions.index.element_word.as_str() } else { name };
        Some(vec![Inline::strong(format!("{name}：")), Inline::text(text?)])
    };
    section = section.with(Block::List { ordered: false, items: points.into_iter().filter_map(named).collect() });
    if let Some(table) = gaps::table(view) {
        section = section.with(Block::Table(table));
    }
    for warning in warnings(view) {
        section = section.with(Block::warning(warning));
    }
    let tally = audit.tally();
    section.with(Block::text(format!(
        "数据截止 {}。材料问题：错误 {} 个、警告 {} 个、疑问 {} 个、提示 {} 个，见“数据质量”一章。",
        view.current.facts.cut_off, tally.error_count, tally.warning_count, tally.question_count, tally.note_count
    )))
}

/// Level and direction of the whole.
pub(super) fn level_sentence(view: &Comparison<'_>) -> String {
    let (period, total) = (view.current.period.title(), &view.definitions.index.total_word);
    let now = view.current.scores.element_total(0);
    let Some(base) = now else { return format!("{period}没有足够的数据计算{total}基础分。") };
    let mut parts = vec![format!("{period}{total}基础分{}{}", view.publish(base), view.points())];
    let before = [(view.previous, view.words().1), (view.year_before, "上年同期")];
    for (result, than) in before {
        let change = result.and_then(|result| view.change(now, result.scores.element_total(0)));
        parts.extend(change.map(|change| change_phrase(view, change, than)));
    }
    format!("{}。", parts.join("，"))
}

fn cards(view: &Comparison<'_>) -> Vec<Card> {
    let index = &view.definitions.index;
    let scores = &view.current.scores;
    let settled = &view.current.settlement.units;
    let base = scores.element_total(0);
    let previous = view.previous.and_then(|result| result.scores.element_total(0));
    let note = view.change(base, previous).map(|change| format!("比{} {}", view.words().1, cells::signed(change)));
    let shown = base.map_or_else(|| "—".to_owned(), |base| view.publish(base).to_string());
    let mut cards = vec![Card::new(format!("{}基础分", index.total_word), shown, note.unwrap_or_default())];
    let ranked = settled.iter().filter(|settled| settled.rank.is_some()).count();
    let note = format!("共 {} 个{}", settled.len(), index.unit_word);
    cards.push(Card::new("参加排名", format!("{ranked} 个"), note));
    let all = (0..view.unit_count()).fold(Lights::default(), |sum, unit| sum.plus(view.unit_lights(unit)));
    let count = view.indicators.len();
    let note = format!("{} 个{} × {count} 项指标", settled.len(), index.unit_word);
    cards.push(Card { label: format!("各{}指标灯", index.unit_word), value: lights(all), note });
    let totals = lights(view.total_lights(view.current));
    cards.push(Card {
        label: format!("{}指标灯", index.total_word),
        value: totals,
        note: format!("共 {count} 项指标"),
    });
    let surveys: Vec<u32> = view
        .current
        .facts
        .surveys
        .iter()
        .filter(|survey| survey.has_arrived)
        .map(|survey| survey.respondent_count)
        .collect();
    if !surveys.is_empty() {
        let sum: u64 = surveys.iter().map(|&count| u64::from(count)).sum();
        cards.push(Card::new("有效问卷", format!("{sum} 份"), format!("{} 种问卷", surveys.len())));
    }
    cards.extend(coverage_card(view));
    cards
}

/// Mean coverage of the units, and the lowest.
fn coverage_card(view: &Comparison<'_>) -> Option<Card> {
    let settled = &view.current.settlement.units;
    let sum: i64 = settled.iter().map(|settled| settled.coverage.steps()).sum();
    let count = i64::try_from(settled.len()).ok().filter(|count| *count > 0)?;
    let mean = Published::of_steps((sum + count / 2) / count, 2);
    let lowest = (0..settled.len()).min_by_key(|&unit| settled[unit].coverage)?;
    let lowest_text = format!("{} {}%", view.definitions.units.units[lowest].name, settled[lowest].coverage);
    let are_equal = settled.iter().all(|other| other.coverage == settled[lowest].coverage);
    let note = if are_equal {
        format!("各{}相同", view.definitions.index.unit_word)
    } else {
        format!("最低：{lowest_text}")
    };
    Some(Card::new("平均数据覆盖率", format!("{mean}%"), note))
}

/// The first three; all that are tied for the third enter.
fn leaders(view: &Comparison<'_>) -> Option<String> {
    let leader = |&unit: &usize| {
        let settled = &view.current.settlement.units[unit];
        let rank = settled.rank.filter(|rank| rank.place <= 3)?;
        let name = &view.definitions.units.units[unit].name;
        let tie = if rank.is_shared { format!("，并列第{}", rank.place) } else { String::new() };
        Some(format!("{name}（{}{}{tie}）", settled.final_score?, view.points()))
    };
    let leaders: Vec<String> = view.ranking.iter().filter_map(leader).collect();
    let word = if leaders.len() > 3 {
        "前三位（含并列）".to_owned()
    } else {
        format!("前{}位", super::wording::numeral(leaders.len()))
    };
    (!leaders.is_empty()).then(|| format!("综合得分{word}为{}。", leaders.join("、")))
}

/// Whose score rose most since the last period.
fn riser(view: &Comparison<'_>) -> Option<String> {
    let moved = || (0..view.unit_count()).filter(|&unit| view.has_moved(unit));
    let best = moved().filter_map(|unit| view.final_change(unit)).max().filter(|best| best.steps() > 0)?;
    let units: Vec<usize> = moved().filter(|&unit| view.final_change(unit) == Some(best)).collect();
    let places = match units.as_slice() {
        [unit] => view.places_gained(*unit).filter(|places| *places > 0),
        _ => None,
    };
    let places = places.map_or_else(String::new, |places| format!("，位次上升{places}位"));
    let last = view.words().1;
    Some(format!("综合得分比{last}提高最多的是{}（提高{best}{}{places}）。", unit_names(view, &units), view.points()))
}

/// The highest and the lowest element of the whole.
fn elements(view: &Comparison<'_>) -> Option<String> {
    let score = |&element: &usize| {
        let score = view.current.scores.element_total(element)?;
        Some((view.publish(score), view.definitions.elements[element].name.as_str()))
    };
    let scores: Vec<(Published, &str)> = view.elements.iter().filter_map(score).collect();
    let (best, worst) =
        (scores.iter().max_by_key(|(score, _)| *score)?, scores.iter().min_by_key(|(score, _)| *score)?);
    let points = view.points();
    (best.0 > worst.0).then(|| {
        format!(
            "{}的{}个{}中，“{}”{}{points}最高，“{}”{}{points}最低。",
            view.definitions.index.total_word,
            scores.len(),
            view.definitions.index.element_word,
            best.1,
            best.0,
            worst.1,
            worst.0
        )
    })
}

fn lights_sentence(view: &Comparison<'_>) -> Option<String> {
    let now = view.total_lights(view.current);
    let total = &view.definitions.index.total_word;
    let last = view.words().1;
    let change = view.previous.map(|result| (view.total_lights(result).red, now.red));
    let change = match change {
        None => String::new(),
        Some((before, red)) if red > before => format!("；红灯比{last}增加{}项", red - before),
        Some((before, red)) if red < before => format!("；红灯比{last}减少{}项", before - red),
        Some(_) => format!("；红灯数与{last}相同"),
    };
    (!view.indicators.is_empty())
        .then(|| format!("{total}{}项指标中，{}{change}。", view.indicators.len(), lights_phrase(now)))
}

/// The support list in short; without rules of support, the three units with most red lights and all that have as many.
fn support(view: &Comparison<'_>) -> Option<String> {
    if let Some(listed) = closing::listed(view) {
        return Some(listed);
    }
    let mut reds: Vec<(usize, usize)> =
        view.ranking.iter().rev().map(|&unit| (view.unit_lights(unit).red, unit)).filter(|(red, _)| *red > 0).collect();
    reds.sort_by_key(|(red, _)| std::cmp::Reverse(*red));
    let least = reds.get(2).or(reds.last())?.0;
    let (listed, more): (Vec<_>, Vec<_>) =
        reds.iter().filter(|(red, _)| *red >= least).enumerate().partition(|(at, _)| *at < 5);
    let text: Vec<String> = listed
        .iter()
        .map(|(_, (red, unit))| format!("{}（红灯{red}项）", view.definitions.units.units[*unit].name))
        .collect();
    let more = if more.is_empty() { String::new() } else { format!("等{}个", listed.len() + more.len()) };
    Some(format!("{}{more}，具体指标和差距见各{}的小节。", text.join("、"), view.definitions.index.unit_word))
}

fn warnings(view: &Comparison<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let dropped: Vec<String> = view
        .indicators
        .iter()
        .filter(|&&number| view.current.scores.indicator_total(number).state == State::Dropped)
        .map(|&number| {
            format!("{} {}", view.definitions.indicators[number].code, view.definitions.indicators[number].name)
        })
        .collect();
    if !dropped.is_empty() {
        warnings.push(format!("整体缺数，本期不计：{}。", dropped.join("、")));
    }
    let count = |state: State| {
        let of_unit = |unit: usize| {
            view.indicators.iter().filter(|&&number| view.current.scores.indicator(number, unit).state == state).count()
        };
        (0..view.unit_count()).map(of_unit).sum::<usize>()
    };
    let carried = count(State::Carried);
    if carried > 0 {
        warnings.push(format!("{carried} 个指标数据本期未报或样本不足，暂用{}得分一次，已逐项标明。", view.words().1));
    }
    let suppressed = count(State::Suppressed);
    if suppressed > 0 {
        warnings.push(format!("{suppressed} 个指标数据答卷太少，为保护个人信息隐去，不评分。"));
    }
    let marked = |mark: Mark| -> Vec<usize> {
        (0..view.unit_count()).filter(|&unit| view.current.settlement.units[unit].marks.contains(&mark)).collect()
    };
    let (unranked, low) = (marked(Mark::Unranked), marked(Mark::LowCoverage));
    if !unranked.is_empty() {
        warnings.push(format!("不参加排名：{}（没有得分，或数据覆盖率不够）。", unit_names(view, &unranked)));
    }
    if !low.is_empty() {
        warnings.push(format!("位次标 △：{}（数据覆盖率偏低，仅供参考）。", unit_names(view, &low)));
    }
    warnings
}
