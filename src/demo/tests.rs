//! The whole of the synthetic data for a small invented index that has every feature once.

use super::*;
use crate::audit::{Audit, InputFile};
use crate::extract::{RawTable, RawValue};
use encoding_rs::GB18030;

const DEFINITIONS: &str = r#"
format = 1
[index]
id = "small"
name = "小指数"
edition = "1"
[register]
total_rows = ["合计"]
ambiguous = ["老东镇"]
name_columns = ["单位名称"]
code_columns = ["单位代码"]
ignored_columns = ["序号"]

unit = []
"#;

const UNITS: [(&str, &str, &str, &str); 4] = [
    ("01", "东镇", "东", "老东镇"),
    ("02", "西镇", "西", "西山乡"),
    ("03", "南镇", "南", "南塘乡"),
    ("04", "北镇", "北", "北洋乡"),
];

const REST: &str = r#"
[[grade]]
id = "good"
name = "良好"
min = 0
[[department]]
code = "D1"
name = "一局"
[[department]]
code = "D2"
name = "二局"
[[department]]
code = "D3"
name = "三局"
[[department]]
code = "D4"
name = "四局"
[[department]]
code = "D5"
name = "五局"
[[department]]
code = "D6"
name = "统计局"
[[element]]
code = "A"
name = "甲"
weight = 1

[[measure]]
id = "population"
name = "人口"
department = "D6"
unit = "人"
basis = "frozen"
typical = 9000
[[measure]]
id = "beds_care"
name = "护理床位"
department = "D1"
unit = "张"
typical = 130
[[measure]]
id = "beds"
name = "床位"
department = "D1"
unit = "张"
typical = 250
[[measure]]
id = "homes_done"
name = "完成户数"
department = "D2"
unit = "户"
basis = "ytd"
typical = 30
[[measure]]
id = "homes_task"
name = "任务户数"
department = "D2"
unit = "户"
typical = 40
[[measure]]
id = "minutes"
name = "响应时长"
department = "D3"
unit = "分钟"
basis = "period"
typical = 600
[[measure]]
id = "alerts"
name = "预警数"
department = "D3"
unit = "起"
basis = "period"
typical = 40
[[measure]]
id = "activities"
name = "活动次数"
department = "D4"
unit = "次"
basis = "period"
typical = 25
[[measure]]
id = "teams"
name = "团队数"
department = "D4"
unit = "支"
typical = 5
[[measure]]
id = "managed"
name = "管理人数"
department = "D5"
unit = "人"
basis = "ytd"
typical = 4000
[[measure]]
id = "rate"
name = "达标率"
department = "D5"
unit = "%"
basis = "period"
max = 100
typical = 90

[[indicator]]
code = "A01"
name = "护理床位占比"
element = "A"
weight = 1
unit = "%"
numerator = "beds_care"
denominator = "beds"
scale = 100
score = { efficacy = { target = 55, floor = 40 } }
may_not_apply = true
[[indicator]]
code = "A02"
name = "改造完成率"
element = "A"
weight = 1
unit = "%"
numerator = "homes_done"
denominator = "homes_task"
scale = 100
basis = "ytd"
score = { pro-rata = { annual = 100, path = [0.1, 0.4, 0.75, 1.0], target = 100, floor = 80 } }
[[indicator]]
code = "A03"
name = "平均响应"
element = "A"
weight = 1
unit = "分钟"
numerator = "minutes"
denominator = "alerts"
basis = "period"
score = { efficacy = { target = 10, floor = 30 } }
[[indicator]]
code = "A04"
name = "队均活动"
element = "A"
weight = 1
numerator = "activities"
denominator = "teams"
basis = "period"
score = { band = { low = 3, high = 9, floor_low = 1, floor_high = 15 } }
[[indicator]]
code = "A05"
name = "管理率"
element = "A"
weight = 1
unit = "%"
numerator = "managed"
denominator = "population"
scale = 100
basis = "ytd"
score = { pro-rata = { annual = 70, path = [0.1, 0.45, 0.8, 1.0], target = 100, floor = 85 } }
[[indicator]]
code = "A06"
name = "平均达标率"
element = "A"
weight = 1
unit = "%"
measure = "rate"
basis = "period"
score = { efficacy = { target = 95, floor = 80 } }
[[indicator]]
code = "A07"
name = "满意度"
element = "A"
weight = 1
question = "q1"
score = { efficacy = { target = 90, floor = 75 } }

