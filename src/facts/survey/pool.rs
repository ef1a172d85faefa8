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

/// Several periods as one sample.
pub(super) struct Pooled {
    /// The sums of all.
    pub(super) wave: Wave,
    /// By question and unit: whether the question was answered by too few in one of the periods, whose figure would come out
    /// of the one for all.
    pub(super) closed: Vec<Vec<bool>>,
}

/// This period with the ones before, newest first, as one sample; `None` where nothing is to be added.
///
/// Every wave is a sample of its own, so its strata and clusters are others than those of the same name in this period.
/// With [`PoolWhen::Small`] earlier answers count only for units with fewer respondents than `caution_below` now.
/// What was withheld of a unit in one period (fewer than `suppress_below`) must not come out as the difference of two
/// that are printed: that period is left out for the unit, and with too few now nothing is added to them. `answered` gives
/// the valid answers by question and unit.
pub(super) fn pool(
    now: &Wave,
    before: &[Wave],
    pooling: Pooling,
    unit_count: usize,
    caution_below: u32,
    suppress_below: u32,
    answered: &dyn Fn(&Sums) -> Vec<Vec<u32>>,
) -> Option<Pooled> {
    let wave_count = pooling.periods.saturating_sub(1) as usize;
    let is_alike = |wave: &&Wave| wave.sums.is_like(&now.sums) && wave.weighed.is_some() == now.weighed.is_some();
    let before: Vec<&Wave> = before.iter().take(wave_count).filter(is_alike).collect();
    let is_withheld = |count: u32| (1..suppress_below).contains(&count);
    let present = now.sums.respondents(unit_count);
    let takes_more = |count: u32| match pooling.when {
        _ if is_withheld(count) => false,
        PoolWhen::Always => true,
        PoolWhen::Small => count < caution_below,
    };
    let wanted_of = |wave: &&Wave| -> Vec<bool> {
        let earlier = wave.sums.respondents(unit_count);
        let is_wanted = |(&count, &now): (&u32, &u32)| count > 0 && !is_withheld(count) && takes_more(now);
        earlier.iter().zip(&present).map(is_wanted).collect()
    };
    let wanted: Vec<Vec<bool>> = before.iter().map(wanted_of).collect();
    if !wanted.iter().flatten().any(|&is_wanted| is_wanted) {
        return None;
    }
    let mut closed: Vec<Vec<bool>> =
        answered(&now.sums).iter().map(|units| units.iter().map(|&count| is_withheld(count)).collect()).collect();
    for (wave, units) in before.iter().zip(&wanted) {
        for (closed, counts) in closed.iter_mut().zip(answered(&wave.sums)) {
            for ((closed, count), &is_wanted) in closed.iter_mut().zip(counts).zip(units) {
                *closed |= is_wanted && is_withheld(count);
            }
        }
    }
    let mut waves: Vec<u32> = present.iter().map(|&count| u32::from(count > 0)).collect();
    for units in &wanted {
        for (number, &is_wanted) in waves.iter_mut().zip(units) {
            *number += u32::from(is_wanted);
        }
    }
    let cell_count = u32::try_from(unit_count).unwrap_or(u32::MAX).saturating_mul(now.sums.class_count);
    let mut pooled = now.clone();
    for ((wave, units), number) in before.into_iter().zip(&wanted).zip(1..) {
        pooled.add(wave, number, cell_count * number, units);
    }
    pooled.share(&waves);
    pooled.sums.sort();
    Some(Pooled { wave: pooled, closed })
}

