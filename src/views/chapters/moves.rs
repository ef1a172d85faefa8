//! What moved since the period before: places and scores, as pictures whose descriptions tell the finding.

use super::cells;
use super::picture;
use crate::sensitivity::{self, Change};
use crate::views::comparison::Comparison;
use crate::views::document::Block;
use crate::views::figures::Pictures;

/// Units and reasons told in words.
const TOLD: usize = 3;

pub(super) fn blocks(view: &Comparison<'_>, pictures: &Pictures) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(svg) = pictures.charts.get("slope") {
        blocks.push(picture("chart-slope", svg, places(view)));
    }
    if let Some(svg) = pictures.charts.get("waterfall") {
        blocks.push(picture("chart-waterfall", svg, scores(view)));
    }
    blocks
}

/// Who gained and who lost most places.
fn places(view: &Comparison<'_>) -> String {
    let last = view.words().1;
    let moved: Vec<(usize, i64)> =
        (0..view.unit_count()).filter_map(|unit| Some((unit, view.places_gained(unit)?))).collect();
    let told = |best: Option<i64>, word: &str| {
        let best = best.filter(|places| *places != 0)?;
        let names: Vec<&str> = moved
            .iter()
            .filter(|(_, places)| *places == best)
            .map(|(unit, _)| view.definitions.units.units[*unit].name.as_str())
            .collect();
        Some(format!("{word}最多的是{}（{}位）", names.join("、"), best.abs()))
    };
    let up = moved.iter().map(|(_, places)| *places).max().filter(|places| *places > 0);
    let down = moved.iter().map(|(_, places)| *places).min().filter(|places| *places < 0);
    let told: Vec<String> = [told(up, "上升"), told(down, "下降")].into_iter().flatten().collect();
    let finding = if told.is_empty() { "各位次没有变化".to_owned() } else { told.join("，") };
    format!("各{}位次与{last}相比的连线图：{finding}；各自的升降见排名表。", view.definitions.index.unit_word)
}

/// Why the scores that moved most moved.
fn scores(view: &Comparison<'_>) -> String {
    let mut moved: Vec<(usize, i64)> = view
        .ranking
        .iter()
        .filter_map(|&unit| Some((unit, view.final_change(unit)?.steps().abs())))
        .filter(|(_, steps)| *steps > 0)
        .collect();
    moved.sort_by_key(|(_, steps)| std::cmp::Reverse(*steps));
    let told: Vec<String> = moved
        .iter()
        .take(TOLD)
        .filter_map(|&(unit, _)| {
            let before = view.previous?.as_earlier();
            let change = sensitivity::change(view.definitions, &view.current.as_earlier(), &before, unit)?;
            let name = &view.definitions.units.units[unit].name;
            Some(format!("{name} {}，主要是{}", cells::signed(change.total), largest(view, &change)))
        })
        .collect();
    format!("得分变化的瀑布图：{}；逐项见各{}的小节。", told.join("；"), view.definitions.index.unit_word)
}

fn largest(view: &Comparison<'_>, change: &Change) -> String {
    let indicator = |at: usize| {
        let about = &view.definitions.indicators[at];
        format!("{} {}", about.code, about.name)
    };
    let mut parts: Vec<_> =
        change.indicators.iter().map(|part| (indicator(part.indicator), part.points.printed)).collect();
    parts.extend([
        ("权重分摊".to_owned(), change.weights.printed),
        ("加分".to_owned(), change.bonus),
        ("扣分".to_owned(), change.deduction),
    ]);
    parts.sort_by_key(|(_, points)| std::cmp::Reverse(points.steps().abs()));
    let told = parts.iter().take(TOLD).filter(|(_, points)| points.steps() != 0);
    told.map(|(name, points)| format!("{name} {}", cells::signed(*points))).collect::<Vec<_>>().join("、")
}
