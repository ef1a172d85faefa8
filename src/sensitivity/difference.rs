//! Where the difference between two base scores comes from, exactly and additively.

use super::logarithmic::{Rise, logarithmic};
use crate::definitions::{Aggregate, Child, Definitions};
use crate::index::{Scores, element_scores};

/// Keeps a factor finite through any number of nested geometric means next to the bottom of the scale.
const STEEPEST: f64 = 1e200;

/// What one indicator adds to a difference, in points of the base score.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    /// By its score being another.
    pub score: f64,
    /// By its weight being another, measured against the mean score of its element.
    pub weight: f64,
}

/// A difference of two base scores, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// By indicator, in the order of the definitions. All finite.
    pub parts: Vec<Part>,
    /// One base score minus the other; the sum of all parts, to 1e-9.
    pub total: f64,
}

impl Difference {
    /// Part of the weights, over all indicators.
    pub fn weight(&self) -> f64 {
        self.parts.iter().map(|part| part.weight).sum()
    }

    /// Part of the scores, over all indicators.
    pub fn score(&self) -> f64 {
        self.parts.iter().map(|part| part.score).sum()
    }
}

/// Scores of all indicators of a unit, as [`difference`] takes them; `None` where an indicator is left out.
pub fn profile(definitions: &Definitions, scores: &Scores, unit: usize) -> Vec<Option<f64>> {
    (0..definitions.indicators.len()).map(|indicator| scores.indicator(indicator, unit).score).collect()
}

/// Takes `base(now) − base(before)` apart by indicator; both are scores by indicator, `None` where one is left out.
///
/// `None` where one of the two has no base score. The parts add up to the difference for every hierarchy and swap their
/// signs when the two sides change places. From the root down, at every element whose score is known on both sides, with
/// weights `w` normalised among the children that have a score, `x̄` the mean of both sides and `Δx` the difference:
///
/// - arithmetic: `ΔS = Σ w̄·Δs + Σ (s̄ − S̄)·Δw`, the midpoint (Marshall–Edgeworth) form of the product rule;
/// - geometric, with `x = s − bottom` and `X = S − bottom`: `ΔX = L(X)·[Σ w̄·Δln x + Σ (ln x̄ − ln X̄)·Δw]`, the additive
///   logarithmic mean Divisia index LMDI-I with `L(a, b) = (a − b)/(ln a − ln b)`; B. W. Ang, Energy Policy 32 (2004)
///   1131–1139. At the bottom of the scale its limit is taken: see `logarithmic.rs`.
///
/// Weights add up to one on both sides, so measuring `s̄` against the mean score `S̄` changes no sum; it makes the weight part
/// of what comes or goes the difference it makes. A child with a score on one side only has a weight of 0 on the other and
/// the same score there, so it is a change of weights alone. `Δs` of an element goes down to its children; its weight part
/// is spread over the indicators below it by their mean weights.
pub fn difference(definitions: &Definitions, now: &[Option<f64>], before: &[Option<f64>]) -> Option<Difference> {
    let elements_now = element_scores(definitions, |indicator| now[indicator]);
    let elements_before = element_scores(definitions, |indicator| before[indicator]);
    let total = elements_now.first().copied().flatten()? - elements_before.first().copied().flatten()?;
    let mut parts = vec![Part::default(); definitions.indicators.len()];
    // What the changed weights of an element and of those above it leave to be spread below it.
    let mut handed_down = vec![0.0; definitions.elements.len()];
    // What one point of an element's difference is in points of the root's.
    let mut factors = vec![0.0; definitions.elements.len()];
    factors[0] = 1.0;
    let mut branches = Vec::new();
    // Parents stand before their children.
    for (position, element) in definitions.elements.iter().enumerate() {
        branches.clear();
        branches.extend(element.children.iter().filter_map(|&child| match child {
            Child::Element(at) => {
                Branch::new(child, definitions.elements[at].weight, elements_now[at], elements_before[at])
            }
            Child::Indicator(at) => Branch::new(child, definitions.indicators[at].weight, now[at], before[at]),
        }));
        normalise(&mut branches);
        let is_known = elements_now[position].is_some() && elements_before[position].is_some();
        let mut rises = match element.aggregate {
            _ if !is_known => vec![Rise::default(); branches.len()],
            Aggregate::Arithmetic => arithmetic(&branches),
            Aggregate::Geometric => logarithmic(&branches, definitions.index.scale.0),
        };
        if let (Some(now), Some(before)) = (elements_now[position], elements_before[position]) {
            close(&branches, &mut rises, now - before);
        }
        let (factor, handed) = (factors[position], handed_down[position]);
        let all: f64 = branches.iter().map(Branch::mean_weight).sum();
        for (branch, rise) in branches.iter().zip(rises) {
            let weight = factor * rise.weight + handed * branch.mean_weight() / all;
            match branch.child {
                Child::Element(at) => {
                    factors[at] = (factor * rise.slope).min(STEEPEST);
                    handed_down[at] = weight;
                }
                Child::Indicator(at) => {
                    let slope = (factor * rise.slope).min(STEEPEST);
                    parts[at] = Part { score: slope * (branch.now.score - branch.before.score), weight };
                }
            }
        }
    }
    Some(Difference { parts, total })
}

