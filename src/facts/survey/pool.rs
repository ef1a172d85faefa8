//! Answers of several periods together: the earlier ones keep their own strata, clusters and weights.

use super::estimate::groups::GroupKey;
use super::sums::{LevelSum, Sums, Variable};
use super::weigh::Weighed;
use crate::definitions::{PoolWhen, Pooling};

/// The sums of one period with the weights that belong to them.
#[derive(Clone, Debug, Default)]
pub struct Wave {
    /// The sums.
    pub sums: Sums,
    /// How weights were adjusted; `None` where design weights are used.
    pub weighed: Option<Weighed>,
}

/// This period with the ones before, newest first, as one sample; `None` where nothing is to be added.
///
/// Every wave is a sample of its own, so its strata and clusters are others than those of the same name in this period.
/// With [`PoolWhen::Small`] earlier answers count only for units with fewer respondents than `caution_below` now.
pub(super) fn pool(
    now: &Wave,
    before: &[Wave],
    pooling: Pooling,
    unit_count: usize,
    caution_below: u32,
) -> Option<Wave> {
    let wave_count = pooling.periods.saturating_sub(1) as usize;
    let is_alike = |wave: &&Wave| wave.sums.is_like(&now.sums) && wave.weighed.is_some() == now.weighed.is_some();
    let before: Vec<&Wave> = before.iter().take(wave_count).filter(is_alike).collect();
    let mut respondents = vec![0_u32; unit_count];
    for (key, sum) in now.sums.groups.iter().zip(&now.sums.everybody) {
        respondents[key.domain as usize] = respondents[key.domain as usize].saturating_add(sum.count);
    }
    let is_wanted = |key: &GroupKey| match pooling.when {
        PoolWhen::Always => true,
        PoolWhen::Small => respondents[key.domain as usize] < caution_below,
    };
    if !before.iter().any(|wave| wave.sums.groups.iter().any(is_wanted)) {
        return None;
    }
    let cell_count = u32::try_from(unit_count).unwrap_or(u32::MAX).saturating_mul(now.sums.class_count);
    let mut pooled = now.clone();
    for (wave, number) in before.into_iter().zip(1..) {
        pooled.add(wave, number, cell_count * number, &is_wanted);
    }
    pooled.sums.sort();
    Some(pooled)
}

impl Wave {
    fn add(&mut self, wave: &Wave, number: u32, cells_above: u32, is_wanted: &dyn Fn(&GroupKey) -> bool) {
        let strata_above = u32::try_from(self.sums.strata.len()).unwrap_or(u32::MAX);
        let clusters_above = u32::try_from(self.sums.clusters.len()).unwrap_or(u32::MAX);
        // The separator keeps a stratum of an earlier wave from being taken for the unit of the same name.
        let own = |name: &String| format!("{name}\u{1f}−{number}");
        self.sums.strata.extend(wave.sums.strata.iter().map(own));
        self.sums.clusters.extend(wave.sums.clusters.iter().map(own));
        for (group, key) in wave.sums.groups.iter().enumerate().filter(|(_, key)| is_wanted(key)) {
            self.sums.groups.push(GroupKey {
                stratum: key.stratum + strata_above,
                cluster: key.cluster + clusters_above,
                domain: key.domain,
                cell: key.cell + cells_above,
            });
            self.sums.everybody.push(wave.sums.everybody[group]);
            for (variable, other) in self.sums.variables.iter_mut().zip(&wave.sums.variables) {
                variable.extend(other, group);
            }
        }
        if let (Some(own), Some(other)) = (&mut self.weighed, &wave.weighed) {
            own.extend(other);
        }
    }
}

impl Variable {
    /// Adds a group of another wave; values of figures made of several columns are looked up by themselves.
    fn extend(&mut self, other: &Variable, group: usize) {
        if other.values == self.values && other.level_count == self.level_count {
            self.sums.extend_from_slice(other.of(group));
            return;
        }
        for value in &other.values {
            if !self.values.iter().any(|known| same(*known, *value)) {
                self.add_level(*value);
            }
        }
        let mut row = vec![LevelSum::default(); self.level_count];
        for (value, sum) in other.values.iter().zip(other.of(group)) {
            if let Some(place) = self.values.iter().position(|known| same(*known, *value)) {
                row[place] = *sum;
            }
        }
        self.sums.extend(row);
    }

