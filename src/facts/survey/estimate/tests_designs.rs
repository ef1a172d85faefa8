//! Lonely PSUs, totals, ratios, covariances, calibrated errors and the jackknife against R survey 4.1-1.

use proptest::prelude::*;
use std::collections::BTreeMap;

use crate::facts::probability::distributions::{chi_square_upper, f_upper};
use crate::facts::survey::estimate::design::{Design, DesignError, Group, LonelyPsu, Psu, StratumPopulation};
use crate::facts::survey::estimate::groups::{Everybody, GroupKey, Moments};
use crate::facts::survey::estimate::linearisation::{Asked, Calibration, Estimate};
use crate::facts::survey::estimate::oracle::{
    Kind, Respondent, Sample, VARIABLES, Worst, is_in, relative, respondents, table,
};

fn sample(kind: Kind) -> Sample {
    Sample::new(kind, LonelyPsu::Fail, &respondents("02_survey/respondents.csv"))
}

fn townships() -> Vec<String> {
    (1..=13).map(|number| format!("T{number:02}")).collect()
}

#[test]
fn the_five_lonely_psu_rules_are_those_of_r() {
    let rules = [
        ("fail", LonelyPsu::Fail),
        ("remove", LonelyPsu::Remove),
        ("certainty", LonelyPsu::Certainty),
        ("adjust", LonelyPsu::Adjust),
        ("average", LonelyPsu::Average),
    ];
    let people = respondents("02_survey/lonely.csv");
    for row in table("02_survey/r_lonely.csv") {
        let rule = rules.iter().find(|(name, _)| *name == row.text("option")).unwrap().1;
        let sample = Sample::new(Kind::A, rule, &people);
        let got =
            sample.design.ratio(&Asked { variable: &sample.variable("q1"), domain: &|_| true, calibration: None });
        if rule == LonelyPsu::Fail {
            assert_eq!(got, Err(DesignError::LonelyPsu { stratum: 3 }));
            assert!(row.text("message").contains("T03"));
        } else {
            let got = got.unwrap();
            assert!((got.value - row.number("mean")).abs() < 1e-10);
            assert!(relative(got.standard_error, row.number("se")) < 1e-9, "{rule:?} {got:?}");
        }
    }
}

#[test]
fn a_lonely_stratum_does_not_stop_a_domain_elsewhere() {
    let people = respondents("02_survey/lonely.csv");
    let sample = Sample::new(Kind::A, LonelyPsu::Fail, &people);
    let variable = sample.variable("q1");
    let of = |level: &'static str| {
        sample.design.ratio(&Asked {
            variable: &variable,
            domain: &|key| is_in(key, "township", level),
            calibration: None,
        })
    };
    assert!(of("T01").is_ok());
    assert_eq!(of("T03"), Err(DesignError::LonelyPsu { stratum: 3 }));
    assert_eq!(of("T77"), Err(DesignError::EmptyDomain));
}

#[test]
fn a_ratio_of_two_answers_is_that_of_r() {
    let sample = sample(Kind::A);
    let variable = sample.pair(&|one| one.value("q1"), &|one| one.value("q2"));
    let got = sample.design.ratio(&Asked { variable: &variable, domain: &|_| true, calibration: None }).unwrap();
    let row = &table("02_survey/r_ratio_q1_q2.csv")[0];
    assert!((got.value - row.number("ratio")).abs() < 1e-10);
    assert!(relative(got.standard_error, row.number("se")) < 1e-9);
}

#[test]
fn totals_of_townships_are_those_of_r() {
    let sample = sample(Kind::A);
    let variable = sample.pair(&|_| Some(1.0), &|_| Some(1.0));
    for row in table("02_survey/r_totals.csv") {
        let domain = |key: &GroupKey| is_in(key, "township", row.text("township"));
        let got = sample.design.total(&Asked { variable: &variable, domain: &domain, calibration: None }).unwrap();
        assert!(relative(got.value, row.number("one")) < 1e-12);
        assert!(relative(got.standard_error, row.number("se")) < 1e-9);
    }
}

