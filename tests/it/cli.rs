//! The outside contract: exit codes, what is printed where, what is written and what is left alone.

use crate::command::{Ran, read_json, run, yinxiang};
use crate::project::{broken, repository, small, write};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Runs a command in a project folder.
#[track_caller]
fn at(root: &Path, arguments: &[&str]) -> Ran {
    run(yinxiang().args(arguments).arg("-C").arg(root))
}

/// Names in a folder, sorted; empty where there is none.
fn names(folder: &Path) -> Vec<String> {
    let Ok(listed) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        listed.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_sound_project_ends_with_0_and_a_report() {
    let root = small();
    let ran = at(root.path(), &["run"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    assert!(ran.stdout.contains("西乡") && ran.stdout.contains("87.04") && ran.stdout.contains("报告:"), "{ran:?}");
    let written = names(&root.path().join("reports/2024Q2"));
    for name in ["findings.csv", "indicators.csv", "manifest.json", "result.json", "scores.csv"] {
        assert!(written.iter().any(|written| written == name), "{name} is missing in {written:?}");
    }
    let scores = fs::read_to_string(root.path().join("reports/2024Q2/scores.csv")).expect("scores");
    assert!(scores.starts_with("\u{feff}period,code,name,group,base,bonus,deduction,final,grade,rank,group_rank,coverage,marks,illustrative,A,B\n"), "{scores}");
    assert!(scores.contains("2024Q2,02,西乡,乡,86.24,1.00,0.20,87.04,好,1,1,100.00,,true,81.67,93.09\n"), "{scores}");
}

#[test]
fn warnings_do_not_block_a_report() {
    let root = broken("column-unmatched");
    let ran = at(root.path(), &["run"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("警告[column-unmatched]"), "{ran:?}");
    assert!(root.path().join("reports/2024Q2/scores.csv").is_file());
}

#[test]
fn material_with_errors_ends_with_1_and_says_where() {
    for (id, said) in [
        ("file-unreadable", "错误[file-unreadable] data/2024Q2/教育局.xlsx"),
        ("unit-unknown", "不认识“北乡”"),
        ("value-not-number", "错误[value-not-number] data/2024Q2/教育局.xlsx [学员!C5]"),
        ("definitions-missing", "yinxiang init"),
        ("toml-syntax", "indicators/extra.toml:4:"),
    ] {
        let root = broken(id);
        for command in ["run", "check"] {
            let ran = at(root.path(), &[command]);
            assert_eq!(ran.code, 1, "{id}: {ran:?}");
            assert!(ran.stdout.contains(said), "{id}: {ran:?}");
        }
        let is_about_definitions = ["definitions-missing", "toml-syntax"].contains(&id);
        let expected: &[&str] = if is_about_definitions { &[] } else { &["receipts"] };
        assert_eq!(names(&root.path().join("reports/2024Q2")), expected, "{id}: no report is written");
    }
}

#[test]
fn five_mistakes_in_one_file_are_five_findings_with_line_and_column() {
    let root = small();
    let text = "format = 1\n\n[[project]]\ncode = 2\nname = \"乙\"\nnmae = \"乙\"\n\n[[department]]\ncode = \"WJ\"\n\n[[measure]]\nid = \"clinics\"\nname = \"卫生站数\"\ndepartment = \"WX\"\nbasis = \"yearly\"\n";
    write(root.path(), "indicators/extra.toml", text);
    let ran = at(root.path(), &["check", "--json"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let summary: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let mut found: Vec<(u64, &str)> = summary["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|found| found["file"] == "indicators/extra.toml")
        .map(|found| (found["line"].as_u64().expect("a line"), found["id"].as_str().expect("an id")))
        .collect();
    found.sort_unstable();
    let expected =
        [(4, "wrong-type"), (6, "unknown-key"), (8, "missing-key"), (14, "unknown-reference"), (15, "wrong-type")];
    assert_eq!(found, expected);
    let printed = at(root.path(), &["run"]).stdout;
    for place in ["4:8", "6:1", "8:1", "14:14", "15:9"] {
        assert!(printed.contains(&format!("indicators/extra.toml:{place}:")), "{place} in {printed}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read_is_a_finding_and_the_rest_is_checked() {
    let root = broken("unit-unknown");
    std::os::unix::fs::symlink("nowhere", root.path().join("data/2024Q2/卫生局.xlsx")).expect("a link");
    let ran = at(root.path(), &["check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("错误[file-unreadable] data/2024Q2/卫生局.xlsx"), "{ran:?}");
    assert!(ran.stdout.contains("unit-unknown"), "{ran:?}");
}

#[test]
fn a_missing_or_empty_data_folder_is_named_with_the_next_step() {
    let root = small();
    fs::remove_dir_all(root.path().join("data")).expect("removed");
    let ran = at(root.path(), &["run"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{ran:?}");
    assert!(ran.stderr.contains("没有找到 data 文件夹"), "{ran:?}");
    fs::create_dir(root.path().join("data")).expect("a folder");
    let ran = at(root.path(), &["run"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("还没有任何一期的数据") && ran.stderr.contains("data/2022Q3"), "{ran:?}");
}

#[test]
fn wrong_usage_ends_with_2_and_says_what_would_be_right() {
    let root = small();
    for (arguments, said) in [
        (&["run", "2024Q7"][..], "2022Q3"),
        (&["run", "--only", "scores.pdf"], "scores.csv"),
        (&["explain", "东"], "东乡"),
        (&["explain", "东乡", "Z9"], "A1"),
        (&["fly"], "--help"),
        (&["run", "--dratf"], "--draft"),
    ] {
        let ran = at(root.path(), arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        assert!(ran.stderr.contains(said), "{arguments:?}: {ran:?}");
    }
    let ran = at(&root.path().join("nowhere"), &["run"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("-C"), "{ran:?}");
    assert_eq!(names(&root.path().join("reports")), [""; 0], "nothing is written");
}

#[test]
fn a_period_without_data_ends_with_1_and_names_those_there_are() {
    let root = small();
    let ran = at(root.path(), &["run", "2030Q1"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("错误[data-missing] data/2030Q1:没有 2030Q1 这一期的数据"), "{ran:?}");
    assert_eq!(names(&root.path().join("reports")), [""; 0], "nothing is written");
}

#[test]
fn a_report_that_cannot_be_written_ends_with_2_and_names_another_place() {
    let root = small();
    write(root.path(), "taken", "a file in the way");
    write(root.path(), "desktop/photo.jpg", "somebody's own folder");
    for target in ["taken", "taken/below", "desktop"] {
        let target = root.path().join(target);
        let ran = run(yinxiang().arg("run").arg("-C").arg(root.path()).arg("--out").arg(&target));
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(ran.stderr.contains("报告没有写成") && ran.stderr.contains("--out"), "{ran:?}");
    }
    assert_eq!(fs::read_to_string(root.path().join("taken")).expect("a file"), "a file in the way");
    assert_eq!(names(&root.path().join("desktop")), ["photo.jpg"]);
}

#[test]
fn a_run_with_errors_leaves_the_report_before_as_it_was_and_a_draft_replaces_it() {
    let root = small();
    assert_eq!(at(root.path(), &["run"]).code, 0);
    let report = root.path().join("reports/2024Q2");
    let before = fs::read(report.join("result.json")).expect("a result");
    write(root.path(), "data/2024Q2/教育局.csv", "代码,学员人数\n01,约60\n02,90\n03,84\n");
    let ran = at(root.path(), &["run"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("没有出报告") && ran.stderr.contains("--draft"), "{ran:?}");
    assert_eq!(fs::read(report.join("result.json")).expect("a result"), before);
    let receipts = names(&report.join("receipts"));
    assert!(receipts.iter().any(|name| name == "回执-教育局.xlsx"), "{receipts:?}");
    let ran = at(root.path(), &["run", "--draft"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("试算"), "{ran:?}");
    let result = read_json(&report.join("result.json"));
    assert_eq!(result["draft"], true);
    // The cell that cannot be read is not reported, and this indicator then scores nothing.
    assert_eq!(result["units"][0]["indicators"][2]["state"], "not_reported_zero");
}

#[test]
fn a_run_never_writes_under_data() {
    let root = small();
    let folders = ["data", "data/frozen", "data/2024Q1", "data/2024Q2", "indicators"];
    let listed = || folders.map(|folder| names(&root.path().join(folder)));
    let before = listed();
    assert_eq!(at(root.path(), &["run"]).code, 0);
    assert_eq!(at(root.path(), &["check"]).code, 0);
    assert_eq!(listed(), before);
    assert_eq!(names(root.path()), ["data", "indicators", "reports"]);
}

#[test]
fn quiet_says_nothing_when_all_is_well_and_errors_all_the_same() {
    let root = broken("column-unmatched");
    for command in ["run", "check"] {
        let ran = at(root.path(), &[command, "--quiet"]);
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""), "{command}");
    }
    let root = broken("value-not-number");
    let ran = at(root.path(), &["run", "--quiet"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("value-not-number"), "{ran:?}");
}

#[test]
fn json_is_for_programs_to_read() {
    let root = small();
    let json = |arguments: &[&str]| -> Value {
        let ran = at(root.path(), arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
    };
    let summary = json(&["run", "--json"]);
    assert_eq!((&summary["period"], &summary["draft"]), (&Value::from("2024Q2"), &Value::from(false)));
    assert_eq!(
        (&summary["units"][0]["name"], &summary["units"][0]["final"]),
        (&Value::from("西乡"), &Value::from(87.04))
    );
    let findings = &json(&["check", "--json"])["findings"];
    let ids: Vec<&str> = findings.as_array().expect("a list").iter().filter_map(|found| found["id"].as_str()).collect();
    assert_eq!(ids, ["file-late"]);
    assert!(json(&["explain", "东乡", "--json"])["lines"].as_array().is_some_and(|lines| lines.len() > 3));
}

#[test]
fn only_what_is_asked_for_is_written_with_the_manifest() {
    let root = small();
    assert_eq!(at(root.path(), &["run", "--only", "scores.csv"]).code, 0);
    assert_eq!(names(&root.path().join("reports/2024Q2")), ["manifest.json", "scores.csv"]);
    let manifest = read_json(&root.path().join("reports/2024Q2/manifest.json"));
    let scores = fs::read(root.path().join("reports/2024Q2/scores.csv")).expect("scores");
    assert_eq!(manifest["outputs"]["scores.csv"], yinxiang::audit::hash(&scores));
    let input = fs::read(root.path().join("data/2024Q2/教育局.csv")).expect("a delivered file");
    assert_eq!(manifest["inputs"]["data/2024Q2/教育局.csv"], yinxiang::audit::hash(&input));
}

#[test]
fn explain_goes_down_to_file_and_cell() {
    let root = small();
    let ran = at(root.path(), &["explain", "西乡", "A1"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
    // 14 is the verified figure; 15 was reported.
    for said in
        ["data/2024Q2/民政局.csv › B3", "data/frozen/2024.csv › C3", "14 ÷ 20 × 100 = 70 %", "报送 15", "73.3333"]
    {
        assert!(ran.stdout.contains(said), "{said} in {}", ran.stdout);
    }
    let earlier = at(root.path(), &["explain", "西乡", "A1", "--period", "2024Q1"]);
    assert!(earlier.stdout.contains("data/2024Q1/民政局.csv › B3"), "{earlier:?}");
    let root = broken("alias-used");
    let whole = at(root.path(), &["explain", "东村"]);
    assert!(whole.stdout.contains("data/2024Q2/events.csv [A4]"), "{whole:?}");
}

#[test]
fn the_schema_in_the_repository_is_what_the_program_prints() {
    let ran = run(yinxiang().arg("schema"));
    assert_eq!(ran.code, 0, "{ran:?}");
    let stored = fs::read_to_string(repository("docs/definitions.schema.json")).expect("the schema");
    assert!(ran.stdout == stored, "write it anew: yinxiang schema > docs/definitions.schema.json");
    assert!(serde_json::from_str::<Value>(&stored).is_ok_and(|schema| schema["properties"]["indicator"].is_object()));
}

#[test]
fn completions_know_every_command() {
    let ran = run(yinxiang().args(["completions", "bash"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    for command in ["run", "check", "explain", "survey", "plan", "init", "schema", "completions"] {
        assert!(ran.stdout.contains(command), "{command}");
    }
    assert_eq!(run(yinxiang().args(["completions", "cmd"])).code, 2);
}

#[test]
fn help_is_chinese_and_names_the_exit_codes() {
    let ran = run(yinxiang().arg("--help"));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("退出码:0 正常") && ran.stdout.contains("计算一期并写出报告"), "{ran:?}");
}
