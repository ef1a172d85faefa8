//! Rust source as text: without comments and literals, without test modules. Enough for the house rules, no parser.

use std::path::{Path, PathBuf};

const MARKER: &str = "#[cfg(test)]";

/// A file of the repository.
#[derive(Clone)]
pub(crate) struct Source {
    /// Path from the repository's root, with `/`.
    pub(crate) path: String,
    /// Its text.
    pub(crate) text: String,
    /// Whether the file is compiled for unit tests only: another one declares it behind `#[cfg(test)]`.
    pub(crate) only_for_tests: bool,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Source { path: path.to_owned(), text: text.to_owned(), only_for_tests: false }
    }

    /// The text without what is compiled for unit tests only; comments and literals stay.
    pub(crate) fn shipped(&self) -> String {
        if self.only_for_tests {
            return String::new();
        }
        keep(&self.text, &blank(&self.text))
    }

    /// The shipped code with spaces for comments and literals.
    pub(crate) fn code(&self) -> String {
        if self.only_for_tests {
            return String::new();
        }
        let blanked = blank(&self.text);
        keep(&blanked, &blanked)
    }

    /// `src/views/html.rs` and `src/views/html/mod.rs` are both `["views", "html"]`; `lib.rs` and `main.rs` are `[]`.
    pub(crate) fn module(&self) -> Vec<&str> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        let mut parts: Vec<&str> = path.split('/').collect();
        if let Some("mod" | "lib" | "main") = parts.last().copied() {
            parts.pop();
        }
        parts
    }

    /// The folder or file right below `src/`; `None` outside `src/` and for the two roots.
    pub(crate) fn top(&self) -> Option<&str> {
        if self.path.starts_with("src/") { self.module().first().copied() } else { None }
    }

    /// Whether it belongs to the program that touches the world, not to the library.
    pub(crate) fn is_binary(&self) -> bool {
        self.path == "src/main.rs" || self.top() == Some("cli")
    }

    /// Paths of the modules that this file declares behind `#[cfg(test)]`, such as `["extract::workbook::tests"]`.
    fn test_modules(&self) -> Vec<String> {
        let blanked = blank(&self.text);
        let behind = |(at, marker): (usize, &str)| {
            let item = blanked[at + marker.len()..].split_once(';')?.0;
            let name = item.trim().trim_start_matches("pub(crate) ").strip_prefix("mod ")?;
            let is_file = name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
            is_file.then(|| [&self.module()[..], &[name]].concat().join("::"))
        };
        blanked.match_indices(MARKER).filter_map(behind).collect()
    }
}

/// Every text file below the given folders of the repository whose name ends in one of `endings`, sorted.
pub(crate) fn repository(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root.join(folder)).filter(|path| path.is_dir()).collect();
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(Source::new(&name, &std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    mark_test_files(&mut found);
    assert!(!found.is_empty(), "no file under {folders:?}: the tests look in the wrong place");
    found
}

fn mark_test_files(files: &mut [Source]) {
    let declared: Vec<String> = files.iter().flat_map(Source::test_modules).collect();
    for file in files.iter_mut().filter(|file| file.path.starts_with("src/") && file.path.ends_with(".rs")) {
        let module = file.module().join("::");
        file.only_for_tests = declared.iter().any(|test| module == *test || module.starts_with(&format!("{test}::")));
    }
}

/// Spaces, byte for byte, where comments and literals are; line breaks stay.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = at + skipped(&bytes[at..], at.checked_sub(1).map(|before| bytes[before]));
        if end == at {
            out.push(bytes[at]);
            at += 1;
        } else {
            out.extend(bytes[at..end].iter().map(|&byte| if byte == b'\n' { b'\n' } else { b' ' }));
            at = end;
        }
    }
    String::from_utf8(out).expect("whole literals and comments were replaced")
}

