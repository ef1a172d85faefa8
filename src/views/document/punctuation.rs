//! Half-width `,` `;` `:` between Chinese words, as definitions and remarks are often typed, become full-width where people
//! read them.
//!
//! Only words change: places of files, formulas and links stay as they are, and so do the files for programs.

use super::{Block, Inline, Official, Section, Table};
use serde_json::Value;

pub(in crate::views) fn mend(sections: &mut [Section]) {
    sections.iter_mut().for_each(|section| blocks(&mut section.blocks));
}

/// The same for a paper with its annexes.
pub(in crate::views) fn mend_paper(paper: &mut Official) {
    mend(&mut paper.body);
    paper.annexes.iter_mut().for_each(|annex| blocks(&mut annex.blocks));
}

/// The same for every text of the data that a sheet is set from.
pub(in crate::views) fn mend_data(data: &mut Value) {
    match data {
        Value::String(text) => words(text),
        Value::Array(parts) => parts.iter_mut().for_each(mend_data),
        Value::Object(parts) if parts.get("kind").and_then(Value::as_str) == Some("code") => {}
        Value::Object(parts) => parts.values_mut().for_each(mend_data),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The same for a table.
pub(in crate::views) fn mend_table(table: &mut Table) {
    table.notes.iter_mut().for_each(words);
    table.rows.iter_mut().flat_map(|row| &mut row.cells).for_each(|cell| inlines(&mut cell.content));
}

fn blocks(list: &mut [Block]) {
    for block in list {
        match block {
            Block::Paragraph(text) | Block::Callout { text, .. } => inlines(text),
            Block::List { items, .. } => items.iter_mut().for_each(|item| inlines(item)),
            Block::Table(table) => mend_table(table),
            Block::Fold { blocks: inner, .. } | Block::Beside(inner) => blocks(inner),
            Block::Cards(cards) => cards.iter_mut().for_each(|card| words(&mut card.note)),
            Block::Figure(_) => {}
        }
    }
}

fn inlines(list: &mut [Inline]) {
    for inline in list {
        if let Inline::Text(text) | Inline::Strong(text) = inline {
            words(text);
        }
    }
}

/// The same for one text.
pub(in crate::views) fn words(text: &mut String) {
    if !text.contains([',', ';', ':']) {
        return;
    }
    let letters: Vec<char> = text.chars().collect();
    // `data/2022Q3` is a place, `起/万人` is a unit.
    let is_path = |part: &[char]| {
        let ends = [part[0], part[2]];
        part[1] == '/' && ends.iter().all(char::is_ascii_alphanumeric) && ends.iter().any(char::is_ascii_alphabetic)
    };
    let names_a_file = ["›", ".xls", ".csv", ".ods", ".txt", ".html"].iter().any(|sign| text.contains(sign));
    if names_a_file || letters.windows(3).any(is_path) {
        return;
    }
    let is_chinese = |letter: char| ('\u{4E00}'..='\u{9FFF}').contains(&letter);
    let mended = letters.iter().enumerate().map(|(at, &letter)| {
        let full = match letter {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            _ => return letter,
        };
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied().unwrap_or(' ');
        let after = letters.get(at + 1).copied().unwrap_or(' ');
        let follows = is_chinese(before) || "）)”》〕△%".contains(before);
        let leads = is_chinese(after) || "（“《".contains(after);
        let joins = (follows || before.is_ascii_alphanumeric()) && leads;
        if joins || (is_chinese(before) && after.is_ascii_alphanumeric()) { full } else { letter }
    });
    *text = mended.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_of_data_is_mended_and_keys_and_numbers_stay() {
        let mut data =
            serde_json::json!({ "键,名": ["甲,乙", 1.5, { "kind": "code", "text": "甲,乙" }], "colour": "#1b7f3c" });
        mend_data(&mut data);
        assert_eq!(
            data,
            serde_json::json!({ "键,名": ["甲，乙", 1.5, { "kind": "code", "text": "甲,乙" }], "colour": "#1b7f3c" })
        );
    }

    #[test]
    fn words_get_full_width_signs_and_figures_places_and_formulas_keep_theirs() {
        for (typed, printed) in [
            ("国发35号:2025年占比55%;全国48%", "国发35号：2025年占比55%；全国48%"),
            ("位次标 △,仅供参考", "位次标 △，仅供参考"),
            ("底线提示:A05", "底线提示：A05"),
            ("底线4起/万人,目标1起/万人,得分", "底线4起/万人，目标1起/万人，得分"),
            ("2022Q3-S01,经验推广,省级", "2022Q3-S01，经验推广，省级"),
            ("60户的75%即45户),再完成30户", "60户的75%即45户)，再完成30户"),
            ("占1/3,其余按进度", "占1/3，其余按进度"),
            ("见 data/2022Q3 里的表,第一行", "见 data/2022Q3 里的表,第一行"),
            ("1,234 人 14:30", "1,234 人 14:30"),
            ("民政局,表一.xlsx › 表:一!C3", "民政局,表一.xlsx › 表:一!C3"),
            ("coverage >= 40", "coverage >= 40"),
        ] {
            let mut text = typed.to_owned();
            words(&mut text);
            assert_eq!(text, printed);
        }
    }
}
