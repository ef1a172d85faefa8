use super::*;

const ALWAYS: Pooling = Pooling { periods: 2, when: PoolWhen::Always };
/// No question is looked at by itself.
const NONE: &dyn Fn(&Sums) -> Vec<Vec<u32>> = &|_| Vec::new();
const SMALL: Pooling = Pooling { periods: 2, when: PoolWhen::Small };

/// Respondents of weight 1.
fn level(count: u32) -> LevelSum {
    LevelSum { count, weight: i64::from(count) * 1_000_000, square: i128::from(count) * 1_000_000_000_000 }
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
        clusters: (0..counts.len()).map(|unit| format!("U{unit}\u{1f}V")).collect(),
        ..Sums::default()
    };
    Wave { sums, weighed: None }
}

/// A wave whose question is made of several columns: all have the one value, or nobody has any.
fn made(counts: &[u32], value: Option<(f64, f64)>) -> Wave {
    let mut own = wave(counts);
    own.sums.variables = vec![match value {
        Some(value) => {
            Variable { values: vec![value], level_count: 1, sums: counts.iter().map(|&count| level(count)).collect() }
        }
        None => Variable { values: Vec::new(), level_count: 0, sums: Vec::new() },
    }];
    own
}

/// Units of the groups with their respondents.
fn counts(pooled: &Wave) -> Vec<(u32, u32)> {
    pooled.sums.groups.iter().zip(&pooled.sums.everybody).map(|(key, sum)| (key.domain, sum.count)).collect()
}

/// Weights of the groups, in millionths.
fn weights(pooled: &Wave) -> Vec<i64> {
    pooled.sums.everybody.iter().map(|sum| sum.weight).collect()
}

#[test]
fn earlier_answers_are_added_as_strata_and_clusters_of_their_own() {
    let before = [wave(&[50, 20]), wave(&[19, 19])];
    let pooled = pool(&wave(&[40, 12]), &before, ALWAYS, 2, 30, 10, NONE).expect("something to add").wave;
    assert_eq!(counts(&pooled), [(0, 40), (1, 12), (0, 50), (1, 20)], "two periods and no third");
    let strata: Vec<u32> = pooled.sums.groups.iter().map(|key| key.stratum).collect();
    assert_eq!(strata, [0, 1, 2, 3]);
    assert_eq!(pooled.sums.variables[0].of(3)[0].count, 20);
    let name = pooled.sums.clusters[3].as_str();
    assert_ne!(name, pooled.sums.clusters[1]);
    assert_eq!(name.rsplit('\u{1f}').next(), Some("V"), "the last part is what people call it");
}

#[test]
fn only_units_with_few_answers_take_earlier_ones_where_that_is_the_rule() {
    let pooled = pool(&wave(&[40, 12]), &[wave(&[50, 20])], SMALL, 2, 30, 10, NONE).expect("something to add").wave;
    let added: Vec<u32> = pooled.sums.groups.iter().skip(2).map(|key| key.domain).collect();
    assert_eq!(added, [1]);
    assert!(pool(&wave(&[40, 32]), &[wave(&[50, 20])], SMALL, 2, 30, 10, NONE).is_none());
}

#[test]
fn a_figure_that_nobody_answered_in_one_of_the_periods_is_none_of_their_respondents() {
    let value = Some((3.5, 1.0));
    let answered = |pooled: &Wave| -> Vec<u32> {
        let variable = &pooled.sums.variables[0];
        assert_eq!((variable.level_count, variable.sums.len()), (1, pooled.sums.groups.len()));
        (0..pooled.sums.groups.len()).map(|group| variable.of(group)[0].count).collect()
    };
    let pooled = pool(&made(&[40, 12], None), &[made(&[50, 20], value)], ALWAYS, 2, 30, 10, NONE)
        .expect("something to add")
        .wave;
    assert_eq!(answered(&pooled), [0, 0, 50, 20]);
    let pooled = pool(&made(&[40, 12], value), &[made(&[50, 20], None)], ALWAYS, 2, 30, 10, NONE)
        .expect("something to add")
        .wave;
    assert_eq!(answered(&pooled), [40, 12, 0, 0]);
}

#[test]
fn a_value_of_one_period_only_is_a_level_of_both() {
    let now = made(&[40, 12], Some((3.0, 1.0)));
    let before = made(&[50, 20], Some((4.0, 1.0)));
    let pooled = pool(&now, &[before], ALWAYS, 2, 30, 10, NONE).expect("something to add").wave;
    let variable = &pooled.sums.variables[0];
    let rows: Vec<Vec<u32>> =
        (0..4).map(|group| variable.of(group).iter().map(|level| level.count).collect()).collect();
    assert_eq!(rows, [[40, 0], [12, 0], [0, 50], [0, 20]]);
}

