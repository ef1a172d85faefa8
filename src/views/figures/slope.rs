//! How ranks moved since the period before.

use super::watermark;
use crate::views::charts::{RankSlope, SlopeRow};
use crate::views::comparison::{Comparison, MOST_UNITS};

/// Places from which a move is told; smaller ones are mostly noise.
const TOLD_FROM: u32 = 3;

/// Ranks of the period before and of this one; `None` where the period before was not computed.
pub(super) fn slope(view: &Comparison<'_>) -> Option<RankSlope> {
    let previous = view.previous.filter(|_| view.has_index())?;
    let row = |&unit: &usize| SlopeRow {
        name: view.definitions.units.units[unit].name.clone(),
        before: previous.settlement.units[unit].rank.map(|rank| rank.place),
        now: view.current.settlement.units[unit].rank.map(|rank| rank.place),
    };
    let rows: Vec<SlopeRow> = view.ranking.iter().take(MOST_UNITS).map(row).collect();
    let unit_word = &view.definitions.index.unit_word;
    let unranked = rows.iter().filter(|row| row.before.is_none() && row.now.is_none()).count();
    let mut note = format!("位次按综合得分；变化不到{TOLD_FROM}位的画成浅色。");
    if unranked > 0 {
        note.push_str(&format!("另有{unranked}个{unit_word}两期都没有位次。"));
    }
    Some(RankSlope {
        title: format!("{}{unit_word}位次变化", view.current.period.title()),
        note,
        watermark: watermark(view),
        before: previous.period.title(),
        now: view.current.period.title(),
        rows,
        threshold: TOLD_FROM,
    })
}
