//! Commands as a document writes them: found, then run in a fresh copy of the project.

use super::{copy_of_project, fold};
use std::path::Path;
use std::process::{Command, Output};

/// What a reader types that this test cannot: it builds the program or is about where the reader is.
const NOT_RUN: [&str; 3] = ["cargo test", "cargo install --path .", "cd yinxiang"];

/// One thing to do.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// A command and what it should show, in order.
    Run { line: String, exit_code: i32, shown: Vec<String> },
    /// A comment `改 <file> <cell> <value>`: the text asks the reader to change a cell of a CSV file.
    Edit { path: String, cell: String, value: String },
}

/// The command blocks of a document, as written.
pub(super) fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line) {
            (None, "```sh" | "```console") => open = Some(String::new()),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some(block), line) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut fence = "";
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("```") {
            fence = kind;
            continue;
        }
        let edit = line.strip_prefix("<!-- 改 ").and_then(|rest| rest.strip_suffix(" -->"));
        match (fence, line.strip_prefix("$ ")) {
            ("", _) => {
                if let Some([path, cell, value]) = edit.map(|edit| edit.split(' ').collect::<Vec<_>>()).as_deref() {
                    let [path, cell, value] = [path, cell, value].map(|word| (*word).to_owned());
                    steps.push(Step::Edit { path, cell, value });
                }
            }
            ("sh", _) if !line.trim().is_empty() && !line.starts_with('#') => steps.push(command(line)),
            ("console", Some(line)) => steps.push(command(line)),
            ("console", None) if line != "…" => match steps.last_mut() {
                Some(Step::Run { shown, .. }) => shown.push(line.to_owned()),
                _ => panic!("output without a command: {line}"),
            },
            _ => {}
        }
    }
    steps
}

/// `yinxiang run    # 退出码 1` in, command and exit code out.
fn command(line: &str) -> Step {
    let (line, comment) = line.split_once(" #").unwrap_or((line, ""));
    let exit_code = comment.trim().strip_prefix("退出码 ").map_or(0, |code| code.trim().parse().expect("an exit code"));
    Step::Run { line: line.trim().to_owned(), exit_code, shown: Vec::new() }
}

/// Runs everything a document writes; the number of commands, or what went wrong first.
pub(super) fn run_all(path: &str, text: &str) -> Result<usize, String> {
    let steps = steps(text);
    if steps.is_empty() {
        return Ok(0);
    }
    let copy = copy_of_project();
    for step in &steps {
        match step {
            Step::Run { line, exit_code, shown } => {
                run(copy.path(), line, *exit_code, shown).map_err(|problem| format!("{path}: {line}\n{problem}"))?;
            }
            Step::Edit { path, cell, value } => edit(&copy.path().join(path), cell, value),
        }
    }
    Ok(steps.iter().filter(|step| matches!(step, Step::Run { .. })).count())
}

fn run(folder: &Path, line: &str, exit_code: i32, shown: &[String]) -> Result<(), String> {
    if NOT_RUN.contains(&line) {
        return Ok(());
    }
    let (line, target) = line.split_once(" > ").map_or((line, None), |(line, target)| (line, Some(target)));
    let arguments = line
        .strip_prefix("yinxiang ")
        .or_else(|| line.strip_prefix("cargo run -- "))
        .ok_or("nobody knows how to try this command; add it to NOT_RUN, or write it another way")?;
    let arguments: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
    let output = started(folder, &arguments);
    let text = text(&output);
    if output.status.code() != Some(exit_code) {
        return Err(format!("exit code {:?} instead of {exit_code}\n{text}", output.status.code()));
    }
    if let Some(target) = target {
        fs_err::write(folder.join(target), &output.stdout).map_err(|error| error.to_string())?;
    }
    let folded = fold(&text);
    let mut rest = folded.as_str();
    for line in shown {
        let line_folded = fold(line);
        let at = rest.find(&line_folded).ok_or_else(|| format!("does not show “{line}” (here)\n{text}"))?;
        rest = &rest[at + line_folded.len()..];
    }
    Ok(())
}

/// What the program prints with these arguments.
pub(super) fn output(folder: &Path, arguments: &[String]) -> String {
    text(&started(folder, arguments))
}

fn started(folder: &Path, arguments: &[String]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yinxiang"));
    program.current_dir(folder).args(arguments).output().expect("the program starts")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Changes a cell of a CSV file without quotes, as a reader does in an editor.
fn edit(path: &Path, cell: &str, value: &str) {
    let text = fs_err::read_to_string(path).expect("the file that the text names");
    let column = usize::from(cell.as_bytes()[0] - b'A');
    let row: usize = cell[1..].parse().expect("a cell such as B13");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut fields: Vec<&str> = lines[row - 1].split(',').collect();
    fields[column] = value;
    lines[row - 1] = fields.join(",");
    fs_err::write(path, lines.join("\n") + "\n").expect("the file is written");
}

#[test]
fn commands_outputs_and_edits_are_found_in_order() {
    let text = "```sh\n# a remark\nyinxiang run 2022Q9    # 退出码 2\n```\ntext\n<!-- 改 data/a.csv B2 7 -->\n```console\n$ yinxiang run\n…\n甲镇\n```\n```toml\nx = 1\n```\n";
    let run = |line: &str, exit_code, shown: &[&str]| Step::Run {
        line: line.to_owned(),
        exit_code,
        shown: shown.iter().map(|line| (*line).to_owned()).collect(),
    };
    let edit = Step::Edit { path: "data/a.csv".to_owned(), cell: "B2".to_owned(), value: "7".to_owned() };
    assert_eq!(steps(text), [run("yinxiang run 2022Q9", 2, &[]), edit, run("yinxiang run", 0, &["甲镇"])]);
    assert_eq!(blocks(text).len(), 2);
}

#[test]
fn a_command_that_is_unknown_fails_or_shows_something_else_is_a_complaint() {
    let complaint = |text: &str| run_all("x.md", &format!("```console\n{text}\n```\n")).is_err();
    assert!(complaint("$ rm -rf data"));
    assert!(complaint("$ yinxiang schema --bad"));
    assert!(complaint("$ yinxiang schema\nno such text in it"));
    assert!(complaint("$ yinxiang schema    # 退出码 1"));
    assert!(!complaint("$ yinxiang schema\n\"format\""));
}
