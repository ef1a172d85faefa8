//! Where the numbers of a text come from: every one is cited from a cell of a table, and the citation is checked.
//!
//! A cited number travels through the text templates inside private-use characters that name its cell. What is left over
//! outside of them is words; a digit there has no source and is a fault.

use crate::views::document::{Inline, Table};
use std::collections::BTreeMap;

const CITED: char = '\u{E000}';
const TEXT: char = '\u{E001}';
const END: char = '\u{E002}';
const WORDS: char = '\u{E003}';

/// A cell of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot<'a> {
    /// Id of the table.
    pub(super) table: &'a str,
    /// Row from 0.
    pub(super) row: usize,
    /// Column from 0.
    pub(super) column: usize,
}

/// The tables that a text may cite, by id.
#[derive(Debug, Default)]
pub(super) struct Sources {
    tables: BTreeMap<String, Table>,
}

impl Sources {
    /// Adds a table, and says under which id.
    pub(super) fn add(&mut self, table: Table) -> String {
        let id = table.id.clone();
        let known = self.tables.insert(id.clone(), table);
        assert!(known.is_none(), "each table of the bulletin has an id of its own");
        id
    }

    /// A table by its id.
    pub(super) fn table(&self, id: &str) -> Option<&Table> {
        self.tables.get(id)
    }

    /// Position of a column by its head.
    pub(super) fn column(&self, id: &str, header: &str) -> Option<usize> {
        self.table(id)?.columns.iter().position(|column| column.header == header)
    }

    /// The first number of a cell without its sign, ready to stand in a text; `None` where the cell has none.
    pub(super) fn cite(&self, spot: Spot<'_>) -> Option<String> {
        let number = numbers(&self.shown(spot)?).into_iter().next()?;
        Some(cited(spot, number.trim_start_matches(['-', '−', '+'])))
    }

    fn shown(&self, spot: Spot<'_>) -> Option<String> {
        let cell = self.table(spot.table)?.rows.get(spot.row)?.cells.get(spot.column)?;
        Some(cell.shown())
    }

    /// Holds a text against the tables: every digit stands in a citation, and every citation in its cell. Faults in
    /// words.
    pub(super) fn faults(&self, text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        for piece in pieces(text) {
            match piece {
                Piece::Bare(text) => {
                    let stray = numbers(text);
                    faults.extend(stray.iter().map(|number| format!("“{}”里的 {number} 没有出处", excerpt(text))));
                }
                Piece::Words(_) => {}
                Piece::Cited { spot: None, text } => faults.push(format!("{text} 的出处写坏了")),
                Piece::Cited { spot: Some(spot), text } => {
                    let cell = self.shown(spot).unwrap_or_default();
                    let own = |number: &String| number.trim_start_matches(['-', '−', '+']) == text;
                    if !numbers(&cell).iter().any(own) {
                        faults.push(format!(
                            "{text} 与出处不符：表 {} 第 {} 行第 {} 列是“{cell}”",
                            spot.table,
                            spot.row + 1,
                            spot.column + 1
                        ));
                    }
                }
            }
        }
        faults
    }
}

/// A number with the cell it was read from, for a text.
pub(super) fn cited(spot: Spot<'_>, number: &str) -> String {
    format!("{CITED}{}:{}:{}{TEXT}{number}{END}", spot.table, spot.row, spot.column)
}

/// Names, dates and labels, which may hold digits that are no figures.
pub(super) fn words(text: &str) -> String {
    if text.chars().any(|letter| letter.is_ascii_digit()) { format!("{WORDS}{text}{END}") } else { text.to_owned() }
}

/// The text as a reader sees it.
pub(super) fn plain(text: &str) -> String {
    pieces(text).map(Piece::shown).collect()
}

/// The text as a reader sees it, as part of a document.
pub(super) fn inline(text: &str) -> Vec<Inline> {
    vec![Inline::text(plain(text))]
}

enum Piece<'a> {
    Bare(&'a str),
    Words(&'a str),
    Cited { spot: Option<Spot<'a>>, text: &'a str },
}

impl<'a> Piece<'a> {
    fn shown(self) -> &'a str {
        match self {
            Piece::Bare(text) | Piece::Words(text) | Piece::Cited { text, .. } => text,
        }
    }
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first == CITED || first == WORDS {
            rest.find(END).unwrap_or(rest.len())
        } else {
            rest.find([CITED, WORDS]).unwrap_or(rest.len())
        };
        let piece = &rest[..end];
        let skip = if rest[end..].starts_with(END) { END.len_utf8() } else { 0 };
        rest = &rest[end + skip..];
        Some(match first {
            WORDS => Piece::Words(&piece[WORDS.len_utf8()..]),
            CITED => {
                let (spot, text) = piece[CITED.len_utf8()..].split_once(TEXT).unwrap_or(("", piece));
                Piece::Cited { spot: parse(spot), text }
            }
            _ => Piece::Bare(piece),
        })
    })
}

