//! The demonstration: the project's own definitions with synthetic data, read and scored as delivered files are.

use std::collections::BTreeMap;
use yinxiang::audit::{Audit, Code, InputFile};
use yinxiang::definitions::calendar::Period;
use yinxiang::definitions::{Definitions, DemoMishap, Matched};
use yinxiang::demo::{Size, project_data, synthetic_project};
use yinxiang::extract::{RawValue, values};
use yinxiang::views::{Assessment, PeriodResult};
use yinxiang::workflow::{Project, compute};

/// The seed that the command line takes by default.
const SEED: u64 = 7;

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn shipped() -> Vec<InputFile> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("indicators");
    let mut files: Vec<InputFile> = std::fs::read_dir(&folder)
        .expect("the project's definitions")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| InputFile {
            path: path.file_name().expect("a name").to_string_lossy().as_ref().into(),
            bytes: std::fs::read(&path).expect("a readable file").into(),
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn parsed(files: &[InputFile]) -> Definitions {
    let mut audit = Audit::default();
    let definitions = yinxiang::definitions::parse(files, &mut audit);
    assert!(!audit.has_errors(), "{:#?}", audit.diagnostics());
    definitions.expect("sound definitions")
}

/// A project of definitions and generated files.
fn project(mut definitions: Vec<InputFile>, files: &BTreeMap<String, Vec<u8>>) -> Project {
    let mut project = Project::default();
    for (path, bytes) in files {
        let file = InputFile { path: path.as_str().into(), bytes: bytes.as_slice().into() };
        match path.split('/').collect::<Vec<_>>()[..] {
            ["data", "frozen", _] => project.frozen.push(file),
            ["data", folder, _] => project.periods.entry(period(folder)).or_default().push(file),
            _ => definitions.push(file),
        }
    }
    project.definitions = definitions;
    project
}

fn run(project: &Project, asked: Period) -> (Assessment, Audit) {
    let mut audit = Audit::default();
    let assessment = compute(project, asked, &mut audit, &mut |_| {});
    (assessment.expect("sound definitions"), audit)
}

fn demonstration(seed: u64) -> (Definitions, Project) {
    let files = shipped();
    let definitions = parsed(&files);
    let data = project_data(&definitions, seed);
    (definitions, project(files, &data))
}

fn finals(result: &PeriodResult) -> Vec<f64> {
    let finals = result.settlement.units.iter().filter_map(|unit| unit.final_score);
    let mut finals: Vec<f64> = finals.map(|score| score.value()).collect();
    finals.sort_by(f64::total_cmp);
    finals
}

fn grade_counts(definitions: &Definitions, result: &PeriodResult) -> Vec<usize> {
    let of = |grade: usize| result.settlement.units.iter().filter(|unit| unit.grade == Some(grade)).count();
    (0..definitions.grades.len()).map(of).collect()
}

#[test]
fn the_demonstration_is_read_with_the_scripted_findings_and_no_others() {
    let (definitions, project) = demonstration(SEED);
    let (assessment, audit) = run(&project, period("2022Q3"));
    let mut found: Vec<(Code, String)> =
        audit.diagnostics().iter().map(|one| (one.code, one.item.clone().unwrap_or_default())).collect();
    found.sort();
    let script = definitions.demo.as_ref().expect("a script");
    let now = |mishap: &&DemoMishap| mishap.period == "2022Q3" && mishap.factor.is_none();
    let measure = |mishap: &DemoMishap| {
        let measure = definitions.measures.iter().find(|measure| measure.id == mishap.measure);
        measure.expect("the script names measures").name.clone()
    };
    let mut expected: Vec<(Code, String)> = Vec::new();
    for mishap in script.mishap.iter().filter(now) {
        match mishap.cell.as_str() {
            "" => expected.push((Code::ItemNotReceived, measure(mishap))),
            "{empty}" | "—" => expected.push((Code::EmptyAmbiguous, measure(mishap))),
            _ => {}
        }
    }
    expected.sort();
    let of_script = [Code::ItemNotReceived, Code::EmptyAmbiguous];
    let (scripted, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| of_script.contains(&one.0));
    assert_eq!(scripted, expected);
    // What follows from them: a figure nobody has, and an event that lacks its approval; two hidden drafts and three late forms. No earlier
    // period has errors. Checks of honest field work still flag something in one survey of twenty, and there are several checks.
    let codes: Vec<Code> = others.iter().map(|one| one.0).collect();
    let noted = [[Code::SheetHidden; 2].as_slice(), &[Code::FileLate; 3], &[Code::FieldworkSuspect; 2]].concat();
    assert_eq!(codes, [&noted[..], &[Code::EvidenceMissing, Code::IndicatorDropped]].concat(), "{others:?}");
    assert!(!assessment.is_draft);
}

#[test]
fn the_demonstrations_scores_spread_over_every_grade_with_most_in_the_middle() {
    let (definitions, project) = demonstration(SEED);
    let (assessment, _) = run(&project, period("2022Q3"));
    assert_eq!(assessment.periods.len(), 5);
    let result = assessment.current().expect("the period asked for");
    let (finals, grades) = (finals(result), grade_counts(&definitions, result));
    assert!(grades.iter().all(|&count| count > 0), "{grades:?} {finals:?}");
    assert!((grades[1] + grades[2]) * 2 > finals.len(), "{grades:?} {finals:?}");
    assert!(finals.first().is_some_and(|&worst| worst > 60.0), "{finals:?}");
    assert!(finals.last().is_some_and(|&best| best < 98.0), "{finals:?}");
    // Units improve slowly: the mean of the last period is above that of the first.
    let mean = |result: &PeriodResult| finals_mean(result);
    assert!(mean(result) > mean(&assessment.periods[0]));
    let respondents: u32 = result.facts.surveys.iter().map(|survey| survey.respondent_count).sum();
    assert!((2_150..2_650).contains(&respondents), "{respondents}");
}

#[test]
fn answers_by_village_have_standard_errors_larger_than_those_of_people_chosen_one_by_one() {
    let (definitions, project) = demonstration(SEED);
    let (assessment, _) = run(&project, period("2022Q3"));
    let result = assessment.current().expect("the period asked for");
    let general = definitions.surveys.iter().position(|survey| survey.id == "general").expect("the general survey");
    let own = &result.facts.surveys[general];
    assert!(own.weighed().is_some(), "weights are adjusted to the population");
    let mut effects = Vec::new();
    for question in &own.questions {
        for cell in &question.units {
            let estimate = cell.expect("everybody is asked").estimate.expect("villages tell the standard error");
            assert!(estimate.standard_error > 0.0);
            effects.extend(estimate.design_effect);
        }
    }
    let mean = effects.iter().sum::<f64>() / f64::from(u32::try_from(effects.len()).expect("few"));
    assert!((1.2..2.0).contains(&mean), "{mean}");
}

fn finals_mean(result: &PeriodResult) -> f64 {
    let finals = finals(result);
    finals.iter().sum::<f64>() / f64::from(u32::try_from(finals.len()).expect("few units"))
}

#[test]
fn the_row_of_sums_is_the_sum_of_what_is_read_from_the_rows_above_it() {
    let (definitions, project) = demonstration(SEED);
    let mut checked = 0;
    for table in yinxiang::extract::read(&project.periods[&period("2022Q3")], &mut Audit::default()) {
        let is_total = |row: &&Vec<RawValue>| row.iter().any(|cell| values::text(cell) == "合计");
        let Some(total) = table.rows.iter().find(is_total) else { continue };
        let units = table.rows.iter().filter(|row| {
            row.iter().any(|cell| matches!(definitions.units.find(&values::text(cell)), Matched::Unit(_)))
        });
        let units: Vec<_> = units.collect();
        assert_eq!(units.len(), definitions.units.units.len(), "{}", table.file);
        for (column, sum) in total.iter().enumerate() {
            let RawValue::Number(sum) = sum else { continue };
            let number = |row: &&Vec<RawValue>| match values::number(&row[column], "") {
                values::Reading::Number { value, .. } => value,
                // One cell is written with its unit of measurement behind the number.
                _ => values::text(&row[column])
                    .trim_end_matches(|letter: char| !letter.is_ascii_digit())
                    .parse()
                    .unwrap_or(0.0),
            };
            let added: f64 = units.iter().map(number).sum();
            assert!((added - sum).abs() < 1e-6, "{} column {column}: {added} {sum}", table.file);
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}

#[test]
fn a_synthetic_project_is_read_without_findings_and_every_unit_is_scored() {
    let size = Size { unit_count: 200, indicator_count: 15, period_count: 2, respondent_count: 12 };
    let project = project(Vec::new(), &synthetic_project(&size, 1));
    let (assessment, audit) = run(&project, period("2022Q2"));
    assert!(audit.diagnostics().is_empty(), "{:#?}", audit.diagnostics());
    let result = assessment.current().expect("the period asked for");
    let finals = finals(result);
    assert_eq!(finals.len(), 200);
    assert!(finals[0] > 50.0 && finals[100] > 75.0 && finals[100] < 90.0, "{} {}", finals[0], finals[100]);
}
