//! Colours: calm, told apart by colour-blind readers, and falling into different greys when printed in black.
//!
//! Colour never speaks alone: lights have shapes, segments have hatching, grades are printed as words.

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// All colours of the pictures; [`Palette::default`] unless a project sets its own
/// ([`Palette::from_overrides`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Text.
    pub ink: Colour,
    /// Text of second rank: notes, axes, headings of columns.
    pub quiet: Colour,
    /// Lines that guide the eye.
    pub hairline: Colour,
    /// Every other row.
    pub band: Colour,
    /// Strips of headings.
    pub strip: Colour,
    /// Background.
    pub paper: Colour,
    /// The figure itself: bars, lines, own marks.
    pub main: Colour,
    /// The same, paler: ranges behind a line.
    pub main_pale: Colour,
    /// What is compared with or taken away: means, bests, losses.
    pub other: Colour,
    /// Strong colour of the green light: bluish green.
    pub green: Colour,
    /// Amber.
    pub yellow: Colour,
    /// Vermilion.
    pub red: Colour,
    /// Backgrounds of cells of each light; the red one is the darkest, also in grey.
    pub green_pale: Colour,
    /// Pale amber.
    pub yellow_pale: Colour,
    /// Pale vermilion.
    pub red_pale: Colour,
    /// From the best grade to the last: one falling scale of darkness, so it survives grey print. No red: the last grade
    /// is a place that needs help, not an alarm.
    pub grades: [Colour; 4],
}

impl Default for Palette {
    fn default() -> Self {
        Palette {
            ink: Colour(0x1F, 0x2A, 0x33),
            quiet: Colour(0x5B, 0x67, 0x72),
            hairline: Colour(0xD3, 0xD9, 0xDF),
            band: Colour(0xF4, 0xF6, 0xF8),
            strip: Colour(0xE4, 0xEA, 0xEF),
            paper: Colour(0xFF, 0xFF, 0xFF),
            main: Colour(0x1F, 0x62, 0x7E),
            main_pale: Colour(0xDC, 0xE8, 0xEE),
            other: Colour(0xB4, 0x5F, 0x1E),
            green: Colour(0x1A, 0x7F, 0x64),
            yellow: Colour(0xB9, 0x7D, 0x00),
            red: Colour(0xB8, 0x2E, 0x1F),
            green_pale: Colour(0xE0, 0xF1, 0xEA),
            yellow_pale: Colour(0xFC, 0xEF, 0xC6),
            red_pale: Colour(0xF5, 0xCB, 0xC1),
            grades: [
                Colour(0x17, 0x50, 0x63),
                Colour(0x58, 0x93, 0x9A),
                Colour(0xB3, 0xD3, 0xCF),
                Colour(0xF3, 0xE6, 0xD2),
            ],
        }
    }
}

impl Palette {
    /// Rank of a grade (0 best) among `count` grades in, its colour out; ranks beyond the last get the last colour.
    pub fn grade(&self, rank: usize, count: usize) -> Colour {
        let last = count.saturating_sub(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a handful of grades")]
        let place = rank.min(last) as f64 / last as f64 * 3.0;
        let (from, share) = if place < 1.0 {
            (0, place)
        } else if place < 2.0 {
            (1, place - 1.0)
        } else {
            (2, place - 2.0)
        };
        self.grades[from].towards(self.grades[from + 1], share)
    }

    /// The text colour that reads well on a background: paper on dark, ink on pale.
    pub fn ink_on(&self, background: Colour) -> Colour {
        if background.lightness() < 150.0 { self.paper } else { self.ink }
    }
}

impl Colour {
    /// The colour as `#1F627E`, for style sheets.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }

    /// `#RRGGBB` in, in capitals or not, the colour out; `None` for anything else.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let part = |from: usize| u8::from_str_radix(&digits[from..from + 2], 16).ok();
        Some(Colour(part(0)?, part(2)?, part(4)?))
    }

    /// The colour `share` (0–1) of the way towards `other`.
    pub fn towards(self, other: Colour, share: f64) -> Colour {
        let share = share.clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
        let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
        Colour(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// Perceived lightness, 0 (black) to 255: Rec. 601 luma, what a grey print shows.
    pub fn lightness(self) -> f64 {
        0.299 * f64::from(self.0) + 0.587 * f64::from(self.1) + 0.114 * f64::from(self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: fn() -> Palette = Palette::default;

    #[test]
    fn better_grades_are_darker_so_they_differ_in_grey_print() {
        for count in 2..=8 {
            for rank in 1..count {
                let lightness = |rank| PLAIN().grade(rank, count).lightness();
                assert!(lightness(rank - 1) + 10.0 < lightness(rank));
            }
        }
    }

    #[test]
    fn one_grade_alone_or_a_rank_out_of_range_still_has_a_colour() {
        assert_eq!(PLAIN().grade(0, 1), PLAIN().grades[0]);
        assert_eq!(PLAIN().grade(9, 4), PLAIN().grades[3]);
        assert_eq!(PLAIN().grade(0, 0), PLAIN().grades[0]);
    }

    #[test]
    fn text_on_dark_is_white_and_on_pale_is_ink() {
        assert_eq!(PLAIN().ink_on(PLAIN().grades[0]), PLAIN().paper);
        assert_eq!(PLAIN().ink_on(PLAIN().grades[3]), PLAIN().ink);
    }

    #[test]
    fn a_colour_is_six_digits_after_a_hash() {
        assert_eq!(Colour::parse("#1f627E"), Some(PLAIN().main));
        assert_eq!(Colour::parse("#1F627E").map(Colour::hex).as_deref(), Some("#1F627E"));
        for wrong in ["1F627E", "#1F627", "#1F627E0", "#1G627E", "#+1627E", "#深色", "", "teal"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }
}
