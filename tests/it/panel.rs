//! Panels of assessors: the example project against figures worked out by hand, and everything a file may get wrong.

mod findings;

use crate::command::{read_json, run, yinxiang};
use crate::project::{Outcome, copy, read, write};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use yinxiang::audit::Code;
use yinxiang::facts::{CellState, PanelResult};
use yinxiang::views::PeriodResult;

const LONG: &str = "data/2024Q2/panel-visit.csv";
const WIDE: &str = "data/2024Q2/panel-visit-医保局.csv";

fn project() -> TempDir {
    copy("tests/projects/panel")
}

fn outcome(root: &TempDir) -> Outcome {
    Outcome::of(&read(root.path()), None)
}

fn current(outcome: &Outcome) -> &PeriodResult {
    outcome.scored().current().expect("a period")
}

fn panel(outcome: &Outcome) -> &PanelResult {
    &current(outcome).facts.panels[0]
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

fn column(path: &Path, name: &str) -> Vec<String> {
    let bytes = fs::read(path).expect("a file");
    let mut reader = csv::Reader::from_reader(bytes.strip_prefix(b"\xEF\xBB\xBF").expect("a mark of UTF-8"));
    let at = reader.headers().expect("a header").iter().position(|header| header == name).expect("the column");
    reader.records().map(|record| record.expect("a record")[at].to_owned()).collect()
}

#[test]
fn the_example_project_gives_the_figures_worked_out_by_hand() {
    let root = project();
    let out = tempfile::tempdir().expect("a temporary folder");
    let target = out.path().join("report");
    let ran = run(yinxiang().args(["run", "-C"]).arg(root.path()).arg("--out").arg(&target));
    assert_eq!(ran.code, 0, "{ran:?}");
    let indicators = target.join("indicators.csv");
    // One in five of five scores goes at each end, none of four. 服务秩序 of 东乡: WJ-2 is of 东乡, 90 88 80 92 remain;
    // of 西乡: 80 84 81 of 70 80 81 84 85.
    assert_eq!(column(&indicators, "numerator"), ["350", "340", "245", "228", "217", "247", "190", "260"]);
    assert_eq!(column(&indicators, "denominator"), ["4", "4", "3", "3", "3", "3", "3", "4"]);
    let values = ["87.5", "85", "81.666667", "76", "72.333333", "82.333333", "63.333333", "65"];
    assert_eq!(column(&indicators, "value"), values);
    // 台账资料: 60 + 40 (x − 60) / 30.
    let scores = ["87.5000", "93.3333", "81.6667", "81.3333", "72.3333", "89.7778", "63.3333", "66.6667"];
    assert_eq!(column(&indicators, "score"), scores);
    let source = &column(&indicators, "numerator_source")[0];
    assert_eq!(*source, format!("{WIDE}、{LONG} (n=4)"));
    // 0.6 × 服务秩序 + 0.4 × 台账资料.
    assert_eq!(column(&target.join("scores.csv"), "base"), ["89.83", "81.53", "79.31", "64.67"]);

    let result = read_json(&target.join("result.json"));
    let number = |pointer: &str| result.pointer(pointer).and_then(serde_json::Value::as_f64).expect("a number");
    // The mean of the four units: 304.8333 / 4 and 308.3333 / 4.
    close(number("/total/indicators/0/value"), 304.833_333_333_333_3 / 4.0);
    close(number("/total/indicators/1/value"), 308.333_333_333_333_3 / 4.0);
    close(number("/units/0/indicators/0/respondents"), 4.0);
    // 服务秩序 over 西乡, 南镇, 北镇, which all five scored: rank sums 14, 10, 6, so 12 · 32 / (25 · 24).
    close(number("/panels/0/items/0/agreement/kendall_w"), 0.64);
    close(number("/panels/0/items/0/agreement/chi_square"), 6.4);
    // pingouin 0.7.0 and scipy 1.17.1.
    close(number("/panels/0/items/0/agreement/p"), 0.040_762_203_978_366_11);
    close(number("/panels/0/items/0/agreement/icc_2_1"), 0.655_625_273_602_801_4);
    close(number("/panels/0/items/0/agreement/icc_2_k"), 0.904_934_541_792_547_7);
    close(number("/panels/0/items/1/agreement/icc_2_1"), 0.335_757_575_757_576_6);
    close(number("/panels/0/items/1/agreement/units"), 2.0);
    // MZ-1: (10/3 + 0 − 2.5 − 2.5 + 0 − 2 − 2.5 − 20/3) / 8.
    close(number("/panels/0/assessors/0/severity"), -77.0 / 48.0);
    close(number("/panels/0/assessors/3/excluded"), 1.0);
    close(number("/panels/0/assessors/5/missing"), 8.0);
    assert!(result["panels"][0]["assessors"][5]["severity"].is_null());

    let page = fs::read_to_string(target.join("index.html")).expect("a page");
    for words in ["联合考评", "4（回避1）", "−8.20", "+6.35", "没有有效分的是 YB-2", "W = 0.64", "ICC(2,1) = 0.656"]
    {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn who_is_missing_and_whose_score_was_left_out_is_told() {
    let outcome = outcome(&project());
    let said: Vec<String> = outcome.audit.diagnostics().iter().map(|found| found.message.clone()).collect();
    assert_eq!(
        said,
        [
            "评委“WJ-2”给本单位“东乡”的“服务秩序”打了分,已剔除",
            "“窗口联合考评”的评委“WJ-1”缺 1 个分:北镇的台账资料",
            "“窗口联合考评”的评委“YB-2”没有打分,缺 8 个分",
        ]
    );
    let departments: Vec<Option<&str>> =
        outcome.audit.diagnostics().iter().map(|found| found.department.as_deref()).collect();
    assert_eq!(departments, [Some("民政局"), Some("卫健局"), Some("医保局")]);
}

#[test]
fn a_score_is_explained_by_the_scores_it_is_made_of_without_saying_whose_they_are() {
    let root = project();
    let ran = run(yinxiang().args(["explain", "西乡", "A1", "-C"]).arg(root.path()));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("70、80、81、84、85"), "{ran:?}");
    assert!(ran.stdout.contains("两端各去掉 1 个,其余 245 ÷ 3 = 81.6667"), "{ran:?}");
    assert!(!ran.stdout.contains("MZ-1"), "{ran:?}");
}

#[test]
fn too_few_assessors_are_shown_and_not_scored() {
    let root = project();
    let definitions = fs::read_to_string(root.path().join("indicators/panel.toml")).expect("a file");
    write(root.path(), "indicators/panel.toml", &definitions.replace("min_assessors = 3", "min_assessors = 5"));
    let outcome = outcome(&root);
    let result = current(&outcome);
    let cell = result.matrix.cell(0, 0);
    assert_eq!((cell.state, cell.respondent_count), (CellState::TooSmall, 4));
    close(cell.value, 87.5);
    assert_eq!(result.scores.indicator(0, 0).score, None);
    // 服务秩序 of 东乡, 台账资料 of 东乡 and 北镇.
    assert_eq!(outcome.with_code(Code::DenominatorSmall).len(), 3, "{}", outcome.findings());
    // The whole is the mean of the three units that are scored: 217.3333 / 3.
    close(result.matrix.total(0).value, 652.0 / 9.0);
    write(root.path(), "indicators/panel.toml", &definitions.replace("min_assessors = 3", "min_assessors = 6"));
    let outcome = self::outcome(&root);
    let total = current(&outcome).matrix.total(0);
    // Nobody is scored: the mean of all four is shown, and not scored.
    assert_eq!(total.state, CellState::TooSmall);
    close(total.value, 304.833_333_333_333_3 / 4.0);
    assert_eq!(current(&outcome).scores.indicator_total(0).score, None);
}

#[test]
fn a_panel_of_which_nothing_came_is_told_and_its_indicators_are_left_out_for_all() {
    let root = project();
    fs::remove_file(root.path().join(WIDE)).expect("a file to remove");
    write(root.path(), LONG, "评委代码,评委单位,乡镇,得分情况\n");
    let without_header = outcome(&root);
    assert_eq!(without_header.with_code(Code::HeaderNotFound).len(), 1, "{}", without_header.findings());
    fs::remove_file(root.path().join(LONG)).expect("a file to remove");
    write(root.path(), "data/2024Q2/无关.txt", "\n");
    let outcome = outcome(&root);
    assert_eq!(outcome.with_code(Code::FileNotReceived).len(), 1, "{}", outcome.findings());
    assert_eq!(outcome.with_code(Code::IndicatorDropped).len(), 2);
    assert_eq!(outcome.with_code(Code::AssessorMissing).len(), 0);
    assert!(!panel(&outcome).has_arrived());
}

#[test]
fn without_a_block_that_all_scored_the_reason_stands_in_the_place_of_the_figures() {
    let root = project();
    fs::remove_file(root.path().join(WIDE)).expect("a file to remove");
    write(
        root.path(),
        LONG,
        "评委代码,乡镇,服务秩序\nMZ-1,东乡,80\nMZ-1,西乡,70\nWJ-1,南镇,60\nWJ-1,西乡,90\nYB-1,西乡,75\nYB-1,北镇,65\n",
    );
    let out = tempfile::tempdir().expect("a temporary folder");
    let target = out.path().join("report");
    let ran = run(yinxiang().args(["run", "-C"]).arg(root.path()).arg("--out").arg(&target));
    assert_eq!(ran.code, 0, "{ran:?}");
    let agreement = &read_json(&target.join("result.json"))["panels"][0]["items"][0]["agreement"];
    assert_eq!((&agreement["no_kendall_w"], &agreement["units"]), (&"no_complete_block".into(), &1.into()));
    assert!(agreement["kendall_w"].is_null() && agreement["icc_2_1"].is_null(), "{agreement}");
    let page = fs::read_to_string(target.join("index.html")).expect("a page");
    assert!(page.contains("3 名评委都打了分的乡镇有 1 个；评委不足 2 名或乡镇不足 2 个的，算不出一致性。"));
    assert!(page.contains("1（偏少）") && !page.contains("NaN"));
}

#[test]
fn invented_scores_come_near_what_the_units_are_made_for_and_nothing_is_wrong_with_them() {
    let root = project();
    let demo = "format = 1\n[demo]\nfirst = \"2024Q1\"\nlast = \"2024Q2\"\npopulation = 1000\n";
    write(root.path(), "indicators/demo.toml", demo);
    let definitions = outcome(&root).scored().definitions.clone();
    let files = yinxiang::demo::project_data(&definitions, 7);
    assert_eq!(files, yinxiang::demo::project_data(&definitions, 7));
    fs::remove_dir_all(root.path().join("data")).expect("the old data");
    for (path, bytes) in &files {
        write(root.path(), path, std::str::from_utf8(bytes).expect("text"));
    }
    let outcome = outcome(&root);
    assert!(!outcome.audit.has_errors(), "{}", outcome.findings());
    for item in &panel(&outcome).items {
        assert!(item.units.iter().all(|unit| unit.scores.len() >= 3), "{item:?}");
    }
    // Nobody scores the own unit.
    assert_eq!(panel(&outcome).assessors[3].excluded_count, 0);
    let severe = panel(&outcome).assessors.iter().filter_map(|one| one.severity).map(|one| one.points.abs());
    assert!(severe.clone().count() == 6 && severe.fold(0.0, f64::max) < 12.0);
}

#[test]
fn scores_of_single_assessors_are_not_copied_into_receipts() {
    let root = project();
    let out = tempfile::tempdir().expect("a temporary folder");
    let ran = run(yinxiang().args(["check", "-C"]).arg(root.path()).arg("--out").arg(out.path().join("report")));
    assert_eq!(ran.code, 0, "{ran:?}");
    let path = out.path().join("report/回执-民政局.xlsx");
    let book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a receipt");
    let sheets = calamine::Reader::sheet_names(&book);
    assert!(!sheets.is_empty() && sheets.iter().all(|name| !name.contains("panel")), "{sheets:?}");
}

#[test]
fn the_department_that_runs_a_panel_owes_it() {
    let outcome = outcome(&project());
    let definitions = &outcome.scored().definitions;
    let owed = |department| yinxiang::facts::Owed::by(definitions, department);
    assert_eq!((owed(0).panels, owed(0).item_count(), owed(1).item_count()), (vec![0], 1, 0));
    let files = current(&outcome).facts.files(definitions, &outcome.audit);
    let found: Vec<(&str, Option<usize>)> = files.iter().map(|(file, department)| (&**file, *department)).collect();
    assert_eq!(found, [(WIDE, Some(0)), (LONG, Some(0))]);
}

/// The rows of both files, each with its file.
fn rows() -> Vec<(&'static str, String)> {
    let root = project();
    [LONG, WIDE]
        .into_iter()
        .flat_map(|path| {
            let text = fs::read_to_string(root.path().join(path)).expect("a file");
            text.lines().skip(1).map(|line| (path, line.to_owned())).collect::<Vec<_>>()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_rows_changes_nothing(
        shuffled in Just(rows()).prop_shuffle(),
        doubled in prop::sample::select(rows()),
    ) {
        let lay = |rows: &[(&'static str, String)]| {
            let root = project();
            for (path, head) in [(LONG, "评委代码,评委单位,乡镇,项目,分值,备注"), (WIDE, "乡镇,评委代码,服务秩序,台账资料")] {
                let own = rows.iter().filter(|(file, _)| *file == path).map(|(_, row)| row.as_str());
                write(root.path(), path, &[head].into_iter().chain(own).collect::<Vec<_>>().join("\n"));
            }
            outcome(&root)
        };
        // A row that stands twice, so that what is left out does not depend on the order either.
        let one: Vec<_> = rows().into_iter().chain([doubled.clone()]).collect();
        let other: Vec<_> = [doubled].into_iter().chain(shuffled).collect();
        let (one, other) = (lay(&one), lay(&other));
        prop_assert_eq!(panel(&one), panel(&other));
        let cells = |outcome: &Outcome| [0, 1].map(|indicator| current(outcome).matrix.row(indicator).to_vec());
        prop_assert_eq!(cells(&one), cells(&other));
        let codes = |outcome: &Outcome| outcome.audit.diagnostics().iter().map(|found| found.code).collect::<Vec<_>>();
        prop_assert_eq!(codes(&one), codes(&other));
    }
}
