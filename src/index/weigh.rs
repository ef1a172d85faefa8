//! Effective weights: what an indicator counts in the whole, after what is left out was spread over its siblings.

use super::IndicatorScore;
use crate::definitions::{Child, Definitions};

/// The hierarchy reduced to what weighing needs.
pub(super) struct Weights<'a> {
    definitions: &'a Definitions,
}

impl<'a> Weights<'a> {
    pub(super) fn new(definitions: &'a Definitions) -> Self {
        Weights { definitions }
    }

    /// Effective weights in percent when only the given indicators are kept: `Π w/Σ w` down the hierarchy.
    ///
    /// An element without a kept indicator gives its weight to its siblings. All zero where nothing is kept.
    pub(super) fn effective(&self, keep: impl Fn(usize) -> bool) -> Vec<f64> {
        let elements = &self.definitions.elements;
        let mut alive = vec![false; elements.len()];
        for (position, element) in elements.iter().enumerate().rev() {
            alive[position] = element.children.iter().any(|child| match *child {
                Child::Element(child) => alive[child] && elements[child].weight > 0.0,
                Child::Indicator(child) => keep(child) && self.definitions.indicators[child].weight > 0.0,
            });
        }
        let mut share = vec![0.0; elements.len()];
        share[0] = if alive[0] { 100.0 } else { 0.0 };
        let mut effective = vec![0.0; self.definitions.indicators.len()];
        for (position, element) in elements.iter().enumerate().filter(|(position, _)| alive[*position]) {
            let weight = |child: &Child| match *child {
                Child::Element(child) if alive[child] => elements[child].weight,
                Child::Indicator(child) if keep(child) => self.definitions.indicators[child].weight,
                _ => 0.0,
            };
            let sum: f64 = element.children.iter().map(weight).sum();
            for child in &element.children {
                let part = share[position] * weight(child) / sum;
                match *child {
                    Child::Element(child) => share[child] = part,
                    Child::Indicator(child) => effective[child] = part,
                }
            }
        }
        effective
    }

    /// `Σ effective weight usable / Σ effective weight applicable × 100`; 0 where nothing applies.
    ///
    /// What is not applicable, or missing for everybody, is taken out and spread first.
    pub(super) fn coverage(&self, own: &[IndicatorScore]) -> f64 {
        let effective = self.effective(|indicator| own[indicator].state.is_applicable());
        let mut usable = 0.0;
        let mut applicable = 0.0;
        for (weight, score) in effective.iter().zip(own) {
            applicable += weight;
            if score.state.is_usable() {
                usable += weight;
            }
        }
        if applicable > 0.0 { usable / applicable * 100.0 } else { 0.0 }
    }
}
