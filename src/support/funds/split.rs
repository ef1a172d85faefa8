//! The arithmetic of a settlement: a pool, its terms and the claims of the units in, whole 分 that add up out.

use super::money::{Money, Share};
use crate::definitions::FundTerms;
use crate::rules::largest_remainder;

/// What a unit comes with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    /// Its factor in billionths; not negative.
    pub(super) factor: i64,
    /// Share of its entitlement that it gets: by grade, or for a vetoed unit.
    pub(super) share: Share,
    /// Whether it may be paid extra: best grade, neither capped nor vetoed, ranked.
    pub(super) may_ask: bool,
}

/// What a unit leaves with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Portion {
    pub(super) advance: Money,
    pub(super) entitlement: Money,
    pub(super) settled: Money,
    pub(super) asked: Money,
    pub(super) extra: Money,
}

/// A pool, split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Split {
    /// By unit, in the order of the claims.
    pub(super) portions: Vec<Portion>,
    /// Entitlements that were not paid out, before anything is done with them.
    pub(super) withheld: Money,
    /// Most of it that may be paid as extra.
    pub(super) available: Money,
    /// What goes back to the weak: what was withheld and not paid as extra.
    pub(super) earmark: Money,
}

/// Splits a pool: advance by factor, the rest by factor and grade, what is withheld to the best and to the weak.
///
/// `settled = entitlement × share`, rounded half up; the units that may ask for extra ask `extra × (advance +
/// entitlement)` and get it in proportion as far as the withheld money beyond the earmarked share reaches. Parts of a
/// whole are rounded by largest remainder, ties to the earlier unit. `advance + settled + extra + earmark = pool`
/// (rules.md, R16) wherever any factor is above 0.
pub(super) fn split(pool: Money, terms: &FundTerms, claims: &[Claim]) -> Split {
    let factors: Vec<i64> = claims.iter().map(|claim| claim.factor).collect();
    let advance = pool.share(Share::of(terms.advance));
    let advances = apportion(&factors, advance);
    let entitlements = apportion(&factors, pool - advance);
    let settled: Vec<Money> = entitlements.iter().zip(claims).map(|(part, claim)| part.share(claim.share)).collect();
    let withheld = entitlements.iter().copied().sum::<Money>() - settled.iter().copied().sum();
    let available = withheld - withheld.share_at_least(Share::of(terms.earmark));
    let asks = |(unit, claim): (usize, &Claim)| match claim.may_ask {
        true => (advances[unit] + entitlements[unit]).share(Share::of(terms.extra)),
        false => Money::ZERO,
    };
    let asked: Vec<Money> = claims.iter().enumerate().map(asks).collect();
    let extras = if asked.iter().copied().sum::<Money>() <= available {
        asked.clone()
    } else {
        apportion(&asked.iter().map(|asked| asked.fen()).collect::<Vec<_>>(), available)
    };
    let earmark = withheld - extras.iter().copied().sum();
    let portion = |unit: usize| Portion {
        advance: advances[unit],
        entitlement: entitlements[unit],
        settled: settled[unit],
        asked: asked[unit],
        extra: extras[unit],
    };
    Split { portions: (0..claims.len()).map(portion).collect(), withheld, available, earmark }
}

