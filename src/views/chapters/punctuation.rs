//! Half-width `,` `;` `:` between Chinese words, as definitions and remarks are often typed, become full-width on the page.
//!
//! Only words change: places of files, formulas and links stay as they are, and so do the files for programs.

use crate::views::document::{Block, Inline, Section};

pub(super) fn mend(sections: &mut [Section]) {
    sections.iter_mut().for_each(|section| blocks(&mut section.blocks));
}

fn blocks(list: &mut [Block]) {
    for block in list {
        match block {
            Block::Paragraph(text) | Block::Callout { text, .. } => inlines(text),
            Block::List { items, .. } => items.iter_mut().for_each(|item| inlines(item)),
            Block::Table(table) => {
                table.notes.iter_mut().for_each(words);
                table.rows.iter_mut().flat_map(|row| &mut row.cells).for_each(|cell| inlines(&mut cell.content));
            }
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

fn words(text: &mut String) {
    let names_a_file = ["›", ".xls", ".csv", ".ods", ".txt", ".html", "/"].iter().any(|sign| text.contains(sign));
    if names_a_file || !text.contains([',', ';', ':']) {
        return;
    }
    let letters: Vec<char> = text.chars().collect();
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
        let follows = is_chinese(before) || "）”》〕△%".contains(before);
        let leads = is_chinese(after) || "（“《".contains(after);
        if (follows && leads) || (is_chinese(before) && after.is_ascii_alphanumeric()) { full } else { letter }
    });
    *text = mended.collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_get_full_width_signs_and_figures_places_and_formulas_keep_theirs() {
        for (typed, printed) in [
            ("国发35号:2025年占比55%;全国48%", "国发35号：2025年占比55%；全国48%"),
            ("位次标 △,仅供参考", "位次标 △，仅供参考"),
            ("底线提示:A05", "底线提示：A05"),
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
