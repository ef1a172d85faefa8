//! Projects for tests: folders of text in the repository in, real project folders with real workbooks out.

use rust_xlsxwriter::Workbook;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use yinxiang::audit::{Audit, Code, Diagnostic, InputFile};
use yinxiang::definitions::calendar::Period;
use yinxiang::views::Assessment;
use yinxiang::workflow::{Project, compute};

/// A path of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// A copy of `tests/projects/small` that a test may change.
pub(crate) fn small() -> TempDir {
    copy("tests/projects/small")
}

/// A copy of a project of the repository that a test may change.
pub(crate) fn laid(path: &str) -> TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    lay(&repository(path), root.path());
    root
}

/// `tests/projects/small` with one folder of `tests/projects/broken` laid over it.
pub(crate) fn broken(id: &str) -> TempDir {
    let root = small();
    lay(&repository("tests/projects/broken").join(id), root.path());
    root
}

/// A copy of a project of the repository that a test may change.
pub(crate) fn copy(path: &str) -> TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    lay(&repository(path), root.path());
    root
}

/// Writes a file of a project, folders and all.
pub(crate) fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// Lays a folder over another. `name.xlsx/Sheet@B3.csv` becomes a workbook whose sheet starts at B3 (`Sheet+hidden@B3.csv`
/// is hidden, a second file for a sheet adds to it), `name.xlsx.cut` half of one, `name.xlsx.parts` one packed of its
/// parts; `name.delete` removes `name`.
fn lay(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for path in entries(from) {
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        let target = to.join(&name);
        if let Some(name) = name.strip_suffix(".delete") {
            fs::remove_file(to.join(name)).expect("a file to remove");
        } else if let Some(name) = name.strip_suffix(".cut") {
            let bytes = workbook(&path);
            fs::write(to.join(name), &bytes[..bytes.len() / 2]).expect("half a workbook");
        } else if let Some(name) = name.strip_suffix(".parts") {
            fs::write(to.join(name), pack(&path)).expect("a packed workbook");
        } else if name.ends_with(".xlsx") && path.is_dir() {
            fs::write(target, workbook(&path)).expect("a workbook");
        } else if path.is_dir() {
            lay(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = listed.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

/// A folder of `Sheet@A1.csv` files as a workbook; what reads as a number is written as one.
fn workbook(folder: &Path) -> Vec<u8> {
    let mut book = Workbook::new();
    for path in entries(folder) {
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let (name, corner) = stem.split_once('@').expect("a sheet is named Sheet@A1.csv");
        let (letter, row) = corner.split_at(1);
        let left = u16::from(letter.as_bytes()[0] - b'A');
        let top: u32 = row.parse::<u32>().expect("a row number") - 1;
        let (name, hidden) = name.strip_suffix("+hidden").map_or((name, false), |name| (name, true));
        let sheet = match book.worksheets().iter().position(|sheet| sheet.name() == name) {
            Some(index) => book.worksheet_from_index(index).expect("a sheet"),
            None => book.add_worksheet().set_name(name).expect("a sheet name"),
        };
        sheet.set_hidden(hidden);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(&path).expect("a CSV file");
        for (row, record) in (top..).zip(reader.records()) {
            for (column, text) in (left..).zip(record.expect("a record").iter()) {
                match text.parse::<f64>() {
                    Ok(number) => sheet.write(row, column, number).expect("in range"),
                    Err(_) => sheet.write(row, column, text).expect("in range"),
                };
            }
        }
    }
    book.save_to_buffer().expect("a sound workbook")
}

/// The parts of a workbook, as text in the repository, in one file.
fn pack(folder: &Path) -> Vec<u8> {
    fn add(folder: &Path, prefix: &str, archive: &mut zip::ZipWriter<std::io::Cursor<Vec<u8>>>) {
        for path in entries(folder) {
            let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
            if path.is_dir() {
                add(&path, &format!("{name}/"), archive);
            } else {
                archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
                std::io::Write::write_all(archive, &fs::read(&path).expect("a readable part")).expect("a part");
            }
        }
    }
    let mut archive = zip::ZipWriter::new(std::io::Cursor::default());
    add(folder, "", &mut archive);
    archive.finish().expect("a packed workbook").into_inner()
}

/// A project folder in, its files as bytes out, as the program reads them.
pub(crate) fn read(root: &Path) -> Project {
    let mut project = Project { definitions: files(root, "indicators"), ..Project::default() };
    project.definitions.retain(|file| file.path.ends_with(".toml"));
    if root.join("report").is_dir() {
        project.report = files(root, "report");
    }
    for path in entries(&root.join("data")) {
        let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
        let found = files(root, &format!("data/{name}"));
        match name.parse::<Period>() {
            Ok(period) => drop(project.periods.insert(period, found)),
            Err(()) if name == "frozen" => project.frozen = found,
            Err(()) => {}
        }
    }
    project
}

fn files(root: &Path, folder: &str) -> Vec<InputFile> {
    let file = |path: PathBuf| {
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let bytes = fs::read(&path).expect("a readable file");
        InputFile { path: format!("{folder}/{name}").into(), bytes: bytes.into() }
    };
    entries(&root.join(folder)).into_iter().map(file).collect()
}

/// What the pipeline makes of a project.
pub(crate) struct Outcome {
    pub(crate) assessment: Option<Assessment>,
    pub(crate) audit: Audit,
}

impl Outcome {
    /// Computes a period, the newest where none is named.
    pub(crate) fn of(project: &Project, period: Option<Period>) -> Self {
        let newest = || *project.periods.keys().next_back().expect("a project has a period");
        let mut audit = Audit::default();
        let assessment = compute(project, period.unwrap_or_else(newest), &mut audit, &mut |_| {});
        Outcome { assessment, audit }
    }

    /// The assessment of a project that gives one.
    pub(crate) fn scored(&self) -> &Assessment {
        self.assessment.as_ref().unwrap_or_else(|| panic!("no assessment: {}", self.findings()))
    }

    /// Messages of one code.
    pub(crate) fn with_code(&self, code: Code) -> Vec<&Diagnostic> {
        self.audit.diagnostics().iter().filter(|found| found.code == code).collect()
    }

    /// All messages as printed.
    pub(crate) fn findings(&self) -> String {
        self.audit.diagnostics().iter().map(|found| format!("{found}\n")).collect()
    }
}

#[test]
fn the_small_project_has_no_findings_and_uses_every_section() {
    let root = small();
    let outcome = Outcome::of(&read(root.path()), None);
    // Every feature once, late reports among them.
    let late = "警告[file-late] data/2024Q2/arrivals.csv [A3]:“助餐登记表”迟报 2 个工作日\n  建议:收到日期登记错了的请改正;确实迟报的记入报送质量\n";
    assert_eq!(outcome.findings(), late);
    let definitions = &outcome.scored().definitions;
    assert_eq!((definitions.units.units.len(), definitions.indicators.len(), definitions.surveys.len()), (3, 4, 2));
    assert_eq!(outcome.scored().periods.len(), 2);
    let finals = outcome.scored().periods[1].settlement.units.iter();
    let finals: Vec<String> = finals.filter_map(|unit| Some(unit.final_score?.to_string())).collect();
    // 西乡: A 81.6667·0.6 + B √(100·86.6667)·0.4 = 86.238; + 1 (推广) − 0.2 (迟报 2 日) = 87.04.
    assert_eq!(finals, ["54.00", "87.04", "84.32"]);
}

#[test]
fn a_workbook_made_of_text_starts_where_its_name_says() {
    let root = broken("value-not-number");
    let outcome = Outcome::of(&read(root.path()), None);
    let found = outcome.with_code(Code::ValueNotNumber);
    assert_eq!(found.len(), 1, "{}", outcome.findings());
    assert_eq!(found[0].place.to_string(), "data/2024Q2/教育局.xlsx [学员!C5]");
}
