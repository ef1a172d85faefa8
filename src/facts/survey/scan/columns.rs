//! Columns of a typed file in, columns as the codebook takes them out.

use super::super::encode::{Answers, Texts};
use super::super::tally::BLANK;
use polars::prelude::{Column, DataType, PolarsResult, StringChunked};
use std::collections::HashMap;

/// Numbers by row; a gap is 0, which is no weight.
pub(super) fn numbers(column: &Column) -> PolarsResult<Vec<f64>> {
    let column = column.cast(&DataType::Float64)?;
    let numbers = column.f64()?;
    Ok(numbers.iter().map(|number| number.filter(|number| number.is_finite()).unwrap_or(0.0)).collect())
}

/// Answers: small whole numbers as they are, anything else as texts.
pub(super) fn answers(column: &Column) -> PolarsResult<Answers> {
    if let DataType::UInt8 = column.dtype() {
        let numbers = column.u8()?;
        let mut codes = Vec::with_capacity(numbers.len());
        for chunk in numbers.downcast_iter().filter(|_| numbers.null_count() == 0) {
            codes.extend_from_slice(chunk.values().as_slice());
        }
        if codes.len() == numbers.len() && !codes.contains(&BLANK) {
            return Ok(Answers::Numbers(codes));
        }
    }
    if column.dtype().is_integer() {
        let whole = column.cast(&DataType::Int64)?;
        let whole = whole.i64()?;
        let small = |number: Option<i64>| match number {
            None => Some(BLANK),
            Some(number) => u8::try_from(number).ok().filter(|number| *number != BLANK),
        };
        if let Some(numbers) = whole.iter().map(small).collect::<Option<Vec<u8>>>() {
            return Ok(Answers::Numbers(numbers));
        }
    }
    Ok(Answers::Texts(texts(column)?))
}

/// The distinct texts of a column; whole numbers are written without decimals, gaps are empty.
pub(super) fn texts(column: &Column) -> PolarsResult<Texts> {
    let mut numbering = Numbering::new(column.len());
    match column.dtype() {
        DataType::String => of_strings(column.str()?, &mut numbering),
        DataType::Float32 | DataType::Float64 => {
            let numbers = column.cast(&DataType::Float64)?;
            for number in numbers.f64()?.iter() {
                match number {
                    Some(number) => numbering.add(number.to_bits().into(), || number.to_string()),
                    None => numbering.add_blank(),
                }
            }
        }
        dtype if dtype.is_integer() => {
            let numbers = column.cast(&DataType::Int64)?;
            for number in numbers.i64()?.iter() {
                match number {
                    Some(number) => numbering.add(number.cast_unsigned().into(), || number.to_string()),
                    None => numbering.add_blank(),
                }
            }
        }
        _ => of_strings(column.cast(&DataType::String)?.str()?, &mut numbering),
    }
    Ok(numbering.texts)
}

fn of_strings(column: &StringChunked, numbering: &mut Numbering) {
    for chunk in column.downcast_iter() {
        // Marks point into their own chunk.
        numbering.forget_marks();
        for (view, text) in chunk.views().iter().zip(chunk.iter()) {
            match text {
                Some(text) => numbering.add(view.as_u128(), || text),
                None => numbering.add_blank(),
            }
        }
    }
}

/// Marks that are remembered, a power of two: a column has few texts in the main.
const MARKS: u32 = 2_048;
const NO_CODE: u32 = u32::MAX;

/// Numbers the texts of a column in the order in which they come. Rows with equal marks have equal texts, so that a text is
/// looked at only where its mark was not seen lately.
struct Numbering {
    texts: Texts,
    numbers: HashMap<String, u32>,
    marks: Vec<(u128, u32)>,
}

impl Numbering {
    fn new(row_count: usize) -> Self {
        let texts = Texts { distinct: Vec::new(), codes: Vec::with_capacity(row_count) };
        Numbering { texts, numbers: HashMap::new(), marks: vec![(0, NO_CODE); MARKS as usize] }
    }

    fn forget_marks(&mut self) {
        self.marks.fill((0, NO_CODE));
    }

    #[inline]
    fn add<T: AsRef<str>>(&mut self, mark: u128, text: impl FnOnce() -> T) {
        let slot = slot(mark);
        let (known, code) = self.marks[slot];
        let code = if known == mark && code != NO_CODE {
            code
        } else {
            let code = self.number(text().as_ref());
            self.marks[slot] = (mark, code);
            code
        };
        self.texts.codes.push(code);
    }

    fn add_blank(&mut self) {
        let code = self.number("");
        self.texts.codes.push(code);
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(&code) = self.numbers.get(text) {
            return code;
        }
        let code = u32::try_from(self.texts.distinct.len()).expect("a part has fewer rows than 2^32");
        self.texts.distinct.push(text.to_owned());
        self.numbers.insert(text.to_owned(), code);
        code
    }
}

/// Place among the marks.
#[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
fn slot(mark: u128) -> usize {
    let folded = (mark as u64) ^ ((mark >> 64) as u64).rotate_left(29);
    (folded.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - MARKS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(column: &Column) -> Vec<String> {
        let texts = texts(column).expect("a column of texts");
        texts.codes.iter().map(|&code| texts.distinct[code as usize].clone()).collect()
    }

    #[test]
    fn every_row_keeps_its_text_however_long_and_however_many_there_are() {
        let long = |row: usize| format!("第{}村民委员会所在地的一个很长的名字", row * 7 % 3_001);
        let rows: Vec<Option<String>> = (0..9_000)
            .map(|row| match row % 4 {
                0 => None,
                1 => Some(String::new()),
                2 => Some(format!("村{}", row % 97)),
                _ => Some(long(row)),
            })
            .collect();
        let expected: Vec<String> = rows.iter().map(|row| row.clone().unwrap_or_default()).collect();
        let mut column = Column::new("村".into(), &rows[..4_500]);
        column.append(&Column::new("村".into(), &rows[4_500..])).expect("columns of one type");
        assert_eq!(told(&column), expected);
        let texts = texts(&column).expect("a column of texts");
        let distinct: std::collections::BTreeSet<&String> = texts.distinct.iter().collect();
        assert_eq!(distinct.len(), texts.distinct.len(), "every text once");
    }

    #[test]
    fn numbers_are_written_as_they_read_and_gaps_are_empty() {
        assert_eq!(told(&Column::new("村".into(), [Some(-3_i64), None, Some(12)])), ["-3", "", "12"]);
        assert_eq!(told(&Column::new("村".into(), [Some(0.0), Some(-0.5), None])), ["0", "-0.5", ""]);
    }

    #[test]
    fn answers_with_gaps_and_numbers_that_no_code_has_are_not_lost() {
        let of = |column: Column| answers(&column).expect("a column of answers");
        assert!(matches!(of(Column::new("q".into(), [1_u8, 9, 254])), Answers::Numbers(codes) if codes == [1, 9, 254]));
        assert!(
            matches!(of(Column::new("q".into(), [Some(1_u8), None])), Answers::Numbers(codes) if codes == [1, BLANK])
        );
        assert!(
            matches!(of(Column::new("q".into(), [1_u8, BLANK])), Answers::Texts(texts) if texts.distinct == ["1", "255"])
        );
        assert!(
            matches!(of(Column::new("q".into(), [1_i64, 300])), Answers::Texts(texts) if texts.distinct == ["1", "300"])
        );
    }
}
