//! How sure figures are, in the words of the reports: ± behind scores, tiers beside the ranking, and whether survey figures
//! differ.

use crate::definitions::decimal::plain;
use crate::sensitivity::certainty::{Opinion, Placing};
use crate::sensitivity::ranks::tiers::Tier;
use crate::views::comparison::Comparison;
use crate::views::document::Cell;

use super::cells;

/// Half the width of the interval of a final score: `±2.13`.
pub(in crate::views) fn margin(view: &Comparison<'_>, unit: usize) -> Cell {
    let Some(half) = half_of_final(view, unit) else { return cells::dash() };
    Cell::number(margin_text(view, half), half)
}

/// The same as text; empty where nothing of the score is an estimate.
pub(in crate::views) fn margin_of(view: &Comparison<'_>, unit: usize) -> String {
    half_of_final(view, unit).map_or_else(String::new, |half| margin_text(view, half))
}

fn half_of_final(view: &Comparison<'_>, unit: usize) -> Option<f64> {
    let own = view.certainty()?.finals[unit]?;
    Some((own.interval.1 - own.interval.0) / 2.0)
}

fn margin_text(view: &Comparison<'_>, half: f64) -> String {
    format!("±{}", view.publish(half))
}

/// The places that the unit's score allows: `3–8`.
pub(in crate::views) fn range(view: &Comparison<'_>, unit: usize) -> Cell {
    let Some(range) = view.certainty().and_then(|certainty| certainty.ranks[unit]) else { return cells::dash() };
    let text =
        if range.best == range.worst { range.best.to_string() } else { format!("{}–{}", range.best, range.worst) };
    #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
    Cell::number(text, range.best as f64)
}

/// The tier of a unit by its places: `第5至9位`.
pub(in crate::views) fn tier(view: &Comparison<'_>, unit: usize) -> Cell {
    let found = view.certainty().and_then(|certainty| Some(&certainty.tiers[certainty.tier(unit)?]));
    #[expect(clippy::cast_precision_loss, reason = "ranks are small")]
    found.map_or_else(cells::dash, |tier| Cell { sort_key: Some(tier.first_place as f64), ..Cell::text(places(tier)) })
}

fn places(tier: &Tier) -> String {
    if tier.first_place == tier.last_place {
        format!("第{}位", tier.first_place)
    } else {
        format!("第{}至{}位", tier.first_place, tier.last_place)
    }
}

/// `第1至4位差距不显著，第5至9位差距不显著`; `None` where nothing is an estimate or every place stands for itself.
pub(in crate::views) fn tiers_text(view: &Comparison<'_>) -> Option<String> {
    let certainty = view.certainty()?;
    let told: Vec<String> = certainty
        .tiers
        .iter()
        .filter(|tier| tier.first_place < tier.last_place)
        .map(|tier| format!("{}差距不显著", places(tier)))
        .collect();
    (!told.is_empty()).then(|| told.join("，"))
}

/// What the ± and the tiers are, in one sentence.
pub(in crate::views) fn note(view: &Comparison<'_>) -> Option<String> {
    let certainty = view.certainty()?;
    let percent = plain(certainty.confidence * 100.0, 2);
    let simulated = certainty.finals.iter().flatten().any(|own| own.is_simulated);
    let how = if simulated { "，靠近满分或不得分处的用随机模拟推算" } else { "" };
    let is_unknown = |unit: usize| certainty.errors.is_unknown(unit);
    let unknown = if (0..view.unit_count()).any(is_unknown) {
        "写“—”的推算不出误差，与谁都不能分出先后。"
    } else {
        ""
    };
    Some(format!(
        "± 是 {percent}% 置信区间的半宽，“可能位次”是同一把握下的范围；只含问卷抽样的误差，不含报数的误差{how}。同一档内与档首的差距不显著（按多重比较校正），不宜论先后；相邻两档之间也可能不显著，以“可能位次”为准。{unknown}"
    ))
}

/// The interval of a survey figure: `[82.1, 90.3]`; empty where there is none or the figure is not printed.
pub(in crate::views) fn interval(cell: &crate::facts::Cell) -> String {
    match cell.interval {
        Some((low, high)) if cells::is_shown(cell) => format!("[{}, {}]", plain(low, 1), plain(high, 1)),
        _ => String::new(),
    }
}

/// How far the interval of a survey figure reaches, as printed.
pub(in crate::views) enum Reach {
    /// To both sides alike: `±4.1`.
    Half(String),
    /// Its ends, where the figure is not in the middle: `68.2–94.8`.
    Ends(String),
}

/// `None` for a figure that has no interval or is not shown.
pub(in crate::views) fn reach(cell: &crate::facts::Cell) -> Option<Reach> {
    let (low, high) = cell.interval.filter(|_| cells::is_shown(cell))?;
    let is_even = ((high - cell.value) - (cell.value - low)).abs() < 0.05;
    Some(if is_even {
        Reach::Half(format!("±{}", plain((high - low) / 2.0, 1)))
    } else {
        Reach::Ends(format!("{}–{}", plain(low, 1), plain(high, 1)))
    })
}

/// What may be said of a unit's survey figure.
pub(in crate::views) fn opinion(view: &Comparison<'_>, number: usize, unit: usize) -> Option<Opinion> {
    let all = &view.certainty()?.opinions;
    all.iter().find(|opinions| opinions.indicator == number)?.units[unit]
}

/// Whether a unit's survey figure differs from the whole's; `None` where it cannot be told.
pub(in crate::views) fn differs(view: &Comparison<'_>, number: usize, unit: usize) -> Option<bool> {
    let placing = opinion(view, number, unit)?.placing?;
    Some(placing != Placing::NotSignificant)
}

/// Whether a unit's survey figure differs from the whole's: 高, 低, 不显著; empty where it cannot be told.
pub(in crate::views) fn placing(view: &Comparison<'_>, number: usize, unit: usize) -> &'static str {
    match opinion(view, number, unit).and_then(|opinion| opinion.placing) {
        Some(Placing::Better) => "好于",
        Some(Placing::Worse) => "差于",
        Some(Placing::NotSignificant) => "不显著",
        None => "",
    }
}
