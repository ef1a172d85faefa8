//! The filled cells of a sheet as they are met, then the rectangle around them.

use crate::audit::CellRef;
use crate::extract::limits::{Budget, is_reasonable};
use crate::extract::{Fault, RawTable, RawValue};

/// How many cells, rows or columns a message names.
const NAMED: usize = 3;

/// The first few of many things, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Few<T> {
    pub(crate) first: Vec<T>,
    pub(crate) count: usize,
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Few { first: Vec::new(), count: 0 }
    }
}

impl<T> Few<T> {
    pub(crate) fn push(&mut self, thing: T) {
        if self.first.len() < NAMED {
            self.first.push(thing);
        }
        self.count += 1;
    }

    /// 第 5、6、7 … 行 without the words around it.
    pub(crate) fn named(&self, name: impl Fn(&T) -> String) -> String {
        let names: Vec<String> = self.first.iter().map(name).collect();
        let more = if self.count > self.first.len() { "等" } else { "" };
        format!("{}{more}", names.join("、"))
    }
}

/// First and last of a run of rows or columns.
pub(crate) type Run = (u32, u32);

/// What is known of a sheet beside its cells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Oddities {
    /// Cells with a formula that was never computed.
    pub(crate) formulas: Few<CellRef>,
    /// Hidden rows.
    pub(crate) rows: Vec<Run>,
    /// Hidden columns.
    pub(crate) columns: Vec<Run>,
}

/// The filled cells of a sheet with their absolute places.
#[derive(Default)]
pub(crate) struct Sheet {
    cells: Vec<(CellRef, RawValue)>,
    pub(crate) merges: Vec<(CellRef, CellRef)>,
}

/// What one sheet or file may not cost more of.
pub(crate) fn too_large(recognised: &str) -> Fault {
    Fault::too_large(recognised, "内容太多:超过三百万个有内容的格子,或者文字总量过大,没有读取")
        .help("请只保留要报的表格,删去其他工作表和多余的内容;确实很大的明细请另存为 .csv 再报送")
}

impl Sheet {
    /// Adds a cell; false where the budget is spent.
    #[must_use]
    pub(crate) fn push(&mut self, place: CellRef, value: RawValue, budget: &mut Budget) -> bool {
        if value == RawValue::Empty {
            return true;
        }
        let fits = budget.takes(&value);
        if fits {
            self.cells.push((place, value));
        }
        fits
    }
}

/// The used range of a sheet.
pub(crate) struct Area {
    first: CellRef,
    last: CellRef,
    rows: Vec<Vec<RawValue>>,
    merges: Vec<(CellRef, CellRef)>,
}

impl Area {
    /// The table that it is in a file.
    pub(crate) fn into_table(self, table: RawTable) -> RawTable {
        RawTable { origin: (self.first.row, self.first.column), rows: self.rows, merges: self.merges, ..table }
    }

    /// How many of the hidden rows or columns are among the cells.
    pub(crate) fn hidden(&self, oddities: &Oddities) -> (Few<u32>, Few<u32>) {
        let among = |runs: &[Run], first: u32, last: u32| {
            let mut few = Few::default();
            for &(start, end) in runs {
                for index in start.max(first)..=end.min(last) {
                    few.push(index);
                }
            }
            few
        };
        let rows = among(&oddities.rows, self.first.row, self.last.row);
        (rows, among(&oddities.columns, self.first.column, self.last.column))
    }
}

/// Filled cells in, the rectangle around them out; `None` where nothing is filled.
pub(crate) fn assemble(sheet: Sheet, recognised: &str, budget: &mut Budget) -> Result<Option<Area>, Fault> {
    let Some(&(mut first, _)) = sheet.cells.first() else { return Ok(None) };
    let mut last = first;
    for (place, _) in &sheet.cells {
        first = CellRef { row: first.row.min(place.row), column: first.column.min(place.column) };
        last = CellRef { row: last.row.max(place.row), column: last.column.max(place.column) };
    }
    let height = u64::from(last.row - first.row) + 1;
    let width = u64::from(last.column - first.column) + 1;
    if !is_reasonable(height, width, sheet.cells.len() as u64) {
        let message = format!("工作表的内容从 {first} 一直到 {last},范围太大,没有读取");
        return Err(Fault::too_large(recognised, message)
            .help("很可能有多余的内容落在最末行或最右列:删掉数据以外的行和列,另存后再报送"));
    }
    let index = |row: u32, column: u32| ((row - first.row) as usize, (column - first.column) as usize);
    let blank_row = vec![RawValue::Empty; usize::try_from(width).expect("the width is below the limit")];
    let mut rows = vec![blank_row; usize::try_from(height).expect("the height is below the limit")];
    for (place, value) in sheet.cells {
        let (row, column) = index(place.row, place.column);
        rows[row][column] = value;
    }
    // Merged areas do not overlap in a sound file; the allowance keeps an unsound one from costing more than one pass.
    let mut allowance = height * width;
    let mut merges = Vec::new();
    for (start, end) in sheet.merges {
        let (bottom, right) = (end.row.min(last.row), end.column.min(last.column));
        if start.row < first.row || start.column < first.column || start.row > bottom || start.column > right {
            continue;
        }
        let cost = u64::from(bottom - start.row + 1) * u64::from(right - start.column + 1);
        let (row, column) = index(start.row, start.column);
        if cost > allowance || !budget.copies(&rows[row][column], cost) {
            break;
        }
        allowance -= cost;
        let (end_row, end_column) = index(bottom, right);
        let value = rows[row][column].clone();
        for cells in &mut rows[row..=end_row] {
            cells[column..=end_column].fill(value.clone());
        }
        merges.push((start, CellRef { row: bottom, column: right }));
    }
    Ok(Some(Area { first, last, rows, merges }))
}
