//! Colours: calm, told apart by colour-blind readers, and falling into different greys when printed in black.
//!
//! Colour never speaks alone: lights have shapes, segments have hatching, grades are printed as words.

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Text.
pub const INK: Colour = Colour(0x1F, 0x2A, 0x33);
/// Text of second rank: notes, axes, headings of columns.
pub const QUIET: Colour = Colour(0x5B, 0x67, 0x72);
/// Lines that guide the eye.
pub const HAIRLINE: Colour = Colour(0xD3, 0xD9, 0xDF);
/// Every other row, strips of headings.
pub const BAND: Colour = Colour(0xF4, 0xF6, 0xF8);
/// Background.
pub const PAPER: Colour = Colour(0xFF, 0xFF, 0xFF);
/// The figure itself: bars, lines, own marks.
pub const MAIN: Colour = Colour(0x1F, 0x62, 0x7E);
/// The same, paler: ranges behind a line.
pub const MAIN_PALE: Colour = Colour(0xDC, 0xE8, 0xEE);
/// What is compared with: means, bests.
pub const OTHER: Colour = Colour(0xB4, 0x5F, 0x1E);
/// Strong colours of the lights: bluish green, amber, vermilion.
pub const GREEN: Colour = Colour(0x1A, 0x7F, 0x64);
/// Amber.
pub const YELLOW: Colour = Colour(0xB9, 0x7D, 0x00);
/// Vermilion.
pub const RED: Colour = Colour(0xB8, 0x2E, 0x1F);
/// Backgrounds of cells of each light; darker towards red, also in grey.
pub const GREEN_PALE: Colour = Colour(0xE0, 0xF1, 0xEA);
/// Pale amber.
pub const YELLOW_PALE: Colour = Colour(0xFC, 0xEF, 0xC6);
/// Pale vermilion.
pub const RED_PALE: Colour = Colour(0xF5, 0xCB, 0xC1);

/// From the best grade to the last: one falling scale of lightness, so it survives grey print. No red: the last grade
/// is a place that needs help, not an alarm.
const GRADE_SCALE: [Colour; 4] =
    [Colour(0x17, 0x50, 0x63), Colour(0x58, 0x93, 0x9A), Colour(0xB3, 0xD3, 0xCF), Colour(0xF3, 0xE6, 0xD2)];

impl Colour {
    /// The colour as `#1F627E`, for style sheets.
    pub fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
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

    /// The text colour that reads well on this background.
    pub fn ink_on(self) -> Colour {
        if self.lightness() < 150.0 { PAPER } else { INK }
    }
}

/// Rank of a grade (0 best) among `count` grades in, its colour out; ranks beyond the last get the last colour.
pub fn grade_colour(rank: usize, count: usize) -> Colour {
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
    GRADE_SCALE[from].towards(GRADE_SCALE[from + 1], share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_grades_are_darker_so_they_differ_in_grey_print() {
        for count in 2..=8 {
            for rank in 1..count {
                assert!(grade_colour(rank - 1, count).lightness() + 10.0 < grade_colour(rank, count).lightness());
            }
        }
    }

    #[test]
    fn backgrounds_of_lights_darken_from_green_to_red() {
        assert!(RED_PALE.lightness() + 15.0 < YELLOW_PALE.lightness());
        assert!(RED_PALE.lightness() + 15.0 < GREEN_PALE.lightness());
    }

    #[test]
    fn one_grade_alone_or_a_rank_out_of_range_still_has_a_colour() {
        assert_eq!(grade_colour(0, 1), GRADE_SCALE[0]);
        assert_eq!(grade_colour(9, 4), GRADE_SCALE[3]);
        assert_eq!(grade_colour(0, 0), GRADE_SCALE[0]);
    }

    #[test]
    fn text_on_dark_is_white_and_on_pale_is_ink() {
        assert_eq!(GRADE_SCALE[0].ink_on(), PAPER);
        assert_eq!(GRADE_SCALE[3].ink_on(), INK);
        assert_eq!(MAIN.hex(), "#1F627E");
    }
}