impl Wave {
    /// Adds the groups of the wanted units of another wave.
    fn add(&mut self, wave: &Wave, number: u32, cells_above: u32, wanted: &[bool]) {
        let strata_above = u32::try_from(self.sums.strata.len()).unwrap_or(u32::MAX);
        let clusters_above = u32::try_from(self.sums.clusters.len()).unwrap_or(u32::MAX);
        // Keeps an earlier wave's stratum from being taken for the unit of its name. Names are read from the end.
        let own = |name: &String| format!("−{number}\u{1f}{name}");
        self.sums.strata.extend(wave.sums.strata.iter().map(own));
        self.sums.clusters.extend(wave.sums.clusters.iter().map(own));
        let is_wanted = |key: &GroupKey| wanted.get(key.domain as usize).copied().unwrap_or_default();
        for (group, key) in wave.sums.groups.iter().enumerate().filter(|(_, key)| is_wanted(key)) {
            let group_count = self.sums.groups.len();
            self.sums.groups.push(GroupKey {
                stratum: key.stratum + strata_above,
                cluster: key.cluster + clusters_above,
                domain: key.domain,
                cell: key.cell + cells_above,
            });
            self.sums.everybody.push(wave.sums.everybody[group]);
            for (variable, other) in self.sums.variables.iter_mut().zip(&wave.sums.variables) {
                variable.extend(group_count, other, group);
            }
        }
        if let (Some(own), Some(other)) = (&mut self.weighed, &wave.weighed) {
            own.extend(other);
        }
    }

    /// Divides the weights of each unit by the number of its waves, every one of which stands for all its people.
    ///
    /// Adjusted weights are divided through their factors. Design weights have none, and factors would make the design
    /// a calibrated one (where every lonely cluster counts everywhere): their sums are divided themselves.
    fn share(&mut self, waves: &[u32]) {
        if let Some(weighed) = &mut self.weighed {
            share_factors(&mut weighed.factors.by_cell, self.sums.class_count as usize, waves);
            return;
        }
        let Sums { groups, everybody, variables, .. } = &mut self.sums;
        for (group, (key, all)) in groups.iter().zip(everybody).enumerate() {
            let number = waves.get(key.domain as usize).copied().unwrap_or(1);
            if number < 2 {
                continue;
            }
            *all = all.over(number);
            for variable in variables.iter_mut() {
                let levels = group * variable.level_count..(group + 1) * variable.level_count;
                for level in &mut variable.sums[levels] {
                    *level = level.over(number);
                }
            }
        }
    }
}

/// Divides the factors by cell (by wave, then unit, then class) by the number of waves of the unit.
fn share_factors(by_cell: &mut [f64], class_count: usize, waves: &[u32]) {
    for (factors, &number) in by_cell.chunks_mut(class_count.max(1)).zip(waves.iter().cycle()) {
        if number > 1 {
            for factor in factors {
                *factor /= f64::from(number);
            }
        }
    }
}

impl LevelSum {
    /// The same respondents with their weights divided by a number; the sums are rounded once, to their last digit.
    fn over(self, number: u32) -> Self {
        let number = i128::from(number);
        // Whoever has a weight keeps one.
        let part = |sum: i128, number: i128| ((sum + number / 2) / number).max(i128::from(sum > 0));
        LevelSum {
            count: self.count,
            weight: i64::try_from(part(i128::from(self.weight), number)).unwrap_or(self.weight),
            square: part(self.square, number * number),
        }
    }
}

impl Variable {
    /// Adds a group of another wave to the `group_count` there are; values of figures made of several columns are
    /// looked up by themselves.
    fn extend(&mut self, group_count: usize, other: &Variable, group: usize) {
        if other.values == self.values && other.level_count == self.level_count {
            self.sums.extend_from_slice(other.of(group));
            return;
        }
        for value in &other.values {
            if !self.values.iter().any(|known| same(*known, *value)) {
                self.add_level(*value, group_count);
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

    /// A level that nobody of the groups has. Without any level yet there are groups all the same.
    fn add_level(&mut self, value: (f64, f64), group_count: usize) {
        let mut sums = Vec::with_capacity(group_count * (self.level_count + 1));
        for group in 0..group_count {
            sums.extend_from_slice(self.of(group));
            sums.push(LevelSum::default());
        }
        self.values.push(value);
        self.level_count += 1;
        self.sums = sums;
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

    /// Respondents by unit.
    fn respondents(&self, unit_count: usize) -> Vec<u32> {
        let mut counts = vec![0_u32; unit_count];
        for (key, sum) in self.groups.iter().zip(&self.everybody) {
            if let Some(count) = counts.get_mut(key.domain as usize) {
                *count = count.saturating_add(sum.count);
            }
        }
        counts
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
mod tests;
