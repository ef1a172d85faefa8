//! The README and the manual: every command runs as written, every table agrees with the program, every link leads somewhere.

mod commands;
mod keys;
mod links;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;
use yinxiang::audit::Code;
use yinxiang::definitions::decimal::{Published, Rounding};
use yinxiang::index::aggregate::{arithmetic, geometric};
use yinxiang::index::normalise::{efficacy, goalposts};

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs_err::read_to_string(root().join(path)).expect("a document")
}

/// Chapters of the manual, relative to the project; without its table of contents.
fn chapters() -> Vec<String> {
    let mut paths: Vec<String> = fs_err::read_dir(root().join("docs/src"))
        .expect("the manual")
        .map(|entry| entry.expect("a file of the manual").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md") && name != "SUMMARY.md")
        .map(|name| format!("docs/src/{name}"))
        .collect();
    paths.sort();
    paths
}

/// What is compared: the manual writes full-width punctuation where the program may write half-width.
fn fold(text: &str) -> String {
    text.nfkc().filter(|letter| !letter.is_whitespace()).collect()
}

/// Cells of the rows of all tables, without heads and rules.
fn table_rows(text: &str) -> Vec<Vec<&str>> {
    let mut rows = Vec::new();
    let mut is_body = false;
    for line in text.lines() {
        match line.strip_prefix('|').and_then(|line| line.strip_suffix('|')) {
            None => is_body = false,
            Some(inner) if inner.trim_start().starts_with("---") => is_body = true,
            Some(inner) if is_body => rows.push(inner.split('|').map(str::trim).collect()),
            Some(_) => {}
        }
    }
    rows
}

/// The text between the first two back-quotes.
fn quoted(cell: &str) -> Option<&str> {
    cell.split('`').nth(1)
}

#[test]
fn the_table_of_findings_is_the_catalogue_of_the_program() {
    let chapter = read("docs/src/findings.md");
    let rows = table_rows(&chapter);
    let found: Vec<(&str, &str, String)> = rows
        .iter()
        .filter(|row| row.len() == 4)
        .filter_map(|row| Some((quoted(row[0])?, row[1], fold(row[2]))))
        .collect();
    let known: Vec<(&str, &str, String)> =
        Code::ALL.iter().map(|code| (code.id(), code.severity().word(), fold(code.description()))).collect();
    assert_eq!(found, known);
    assert!(
        rows.iter().filter(|row| row.len() == 4).all(|row| !row[3].is_empty()),
        "every finding says how to mend it"
    );
}

#[test]
fn the_manual_lists_the_columns_that_rules_may_use() {
    use yinxiang::definitions::{Scope, Vocabulary, columns};
    let small = crate::project::small();
    let outcome = crate::project::Outcome::of(&crate::project::read(small.path()), None);
    let definitions = &outcome.scored().definitions;
    let manual = read("docs/src/rules.md");
    let listed: BTreeSet<(String, String)> = table_rows(&manual)
        .into_iter()
        .filter_map(|row| Some((quoted(row.first()?)?.to_owned(), fold(row.get(1)?))))
        .collect();
    let scopes = [Scope::Unit, Scope::Element, Scope::Indicator, Scope::Project, Scope::Item];
    let by_code = ["score_", "value_", "measure_"];
    let known: BTreeSet<(String, String)> = scopes
        .into_iter()
        .flat_map(|scope| columns(Vocabulary::of(definitions), scope))
        .filter(|column| {
            column.name.ends_with("_score") || !by_code.iter().any(|prefix| column.name.starts_with(prefix))
        })
        .map(|column| (column.name, fold(column.meaning)))
        .collect();
    assert_eq!(listed, known);
}

#[test]
fn the_manual_shows_figures_that_the_program_computes() {
    let round = |value: f64| Published::round(value, 2, Rounding::HalfUp).to_string();
    let scored = |value, target, floor| round(efficacy(value, target, floor, 100.0, 60.0));
    let weights = [30.0, 24.0, 16.0, 14.0, 16.0];
    let with = |scores: [f64; 5]| weights.into_iter().zip(scores);
    let base = arithmetic(with([86.40, 82.15, 78.30, 91.00, 80.55])).expect("a base score");
    let uneven = [98.0, 96.0, 90.0, 52.0, 68.75];
    let learning = [(18.0, 70.0), (22.0, 84.0), (20.0, 75.0), (13.0, 100.0), (15.0, 66.7)];
    let survey = |points: [f64; 5]| {
        round(arithmetic([54.0, 38.0, 17.0, 6.0, 2.0].into_iter().zip(points)).expect("a survey score"))
    };
    let shown = [
        ("definitions", scored(5.81, 12.0, 6.0)),
        ("definitions", scored(2.2, 1.0, 4.0)),
        ("definitions", scored(100.0 * 21.0 / (60.0 * 0.4), 100.0, 80.0)),
        ("definitions", scored(11.0, 9.0, 15.0)),
        ("definitions", round(100.0 * goalposts(72.5, 20.0, 85.0, false))),
        ("definitions", scored(94.2, 100.0, 95.0)),
        ("definitions", survey([100.0, 80.0, 60.0, 30.0, 0.0])),
        ("definitions", survey([100.0, 75.0, 50.0, 25.0, 0.0])),
        ("method", scored(3.0 / 9200.0 * 10_000.0, 1.0, 4.0)),
        ("method", scored(82.0, 95.0, 85.0)),
        ("method", scored(92.5, 95.0, 85.0)),
        ("method", scored(100.0 * 30.0 / 31.5, 100.0, 85.0)),
        ("method", round(base)),
        ("method", round(arithmetic(with(uneven)).expect("a mean"))),
        ("method", round(geometric(with(uneven), 0.0).expect("a mean"))),
        ("method", round(arithmetic(learning.into_iter()).expect("a mean"))),
        ("method", round(arithmetic(learning.into_iter().chain([(12.0, 0.0)])).expect("a mean"))),
        ("method", round(85.145)),
        ("method", round(89.995)),
        ("method", Published::round(85.145, 2, Rounding::HalfEven).to_string()),
    ];
    for (chapter, figure) in shown {
        assert!(read(&format!("docs/src/{chapter}.md")).contains(&figure), "{chapter}.md does not show {figure}");
    }
}

#[test]
fn the_manual_lists_every_chapter() {
    let summary = read("docs/src/SUMMARY.md");
    let listed: BTreeSet<String> =
        links::targets(&summary).into_iter().map(|target| format!("docs/src/{target}")).collect();
    assert_eq!(listed, chapters().into_iter().collect());
}

#[test]
fn both_readmes_show_the_same_commands_and_pictures() {
    let [english, chinese] = READMES.map(read);
    assert_eq!(commands::blocks(&english), commands::blocks(&chinese));
    let pictures = |text: &str| -> Vec<String> {
        links::targets(text).into_iter().filter(|target| target.ends_with(".png")).map(str::to_owned).collect()
    };
    assert_eq!(pictures(&english), pictures(&chinese));
}

#[test]
fn both_readmes_list_every_command() {
    let help = commands::output(root(), &["--help".to_owned()]);
    let known: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands") && !line.starts_with("命令"))
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(known.contains(&"run"), "{help}");
    for path in READMES {
        let text = read(path);
        let rows = table_rows(&text);
        let listed: Vec<&str> = rows
            .iter()
            .filter_map(|row| quoted(row[0])?.strip_prefix("yinxiang ")?.split_whitespace().next())
            .collect();
        let (listed, known): (BTreeSet<&str>, BTreeSet<&str>) =
            (listed.into_iter().collect(), known.iter().copied().collect());
        assert_eq!(listed, known, "{path}");
    }
}

#[test]
fn every_link_leads_somewhere() {
    let documents = ["CONTRIBUTING.md", "CHANGELOG.md", "docs/src/SUMMARY.md"].map(str::to_owned);
    let documents: Vec<String> = documents.into_iter().chain(READMES.map(str::to_owned)).chain(chapters()).collect();
    let broken: Vec<String> = documents.iter().flat_map(|path| links::broken(path, &read(path), root())).collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_command_in_readme_and_manual_runs_as_written() {
    // The Chinese README has the same blocks.
    let documents: Vec<String> = chapters().into_iter().chain([READMES[0].to_owned()]).collect();
    let outcomes: Vec<Result<usize, String>> = std::thread::scope(|scope| {
        let runs: Vec<_> =
            documents.iter().map(|path| scope.spawn(move || commands::run_all(path, &read(path)))).collect();
        runs.into_iter().map(|run| run.join().expect("a document is tried to its end")).collect()
    });
    let complaints: Vec<String> = outcomes.iter().filter_map(|outcome| outcome.clone().err()).collect();
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n\n"));
    let command_count: usize = outcomes.into_iter().flatten().sum();
    assert!(command_count >= 30, "only {command_count} commands were found");
}

/// A fresh copy of what a user has, without the program.
fn copy_of_project() -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    for folder in ["indicators", "data", "examples"] {
        copy_folder(&root().join(folder), &copy.path().join(folder));
    }
    fs_err::create_dir(copy.path().join("docs")).expect("a folder");
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).expect("a folder");
    for entry in fs_err::read_dir(from).expect("a folder") {
        let from: PathBuf = entry.expect("an entry").path();
        let to = to.join(from.file_name().expect("a name"));
        if from.is_dir() {
            // What an earlier run left in an example is no part of the project.
            if !from.ends_with("reports") {
                copy_folder(&from, &to);
            }
        } else {
            fs_err::copy(&from, &to).expect("a copy");
        }
    }
}
