//! What the file of a panel, or its definition, may get wrong: told with its place, and not used.

use super::{LONG, WIDE, current, outcome, panel, project};
use crate::command::{run, yinxiang};
use crate::project::{Outcome, write};
use std::fs;
use tempfile::TempDir;
use yinxiang::audit::{Code, Diagnostic};

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

#[test]
fn a_score_outside_the_scale_is_an_error_and_is_not_used() {
    let root = project();
    with(&root, "MZ-1,民政局,东乡,服务秩序,90,", "MZ-1,民政局,东乡,服务秩序,190,");
    let outcome = outcome(&root);
    assert_eq!(only(&outcome, Code::ValueOutOfRange), (format!("{LONG} [E2]"), "190".to_owned()));
    // 88 + 80 + 92 over three.
    super::close(current(&outcome).matrix.cell(0, 0).value, 260.0 / 3.0);
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
    super::close(current(&outcome).matrix.cell(0, 0).value, 87.5);
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
    super::close(current(&outcome).matrix.cell(0, 0).value, 260.0 / 3.0);
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
fn a_matrix_has_its_units_in_the_first_column_whatever_stands_above_it() {
    let root = project();
    let text = fs::read_to_string(root.path().join(WIDE)).expect("a file");
    for head in ["名称,评委,order,台账资料,合计", ",assessor,服务秩序,record,备注"] {
        let rows: Vec<String> = text.lines().skip(1).map(|row| format!("{row},1")).collect();
        write(root.path(), WIDE, &format!("{head}\n{}", rows.join("\n")));
        let outcome = outcome(&root);
        assert_eq!(panel(&outcome).assessors[4].given_count, 8, "{}", outcome.findings());
        let unmatched: Vec<&str> =
            outcome.with_code(Code::ColumnUnmatched).into_iter().map(|found| found.found.as_str()).collect();
        assert_eq!(unmatched, if head.contains("合计") { vec!["合计"] } else { vec![] });
    }
    write(root.path(), WIDE, "评委代码,服务秩序\nYB-1,90\n");
    assert_eq!(only(&outcome(&root), Code::HeaderNotFound).0, WIDE);
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