[[scale]]
id = "five"
answers = [
  { code = "1", word = "满意", points = 100 },
  { code = "2", word = "一般", points = 60 },
  { code = "3", word = "不满意", points = 0 },
  { code = "9", word = "说不清" },
]
[[survey]]
id = "general"
name = "满意度调查"
department = "D6"
unit_column = "单位名称"
weight_column = "权重"
typical = 50
[[survey]]
id = "learners"
name = "学员问卷"
department = "D6"
unit_column = "单位名称"
typical = 40
[[survey]]
id = "homes"
name = "回访问卷"
department = "D6"
unit_column = "单位名称"
typical = 30
[[question]]
id = "q1"
survey = "general"
scale = "five"
[[question]]
id = "q2"
survey = "learners"
scale = "five"
[[question]]
id = "q3"
survey = "homes"
scale = "five"
statistic = "share"

[[table]]
id = "events"
name = "事项表"
columns = [
  { id = "date", name = "日期", kind = "date", required = true },
  { id = "unit", name = "单位名称", kind = "unit", required = true },
]
[[table]]
id = "arrivals"
name = "收到登记"
columns = [
  { id = "sender", name = "报送部门", kind = "department" },
  { id = "arrived_on", name = "收到日期", kind = "date", required = true },
]
[[table]]
id = "rechecks"
name = "复核表"
columns = [
  { id = "unit", name = "单位名称", kind = "unit", required = true },
  { id = "measure", name = "数据项", kind = "measure", required = true },
  { id = "reported", name = "报送数", kind = "number" },
  { id = "verified", name = "核实数", kind = "number", required = true },
]

[demo]
first = "2021Q3"
last = "2022Q3"
population = 9000
row = [
  { period = "2022Q1", table = "events", values = { date = "2022-02-03", unit = "东镇" } },
  { period = "2022Q1", table = "arrivals", values = { sender = "D2", arrived_on = "2022-04-07" } },
  { period = "2022Q2", table = "rechecks", values = { unit = "西镇", measure = "管理人数", verified = "x0.93" } },
]
mishap = [
  { measure = "beds_care", unit = "03", cell = "不适用" },
  { measure = "beds", unit = "03", cell = "不适用" },
  { period = "2022Q3", measure = "activities" },
  { period = "2022Q3", measure = "teams", unit = "01", cell = "{fullwidth}" },
  { period = "2022Q3", measure = "homes_task", unit = "02", cell = "{unit}" },
  { period = "2022Q3", measure = "managed", unit = "04", cell = "{comma}" },
  { period = "2022Q3", measure = "alerts", unit = "04", cell = "{empty}" },
  { period = "2022Q2", measure = "homes_done", unit = "01", factor = 0.5 },
]
"#;

fn source() -> String {
    let unit = |(code, name, short, alias): &(&str, &str, &str, &str)| {
        format!("[[unit]]\ncode = \"{code}\"\nname = \"{name}\"\nshort = \"{short}\"\naliases = [\"{alias}\"]\n")
    };
    let units: String = UNITS.iter().map(unit).collect();
    DEFINITIONS.replace("unit = []\n", &units) + REST
}

/// Definitions of the small index.
pub(super) fn definitions() -> Definitions {
    let file = InputFile { path: "indicators/index.toml".into(), bytes: source().as_bytes().into() };
    let mut audit = Audit::default();
    let definitions = crate::definitions::parse(&[file], &mut audit);
    assert!(audit.diagnostics().is_empty(), "{:#?}", audit.diagnostics());
    definitions.expect("sound definitions")
}

