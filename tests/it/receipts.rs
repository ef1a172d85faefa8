//! Receipts: what a department reads about its files, and what it must never read.

mod lost;

use crate::command::{Ran, read_json, run, yinxiang};
use crate::paper;
use crate::project::{Outcome, broken, read, repository, small, write};
use rust_xlsxwriter::Workbook;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;
use yinxiang::audit::{Audit, Severity, hash, to_csv};
use yinxiang::views::receipt::{Outcome as Result, Receipts, receipts};
use yinxiang::workflow::Project;

fn at(root: &Path, arguments: &[&str]) -> Ran {
    run(yinxiang().args(arguments).arg("-C").arg(root))
}

fn hashes(project: &Project) -> BTreeMap<String, String> {
    let files = project.periods.values().flatten();
    files.map(|file| (file.path.to_string(), hash(&file.bytes))).collect()
}

/// Computes a project and hands its receipts to a test.
fn with_receipts(root: &Path, look: impl FnOnce(&Receipts<'_>, &Audit)) {
    let project = read(root);
    let outcome = Outcome::of(&project, None);
    let hashes = hashes(&project);
    look(&receipts(outcome.scored(), &outcome.audit, &hashes).expect("receipts"), &outcome.audit);
}

/// The files inside a workbook, by name.
fn parts(workbook: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).expect("a workbook");
    let mut parts = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).expect("a part");
        let name = file.name().expect("a name").into_owned();
        let mut text = Vec::new();
        file.read_to_end(&mut text).expect("it unpacks");
        parts.insert(name, String::from_utf8_lossy(&text).into_owned());
    }
    parts
}

/// Everything of a workbook as one text.
fn whole(workbook: &[u8]) -> String {
    parts(workbook).into_values().collect()
}

/// A workbook of texts and numbers at `data/2024Q2/教育局.xlsx` in place of the CSV.
fn education(root: &Path, rows: &[&[&str]]) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("学员").expect("a name");
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*cells) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("in range"),
                Err(_) => sheet.write_string(row, column, *text).expect("in range"),
            };
        }
    }
    fs::remove_file(root.join("data/2024Q2/教育局.csv")).expect("the CSV");
    fs::write(root.join("data/2024Q2/教育局.xlsx"), book.save_to_buffer().expect("a workbook")).expect("a file");
}

const DIRTY: [&[&str]; 6] = [
    &["教育局报送表"],
    &["填报单位：教育局", "填报人：张三丰", "联系电话：13812345678"],
    &["乡镇", "学员人数", "备注"],
    &["东乡", "约60", "=cmd|' /C calc'!A0"],
    &["西乡", "90", "+8613"],
    &["南镇", "84", "@SUM(1)"],
];

#[test]
fn a_cell_with_a_finding_keeps_its_address_and_is_coloured_and_commented() {
    let root = small();
    education(root.path(), &DIRTY);
    with_receipts(root.path(), |receipts, _| {
        let files = receipts.render(None).expect("files");
        let parts = parts(&files["回执-教育局.xlsx"]);
        let comments: String =
            parts.iter().filter(|(name, _)| name.contains("comments")).map(|(_, xml)| &**xml).collect();
        assert!(comments.contains("ref=\"B4\"") && comments.contains("【错误】"), "{comments}");
        assert!(comments.contains("约60") && comments.contains("建议：") && comments.contains("编号："), "{comments}");
        let sheets: Vec<&String> =
            parts.iter().filter(|(name, _)| name.contains("worksheets/sheet")).map(|(_, xml)| xml).collect();
        let copy = sheets.last().expect("a copy");
        let cell = copy.split("<c r=\"B4\" s=\"").nth(1).expect("a styled cell").split('"').next().expect("a style");
        let styles = &parts["xl/styles.xml"];
        let formats = styles.split("<cellXfs").nth(1).expect("formats").split("<xf ").skip(1);
        let format = formats.clone().nth(cell.parse::<usize>().expect("a number")).expect("a format");
        assert!(format.contains("applyFill=\"1\"") && format.contains("applyBorder=\"1\""), "{format}");
        assert!(styles.contains("【错】"), "the sign that a grey print keeps");
        let page = String::from_utf8(files["回执-教育局.html"].clone()).expect("UTF-8");
        assert!(page.contains("【错】约60") && page.contains("href=\"#finding-1\""), "{page}");
    });
}

