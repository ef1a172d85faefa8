//! The sampling design: strata and primary sampling units (PSUs) of the whole sample, made once from all groups.

use std::ops::Range;

use crate::facts::survey::estimate::groups::{Everybody, GroupKey};

/// What was drawn at the first stage: which respondents enter a variance as one sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Psu {
    /// The clusters of [`GroupKey::cluster`].
    Cluster,
    /// Each respondent by itself (R: `ids = ~1`): a weights-only design has this and a single stratum.
    Respondent,
}

/// What a stratum with a single PSU in the whole sample adds to a variance: R's option `survey.lonely.psu`
/// (Lumley, R package survey 4.1-1, function `onestrat`). A self-representing stratum (finite population correction
/// 0) adds nothing under any rule. Only strata with respondents of the domain are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LonelyPsu {
    /// No estimate: [`DesignError::LonelyPsu`].
    Fail,
    /// Nothing.
    Remove,
    /// Nothing, because the PSU was certain to be drawn (the same number as `Remove`).
    Certainty,
    /// The square of its linearised total, i.e. its distance from the mean of the whole sample and not from its own.
    Adjust,
    /// The average of what the other strata add.
    Average,
}

/// A group and the sums over everybody in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// Who is in the group.
    pub key: GroupKey,
    /// Their sums. Respondents of weight 0 are not respondents: leave them out of the count.
    pub everybody: Everybody,
}

/// The size of a stratum in the population, for the finite population correction of the first stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StratumPopulation {
    /// Stratum.
    pub stratum: u32,
    /// PSUs in the population of the stratum; `None`: no correction (drawn with replacement, or from very many).
    pub population: Option<u32>,
}

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DesignError {
    /// No group was given.
    NoGroups,
    /// A group was given twice.
    GroupTwice {
        /// The group.
        key: GroupKey,
    },
    /// A group's sums of weights are negative, not finite, or zero with respondents in it.
    GroupSums {
        /// The group.
        key: GroupKey,
    },
    /// A cluster has groups in two strata.
    ClusterInTwoStrata {
        /// The cluster.
        cluster: u32,
        /// One of its strata.
        first: u32,
        /// Another one.
        second: u32,
    },
    /// More PSUs were drawn than the population has.
    PopulationTooSmall {
        /// The stratum.
        stratum: u32,
        /// PSUs in the sample.
        sampled: u32,
        /// PSUs in the population.
        population: u32,
    },
    /// The variable has not one `Moments` for each group of the design.
    Length {
        /// Groups of the design.
        groups: usize,
        /// Given.
        given: usize,
    },
    /// A group's sums of the variable are not finite, or more answered than there are respondents.
    VariableSums {
        /// The group.
        key: GroupKey,
    },
    /// Nobody in the domain has a valid value.
    EmptyDomain,
    /// The weights, or the denominators, of the domain sum to zero (or to less, after a calibration).
    ZeroWeight,
    /// A stratum has a single PSU and the rule is [`LonelyPsu::Fail`] (in the jackknife also `Adjust` and `Average`).
    LonelyPsu {
        /// The stratum.
        stratum: u32,
    },
    /// All strata of the domain have a single PSU, so [`LonelyPsu::Average`] has nothing to average.
    OnlyLonelyStrata,
    /// The calibration has no finite factor for a cell of the design.
    CellWithoutFactor {
        /// The cell.
        cell: u32,
    },
    /// The calibration's fit did not return a finite value for each cell.
    Fit {
        /// Cells.
        cells: usize,
        /// Finite values returned.
        fitted: usize,
    },
    /// With respondents as PSUs the sums hold no products of two variables: ask for covariances of one variable.
    TwoVariables,
    /// With respondents as PSUs a jackknife needs each respondent's value.
    JackknifeOfRespondents,
    /// A jackknife replicate has no respondent of the domain left, because this cluster has them all.
    EmptyReplicate {
        /// The cluster left out.
        cluster: u32,
    },
    /// The numbers are too large (or too small) for floating point.
    NotFinite,
}

/// Strata and PSUs of the whole sample. In a domain the PSUs without members count as zeros, so a design is made from
/// all groups and never from the groups of a domain.
#[derive(Clone, Debug)]
pub struct Design {
    pub(crate) psu: Psu,
    pub(crate) lonely: LonelyPsu,
    /// As given.
    pub(crate) groups: Vec<Group>,
    /// Places in `groups`, sorted by key: all sums run in this order.
    pub(crate) order: Vec<usize>,
    pub(crate) strata: Vec<Stratum>,
    /// By group, as given: its place in `strata`.
    pub(crate) stratum_of: Vec<usize>,
    /// By group, as given: its row of sums. A row is a cluster; with respondents as PSUs it is a stratum.
    pub(crate) row_of: Vec<usize>,
    /// By row: its cluster.
    pub(crate) clusters: Vec<u32>,
}

