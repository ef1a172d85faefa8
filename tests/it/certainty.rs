//! From respondents to how sure the order is: laws that hold whatever the answers are.

use polars::prelude::{Column, DataFrame, IntoLazy};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use yinxiang::audit::{Audit, InputFile};
use yinxiang::definitions::calendar::Period;
use yinxiang::extract::ScannedFile;
use yinxiang::facts::survey::SurveyCell;
use yinxiang::views::Assessment;
use yinxiang::workflow::{Project, compute};

/// One respondent: unit, village, weight, answer.
pub(crate) type Respondent = (&'static str, String, f64, u8);

pub(crate) fn file(path: &str, text: String) -> InputFile {
    InputFile { path: path.into(), bytes: text.into_bytes().into() }
}

/// Three units and one question whose mean is scored between floor and target.
pub(crate) fn definitions(target: f64, floor: f64, design: &str) -> String {
    let mut text = format!(
        r#"format = 1
[index]
id = "t"
name = "试验指数"
edition = "1"
illustrative = true
disclaimer = "模拟数据"
watermark = "模拟数据"
frequency = "quarter"
suppress_below = 10
caution_below = 30
[[grade]]
id = "all"
name = "已评"
min = 0
[[department]]
code = "D"
name = "调查单位"
[[element]]
code = "A"
id = "a"
name = "满意"
weight = 100
[[survey]]
id = "s"
name = "问卷"
department = "D"
unit_column = "片区"
weight_column = "权数"
{design}
[[scale]]
id = "five"
answers = [
  {{ code = "1", word = "很满意", points = 100 }},
  {{ code = "2", word = "比较满意", points = 80 }},
  {{ code = "3", word = "一般", points = 60 }},
  {{ code = "4", word = "不太满意", points = 30 }},
  {{ code = "5", word = "很不满意", points = 0 }},
]
[[question]]
id = "q"
survey = "s"
text = "满意吗?"
scale = "five"
[[indicator]]
code = "A01"
id = "content"
name = "满意度"
element = "A"
weight = 100
unit = "分"
question = "q"
basis = "period"
score = {{ efficacy = {{ target = {target}, floor = {floor} }} }}
missing = "drop"
"#
    );
    for (code, name) in [("A", "东片区"), ("B", "西片区"), ("C", "南片区")] {
        let _ = write!(text, "[[unit]]\ncode = \"{code}\"\nname = \"{name}\"\nshort = \"{name}\"\n");
    }
    text
}

pub(crate) const CLUSTERS: &str = "cluster_column = \"村\"\nlonely_cluster = \"certainty\"";

/// Ten villages of ten respondents; the answers of a village lean one way.
pub(crate) fn respondents(unit: &'static str, mood: u32) -> Vec<Respondent> {
    (0..100)
        .map(|number: u32| {
            let village = number / 10;
            let answer = (number * 7 + village * 3 + number * number % 11) % 10;
            let answer = 1 + (answer + mood).min(14) / 4;
            let weight = 0.5 + f64::from(number % 5) * 0.31;
            (unit, format!("村{village}"), weight, u8::try_from(answer).expect("one of five"))
        })
        .collect()
}

pub(crate) fn csv(respondents: &[Respondent]) -> String {
    let mut text = String::from("片区,村,权数,q\n");
    for (unit, village, weight, answer) in respondents {
        let _ = writeln!(text, "{unit},{village},{weight:.2},{answer}");
    }
    text
}

pub(crate) fn project(definitions: String, respondents: &[Respondent]) -> Project {
    let period: Period = "2022Q3".parse().expect("a period");
    Project {
        definitions: vec![file("indicators/index.toml", definitions)],
        periods: BTreeMap::from([(period, vec![file("data/2022Q3/survey-s.csv", csv(respondents))])]),
        ..Project::default()
    }
}

fn assess(project: &Project) -> Assessment {
    let mut audit = Audit::default();
    let assessment = compute(project, "2022Q3".parse().expect("a period"), &mut audit, &mut |_| {});
    assert!(!audit.has_errors(), "{:?}", audit.diagnostics());
    assessment.expect("an assessment")
}

fn cells(assessment: &Assessment) -> Vec<Option<SurveyCell>> {
    let question = &assessment.periods[0].facts.surveys[0].questions[0];
    question.units.iter().copied().chain([question.whole]).collect()
}

pub(crate) fn everybody() -> Vec<Respondent> {
    [respondents("东片区", 0), respondents("西片区", 2), respondents("南片区", 5)].concat()
}

#[test]
fn far_from_a_kink_the_error_of_the_score_is_slope_times_the_error_of_the_mean() {
    // 40 points of score on 400 points of mean: no clamp within reach.
    let assessment = assess(&project(definitions(300.0, -100.0, CLUSTERS), &everybody()));
    let certainty = assessment.certainty.as_ref().expect("standard errors");
    for unit in 0..3 {
        let own = certainty.finals[unit].expect("an estimate");
        let error = assessment.periods[0].matrix.cell(0, unit).standard_error.expect("a standard error");
        assert!(error > 0.0 && !own.is_simulated);
        assert!((own.standard_error - error * 0.1).abs() < 1e-9 * error, "{} {error}", own.standard_error);
    }
}

#[test]
fn at_a_kink_draws_tell_and_half_of_the_spread_is_cut_off() {
    let loose = assess(&project(definitions(300.0, -100.0, CLUSTERS), &everybody()));
    let mean = loose.periods[0].matrix.cell(0, 0).value;
    // The target is the mean itself: better than this scores no more.
    let tight = assess(&project(definitions(mean, mean - 40.0, CLUSTERS), &everybody()));
    let certainty = tight.certainty.as_ref().expect("standard errors");
    let own = certainty.finals[0].expect("an estimate");
    let error = tight.periods[0].matrix.cell(0, 0).standard_error.expect("a standard error");
    assert!(own.is_simulated);
    // A normal error cut at its middle keeps sqrt(1/2 − 1/(2π)) of its deviation; the slope is 1.
    let kept = (0.5 - 0.5 / std::f64::consts::PI).sqrt();
    assert!((own.standard_error / error - kept).abs() < 0.05, "{} {error} {kept}", own.standard_error);
    assert!(own.interval.1 <= 100.0);
}

#[test]
fn where_they_may_agree_delta_method_and_draws_do() {
    // One unit stands at a kink, so all are drawn; its own draws are used, and far units keep the delta method. Moving the
    // kink just beyond three errors must change the printed error by no more than the draws' own.
    let loose = assess(&project(definitions(300.0, -100.0, CLUSTERS), &everybody()));
    let (mean, error) = {
        let cell = loose.periods[0].matrix.cell(0, 0);
        (cell.value, cell.standard_error.expect("a standard error"))
    };
    let of = |distance: f64| {
        let target = mean + distance * error;
        let assessment = assess(&project(definitions(target, target - 40.0, CLUSTERS), &everybody()));
        assessment.certainty.and_then(|certainty| certainty.finals[0]).expect("an estimate")
    };
    let (drawn, delta) = (of(2.9), of(3.1));
    assert!(drawn.is_simulated && !delta.is_simulated);
    assert!((drawn.standard_error / delta.standard_error - 1.0).abs() < 0.06, "{drawn:?} {delta:?}");
}

#[test]
fn the_order_of_rows_changes_no_bit() {
    let forwards = cells(&assess(&project(definitions(90.0, 60.0, CLUSTERS), &everybody())));
    let mut rows = everybody();
    rows.reverse();
    rows.rotate_left(37);
    assert_eq!(forwards, cells(&assess(&project(definitions(90.0, 60.0, CLUSTERS), &rows))));
}

#[test]
fn a_file_that_is_scanned_gives_what_the_same_file_gives_when_it_is_read() {
    for design in [CLUSTERS, ""] {
        let rows = everybody();
        let mut own = project(definitions(90.0, 60.0, design), &rows);
        let read = cells(&assess(&own));
        let frame = DataFrame::new(
            rows.len(),
            vec![
                Column::new("片区".into(), rows.iter().map(|row| row.0).collect::<Vec<_>>()),
                Column::new("村".into(), rows.iter().map(|row| row.1.as_str()).collect::<Vec<_>>()),
                Column::new("权数".into(), rows.iter().map(|row| (row.2 * 100.0).round() / 100.0).collect::<Vec<_>>()),
                Column::new("q".into(), rows.iter().map(|row| row.3).collect::<Vec<_>>()),
            ],
        )
        .expect("columns of one length");
        let scanned =
            ScannedFile { path: "data/2022Q3/survey-s.parquet".into(), frame: frame.lazy(), hash: String::new() };
        let period = *own.periods.keys().next().expect("a period");
        own.periods.insert(period, Vec::new());
        own.scanned.insert(period, vec![scanned]);
        assert_eq!(read, cells(&assess(&own)), "{design}");
    }
}

#[test]
fn what_is_withheld_of_a_unit_is_not_in_any_total() {
    let mut rows = everybody();
    rows.retain(|row| row.0 != "南片区");
    rows.extend(respondents("南片区", 5).into_iter().step_by(12));
    let assessment = assess(&project(definitions(90.0, 60.0, ""), &rows));
    let all = cells(&assessment);
    let hidden = all[2].expect("answers");
    assert!(hidden.is_suppressed && hidden.respondent_count == 9);
    let (shown, whole) = (all[0].expect("answers"), all[3].expect("answers"));
    let other = all[1].expect("answers");
    assert_eq!(whole.respondent_count, shown.respondent_count + other.respondent_count);
    // Whatever an attacker subtracts, nothing is left of the third.
    assert!((whole.points - shown.points - other.points).abs() < 1e-6);
    assert!((whole.weight - shown.weight - other.weight).abs() < 1e-6);
    assert_eq!(assessment.periods[0].matrix.cell(0, 2).standard_error, None);
}

#[test]
fn units_alike_are_one_tier_and_units_far_apart_are_several() {
    let alike = [respondents("东片区", 3), respondents("西片区", 3), respondents("南片区", 3)].concat();
    let certainty = assess(&project(definitions(300.0, -100.0, CLUSTERS), &alike)).certainty.expect("standard errors");
    assert_eq!(certainty.tiers.len(), 1);
    assert!(certainty.ranks.iter().flatten().all(|range| (range.best, range.worst) == (1, 3)));
    let apart = [respondents("东片区", 0), respondents("西片区", 5), respondents("南片区", 14)].concat();
    let certainty = assess(&project(definitions(300.0, -100.0, CLUSTERS), &apart)).certainty.expect("standard errors");
    assert_eq!(certainty.tiers.len(), 3, "{:?}", certainty.tiers);
    assert!(certainty.ranks.iter().flatten().all(|range| range.best == range.worst));
}

#[test]
fn a_score_has_moved_when_both_errors_together_do_not_explain_it() {
    let before: Period = "2022Q2".parse().expect("a period");
    let moved = |earlier: &[Respondent]| {
        let mut two = project(definitions(300.0, -100.0, CLUSTERS), &everybody());
        two.periods.insert(before, vec![file("data/2022Q2/survey-s.csv", csv(earlier))]);
        assess(&two).certainty.expect("standard errors").moved
    };
    assert_eq!(moved(&everybody()), [Some(false); 3], "nothing changed");
    let other = [respondents("东片区", 10), respondents("西片区", 2), respondents("南片区", 5)].concat();
    assert_eq!(moved(&other), [Some(true), Some(false), Some(false)]);
    let alone = assess(&project(definitions(300.0, -100.0, CLUSTERS), &everybody())).certainty.expect("errors");
    assert_eq!(alone.moved, [None; 3], "no period to compare with");
}
