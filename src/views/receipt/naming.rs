//! Names of files and sheets made of words from the material.

use std::collections::BTreeSet;

/// Characters of a department's name in a file name; most file systems take 255 bytes.
const LONGEST_FILE: usize = 60;
/// Most UTF-16 units of a sheet's name.
const LONGEST_SHEET: usize = 31;

/// Names of receipt files, each once.
#[derive(Default)]
pub(super) struct FileNames(BTreeSet<String>);

impl FileNames {
    /// `回执-<部门>` without characters that lead out of a folder or that some file system refuses.
    pub(super) fn of(&mut self, department: &str) -> String {
        let is_bad = |letter: char| {
            letter.is_control() || matches!(letter, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        };
        let plain: String =
            department.chars().map(|letter| if is_bad(letter) { '_' } else { letter }).take(LONGEST_FILE).collect();
        // Windows drops dots and blanks at the end.
        let base = format!("回执-{}", plain.trim().trim_end_matches(['.', ' ']));
        let mut name = base.clone();
        let mut number = 1;
        while !self.0.insert(name.to_lowercase()) {
            number += 1;
            name = format!("{base}-{number}");
        }
        name
    }
}

/// Names of the sheets of a workbook, each once, whatever their case.
#[derive(Default)]
pub(super) struct SheetNames(BTreeSet<String>);

impl SheetNames {
    /// A name that a workbook takes: short, without `[]:*?/\`, no apostrophe at either end, not empty.
    pub(super) fn of(&mut self, wanted: &str) -> String {
        let is_bad =
            |letter: char| letter.is_control() || matches!(letter, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '：');
        let plain: String = wanted.chars().map(|letter| if is_bad(letter) { '_' } else { letter }).collect();
        let plain = plain.trim_matches(['\'', ' ']);
        let base = if plain.is_empty() { "表" } else { plain };
        let mut name = cut(base, LONGEST_SHEET);
        let mut number = 1;
        while !self.0.insert(name.to_lowercase()) {
            number += 1;
            let end = format!("({number})");
            name = format!("{}{end}", cut(base, LONGEST_SHEET - end.len()));
        }
        name
    }
}

/// The first characters up to so many UTF-16 units, without an apostrophe or blank at the end.
fn cut(text: &str, most: usize) -> String {
    let mut length = 0;
    let fits = |letter: &char| {
        length += letter.len_utf16();
        length <= most
    };
    let short: String = text.chars().take_while(fits).collect();
    short.trim_end_matches(['\'', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_name_cannot_break_a_workbook_or_leave_a_folder() {
        let mut names = SheetNames::default();
        assert_eq!(names.of("../../x"), ".._.._x");
        assert_eq!(names.of("'表[1]:*?'"), "表_1____");
        assert_eq!(names.of(""), "表");
        assert_eq!(names.of("Sheet"), "Sheet");
        assert_eq!(names.of("SHEET"), "SHEET(2)");
        let long = "很长的工作表名称".repeat(5);
        assert_eq!(names.of(&long).chars().count(), 31);
        assert!(names.of(&long).ends_with("(2)"));
        assert!(names.of(&"𠮷".repeat(31)).encode_utf16().count() <= 31);
    }

    #[test]
    fn a_department_cannot_choose_where_its_receipt_goes() {
        let mut names = FileNames::default();
        assert_eq!(names.of("a/../../b"), "回执-a_.._.._b");
        assert_eq!(names.of("a\\..\\..\\b"), "回执-a_.._.._b-2");
        assert_eq!(names.of("民政局. "), "回执-民政局");
    }
}
