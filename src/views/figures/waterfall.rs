//! Why the scores of the units that moved most moved: their changes taken apart.

use super::watermark;
use crate::views::charts::{ChangeWaterfall, WaterfallPanel};
use crate::views::comparison::Comparison;

/// Panels of the chart.
const MOVERS: usize = 3;
/// Indicators shown by name in a panel.
const NAMED: usize = 6;

/// What moved the final score of a unit, in signed points that sum up to its change.
pub(super) struct Reasons {
    pub(super) unit: usize,
    /// What indicators brought, in any order.
    pub(super) parts: Vec<(String, f64)>,
    /// What else did, in the order shown: 权重变化, 加分, 扣分.
    pub(super) others: Vec<(String, f64)>,
}

/// The units whose published final score moved most, up or down; ties in ranking order.
#[expect(dead_code, reason = "until the change of scores is taken apart")]
pub(super) fn movers(view: &Comparison<'_>) -> Vec<usize> {
    let moved = |&unit: &usize| view.final_change(unit).map(|change| (unit, change.value().abs()));
    let mut units: Vec<(usize, f64)> = view.ranking.iter().filter_map(moved).filter(|(_, size)| *size > 0.0).collect();
    units.sort_by(|left, right| right.1.total_cmp(&left.1));
    units.into_iter().take(MOVERS).map(|(unit, _)| unit).collect()
}

/// The figure of some units; `None` where the period before was not computed or none of them has both scores.
#[expect(dead_code, reason = "until the change of scores is taken apart")]
pub(super) fn waterfall(view: &Comparison<'_>, reasons: Vec<Reasons>) -> Option<ChangeWaterfall> {
    let previous = view.previous?;
    let panel = |Reasons { unit, parts, others }: Reasons| {
        Some(WaterfallPanel {
            name: view.definitions.units.units[unit].name.clone(),
            start: previous.settlement.units[unit].final_score?.value(),
            end: view.current.settlement.units[unit].final_score?.value(),
            parts,
            others,
        })
    };
    let panels: Vec<WaterfallPanel> = reasons.into_iter().filter_map(panel).collect();
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
