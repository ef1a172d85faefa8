//! Worked figures of the county's own material: what anybody can recompute by hand must come out of the program.

use crate::direct::{AS_IT_IS, Branch, Direct, cells, current};
use crate::project::{Outcome, repository};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use yinxiang::audit::{Audit, InputFile};
use yinxiang::definitions::{Basis, Definitions, Scoring, Source, parse};
use yinxiang::rules::Inputs;
use yinxiang::support::Closing;
use yinxiang::views::PeriodResult;
use yinxiang::workflow::Project;

/// Dimension weights of the draft.
const WEIGHTS: [f64; 5] = [30.0, 24.0, 16.0, 14.0, 16.0];

#[track_caller]
fn assert_close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found} is not {expected} ± {tolerance}");
}

/// The definition files that the repository ships.
fn shipped_files() -> Vec<InputFile> {
    let listed = std::fs::read_dir(repository("indicators")).expect("the shipped definitions");
    let mut paths: Vec<_> = listed.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let file = |path: &std::path::PathBuf| InputFile {
        path: path.display().to_string().into(),
        bytes: std::fs::read(path).expect("a definition file").into(),
    };
    paths.iter().map(file).collect()
}

fn shipped() -> Definitions {
    let mut audit = Audit::default();
    parse(&shipped_files(), &mut audit).unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
}

/// Score of an indicator of the shipped definitions for one unit of which only these measures are known.
fn shipped_score(period: &str, indicator: &str, measures: &[(&str, f64)]) -> f64 {
    let definitions = shipped();
    let unit = &definitions.units.units[0].name;
    let table = |is_frozen: bool| {
        let mut head = "镇街".to_owned();
        let mut row = unit.clone();
        for (id, value) in measures {
            let measure = definitions.measures.iter().find(|measure| measure.id == *id).expect("a shipped measure");
            if (measure.basis == Basis::Frozen) == is_frozen {
                let _ = write!(head, ",{id}");
                let _ = write!(row, ",{value}");
            }
        }
        format!("{head}\n{row}\n").into_bytes().into()
    };
    let year = &period[..4];
    let project = Project {
        definitions: shipped_files(),
        frozen: vec![InputFile { path: format!("data/frozen/{year}.csv").into(), bytes: table(true) }],
        periods: BTreeMap::from([(
            period.parse().expect("a period"),
            vec![InputFile { path: format!("data/{period}/部门.csv").into(), bytes: table(false) }],
        )]),
        ..Project::default()
    };
    let outcome = Outcome::of(&project, None);
    let position = definitions.indicators.iter().position(|known| known.code == indicator).expect("an indicator");
    let score = current(outcome.scored()).scores.indicator(position, 0).score;
    score.unwrap_or_else(|| panic!("{indicator} has no score:\n{}", outcome.findings()))
}

