//! What is odd about a sheet beside its cells, in the words of the clerk who sent it.

use super::sheet::{Area, Oddities};
use crate::audit::{Audit, CellRef, Code, Diagnostic, Place};

/// Formulas that were never computed.
pub(super) fn formulas(oddities: &Oddities, place: &Place, audit: &mut Audit) {
    let formulas = &oddities.formulas;
    let Some(&first) = formulas.first.first() else { return };
    let cells = formulas.named(CellRef::to_string);
    let message = format!("有 {} 个公式没有算出的结果({cells}),按空白处理", formulas.count);
    audit.note(
        Diagnostic::new(Code::FormulaWithoutValue, Place { cell: Some(first), ..place.clone() }, message)
            .found(cells)
            .help("请用 Excel 或 WPS 打开,看到数之后保存一次再报送"),
    );
}

/// Hidden rows and columns with figures in them.
pub(super) fn hidden_cells(area: &Area, oddities: &Oddities, place: &Place, audit: &mut Audit) {
    let (rows, columns) = area.hidden(oddities);
    let row = |row: &u32| format!("{}", row + 1);
    let column = |column: &u32| CellRef { row: 0, column: *column }.to_string().trim_end_matches('1').to_owned();
    let mut parts = Vec::new();
    if rows.count > 0 {
        parts.push(format!("{} 行(第 {} 行)", rows.count, rows.named(row)));
    }
    if columns.count > 0 {
        parts.push(format!("{} 列({} 列)", columns.count, columns.named(column)));
    }
    if !parts.is_empty() {
        let parts = parts.join("、");
        audit.note(
            Diagnostic::new(Code::CellsHidden, place.clone(), format!("有隐藏的 {parts},已照常读取"))
                .found(parts)
                .help("请取消隐藏、清除筛选,核对里面的内容是否要报;不要的删去"),
        );
    }
}
