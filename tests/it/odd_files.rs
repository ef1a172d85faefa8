//! Files as they really come, written by other programs than the reader (tests/odd/make.py), and files that mean harm.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::Command;

use yinxiang::audit::{Audit, Code, InputFile};
use yinxiang::extract::values::{self, Reading};
use yinxiang::extract::{self, RawTable, RawValue};

use crate::project::repository;

mod hostile;

/// Bytes under a name in, tables and findings out.
fn read(name: &str, bytes: &[u8]) -> (Vec<RawTable>, Audit) {
    let mut audit = Audit::default();
    let file = InputFile { path: format!("data/2022Q3/{name}").into(), bytes: bytes.into() };
    (extract::read(&[file], &mut audit), audit)
}

fn odd_file(name: &str) -> (Vec<RawTable>, Audit) {
    read(name, &std::fs::read(repository("tests/odd/files").join(name)).expect("an odd file"))
}

/// Every file of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let listed = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let file = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read(path).expect("a readable file"))
    };
    listed.map(file).collect()
}

/// What a fuzz target went through, smallest first (fuzz/).
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let bytes = std::fs::read(repository("tests/odd/corpus").join(format!("{target}.zip"))).expect("a corpus");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a sound archive");
    let count = archive.len();
    let read = |index| {
        let mut bytes = Vec::new();
        archive.by_index(index).expect("a part").read_to_end(&mut bytes).expect("a sound part");
        bytes
    };
    (0..count).map(read).collect()
}

/// What was read of a file, as text.
fn shown(name: &str, bytes: &[u8]) -> String {
    let (tables, audit) = read(name, bytes);
    let mut text = format!("## {name}\n");
    for table in &tables {
        let sheet = table.sheet.as_deref().map(|sheet| format!(" {sheet:?}")).unwrap_or_default();
        writeln!(text, "{}{sheet} from {:?}", table.recognised, table.origin).expect("writing to memory");
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(cell).collect();
            writeln!(text, "  {}", cells.join(" | ")).expect("writing to memory");
        }
        let merges: Vec<String> = table.merges.iter().map(|(first, last)| format!("{first}:{last}")).collect();
        if !merges.is_empty() {
            writeln!(text, "  merged {}", merges.join(" ")).expect("writing to memory");
        }
    }
    for found in audit.diagnostics() {
        writeln!(text, "{found}").expect("writing to memory");
    }
    text
}

fn cell(value: &RawValue) -> String {
    match value {
        RawValue::Empty => "·".to_owned(),
        RawValue::Number(number) => number.to_string(),
        RawValue::Text(text) => format!("{text:?}"),
        RawValue::Date(..) => format!("<{}>", values::text(value)),
        RawValue::Error(error) => format!("<{error}>"),
    }
}

fn all_shown(folder: &Path) -> String {
    files(folder).iter().map(|(name, bytes)| shown(name, bytes) + "\n").collect()
}

#[test]
fn odd_files_are_read_or_explained() {
    insta::assert_snapshot!("odd_files_as_read", all_shown(&repository("tests/odd/files")));
}

#[test]
fn one_form_in_five_formats_is_one_table() {
    let form = |name: &str| odd_file(name).0.remove(0).rows;
    let xlsx = form("office.xlsx");
    assert_eq!(xlsx[1].iter().map(values::text).collect::<Vec<_>>(), ["镇街", "床位", "床位", "占比"]);
    assert_eq!(xlsx[3][3], RawValue::Text("85.3%".into()));
    assert_eq!(xlsx[6][2], RawValue::Number(1421.5));
    for name in ["office.xls", "office.ods"] {
        assert_eq!(form(name), xlsx, "{name}");
    }
    let figures = |rows: &[Vec<RawValue>]| -> Vec<Reading> {
        rows[3..].iter().flat_map(|row| &row[1..]).map(|value| values::number(value, "")).collect()
    };
    for name in ["office-page.xls", "office.csv"] {
        assert_eq!(figures(&form(name)), figures(&xlsx), "{name}");
    }
}

#[test]
fn wps_files_are_workbooks_whatever_their_names() {
    let (tables, _) = odd_file("wps.et");
    assert_eq!(tables[0].recognised, "xls");
    assert_eq!(tables[0].rows, odd_file("xlwt.xls").0[0].rows);
    assert_eq!(tables[0].rows[4][3], RawValue::Text("28.5%".into()));
}

#[test]
fn locked_workbooks_of_every_kind_say_that_they_are_locked() {
    for name in ["password.xls", "password.xlsx", "password.ods"] {
        let (tables, audit) = odd_file(name);
        let found = &audit.diagnostics()[0];
        assert!(tables.is_empty() && found.message.contains("密码"), "{name}: {found}");
    }
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    let (tables, _) = odd_file("kinds.xlsx");
    let texts: Vec<_> = tables[0].rows[12..16].iter().map(|row| values::text(&row[1])).collect();
    assert_eq!(texts, ["=cmd|'/C calc'!A0", "+1", "-1+2", "@SUM(1)"]);
}

#[test]
fn a_formula_nobody_computed_is_empty_and_named() {
    let (tables, audit) = odd_file("form-without-values.xlsx");
    assert_eq!(tables[0].rows[6][0], RawValue::Text("合计".into()));
    assert_eq!(tables[0].rows[6][1], RawValue::Empty);
    let found = &audit.diagnostics()[0];
    assert_eq!((found.code, audit.diagnostics().len()), (Code::FormulaWithoutValue, 1));
    assert_eq!(found.place.to_string(), "data/2022Q3/form-without-values.xlsx [养老服务!B7]");
}

#[test]
fn odd_files_are_rebuilt_by_the_programs_that_wrote_them() {
    let works = |program: &str, arguments: &[&str]| {
        Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
    };
    let is_equipped =
        works("python3", &["-c", "import openpyxl, xlwt, odf, pyarrow"]) && works("soffice", &["--version"]);
    if !is_equipped {
        let required = std::env::var_os("YINXIANG_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "python3 with openpyxl, xlwt, odfpy and pyarrow, and soffice, are required");
        eprintln!("skipped: python3 with openpyxl, xlwt, odfpy and pyarrow, or soffice, are missing");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Command::new("python3").arg(repository("tests/odd/make.py")).arg(folder.path()).output();
    let made = made.expect("python3 starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(all_shown(folder.path()), all_shown(&repository("tests/odd/files")));
}

#[test]
fn what_the_fuzzer_went_through_is_read_or_explained() {
    for target in ["delimited", "workbook"] {
        for (number, bytes) in corpus(target).into_iter().enumerate() {
            let (tables, audit) = read("表.xls", &bytes);
            assert!(!tables.is_empty() || !audit.diagnostics().is_empty(), "{target} {number}");
        }
    }
    for bytes in corpus("values") {
        let text = String::from_utf8_lossy(&bytes);
        let (unit, cell) = text.split_once('\n').unwrap_or(("", &text));
        let value = RawValue::Text(cell.into());
        if let Reading::Number { value, .. } = values::number(&value, unit) {
            assert!(value.is_finite(), "{cell:?} in {unit:?}");
        }
        if let Some(date) = values::date(&value) {
            assert!((1900..=2099).contains(&date.year), "{cell:?}");
        }
        let _ = (values::text(&value), values::flag(&value));
    }
}