#[test]
fn shares_of_the_answers_are_those_of_r_and_sum_to_one() {
    let sample = sample(Kind::A);
    for row in table("02_survey/r_distribution_q1.csv") {
        let mut sum = 0.0;
        for answer in 1..=5 {
            let chosen =
                |one: &Respondent| one.value("q1").map(|given| f64::from((given - f64::from(answer)).abs() < 0.5));
            let variable = sample.pair(&chosen, &|_| Some(1.0));
            let domain = |key: &GroupKey| is_in(key, "township", row.text("township"));
            let got = sample.design.ratio(&Asked { variable: &variable, domain: &domain, calibration: None }).unwrap();
            sum += got.value;
            assert!((got.value - row.number(&format!("q1f{answer}"))).abs() < 1e-10);
            assert!(relative(got.standard_error, row.number(&format!("se.q1f{answer}"))) < 1e-9);
        }
        assert!((sum - 1.0).abs() < 1e-14);
    }
}

#[test]
fn covariances_of_townships_are_those_of_r() {
    for (kind, path) in [(Kind::A, "r_vcov_sat100_township.csv"), (Kind::B, "r_vcov_sat100_township_designB.csv")] {
        let sample = sample(kind);
        let variable = sample.variable("sat100");
        let names = townships();
        let domains: Vec<_> = names.iter().map(|name| move |key: &GroupKey| is_in(key, "township", name)).collect();
        let asked: Vec<Asked> =
            domains.iter().map(|domain| Asked { variable: &variable, domain, calibration: None }).collect();
        let matrix = sample.design.covariance(&asked).unwrap();
        for (row, got) in table(&format!("02_survey/{path}")).iter().zip(&matrix) {
            for (name, value) in names.iter().zip(got) {
                let expected = row.number(name);
                assert!((value - expected).abs() < 1e-9 * expected.abs() + 1e-20, "{kind:?} {name} {value}");
            }
        }
    }
}

/// Villages have women and men, so the two means covary.
#[test]
fn covariances_of_domains_that_cross_clusters_add_up_to_a_variance() {
    for kind in [Kind::A, Kind::Afpc, Kind::B, Kind::C] {
        let sample = sample(kind);
        let answer = sample.variable("t1");
        let [women, men] = ["F", "M"].map(|level| move |key: &GroupKey| is_in(key, "sex", level));
        let asked = [
            Asked { variable: &answer, domain: &women, calibration: None },
            Asked { variable: &answer, domain: &men, calibration: None },
        ];
        let matrix = sample.design.covariance(&asked).unwrap();
        for (at, one) in asked.iter().enumerate() {
            let alone = sample.design.ratio(one).unwrap().standard_error;
            assert!(relative(matrix[at][at].sqrt(), alone) < 1e-12);
        }
        // With W_F u_F + W_M u_M the linearised value of Σ w (y − x R of the own sex), whose total is 0: compare with
        // the same total taken straight from respondents.
        let estimates = asked.map(|one| sample.design.ratio(&one).unwrap());
        let own = |one: &Respondent| one.value("t1").map(|value| value - estimates[one.sex as usize].value);
        let residual = sample.pair(&own, &|_| Some(1.0));
        let total = sample.design.total(&Asked { variable: &residual, domain: &|_| true, calibration: None }).unwrap();
        let [a, b] = estimates.map(|one| one.weight);
        let variance = a * a * matrix[0][0] + 2.0 * a * b * matrix[0][1] + b * b * matrix[1][1];
        assert!(relative(variance.sqrt(), total.standard_error) < 1e-11, "{kind:?} {matrix:?}");
        assert!(matrix[0][1] != 0.0);
    }
}

#[test]
fn covariances_of_two_variables_give_the_variance_of_their_difference_and_need_clusters() {
    for kind in [Kind::A, Kind::C] {
        let sample = sample(kind);
        let both = |one: &Respondent| one.value("q1").and(one.value("q2")).map(|_| 1.0);
        let [first, second] = ["q1", "q2"].map(|name| sample.pair(&|one| one.value(name), &both));
        let less = |one: &Respondent| Some(one.value("q1")? - one.value("q2")?);
        let difference = sample.variable_of(&less);
        let ask = |variable| Asked { variable, domain: &|_| true, calibration: None };
        let matrix = sample.design.covariance(&[ask(&first), ask(&second)]);
        if kind == Kind::C {
            assert_eq!(matrix, Err(DesignError::TwoVariables));
            continue;
        }
        let matrix = matrix.unwrap();
        let variance = matrix[0][0] + matrix[1][1] - 2.0 * matrix[0][1];
        let got = sample.design.ratio(&ask(&difference)).unwrap();
        assert!(relative(variance.sqrt(), got.standard_error) < 1e-12);
    }
}

