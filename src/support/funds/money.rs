//! Money in whole 分: read exactly, printed exactly, no float in between.

use crate::definitions::fold;
use std::fmt;

/// Decimals of an amount in 万元: one 分 is a millionth of it.
const DECIMALS: usize = 6;
/// Decimals that are always printed.
const PRINTED: usize = 2;
/// More digits before the point than any budget has.
const MOST_DIGITS: usize = 9;

/// An amount of money in whole 分. Displays in 万元, with two decimals or as many more as it needs: `2.00`, `0.123456`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// So many 分.
    pub fn of_fen(fen: i64) -> Self {
        Money(fen)
    }

    /// The amount in 分.
    pub fn fen(self) -> i64 {
        self.0
    }

    /// Reads an amount in 万元 as people write it (`100`, `1,000.50`, `12.5万元`, full-width too), exactly to the 分.
    ///
    /// # Errors
    /// What is wrong with the text, as the end of a Chinese sentence: no number, a sign, or finer than a 分.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        // Brackets around an amount mean less than nothing to an accountant; folding would drop them.
        if text.contains(['(', ')', '\u{FF08}', '\u{FF09}']) {
            return Err("应为大于 0 的数");
        }
        let folded = fold(text);
        let number = folded.strip_suffix("万元").or_else(|| folded.strip_suffix('万')).unwrap_or(&folded);
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let whole = without_separators(whole).ok_or("应为数字")?;
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !are_digits(&whole) || !are_digits(decimals) {
            return Err(if number.starts_with('-') { "应为大于 0 的数" } else { "应为数字" });
        }
        if whole.trim_start_matches('0').len() > MOST_DIGITS {
            return Err("大得不像一笔资金");
        }
        let decimals = decimals.trim_end_matches('0');
        if decimals.len() > DECIMALS {
            return Err("比 1 分还细");
        }
        format!("{whole}{decimals:0<DECIMALS$}").parse().map(Money).map_err(|_| "应为数字")
    }

    /// A share of the amount, rounded half up to the 分. `share` is exact to nine decimals.
    pub(super) fn share(self, share: Share) -> Self {
        let exact = i128::from(self.0) * i128::from(share.0);
        narrow((exact * 2 + Share::WHOLE) / (2 * Share::WHOLE))
    }

    /// The least amount of whole 分 that is not below a share of this one.
    pub(super) fn share_at_least(self, share: Share) -> Self {
        let exact = i128::from(self.0) * i128::from(share.0);
        narrow((exact + Share::WHOLE - 1) / Share::WHOLE)
    }
}

fn narrow(fen: i128) -> Money {
    Money(i64::try_from(fen).expect("a share is not larger than the amount"))
}

/// Drops the commas of `1,000,000`; `None` where they stand elsewhere.
fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut rest = groups.peekable();
    if rest.peek().is_some() && !(1..=3).contains(&first.len()) {
        return None;
    }
    let mut digits = first.to_owned();
    for group in rest {
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

/// A share between 0 and 1 as a whole number of billionths, so that 0.6 is exactly six tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share(i64);

impl Share {
    const WHOLE: i128 = 1_000_000_000;

    /// From a checked definition; clamped to 0–1.
    pub(super) fn of(share: f64) -> Self {
        let rounding = crate::definitions::decimal::Rounding::HalfUp;
        Share(crate::definitions::decimal::Published::round(share.clamp(0.0, 1.0), 9, rounding).steps())
    }
}

impl std::ops::Add for Money {
    type Output = Money;

    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl std::ops::Sub for Money {
    type Output = Money;

    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, |sum, amount| sum + amount)
    }
}

impl Money {
    /// The amount in yuan, to the fen: `2000.35`.
    pub fn yuan(self) -> String {
        let fen = self.0.unsigned_abs();
        format!("{}{}.{:02}", if self.0 < 0 { "-" } else { "" }, fen / 100, fen % 100)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = 10_u64.pow(u32::try_from(DECIMALS).expect("six"));
        let (whole, rest) = (self.0.unsigned_abs() / unit, self.0.unsigned_abs() % unit);
        let decimals = format!("{rest:0DECIMALS$}");
        let kept = decimals.trim_end_matches('0').len().max(PRINTED);
        write!(formatter, "{}{whole}.{}", if self.0 < 0 { "-" } else { "" }, &decimals[..kept])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_read_to_the_fen_without_a_float() {
        for (text, fen) in [
            ("100.00", 100_000_000),
            ("100", 100_000_000),
            ("0.000001", 1),
            ("0.1", 100_000),
            (" 1,234.5 ", 1_234_500_000),
            ("12.3456780", 12_345_678),
            ("12.5万元", 12_500_000),
            ("123456789.123457", 123_456_789_123_457),
        ] {
            assert_eq!(Money::read(text), Ok(Money(fen)), "{text}");
        }
        let finer = Money::read("0.0000015").expect_err("finer than a 分");
        assert!(finer.contains('分'));
        for text in ["", "约100", "-5", "(100)", "1.2.3", "1e3", "12,34", ".5", "1234567890", "1,,000", "100元"] {
            assert!(Money::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_amount_prints_two_decimals_and_more_only_where_it_has_them() {
        for (fen, text) in
            [(2_000_000, "2.00"), (1, "0.000001"), (123_450, "0.12345"), (-500_000, "-0.50"), (0, "0.00")]
        {
            assert_eq!(Money(fen).to_string(), text);
        }
    }

    #[test]
    fn six_tenths_are_exact_and_half_a_fen_goes_up() {
        assert_eq!(Money(100).share(Share::of(0.6)), Money(60));
        assert_eq!(Money(5).share(Share::of(0.5)), Money(3));
        assert_eq!(Money(5).share_at_least(Share::of(0.5)), Money(3));
        assert_eq!(Money(4).share_at_least(Share::of(0.5)), Money(2));
        assert_eq!(Money(10).share_at_least(Share::of(0.01)), Money(1));
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_the_same_amount(fen in 0_i64..=999_999_999_999_999) {
            prop_assert_eq!(Money::read(&Money(fen).to_string()), Ok(Money(fen)));
        }
    }
}
