//! Numbers with a percent format, as a person sees them.

use calamine::Style;

/// `0.853` in, `85.3%` out: the point moves while the number is decimal, so no digits appear that nobody wrote.
///
/// Spreadsheets keep 15 significant digits.
pub(in crate::extract) fn percent(value: f64) -> String {
    let written = format!("{:.14e}", value + 0.0);
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    let Ok(exponent) = exponent.parse::<i32>() else { return format!("{value}%") };
    if digits.is_empty() {
        return "0%".to_owned();
    }
    // Digits before the point once it has moved.
    let whole = exponent + 3;
    let count = i32::try_from(digits.len()).expect("15 digits");
    let moved = if whole <= 0 {
        format!("0.{}{digits}", "0".repeat(usize::try_from(-whole).unwrap_or(0)))
    } else if whole >= count {
        format!("{digits}{}", "0".repeat(usize::try_from(whole - count).unwrap_or(0)))
    } else {
        let (before, after) = digits.split_at(usize::try_from(whole).expect("positive"));
        format!("{before}.{after}")
    };
    format!("{sign}{moved}%")
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