#[test]
fn a_unit_of_several_periods_weighs_as_much_as_one_of_a_single_period() {
    let pooled = pool(&wave(&[40, 12]), &[wave(&[50, 20])], SMALL, 2, 30, 10, NONE).expect("something to add").wave;
    assert_eq!(weights(&pooled), [40_000_000, 6_000_000, 10_000_000], "one unit alone, the other halved");
    assert_eq!(pooled.sums.everybody[0], level(40), "nothing of a single period is rounded");
    assert_eq!(pooled.sums.everybody[1].square, 12 * 250_000_000_000, "a quarter of the squares");
    assert_eq!(pooled.sums.variables[0].of(2)[0], pooled.sums.everybody[2], "answers as everybody");

    let three = Pooling { periods: 3, ..ALWAYS };
    let pooled =
        pool(&wave(&[40]), &[wave(&[40]), wave(&[40])], three, 1, 30, 10, NONE).expect("something to add").wave;
    let gap = weights(&pooled).iter().sum::<i64>() - 40_000_000;
    assert!(gap.abs() <= 2, "a third is rounded to a millionth: {gap}");
}

#[test]
fn a_weight_never_becomes_none() {
    let least = LevelSum { count: 1, weight: 1, square: 1 };
    assert_eq!(least.over(8), least);
    assert_eq!(LevelSum::default().over(8), LevelSum::default());
}

#[test]
fn adjusted_weights_are_divided_through_the_factors_of_every_wave() {
    // Two waves, three units, two classes.
    let mut by_cell = [6.0; 12];
    share_factors(&mut by_cell, 2, &[2, 1, 3]);
    let wanted = [3.0, 3.0, 6.0, 6.0, 2.0, 2.0, 3.0, 3.0, 6.0, 6.0, 2.0, 2.0_f64];
    assert!(by_cell.iter().zip(&wanted).all(|(own, wanted)| own.total_cmp(wanted).is_eq()), "{by_cell:?}");
}

#[test]
fn what_was_withheld_in_one_period_is_not_pooled_with_what_was_printed() {
    let now = wave(&[40, 9, 40, 0, 10]);
    let before = wave(&[9, 40, 40, 40, 10]);
    let pooled = pool(&now, &[before], ALWAYS, 5, 30, 10, NONE).expect("something to add").wave;
    let added: Vec<(u32, u32)> = counts(&pooled).into_iter().skip(5).collect();
    assert_eq!(added, [(2, 40), (3, 40), (4, 10)], "neither the few of before nor anything for the few of now");
    let own: Vec<i64> = weights(&pooled).into_iter().map(|weight| weight / 1_000_000).collect();
    assert_eq!(own, [40, 9, 20, 0, 5, 20, 40, 5], "only waves that are in it divide a unit");
    assert!(pool(&wave(&[40, 9]), &[wave(&[9, 40])], ALWAYS, 2, 30, 10, NONE).is_none());
    assert!(pool(&wave(&[40, 9]), &[wave(&[9, 40])], SMALL, 2, 30, 10, NONE).is_none());
}

#[test]
fn a_period_left_out_does_not_close_the_one_before_it() {
    let three = Pooling { periods: 3, ..ALWAYS };
    let pooled = pool(&wave(&[40]), &[wave(&[5]), wave(&[60])], three, 1, 30, 10, NONE).expect("something to add").wave;
    assert_eq!(counts(&pooled), [(0, 40), (0, 60)]);
    assert_eq!(weights(&pooled), [20_000_000, 30_000_000]);
}

#[test]
fn a_question_that_too_few_answered_in_one_period_is_closed_for_the_unit() {
    // 40 and 12 of the first unit, 30 and 30 of the second; the question was put to some of them only.
    let first = |sums: &Sums| sums.everybody[0].count;
    let answered = |sums: &Sums| if first(sums) == 40 { vec![vec![25, 25]] } else { vec![vec![9, 20]] };
    let closed = |now: &[u32], before: &[u32], pooling| {
        pool(&wave(now), &[wave(before)], pooling, 2, 30, 10, &answered).expect("something to add").closed
    };
    assert_eq!(closed(&[40, 30], &[12, 30], ALWAYS), [vec![true, false]]);
    assert_eq!(closed(&[12, 30], &[40, 30], ALWAYS), [vec![true, false]]);
    // Nothing is added to a unit with enough now, so nothing of the earlier period comes out.
    assert_eq!(closed(&[40, 29], &[12, 30], SMALL), [vec![false, false]]);
}