#[test]
fn texts_from_the_material_never_become_formulas_or_markup() {
    let root = small();
    let mut rows = DIRTY;
    rows[4] = &["<script>alert(1)</script>", "90", "=HYPERLINK(\"http://x\")"];
    education(root.path(), &rows);
    with_receipts(root.path(), |receipts, _| {
        for (name, bytes) in receipts.render(None).expect("files") {
            if name.ends_with(".xlsx") {
                let sheets = parts(&bytes);
                assert!(!sheets.iter().any(|(name, xml)| name.contains("sheet") && xml.contains("<f>")), "{name}");
            } else if name.ends_with(".html") {
                let page = String::from_utf8(bytes).expect("UTF-8");
                assert!(!page.contains("<script>alert"), "{name}");
            }
        }
        let education = whole(&receipts.render(None).expect("files")["回执-教育局.xlsx"]);
        assert!(education.contains("=cmd|") && education.contains("&lt;script&gt;"));
    });
}

#[test]
fn who_signed_a_form_is_left_out_of_every_copy() {
    let root = small();
    education(root.path(), &DIRTY);
    with_receipts(root.path(), |receipts, _| {
        for (name, bytes) in receipts.render(None).expect("files") {
            let is_paper = name.ends_with(".pdf");
            let text = match name.rsplit('.').next() {
                Some("xlsx") => whole(&bytes),
                Some("pdf") => paper::text(&bytes).unwrap_or_default(),
                _ => String::from_utf8(bytes).expect("UTF-8"),
            };
            assert!(!text.contains("张三丰") && !text.contains("13812345678"), "{name}");
            let has_label = text.contains("填报人：＊＊") && text.contains("联系电话：＊＊");
            // The sheets that came are not printed.
            assert_eq!(has_label, name.contains("教育局") && !is_paper, "{name}");
        }
    });
}

#[test]
fn a_department_without_problems_passes_and_one_with_errors_does_not() {
    let root = small();
    with_receipts(root.path(), |receipts, _| {
        let results: Vec<(&str, Result)> =
            receipts.receipts.iter().map(|receipt| (receipt.name.as_str(), receipt.outcome)).collect();
        assert_eq!(results, [("民政局", Result::Accepted), ("教育局", Result::Accepted), ("统计局", Result::Accepted)]);
        let files = receipts.render(None).expect("files");
        assert!(whole(&files["回执-民政局.xlsx"]).contains("结果：通过"));
    });
    education(root.path(), &DIRTY);
    with_receipts(root.path(), |receipts, _| {
        assert_eq!(receipts.receipts[1].outcome, Result::ToCorrect);
        assert!(receipts.receipts[1].task().contains("1 个错误"), "{}", receipts.receipts[1].task());
        // The eighth working day after the quarter; 8 July is a day off in the calendar of this project.
        assert_eq!(receipts.receipts[1].head.correction_due.to_string(), "2024-07-11");
    });
    fs::remove_file(root.path().join("data/2024Q2/教育局.xlsx")).expect("removed");
    with_receipts(root.path(), |receipts, _| assert_eq!(receipts.receipts[1].outcome, Result::NotReceived));
    let root = broken("empty-ambiguous");
    with_receipts(root.path(), |receipts, _| assert_eq!(receipts.receipts[1].outcome, Result::ToCorrect));
}

#[test]
fn a_file_that_cannot_be_read_is_sent_back() {
    let root = broken("file-unreadable");
    with_receipts(root.path(), |receipts, _| {
        let receipt = &receipts.receipts[1];
        assert_eq!((receipt.name.as_str(), receipt.outcome), ("教育局", Result::Returned));
        assert_eq!(receipt.files.len(), 1);
        assert_eq!(receipt.files[0].hash.len(), 8);
        assert!(receipt.copies.is_empty());
    });
}