fn cell(one: &Respondent) -> usize {
    (one.township * 3 + one.age) as usize
}

/// Factors of post-stratification by township and age, by cell.
fn factors(people: &[Respondent]) -> Vec<f64> {
    let ages = ["60-69", "70-79", "80+"];
    let mut population = vec![0.0; 42];
    for row in table("02_survey/population.csv") {
        let township: usize = row.text("township")[1..].parse().unwrap();
        let age = ages.iter().position(|&age| age == row.text("age")).unwrap();
        population[township * 3 + age] += row.number("N");
    }
    let mut sample = vec![0.0; 42];
    for one in people {
        sample[cell(one)] += one.weight;
    }
    population.iter().zip(&sample).map(|(&whole, &drawn)| if drawn > 0.0 { whole / drawn } else { 1.0 }).collect()
}

fn cell_means(values: &[f64], weights: &[f64]) -> Vec<f64> {
    values.iter().zip(weights).map(|(&value, &weight)| if weight > 0.0 { value / weight } else { 0.0 }).collect()
}

#[test]
fn errors_of_poststratified_means_are_those_of_r() {
    let people = respondents("02_survey/respondents.csv");
    let sample = Sample::new(Kind::A, LonelyPsu::Fail, &people);
    let calibration = Calibration { factors: &factors(&people), fit: &cell_means };
    let variables: BTreeMap<&str, Vec<Moments>> = VARIABLES.iter().map(|&name| (name, sample.variable(name))).collect();
    let mut worst = Worst::default();
    for row in table("02_survey/r_means_adjusted.csv").iter().filter(|row| row.text("weights") == "poststratified") {
        let domain = |key: &GroupKey| is_in(key, "township", row.text("level"));
        let variable = &variables[row.text("variable")];
        let got = sample.design.ratio(&Asked { variable, domain: &domain, calibration: Some(&calibration) }).unwrap();
        assert!((got.value - row.number("mean")).abs() < 1e-10);
        worst.see(relative(got.standard_error, row.number("se")), || row.text("level").to_owned());
    }
    assert!(worst.rows == 42 && worst.difference < 1e-9, "{worst:?}");
}

/// The sums of squares within groups against the same estimator with one group per respondent.
#[test]
fn calibrated_errors_with_respondents_as_psus_are_those_of_single_respondents() {
    let people = respondents("02_survey/respondents.csv");
    let factors = factors(&people);
    let calibration = Calibration { factors: &factors, fit: &cell_means };
    let sample = Sample::new(Kind::C, LonelyPsu::Fail, &people);
    let domain = |key: &GroupKey| is_in(key, "zone", "rural");
    let variable = sample.variable("sat100");
    let got =
        sample.design.ratio(&Asked { variable: &variable, domain: &domain, calibration: Some(&calibration) }).unwrap();
    let weight = |one: &Respondent| one.weight * factors[cell(one)];
    let inside = |one: &Respondent| one.value("sat100").filter(|_| one.zone == 2);
    let total: f64 = people.iter().filter(|one| inside(one).is_some()).map(weight).sum();
    let linear = |one: &Respondent| inside(one).map_or(0.0, |value| (value - got.value) / total);
    let (mut values, mut weights) = (vec![0.0; 42], vec![0.0; 42]);
    for one in &people {
        values[cell(one)] += weight(one) * linear(one);
        weights[cell(one)] += weight(one);
    }
    let fit = cell_means(&values, &weights);
    let scores: Vec<f64> = people.iter().map(|one| weight(one) * (linear(one) - fit[cell(one)])).collect();
    let count = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / count;
    let variance = count / (count - 1.0) * scores.iter().map(|score| (score - mean) * (score - mean)).sum::<f64>();
    assert!(relative(got.standard_error, variance.sqrt()) < 1e-11);
}