/// Splits an amount in proportion, in whole 分 that add up.
pub(super) fn apportion(parts: &[i64], amount: Money) -> Vec<Money> {
    largest_remainder(parts, amount.fen()).into_iter().map(Money::of_fen).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(advance: f64, earmark: f64, extra: f64) -> FundTerms {
        FundTerms { advance, grade_shares: Vec::new(), veto_share: 0.0, earmark, extra }
    }

    fn claim(factor: i64, share: f64, may_ask: bool) -> Claim {
        Claim { factor, share: Share::of(share), may_ask }
    }

    fn columns(split: &Split) -> [Vec<i64>; 4] {
        let of =
            |part: fn(&Portion) -> Money| split.portions.iter().map(|portion| part(portion).fen()).collect::<Vec<_>>();
        [of(|it| it.advance), of(|it| it.settled), of(|it| it.asked), of(|it| it.extra)]
    }

    #[test]
    fn the_table_of_r16_comes_out_to_the_fen() {
        // rules.md, R16: pool 100.00 万元, factors 50/30/20, grades 优秀/良好/待提升.
        let claims = [claim(50, 1.0, true), claim(30, 1.0, false), claim(20, 0.5, false)];
        let split = split(Money::of_fen(100_000_000), &terms(0.6, 0.5, 0.1), &claims);
        let [advance, settled, asked, extra] = columns(&split);
        assert_eq!(advance, [30_000_000, 18_000_000, 12_000_000]);
        assert_eq!(settled, [20_000_000, 12_000_000, 4_000_000]);
        assert_eq!(asked, [5_000_000, 0, 0]);
        assert_eq!(extra, [2_000_000, 0, 0]);
        assert_eq!(split.withheld, Money::of_fen(4_000_000));
        assert_eq!(split.available, Money::of_fen(2_000_000));
        assert_eq!(split.earmark, Money::of_fen(2_000_000));
    }

    #[test]
    fn a_vetoed_unit_keeps_its_advance_only_and_the_extra_is_then_paid_in_full() {
        let claims = [claim(50, 1.0, true), claim(30, 0.0, false), claim(20, 0.5, false)];
        let split = split(Money::of_fen(100_000_000), &terms(0.6, 0.5, 0.1), &claims);
        let [advance, settled, _, extra] = columns(&split);
        assert_eq!(advance, [30_000_000, 18_000_000, 12_000_000]);
        assert_eq!(settled, [20_000_000, 0, 4_000_000]);
        // Withheld 16.00, at least 8.00 of it earmarked; the 5.00 asked are there.
        assert_eq!(extra, [5_000_000, 0, 0]);
        assert_eq!(split.earmark, Money::of_fen(11_000_000));
    }

    #[test]
    fn the_odd_fen_of_what_is_withheld_goes_to_the_weak() {
        let split = split(
            Money::of_fen(1001),
            &terms(0.0, 0.5, 1.0),
            &[claim(1, 0.0, false), claim(1, 1.0, true), claim(1, 1.0, true)],
        );
        // Entitlements 334, 334, 333; 334 withheld, 167 for each side.
        assert_eq!(split.withheld, Money::of_fen(334));
        assert_eq!(split.earmark, Money::of_fen(167));
        assert_eq!(columns(&split)[3], [0, 84, 83]);
    }

    /// Whether two parts are left with the same remainder, so that register order decides between them.
    fn is_tied(parts: &[i64], total: Money) -> bool {
        let sum: i128 = parts.iter().map(|&part| i128::from(part)).sum();
        let mut rests: Vec<i128> =
            parts.iter().map(|&part| i128::from(part) * i128::from(total.fen()) % sum.max(1)).collect();
        rests.sort_unstable();
        rests.windows(2).any(|pair| pair[0] == pair[1])
    }

    fn claims() -> impl Strategy<Value = Vec<Claim>> {
        let one = (0_i64..1_000_000_000_000_000, 0.0_f64..=1.0, any::<bool>());
        proptest::collection::vec(one.prop_map(|(factor, share, may_ask)| claim(factor, share, may_ask)), 1..20)
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_is_negative(
            pool in 1_i64..1_000_000_000_000_000,
            (advance, earmark, extra) in (0.0_f64..=1.0, 0.0_f64..=1.0, 0.0_f64..=1.0),
            claims in claims(),
        ) {
            prop_assume!(claims.iter().any(|claim| claim.factor > 0));
            let split = split(Money::of_fen(pool), &terms(advance, earmark, extra), &claims);
            let columns = columns(&split);
            let paid: i64 = [&columns[0], &columns[1], &columns[3]].into_iter().flatten().sum();
            prop_assert_eq!(paid + split.earmark.fen(), pool);
            prop_assert!(columns.iter().flatten().all(|part| *part >= 0));
            prop_assert!(split.earmark >= Money::ZERO);
            for portion in &split.portions {
                prop_assert!(portion.settled <= portion.entitlement && portion.extra <= portion.asked);
            }
            prop_assert!(columns[3].iter().sum::<i64>() <= split.available.fen());
            prop_assert!(split.earmark >= split.withheld.share_at_least(Share::of(earmark)));
        }

        #[test]
        fn with_every_unit_at_the_full_share_nothing_is_withheld(
            pool in 1_i64..1_000_000_000_000_000,
            factors in proptest::collection::vec(1_i64..1_000_000_000_000, 1..20),
        ) {
            let claims: Vec<Claim> = factors.into_iter().map(|factor| claim(factor, 1.0, true)).collect();
            let split = split(Money::of_fen(pool), &terms(0.6, 0.5, 0.1), &claims);
            prop_assert_eq!(split.withheld, Money::ZERO);
            prop_assert_eq!(split.earmark, Money::ZERO);
            prop_assert!(columns(&split)[3].iter().all(|extra| *extra == 0));
        }

        #[test]
        fn the_order_of_the_units_decides_ties_and_nothing_else(
            pool in 1_i64..1_000_000_000_000_000,
            claims in claims(),
        ) {
            let terms = terms(0.6, 0.5, 0.1);
            let forth = split(Money::of_fen(pool), &terms, &claims);
            let factors: Vec<i64> = claims.iter().map(|claim| claim.factor).collect();
            let asked: Vec<i64> = columns(&forth)[2].iter().copied().filter(|asked| *asked > 0).collect();
            let advance = Money::of_fen(pool).share(Share::of(0.6));
            prop_assume!(!is_tied(&factors, advance) && !is_tied(&factors, Money::of_fen(pool) - advance));
            prop_assume!(!is_tied(&asked, forth.available));
            let turned: Vec<Claim> = claims.iter().rev().copied().collect();
            let mut back = split(Money::of_fen(pool), &terms, &turned);
            back.portions.reverse();
            prop_assert_eq!(forth, back);
        }
    }
}
