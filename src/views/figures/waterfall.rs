//! Why the scores of the units that moved most moved: their changes taken apart.

use super::watermark;
use crate::sensitivity::{self, IndicatorChange};
use crate::views::charts::{ChangeWaterfall, WaterfallPanel};
use crate::views::comparison::Comparison;

/// Panels of the chart.
const MOVERS: usize = 3;
/// Indicators shown by name in a panel.
const NAMED: usize = 6;

/// The units whose published final score moved most, up or down; ties in ranking order.
fn movers(view: &Comparison<'_>) -> Vec<usize> {
    let moved = |&unit: &usize| view.final_change(unit).map(|change| (unit, change.value().abs()));
    let mut units: Vec<(usize, f64)> = view.ranking.iter().filter_map(moved).filter(|(_, size)| *size > 0.0).collect();
    units.sort_by(|left, right| right.1.total_cmp(&left.1));
    units.into_iter().take(MOVERS).map(|(unit, _)| unit).collect()
}

/// The changes of the units that moved most, taken apart; `None` without a period before or where nothing moved.
pub(super) fn waterfall(view: &Comparison<'_>) -> Option<ChangeWaterfall> {
    let previous = view.previous?;
    let (now, before) = (view.current.as_earlier(), previous.as_earlier());
    let panel = |unit: usize| {
        let change = sensitivity::change(view.definitions, &now, &before, unit)?;
        let indicator = |part: &IndicatorChange| {
            let about = &view.definitions.indicators[part.indicator];
            (format!("{} {}", about.code, about.name), part.points.printed.value())
        };
        let parts = change.indicators.iter().map(indicator).collect();
        let others = [("权重分摊", change.weights.printed), ("加分", change.bonus), ("扣分", change.deduction)];
        let others = others.map(|(name, points)| (name.to_owned(), points.value())).to_vec();
        Some(WaterfallPanel {
            name: view.definitions.units.units[unit].name.clone(),
            start: previous.settlement.units[unit].final_score?.value(),
            end: view.current.settlement.units[unit].final_score?.value(),
            parts,
            others,
        })
    };
    let panels: Vec<WaterfallPanel> = movers(view).into_iter().filter_map(panel).collect();
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