/// A child of an element on one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    /// Share of the weights among the children with a score; 0 where it has none.
    pub(super) weight: f64,
    /// Its score; the one of the other side where it has none.
    pub(super) score: f64,
}

/// A child of an element with a weight and a score on at least one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    child: Child,
    pub(super) now: Side,
    pub(super) before: Side,
}

impl Branch {
    fn new(child: Child, weight: f64, now: Option<f64>, before: Option<f64>) -> Option<Self> {
        let known = now.or(before).filter(|_| weight > 0.0)?;
        let side = |score: Option<f64>, other: Option<f64>| Side {
            weight: if score.is_some() { weight } else { 0.0 },
            score: score.or(other).unwrap_or(known),
        };
        Some(Branch { child, now: side(now, before), before: side(before, now) })
    }

    pub(super) fn mean_weight(&self) -> f64 {
        f64::midpoint(self.now.weight, self.before.weight)
    }

    pub(super) fn weight_change(&self) -> f64 {
        self.now.weight - self.before.weight
    }
}

/// Makes the weights of each side add up to one; a side without any keeps its zeros.
fn normalise(branches: &mut [Branch]) {
    let now: f64 = branches.iter().map(|branch| branch.now.weight).sum();
    let before: f64 = branches.iter().map(|branch| branch.before.weight).sum();
    for branch in branches {
        if now > 0.0 {
            branch.now.weight /= now;
        }
        if before > 0.0 {
            branch.before.weight /= before;
        }
    }
}

/// Spreads what rounding left of an element's difference over its parts by their size, so that they add up to it.
///
/// Close to the bottom of the scale a geometric mean of means turns the last digits of a score into millionths of a point.
fn close(branches: &[Branch], rises: &mut [Rise], change: f64) {
    let moved = |branch: &Branch| branch.now.score - branch.before.score;
    let terms = branches.iter().zip(rises.iter()).map(|(branch, rise)| (rise.slope * moved(branch), rise.weight));
    let (sum, size) = terms
        .fold((0.0, 0.0), |(sum, size), (score, weight)| (sum + score + weight, size + score.abs() + weight.abs()));
    if size > 0.0 {
        let share = (change - sum) / size;
        for (branch, rise) in branches.iter().zip(rises) {
            rise.slope *= 1.0 + share * moved(branch).signum();
            rise.weight += share * rise.weight.abs();
        }
    }
}

fn arithmetic(branches: &[Branch]) -> Vec<Rise> {
    let now: f64 = branches.iter().map(|branch| branch.now.weight * branch.now.score).sum();
    let before: f64 = branches.iter().map(|branch| branch.before.weight * branch.before.score).sum();
    let mean = f64::midpoint(now, before);
    let rise = |branch: &Branch| {
        let score = f64::midpoint(branch.now.score, branch.before.score);
        Rise { slope: branch.mean_weight(), weight: (score - mean) * branch.weight_change() }
    };
    branches.iter().map(rise).collect()
}
