//! Commitments with what was reported of them in, how far each was kept out: share of the target, rank, peer scores,
//! a word and a score; and a line for every owner.

mod reports;
mod score;
#[cfg(test)]
mod tests;

pub use reports::{Report, Stage};
pub use score::{Part, PartKind, rank_credit, share_of_target};

use crate::audit::Audit;
use crate::definitions::decimal::Published;
use crate::definitions::{Commitment, CommitmentRules, Definitions};
use crate::facts::Facts;
use crate::facts::panel::agreement::trimmed_mean;
use reports::Heard;

/// How far a commitment was kept, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// 完成.
    Done,
    /// 基本完成.
    Nearly,
    /// 未完成.
    Missed,
    /// 未报告: the year is over and no report says anything.
    Unreported,
    /// 尚未到期: the year is not over, and no year-end report has come.
    NotDue,
}

impl Verdict {
    /// All of them, best first.
    pub const ALL: [Verdict; 5] =
        [Verdict::Done, Verdict::Nearly, Verdict::Missed, Verdict::Unreported, Verdict::NotDue];

    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Done => "完成",
            Verdict::Nearly => "基本完成",
            Verdict::Missed => "未完成",
            Verdict::Unreported => "未报告",
            Verdict::NotDue => "尚未到期",
        }
    }

    /// The English word in files for programs.
    pub fn id(self) -> &'static str {
        match self {
            Verdict::Done => "done",
            Verdict::Nearly => "nearly",
            Verdict::Missed => "missed",
            Verdict::Unreported => "unreported",
            Verdict::NotDue => "not_due",
        }
    }
}

/// What colleagues of other offices gave.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Peers {
    /// Scores that count.
    pub count: usize,
    /// Scores of the owner's own staff, which do not.
    pub excluded_count: usize,
    /// Mean of 0–100; `None` below the smallest number of scores.
    pub mean: Option<f64>,
    /// Mean after the highest and lowest were dropped; `None` below the smallest number of scores.
    pub trimmed_mean: Option<f64>,
}

/// One commitment and what became of it. All numbers are finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Position in the list of commitments.
    pub commitment: usize,
    /// The mid-year report that counts.
    pub mid: Option<Report>,
    /// The year-end report that counts.
    pub end: Option<Report>,
    /// Share of the target at mid-year; 1 is all of it.
    pub mid_share: Option<f64>,
    /// Share of the target at year-end; 1 is all of it.
    pub share: Option<f64>,
    /// Credit for the rank at year-end, 0–1.
    pub rank_credit: Option<f64>,
    /// The word.
    pub verdict: Verdict,
    /// Whether the word is the owner's own, for want of a figure.
    pub is_self_rated: bool,
    /// 待核: the year-end report names no evidence, so that it counts nothing until it does.
    pub is_pending: bool,
    /// Peer scores.
    pub peers: Peers,
    /// What the score is made of; empty where there is none.
    pub parts: Vec<Part>,
    /// 0–100; only for what was reported at year-end with evidence.
    pub score: Option<f64>,
}

/// All commitments of one owner.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerLine {
    /// Name, as printed.
    pub name: String,
    /// Commitments.
    pub count: usize,
    /// Commitments by verdict, in the order of [`Verdict::ALL`]; pending ones are not among them.
    pub by_verdict: [usize; 5],
    /// Commitments whose word awaits evidence.
    pub pending_count: usize,
    /// Commitments with a score.
    pub scored_count: usize,
    /// Mean of those scores.
    pub mean_score: Option<f64>,
}

/// The commitments of one year, as far as it has gone.
#[derive(Clone, Debug, PartialEq)]
pub struct CommitmentYear {
    /// The calendar year.
    pub year: i32,
    /// Whether the period is the last of the year, so that year-end reports are due.
    pub is_over: bool,
    /// By commitment of the year, in file order.
    pub outcomes: Vec<Outcome>,
    /// By owner, in the order in which they first stand in the definitions.
    pub owners: Vec<OwnerLine>,
    /// All of them as one line.
    pub total: OwnerLine,
}

impl CommitmentYear {
    /// Whether anything is known of how a commitment ended.
    pub fn has_results(&self) -> bool {
        self.total.by_verdict[..3].iter().sum::<usize>() + self.total.pending_count > 0
    }

    /// `2022年6项承诺，完成2项，…`: words that came up; 完成 also where none is, once there are results at all.
    pub fn sentence(&self) -> String {
        let has_result = self.has_results();
        let is_said = |verdict: Verdict, count: usize| count > 0 || (verdict == Verdict::Done && has_result);
        let mut parts: Vec<String> = Verdict::ALL
            .into_iter()
            .zip(self.total.by_verdict)
            .filter(|&(verdict, count)| is_said(verdict, count))
            .map(|(verdict, count)| format!("{}{count}项", verdict.word()))
            .collect();
        if self.total.pending_count > 0 {
            parts.push(format!("待核{}项", self.total.pending_count));
        }
        format!("{}年{}项承诺，{}。", self.year, self.total.count, parts.join("，"))
    }
}

