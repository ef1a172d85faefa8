//! The shape of the house: layers, sizes, purity, one home per outside crate, nothing of any one county.
//!
//! Every rule is a function from files to complaints, so that each has a test with a bad sample beside the real one.

mod layers;
mod source;

use source::{Source, repository};

/// No Rust file is longer.
const MOST_LINES: usize = 400;

/// What library code does not contain. Clippy sees most of it; the text sees all of it.
const IMPURE: [&str; 11] = [
    "std::fs",
    "fs::File",
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "dbg!",
    "SystemTime",
    "Instant::now",
    "std::env",
    "std::process",
];

/// Outside crates that have a home, and the modules where they may be used: `cli` stands for the binary.
/// The tests may use any.
const HOMES: [(&str, &[&str]); 22] = [
    ("polars", &["definitions", "extract", "facts", "rules", "views", "cli"]),
    ("plotters", &["views"]),
    ("resvg", &["views"]),
    ("minijinja", &["views"]),
    ("calamine", &["extract"]),
    ("html5gum", &["extract"]),
    ("quick_xml", &["extract"]),
    ("zip", &["extract", "views"]),
    ("encoding_rs", &["demo", "extract"]),
    ("rust_xlsxwriter", &["demo", "views"]),
    ("toml", &["definitions", "views"]),
    ("typst", &["views"]),
    ("typst_layout", &["views"]),
    ("typst_pdf", &["views"]),
    ("blake3", &["audit"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("indicatif", &["cli"]),
    ("fs_err", &["cli"]),
    ("rustix", &["cli"]),
    ("tempfile", &["cli"]),
    ("anyhow", &["cli", "views"]),
];

/// Words of the first user. They belong in definition files.
const LOCAL_WORDS: [&str; 17] = [
    "德清",
    "镇街",
    "银享清福",
    "3305",
    "武康",
    "舞阳",
    "阜溪",
    "下渚湖",
    "康乾",
    "乾元镇",
    "新市镇",
    "洛舍",
    "钟管镇",
    "雷甸",
    "禹越",
    "新安镇",
    "莫干山",
];

/// Files longer than [`MOST_LINES`].
fn too_long(files: &[Source]) -> Vec<String> {
    let lines = |file: &Source| file.text.lines().count();
    let long = files.iter().filter(|file| lines(file) > MOST_LINES);
    long.map(|file| format!("{}: {} lines; split it along a word of the domain", file.path, lines(file))).collect()
}

/// Library code that opens files, prints, or asks the clock or the environment.
fn impure(files: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| !file.is_binary()) {
        let code = file.code();
        for word in IMPURE.iter().filter(|word| !occurrences(&code, word).is_empty()) {
            complaints.push(format!("{}: {word}; bytes in, bytes out, the rest is done in src/cli", file.path));
        }
    }
    complaints
}

/// Uses of an outside crate away from its home.
fn away_from_home(files: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let code = file.code();
        for (name, homes) in HOMES {
            let at_home = if file.is_binary() {
                homes.contains(&"cli")
            } else {
                file.top().is_some_and(|top| homes.contains(&top))
            };
            if !at_home && uses_crate(&code, name) {
                complaints.push(format!("{}: {name} is at home in {}", file.path, homes.join(", ")));
            }
        }
    }
    complaints
}

/// Whether code names the crate as the head of a path. A module of ours with the same name is reached through
/// `crate`, `super` or `self`, and a path that starts with its bare name needs it declared or imported here.
fn uses_crate(code: &str, name: &str) -> bool {
    let ours = [format!("mod {name};"), format!("mod {name} "), format!("::{name};"), format!("::{name} as")];
    let is_ours = ours.iter().any(|text| code.contains(text.as_str()));
    let head = |&(before, after): &(&str, &str)| {
        let imported = before.trim_end().ends_with("use") && after.starts_with([';', ' ']);
        !before.ends_with("::") && !before.ends_with('.') && (after.starts_with("::") || imported)
    };
    !is_ours && occurrences(code, name).iter().any(head)
}

/// What stands before and after each occurrence of `word` as a whole word.
fn occurrences<'a>(code: &'a str, word: &str) -> Vec<(&'a str, &'a str)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let halves = |(at, _)| (&code[..at], &code[at + word.len()..]);
    let whole = |(before, after): &(&str, &str)| {
        !before.ends_with(is_word) && (!word.ends_with(is_word) || !after.starts_with(is_word))
    };
    code.match_indices(word).map(halves).filter(whole).collect()
}