fn values_of(definitions: &Definitions, check: impl Fn(&Values<'_>)) {
    let script = definitions.demo.as_ref().expect("the small index has a script");
    check(&Values::new(definitions, script, Draws::new(1), "2022Q3".parse().expect("a period")));
}

fn year(year: i32) -> Vec<Period> {
    (1..=4).map(|part| format!("{year}Q{part}").parse().expect("a period")).collect()
}

/// The only table of a file, or the sheet of that name.
fn table(files: &BTreeMap<String, Vec<u8>>, path: &str) -> RawTable {
    let file = InputFile { path: path.into(), bytes: files[path].as_slice().into() };
    let mut audit = Audit::default();
    let mut tables = crate::extract::read(&[file], &mut audit);
    assert!(audit.diagnostics().is_empty() && tables.len() == 1, "{path}: {} tables", tables.len());
    tables.remove(0)
}

fn cell(table: &RawTable, row: usize, column: usize) -> String {
    crate::extract::values::text(&table.rows[row][column])
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_other_figures() {
    let definitions = definitions();
    let files = project_data(&definitions, 1);
    assert!(files.values().all(|bytes| !bytes.is_empty()));
    assert_eq!(files, project_data(&definitions, 1));
    let others = project_data(&definitions, 2);
    assert!(files.keys().eq(others.keys()));
    assert_ne!(files["data/2022Q3/四局2022年第三季度.csv"], others["data/2022Q3/四局2022年第三季度.csv"]);
}

#[test]
fn a_period_has_the_same_files_whatever_other_periods_are_made() {
    let mut definitions = definitions();
    let all = project_data(&definitions, 1);
    definitions.demo.as_mut().expect("a script").first = "2022Q2".to_owned();
    let some = project_data(&definitions, 1);
    assert!(some.len() < all.len() && some.iter().all(|(path, bytes)| all[path] == *bytes));
}

#[test]
fn every_department_survey_table_and_year_has_its_file() {
    let files = project_data(&definitions(), 1);
    let of = |folder: &str| -> Vec<&str> {
        files.keys().filter_map(|path| path.strip_prefix(folder)).collect()
    };
    assert_eq!(
        of("data/2022Q1/"),
        [
            "arrivals.xlsx",
            "events.csv",
            "survey-general.csv",
            "survey-homes.csv",
            "survey-learners.xlsx",
            "一局2022年第一季度.xlsx",
            "三局2022年第一季度.csv",
            "二局2022年第一季度.xlsx",
            "五局2022年第一季度.xlsx",
            "四局2022年第一季度.csv",
        ]
    );
    assert_eq!(of("data/frozen/"), ["2021-calendar.csv", "2021.xlsx", "2022-calendar.csv", "2022.xlsx"]);
    let calendar = String::from_utf8(files["data/frozen/2022-calendar.csv"].clone()).expect("UTF-8");
    assert!(calendar.starts_with("\u{feff}日期,安排,说明\r\n2022-01-01,休,元旦\r\n"), "{calendar:.60}");
}

#[test]
fn without_a_script_or_with_a_wrong_one_there_are_no_files() {
    let mut definitions = definitions();
    definitions.demo.as_mut().expect("a script").first = "2022".to_owned();
    assert!(project_data(&definitions, 1).is_empty());
    definitions.demo.as_mut().expect("a script").first = "2023Q1".to_owned();
    assert!(project_data(&definitions, 1).is_empty());
    definitions.demo = None;
    assert!(project_data(&definitions, 1).is_empty());
}

#[test]
fn cumulative_figures_never_fall_and_tasks_stay_within_a_year() {
    let definitions = definitions();
    values_of(&definitions, |values| {
        for (position, measure) in definitions.measures.iter().enumerate() {
            let is_stock = matches!(measure.id.as_str(), "homes_task" | "beds" | "population");
            for (unit, pair) in (0..4).flat_map(|unit| year(2022).windows(2).map(move |pair| (unit, pair.to_vec())).collect::<Vec<_>>()) {
                let (before, after) = (values.reported(position, unit, pair[0]), values.reported(position, unit, pair[1]));
                if measure.basis == crate::definitions::Basis::Ytd {
                    assert!(before <= after, "{} {unit} {}: {before} {after}", measure.id, pair[1]);
                }
                assert!(!is_stock || before.to_bits() == after.to_bits(), "{} {unit}: {before} {after}", measure.id);
            }
        }
    });
}

#[test]
fn numerators_of_shares_stay_at_or_below_their_denominators_and_counts_are_whole() {
    let definitions = definitions();
    values_of(&definitions, |values| {
        for (indicator, unit, period) in
            definitions.indicators.iter().flat_map(|one| (0..4).flat_map(move |unit| year(2022).into_iter().map(move |period| (one, unit, period))))
        {
            let Source::Ratio { numerator, denominator } = indicator.source else { continue };
            let (above, below) = (values.reported(numerator, unit, period), values.reported(denominator, unit, period));
            assert!(indicator.unit != "%" || above <= below, "{} {unit} {period}: {above} {below}", indicator.code);
            assert!(above >= 0.0 && below >= 1.0 && below.fract().abs() < 1e-12);
            assert!(above.fract().abs() < 1e-12 || indicator.code == "A03", "{above}");
        }
    });
}

#[test]
fn a_scripted_factor_changes_what_is_reported_and_nothing_later_falls_below_it() {
    let definitions = definitions();
    let mut plain = definitions.clone();
    plain.demo.as_mut().expect("a script").mishap.clear();
    let of = |definitions: &Definitions, period: &str| {
        let found = std::cell::Cell::new(0.0);
        values_of(definitions, |values| found.set(values.reported(3, 0, period.parse().expect("a period"))));
        found.get()
    };
    assert!((of(&definitions, "2022Q1") - of(&plain, "2022Q1")).abs() < 1e-12);
    let halved = (of(&plain, "2022Q2") * 0.5).round().max(of(&plain, "2022Q1"));
    assert!((of(&definitions, "2022Q2") - halved).abs() < 1e-12);
    assert!((of(&definitions, "2022Q3") - of(&plain, "2022Q3")).abs() < 1e-12);
}

#[test]
fn mishaps_stand_in_the_cells_as_the_script_writes_them() {
    let files = project_data(&definitions(), 1);
    let beds = table(&files, "data/2022Q3/一局2022年第三季度.xlsx");
    assert_eq!((cell(&beds, 6, 2), cell(&beds, 6, 3)), ("不适用".into(), "不适用".into()));
    assert_eq!(cell(&beds, 8, 1), "合计");
    let homes = crate::extract::read(
        &[InputFile { path: "x".into(), bytes: files["data/2022Q3/二局2022年第三季度.xlsx"].as_slice().into() }],
        &mut Audit::default(),
    );
    assert_eq!(homes.len(), 2);
    assert!(cell(&homes[1], 4, 3).ends_with('户'), "{}", cell(&homes[1], 4, 3));
    let alerts = table(&files, "data/2022Q3/三局2022年第三季度.csv");
    assert_eq!((cell(&alerts, 1, 2), cell(&alerts, 5, 2)), ("预警数".into(), String::new()));
    let teams = table(&files, "data/2022Q3/四局2022年第三季度.csv");
    assert_eq!(teams.rows[0].len(), 2, "the column of activities is left out");
    assert!(cell(&teams, 1, 1).chars().all(|digit| ('\u{ff10}'..='\u{ff19}').contains(&digit)));
    let managed = table(&files, "data/2022Q3/五局2022年第三季度.xlsx");
    assert_eq!(managed.origin, (2, 2));
    assert!(cell(&managed, 6, 2).contains(','), "{}", cell(&managed, 6, 2));
}

#[test]
fn the_ansi_file_decodes_and_begins_with_its_title() {
    let files = project_data(&definitions(), 1);
    let bytes = &files["data/2022Q3/三局2022年第三季度.csv"];
    assert!(std::str::from_utf8(bytes).is_err());
    let (text, had_errors) = GB18030.decode_without_bom_handling(bytes);
    assert!(!had_errors && text.starts_with("小指数三局2022年第三季度报送表(模拟数据)\r\n单位名称,响应时长,预警数\r\n"), "{text:.80}");
}

#[test]
fn a_recheck_holds_the_reported_figure_and_its_multiple() {
    let definitions = definitions();
    let files = project_data(&definitions, 1);
    let rechecks = table(&files, "data/2022Q2/rechecks.csv");
    values_of(&definitions, |values| {
        let reported = values.reported(9, 1, "2022Q2".parse().expect("a period"));
        assert_eq!(rechecks.rows[1][2..], [RawValue::Number(reported), RawValue::Number((reported * 0.93).round())]);
    });
    let arrivals = table(&files, "data/2022Q1/arrivals.xlsx");
    assert_eq!(arrivals.rows[1], [RawValue::Text("二局".into()), RawValue::Date(2022, 4, 7)]);
}

#[test]
fn surveys_have_about_the_typical_number_of_respondents_and_no_names() {
    let files = project_data(&definitions(), 1);
    for (path, typical) in [("survey-general.csv", 50), ("survey-learners.xlsx", 40), ("survey-homes.csv", 30)] {
        let table = table(&files, &format!("data/2022Q3/{path}"));
        let count = table.rows.len() - 1;
        assert!((typical * 4 * 9 / 10 - 2..=typical * 4 * 11 / 10 + 2).contains(&count), "{path}: {count}");
        assert!(crate::extract::personal::scan(&table).is_none());
    }
    let words = table(&files, "data/2022Q3/survey-learners.xlsx");
    assert!(words.rows[1..].iter().any(|row| row[4] == RawValue::Text("满意".into())));
}
