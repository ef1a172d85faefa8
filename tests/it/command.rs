//! Running the program as a user does.

use assert_cmd::Command;
use std::path::Path;

/// The program, without anything of the environment that changes what it prints.
pub(crate) fn yinxiang() -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("yinxiang"));
    command.env_remove("NO_COLOR").env_remove("RUST_BACKTRACE");
    command
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs the program; whatever happens it does not panic, and it does not colour what no terminal shows.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8 on the terminal");
    let code = output.status.code().expect("an exit code, not a signal");
    let ran = Ran { code, stdout: text(output.stdout), stderr: text(output.stderr) };
    for word in ["panicked", "RUST_BACKTRACE", "\u{1b}["] {
        assert!(!ran.stdout.contains(word) && !ran.stderr.contains(word), "{word:?} in {ran:?}");
    }
    assert!((0..=2).contains(&code), "{ran:?}");
    ran
}

/// A file of JSON.
pub(crate) fn read_json(path: &Path) -> serde_json::Value {
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&bytes).expect("JSON")
}
