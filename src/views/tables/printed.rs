//! A printed figure as a number that looks the same: the workbook can compute with it.

/// The number format under which `value` looks like `printed`; `None` where no format does that.
pub(super) fn format_of(printed: &str, value: f64) -> Option<String> {
    const ARROWS: &str = "\"↑\"0;\"↓\"0;\"—\"";
    if printed == "—" {
        return (value == 0.0).then(|| ARROWS.to_owned());
    }
    let is_digit = |letter: char| letter.is_ascii_digit();
    let start = printed.find(is_digit)?;
    let end = printed.rfind(is_digit)? + 1;
    let (before, digits, after) = (&printed[..start], &printed[start..end], &printed[end..]);
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if format!("{:.decimals$}", value.abs()) != digits || before.chars().count() > 2 || printed.contains('"') {
        return None;
    }
    let number = if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals)) };
    let quoted = |text: &str| if text.is_empty() { String::new() } else { format!("\"{text}\"") };
    let after = quoted(after);
    let is_negative = value < 0.0 && value.abs() > 0.0;
    Some(match before {
        "" if is_negative => return None,
        "" => format!("{number}{after}"),
        "-" if is_negative => format!("{number}{after}"),
        "+" | "−" if is_negative == (before == "−") => {
            format!("\"+\"{number}{after};\"−\"{number}{after};{number}{after}")
        }
        "↑" | "↓" => ARROWS.to_owned(),
        _ if is_negative => return None,
        _ => format!("{}{number}{after}", quoted(before)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_keep_their_decimals_signs_and_units() {
        for (printed, value, format) in [
            ("81.20", 81.2, "0.00"),
            ("-0.30", -0.3, "0.00"),
            ("98.50%", 98.5, "0.00\"%\""),
            ("12 户", 12.0, "0\" 户\""),
            ("并列3", 3.0, "\"并列\"0"),
            ("+1.24", 1.24, "\"+\"0.00;\"−\"0.00;0.00"),
            ("−0.30", -0.3, "\"+\"0.00;\"−\"0.00;0.00"),
            ("−0.50", 0.5, "\"−\"0.00"),
            ("↓2", -2.0, "\"↑\"0;\"↓\"0;\"—\""),
            ("—", 0.0, "\"↑\"0;\"↓\"0;\"—\""),
        ] {
            assert_eq!(format_of(printed, value).as_deref(), Some(format), "{printed}");
        }
    }

    #[test]
    fn what_is_no_plain_figure_stays_text() {
        for (printed, value) in [("甲、乙 81.20", 81.2), ("●", 3.0), ("", 1.0), ("2 之 3", 2.0), ("\"1", 1.0)] {
            assert_eq!(format_of(printed, value), None, "{printed}");
        }
    }
}
