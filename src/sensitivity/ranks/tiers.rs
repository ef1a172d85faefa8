//! Tiers to print: consecutive places whose units cannot be told apart from the best among them.

/// Units with neighbouring places of which none is significantly worse than the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Place of its first unit, from 1.
    pub first_place: usize,
    /// Place of its last unit.
    pub last_place: usize,
    /// Positions of its units in the list, in the order of their places.
    pub units: Vec<usize>,
}

/// All tiers, best first, and the units that have no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tiers {
    /// The tiers; their places are 1 to n without gaps.
    pub tiers: Vec<Tier>,
    /// Positions of the units without an estimate, ascending.
    pub without_estimate: Vec<usize>,
}

/// Takes published scores (None: no estimate) and a significance decision, gives the tiers.
///
/// Units are put in order of their score, largest first, equal scores by position. The best unit opens the first tier;
/// a unit that is significantly worse than the *first unit of the present tier* opens the next. `significantly_worse(a,
/// b)` tells whether unit a is significantly worse than unit b, as `Pairwise::is_better(b, a, …)` does (positions in
/// `scores`); it is asked at most once per unit. A score that is not a finite number counts as none.
///
/// What a tier does not say: units of different tiers need not all differ significantly (the last of one and the first
/// of the next often do not), and a unit with a large standard error stays in a tier that a more precise unit with a
/// better score may have opened. It is the list reading "places 5 to 9 cannot be told apart from place 5"; the rank
/// sets carry the statement about each unit. Greedy grouping around the leader, as in Hartigan (1975), Clustering
/// Algorithms, chapter 3 (leader algorithm).
pub fn tiers(scores: &[Option<f64>], significantly_worse: impl Fn(usize, usize) -> bool) -> Tiers {
    let finite = |unit: &usize| scores[*unit].is_some_and(f64::is_finite);
    let (mut order, without_estimate): (Vec<usize>, Vec<usize>) = (0..scores.len()).partition(finite);
    // + 0.0 makes -0.0 the same score as 0.0.
    let score = |unit: usize| scores[unit].map_or(0.0, |s| s + 0.0);
    order.sort_by(|a, b| score(*b).total_cmp(&score(*a)).then(a.cmp(b)));
    let mut tiers: Vec<Tier> = Vec::new();
    for (before, unit) in order.into_iter().enumerate() {
        let place = before + 1;
        match tiers.last_mut() {
            Some(tier) if !tier.units.first().is_some_and(|best| significantly_worse(unit, *best)) => {
                tier.units.push(unit);
                tier.last_place = place;
            }
            _ => tiers.push(Tier { first_place: place, last_place: place, units: vec![unit] }),
        }
    }
    Tiers { tiers, without_estimate }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::probability::multiplicity::Adjustment;
    use crate::sensitivity::ranks::estimates::{Covariance, Estimate};
    use crate::sensitivity::ranks::oracle;
    use crate::sensitivity::ranks::pairwise::Pairwise;

    fn of(units: &[Estimate], adjustment: Adjustment) -> Tiers {
        let values: Vec<f64> = units.iter().map(|u| u.value).collect();
        let pairs = Pairwise::new(&values, &Covariance::independent(units).unwrap()).unwrap();
        let scores: Vec<Option<f64>> = values.iter().copied().map(Some).collect();
        tiers(&scores, |unit, best| pairs.is_better(best, unit, adjustment, 0.05))
    }

    #[test]
    fn townships_fall_into_the_tiers_of_rs_holm_adjusted_p_values() {
        let table = oracle::Table::read("02_survey/r_pairwise_sat100.csv");
        let unit = |name: &str| name[1..].parse::<usize>().unwrap() - 1;
        let p_holm = |a: usize, b: usize| {
            let same = |r: &Vec<String>| [unit(&r[0]), unit(&r[1])] == [a.min(b), a.max(b)];
            table.number(table.rows.iter().position(same).unwrap(), "p_holm")
        };
        let units = oracle::estimates("A");
        let scores: Vec<Option<f64>> = units.iter().map(|u| Some(u.value)).collect();
        let found = of(&units, Adjustment::Holm);
        assert_eq!(found, tiers(&scores, |a, b| p_holm(a, b) <= 0.05));
        let places: Vec<_> = found.tiers.iter().map(|t| (t.first_place, t.last_place)).collect();
        assert_eq!(places, [(1, 6), (7, 11), (12, 13)]);
    }

    #[test]
    fn identical_units_are_one_tier_and_far_apart_ones_are_a_tier_each() {
        let same = vec![Estimate { value: 50.0, standard_error: 2.0 }; 9];
        assert_eq!(of(&same, Adjustment::Unadjusted).tiers.len(), 1);
        let apart: Vec<_> = (0..9).map(|i| Estimate { value: 50.0 * f64::from(i), standard_error: 2.0 }).collect();
        let found = of(&apart, Adjustment::Bonferroni);
        assert_eq!(found.tiers.len(), 9);
        assert_eq!(found.tiers[0].units, [8]);
    }

    #[test]
    fn units_without_an_estimate_stay_out_and_are_listed() {
        let scores = [None, Some(1.0), Some(f64::NAN), Some(3.0)];
        let found = tiers(&scores, |_, _| false);
        assert_eq!(found.without_estimate, [0, 2]);
        assert_eq!(found.tiers, [Tier { first_place: 1, last_place: 2, units: vec![3, 1] }]);
        assert_eq!(tiers(&[], |_, _| true), Tiers { tiers: vec![], without_estimate: vec![] });
    }

    proptest! {
        #[test]
        fn every_unit_is_in_one_tier_and_places_run_on(
            scores in prop::collection::vec(prop::option::weighted(0.8, -5.0..5.0_f64), 0..40), gap in 0.0..5.0_f64
        ) {
            let value = |u: usize| scores[u].unwrap();
            let found = tiers(&scores, |unit, best| value(best) - value(unit) > gap);
            let mut place = 1;
            let mut seen = found.without_estimate.clone();
            for tier in &found.tiers {
                prop_assert_eq!(tier.first_place, place);
                prop_assert_eq!(tier.last_place + 1 - tier.first_place, tier.units.len());
                prop_assert!(tier.units.windows(2).all(|w| value(w[0]) >= value(w[1])));
                place = tier.last_place + 1;
                seen.extend(&tier.units);
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..scores.len()).collect::<Vec<_>>());
        }
    }
}
