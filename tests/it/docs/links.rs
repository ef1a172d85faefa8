//! Links between documents and to pictures.

use std::path::Path;

/// Where the pictures of the manual stand. They are made from a report; without the folder there is nothing to check.
const PICTURES: &str = "docs/src/pictures";

/// Targets of all links and pictures of a document.
pub(super) fn targets(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target)).collect()
}

/// Links of a document that lead nowhere: no such file, or no such heading in it.
pub(super) fn broken(path: &str, text: &str, root: &Path) -> Vec<String> {
    let own = root.join(path);
    let folder = own.parent().expect("a document stands in a folder");
    let has_pictures = root.join(PICTURES).is_dir();
    let mut complaints = Vec::new();
    for target in targets(text) {
        if target.contains("://") || (!has_pictures && target.ends_with(".png") && target.contains("pictures/")) {
            continue;
        }
        let (file, heading) = target.split_once('#').unwrap_or((target, ""));
        let file = if file.is_empty() { own.clone() } else { folder.join(file) };
        if !file.exists() {
            complaints.push(format!("{path}: {target} does not exist"));
        } else if !heading.is_empty() {
            let text = fs_err::read_to_string(&file).expect("a document");
            if !headings(&text).iter().any(|id| id == heading) {
                complaints.push(format!("{path}: {target} has no such heading"));
            }
        }
    }
    complaints
}

/// Identifiers of the headings, as mdBook makes them.
fn headings(text: &str) -> Vec<String> {
    let id = |title: &str| -> String {
        let letter = |letter: char| match letter {
            _ if letter.is_alphanumeric() || matches!(letter, '_' | '-') => Some(letter.to_ascii_lowercase()),
            _ if letter.is_whitespace() => Some('-'),
            _ => None,
        };
        title.trim().chars().filter_map(letter).collect()
    };
    text.lines().filter(|line| line.starts_with('#')).map(|line| id(line.trim_start_matches('#'))).collect()
}

#[test]
fn a_link_needs_a_file_and_a_heading() {
    let root = tempfile::tempdir().expect("a temporary folder");
    fs_err::write(root.path().join("a.md"), "# One `[[two]]` 三\n").expect("a file");
    let count = |link: &str| broken("b.md", &format!("see [it]({link})."), root.path()).len();
    assert_eq!(count("a.md"), 0);
    assert_eq!(count("a.md#one-two-三"), 0);
    assert_eq!(count("a.md#three"), 1);
    assert_eq!(count("c.md"), 1);
    assert_eq!(count("https://example.org"), 0);
}
