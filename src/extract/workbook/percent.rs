//! Numbers with a percent format, as a person sees them.

use calamine::Style;

use crate::extract::values::times_hundred;

/// `0.853` in, `85.3%` out: the point moves while the number is decimal, so no digits appear that nobody wrote.
///
/// Spreadsheets keep 15 significant digits.
pub(in crate::extract) fn percent(value: f64) -> String {
    let value = format!("{value:.14e}").parse::<f64>().unwrap_or(value) + 0.0;
    let moved = times_hundred(value);
    // The largest numbers have no digits behind the point.
    if moved.is_finite() { format!("{moved}%") } else { format!("{value}00%") }
}

/// Whether a number format shows a percent sign: not one in quotes or behind a backslash.
fn is_percent(code: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    code.chars().any(|letter| {
        let plain = !quoted && !escaped;
        escaped = plain && matches!(letter, '\\' | '_' | '*');
        quoted ^= (quoted || plain) && letter == '"';
        plain && letter == '%'
    })
}

/// For each style of a workbook, whether its numbers are shown as percentages.
pub(super) fn styles(styles: &[Style]) -> Vec<bool> {
    let shows = |style: &Style| style.number_format.as_ref().is_some_and(|format| is_percent(&format.format_code));
    styles.iter().map(shows).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_moves_and_no_digit_appears() {
        for (value, text) in [
            (0.853, "85.3%"),
            (0.57, "57%"),
            (0.285, "28.5%"),
            (1.1, "110%"),
            (0.1 + 0.2, "30%"),
            (-0.05, "-5%"),
            (0.000_012, "0.0012%"),
            (12.0, "1200%"),
            (0.0, "0%"),
            (-0.0, "0%"),
            (1.0 / 3.0, "33.3333333333333%"),
        ] {
            assert_eq!(percent(value), text, "{value}");
        }
        assert_eq!(percent(1e300).len(), 304);
        assert_eq!(percent(1e308).len(), 312);
        assert!(percent(1e-300).starts_with("0.000"));
    }

    #[test]
    fn a_percent_sign_in_quotes_is_no_format() {
        for (code, shows) in [
            ("0%", true),
            ("0.00%;[Red]-0.00%", true),
            ("0.0\\%", false),
            ("0\"%\"", false),
            ("0\"人\"%", true),
            ("General", false),
        ] {
            assert_eq!(is_percent(code), shows, "{code}");
        }
    }
}