/// A stratum of the whole sample.
#[derive(Clone, Debug)]
pub(crate) struct Stratum {
    pub(crate) number: u32,
    /// PSUs in the sample.
    pub(crate) sampled: u32,
    pub(crate) population: Option<u32>,
    pub(crate) rows: Range<usize>,
}

impl Stratum {
    /// 1 − n/N, or 1 without a population.
    pub(crate) fn correction(&self) -> f64 {
        self.population
            .map_or(1.0, |population| (f64::from(population) - f64::from(self.sampled)) / f64::from(population))
    }
}

impl Design {
    /// Takes all groups of the sample (any order) and the strata's populations (those without an entry have none),
    /// gives the design. Variables are later given as one `Moments` per group in the order of these groups.
    ///
    /// # Errors
    /// [`DesignError`]: no groups, a group twice, a cluster in two strata, a population smaller than the sample.
    pub fn new(
        psu: Psu,
        lonely: LonelyPsu,
        groups: &[Group],
        populations: &[StratumPopulation],
    ) -> Result<Self, DesignError> {
        if groups.is_empty() {
            return Err(DesignError::NoGroups);
        }
        if let Some(group) = groups.iter().find(|group| !is_sound(&group.everybody)) {
            return Err(DesignError::GroupSums { key: group.key });
        }
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|&place| groups[place].key);
        if let Some(pair) = order.windows(2).find(|pair| groups[pair[0]].key == groups[pair[1]].key) {
            return Err(DesignError::GroupTwice { key: groups[pair[0]].key });
        }
        let mut design = Self {
            psu,
            lonely,
            groups: groups.to_vec(),
            order,
            strata: Vec::new(),
            stratum_of: vec![0; groups.len()],
            row_of: vec![0; groups.len()],
            clusters: Vec::new(),
        };
        design.number_rows();
        if psu == Psu::Cluster {
            design.check_clusters()?;
        }
        design.set_populations(populations)?;
        Ok(design)
    }

    /// PSUs of the whole sample.
    pub fn psus(&self) -> u64 {
        self.strata.iter().map(|stratum| u64::from(stratum.sampled)).sum()
    }

    /// Strata of the whole sample.
    pub fn strata(&self) -> usize {
        self.strata.len()
    }

    /// Numbers strata and rows in the order of the keys, in which the groups of a row lie side by side. A group of
    /// nobody makes no PSU.
    fn number_rows(&mut self) {
        for &place in &self.order {
            let Group { key, everybody } = self.groups[place];
            if self.strata.last().is_none_or(|last| last.number != key.stratum) {
                let rows = self.clusters.len()..self.clusters.len();
                self.strata.push(Stratum { number: key.stratum, sampled: 0, population: None, rows });
            }
            let at = self.strata.len() - 1;
            let stratum = &mut self.strata[at];
            self.stratum_of[place] = at;
            let opens = match self.psu {
                Psu::Cluster => {
                    stratum.rows.is_empty() || self.clusters.last().is_some_and(|&last| last != key.cluster)
                }
                Psu::Respondent => stratum.rows.is_empty(),
            };
            if opens {
                self.clusters.push(key.cluster);
                stratum.rows.end += 1;
            }
            self.row_of[place] = stratum.rows.end - 1;
            match self.psu {
                Psu::Cluster => stratum.sampled = u32::try_from(stratum.rows.len()).unwrap_or(u32::MAX),
                Psu::Respondent => stratum.sampled = stratum.sampled.saturating_add(everybody.count),
            }
        }
    }

    fn check_clusters(&self) -> Result<(), DesignError> {
        let mut pairs: Vec<(u32, u32)> = self
            .strata
            .iter()
            .flat_map(|stratum| stratum.rows.clone().map(|row| (self.clusters[row], stratum.number)))
            .collect();
        pairs.sort_unstable();
        match pairs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            None => Ok(()),
            Some(pair) => {
                Err(DesignError::ClusterInTwoStrata { cluster: pair[0].0, first: pair[0].1, second: pair[1].1 })
            }
        }
    }

    fn set_populations(&mut self, populations: &[StratumPopulation]) -> Result<(), DesignError> {
        for stratum in &mut self.strata {
            let entry = populations.iter().find(|entry| entry.stratum == stratum.number);
            stratum.population = entry.and_then(|entry| entry.population);
            if let Some(population) = stratum.population
                && population < stratum.sampled
            {
                let Stratum { number, sampled, .. } = *stratum;
                return Err(DesignError::PopulationTooSmall { stratum: number, sampled, population });
            }
        }
        Ok(())
    }
}

/// Nobody is in the group, or its sums are positive and finite.
fn is_sound(everybody: &Everybody) -> bool {
    let positive = |sum: f64| sum.is_finite() && sum > 0.0;
    if everybody.count == 0 {
        everybody.weight == 0.0 && everybody.square == 0.0
    } else {
        positive(everybody.weight) && positive(everybody.square)
    }
}
