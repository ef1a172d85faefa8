use super::{Interval, Rule, WeightedValue, quantile, woodruff};
use crate::facts::survey::calibrate::oracle::{Survey, Table};
use crate::facts::survey::estimate::between::between_clusters;
use proptest::prelude::*;

const RULES: [Rule; 5] = [Rule::Math, Rule::School, Rule::ShahVaish, Rule::ShahVaishRawWeight, Rule::HyndmanFan7];

fn weighted(pairs: &[(f64, f64)]) -> Vec<WeightedValue> {
    pairs.iter().map(|&(value, weight)| WeightedValue { value, weight }).collect()
}

/// The respondents with a value, in ascending order and the file's order among equals, as R sorts them.
fn rows(survey: &Survey, values: &[Option<f64>]) -> Vec<WeightedValue> {
    let mut rows: Vec<WeightedValue> = (values.iter().zip(&survey.weight))
        .filter_map(|(value, &weight)| Some(WeightedValue { value: (*value)?, weight }))
        .collect();
    rows.sort_by(|a, b| a.value.total_cmp(&b.value));
    rows
}

fn together(rows: &[WeightedValue]) -> Vec<WeightedValue> {
    let mut distinct: Vec<WeightedValue> = Vec::new();
    for row in rows {
        match distinct.last_mut() {
            Some(last) if last.value.total_cmp(&row.value).is_eq() => last.weight += row.weight,
            _ => distinct.push(*row),
        }
    }
    distinct
}

/// Linearised SE of the share at or below a value, strata = townships, clusters = villages.
fn se_of_share(survey: &Survey, values: &[Option<f64>], at: f64) -> Option<f64> {
    let answered = || values.iter().enumerate().filter_map(|(i, value)| value.map(|value| (i, value)));
    let total: f64 = answered().map(|(i, _)| survey.weight[i]).sum();
    let is_below = |value: f64| f64::from(u8::from(value <= at));
    let share = answered().map(|(i, value)| survey.weight[i] * is_below(value)).sum::<f64>() / total;
    let mut scores = vec![0.0; survey.township_of_village.len()];
    for (i, value) in answered() {
        scores[survey.village[i] as usize] += survey.weight[i] * (is_below(value) - share) / total;
    }
    between_clusters(&survey.township_of_village, &scores).ok().map(f64::sqrt)
}

/// t(0.975) with the 114 degrees of freedom of the oracle's design, from an interval printed there.
fn critical() -> f64 {
    let table = Table::read("02_survey/r_means.csv");
    let (mean, high, se) = (table.numbers("mean")[0], table.numbers("ci95_t_hi")[0], table.numbers("se")[0]);
    (high - mean) / se
}

#[test]
fn quantiles_and_woodruff_intervals_are_those_of_r() {
    let survey = Survey::read();
    let values = survey.variable("sat100");
    let rows = rows(&survey, &values);
    let distinct = together(&rows);
    let table = Table::read("02_survey/r_quantiles_sat100.csv");
    let (p, expected, lo, hi, se) =
        (table.numbers("p"), table.numbers("quantile"), table.numbers("lo"), table.numbers("hi"), table.numbers("se"));
    let names = table.text("qrule");
    let mut farthest = 0.0_f64;
    for at in 0..p.len() {
        let rule = match names[at].as_str() {
            "math" => Rule::Math,
            "school" => Rule::School,
            "shahvaish" => Rule::ShahVaishRawWeight,
            _ => Rule::HyndmanFan7,
        };
        let ours = woodruff(&rows, p[at], rule, critical(), |value| se_of_share(&survey, &values, value)).unwrap();
        let Interval { quantile, lower, upper, se: ours_se } = ours;
        let off = [quantile - expected[at], lower - lo[at], upper - hi[at], ours_se - se[at]];
        farthest = off.iter().fold(farthest, |farthest, off| farthest.max(off.abs()));
        assert!(farthest < 1e-10, "{} {}: {off:?}", names[at], p[at]);
        if matches!(rule, Rule::Math | Rule::School) {
            let grouped = woodruff(&distinct, p[at], rule, critical(), |at| se_of_share(&survey, &values, at));
            assert_eq!(grouped, Some(ours));
        }
    }
}

