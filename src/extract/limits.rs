//! How much one delivered file may cost, whatever it claims: all of it together stays below 512 MiB.

use super::RawValue;

/// Bytes of a file.
pub(super) const MAX_FILE: usize = 64 << 20;

/// Bytes of a web page: a tag may have as many attributes as fit into it, and they are held together.
pub(super) const MAX_PAGE: usize = 16 << 20;

/// Cells of a table, blank ones between others included.
pub(super) const MAX_CELLS: u64 = 6_000_000;

/// Filled cells of a workbook, which are held twice while its sheets are laid out.
pub(super) const MAX_FILLED: u64 = 3_000_000;

/// Bytes of all texts of a file.
pub(super) const MAX_TEXT: usize = 64 << 20;

/// Bytes of one cell: three times what a spreadsheet program can hold in one, as UTF-8.
pub(super) const MAX_FIELD: usize = 3 * 32_767;

/// Last column and row that any spreadsheet program has.
pub(super) const LAST: (u32, u32) = (1_048_575, 16_383);

/// A table may be this large and mostly blank; a larger one is taken for a stray cell far away.
const SPARSE_CELLS: u64 = 1_000_000;

/// Of a larger table one cell in so many must be filled.
const SPARSE_SHARE: u64 = 50;

/// Whether a rectangle with so many filled cells may be laid out.
pub(super) fn is_reasonable(height: u64, width: u64, filled: u64) -> bool {
    let area = height.saturating_mul(width);
    area <= MAX_CELLS && (area <= SPARSE_CELLS || filled.saturating_mul(SPARSE_SHARE) >= area)
}

/// What the cells of one file may still cost.
pub(super) struct Budget {
    filled: u64,
    text: usize,
}

impl Budget {
    /// For a file with so many filled cells at most.
    pub(super) fn new(filled: u64) -> Self {
        Budget { filled, text: MAX_TEXT }
    }

    /// Takes a filled cell; false where nothing is left.
    #[must_use]
    pub(super) fn takes(&mut self, value: &RawValue) -> bool {
        let text = match value {
            RawValue::Text(text) | RawValue::Error(text) => text.len(),
            _ => 0,
        };
        let fits = self.filled > 0 && self.text >= text;
        if fits {
            self.filled -= 1;
            self.text -= text;
        }
        fits
    }

    /// Takes so many copies of a text; false where they do not fit.
    #[must_use]
    pub(super) fn copies(&mut self, value: &RawValue, count: u64) -> bool {
        let RawValue::Text(text) = value else { return true };
        let cost = usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(text.len());
        let fits = self.text >= cost;
        if fits {
            self.text -= cost;
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_ends_with_its_cells_or_its_text() {
        let mut budget = Budget::new(2);
        assert!(budget.takes(&RawValue::Number(1.0)) && budget.takes(&RawValue::Number(1.0)));
        assert!(!budget.takes(&RawValue::Number(1.0)));
        let long = RawValue::Text("x".repeat(MAX_TEXT / 2).into());
        let mut budget = Budget::new(9);
        assert!(budget.takes(&long) && !budget.copies(&long, 2) && budget.copies(&long, 1) && !budget.takes(&long));
        assert!(budget.copies(&RawValue::Number(1.0), u64::MAX));
    }

    #[test]
    fn a_large_table_must_be_filled_and_a_small_one_need_not() {
        assert!(is_reasonable(1_000, 1_000, 2));
        assert!(is_reasonable(100_000, 30, 100_000));
        assert!(!is_reasonable(1_048_576, 16_384, 2));
        assert!(!is_reasonable(100_000, 30, 2));
        assert!(!is_reasonable(u64::MAX, u64::MAX, u64::MAX));
    }
}
