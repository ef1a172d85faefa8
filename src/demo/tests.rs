//! The whole of the synthetic data for a small invented index that has every feature once.

use super::*;
use crate::audit::{Audit, Code, InputFile};
use crate::definitions::Source;
use crate::extract::{RawTable, RawValue};
use encoding_rs::GB18030;

const DEFINITIONS: &str = include_str!("tests/small.toml");

/// Definitions of the small index.
pub(super) fn definitions() -> Definitions {
    let file = InputFile { path: "indicators/index.toml".into(), bytes: DEFINITIONS.as_bytes().into() };
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
    // A hidden draft beside the form is noted.
    let is_sound = audit.diagnostics().iter().all(|found| found.code == Code::SheetHidden);
    assert!(is_sound && tables.len() == 1, "{path}: {} tables", tables.len());
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
    let of = |folder: &str| -> Vec<&str> { files.keys().filter_map(|path| path.strip_prefix(folder)).collect() };
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
            for (unit, pair) in
                (0..4).flat_map(|unit| year(2022).windows(2).map(move |pair| (unit, pair.to_vec())).collect::<Vec<_>>())
            {
                let (before, after) =
                    (values.reported(position, unit, pair[0]), values.reported(position, unit, pair[1]));
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
        for (indicator, unit, period) in definitions
            .indicators
            .iter()
            .flat_map(|one| (0..4).flat_map(move |unit| year(2022).into_iter().map(move |period| (one, unit, period))))
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
    assert!(
        !had_errors && text.starts_with("小指数三局2022年第三季度报送表(模拟数据)\r\n单位名称,响应时长,预警数\r\n"),
        "{text:.80}"
    );
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
