use super::{Weighed, weigh};
use crate::definitions::{PopulationMargins, RespondentClass, Survey, Weighting};
use crate::facts::survey::Population;
use crate::facts::survey::calibrate::Obstacle;
use crate::facts::survey::estimate::groups::GroupKey;
use crate::facts::survey::sums::{CellWeight, LevelSum, Sums};

const STEP: i64 = 1_000_000;

/// Two sexes by two ages, raked: cells of a unit are 男 60, 男 70, 女 60, 女 70.
fn survey() -> Survey {
    let class = |id: &str, values: [&str; 2]| RespondentClass {
        id: id.to_owned(),
        column: id.to_owned(),
        values: values.map(str::to_owned).to_vec(),
    };
    let by = vec!["sex".to_owned(), "age".to_owned()];
    Survey {
        classes: vec![class("sex", ["男", "女"]), class("age", ["60", "70"])],
        weighting: Weighting::Rake(PopulationMargins { by, population: "p".to_owned(), least: 1, trim: None }),
        ..Survey::default()
    }
}

/// Cell, weight and respondents, in order.
fn sums(rows: &[(u32, i64, u32)]) -> Sums {
    let key = |cell: u32| GroupKey { stratum: cell / 4, cluster: cell / 4, domain: cell / 4, cell };
    let level = |weight: i64, count: u32| LevelSum { count, weight: weight * i64::from(count) * STEP, square: 0 };
    Sums {
        class_count: 4,
        groups: rows.iter().map(|&(cell, _, _)| key(cell)).collect(),
        everybody: rows.iter().map(|&(_, weight, count)| level(weight, count)).collect(),
        weights: rows.iter().map(|&(cell, weight, count)| CellWeight { cell, weight: weight * STEP, count }).collect(),
        ..Sums::default()
    }
}

fn population(people: [Option<f64>; 8]) -> Population {
    Population { source: String::new(), people: people.to_vec() }
}

fn names() -> Vec<String> {
    vec!["甲".to_owned(), "乙".to_owned()]
}

const ALL: [Option<f64>; 8] =
    [Some(10.0), Some(20.0), Some(30.0), Some(40.0), Some(50.0), Some(50.0), Some(100.0), Some(100.0)];

/// In 乙 a man of 60 and a woman of 70 answered: 100 men, but 150 of 60.
const CONTRADICTING: [(u32, i64, u32); 6] = [(0, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1), (7, 2, 1)];

fn is_near(value: f64, expected: f64) -> bool {
    (value - expected).abs() < 1e-9
}

#[test]
fn a_unit_whose_margins_contradict_each_other_leaves_the_others_raked() {
    let weighed = weigh(&survey(), &names(), &sums(&CONTRADICTING), &population(ALL), 0).unwrap();
    assert_eq!(weighed.unmet_units, [1]);
    assert_eq!(weighed.open_units(&weighed.unmet_units), [1]);
    for (factor, expected) in weighed.factors.by_cell.iter().zip([12.0, 18.0, 28.0, 42.0, 100.0, 100.0, 100.0, 100.0]) {
        assert!(is_near(*factor, expected), "{factor} {expected}");
    }
    assert_eq!((weighed.class_name(0, 0), weighed.class_name(0, 2)), ("甲 男".to_owned(), "乙".to_owned()));
    let certificate = weighed.certificate.unwrap();
    let asked: Vec<f64> = certificate.margins.iter().map(|line| line.asked.round()).collect();
    assert!(asked.iter().zip([30.0, 70.0, 300.0, 40.0, 60.0, 300.0]).all(|(one, other)| is_near(*one, other)));
    assert!(certificate.worst.unwrap().relative_gap < 1e-9);
}

#[test]
fn a_withheld_unit_is_not_named_and_where_all_fail_there_are_no_weights() {
    let closed = weigh(&survey(), &names(), &sums(&CONTRADICTING), &population(ALL), 3).unwrap();
    assert_eq!(closed.unmet_units, [1]);
    assert!(closed.open_units(&closed.unmet_units).is_empty());
    let unweighed = weigh(&survey(), &names(), &sums(&CONTRADICTING[4..]), &population(ALL), 0).unwrap_err();
    assert!(matches!(unweighed.obstacles[..], [Obstacle::NotConverged { .. }]), "{:?}", unweighed.obstacles);
}

#[test]
fn a_unit_that_the_table_lacks_keeps_its_design_weights_and_is_listed() {
    let mut people = ALL;
    people[4..].fill(None);
    let weighed = weigh(&survey(), &names(), &sums(&CONTRADICTING), &population(people), 0).unwrap();
    assert_eq!(weighed.without_people, [1]);
    assert!(weighed.unmet_units.is_empty());
    assert!(is_near(weighed.factors.by_cell[4], 1.0) && is_near(weighed.factors.by_cell[7], 1.0));
}

fn as_designed(sums: &Sums) -> Weighed {
    let people = [Some(13.0), None, None, None, Some(6.0), None, None, None];
    weigh(&survey(), &names(), sums, &population(people), 0).unwrap()
}

#[test]
fn what_is_cut_off_stays_in_its_unit() {
    // The limit is twice the median of 1; in 乙 everybody is above it.
    let sums = sums(&[(0, 1, 8), (0, 5, 1), (4, 3, 2)]);
    let mut weighed = as_designed(&sums);
    let trimmed = weighed.trim(&sums, 2.0).unwrap();
    let weight = |cell: u32, weight: i64| trimmed[&(cell, weight * STEP)];
    assert_eq!((weight(0, 1), weight(0, 5), weight(4, 3)), (1_375_000, 2 * STEP, 3 * STEP));
    assert_eq!(weighed.certificate.unwrap().respondents_trimmed, 1);
    assert!(!weighed.is_trim_refused);
}

#[test]
fn trimming_without_the_single_weights_is_refused() {
    let mut sums = sums(&[(0, 1, 8), (0, 5, 1), (4, 3, 2)]);
    sums.weights.clear();
    let mut weighed = as_designed(&sums);
    assert!(weighed.trim(&sums, 2.0).is_none() && weighed.is_trim_refused);
}
