//! Why the scores of the units that moved most moved: their changes taken apart.

use super::watermark;
use crate::views::charts::{ChangeWaterfall, WaterfallPanel};
use crate::views::comparison::Comparison;

/// Panels of the chart.
const MOVERS: usize = 3;
/// Indicators shown by name in a panel.
const NAMED: usize = 6;

/// The units whose published final score moved most, up or down; ties in ranking order.
#[expect(dead_code, reason = "until the change of scores is taken apart")]
pub(super) fn movers(view: &Comparison<'_>) -> Vec<usize> {
    let moved = |&unit: &usize| view.final_change(unit).map(|change| (unit, change.value().abs()));
    let mut units: Vec<(usize, f64)> = view.ranking.iter().filter_map(moved).filter(|(_, size)| *size > 0.0).collect();
    units.sort_by(|left, right| right.1.total_cmp(&left.1));
    units.into_iter().take(MOVERS).map(|(unit, _)| unit).collect()
}

/// The figure of some units: what indicators brought each (label, points), and what else did (权重变化, 加分, 扣分), all
/// signed and summing up to the change of the final score.
#[expect(dead_code, reason = "until the change of scores is taken apart")]
pub(super) fn waterfall(
    view: &Comparison<'_>,
    changes: Vec<(usize, Vec<(String, f64)>, Vec<(String, f64)>)>,
) -> Option<ChangeWaterfall> {
    let previous = view.previous?;
    let panel = |(unit, parts, others): (usize, Vec<(String, f64)>, Vec<(String, f64)>)| {
        Some(WaterfallPanel {
            name: view.definitions.units.units[unit].name.clone(),
            start: previous.settlement.units[unit].final_score?.value(),
            end: view.current.settlement.units[unit].final_score?.value(),
            parts,
            others,
        })
    };
    let panels: Vec<WaterfallPanel> = changes.into_iter().filter_map(panel).collect();
    let (now, before) = view.words();
    (!panels.is_empty()).then(|| ChangeWaterfall {
        title: format!("{}得分变化最大的{}：变在哪里", view.current.period.title(), view.definitions.index.unit_word),
        note: String::new(),
        watermark: watermark(view),
        before: before.to_owned(),
        now: now.to_owned(),
        panels,
        most: NAMED,
        decimals: view.definitions.index.decimals,
    })
}
