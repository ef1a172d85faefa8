//! Respondent files that are sound by themselves and odd all the same: twice delivered, without a column that decides,
//! with one and the same answer from everybody.

use crate::certainty::{CLUSTERS, Respondent, definitions, everybody, file, project, respondents};
use yinxiang::audit::{Audit, Code, Severity};
use yinxiang::definitions::calendar::Period;
use yinxiang::facts::survey::SurveyCell;
use yinxiang::views::Assessment;
use yinxiang::workflow::{Project, compute};

fn period() -> Period {
    "2022Q3".parse().expect("a period")
}

/// What came out, and the findings with their texts.
fn ran(project: &Project) -> (Assessment, Audit) {
    let mut audit = Audit::default();
    let assessment = compute(project, period(), &mut audit, &mut |_| {}).expect("an assessment");
    (assessment, audit)
}

fn units(assessment: &Assessment, question: usize) -> Vec<Option<SurveyCell>> {
    assessment.periods[0].facts.surveys[0].questions[question].units.clone()
}

#[test]
fn a_survey_that_came_twice_is_an_error_and_the_first_file_alone_counts() {
    let alone = ran(&project(definitions(90.0, 60.0, CLUSTERS), &everybody())).0;
    let mut twice = project(definitions(90.0, 60.0, CLUSTERS), &everybody());
    let other = "片区\t村\t权数\tq\n东片区\t村1\t1\t5\n".to_owned();
    twice.periods.get_mut(&period()).expect("a period").push(file("data/2022Q3/survey-s.tsv", other));
    let (assessment, audit) = ran(&twice);
    let found: Vec<_> = audit.diagnostics().iter().filter(|own| own.code == Code::VersionUndecided).collect();
    let [found] = found[..] else { panic!("{:?}", audit.diagnostics()) };
    assert_eq!(found.severity(), Severity::Error);
    assert!(found.place.to_string().contains("survey-s.tsv"), "{found:?}");
    assert!(found.message.contains("survey-s.csv") && found.help.contains("合成一个文件"), "{found:?}");
    assert_eq!(units(&assessment, 0), units(&alone, 0));
}

#[test]
fn without_the_column_that_decides_who_is_asked_all_answers_count_and_the_column_is_missed() {
    let skipping = |text: &str| {
        let rule = "[[question]]\nid = \"used\"\nsurvey = \"s\"\ntext = \"去过吗?\"\nscale = \"five\"\n\n[[indicator]]";
        let asked = "scale = \"five\"\nasked_if = \"used\"\nasked_answers = [\"1\"]\n";
        text.replacen("scale = \"five\"\n", asked, 1).replacen("[[indicator]]", rule, 1)
    };
    let plain = definitions(90.0, 60.0, CLUSTERS);
    let without = ran(&project(plain.clone(), &everybody())).0;
    let (assessment, audit) = ran(&project(skipping(&plain), &everybody()));
    assert_eq!(units(&assessment, 0), units(&without, 0));
    let missed =
        audit.diagnostics().iter().any(|own| own.code == Code::ItemNotReceived && own.message.contains("used"));
    assert!(missed, "{:?}", audit.diagnostics());

    // With the column, and nobody who is asked, there is nothing to estimate from.
    let mut decided = project(skipping(&plain), &everybody());
    for own in decided.periods.get_mut(&period()).expect("a period") {
        let text = String::from_utf8(own.bytes.to_vec()).expect("UTF-8");
        let rows: Vec<String> = text
            .lines()
            .enumerate()
            .map(|(row, line)| format!("{line},{}", if row == 0 { "used" } else { "2" }))
            .collect();
        own.bytes = rows.join("\n").into_bytes().into();
    }
    assert_eq!(units(&ran(&decided).0, 0), vec![None; 3]);
}

