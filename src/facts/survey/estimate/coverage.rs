//! How often the 95 % intervals hold the truth: samples drawn again and again from a population that is known.
//!
//! 4 strata of 40 villages with 50 people each; a village leans one way (intraclass correlation about 0.05). From every
//! stratum 8 villages are drawn and 12 people in each, 2,000 times. Shares of the draws whose interval holds the truth:
//!
//! | figure | interval | one stratum (96 people) | all (384 people) |
//! |---|---|---|---|
//! | mean of five levels | t | 94.0 % | 95.0 % |
//! | share, about 90 % | Wilson, effective n | 97.3 % | 95.4 % |
//!
//! A share of 2,000 draws has a standard error of its own of half a percentage point; 93–97 % is what is asked of means.

use super::design::{Design, Group, LonelyPsu, Psu};
use super::groups::{Everybody, GroupKey, Moments};
use super::interval::{RateMethod, mean_interval, rate_interval};
use super::linearisation::{Asked, Estimate};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const STRATA: usize = 4;
const VILLAGES: usize = 40;
const PEOPLE: usize = 50;
const DRAWN_VILLAGES: usize = 8;
const DRAWN_PEOPLE: usize = 12;
const DRAWS: u32 = 2_000;

fn uniform(generator: &mut ChaCha8Rng) -> f64 {
    (generator.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0
}

/// `count` different numbers below `of`.
fn pick(generator: &mut ChaCha8Rng, count: usize, of: usize) -> Vec<usize> {
    let mut all: Vec<usize> = (0..of).collect();
    for place in 0..count {
        let other = place + (uniform(generator) * (of - place) as f64) as usize;
        all.swap(place, other.min(of - 1));
    }
    all.truncate(count);
    all
}

/// Points of everybody, by stratum, village and person.
fn population(generator: &mut ChaCha8Rng) -> Vec<Vec<Vec<f64>>> {
    (0..STRATA)
        .map(|stratum| {
            (0..VILLAGES)
                .map(|_| {
                    let lean = 0.16 * (uniform(generator) - 0.5) + 0.02 * stratum as f64;
                    (0..PEOPLE)
                        .map(|_| match uniform(generator) + lean {
                            place if place < 0.54 => 100.0,
                            place if place < 0.92 => 80.0,
                            place if place < 0.97 => 60.0,
                            place if place < 1.03 => 30.0,
                            _ => 0.0,
                        })
                        .collect()
                })
                .collect()
        })
        .collect()
}

/// Whether the interval holds the truth: of the first stratum and of all, for the mean and for the share of 80 and more.
fn hits(all: &[Vec<Vec<f64>>], generator: &mut ChaCha8Rng) -> [[bool; 2]; 2] {
    let (mut groups, mut means, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for (stratum, villages) in all.iter().enumerate() {
        for village in pick(generator, DRAWN_VILLAGES, VILLAGES) {
            let points: Vec<f64> =
                pick(generator, DRAWN_PEOPLE, PEOPLE).into_iter().map(|person| villages[village][person]).collect();
            let key = GroupKey {
                stratum: stratum as u32,
                cluster: (stratum * VILLAGES + village) as u32,
                domain: stratum as u32,
                cell: 0,
            };
            let count = DRAWN_PEOPLE as u32;
            let weight = f64::from(count);
            groups.push(Group { key, everybody: Everybody { count, weight, square: weight } });
            let moments = |values: &[f64]| {
                let (y, yy) = (values.iter().sum::<f64>(), values.iter().map(|value| value * value).sum::<f64>());
                Moments { count, weight, x: weight, y, xx: weight, xy: y, yy, square: weight, ..Moments::default() }
            };
            means.push(moments(&points));
            shares.push(moments(&points.iter().map(|&point| f64::from(u8::from(point >= 80.0))).collect::<Vec<_>>()));
        }
    }
    let design = Design::new(Psu::Cluster, LonelyPsu::Fail, &groups, &[]).expect("a sound design");
    let estimate = |variable: &[Moments], domain: &dyn Fn(&GroupKey) -> bool| -> Estimate {
        design.ratio(&Asked { variable, domain, calibration: None }).expect("an estimate")
    };
    let truth = |strata: usize, of: &dyn Fn(f64) -> f64| {
        let values = || all[..strata].iter().flatten().flatten();
        values().map(|&point| of(point)).sum::<f64>() / values().count() as f64
    };
    let share = |point: f64| f64::from(u8::from(point >= 80.0));
    let mut found = [[false; 2]; 2];
    for (place, strata) in [1, STRATA].into_iter().enumerate() {
        let domain = |key: &GroupKey| (key.domain as usize) < strata;
        let mean = mean_interval(&estimate(&means, &domain), 0.95).expect("an interval");
        let (low, high) = (mean.low, mean.high);
        found[0][place] = (low..=high).contains(&truth(strata, &|point| point));
        let rate = rate_interval(&estimate(&shares, &domain), RateMethod::Wilson, 0.95).expect("an interval").interval;
        found[1][place] = (rate.low..=rate.high).contains(&truth(strata, &share));
    }
    found
}

#[test]
fn the_intervals_hold_the_truth_about_as_often_as_they_say() {
    let mut generator = ChaCha8Rng::seed_from_u64(20_261_124);
    let all = population(&mut generator);
    let mut counts = [[0_u32; 2]; 2];
    for _ in 0..DRAWS {
        for (counts, hits) in counts.iter_mut().zip(hits(&all, &mut generator)) {
            for (count, is_hit) in counts.iter_mut().zip(hits) {
                *count += u32::from(is_hit);
            }
        }
    }
    let percent = counts.map(|counts| counts.map(|count| f64::from(count) / f64::from(DRAWS) * 100.0));
    assert!(percent[0].iter().all(|covered| (93.0..=97.0).contains(covered)), "means {percent:?}");
    assert!((93.0..=98.0).contains(&percent[1][0]) && (93.0..=97.0).contains(&percent[1][1]), "shares {percent:?}");
}