/// The facts of all periods so far in order, the one asked for last; the commitments of its year out.
///
/// Reports and peer scores of earlier periods of the same year are carried along; what is wrong with rows is noted for
/// the period asked for only. `None` where there is no period, or no commitment for its year.
pub fn settle(definitions: &Definitions, facts: &[&Facts], audit: &mut Audit) -> Option<CommitmentYear> {
    let period = facts.last()?.period;
    let book = &definitions.commitments;
    let heard = reports::hear(definitions, facts, audit);
    let is_over = period.last_day().month == 12;
    let ours = book.list.iter().enumerate().filter(|(_, commitment)| commitment.year == period.year);
    let outcomes: Vec<Outcome> = ours
        .map(|(position, commitment)| outcome(definitions, position, commitment, &heard[position], is_over))
        .collect();
    if outcomes.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = Vec::new();
    for outcome in &outcomes {
        let name = book.list[outcome.commitment].owner.name.as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let line =
        |name: &str, wanted: &dyn Fn(&Outcome) -> bool| owner_line(name, outcomes.iter().filter(|one| wanted(one)));
    let owners = names
        .iter()
        .map(|name| line(name, &|outcome: &Outcome| book.list[outcome.commitment].owner.name == *name))
        .collect();
    let total = line("合计", &|_: &Outcome| true);
    Some(CommitmentYear { year: period.year, is_over, outcomes, owners, total })
}

fn outcome(
    definitions: &Definitions,
    position: usize,
    commitment: &Commitment,
    heard: &Heard,
    is_over: bool,
) -> Outcome {
    let rules = &definitions.commitments.rules;
    let share = |report: &Option<Report>| {
        let value = report.as_ref()?.value?;
        Some(share_of_target(value, commitment.target?, commitment.direction))
    };
    let rank_credit = heard.end.as_ref().and_then(|report| {
        let goal = commitment.rank.as_ref()?;
        Some(rank_credit(report.rank?, goal.goal, goal.baseline))
    });
    let is_pending = heard.end.as_ref().is_some_and(|report| report.evidence.is_empty());
    let mut outcome = Outcome {
        commitment: position,
        mid_share: share(&heard.mid),
        share: share(&heard.end),
        rank_credit,
        verdict: if is_over { Verdict::Unreported } else { Verdict::NotDue },
        is_self_rated: false,
        is_pending,
        peers: peers(rules, &heard.scores, heard.own_count),
        parts: Vec::new(),
        score: None,
        mid: heard.mid.clone(),
        end: heard.end.clone(),
    };
    let Some(report) = &heard.end else { return outcome };
    // A figure says more than the owner's own word.
    match (outcome.share.or(rank_credit), report.self_rating) {
        (Some(share), _) => outcome.verdict = verdict(definitions, share),
        (None, Some(own)) => (outcome.verdict, outcome.is_self_rated) = (own, true),
        (None, None) => {}
    }
    if !is_pending {
        (outcome.parts, outcome.score) = score::score(rules, outcome.share, rank_credit, outcome.peers.trimmed_mean);
    }
    outcome
}

/// The word for a share of the target, or for a rank credit where there is no target. Both sides are compared in percent
/// as published, so that nobody sees 90.00 % beside a word for less.
fn verdict(definitions: &Definitions, share: f64) -> Verdict {
    let (rules, index) = (&definitions.commitments.rules, &definitions.index);
    let percent = |share: f64| Published::round(share * 100.0, index.decimals, index.rounding);
    if percent(share) >= percent(rules.done) {
        Verdict::Done
    } else if percent(share) >= percent(rules.nearly) {
        Verdict::Nearly
    } else {
        Verdict::Missed
    }
}

fn peers(rules: &CommitmentRules, scores: &[f64], own_count: usize) -> Peers {
    let is_enough = scores.len() >= rules.min_peers as usize;
    let mean = |trim: f64| if is_enough { trimmed_mean(scores, trim).map(|trimmed| trimmed.mean) } else { None };
    Peers { count: scores.len(), excluded_count: own_count, mean: mean(0.0), trimmed_mean: mean(rules.trim) }
}

fn owner_line<'a>(name: &str, outcomes: impl Iterator<Item = &'a Outcome>) -> OwnerLine {
    let mut line = OwnerLine {
        name: name.to_owned(),
        count: 0,
        by_verdict: [0; 5],
        pending_count: 0,
        scored_count: 0,
        mean_score: None,
    };
    let mut scores = Vec::new();
    for outcome in outcomes {
        line.count += 1;
        if outcome.is_pending {
            line.pending_count += 1;
        } else {
            line.by_verdict[outcome.verdict as usize] += 1;
        }
        scores.extend(outcome.score);
    }
    line.scored_count = scores.len();
    line.mean_score = trimmed_mean(&scores, 0.0).map(|trimmed| trimmed.mean);
    line
}