#[test]
fn shah_and_vaish_with_weights_that_average_one_is_what_r_computes_and_otherwise_it_is_not() {
    let survey = Survey::read();
    let rows = rows(&survey, &survey.variable("sat100"));
    let mean = rows.iter().map(|row| row.weight).sum::<f64>() / rows.len() as f64;
    let scaled: Vec<_> = rows.iter().map(|row| WeightedValue { weight: row.weight / mean, ..*row }).collect();
    for p in [0.1, 0.25, 0.5, 0.75, 0.9] {
        assert_eq!(quantile(&rows, p, Rule::ShahVaish), quantile(&scaled, p, Rule::ShahVaishRawWeight));
    }
    // R's 0.9 quantile is 79.17 where all other rules, and the published one, give 75.
    assert_eq!(quantile(&rows, 0.9, Rule::ShahVaish), quantile(&rows, 0.9, Rule::Math));
    assert_ne!(quantile(&rows, 0.9, Rule::ShahVaishRawWeight), quantile(&rows, 0.9, Rule::Math));
}

#[test]
fn the_median_of_four_equal_weights_is_the_second_the_mean_of_the_middle_or_both() {
    let rows = weighted(&[(1.0, 0.1), (2.0, 0.1), (4.0, 0.1), (8.0, 0.1)]);
    assert_eq!(quantile(&rows, 0.5, Rule::Math), Some(2.0));
    assert_eq!(quantile(&rows, 0.5, Rule::School), Some(3.0));
    assert_eq!(quantile(&rows, 0.25, Rule::HyndmanFan7), Some(1.75));
    assert_eq!(quantile(&rows, 0.01, Rule::Math), Some(1.0));
}

#[test]
fn unusable_input_gives_none() {
    let one = weighted(&[(3.0, 2.0)]);
    for rule in RULES {
        assert_eq!(quantile(&one, 0.5, rule), Some(3.0));
        assert_eq!(quantile(&[], 0.5, rule), None);
        assert_eq!(quantile(&weighted(&[(1.0, 0.0)]), 0.5, rule), None);
        assert_eq!(quantile(&weighted(&[(2.0, 1.0), (1.0, 1.0)]), 0.5, rule), None);
        assert_eq!(quantile(&weighted(&[(f64::NAN, 1.0)]), 0.5, rule), None);
        assert_eq!(quantile(&weighted(&[(1.0, f64::MAX), (2.0, f64::MAX)]), 0.5, rule), None);
        assert_eq!(quantile(&one, f64::NAN, rule), None);
        assert_eq!(woodruff(&one, 0.5, rule, 2.0, |_| None), None);
        assert_eq!(woodruff(&one, 0.5, rule, 2.0, |_| Some(f64::NAN)), None);
    }
}

proptest! {
    #[test]
    fn quantiles_lie_among_the_values_and_do_not_fall_with_p(
        values in prop::collection::vec((0_u32..9, 0.01_f64..5.0), 1..30),
        p in 0.0_f64..1.0, step in 0.0_f64..1.0,
    ) {
        let mut rows: Vec<_> =
            values.iter().map(|&(value, weight)| WeightedValue { value: f64::from(value), weight }).collect();
        rows.sort_by(|a, b| a.value.total_cmp(&b.value));
        let (first, last) = (rows[0].value, rows[rows.len() - 1].value);
        for rule in [Rule::Math, Rule::School, Rule::ShahVaish, Rule::HyndmanFan7] {
            let low = quantile(&rows, p, rule).unwrap();
            let high = quantile(&rows, p + (1.0 - p) * step, rule).unwrap();
            prop_assert!(first <= low && low <= high + 1e-12 && high <= last);
        }
    }
}
