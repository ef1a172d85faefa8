//! What moves a score, through the whole pipeline: worth of work, changes, what is withheld, and the table for statistics.

use crate::command::{read_json, run, yinxiang};
use crate::direct::current;
use crate::project::{Outcome, read, repository, small, write};
use polars::prelude::{AnyValue, ParquetReader, SerReader};
use std::fs;
use yinxiang::audit::InputFile;
use yinxiang::index::State;
use yinxiang::sensitivity::{Gap, change, contributions, gap};
use yinxiang::workflow::Project;

/// The dimension and the indicator of the example: 30 % and 12 %, due by the quarter 10, 40, 75 and 100 %.
const PROGRESS: &str = r#"
format = 1
[index]
id = "progress"
name = "进度"
edition = "1"
[[department]]
code = "D"
name = "部门"
[register]
name_columns = ["单位"]
[[unit]]
code = "1"
name = "丙镇"
[[element]]
code = "A"
name = "养"
weight = 30
[[element]]
code = "B"
name = "医"
weight = 70
[[measure]]
id = "done"
name = "完成户数"
department = "D"
unit = "户"
[[measure]]
id = "task"
name = "任务户数"
department = "D"
unit = "户"
[[measure]]
id = "other"
name = "其他"
department = "D"
[[measure]]
id = "third"
name = "再一项"
department = "D"
[[indicator]]
code = "A06"
name = "任务完成率"
element = "A"
weight = 12
numerator = "done"
denominator = "task"
scale = 100
score = { pro-rata = { annual = 100, path = [0.10, 0.40, 0.75, 1.00], target = 100, floor = 80 } }
work_unit = "户"
[[indicator]]
code = "A01"
name = "其他"
element = "A"
weight = 64
measure = "other"
score = { goalposts = { lower = 0, upper = 100 } }
[[indicator]]
code = "A02"
name = "再一项"
element = "A"
weight = 24
measure = "third"
may_not_apply = true
score = { goalposts = { lower = 0, upper = 100 } }
[[indicator]]
code = "B01"
name = "其他"
element = "B"
weight = 1
measure = "other"
score = { goalposts = { lower = 0, upper = 100 } }
"#;

