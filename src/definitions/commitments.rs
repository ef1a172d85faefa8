//! Annual commitments (承诺): what somebody promised for a year, in figures, ranks or words, and how keeping it is scored.

use super::Direction;

/// The commitments with the parameters by which they are scored.
#[derive(Clone, Debug, Default)]
pub struct CommitmentBook {
    /// How they are scored.
    pub rules: CommitmentRules,
    /// The commitments in file order; empty where the project has none.
    pub list: Vec<Commitment>,
}

/// How commitments are scored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommitmentRules {
    /// Share of the peer scores that is dropped at either end, from 0 to below 0.5.
    pub trim: f64,
    /// Share of the target from which a commitment is kept (完成).
    pub done: f64,
    /// Share of the target from which a commitment is nearly kept (基本完成).
    pub nearly: f64,
    /// Weight of the value reached.
    pub weight_value: f64,
    /// Weight of the rank reached.
    pub weight_rank: f64,
    /// Weight of the peer scores.
    pub weight_peer: f64,
    /// Peer scores below which neither mean is printed or used.
    pub min_peers: u32,
    /// What the section of the report says first; empty for nothing.
    pub note: String,
}

/// One commitment of one year.
#[derive(Clone, Debug)]
pub struct Commitment {
    /// Identifier, as the small tables write it.
    pub id: String,
    /// Whose it is.
    pub owner: Owner,
    /// The calendar year.
    pub year: i32,
    /// What was promised.
    pub task: String,
    /// The figure promised, positive; `None` for a commitment in words.
    pub target: Option<f64>,
    /// Unit of the target, such as `名`.
    pub unit: String,
    /// Which way is better.
    pub direction: Direction,
    /// The rank promised, where there is one.
    pub rank: Option<RankGoal>,
    /// Where it was promised, quoted.
    pub source: String,
    /// What a reader has to know of it.
    pub note: String,
}

/// Whose commitment it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Name, as printed.
    pub name: String,
    /// Position of the department, where it is one.
    pub department: Option<usize>,
}

/// A promised rank: among the first `goal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankGoal {
    /// Worst rank that keeps the promise.
    pub goal: u32,
    /// Among whom, such as 全省.
    pub scope: String,
    /// Rank before, never better than the goal; `None` where it is not known.
    pub baseline: Option<u32>,
}