/// Words of one county in what ships, comments included.
fn local_words(files: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files {
        let shipped = file.shipped();
        for word in LOCAL_WORDS.iter().filter(|word| shipped.contains(**word)) {
            complaints.push(format!("{}: {word} belongs in a definition file", file.path));
        }
    }
    complaints
}

/// Dependencies of any kind in Cargo.toml.
fn dependencies() -> Vec<String> {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().expect("a manifest");
    let targets = manifest["target"].as_table().expect("dependencies by target").values();
    let tables = targets.map(|table| &table["dependencies"]);
    let tables = tables.chain([&manifest["dependencies"], &manifest["dev-dependencies"]]);
    tables.flat_map(|table| table.as_table().expect("a table").keys()).cloned().collect()
}

/// Dependencies without a line in the table of CONTRIBUTING.md, and lines without a dependency.
fn unexplained(guide: &str, dependencies: &[String]) -> Vec<String> {
    let table = guide.split("## Why each crate is there").nth(1).unwrap_or_default();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let explained: Vec<&str> = rows.map(|(name, _)| name).collect();
    let missing = dependencies.iter().filter(|name| !explained.contains(&name.as_str()));
    let stale = explained.iter().filter(|name| !dependencies.iter().any(|known| known == *name));
    let missing = missing.map(|name| format!("CONTRIBUTING.md does not say why {name} is there"));
    missing.chain(stale.map(|name| format!("CONTRIBUTING.md explains {name}, which is no dependency"))).collect()
}

fn none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

/// The complaints about one file.
fn about(rule: fn(&[Source]) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&[Source::new(path, text)]).len()
}

#[test]
fn no_rust_file_is_longer_than_400_lines() {
    none(&too_long(&repository(&["src", "tests", "benches"], &[".rs"])));
    assert_eq!(about(too_long, "src/a.rs", &"//\n".repeat(400)), 0);
    assert_eq!(about(too_long, "src/a.rs", &"//\n".repeat(401)), 1);
}

#[test]
fn the_library_touches_nothing_outside_itself() {
    none(&impure(&repository(&["src"], &[".rs"])));
    for bad in
        ["use std::fs;", "fn f() { eprintln!(\"\") }", "let now = time::SystemTime::now();", "std::env::var(\"X\")"]
    {
        assert_eq!(about(impure, "src/views/a.rs", bad), 1, "{bad}");
        assert_eq!(about(impure, "src/cli/a.rs", bad), 0, "{bad}");
    }
    assert_eq!(about(impure, "src/views/a.rs", "// println! is for cli\nwriteln!(page, \"std::fs\")"), 0);
}

#[test]
fn outside_crates_stay_at_home() {
    none(&away_from_home(&repository(&["src"], &[".rs"])));
    for bad in ["use polars::prelude::*;", "let f: polars::frame::DataFrame;", "use polars as p;", "pub use polars;"] {
        assert_eq!(about(away_from_home, "src/index/a.rs", bad), 1, "{bad}");
        assert_eq!(about(away_from_home, "src/facts/a.rs", bad), 0, "{bad}");
    }
    assert_eq!(about(away_from_home, "src/main.rs", "use clap::Parser;"), 0);
    assert_eq!(about(away_from_home, "src/lib.rs", "use clap::Parser;"), 1);
    for fine in [
        "crate::extract::calamine::f()",
        "mod polars; polars::f()",
        "// polars::x",
        "let polars = 1;",
        "my_polars::f()",
    ] {
        assert_eq!(about(away_from_home, "src/index/a.rs", fine), 0, "{fine}");
    }
}

#[test]
fn every_crate_is_explained_and_every_home_has_its_crate() {
    let dependencies = dependencies();
    none(&unexplained(include_str!("../../CONTRIBUTING.md"), &dependencies));
    assert_eq!(unexplained("## Why each crate is there\n| `a` | b |", &["a".to_owned()]).len(), 0);
    assert_eq!(unexplained("## Why each crate is there\n| `a` | b |", &["b".to_owned()]).len(), 2);
    for (name, _) in HOMES {
        let known = dependencies.iter().any(|known| known.replace('-', "_") == name);
        assert!(known, "{name} is not a dependency any more");
    }
}

#[test]
fn nothing_that_ships_knows_the_first_county() {
    none(&local_words(&repository(&["src"], &[".rs", ".html", ".css", ".js", ".toml", ".txt", ".md", ".svg"])));
    assert_eq!(about(local_words, "src/views/a.html", "<h1>德清县</h1>"), 1);
    assert_eq!(about(local_words, "src/views/a.rs", "// 各镇街"), 1);
    assert_eq!(about(local_words, "src/views/a.rs", "#[cfg(test)]\nmod tests { const A: &str = \"武康街道\"; }"), 0);
}
