//! Who helps with an indicator.

use super::{Definitions, Indicator, Source};
use std::collections::BTreeMap;

impl Definitions {
    /// Position of the department that helps with an indicator: the one that answers for it. Who conducts a survey helps
    /// nobody; there it is the department with most weight among the other indicators of the element, or of the nearest one
    /// above that has others.
    pub fn helper(&self, indicator: usize) -> usize {
        let own = &self.indicators[indicator];
        let is_asked = |indicator: &Indicator| matches!(indicator.source, Source::Survey { .. });
        let above = |element: usize| std::iter::successors(Some(element), |&it| self.elements[it].parent);
        for element in above(own.parent).filter(|_| is_asked(own)) {
            let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
            let is_below = |other: &&Indicator| !is_asked(other) && above(other.parent).any(|it| it == element);
            for other in self.indicators.iter().filter(is_below) {
                *weights.entry(other.department).or_default() += other.weight;
            }
            // Of equals the first.
            if let Some((most, _)) = weights.into_iter().rev().max_by(|one, other| one.1.total_cmp(&other.1)) {
                return most;
            }
        }
        own.department
    }
}