fn progress(period: &str, done: u32, third: &str) -> Gap {
    let file = |path: &str, text: String| InputFile { path: path.into(), bytes: text.into_bytes().into() };
    let table = format!("单位,完成户数,任务户数,其他,再一项\n丙镇,{done},60,90,{third}\n");
    let files = vec![file(&format!("data/{period}/部门.csv"), table)];
    let project = Project {
        definitions: vec![file("indicators/progress.toml", PROGRESS.to_owned())],
        frozen: Vec::new(),
        periods: [(period.parse().expect("a period"), files)].into(),
        ..Project::default()
    };
    let outcome = Outcome::of(&project, None);
    let assessment = outcome.scored();
    let result = current(assessment);
    let (cell, score) = (result.matrix.cell(0, 0), result.scores.indicator(0, 0));
    gap(&assessment.definitions, 0, 0, cell, score, result.period).expect("there is work left")
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn one_household_is_worth_0_30_and_the_nine_missing_2_70() {
    // reports.md §2: 60 households, 24 due, 15 done.
    let gap = progress("2022Q2", 15, "80");
    close(gap.count, 9.0);
    close(gap.each, 0.30);
    close(gap.all, 2.70);
}

#[test]
fn a_quarter_later_one_household_is_worth_0_16_and_the_fifteen_missing_2_40() {
    // reports.md §2: 45 due, 30 done.
    let gap = progress("2022Q3", 30, "80");
    close(gap.count, 15.0);
    close(gap.each, 0.16);
    close(gap.all, 2.40);
}

#[test]
fn where_a_sibling_does_not_apply_a_household_is_worth_more() {
    // 24 of 100 are spread: 12/76 instead of 12/100.
    let gap = progress("2022Q2", 15, "不适用");
    close(gap.each, 0.30 / 0.76);
    close(gap.all, 2.70 / 0.76);
}

#[test]
fn every_change_of_the_demonstration_is_the_sum_of_its_printed_parts() {
    let outcome = Outcome::of(&read(&repository(".")), None);
    let assessment = outcome.scored();
    let now = current(assessment);
    let mut rule_count = 0;
    for before in &assessment.periods[..assessment.periods.len() - 1] {
        for unit in 0..now.scores.unit_count() {
            let change = change(&assessment.definitions, &now.as_earlier(), &before.as_earlier(), unit);
            let change = change.expect("every unit has a final score");
            let indicators: i64 = change.indicators.iter().map(|line| line.points.printed.steps()).sum();
            assert_eq!(indicators + change.weights.printed.steps(), change.base.steps());
            let (bonus, deduction) = (change.bonus.steps(), change.deduction.steps());
            assert_eq!(change.rules.iter().map(|line| line.points.steps()).sum::<i64>(), bonus + deduction);
            assert_eq!(change.base.steps() + bonus + deduction, change.total.steps());
            let exact: f64 = change.indicators.iter().map(|line| line.points.exact).sum::<f64>() + change.weights.exact;
            let bases = now.scores.base(unit).zip(before.scores.base(unit)).expect("base scores");
            close(exact, bases.0 - bases.1);
            rule_count += change.rules.len();
        }
    }
    assert!(rule_count > 0, "the demonstration has bonus and deductions that change");
}

#[test]
fn contributions_shortfalls_and_leads_of_the_demonstration_and_of_a_geometric_index_add_up() {
    for project in [".", "examples/hdi"] {
        let outcome = Outcome::of(&read(&repository(project)), None);
        let assessment = outcome.scored();
        let result = current(assessment);
        let (bottom, top) = assessment.definitions.index.scale;
        let mut leads = 0.0;
        for (unit, own) in contributions(&assessment.definitions, &result.scores).into_iter().enumerate() {
            assert_eq!(own.is_some(), result.scores.base(unit).is_some());
            let Some((own, base)) = own.zip(result.scores.base(unit)) else { continue };
            let sum = |of: &dyn Fn(usize) -> f64| (0..own.indicators.len()).map(of).sum::<f64>();
            close(sum(&|line| own.indicators[line].points.exact), base - bottom);
            close(sum(&|line| own.indicators[line].shortfall.exact), top - base);
            let lead = own.lead.expect("a small group");
            let advantage = sum(&|line| own.indicators[line].advantage.expect("beside the lead").exact);
            close(advantage + lead.weights.exact, base - lead.group_mean);
            leads += lead.total.exact;
        }
        // The leads over the mean of each group cancel out.
        assert!(leads.abs() < 1e-6, "{leads}");
    }
}

/// The small project with one answer of 西乡 in the newer survey, fewer than the two that may be shown.
fn withheld(answer: &str) -> Outcome {
    let root = small();
    let survey = format!("乡镇,权重,q1\n东乡,1,1\n东乡,1.5,1\n东乡,1,2\n西乡,1,{answer}\n南镇,1,满意\n南镇,1,一般\n");
    write(root.path(), "data/2024Q2/survey-people.csv", &survey);
    Outcome::of(&read(root.path()), None)
}

#[test]
fn what_is_withheld_has_no_part_anywhere_and_no_figure_beside_it_depends_on_it() {
    let outcomes = ["1", "3"].map(withheld);
    let [told, other] = outcomes.each_ref().map(|outcome| {
        let assessment = outcome.scored();
        let (now, before) = (current(assessment), &assessment.periods[0]);
        let changes: Vec<_> =
            (0..3).map(|unit| change(&assessment.definitions, &now.as_earlier(), &before.as_earlier(), unit)).collect();
        (contributions(&assessment.definitions, &now.scores), changes)
    });
    assert_eq!(told, other, "one answer more or less well meant moves nothing");
    let definitions = &outcomes[0].scored().definitions;
    let unit = definitions.units.units.iter().position(|unit| unit.name == "西乡").expect("the unit");
    let survey = definitions.indicators.iter().position(|indicator| indicator.code == "B2").expect("the indicator");
    let now = current(outcomes[0].scored());
    assert_eq!(now.scores.indicator(survey, unit).state, State::Suppressed);
    let (contributions, changes) = told;
    let own = contributions[unit].as_ref().expect("a base score");
    assert!(own.indicators.iter().all(|line| line.indicator != survey));
    let change = changes[unit].as_ref().expect("a final score");
    assert!(change.indicators.iter().all(|line| line.indicator != survey));
    assert!(change.weight_details.iter().all(|line| line.indicator != survey) && !change.weight_details.is_empty());
    let parts = change.indicators.iter().map(|line| line.points.printed.steps()).sum::<i64>();
    assert_eq!(parts + change.weights.printed.steps(), change.base.steps());
}

#[test]
fn the_whole_does_not_tell_by_subtraction_what_is_withheld_of_one_unit() {
    let root = small();
    let survey = "乡镇,权重,q1\n东乡,1,1\n东乡,1.5,1\n西乡,1,3\n南镇,1,满意\n南镇,1,一般\n";
    write(root.path(), "data/2024Q2/survey-people.csv", survey);
    let ran = run(yinxiang().args(["run", "--quiet", "--only", "result.json", "-C"]).arg(root.path()));
    assert_eq!(ran.code, 0, "{ran:?}");
    let result = read_json(&root.path().join("reports/2024Q2/result.json"));
    let totals = result["total"]["indicators"].as_array().expect("totals");
    let told = |code: &str| totals.iter().find(|total| total["indicator"] == code).expect("the indicator");
    assert!(told("B2")["numerator"].is_null() && told("B2")["denominator"].is_null(), "{}", told("B2"));
    assert!(told("B1")["numerator"].is_number());
}

/// A cell of a table as CSV writes it; figures without their trailing zeros.
fn plain(cell: &str) -> String {
    cell.parse::<f64>().map_or_else(|_| cell.to_owned(), |number| number.to_string())
}

#[test]
fn scores_parquet_holds_what_scores_csv_holds_and_is_the_same_for_any_number_of_threads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |threads: &str| {
        let target = folder.path().join(threads);
        let only = "scores.csv,scores.parquet";
        let mut command = yinxiang();
        command.env("POLARS_MAX_THREADS", threads).env("RAYON_NUM_THREADS", threads);
        let ran = run(command.args(["run", "--only", only, "-C"]).arg(repository(".")).arg("--out").arg(&target));
        assert_eq!(ran.code, 0, "{ran:?}");
        ["scores.csv", "scores.parquet"].map(|name| fs::read(target.join(name)).expect("a file"))
    };
    let [csv, parquet] = write("1");
    assert!(parquet == write("4")[1], "the same bytes");
    let frame = ParquetReader::new(std::io::Cursor::new(parquet)).finish().expect("a table");
    let mut reader = csv::Reader::from_reader(csv.strip_prefix(b"\xEF\xBB\xBF").expect("a mark of UTF-8"));
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    assert_eq!(frame.get_column_names().iter().map(|name| name.to_string()).collect::<Vec<_>>(), header);
    let mut row_count = 0;
    for (row, record) in reader.records().enumerate() {
        for (column, text) in record.expect("a record").iter().enumerate() {
            let cell = match frame.columns()[column].get(row).expect("a row a unit") {
                AnyValue::Null => String::new(),
                AnyValue::Float64(number) => number.to_string(),
                AnyValue::UInt32(number) => number.to_string(),
                AnyValue::Boolean(is) => is.to_string(),
                other => other.get_str().expect("text").to_owned(),
            };
            // Codes are text here and digits there.
            let is_text = matches!(frame.columns()[column].dtype(), polars::prelude::DataType::String);
            assert_eq!(cell, if is_text { text.to_owned() } else { plain(text) }, "{}", header[column]);
        }
        row_count += 1;
    }
    assert_eq!(frame.height(), row_count);
    let types: Vec<String> = frame.dtypes().iter().map(ToString::to_string).collect();
    assert_eq!(types[..12].join(" "), "str str str str f64 f64 f64 f64 str u32 u32 f64");
}