    fn add_level(&mut self, value: (f64, f64)) {
        let old = self.level_count;
        let rows = self.sums.chunks(old.max(1)).map(<[LevelSum]>::to_vec).collect::<Vec<_>>();
        self.values.push(value);
        self.level_count = old + 1;
        self.sums = rows.into_iter().flat_map(|row| row.into_iter().chain([LevelSum::default()])).collect();
    }
}

fn same(one: (f64, f64), other: (f64, f64)) -> bool {
    one.0.total_cmp(&other.0).is_eq() && one.1.total_cmp(&other.1).is_eq()
}

impl Sums {
    /// Whether two waves asked the same questions of the same classes in the same way.
    fn is_like(&self, other: &Sums) -> bool {
        let levels = |sums: &Sums| -> Vec<Option<usize>> {
            sums.variables.iter().map(|own| own.values.is_empty().then_some(own.level_count)).collect()
        };
        let is_alike = |(one, other): (Option<usize>, Option<usize>)| match (one, other) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        self.class_count == other.class_count
            && self.is_by_respondent == other.is_by_respondent
            && self.variables.len() == other.variables.len()
            && levels(self).into_iter().zip(levels(other)).all(is_alike)
    }

    /// Puts the groups in the order of their keys.
    fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_key(|&group| self.groups[group]);
        self.groups = order.iter().map(|&group| self.groups[group]).collect();
        self.everybody = order.iter().map(|&group| self.everybody[group]).collect();
        for variable in &mut self.variables {
            variable.sums = order.iter().flat_map(|&group| variable.of(group).to_vec()).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(count: u32) -> LevelSum {
        LevelSum { count, weight: i64::from(count) * 1_000_000, square: 0 }
    }

    fn wave(counts: &[u32]) -> Wave {
        let key = |unit: u32| GroupKey { stratum: unit, cluster: unit, domain: unit, cell: unit };
        let sums = Sums {
            class_count: 1,
            groups: (0..).zip(counts).map(|(unit, _)| key(unit)).collect(),
            everybody: counts.iter().map(|&count| level(count)).collect(),
            variables: vec![Variable {
                values: Vec::new(),
                level_count: 2,
                sums: counts.iter().flat_map(|&count| [level(count), level(0)]).collect(),
            }],
            strata: (0..counts.len()).map(|unit| format!("U{unit}")).collect(),
            clusters: (0..counts.len()).map(|unit| format!("U{unit}-V")).collect(),
            ..Sums::default()
        };
        Wave { sums, weighed: None }
    }

    #[test]
    fn earlier_answers_are_added_as_strata_and_clusters_of_their_own() {
        let pooling = Pooling { periods: 2, when: PoolWhen::Always };
        let pooled =
            pool(&wave(&[40, 12]), &[wave(&[50, 20]), wave(&[9, 9])], pooling, 2, 30).expect("something to add");
        let counts: Vec<(u32, u32)> =
            pooled.sums.groups.iter().zip(&pooled.sums.everybody).map(|(key, sum)| (key.domain, sum.count)).collect();
        assert_eq!(counts, [(0, 40), (1, 12), (0, 50), (1, 20)], "two periods and no third");
        let strata: Vec<u32> = pooled.sums.groups.iter().map(|key| key.stratum).collect();
        assert_eq!(strata, [0, 1, 2, 3]);
        assert_eq!(pooled.sums.variables[0].of(3)[0].count, 20);
    }

    #[test]
    fn only_units_with_few_answers_take_earlier_ones_where_that_is_the_rule() {
        let pooling = Pooling { periods: 2, when: PoolWhen::Small };
        let pooled = pool(&wave(&[40, 12]), &[wave(&[50, 20])], pooling, 2, 30).expect("something to add");
        let added: Vec<u32> = pooled.sums.groups.iter().skip(2).map(|key| key.domain).collect();
        assert_eq!(added, [1]);
        assert!(pool(&wave(&[40, 32]), &[wave(&[50, 20])], pooling, 2, 30).is_none());
    }
}
