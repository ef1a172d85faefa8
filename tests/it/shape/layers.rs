//! Alphabetical order is pipeline order: a module uses only modules that stand above it in `lib.rs`.

use super::source::{Source, repository};
use super::{about, none};
use std::collections::BTreeSet;

/// Uses against the stream: `(module, used module, why it may)`. There is none so far, and one that is not needed
/// any more is a complaint.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// Modules of `lib.rs` in the order in which they stand there.
fn listed(lib: &str) -> Vec<String> {
    let lines = lib.lines().map(|line| line.trim().trim_start_matches("pub "));
    lines.filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).map(str::to_owned).collect()
}

/// Neighbours in `lib.rs` that stand in the wrong order.
fn out_of_order(files: &[Source]) -> Vec<String> {
    let modules: Vec<String> =
        files.iter().filter(|file| file.path == "src/lib.rs").flat_map(|file| listed(&file.code())).collect();
    let pairs = modules.windows(2).filter(|pair| pair[0] >= pair[1]);
    pairs.map(|pair| format!("src/lib.rs: {} stands above {}; the order is alphabetical", pair[0], pair[1])).collect()
}

/// `(user, used)` for every top-level module that another one names.
fn uses(files: &[Source]) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    for file in files.iter().filter(|file| !file.is_binary()) {
        let Some(user) = file.top() else { continue };
        for used in named(&file.code(), file.module().len()) {
            if used != user {
                found.insert((user.to_owned(), used, file.path.clone()));
            }
        }
    }
    found
}

/// Modules named through `crate::` or through enough `super::` to reach the root from a module `depth` levels down.
fn named(code: &str, depth: usize) -> Vec<String> {
    // Rustfmt breaks lines inside of braces only, but a hand may break anywhere.
    let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ::", "::").replace(":: ", "::");
    let mut found = Vec::new();
    for root in ["crate::".to_owned(), "super::".repeat(depth)] {
        for (at, _) in code.match_indices(&root) {
            let before = &code[..at];
            let is_head = !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':');
            let after = &code[at + root.len()..];
            if is_head {
                found.extend(heads(after));
            }
        }
    }
    found
}

/// The first names of what follows `crate::`: one name, or each of a braced list.
fn heads(after: &str) -> Vec<String> {
    let Some(group) = after.strip_prefix('{') else { return word(after).into_iter().collect() };
    let mut found = Vec::new();
    let (mut level, mut start) = (1, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => level += 1,
            '}' => level -= 1,
            _ => {}
        }
        if level == 0 || (level == 1 && character == ',') {
            found.extend(word(&group[start..]));
            start = at + 1;
        }
        if level == 0 {
            break;
        }
    }
    found
}

fn word(text: &str) -> Option<String> {
    let text = text.trim_start();
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    // Only modules begin with a small letter; a type re-exported at the root would be no layer.
    text[..end].starts_with(|letter: char| letter.is_lowercase()).then(|| text[..end].to_owned())
}

/// Uses of a module by one that stands above it, but for `exceptions`, each of which has to be needed.
fn upstream(files: &[Source], exceptions: &[(&str, &str, &str)]) -> Vec<String> {
    let uses = uses(files);
    let excepted = |user: &str, used: &str| exceptions.iter().any(|&(one, other, _)| (one, other) == (user, used));
    let mut complaints = Vec::new();
    for (user, used, path) in &uses {
        if used > user && !excepted(user, used) {
            complaints.push(format!("{path}: {user} uses {used}, which stands below it; data moves down only"));
        }
    }
    for (user, used, _) in exceptions {
        if !uses.iter().any(|(one, other, _)| one == user && other == used) {
            complaints.push(format!("the exception for {user} using {used} is not needed any more"));
        }
    }
    complaints
}

fn upstream_without_exceptions(files: &[Source]) -> Vec<String> {
    upstream(files, &[])
}

#[test]
fn a_module_uses_only_modules_above_it() {
    none(&upstream(&repository(&["src"], &[".rs"]), EXCEPTIONS));
}

#[test]
fn a_use_against_the_stream_is_seen_however_it_is_spelled() {
    let rule = upstream_without_exceptions;
    for bad in [
        "use crate::views::Page;",
        "use crate::{audit::Audit, views::{self, Page}};",
        "use crate::{\n    audit::{Audit, Code},\n    views,\n};",
        "fn f() -> crate::views::Page {}",
        "pub(crate) use crate::views;",
        "use super::super::views::Page;",
        "use super::super::{views, audit};",
    ] {
        assert_eq!(about(rule, "src/index/rank.rs", bad), 1, "{bad}");
        assert_eq!(about(rule, "src/workflow/a.rs", bad), 0, "{bad}");
        assert_eq!(about(rule, "src/cli/a.rs", bad), 0, "{bad}");
    }
    assert_eq!(about(rule, "src/index/mod.rs", "use super::views;"), 1);
    for fine in [
        "use super::views;",
        "use crate::index::views;",
        "use crate::audit::{views, Audit};",
        "// crate::views",
        "pub(in crate::index) fn f() {}",
        "#[cfg(test)]\nmod tests { use crate::views; }",
    ] {
        assert_eq!(about(rule, "src/index/rank.rs", fine), 0, "{fine}");
    }
}

#[test]
fn an_exception_lets_one_use_pass_and_has_to_be_needed() {
    let files = [Source::new("src/audit/mod.rs", "use crate::definitions::calendar;")];
    assert_eq!(upstream(&files, &[]).len(), 1);
    assert_eq!(upstream(&files, &[("audit", "definitions", "dates")]).len(), 0);
    assert_eq!(upstream(&files, &[("audit", "definitions", "dates"), ("audit", "views", "")]).len(), 1);
}

#[test]
fn modules_are_listed_alphabetically() {
    let files = repository(&["src"], &[".rs"]);
    none(&out_of_order(&files));
    let lib = files.iter().find(|file| file.path == "src/lib.rs").expect("lib.rs");
    assert!(listed(&lib.code()).len() >= 3, "no module was recognised");
    assert_eq!(about(out_of_order, "src/lib.rs", "pub mod extract;\npub mod audit;\n"), 1);
    assert_eq!(about(out_of_order, "src/lib.rs", "pub mod audit;\nmod extract;\n"), 0);
}
