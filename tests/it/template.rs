//! Templates: who is asked for what, what may be written where, and that a filled one reads back without a finding.

mod office;

use crate::command::{run, yinxiang};
use crate::project::{Outcome, read, repository, small};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;
use yinxiang::audit::{Audit, Code, InputFile};
use yinxiang::definitions::calendar::Period;
use yinxiang::definitions::forms::{Form, forms, may_not_apply, stamp};
use yinxiang::definitions::{Basis, Definitions, Source};
use yinxiang::facts::Observed;
use yinxiang::views::{Known, Template, templates};
use yinxiang::workflow::Project;

/// Every project that ships or that tests share, with the period that its next templates are for.
fn projects() -> Vec<(&'static str, Project, Period)> {
    let found = [".", "examples/starter", "examples/hdi"].map(|path| (path, read(&repository(path))));
    let small = small();
    let projects = found.into_iter().chain([("tests/projects/small", read(small.path()))]);
    projects
        .map(|(path, project)| {
            let newest = *project.periods.keys().next_back().expect("a project has data");
            (path, project, newest.next())
        })
        .collect()
}

fn definitions(project: &Project) -> Definitions {
    let mut audit = Audit::default();
    yinxiang::definitions::parse(&project.definitions, &mut audit).expect("sound definitions")
}

/// What somebody might fill in, by measure and unit: about as much as the last time, numerators within denominators,
/// and 不适用 for one unit where that is allowed.
fn filling(project: &Project, period: Period) -> impl Fn(usize, usize) -> Observed + use<> {
    let outcome = before(project, period);
    let assessment = outcome.scored();
    let definitions = &assessment.definitions;
    let facts = |period| assessment.period(period).map(|result| &result.facts);
    let (previous, fixed) = (facts(period.previous()).expect("data"), facts(period).expect("the period"));
    let unit_count = definitions.units.units.len();
    let pairs: Vec<(usize, usize)> = definitions
        .indicators
        .iter()
        .filter_map(|indicator| match indicator.source {
            Source::Ratio { numerator, denominator } => Some((numerator, denominator)),
            _ => None,
        })
        .collect();
    let mut values = vec![vec![Observed::NotReported; unit_count]; definitions.measures.len()];
    for (measure, definition) in definitions.measures.iter().enumerate() {
        for (unit, value) in values[measure].iter_mut().enumerate() {
            let is_below = pairs.iter().any(|(_, below)| *below == measure);
            *value = match previous.observation(measure, unit).observed {
                _ if definition.basis == Basis::Frozen => fixed.observation(measure, unit).observed,
                _ if unit == 3 && may_not_apply(definitions, measure).is_some() => Observed::NotApplicable,
                // One more in every other unit, so that no column repeats the last period's.
                Observed::Value(last) => {
                    let more = f64::from(u8::from(is_below || unit % 2 == 0));
                    Observed::Value((last + more).min(definition.max))
                }
                Observed::NotApplicable => Observed::NotApplicable,
                // Figures of their own, so that none looks guessed.
                Observed::NotReported => Observed::Value(if is_below { 40.0 } else { 20.0 } + (unit % 7) as f64),
            };
        }
    }
    for (above, below) in pairs {
        let is_same_unit = definitions.measures[above].unit == definitions.measures[below].unit;
        let limits = values[below].clone();
        for (value, limit) in values[above].iter_mut().zip(limits).filter(|_| is_same_unit) {
            if let (Observed::Value(above_value), Observed::Value(below_value)) = (*value, limit) {
                *value = Observed::Value(above_value.min(below_value));
            }
        }
    }
    move |measure, unit| values[measure][unit]
}

/// A project as it is before anything of the period has come.
fn before(project: &Project, period: Period) -> Outcome {
    let mut before = project.clone();
    before.periods.insert(period, Vec::new());
    Outcome::of(&before, Some(period))
}

/// A project with a quarter made of these files and nothing else.
fn with_period(project: &Project, period: Period, files: Vec<(String, Vec<u8>)>) -> Project {
    let files = files
        .into_iter()
        .map(|(name, bytes)| InputFile { path: format!("data/{period}/{name}").into(), bytes: bytes.into() });
    let mut project = project.clone();
    project.periods.insert(period, files.collect());
    project
}

/// Findings inside of a file of the period, and whether every asked figure was read as it was filled in.
#[track_caller]
fn assert_reads_back(project: &Project, period: Period, filled: &dyn Fn(usize, usize) -> Observed) {
    assert_reads_back_but(project, period, filled, &[]);
}