/// Score of one value by a method, in a project of that one indicator.
fn score_by(method: &str, value: f64) -> f64 {
    let branch: [Branch<'_>; 1] = [("A", 100.0, &[("A1", 100.0)])];
    let outcome =
        Direct::new("", 1, &branch, &format!("score = {method}")).period("2022Q2", &[cells(&[value])]).outcome();
    current(outcome.scored()).scores.indicator(0, 0).score.expect("a reported value has a score")
}

/// Five dimensions of one indicator each, with these scores.
fn five(index_keys: &str, scores: [f64; 5]) -> Outcome {
    let codes = ["A", "B", "C", "D", "E"];
    let inner: Vec<[(String, f64); 1]> = codes.iter().map(|code| [(format!("{code}1"), 100.0)]).collect();
    let inner: Vec<[(&str, f64); 1]> = inner.iter().map(|one| [(one[0].0.as_str(), one[0].1)]).collect();
    let branches: Vec<Branch<'_>> =
        codes.iter().zip(WEIGHTS).zip(&inner).map(|((code, weight), inner)| (*code, weight, &inner[..])).collect();
    Direct::new(index_keys, 1, &branches, &format!("score = {AS_IT_IS}")).period("2022Q3", &[cells(&scores)]).outcome()
}

fn base(outcome: &Outcome) -> f64 {
    current(outcome.scored()).scores.base(0).expect("a base score")
}

#[test]
fn the_efficacy_coefficient_goes_on_below_the_floor_and_works_both_ways() {
    assert_close(score_by("{ efficacy = { target = 12, floor = 6 } }", 5.81), 58.733_333, 5e-7);
    assert_close(score_by("{ efficacy = { target = 25, floor = 15 } }", 21.3), 85.2, 1e-9);
    assert_close(score_by("{ efficacy = { target = 1.0, floor = 4.0 } }", 2.2), 84.0, 1e-9);
    assert_close(score_by("{ efficacy = { target = 10, floor = 30 } }", 16.5), 87.0, 1e-9);
}

#[test]
fn three_fraud_cases_among_9200_older_people_score_69_8551() {
    let score = shipped_score("2022Q2", "E05", &[("elder_fraud_cases", 3.0), ("population_60", 9200.0)]);
    assert_close(score, 69.8551, 5e-5);
    assert_close(3.0 / 9200.0 * 10_000.0, 3.2609, 5e-5);
}

#[test]
fn a_narrow_band_is_brutal_for_monthly_visits() {
    let visits = |done: f64| shipped_score("2022Q2", "A05", &[("visits_done", done), ("visits_due", 1000.0)]);
    assert_close(visits(942.0), 53.6, 1e-9);
    assert_close(visits(875.0), 0.0, 1e-9);
    assert_close(visits(1000.0), 100.0, 1e-9);
}

#[test]
fn devices_online_score_48_at_82_percent_and_90_at_92_5() {
    let online =
        |share: f64| shipped_score("2022Q2", "A08", &[("devices_online", share), ("devices_installed", 1000.0)]);
    assert_close(online(820.0), 48.0, 1e-9);
    assert_close(online(925.0), 90.0, 1e-9);
}

#[test]
fn pro_rata_looks_at_what_is_due_by_the_end_of_the_quarter() {
    let homes =
        |done: f64| shipped_score("2022Q2", "A06", &[("home_adaptations_done", done), ("home_adaptation_task", 60.0)]);
    assert_close(homes(21.0), 75.0, 1e-9);
    assert_close(homes(15.0), 25.0, 1e-9);
    let trained = shipped_score("2022Q2", "C04", &[("digital_trained", 175.0), ("digital_training_task", 400.0)]);
    assert_close(trained, 75.0, 1e-9);
    let managed = shipped_score("2022Q2", "B01", &[("health_managed_65", 1950.0), ("population_65", 6500.0)]);
    assert_close(managed, 87.3016, 5e-5);
}

#[test]
fn more_activity_than_the_best_range_scores_86_6667() {
    let method = "{ band = { low = 3, high = 9, floor_low = 1, floor_high = 15 } }";
    assert_close(score_by(method, 11.0), 86.6667, 5e-5);
    let is_shipped = |scoring: &Scoring| matches!(scoring, Scoring::Band { low: 3.0, high: 9.0, floor_high: 15.0, .. });
    assert!(shipped().indicators.iter().any(|indicator| is_shipped(&indicator.scoring)));
}

#[test]
fn the_fourth_of_thirteen_scores_90() {
    let branch: [Branch<'_>; 1] = [("A", 100.0, &[("A1", 100.0)])];
    let keys = "score = { rank-points = { direction = \"higher\", last = 60 } }";
    let rows: Vec<Vec<String>> = (0..13).map(|unit| cells(&[f64::from(unit)])).collect();
    let outcome = Direct::new("", 13, &branch, keys).period("2022Q2", &rows).outcome();
    let scores = &current(outcome.scored()).scores;
    // Unit 9 has the fourth-largest value of 0…12.
    assert_close(scores.indicator(0, 9).score.expect("a score"), 90.0, 1e-9);
    assert_close(scores.indicator(0, 0).score.expect("a score"), 60.0, 1e-9);
}

#[test]
fn a_learning_dimension_is_78_51_with_one_not_applicable_and_69_09_with_a_zero() {
    let inner = [("C1", 18.0), ("C2", 22.0), ("C3", 12.0), ("C4", 20.0), ("C5", 13.0), ("C6", 15.0)];
    let branch: [Branch<'_>; 1] = [("C", 100.0, &inner)];
    let learning = |third: &str, missing: &str| {
        let keys = format!("score = {AS_IT_IS}\nmay_not_apply = true\nmissing = \"{missing}\"");
        let row: Vec<String> = ["70", "84", third, "75", "100", "66.7"].map(str::to_owned).to_vec();
        // With one unit alone, what it does not report would be missing for all, and dropped.
        let other = vec!["50".to_owned(); 6];
        let outcome = Direct::new("", 2, &branch, &keys).period("2022Q3", &[row, other]).outcome();
        let result = current(outcome.scored());
        let published = result.settlement.units[0].base.expect("a base score").to_string();
        (base(&outcome), published, result.settlement.units[0].coverage.to_string())
    };
    let (exact, published, coverage) = learning("不适用", "drop");
    assert_close(exact, 78.5057, 5e-5);
    assert_eq!((published.as_str(), coverage.as_str()), ("78.51", "100.00"));
    // A real zero, and nothing reported where the definition says that this scores nothing.
    for (third, missing) in [("0", "drop"), ("未报", "zero")] {
        let (exact, published, _) = learning(third, missing);
        assert_close(exact, 69.085, 1e-9);
        assert_eq!(published, "69.09");
    }
}

/// rules.md, edge case 3: a unit without a nursing home has no A01, and its weight of 8 spreads over the other nine.
#[test]
fn edge_3_without_a_nursing_home_the_other_nine_are_divided_by_92() {
    let weights = [8.0, 10.0, 12.0, 12.0, 12.0, 12.0, 8.0, 10.0, 6.0, 10.0];
    let codes = ["A01", "A02", "A03", "A04", "A05", "A06", "A07", "A08", "A09", "A10"];
    let inner: Vec<(&str, f64)> = codes.into_iter().zip(weights).collect();
    let branch: [Branch<'_>; 1] = [("A", 100.0, &inner)];
    let values = [60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 55.0];
    let row: Vec<String> = std::iter::once("不适用".to_owned()).chain(values.map(|value| value.to_string())).collect();
    let keys = format!("score = {AS_IT_IS}\nmay_not_apply = true\nmissing = \"drop\"");
    let outcome = Direct::new("", 2, &branch, &keys).period("2022Q3", &[row, vec!["50".to_owned(); 10]]).outcome();
    let sum: f64 = values.iter().zip(&weights[1..]).map(|(value, weight)| value * weight).sum();
    assert_close(base(&outcome), sum / 92.0, 1e-9);
    assert_eq!(current(outcome.scored()).settlement.units[0].coverage.to_string(), "100.00");
}

#[test]
fn base_scores_are_the_weighted_means_of_the_dimensions() {
    for (dimensions, expected) in [
        ([86.40, 82.15, 78.30, 91.00, 80.55], 83.792),
        ([92.10, 90.40, 91.75, 89.20, 92.60], 91.310),
        ([66.20, 71.05, 63.40, 58.90, 69.75], 66.462),
    ] {
        assert_close(base(&five("", dimensions)), expected, 1e-9);
    }
}

#[test]
fn the_geometric_mean_shows_what_strong_dimensions_cover_up() {
    let uneven = [98.0, 96.0, 90.0, 52.0, 68.75];
    assert_close(base(&five("aggregate = \"geometric\"", uneven)), 83.1756, 5e-5);
    assert_close(base(&five("", uneven)), 85.12, 1e-9);
    assert_close(base(&five("aggregate = \"geometric\"", [85.0; 5])), 85.0, 1e-9);
}

#[test]
fn published_figures_are_rounded_once_half_up_and_grades_look_at_them() {
    let grades = "[[grade]]\nid = \"a\"\nname = \"优秀\"\nmin = 90\n[[grade]]\nid = \"b\"\nname = \"良好\"\nmin = 0\n";
    let branch: [Branch<'_>; 1] = [("A", 100.0, &[("A1", 100.0)])];
    for (value, printed, grade) in [(85.145, "85.15", 1), (89.995, "90.00", 0), (89.994_999, "89.99", 1)] {
        let outcome = Direct::new("", 1, &branch, &format!("score = {AS_IT_IS}"))
            .and(grades)
            .period("2022Q3", &[cells(&[value])])
            .outcome();
        let settled = &current(outcome.scored()).settlement.units[0];
        assert_eq!((settled.base.expect("a score").to_string().as_str(), settled.grade), (printed, Some(grade)));
    }
}

/// 54, 38, 17, 6 and 2 answers from best to worst, and 13 people who cannot say, on a scale with these points.
fn survey(statistic: &str, points: [&str; 6]) -> f64 {
    let words = ["很满意", "比较满意", "一般", "不太满意", "很不满意", "说不清"];
    let answers: String = words
        .iter()
        .zip(points)
        .enumerate()
        .map(|(code, (word, points))| format!("{{ code = \"{code}\", word = \"{word}\"{points} }},"))
        .collect();
    let sections = format!(
        "[[survey]]\nid = \"s\"\nname = \"调查\"\ndepartment = \"D\"\nunit_column = \"单位\"\n[[scale]]\nid = \"five\"\nanswers = [{answers}]\n\
         [[question]]\nid = \"q\"\nsurvey = \"s\"\nscale = \"five\"\nstatistic = \"{statistic}\"\n\
         [[indicator]]\ncode = \"S\"\nname = \"满意\"\nelement = \"A\"\nweight = 1\nquestion = \"q\"\nscore = {AS_IT_IS}\n"
    );
    let counts = [54, 38, 17, 6, 2, 13];
    let rows: String =
        words.iter().zip(counts).map(|(word, count)| format!("单位000,{word}\n").repeat(count)).collect();
    let branch: [Branch<'_>; 1] = [("A", 100.0, &[("A1", 100.0)])];
    let outcome = Direct::new("", 1, &branch, &format!("score = {AS_IT_IS}"))
        .and(&sections)
        .period("2022Q3", &[cells(&[1.0])])
        .file("survey-s.csv", &format!("单位,q\n{rows}"))
        .outcome();
    current(outcome.scored()).matrix.cell(1, 0).value
}

#[test]
fn the_same_130_people_give_five_different_satisfaction_figures() {
    let points = |list: [f64; 5], unsure: &'static str| {
        let mut texts = list.map(|points| format!(", points = {points}")).to_vec();
        texts.push(unsure.to_owned());
        texts
    };
    let figure = |statistic: &str, list: [f64; 5], unsure: &'static str| {
        let texts = points(list, unsure);
        survey(statistic, std::array::from_fn(|answer| texts[answer].as_str()))
    };
    assert_close(figure("mean", [100.0, 80.0, 60.0, 30.0, 0.0], ""), 82.3932, 5e-5);
    assert_close(figure("mean", [100.0, 75.0, 50.0, 25.0, 0.0], ""), 79.0598, 5e-5);
    // Satisfied among valid answers, among all asked, and those who could answer at all.
    assert_close(figure("share", [100.0, 100.0, 0.0, 0.0, 0.0], ""), 78.6325, 5e-5);
    assert_close(figure("share", [100.0, 100.0, 0.0, 0.0, 0.0], ", points = 0"), 70.7692, 5e-5);
    assert_close(figure("share", [100.0; 5], ", points = 0"), 90.0, 1e-9);
}

/// Effective weights of the shipped definitions in percent.
fn shipped_weights(definitions: &Definitions) -> Vec<f64> {
    let period = "2022Q3".parse().expect("a period");
    let facts = yinxiang::facts::tidy(definitions, period, &Default::default(), None, &mut Audit::default());
    yinxiang::index::score(definitions, &facts.matrix(definitions), period, None).nominal_weights
}

#[test]
fn the_draft_has_36_indicators_7_of_them_from_surveys() {
    let definitions = shipped();
    let count = |code: &str| definitions.indicators.iter().filter(|one| one.code.starts_with(code)).count();
    assert_eq!(["A", "B", "C", "D", "E"].map(count), [10, 8, 6, 6, 6]);
    let is_survey = |source: Source| matches!(source, Source::Survey { .. });
    let surveyed: Vec<usize> = (0..36).filter(|&one| is_survey(definitions.indicators[one].source)).collect();
    assert_eq!((definitions.indicators.len(), surveyed.len()), (36, 7));
    let weights = shipped_weights(&definitions);
    assert_close(surveyed.iter().map(|&one| weights[one]).sum(), 18.86, 1e-9);
    assert_close(weights.iter().sum(), 100.0, 1e-9);
}

#[test]
fn effective_weights_of_the_draft_are_as_published() {
    let definitions = shipped();
    let weights = shipped_weights(&definitions);
    let named: Vec<(f64, &str)> =
        weights.iter().zip(&definitions.indicators).map(|(weight, one)| (*weight, one.code.as_str())).collect();
    let largest = named.iter().copied().max_by(|one, other| one.0.total_cmp(&other.0)).expect("indicators");
    let smallest = named.iter().copied().min_by(|one, other| one.0.total_cmp(&other.0)).expect("indicators");
    assert_eq!((largest.1, smallest.1), ("B01", "D03"));
    assert_close(largest.0, 4.32, 1e-9);
    assert_close(smallest.0, 1.68, 1e-9);
    let of = |wanted: &dyn Fn(&[usize]) -> bool| -> f64 {
        let chosen = definitions.indicators.iter().zip(&weights).filter(|(one, _)| wanted(&one.projects));
        chosen.map(|(_, weight)| weight).sum()
    };
    for (position, expected) in [10.72, 19.20, 6.00, 4.80, 24.00, 7.84].into_iter().enumerate() {
        assert_close(of(&|projects| projects.contains(&position)), expected, 1e-9);
    }
    assert_close(of(&|projects| projects.is_empty()), 27.44, 1e-9);
}

#[test]
fn coverage_of_an_empty_quarter_is_nothing_and_no_figure_is_invented() {
    let definitions = shipped();
    let period = "2022Q3".parse().expect("a period");
    let facts = yinxiang::facts::tidy(&definitions, period, &Default::default(), None, &mut Audit::default());
    let matrix = facts.matrix(&definitions);
    let scores = yinxiang::index::score(&definitions, &matrix, period, None);
    let inputs = Inputs { facts: &facts, matrix: &matrix, scores: &scores, items: &[], earlier: &[] };
    let settlement = yinxiang::rules::apply(&definitions, &inputs, &mut Audit::default());
    let closing = Closing::default();
    let result = PeriodResult { period, facts, matrix, scores, settlement, closing, commitments: None };
    for unit in &result.settlement.units {
        assert_eq!((unit.base, unit.final_score, unit.rank, unit.grade), (None, None, None, None));
        assert_eq!(unit.coverage.to_string(), "0.00");
    }
}