fn parse(spot: &str) -> Option<Spot<'_>> {
    let mut parts = spot.rsplitn(3, ':');
    let column = parts.next()?.parse().ok()?;
    let row = parts.next()?.parse().ok()?;
    Some(Spot { table: parts.next()?, row, column })
}

fn excerpt(text: &str) -> String {
    text.trim().chars().take(24).collect()
}

/// The numbers in a text as written, with a sign right before them.
pub(super) fn numbers(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !is_digit(letters[at]) {
            at += 1;
            continue;
        }
        let start = if at > 0 && matches!(letters[at - 1], '-' | '−' | '+') { at - 1 } else { at };
        while at < letters.len() && (is_digit(letters[at]) || is_point(&letters, at)) {
            at += 1;
        }
        found.push(letters[start..at].iter().collect());
    }
    found
}

/// Digits of either width: a full-width one is a number too.
fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('０'..='９').contains(&letter)
}

fn is_point(letters: &[char], at: usize) -> bool {
    letters[at] == '.' && letters.get(at + 1).is_some_and(|next| is_digit(*next))
}

/// A printed number in millionths, so that sums are exact; `None` for anything else.
pub(super) fn millionths(number: &str) -> Option<i128> {
    let number = number.replace('−', "-");
    let (whole, part) = number.split_once('.').unwrap_or((&number, ""));
    if part.len() > 6 {
        return None;
    }
    let is_negative = whole.starts_with('-');
    let whole: i128 = whole.trim_start_matches(['-', '+']).parse().ok()?;
    let part: i128 = if part.is_empty() { 0 } else { format!("{part:0<6}").parse().ok()? };
    let size = whole * 1_000_000 + part;
    Some(if is_negative { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::document::{Cell, Column, Row};

    fn sources() -> Sources {
        let mut table = Table::new("t", "表", vec![Column::text("镇"), Column::number("得分"), Column::number("环比")]);
        table.rows.push(Row::new(vec![Cell::text("甲镇"), Cell::number("84.37", 84.37), Cell::number("−1.24", -1.24)]));
        let mut sources = Sources::default();
        sources.add(table);
        sources
    }

    const SCORE: Spot<'_> = Spot { table: "t", row: 0, column: 1 };
    const CHANGE: Spot<'_> = Spot { table: "t", row: 0, column: 2 };

    #[test]
    fn a_cited_number_reads_as_in_its_cell_without_its_sign() {
        let sources = sources();
        let text =
            format!("得{}分，下降{}分", sources.cite(SCORE).expect("84.37"), sources.cite(CHANGE).expect("1.24"));
        assert_eq!(plain(&text), "得84.37分，下降1.24分");
        assert_eq!(sources.faults(&text), Vec::<String>::new());
    }

    #[test]
    fn a_digit_without_a_source_is_a_fault_also_at_full_width() {
        assert_eq!(sources().faults("提高3个百分点").len(), 1);
        assert_eq!(sources().faults("提高３个百分点").len(), 1);
        assert_eq!(sources().faults(&format!("{}各单位", words("2022年第三季度"))).len(), 0);
    }

    #[test]
    fn a_number_that_its_cell_does_not_hold_is_a_fault_that_names_the_cell() {
        let fault = sources().faults(&cited(SCORE, "84.38"));
        assert!(
            fault[0].contains("84.38") && fault[0].contains("84.37") && fault[0].contains("第 1 行第 2 列"),
            "{fault:?}"
        );
        assert_eq!(sources().faults(&cited(Spot { row: 7, ..SCORE }, "84.37")).len(), 1);
    }

    #[test]
    fn a_cell_without_a_number_cannot_be_cited() {
        assert_eq!(sources().cite(Spot { column: 0, ..SCORE }), None);
    }

    #[test]
    fn numbers_keep_decimals_and_signs_and_leave_full_stops() {
        assert_eq!(numbers("甲镇(30)、−1.24，84.37."), ["30", "−1.24", "84.37"]);
        assert_eq!(millionths("−1.24"), Some(-1_240_000));
        assert_eq!(millionths("73.9"), Some(73_900_000));
        assert_eq!(millionths("-0.5"), Some(-500_000));
        assert_eq!(millionths("x"), None);
    }
}
