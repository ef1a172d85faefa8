//! A unit's figure as it would be if its people were of the age and sex of everybody together: townships with more of the
//! very old can be compared. Beside the figure, never instead of it.

use super::Population;
use super::estimate::standardise::{ClassSums, standardise};
use super::estimates::Basis;
use std::collections::BTreeMap;

/// A figure at the common mix of classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtCommonMix {
    /// The figure, in the unit of its question.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Share of the common mix that the unit's respondents speak for, from 0 to 1.
    pub covered: f64,
}

impl Basis<'_> {
    /// One question by unit; `None` where too few answered, or the design tells no error.
    pub(super) fn at_common_mix(&self, position: usize, population: &Population) -> Vec<Option<AtCommonMix>> {
        let class_count = self.sums.class_count as usize;
        let unit_count = self.group_of_unit.len();
        if class_count < 2 || self.sums.is_by_respondent {
            return vec![None; unit_count];
        }
        let mut shares = vec![0.0; class_count];
        for (cell, people) in population.people.iter().enumerate() {
            shares[cell % class_count] += people.unwrap_or_default();
        }
        let variable = self.sums.moments(position, &self.survey.questions[position]);
        (0..unit_count)
            .map(|unit| {
                let of_unit = || self.sums.groups.iter().zip(&variable).filter(|(key, _)| key.domain as usize == unit);
                let answered = of_unit().fold(0_u32, |sum, (_, own)| sum.saturating_add(own.count));
                if answered < self.suppress_below || self.is_closed(position, unit) {
                    return None;
                }
                // Clusters are numbered anew, those of the unit's strata only: the others say nothing of it.
                let mut strata: BTreeMap<u32, u32> = BTreeMap::new();
                let own: Vec<u32> = of_unit().map(|(key, _)| key.stratum).collect();
                for key in self.sums.groups.iter().filter(|key| own.contains(&key.stratum)) {
                    strata.insert(key.cluster, key.stratum);
                }
                let place = |cluster: u32| strata.keys().position(|own| *own == cluster);
                let sums: Option<Vec<ClassSums>> = of_unit()
                    .map(|(key, own)| {
                        let cluster = u32::try_from(place(key.cluster)?).ok()?;
                        let class = u32::try_from(key.cell as usize % class_count).ok()?;
                        // Between the waves of a pool, the factors say what each is worth.
                        let factor = self.weighed.map_or(1.0, |weighed| weighed.factors.by_cell[key.cell as usize]);
                        Some(ClassSums { cluster, class, x: factor * own.x, y: factor * own.y })
                    })
                    .collect();
                let found = standardise(&sums?, &shares).ok()?;
                let variance = found.variance(&strata.values().copied().collect::<Vec<_>>()).ok()?;
                let standard_error = variance.max(0.0).sqrt();
                Some(AtCommonMix { value: found.value, standard_error, covered: found.covered })
            })
            .collect()
    }
}