#[test]
fn a_calibration_that_changes_nothing_changes_nothing() {
    let sample = sample(Kind::C);
    let variable = sample.variable("q3");
    let none = |values: &[f64], _: &[f64]| vec![0.0; values.len()];
    let calibration = Calibration { factors: &[1.0; 42], fit: &none };
    let ask = |calibration| Asked { variable: &variable, domain: &|_| true, calibration };
    assert_eq!(sample.design.ratio(&ask(Some(&calibration))), sample.design.ratio(&ask(None)));
    let short = Calibration { factors: &[1.0; 20], fit: &none };
    assert_eq!(sample.design.ratio(&ask(Some(&short))), Err(DesignError::CellWithoutFactor { cell: 20 }));
    let wrong = |_: &[f64], _: &[f64]| vec![f64::NAN; 42];
    let wrong = Calibration { factors: &[1.0; 42], fit: &wrong };
    assert_eq!(sample.design.ratio(&ask(Some(&wrong))), Err(DesignError::Fit { cells: 42, fitted: 0 }));
}

#[test]
fn the_jackknife_is_that_of_r() {
    let sample = sample(Kind::A);
    let variable = sample.variable("sat100");
    for row in table("02_survey/r_jackknife_sat100.csv") {
        let domain = |key: &GroupKey| is_in(key, "township", row.text("township"));
        let got = sample.design.jackknife(&variable, &domain).unwrap();
        assert!((got.value - row.number("sat100")).abs() < 1e-10);
        assert!(relative(got.standard_error, row.number("se")) < 1e-9, "{got:?}");
    }
    let alone = |key: &GroupKey| key.cluster == 1002;
    assert_eq!(sample.design.jackknife(&variable, &alone), Err(DesignError::EmptyReplicate { cluster: 1002 }));
}

#[test]
fn upper_tails_are_the_p_values_of_r() {
    for row in table("02_survey/r_chisq_t1_sex.csv").iter().filter(|row| row.text("statistic") != "Chisq") {
        let p = f_upper(row.number("value"), row.number("df1"), row.number("df2")).unwrap();
        assert!(relative(p, row.number("p")) < 1e-12);
    }
    let ratio = table("02_survey/r_chisq_t1_sex.csv").iter().map(|row| row.number("value")).collect::<Vec<_>>();
    // R's "Chisq" is Pearson's statistic with the p-value of F's, on a chi-square instead of an F.
    let p = table("02_survey/r_chisq_t1_sex.csv")[1].number("p");
    assert!(relative(chi_square_upper(ratio[0], 1.0).unwrap(), p) < 1e-9);
}

#[test]
fn the_order_of_rows_and_groups_changes_no_bit() {
    let mut people = respondents("02_survey/respondents.csv");
    let first = sample(Kind::A);
    people.reverse();
    let second = Sample::new(Kind::A, LonelyPsu::Fail, &people);
    let ask = |sample: &Sample| {
        let variable = sample.variable("sat100");
        sample.design.ratio(&Asked { variable: &variable, domain: &|_| true, calibration: None }).unwrap()
    };
    assert_eq!(ask(&first), ask(&second));
    let mut groups = first.design.groups.clone();
    let mut variable = first.variable("sat100");
    groups.reverse();
    variable.reverse();
    let turned = Design::new(Psu::Cluster, LonelyPsu::Fail, &groups, &[]).unwrap();
    let got = turned.ratio(&Asked { variable: &variable, domain: &|_| true, calibration: None }).unwrap();
    assert_eq!(got, ask(&first));
}

/// A domain of one village has no spread between villages, whatever rounding leaves of Σ w (y − R).
#[test]
fn a_domain_in_one_cluster_has_no_error_and_no_degrees_of_freedom() {
    let sample = sample(Kind::B);
    let variable = sample.variable("sat100");
    let domain = |key: &GroupKey| key.cluster == 1002;
    let got = sample.design.ratio(&Asked { variable: &variable, domain: &domain, calibration: None }).unwrap();
    assert!(got.standard_error == 0.0 && got.df == 0);
}