/// The same, where findings of some kinds are expected.
#[track_caller]
fn assert_reads_back_but(
    project: &Project,
    period: Period,
    filled: &dyn Fn(usize, usize) -> Observed,
    expected: &[Code],
) {
    let outcome = Outcome::of(project, Some(period));
    let own = format!("data/{period}");
    let inside: Vec<String> = outcome
        .audit
        .diagnostics()
        .iter()
        .filter(|found| found.place.file.as_deref().is_some_and(|file| file.starts_with(&own)))
        .filter(|found| !expected.contains(&found.code))
        .map(ToString::to_string)
        .collect();
    assert!(inside.is_empty(), "{}", inside.join("\n"));
    let assessment = outcome.scored();
    let (definitions, facts) = (&assessment.definitions, &assessment.current().expect("a period").facts);
    assert_eq!(facts.period, period);
    let mut count = 0;
    for form in forms(definitions) {
        for &measure in &form.asked {
            for unit in form.units(definitions) {
                let observation = facts.observation(measure, unit);
                let name = &definitions.measures[measure].name;
                assert_eq!(observation.observed, filled(measure, unit), "{name} {unit}");
                assert!(observation.origin.is_some(), "{name} {unit}");
                count += 1;
            }
        }
    }
    assert!(count > 0, "nothing was asked");
}

fn made(project: &Project, period: Period, entered: Option<&dyn Fn(usize, usize) -> Observed>) -> Vec<Template> {
    let outcome = before(project, period);
    let assessment = outcome.scored();
    let of = |period| assessment.period(period).map(|result| &result.facts);
    let known = Known { previous: of(period.previous()), fixed: of(period), entered };
    templates(&assessment.definitions, period, &known).expect("templates")
}

/// Files inside of a workbook.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let names: Vec<String> = archive.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let part = |name: String| {
        let mut text = String::new();
        archive.by_name(&name).expect("a part").read_to_string(&mut text).expect("text");
        (name, text)
    };
    names.into_iter().map(part).collect()
}

#[test]
fn an_item_is_asked_of_one_party_only_and_everything_used_is_asked() {
    for (path, project, _) in projects() {
        let definitions = definitions(&project);
        let mut asked: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
        for form in forms(&definitions) {
            for (&measure, unit) in
                form.asked.iter().flat_map(|measure| form.units(&definitions).map(move |unit| (measure, unit)))
            {
                asked.entry((measure, unit)).or_default().push(form.party.name(&definitions).to_owned());
            }
            assert!(form.fixed.iter().all(|&measure| definitions.measures[measure].basis == Basis::Frozen));
        }
        for ((measure, unit), parties) in &asked {
            assert_eq!(parties.len(), 1, "{path}: {} {unit} {parties:?}", definitions.measures[*measure].name);
        }
        let used = definitions.indicators.iter().flat_map(|indicator| match indicator.source {
            Source::Ratio { numerator, denominator } => vec![numerator, denominator],
            Source::Single { measure } => vec![measure],
            Source::Survey { .. } | Source::Panel { .. } => Vec::new(),
        });
        for measure in used.filter(|&measure| definitions.measures[measure].basis != Basis::Frozen) {
            for unit in 0..definitions.units.units.len() {
                assert!(asked.contains_key(&(measure, unit)), "{path}: {}", definitions.measures[measure].name);
            }
        }
    }
}

#[test]
fn the_three_items_that_units_report_are_in_their_forms_and_in_no_departments() {
    let definitions = definitions(&read(&repository(".")));
    let (own, departments): (Vec<Form>, Vec<Form>) = forms(&definitions)
        .into_iter()
        .partition(|form| matches!(form.party, yinxiang::definitions::forms::Party::Unit(_)));
    assert_eq!((own.len(), departments.len()), (13, 11));
    assert_eq!(own[0].asked.len(), 6, "three numerators and three denominators");
    assert!(departments.iter().all(|form| form.asked.iter().all(|measure| !own[0].asked.contains(measure))));
}

#[test]
fn a_filled_template_reads_back_without_a_finding() {
    for (path, project, period) in projects() {
        let filled = filling(&project, period);
        let files = made(&project, period, Some(&filled));
        assert!(!files.is_empty(), "{path}");
        let files = files.into_iter().map(|file| (file.file_name, file.bytes)).collect();
        assert_reads_back(&with_period(&project, period, files), period, &filled);
    }
}

#[test]
fn the_same_project_gives_the_same_templates() {
    let project = read(&repository("."));
    let period: Period = "2022Q4".parse().expect("a period");
    let bytes = || -> Vec<Vec<u8>> { made(&project, period, None).into_iter().map(|file| file.bytes).collect() };
    assert!(bytes() == bytes());
}

