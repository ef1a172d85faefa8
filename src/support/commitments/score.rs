//! The formulas: share of the target, credit for a rank, trimmed mean, and the score made of them. Pure arithmetic.

use crate::definitions::{CommitmentRules, Direction};

/// Shares beyond this are printed and counted as this: a target of next to nothing proves nothing.
const MOST_SHARE: f64 = 10.0;

/// What a part of a score is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// The value reached.
    Value,
    /// The rank reached.
    Rank,
    /// What colleagues of other offices gave.
    Peers,
}

impl PartKind {
    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            PartKind::Value => "完成值",
            PartKind::Rank => "位次",
            PartKind::Peers => "同事评分",
        }
    }

    /// The English word in files for programs.
    pub fn id(self) -> &'static str {
        match self {
            PartKind::Value => "value",
            PartKind::Rank => "rank",
            PartKind::Peers => "peers",
        }
    }
}

/// One part of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    /// What it is about.
    pub kind: PartKind,
    /// 0–100.
    pub points: f64,
    /// Weight in percent, after the weights of parts that do not exist were spread.
    pub weight: f64,
}

/// Share of a positive target that a value of 0 or more reaches; 1 is all of it.
///
/// More is better: `value / target`, at most 10. Less is better: 1 up to the target, `target / value` beyond it.
pub fn share_of_target(value: f64, target: f64, direction: Direction) -> f64 {
    match direction {
        Direction::Higher => (value / target).clamp(0.0, MOST_SHARE),
        Direction::Lower if value <= target => 1.0,
        Direction::Lower => target / value,
    }
}

/// Credit for a rank, 0–1 (domain notes §11: kept if the rank is the goal or better, partial credit from the baseline).
///
/// `rank ≤ goal`: 1. Else `(baseline − rank) / (baseline − goal)` between goal and baseline, 0 at the baseline and beyond.
/// Without a baseline, or with one that is the goal, there is nothing between: 0.
pub fn rank_credit(rank: u32, goal: u32, baseline: Option<u32>) -> f64 {
    match baseline {
        _ if rank <= goal => 1.0,
        Some(baseline) if rank < baseline => f64::from(baseline - rank) / f64::from(baseline - goal),
        Some(_) | None => 0.0,
    }
}

/// Parts that exist with their weights, and `Σ w·points / Σ w` over them; nothing where none exists.
///
/// The value gives `100 · min(share, 1)`, the rank `100 · credit`, peers their trimmed mean. A commitment in words has
/// nothing but what colleagues think.
pub(super) fn score(
    rules: &CommitmentRules,
    share: Option<f64>,
    rank_credit: Option<f64>,
    peers: Option<f64>,
) -> (Vec<Part>, Option<f64>) {
    let existing = [
        (PartKind::Value, rules.weight_value, share.map(|share| 100.0 * share.min(1.0))),
        (PartKind::Rank, rules.weight_rank, rank_credit.map(|credit| 100.0 * credit)),
        (PartKind::Peers, rules.weight_peer, peers),
    ];
    let existing: Vec<(PartKind, f64, f64)> = existing
        .into_iter()
        .filter_map(|(kind, weight, points)| Some((kind, weight, points?)))
        .filter(|(_, weight, _)| *weight > 0.0)
        .collect();
    let sum: f64 = existing.iter().map(|(_, weight, _)| weight).sum();
    if existing.is_empty() {
        return (Vec::new(), None);
    }
    let parts: Vec<Part> =
        existing.iter().map(|&(kind, weight, points)| Part { kind, points, weight: 100.0 * weight / sum }).collect();
    let total: f64 = existing.iter().map(|(_, weight, points)| weight * points).sum();
    (parts, Some(total / sum))
}