proptest! {
    #[test]
    fn whatever_the_sums_no_number_that_is_not_one_comes_out(
        sums in proptest::collection::vec((0..3_u32, 0..4_u32, proptest::num::f64::ANY, -400..400_i32), 1..12),
        lonely in 0..5_usize,
        respondents in proptest::bool::ANY,
    ) {
        let rules =
            [LonelyPsu::Fail, LonelyPsu::Remove, LonelyPsu::Certainty, LonelyPsu::Adjust, LonelyPsu::Average];
        let psu = if respondents { Psu::Respondent } else { Psu::Cluster };
        let (mut groups, mut variable) = (Vec::new(), Vec::new());
        for (place, &(stratum, count, y, power)) in sums.iter().enumerate() {
            let key = GroupKey { stratum, cluster: u32::try_from(place).unwrap() / 2 + 100 * stratum, domain: 0, cell: 0 };
            let weight = if count == 0 { 0.0 } else { libm::ldexp(1.0, power) };
            let [square, of_y] = [weight * weight, weight * y];
            groups.push(Group { key, everybody: Everybody { count, weight, square } });
            variable.push(Moments {
                count, weight, square, x: weight, xx: weight, y: of_y, xy: of_y, yy: of_y * y, square_x: square,
                square_xx: square, square_y: square * y, square_xy: square * y, square_yy: square * y * y,
            });
        }
        if let Ok(design) = Design::new(psu, rules[lonely], &groups, &[]) {
            let ask = Asked { variable: &variable, domain: &|_| true, calibration: None };
            if let Ok(got) = design.ratio(&ask) {
                let Estimate { value, standard_error, effective_count, weight, kish, .. } = got;
                let effects = [got.design_effect, got.design_effect_replace].map(|effect| effect.unwrap_or(0.0));
                let all = [value, standard_error, effective_count, weight, kish, effects[0], effects[1]];
                prop_assert!(all.iter().all(|number| number.is_finite()), "{got:?}");
            }
            if let Ok(got) = design.jackknife(&variable, &|_| true) {
                prop_assert!(got.value.is_finite() && got.standard_error.is_finite());
            }
            if let Ok(got) = design.total(&ask) {
                prop_assert!(got.value.is_finite() && got.standard_error.is_finite());
            }
        }
    }
}

fn group(stratum: u32, cluster: u32) -> Group {
    let key = GroupKey { stratum, cluster, domain: 0, cell: 0 };
    Group { key, everybody: Everybody { count: 1, weight: 2.0, square: 4.0 } }
}

#[test]
fn a_design_that_cannot_be_is_refused() {
    let make = |groups: &[Group], sizes: &[StratumPopulation]| {
        Design::new(Psu::Cluster, LonelyPsu::Fail, groups, sizes).map(|design| design.psus())
    };
    assert_eq!(make(&[], &[]), Err(DesignError::NoGroups));
    assert_eq!(make(&[group(1, 1), group(1, 1)], &[]), Err(DesignError::GroupTwice { key: group(1, 1).key }));
    let crossing = DesignError::ClusterInTwoStrata { cluster: 1, first: 1, second: 2 };
    assert_eq!(make(&[group(1, 1), group(2, 1)], &[]), Err(crossing));
    let size = |population| [StratumPopulation { stratum: 1, population: Some(population) }];
    let small = DesignError::PopulationTooSmall { stratum: 1, sampled: 2, population: 1 };
    assert_eq!(make(&[group(1, 1), group(1, 2)], &size(1)), Err(small));
    assert_eq!(make(&[group(1, 1), group(1, 2)], &size(2)), Ok(2));
}

#[test]
fn a_self_representing_stratum_adds_nothing_even_with_one_psu() {
    let groups = [group(1, 1), group(2, 2), group(2, 3)];
    let one = |y: f64| Moments {
        count: 1,
        x: 2.0,
        y: 2.0 * y,
        xx: 2.0,
        xy: 2.0 * y,
        yy: 2.0 * y * y,
        weight: 2.0,
        square: 4.0,
        square_x: 4.0,
        square_y: 4.0 * y,
        square_xx: 4.0,
        square_xy: 4.0 * y,
        square_yy: 4.0 * y * y,
    };
    let variable = [one(1.0), one(2.0), one(4.0)];
    let ask = Asked { variable: &variable, domain: &|_| true, calibration: None };
    let of =
        |sizes: &[StratumPopulation]| Design::new(Psu::Cluster, LonelyPsu::Fail, &groups, sizes).unwrap().ratio(&ask);
    assert_eq!(of(&[]), Err(DesignError::LonelyPsu { stratum: 1 }));
    let got = of(&[StratumPopulation { stratum: 1, population: Some(1) }]).unwrap();
    // Two scores of ±1/3 · … : w (y − R)/W for y = 2, 4 and W = 6 differ by 2/3, so V = 2/1 · 2 (1/3)².
    assert!((got.standard_error - 2.0 / 3.0).abs() < 1e-15, "{got:?}");
}