#[test]
fn only_the_cells_to_fill_in_can_be_changed_and_they_say_what_is_allowed() {
    let project = read(&repository("."));
    let period: Period = "2022Q4".parse().expect("a period");
    let files = made(&project, period, None);
    let definitions = definitions(&project);
    let form = &forms(&definitions)[1];
    let parts = parts(&files[1].bytes);
    let sheet = &parts["xl/worksheets/sheet1.xml"];
    let styles = &parts["xl/styles.xml"];
    assert!(sheet.contains("<sheetProtection sheet=\"1\""), "{sheet}");
    assert!(!sheet.contains("password"));
    let formats: Vec<&str> = styles.split("<cellXfs").nth(1).expect("formats").split("<xf ").skip(1).collect();
    let is_unlocked = |cell: &str| {
        let style: usize = cell
            .split(" s=\"")
            .nth(1)
            .map_or(0, |rest| rest.split('"').next().expect("a style").parse().expect("a number"));
        formats[style].contains("locked=\"0\"")
    };
    let cells: Vec<(&str, &str)> = sheet
        .split("<c r=\"")
        .skip(1)
        .map(|rest| (rest.split('"').next().expect("a name"), rest.split('>').next().expect("a tag")))
        .collect();
    let row =
        |name: &str| name.trim_start_matches(|letter: char| letter.is_ascii_uppercase()).parse::<u32>().expect("a row");
    // Rows 7 to 19 are the units, row 20 the sums; every second column from C is to be filled in.
    let open: Vec<&str> =
        cells.iter().filter(|(name, cell)| row(name) >= 6 && is_unlocked(cell)).map(|(name, _)| *name).collect();
    assert_eq!(open.len(), form.asked.len() * 13);
    assert!(open.iter().all(|name| (7..=19).contains(&row(name))), "{open:?}");
    assert!(open.contains(&"C7") && !open.contains(&"D7") && open.contains(&"E19"), "{open:?}");
    assert_eq!(sheet.matches("<dataValidation ").count(), form.asked.len());
    // Beds may not apply, so a formula lets the word pass; carers are plain whole numbers.
    assert!(sheet.contains("IF(ISNUMBER(C7),AND(C7&gt;=0,C7=INT(C7)),C7=\"不适用\")"), "{sheet}");
    assert!(sheet.contains("type=\"whole\""));
    assert!(sheet.contains("orientation=\"landscape\"") && sheet.contains("state=\"frozen\""));
    assert!(sheet.contains("SUM(C7:C19)"));
    let notes = &parts["xl/comments1.xml"];
    assert!(notes.contains("口径:辖区备案养老机构护理型床位数。"), "{notes}");
    let strings = &parts["xl/sharedStrings.xml"];
    assert!(strings.contains(&stamp(&definitions, period, form)), "{strings}");
    assert!(strings.contains("上期:护理型床位数") && strings.contains("模拟数据"));
}

#[test]
fn the_command_writes_for_a_period_to_come_and_never_over_somebodys_work() {
    let root = small();
    let at = |arguments: &[&str]| run(yinxiang().args(arguments).arg("-C").arg(root.path()));
    let ran = at(&["template", "2024Q3"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("已写出 5 个模板(部门 2 个,乡镇 3 个)") && ran.stdout.contains("下一步"), "{ran:?}");
    let folder = root.path().join("reports/templates/2024Q3");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 5);
    assert_eq!(at(&["template", "2024Q3"]).code, 0, "the same again changes nothing");
    let own = folder.join("东乡2024年第三季度报送表.xlsx");
    fs::write(&own, "filled in").expect("a change");
    let ran = at(&["template", "2024Q3"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("东乡2024年第三季度报送表.xlsx") && ran.stderr.contains("--force"), "{ran:?}");
    assert_eq!(fs::read(&own).expect("a file"), b"filled in");
    assert_eq!(at(&["template", "2024Q3", "--department", "西乡"]).code, 0, "another party's form is not in the way");
    assert_eq!(at(&["template", "2024Q3", "--force"]).code, 0);
    for (arguments, said) in [
        (&["template"][..], "PERIOD"),
        (&["template", "三季度"], "2022Q3"),
        (&["template", "2024H2"], "frequency"),
        (&["template", "2024Q3", "--department", "北乡"], "西乡"),
        (&["template", "2024Q3", "--department", "TJ"], "没有要填报的数据项"),
    ] {
        let ran = at(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_new_project_without_data_gets_templates_and_mistakes_of_the_last_period_do_not_block_them() {
    let root = small();
    let at = |arguments: &[&str]| run(yinxiang().args(arguments).arg("-C").arg(root.path()));
    fs::write(root.path().join("data/2024Q2/教育局.csv"), "代码,学员人数\n01,约60\n02,90\n03,84\n").expect("a file");
    let ran = at(&["template", "2024Q3", "--json", "--department", "教育局"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let summary: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(summary["files"][0]["code"], "JY");
    assert_eq!(summary["findings"][0]["id"], "earlier-period-errors", "{summary}");
    fs::remove_dir_all(root.path().join("data")).expect("removed");
    let ran = at(&["template", "2024Q3", "--out", root.path().join("new").to_str().expect("UTF-8")]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("年内固定的数还没有") && ran.stdout.contains("村数"), "{ran:?}");
}

#[test]
fn who_conducts_a_survey_is_asked_for_data_and_helps_nobody() {
    let definitions = definitions(&read(&repository(".")));
    let mut asked = 0;
    for (number, indicator) in definitions.indicators.iter().enumerate() {
        let helper = definitions.helper(number);
        let is_beside = |other: &yinxiang::definitions::Indicator| {
            other.parent == indicator.parent
                && other.department == helper
                && !matches!(other.source, Source::Survey { .. })
        };
        match indicator.source {
            Source::Survey { .. } => {
                asked += 1;
                assert!(
                    helper != indicator.department && definitions.indicators.iter().any(is_beside),
                    "{}",
                    indicator.code
                );
            }
            _ => assert_eq!(helper, indicator.department, "{}", indicator.code),
        }
    }
    assert_eq!(asked, 7);
}