/// Everybody of one unit gives the best answer.
fn with_a_contented_unit() -> Vec<Respondent> {
    let contented = respondents("东片区", 0).into_iter().map(|(unit, village, weight, _)| (unit, village, weight, 1));
    contented.chain(respondents("西片区", 2)).chain(respondents("南片区", 5)).collect()
}

#[test]
fn where_everybody_answers_alike_no_error_of_zero_is_claimed() {
    let (assessment, _) = ran(&project(definitions(120.0, 60.0, CLUSTERS), &with_a_contented_unit()));
    let own = units(&assessment, 0)[0].expect("answers");
    let estimate = own.estimate.expect("an estimate");
    assert!((estimate.value - 100.0).abs() < 1e-9 && estimate.standard_error == 0.0);
    // Ten villages of one stratum: t of 9 degrees of freedom; some t²/(n + t²) may answer 0 instead of 100.
    let t = 2.262_157_162_798_205_f64;
    let share = t * t / (estimate.effective_count + t * t);
    let (low, high) = own.interval.expect("an interval");
    assert!((low - (100.0 - 100.0 * share)).abs() < 1e-6 && (high - 100.0).abs() < 1e-9, "{low} {high}");
    let error = assessment.periods[0].matrix.cell(0, 0).standard_error.expect("an error");
    assert!((error - 100.0 * share / (2.0 * t)).abs() < 1e-6, "{error}");
    let certainty = assessment.certainty.expect("standard errors");
    let score = certainty.finals[0].expect("an estimate");
    assert!(score.standard_error > 0.5 && score.standard_error < 2.0, "{score:?}");
}

#[test]
fn a_rate_of_everybody_is_a_hundred_and_has_a_lower_limit_below() {
    let text = definitions(90.0, 60.0, CLUSTERS).replacen(
        "scale = \"five\"\n",
        "scale = \"five\"\nstatistic = \"top-two\"\n",
        1,
    );
    let (assessment, _) = ran(&project(text.replace("unit = \"分\"", "unit = \"%\""), &with_a_contented_unit()));
    let own = units(&assessment, 0)[0].expect("answers");
    let (low, high) = own.interval.expect("an interval");
    assert!((own.points / own.weight - 100.0).abs() < 1e-9);
    assert!(high <= 100.0 && (50.0..100.0).contains(&low), "{low} {high}");
}

#[test]
fn a_question_that_few_answered_in_one_pooled_quarter_is_withheld_everywhere() {
    let before: Period = "2022Q2".parse().expect("a period");
    let answered = |few: usize| {
        let mut pooled =
            project(definitions(90.0, 60.0, &format!("{CLUSTERS}\npooling = {{ periods = 2 }}")), &everybody());
        let mut rows = String::from("片区,村,权数,q\n");
        for (number, (unit, village, weight, answer)) in everybody().into_iter().enumerate() {
            let is_blank = unit == "东片区" && number % 100 >= few;
            let answer = if is_blank { String::new() } else { answer.to_string() };
            rows.push_str(&format!("{unit},{village},{weight:.2},{answer}\n"));
        }
        pooled.periods.insert(before, vec![file("data/2022Q2/survey-s.csv", rows)]);
        let (assessment, _) = ran(&pooled);
        let now = assessment.periods.iter().find(|own| own.period == period()).expect("the quarter");
        now.facts.surveys[0].questions[0].clone()
    };
    let enough = answered(10);
    assert_eq!(enough.units[0].expect("answers").respondent_count, 110);
    assert_eq!(enough.whole.expect("answers").respondent_count, 510);
    let few = answered(9);
    let own = few.units[0].expect("answers");
    assert!(own.is_suppressed && own.estimate.is_none() && own.interval.is_none() && own.standard_error.is_none());
    assert_eq!(few.whole.expect("answers").respondent_count, 400);
    assert_eq!(few.withheld_count, 1);
    assert!(few.groups.iter().flatten().all(|cell| cell.respondent_count == 400));
    assert_ne!(few.levels, enough.levels);
}
