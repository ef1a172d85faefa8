//! Estimates against R survey 4.1-1.

use crate::facts::survey::estimate::design::{DesignError, LonelyPsu};
use crate::facts::survey::estimate::groups::Moments;
use crate::facts::survey::estimate::interval::{RateInterval, RateMethod, mean_interval, rate_interval};
use crate::facts::survey::estimate::linearisation::{Asked, Estimate};
use crate::facts::survey::estimate::oracle::{Kind, Sample, VARIABLES, Worst, is_in, relative, respondents, table};

fn sample(kind: Kind) -> Sample {
    Sample::new(kind, LonelyPsu::Fail, &respondents("02_survey/respondents.csv"))
}

fn ratio(sample: &Sample, variable: &[Moments], domain: &str, level: &str) -> Result<Estimate, DesignError> {
    sample.design.ratio(&Asked { variable, domain: &|key| is_in(key, domain, level), calibration: None })
}

#[test]
fn means_errors_and_design_effects_are_those_of_r_in_four_designs() {
    let samples = [Kind::A, Kind::Afpc, Kind::B, Kind::C].map(sample);
    let variables: Vec<Vec<Vec<Moments>>> =
        samples.iter().map(|sample| VARIABLES.map(|name| sample.variable(name)).to_vec()).collect();
    let mut worst: [Worst; 6] = std::array::from_fn(|_| Worst::default());
    for row in table("02_survey/r_means.csv") {
        let kind = Kind::named(row.text("design")) as usize;
        let variable = VARIABLES.iter().position(|&name| name == row.text("variable")).unwrap();
        let got = ratio(&samples[kind], &variables[kind][variable], row.text("domain"), row.text("level")).unwrap();
        assert_eq!((f64::from(got.df), f64::from(got.count)), (row.number("df"), row.number("n")));
        let differences = [
            (got.value - row.number("mean")).abs(),
            relative(got.standard_error, row.number("se")),
            relative(got.design_effect.unwrap(), row.number("deff")),
            relative(got.design_effect_replace.unwrap(), row.number("deff_replace")),
            relative(got.kish, row.number("kish_deff")),
            relative(got.weight, row.number("sum_w")),
        ];
        let name = || format!("{} {} {} {}", row.text("design"), row.text("level"), row.text("variable"), got.value);
        for (worst, difference) in worst.iter_mut().zip(differences) {
            worst.see(difference, name);
        }
    }
    for (worst, tolerance) in worst.iter().zip([1e-10, 1e-9, 1e-9, 1e-9, 1e-12, 1e-12]) {
        assert_eq!(worst.rows, 1144);
        assert!(worst.difference < tolerance, "{worst:?}");
    }
}

#[test]
fn t_intervals_of_means_are_those_of_r() {
    let samples = [Kind::A, Kind::Afpc, Kind::B, Kind::C].map(sample);
    let variables: Vec<Vec<Vec<Moments>>> =
        samples.iter().map(|sample| VARIABLES.map(|name| sample.variable(name)).to_vec()).collect();
    let mut worst = Worst::default();
    for row in table("02_survey/r_means.csv") {
        let kind = Kind::named(row.text("design")) as usize;
        let variable = VARIABLES.iter().position(|&name| name == row.text("variable")).unwrap();
        let got = ratio(&samples[kind], &variables[kind][variable], row.text("domain"), row.text("level")).unwrap();
        let interval = mean_interval(&got, 0.95).unwrap();
        let name = || format!("{} {} {}", row.text("design"), row.text("level"), row.text("variable"));
        worst.see((interval.low - row.number("ci95_t_lo")).abs(), name);
        worst.see((interval.high - row.number("ci95_t_hi")).abs(), name);
    }
    assert!(worst.rows == 2288 && worst.difference < 1e-9, "{worst:?}");
}

/// R takes the likelihood limits off a cubic spline through about a dozen points of the profile and then straight lines
/// between 36 points of the spline (MASS `profile.glm`, `confint.profile.glm`): up to 7e-5 from the deviance's own
/// root. That procedure, redone from R's p, SE and df, gives R's numbers within 6e-7; the rest is `glm`'s convergence,
/// which is also why `logit` agrees to 1e-10 and not to 1e-15 as `xlogit` does.
#[test]
fn rate_intervals_are_those_of_r_as_far_as_r_iterates() {
    let samples = [Kind::A, Kind::Afpc, Kind::B, Kind::C].map(sample);
    let methods = [
        ("xlogit", RateMethod::Logit, 1e-9),
        ("logit", RateMethod::Logit, 1e-9),
        ("likelihood", RateMethod::Likelihood, 1e-4),
        ("asin", RateMethod::Asin, 1e-9),
        ("beta", RateMethod::Beta, 1e-9),
        ("mean", RateMethod::Mean, 1e-9),
    ];
    let rows = table("02_survey/r_proportions.csv");
    for (name, method, tolerance) in methods {
        let mut worst = Worst::default();
        for row in rows.iter().filter(|row| row.text("method") == name) {
            let sample = &samples[Kind::named(row.text("design")) as usize];
            let got = ratio(sample, &sample.variable(row.text("variable")), "township", row.text("level")).unwrap();
            let RateInterval { interval, method: used } = rate_interval(&got, method, 0.95).unwrap();
            assert_eq!(used, method);
            let label = || format!("{} {} {}", row.text("design"), row.text("level"), row.text("variable"));
            worst.see((interval.low - row.number("lo")).abs(), label);
            worst.see((interval.high - row.number("hi")).abs(), label);
        }
        assert!(worst.rows == 112 && worst.difference < tolerance, "{name} {worst:?}");
    }
}