#[test]
fn nothing_of_a_file_with_personal_data_is_in_any_receipt() {
    let root = small();
    write(
        root.path(),
        "data/2024Q2/教育局学员名单.csv",
        "乡镇,姓名,身份证号,备注\n东乡,欧阳小明,11010519491231002X,独居户甲\n",
    );
    let ran = at(root.path(), &["check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let folder = root.path().join("reports/2024Q2/receipts");
    let mut count = 0;
    for entry in fs::read_dir(&folder).expect("receipts") {
        let path = entry.expect("an entry").path();
        let bytes = fs::read(&path).expect("a file");
        let text = match path.extension().and_then(|end| end.to_str()) {
            Some("xlsx") => whole(&bytes),
            Some("pdf") => paper::text(&bytes).unwrap_or_default(),
            _ => String::from_utf8(bytes).expect("UTF-8"),
        };
        for value in ["欧阳小明", "11010519491231002X", "19491231", "独居户甲"] {
            assert!(!text.contains(value), "{value} in {}", path.display());
        }
        let is_paper = path.extension().is_some_and(|end| end == "pdf");
        count += usize::from(!is_paper && text.contains("教育局学员名单.csv") && text.contains("姓名"));
    }
    assert_eq!(count, 3, "workbook, page and findings.json name the file and the column");
    assert!(ran.stdout.contains("教育局") && ran.stdout.contains("退回"), "{ran:?}");
}

#[test]
fn the_same_material_gives_the_same_bytes() {
    let root = small();
    education(root.path(), &DIRTY);
    let render = || {
        let mut files = BTreeMap::new();
        with_receipts(root.path(), |receipts, _| files = receipts.render(None).expect("files"));
        files
    };
    assert!(render() == render());
}

#[test]
fn every_finding_with_a_department_is_in_exactly_one_receipt() {
    for entry in fs::read_dir(repository("tests/projects/broken")).expect("broken projects") {
        let id = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let root = broken(&id);
        let project = read(root.path());
        let outcome = Outcome::of(&project, None);
        let Some(assessment) = &outcome.assessment else { continue };
        let receipts = receipts(assessment, &outcome.audit, &hashes(&project)).expect("receipts");
        let csv = String::from_utf8(to_csv(&outcome.audit)).expect("UTF-8");
        assert_eq!(csv.lines().count(), outcome.audit.diagnostics().len() + 1, "{id}");
        for found in outcome.audit.diagnostics() {
            let owners: Vec<&str> = receipts
                .receipts
                .iter()
                .filter(|receipt| receipt.findings.iter().any(|own| std::ptr::eq(*own, found)))
                .map(|receipt| receipt.name.as_str())
                .collect();
            match &found.department {
                Some(name) => assert_eq!(owners, [name.as_str()], "{id}: {found}"),
                None => assert!(owners.len() <= 1, "{id}: {found}"),
            }
        }
    }
}

#[test]
fn a_finding_about_a_whole_table_goes_to_the_department_that_sent_it() {
    for id in ["unit-unknown", "unit-missing", "column-unmatched", "unit-duplicate"] {
        let root = broken(id);
        with_receipts(root.path(), |receipts, audit| {
            assert!(!audit.diagnostics().is_empty());
            let education = receipts.receipts.iter().find(|receipt| receipt.name == "教育局").expect("a receipt");
            assert!(!education.findings.is_empty(), "{id}");
        });
    }
}

#[test]
fn a_check_writes_the_receipts_and_leaves_the_report_alone() {
    let root = small();
    assert_eq!(at(root.path(), &["run"]).code, 0);
    let report = root.path().join("reports/2024Q2");
    let manifest = read_json(&report.join("manifest.json"));
    let receipt = fs::read(report.join("receipts/回执-教育局.xlsx")).expect("a run writes receipts too");
    fs::write(report.join("receipts/回执-旧部门.xlsx"), "old").expect("an old receipt");
    write(root.path(), "data/2024Q2/教育局.csv", "代码,学员人数\n01,约60\n02,90\n03,84\n");
    let ran = at(root.path(), &["check"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stdout.contains("回执:") && ran.stdout.contains("需更正"), "{ran:?}");
    assert_eq!(read_json(&report.join("manifest.json")), manifest);
    for (path, recorded) in manifest["outputs"].as_object().expect("a table") {
        assert_eq!(*recorded, hash(&fs::read(report.join(path)).expect("an output")), "{path} is not as recorded");
    }
    assert!(!report.join("receipts/回执-旧部门.xlsx").exists());
    assert_ne!(fs::read(report.join("receipts/回执-教育局.xlsx")).expect("a receipt"), receipt);
    let found = read_json(&report.join("receipts/findings.json"));
    assert_eq!((&found["period"], &found["findings"][0]["severity"]), (&"2024Q2".into(), &"error".into()));
    assert_eq!(found["departments"][1]["result"], "to_correct");
    let ran = at(root.path(), &["run", "--draft"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(report.join("receipts/回执-教育局.html").is_file() && report.join("index.html").is_file());
}

#[test]
fn one_department_is_checked_by_its_name_or_code_and_the_receipts_of_others_stay() {
    let root = small();
    write(root.path(), "data/2024Q2/教育局.csv", "代码,学员人数\n01,约60\n02,90\n03,84\n");
    assert_eq!(at(root.path(), &["check"]).code, 1);
    let folder = root.path().join("reports/2024Q2/receipts");
    let other = fs::read(folder.join("回执-民政局.xlsx")).expect("a receipt");
    fs::remove_file(folder.join("回执-教育局.html")).expect("removed");
    for name in ["教育局", "JY"] {
        let ran = at(root.path(), &["check", "--department", name]);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(ran.stdout.contains("约60") && !ran.stdout.contains("民政局"), "{ran:?}");
    }
    assert!(folder.join("回执-教育局.html").is_file());
    assert_eq!(fs::read(folder.join("回执-民政局.xlsx")).expect("a receipt"), other);
    let ran = at(root.path(), &["check", "--department", "民政局", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = at(root.path(), &["check", "--department", "税务局"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("民政局、教育局、统计局"), "{ran:?}");
}

#[test]
fn receipts_go_where_they_are_asked_to_and_never_over_other_peoples_files() {
    let root = small();
    let target = root.path().join("sent");
    let out = target.to_str().expect("UTF-8");
    for _ in 0..2 {
        let ran = at(root.path(), &["check", "--out", out]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    assert!(target.join("回执-民政局.xlsx").is_file() && !root.path().join("reports").exists());
    write(root.path(), "desktop/photo.jpg", "somebody's own");
    let ran = at(root.path(), &["check", "--out", root.path().join("desktop").to_str().expect("UTF-8")]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("--out"), "{ran:?}");
}

#[test]
fn receipts_never_take_the_place_of_a_report() {
    let root = small();
    let report = root.path().join("reports/2024Q2");
    for only in ["scores.csv", "index.html,receipts"] {
        assert_eq!(at(root.path(), &["run", "--only", only]).code, 0);
        let names = || fs::read_dir(&report).expect("a report").map(|entry| entry.expect("an entry").file_name());
        let before: BTreeSet<_> = names().collect();
        for more in [&[][..], &["--department", "教育局"]] {
            let out = report.to_str().expect("UTF-8");
            let ran = at(root.path(), &[&["check", "--out", out], more].concat());
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(ran.stderr.contains("没有覆盖") && ran.stderr.contains("2024Q2/receipts"), "{ran:?}");
            assert_eq!(names().collect::<BTreeSet<_>>(), before);
        }
    }
}

#[test]
fn the_read_back_shows_every_value_with_its_cell_and_the_kinds_of_empty_in_words() {
    let root = broken("empty-ambiguous");
    with_receipts(root.path(), |receipts, audit| {
        let question = audit.diagnostics().iter().find(|found| found.severity() == Severity::Question).expect("one");
        let education = &receipts.receipts[1];
        let read = &education.read_back;
        let row = read.rows.iter().find(|row| Some(&row.unit) == question.unit.as_ref()).expect("its unit");
        assert_eq!((row.values[0].words.as_str(), row.values[0].cell), ("未采用", question.place.cell));
        let sound = read.rows.iter().find(|row| row.values[0].number.is_some()).expect("a figure");
        assert!(sound.values[0].source.contains("data/2024Q2/教育局.csv"), "{}", sound.values[0].source);
        assert_eq!(read.items[0].uses, "B1 指标值（越高越好）");
    });
}

#[test]
fn an_answered_question_is_not_open_any_more_and_the_answer_is_in_the_receipt() {
    let root = broken("empty-ambiguous");
    let mut number = String::new();
    with_receipts(root.path(), |receipts, _| {
        let question = receipts.receipts[1].findings.iter().find(|found| found.severity() == Severity::Question);
        number = question.expect("a question").number();
    });
    let answer = format!("编号,部门答复,答复人(岗位),答复日期,理由\n{number},0,统计员,2024-07-08,本季没有发生\n");
    write(root.path(), "data/2024Q2/answers.csv", &answer);
    with_receipts(root.path(), |receipts, _| {
        let receipt = &receipts.receipts[1];
        assert_eq!((receipt.tally.question_count, receipt.tally.answered_count), (0, 1));
        assert_eq!((receipt.outcome, receipt.files.len()), (Result::Accepted, 1));
        let files = receipts.render(None).expect("files");
        assert!(whole(&files["回执-教育局.xlsx"]).contains("本季没有发生"));
        assert!(String::from_utf8_lossy(&files["回执-教育局.html"]).contains("本季没有发生"));
        assert!(String::from_utf8_lossy(&files["findings.json"]).contains("\"by\": \"统计员\""));
    });
}

#[test]
fn a_correction_is_the_second_version_and_the_receipt_says_what_it_changed() {
    let root = broken("version-replaced");
    with_receipts(root.path(), |receipts, _| {
        let receipt = receipts.receipts.iter().find(|receipt| receipt.name == "教育局").expect("a receipt");
        let files: Vec<(&str, usize, &str)> =
            receipt.files.iter().map(|file| (file.name.as_str(), file.version, file.standing.words())).collect();
        assert_eq!(files, [("教育局.csv", 1, "已被后一版取代"), ("教育局更正.csv", 2, "采用")]);
        assert!(!receipt.changes.is_empty());
        assert!(
            receipt.changes[0].before.1.contains("教育局.csv") && receipt.changes[0].after.1.contains("教育局更正.csv")
        );
    });
}
