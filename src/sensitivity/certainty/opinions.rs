//! What may be said of survey figures: which units differ from the whole, which from each other, and what has changed.

use super::{Known, inflation};
use crate::definitions::Source;
use crate::facts::probability::multiplicity::Adjustment;
use crate::facts::{Cell, CellState};
use crate::sensitivity::ranks::change::{Direction, changes};
use crate::sensitivity::ranks::estimates::{Covariance, Estimate};
use crate::sensitivity::ranks::funnel::{Part, Side, differences_from_whole, whole_of_parts};
use crate::sensitivity::ranks::pairwise::Pairwise;
use crate::sensitivity::ranks::tiers::{Tier, tiers};

/// How a unit's figure stands to that of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placing {
    /// Significantly better.
    Better,
    /// Significantly worse.
    Worse,
    /// The difference is not significant.
    NotSignificant,
}

/// What may be said of one unit's figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opinion {
    /// Against the whole; `None` where there is no whole to compare with.
    pub placing: Option<Placing>,
    /// Against the period before; `None` where there is nothing to compare with.
    pub change: Option<Direction>,
}

/// What may be said of the figures of one indicator.
#[derive(Clone, Debug, PartialEq)]
pub struct Opinions {
    /// Position of the indicator.
    pub indicator: usize,
    /// By unit; `None` without an estimate, or with too few answers to compare.
    pub units: Vec<Option<Opinion>>,
    /// Tiers of the units that can be compared, best first.
    pub tiers: Vec<Tier>,
}

/// What may be said of all indicators made of survey questions; tests are two-sided at 1 − confidence, by Holm over units.
pub fn opinions(known: &Known<'_>, before: Option<&Known<'_>>, confidence: f64) -> Vec<Opinions> {
    let is_asked = |indicator: &usize| matches!(known.definitions.indicators[*indicator].source, Source::Survey { .. });
    (0..known.definitions.indicators.len())
        .filter(is_asked)
        .map(|indicator| of_indicator(known, before, indicator, 1.0 - confidence))
        .collect()
}

fn of_indicator(known: &Known<'_>, before: Option<&Known<'_>>, indicator: usize, level: f64) -> Opinions {
    let unit_count = known.definitions.units.units.len();
    let now = estimates(known, indicator, 1.0 - level);
    // Weight shares of the units within the whole.
    let weights: Vec<f64> = (0..unit_count).map(|unit| known.matrix.cell(indicator, unit).denominator).collect();
    let all: f64 = now.iter().zip(&weights).filter(|(own, _)| own.is_some()).map(|(_, weight)| weight).sum();
    let parts: Vec<Option<Part>> = now
        .iter()
        .zip(&weights)
        .map(|(own, weight)| Some(Part { estimate: (*own)?, weight_share: if all > 0.0 { weight / all } else { 0.0 } }))
        .collect();
    let whole = whole_of_parts(&parts).ok().flatten();
    let placings: Vec<Option<Side>> = whole
        .and_then(|whole| differences_from_whole(&parts, &whole, level).ok())
        .map_or_else(|| vec![None; unit_count], |found| found.into_iter().map(|own| own.map(|own| own.side)).collect());
    let earlier = before.map(|before| estimates(before, indicator, 1.0 - level));
    let changed: Vec<Option<Direction>> = earlier.and_then(|earlier| changes(&now, &earlier, level).ok()).map_or_else(
        || vec![None; unit_count],
        |found| found.into_iter().map(|own| own.map(|own| own.direction)).collect(),
    );
    let is_falling =
        known.definitions.indicators[indicator].scoring.direction() == Some(crate::definitions::Direction::Lower);
    let placing = |side: Side| match (side, is_falling) {
        (Side::NotSignificant, _) => Placing::NotSignificant,
        (Side::Above, false) | (Side::Below, true) => Placing::Better,
        (Side::Below, false) | (Side::Above, true) => Placing::Worse,
    };
    let units = now
        .iter()
        .enumerate()
        .map(|(unit, own)| {
            own.as_ref()?;
            Some(Opinion { placing: placings[unit].map(placing), change: changed[unit] })
        })
        .collect();
    Opinions { indicator, units, tiers: tiers_of(&now, is_falling, level) }
}

/// Estimates by unit; `None` where there is none, or where too few answered for a rank.
fn estimates(known: &Known<'_>, indicator: usize, confidence: f64) -> Vec<Option<Estimate>> {
    let is_enough = |cell: &&Cell| {
        cell.state == CellState::Reported && cell.respondent_count >= known.definitions.index.caution_below
    };
    let row = known.matrix.row(indicator).iter();
    row.map(|cell| {
        let cell = Some(cell).filter(is_enough)?;
        // Few degrees of freedom: a difference has to be larger.
        let stretch = inflation(f64::from(cell.df), confidence).filter(|_| cell.df > 0)?;
        Some(Estimate { value: cell.value, standard_error: cell.standard_error? * stretch })
    })
    .collect()
}

fn tiers_of(now: &[Option<Estimate>], is_falling: bool, level: f64) -> Vec<Tier> {
    let units: Vec<usize> = (0..now.len()).filter(|&unit| now[unit].is_some()).collect();
    let own: Vec<Estimate> = now.iter().flatten().copied().collect();
    let sign = if is_falling { -1.0 } else { 1.0 };
    let values: Vec<f64> = own.iter().map(|own| sign * own.value).collect();
    let Ok(compared) = Covariance::independent(&own).and_then(|covariance| Pairwise::new(&values, &covariance)) else {
        return Vec::new();
    };
    let scores: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
    let mut tiers = tiers(&scores, |unit, best| compared.is_better(best, unit, Adjustment::Holm, level)).tiers;
    for unit in tiers.iter_mut().flat_map(|tier| &mut tier.units) {
        *unit = units[*unit];
    }
    tiers
}
