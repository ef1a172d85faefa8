//! Texts made to fit: measured, cut with an ellipsis, broken into lines.

use crate::definitions::decimal::{Published, Rounding};
use crate::views::theme::palette::{Colour, Palette};
use crate::views::theme::{Weight, text_width};

/// Where a text lies relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// The colour of a text: known by its part, so that the kinds of text stay constants while palettes differ.
#[derive(Clone, Copy, Debug)]
enum Tint {
    Ink,
    Quiet,
    Exact(Colour),
}

/// How a text is set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    /// Pixels per em.
    pub(super) size: i32,
    pub(super) weight: Weight,
    pub(super) align: Align,
    tint: Tint,
}

impl Type {
    /// Regular ink, starting at its point.
    pub(super) const fn new(size: i32) -> Self {
        Type { size, weight: Weight::Regular, align: Align::Left, tint: Tint::Ink }
    }

    pub(super) const fn bold(self) -> Self {
        Type { weight: Weight::Bold, ..self }
    }

    pub(super) const fn centred(self) -> Self {
        Type { align: Align::Centre, ..self }
    }

    pub(super) const fn right(self) -> Self {
        Type { align: Align::Right, ..self }
    }

    /// In the second rank of ink.
    pub(super) const fn quiet(self) -> Self {
        Type { tint: Tint::Quiet, ..self }
    }

    pub(super) const fn colour(self, colour: Colour) -> Self {
        Type { tint: Tint::Exact(colour), ..self }
    }

    /// What it is printed with.
    pub(super) fn colour_in(self, palette: &Palette) -> Colour {
        match self.tint {
            Tint::Ink => palette.ink,
            Tint::Quiet => palette.quiet,
            Tint::Exact(colour) => colour,
        }
    }

    /// Whole pixels the text takes, rounded up.
    pub(super) fn width(self, text: &str) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "saturates for absurd lengths")]
        let pixels = text_width(text, f64::from(self.size), self.weight).ceil() as i32;
        pixels
    }

    /// The widest of some texts, 0 for none.
    pub(super) fn widest<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> i32 {
        texts.into_iter().map(|text| self.width(text)).max().unwrap_or(0)
    }

    /// The text itself if it fits into `width` pixels, else as much of it as fits before an ellipsis.
    pub(super) fn fit(self, text: &str, width: i32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut kept = String::new();
        for letter in text.chars() {
            kept.push(letter);
            if self.width(&format!("{kept}…")) > width {
                kept.pop();
                break;
            }
        }
        format!("{}…", kept.trim_end())
    }

    /// The text in at most `most` lines of `width` pixels; what is left over is cut with an ellipsis. Chinese breaks
    /// anywhere (never before a closing mark), other words at blanks where that is possible.
    pub(super) fn wrap(self, text: &str, width: i32, most: usize) -> Vec<String> {
        let letters: Vec<char> = text.trim().chars().collect();
        let mut lines = Vec::new();
        let mut start = 0;
        while start < letters.len() {
            let rest: String = letters[start..].iter().collect();
            if lines.len() + 1 >= most || self.width(&rest) <= width {
                lines.push(self.fit(&rest, width));
                break;
            }
            let mut end = start + 1;
            while end < letters.len() && self.width(&letters[start..=end].iter().collect::<String>()) <= width {
                end += 1;
            }
            end = good_break(&letters, start, end);
            lines.push(letters[start..end].iter().collect::<String>().trim_end().to_owned());
            start = end;
            while start < letters.len() && letters[start] == ' ' {
                start += 1;
            }
        }
        lines
    }
}

/// Moves a break back to where a reader expects it: after a blank, and not before a mark that closes.
fn good_break(letters: &[char], start: usize, end: usize) -> usize {
    let inside_word = |at: usize| letters[at].is_ascii_alphanumeric() && letters[at - 1].is_ascii_alphanumeric();
    let closes = |at: usize| "，。、；：）》”％%)】".contains(letters[at]);
    (start + 1..=end).rev().find(|&at| at < letters.len() && !inside_word(at) && !closes(at)).unwrap_or(end)
}

/// A score as printed: `decimals` places, half-up; never "-0.00".
pub(super) fn figure(value: f64, decimals: u8) -> String {
    Published::round(value, decimals, Rounding::HalfUp).to_string()
}

/// The next figure of `decimals` places that is not less: what lacks half a unit lacks a whole one. Half a millionth is
/// an error of computing, not work.
pub(super) fn rounded_up(value: f64, decimals: u8) -> f64 {
    let scale = 10_f64.powi(i32::from(decimals));
    (value * scale - 5e-7).ceil() / scale
}

/// Fails with the text and the number if a chart was given what no figure can be: not finite, or 1e9 and more.
pub(super) fn check_figures(name: &str, values: impl IntoIterator<Item = f64>) -> anyhow::Result<()> {
    for value in values {
        anyhow::ensure!(value.is_finite() && value.abs() < 1e9, "“{name}”的数值 {value} 画不出来");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: Type = Type::new(10);

    #[test]
    fn a_text_that_fits_is_left_alone() {
        assert_eq!(TYPE.fit("武康街道", 40), "武康街道");
    }

    #[test]
    fn a_text_that_is_too_long_ends_with_an_ellipsis_inside_the_width() {
        let cut = TYPE.fit("每百名失能老人护理型床位数", 60);
        assert_eq!(cut, "每百名失能…");
        assert!(TYPE.width(&cut) <= 60);
    }

    #[test]
    fn lines_break_inside_chinese_but_not_before_a_closing_mark() {
        assert_eq!(TYPE.wrap("护理床位（张）占比", 60, 3), ["护理床位（", "张）占比"]);
    }

    #[test]
    fn foreign_words_stay_whole() {
        assert_eq!(TYPE.wrap("United Arab Emirates", 60, 3), ["United Arab", "Emirates"]);
    }

    #[test]
    fn the_last_line_takes_what_is_left_and_is_cut() {
        assert_eq!(TYPE.wrap("甲乙丙丁戊己庚辛", 30, 2), ["甲乙丙", "丁戊…"]);
    }

    #[test]
    fn nothing_wraps_into_no_line() {
        assert!(TYPE.wrap("  ", 30, 2).is_empty());
    }

    #[test]
    fn scores_are_rounded_half_up_and_never_negative_zero() {
        assert_eq!(figure(2.675, 2), "2.68");
        assert_eq!(figure(-0.001, 2), "0.00");
    }

    #[test]
    fn a_number_that_is_none_is_refused_by_name() {
        let message = check_figures("甲镇", [1.0, f64::NAN]).expect_err("no figure").to_string();
        assert!(message.contains("甲镇"), "{message}");
    }
}