/// Length of the comment or literal that starts here, or 0.
fn skipped(rest: &[u8], before: Option<u8>) -> usize {
    let in_word = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => block_comment(rest),
        [b'"', ..] => quoted(rest),
        [b'r', b'"' | b'#', ..] if !in_word || before == Some(b'b') => raw_string(rest),
        [b'\'', b'\\', ..] => 3 + rest.iter().skip(3).position(|&byte| byte == b'\'').unwrap_or(0) + 1,
        // `'x'` in up to four bytes is a character; anything else after a quote is a lifetime.
        [b'\'', ..] => (2..=5)
            .find(|&end| rest.get(end) == Some(&b'\'') && is_one_character(&rest[1..end]))
            .map_or(0, |end| end + 1),
        _ => 0,
    }
}

fn is_one_character(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().count() == 1)
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn quoted(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string(rest: &[u8]) -> usize {
    let hashes = rest[1..].iter().take_while(|&&byte| byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return 0;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let body = &rest[2 + hashes..];
    let end = body.windows(close.len()).position(|window| window == close.as_bytes());
    end.map_or(rest.len(), |end| 2 + hashes + end + close.len())
}

/// `text` without the items that stand behind `#[cfg(test)]`; `blanked` is the same text as [`blank`] gives it.
fn keep(text: &str, blanked: &str) -> String {
    let mut out = String::new();
    let mut at = 0;
    while let Some(found) = blanked[at..].find(MARKER) {
        let start = at + found;
        out.push_str(&text[at..start]);
        at = item_end(blanked, start + MARKER.len());
    }
    out.push_str(&text[at..]);
    out
}

/// The end of the item that begins at `start`: a `;` outside braces, or the brace that closes its body with a `;` after it.
fn item_end(blanked: &str, start: usize) -> usize {
    let mut depth = 0;
    for (offset, byte) in blanked.bytes().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 && matches!(byte, b';' | b'}') {
            let after = offset + 1;
            return if blanked[after..].starts_with(';') { after + 1 } else { after };
        }
    }
    blanked.len()
}

#[test]
fn comments_and_literals_are_no_code() {
    let text = r####"a /* x /* x */ x */ b // x
        "x\"x" c r#"x"x"# 'x' '\'' '\u{78}' '中' d<'e> br"x" f"####;
    let code = Source::new("src/a.rs", text).code();
    assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "b", "c", "d<'e>", "b", "f"]);
}

#[test]
fn test_modules_do_not_ship() {
    let text = "a();\n#[cfg(test)]\nmod tests { fn f() { \"}\"; } }\nb();\n#[cfg(test)]\nuse x::{y, z};\n// c\n";
    let source = Source::new("src/a.rs", text);
    assert_eq!(source.shipped().split_whitespace().collect::<Vec<_>>(), ["a();", "b();", "//", "c"]);
    assert_eq!(source.code().split_whitespace().collect::<Vec<_>>(), ["a();", "b();"]);
}

#[test]
fn a_file_declared_for_tests_does_not_ship() {
    let declaring = "#[cfg(test)]\nmod sample;\nmod tests;\n#[cfg(test)]\nmod here { fn f() {} }\n";
    let paths = ["src/a/sample.rs", "src/a/sample/b.rs", "src/a/tests.rs", "src/sample.rs"];
    let mut files = paths.map(|path| Source::new(path, "x")).to_vec();
    files.push(Source::new("src/a/mod.rs", declaring));
    mark_test_files(&mut files);
    assert_eq!(files.iter().map(|file| file.only_for_tests).collect::<Vec<_>>(), [true, true, false, false, false]);
    assert_eq!((files[0].shipped(), files[2].shipped()), (String::new(), "x".to_owned()));
}

#[test]
fn a_path_names_its_module() {
    for (path, module) in [("src/a.rs", "a"), ("src/a/mod.rs", "a"), ("src/a/b.rs", "a::b"), ("src/lib.rs", "")] {
        assert_eq!(Source::new(path, "").module().join("::"), module, "{path}");
    }
    assert!(Source::new("src/cli/disk.rs", "").is_binary() && Source::new("src/main.rs", "").is_binary());
    assert!(!Source::new("src/views/cli.rs", "").is_binary());
}
