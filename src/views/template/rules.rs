//! What may be written into a cell: the same limits as the reader's, checked while somebody types.

use crate::definitions::decimal::plain;
use crate::definitions::forms::may_not_apply;
use crate::definitions::{Definitions, Measure};
use rust_xlsxwriter::{DataValidation, DataValidationRule, Formula, XlsxError};

/// The word for a thing that does not exist here.
pub(super) const NOT_APPLICABLE: &str = "不适用";

/// Longest title and text of a message beside a cell.
const LONGEST_TITLE: usize = 30;
const LONGEST_TEXT: usize = 240;

/// What may be written for a measure.
pub(super) struct Allowed {
    /// Only whole numbers.
    pub(super) is_whole: bool,
    min: Option<f64>,
    max: Option<f64>,
    /// Whether 不适用 may be written, and when.
    pub(super) not_applicable: Option<String>,
}

impl Allowed {
    pub(super) fn of(definitions: &Definitions, position: usize) -> Self {
        let measure = &definitions.measures[position];
        let limit = |bound: f64| (bound.abs() < f64::MAX).then_some(bound);
        Allowed {
            is_whole: definitions.index.count_units.contains(&measure.unit),
            min: limit(measure.min),
            max: limit(measure.max),
            not_applicable: may_not_apply(definitions, position),
        }
    }

    /// In words: 0 及以上的整数.
    pub(super) fn words(&self) -> String {
        let kind = if self.is_whole { "整数" } else { "数" };
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!("{}–{} 的{kind}", plain(min, 6), plain(max, 6)),
            (Some(min), None) => format!("{} 及以上的{kind}", plain(min, 6)),
            (None, Some(max)) => format!("{} 及以下的{kind}", plain(max, 6)),
            (None, None) => kind.to_owned(),
        }
    }

    /// The check of a column of cells, the first of which is `first` (`C7`).
    pub(super) fn validation(&self, measure: &Measure, first: &str) -> Result<DataValidation, XlsxError> {
        let check = match (self.not_applicable.is_some(), self.is_whole) {
            (false, false) => match (self.min, self.max) {
                (Some(min), Some(max)) => number(DataValidationRule::Between(min, max)),
                (Some(min), None) => number(DataValidationRule::GreaterThanOrEqualTo(min)),
                (None, Some(max)) => number(DataValidationRule::LessThanOrEqualTo(max)),
                (None, None) => DataValidation::new().allow_custom(Formula::new(format!("=ISNUMBER({first})"))),
            },
            (false, true) => match (self.min.map(whole), self.max.map(whole)) {
                (Some(Some(min)), None) => {
                    DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(min))
                }
                (Some(Some(min)), Some(Some(max))) => {
                    DataValidation::new().allow_whole_number(DataValidationRule::Between(min, max))
                }
                _ => self.custom(first),
            },
            (true, _) => self.custom(first),
        };
        let calibre = if measure.calibre.is_empty() { String::new() } else { format!("{}\n", measure.calibre) };
        let or_not = if self.not_applicable.is_some() { format!(",或“{NOT_APPLICABLE}”") } else { String::new() };
        let wanted = format!("填{}{or_not}", self.words());
        let hint = format!("{}{wanted}{}", cut(&calibre, LONGEST_TEXT - 80), in_unit(&measure.unit));
        let mistake = format!("应{wanted}{}。没有发生填 0;没有统计的先空着。", in_unit(&measure.unit));
        check
            .ignore_blank(true)
            .set_input_title(cut(&measure.name, LONGEST_TITLE))?
            .set_input_message(cut(&hint, LONGEST_TEXT))?
            .set_error_title("填得不对")?
            .set_error_message(cut(&mistake, LONGEST_TEXT))
    }

    /// Numbers within the limits, or the word. `IF` comes first: the other functions fail on a text.
    fn custom(&self, first: &str) -> DataValidation {
        let mut conditions = Vec::new();
        conditions.extend(self.min.map(|min| format!("{first}>={min}")));
        conditions.extend(self.max.map(|max| format!("{first}<={max}")));
        conditions.extend(self.is_whole.then(|| format!("{first}=INT({first})")));
        let number = if conditions.is_empty() { "TRUE".to_owned() } else { format!("AND({})", conditions.join(",")) };
        let text = match self.not_applicable {
            Some(_) => format!("{first}=\"{NOT_APPLICABLE}\""),
            None => "FALSE".to_owned(),
        };
        DataValidation::new().allow_custom(Formula::new(format!("=IF(ISNUMBER({first}),{number},{text})")))
    }
}

fn number(rule: DataValidationRule<f64>) -> DataValidation {
    DataValidation::new().allow_decimal_number(rule)
}

/// A bound as the whole number that the writer wants, where it is one.
fn whole(bound: f64) -> Option<i32> {
    let is_whole = bound.fract().abs() < f64::EPSILON && bound.abs() <= f64::from(i32::MAX);
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the range, tested above")]
    is_whole.then_some(bound as i32)
}

fn in_unit(unit: &str) -> String {
    if unit.is_empty() { String::new() } else { format!(",以“{unit}”计") }
}

fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest - 1).chain(['…']).collect()
}
