//! Templates filled in by another program, as people do.

use super::*;
use crate::tools::{convert, tool};
use std::path::PathBuf;

/// Fills every unlocked cell below the header of a template with another program, as people do.
const FILL: &str = r#"
import json, sys, openpyxl
plan = json.load(open(sys.argv[1], encoding="utf-8"))
for path, cells in plan.items():
    book = openpyxl.load_workbook(path)
    sheet = book["报送表"]
    for name, value in cells.items():
        assert not sheet[name].protection.locked, name
        assert sheet[name].value is None, name
        sheet[name] = value
    book.save(path)
"#;

#[test]
fn a_template_filled_in_by_another_program_reads_back_without_a_finding() {
    if !tool("python3", &["-c", "import openpyxl"]) {
        return;
    }
    let (project, period) = (read(&repository(".")), "2022Q4".parse().expect("a period"));
    let definitions = definitions(&project);
    let filled = filling(&project, period);
    let folder = tempfile::tempdir().expect("a temporary folder");
    fill_in(folder.path(), &definitions, &made(&project, period, None), &filled);
    // openpyxl throws away what the total row's formulas had come to; office suites do not.
    let uncomputed = [Code::FormulaWithoutValue];
    assert_reads_back_but(
        &with_period(&project, period, contents(folder.path(), "xlsx")),
        period,
        &filled,
        &uncomputed,
    );
    if !tool("soffice", &["--version"]) {
        return;
    }
    // Through an office suite, as if somebody had opened and saved it.
    let again = tempfile::tempdir().expect("a temporary folder");
    let files: Vec<PathBuf> =
        contents(folder.path(), "xlsx").into_iter().map(|(name, _)| folder.path().join(name)).collect();
    convert(&files, "xlsx", again.path());
    assert_reads_back(&with_period(&project, period, contents(again.path(), "xlsx")), period, &filled);
}

fn contents(folder: &Path, ending: &str) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

fn fill_in(folder: &Path, definitions: &Definitions, blank: &[Template], filled: &dyn Fn(usize, usize) -> Observed) {
    let mut plan = serde_json::Map::new();
    for (template, form) in blank.iter().zip(forms(definitions)) {
        let path = folder.join(&template.file_name);
        fs::write(&path, &template.bytes).expect("a file");
        let mut cells = serde_json::Map::new();
        cells.insert("E3".to_owned(), "李四".into());
        cells.insert("B3".to_owned(), "2023.1.6".into());
        for (position, &measure) in form.asked.iter().enumerate() {
            let column = char::from(b'A' + u8::try_from(2 + 2 * position).expect("a narrow form"));
            for (row, unit) in (7..).zip(form.units(definitions)) {
                let value = match filled(measure, unit) {
                    Observed::Value(value) => value.into(),
                    _ => "不适用".into(),
                };
                cells.insert(format!("{column}{row}"), value);
            }
        }
        plan.insert(path.display().to_string(), cells.into());
    }
    let (script, plan_path) = (folder.join("fill.py"), folder.join("plan.json"));
    fs::write(&script, FILL).expect("a script");
    fs::write(&plan_path, serde_json::Value::from(plan).to_string()).expect("a plan");
    let output = Command::new("python3").arg(script).arg(plan_path).output().expect("python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
