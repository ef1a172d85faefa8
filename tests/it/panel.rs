//! Panels of assessors: the example project against figures worked out by hand, and everything a file may get wrong.

use crate::command::{read_json, run, yinxiang};
use crate::project::{Outcome, copy, read, write};
use proptest::prelude::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use yinxiang::audit::{Code, Diagnostic};
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

/// The long file with one text replaced by another.
fn with(root: &TempDir, from: &str, to: &str) {
    let text = fs::read_to_string(root.path().join(LONG)).expect("a file");
    assert!(text.contains(from), "{from}");
    write(root.path(), LONG, &text.replacen(from, to, 1));
}

fn add(root: &TempDir, row: &str) {
    let text = fs::read_to_string(root.path().join(LONG)).expect("a file");
    write(root.path(), LONG, &format!("{text}{row}\n"));
}

/// The only finding of a code, as place and what was found.
#[track_caller]
fn only(outcome: &Outcome, code: Code) -> (String, String) {
    let found = outcome.with_code(code);
    assert_eq!(found.len(), 1, "{}", outcome.findings());
    (found[0].place.to_string(), found[0].found.clone())
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
fn a_score_outside_the_scale_is_an_error_and_is_not_used() {
    let root = project();
    with(&root, "MZ-1,民政局,东乡,服务秩序,90,", "MZ-1,民政局,东乡,服务秩序,190,");
    let outcome = outcome(&root);
    assert_eq!(only(&outcome, Code::ValueOutOfRange), (format!("{LONG} [E2]"), "190".to_owned()));
    // 88 + 80 + 92 over three.
    close(current(&outcome).matrix.cell(0, 0).value, 260.0 / 3.0);
    assert_eq!((panel(&outcome).assessors[0].given_count, panel(&outcome).assessors[0].missing_count), (7, 0));
    let ran = run(yinxiang().args(["run", "-C"]).arg(root.path()));
    assert_eq!(ran.code, 1, "{ran:?}");
}

#[test]
fn what_is_unknown_is_told_with_what_is_known() {
    let root = project();
    for row in [
        "MZ-1,民政局,东山,服务秩序,90,",
        "MZ-1,民政局,东乡,秩序井然,90,",
        "MZ-9,民政局,东乡,服务秩序,90,",
        "MZ-1,教育局,东乡,服务秩序,90,",
        "MZ-1,卫健局,东乡,服务秩序,90,",
        ",民政局,东乡,服务秩序,90,",
        "MZ-1,民政局,,服务秩序,90,",
        "MZ-1,民政局,东乡,,90,",
    ] {
        add(&root, row);
    }
    let outcome = outcome(&root);
    assert_eq!(only(&outcome, Code::UnitUnknown), (format!("{LONG} [C32]"), "东山".to_owned()));
    assert_eq!(only(&outcome, Code::UnitBlank).0, format!("{LONG} [C38]"));
    let rows: Vec<(String, &str)> = outcome
        .with_code(Code::RowInvalid)
        .into_iter()
        .map(|found| (found.place.to_string().split_off(LONG.len()), found.found.as_str()))
        .collect();
    let expected = [
        (" [D33]", "秩序井然"),
        (" [A34]", "MZ-9"),
        (" [B35]", "教育局"),
        (" [B36]", "卫健局"),
        (" [A37]", ""),
        (" [D39]", ""),
    ];
    assert_eq!(rows, expected.map(|(place, found)| (place.to_owned(), found)));
    // Nothing of these rows was used.
    close(current(&outcome).matrix.cell(0, 0).value, 87.5);
}

#[test]
fn a_name_in_the_place_of_a_code_is_sent_back_and_never_quoted() {
    let root = project();
    add(&root, "张某某,民政局,东乡,服务秩序,90,");
    let outcome = outcome(&root);
    let found = outcome.with_code(Code::RowInvalid);
    assert_eq!(found.len(), 1, "{}", outcome.findings());
    assert!(found[0].help.contains("不写姓名"), "{}", found[0]);
    assert!(!outcome.findings().contains("张某某"), "{}", outcome.findings());
}

#[test]
fn two_scores_for_the_same_are_both_left_out() {
    let root = project();
    add(&root, "MZ-1,民政局,东乡,服务秩序,90,");
    let outcome = outcome(&root);
    assert_eq!(only(&outcome, Code::UnitDuplicate).0, format!("{LONG} [E32]"));
    close(current(&outcome).matrix.cell(0, 0).value, 260.0 / 3.0);
}

#[test]
fn a_word_for_a_score_is_an_error_and_an_empty_cell_is_a_missing_score() {
    let root = project();
    with(&root, "MZ-1,民政局,东乡,服务秩序,90,", "MZ-1,民政局,东乡,服务秩序,优秀,");
    with(&root, "MZ-1,民政局,西乡,服务秩序,80,", "MZ-1,民政局,西乡,服务秩序,,");
    with(&root, "WJ-2,卫健局,东乡,服务秩序,99,", "WJ-2,卫健局,东乡,服务秩序,回避,");
    let outcome = outcome(&root);
    assert_eq!(only(&outcome, Code::ValueNotNumber), (format!("{LONG} [E2]"), "优秀".to_owned()));
    assert!(outcome.findings().contains("评委“MZ-1”缺 1 个分:西乡的服务秩序"), "{}", outcome.findings());
    // Who writes that he stands aside does what is right.
    assert_eq!(outcome.with_code(Code::OwnUnitExcluded), Vec::<&Diagnostic>::new());
}

#[test]
fn the_file_may_say_which_unit_an_assessor_belongs_to_in_any_row() {
    let root = project();
    with(&root, "MZ-2,民政局,北镇,record,64,", "MZ-2,西乡,北镇,record,64,");
    let outcome = outcome(&root);
    assert_eq!(outcome.with_code(Code::OwnUnitExcluded).len(), 3, "{}", outcome.findings());
    let cell = &panel(&outcome).items[0].units[1];
    assert_eq!((cell.scores.as_slice(), cell.excluded_count), (&[70.0, 80.0, 81.0, 85.0][..], 1));
    assert_eq!(panel(&outcome).assessors[1].expected_count, 6);
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
}

#[test]
fn a_panel_of_which_nothing_came_is_told_and_its_indicators_are_left_out_for_all() {
    let root = project();
    fs::remove_file(root.path().join(WIDE)).expect("a file to remove");
    write(root.path(), LONG, "评委代码,评委单位,乡镇,得分情况\n");
    let without_header = outcome(&root);
    assert_eq!(only(&without_header, Code::HeaderNotFound).0, LONG);
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
fn mistakes_in_a_panel_are_all_told_with_their_lines() {
    let root = project();
    write(
        root.path(),
        "indicators/panel.toml",
        r#"format = 1
[[panel]]
id = "visit"
name = "考评"
department = "MZ"
items = [{ id = "order", name = "秩序" }, { id = "order", name = "台账" }, { id = "x" }]
scale = [100, 0]
trim = 0.5
min_assessors = 9
assessors = ["MZ-1", "张三", { code = "mz-1" }, { code = "YB-1", unit = "东山", department = "XX" }]
[[panel]]
id = "other"
name = "考评"
department = "MZ"
items = []
assessors = [{ cod = "a1" }]
[[indicator]]
code = "A1"
name = "一"
element = "A"
weight = 1
panel = "visit"
score = { goalposts = { lower = 0, upper = 100 } }
[[indicator]]
code = "A2"
name = "二"
element = "A"
weight = 1
panel = "visit"
item = "ordr"
score = { goalposts = { lower = 0, upper = 100 } }
[[indicator]]
code = "A3"
name = "三"
element = "A"
weight = 1
panel = "vist"
item = "order"
score = { goalposts = { lower = 0, upper = 100 } }
"#,
    );
    let outcome = outcome(&root);
    assert!(outcome.assessment.is_none());
    let mut found: Vec<String> = outcome
        .audit
        .diagnostics()
        .iter()
        .map(|found| format!("{} {}", found.code.id(), found.place.line.map_or(0, |(line, _)| line)))
        .collect();
    found.sort();
    assert_eq!(
        found,
        [
            "duplicate-code 10",
            "duplicate-code 6",
            "missing-key 15",
            "missing-key 17",
            "missing-key 6",
            "scoring-parameters 10",
            "scoring-parameters 7",
            "scoring-parameters 8",
            "scoring-parameters 9",
            "unknown-key 16",
            "unknown-reference 10",
            "unknown-reference 10",
            "unknown-reference 30",
            "unknown-reference 37",
        ],
        "{}",
        outcome.findings()
    );
    assert!(!outcome.findings().contains("张三"), "a name is not quoted");
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
