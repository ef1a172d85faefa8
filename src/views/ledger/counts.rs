//! The sheet of counts (进度): all problems, those of each unit, those of each helper.

use super::{mark, page, span, write};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::definitions::standard::LEDGER_COUNTS;
use crate::support::Ledger;
use crate::support::ledger::{Cell, Counts};
use crate::views::receipt::Look;
use rust_xlsxwriter::{Worksheet, XlsxError};

const LAST: u16 = 9;

pub(super) fn sheet(definitions: &Definitions, period: Period, ledger: &Ledger) -> Result<Worksheet, XlsxError> {
    let index = &definitions.index;
    let mut sheet = page(definitions, period, LEDGER_COUNTS)?;
    sheet.set_paper_size(9);
    for column in 0..=LAST {
        sheet.set_column_width(column, if column == 0 { 26 } else { 11 })?;
    }
    span(&mut sheet, 0, LAST, &format!("{}整改进度({})", index.name, period.title()), &Look::title())?;
    sheet.set_row_height(0, 28)?;
    span(&mut sheet, 1, LAST, &ledger.carried().sentence(period.frequency), &Look::words())?;
    span(&mut sheet, 2, LAST, &mark(index), &Look::remark())?;
    let mut row = 4;
    let mut block = |name: &str, lines: &[(String, Counts)]| -> Result<(), XlsxError> {
        heads(&mut sheet, row, index, name)?;
        for (label, counts) in lines {
            row += 1;
            line(&mut sheet, row, label, counts)?;
        }
        row += 2;
        Ok(())
    };
    let unit_word = if index.unit_word.is_empty() { "单位" } else { &index.unit_word };
    let by_unit = ledger.counts_by_unit();
    let mut units: Vec<(String, Counts)> =
        by_unit.iter().map(|(&unit, counts)| (definitions.units.units[unit].name.clone(), *counts)).collect();
    units.push(("合计".to_owned(), ledger.counts()));
    block(unit_word, &units)?;
    let mut helpers: Vec<(String, Counts)> = Vec::new();
    for (name, counts) in ledger.counts_by_helper() {
        helpers.push((if name.is_empty() { "(未定)".to_owned() } else { name }, counts));
    }
    helpers.push(("合计".to_owned(), ledger.counts()));
    block("帮扶(配合)单位", &helpers)?;
    let (now, before) = index.frequency.words();
    let note =
        format!("{before}结转 + {now}新增 − 已销号 − 长期坚持 − 撤销 = 期末未销号。销号率 = 已销号 ÷(结转 + 新增)。");
    span(&mut sheet, row, LAST, &note, &Look::remark())?;
    Ok(sheet)
}

fn heads(sheet: &mut Worksheet, row: u32, index: &crate::definitions::Index, name: &str) -> Result<(), XlsxError> {
    let (now, before) = index.frequency.words();
    let names = [
        name.to_owned(),
        format!("{before}结转"),
        format!("{now}新增"),
        "已销号".to_owned(),
        "长期坚持".to_owned(),
        "撤销".to_owned(),
        "期末未销号".to_owned(),
        "其中逾期".to_owned(),
        "反弹".to_owned(),
        "销号率(%)".to_owned(),
    ];
    let heading = Look::heading();
    for (column, name) in (0..).zip(names) {
        write(sheet, row, column, &Cell::Text(name), &heading)?;
    }
    Ok(())
}

fn line(sheet: &mut Worksheet, row: u32, label: &str, counts: &Counts) -> Result<(), XlsxError> {
    write(sheet, row, 0, &Cell::Text(label.to_owned()), &Look::boxed())?;
    let numbers = [
        counts.carried,
        counts.added,
        counts.closed,
        counts.long_term,
        counts.cancelled,
        counts.open,
        counts.overdue,
        counts.relapsed,
    ];
    let figure = Look::figure();
    for (column, number) in (1..).zip(numbers) {
        write(sheet, row, column, &Cell::Number(number), &figure)?;
    }
    match counts.rate() {
        Some(rate) => {
            sheet.write_number_with_format(row, LAST, rate.value(), &figure.clone().set_num_format("0.0"))?;
        }
        None => write(sheet, row, LAST, &Cell::Text("—".to_owned()), &figure)?,
    }
    Ok(())
}
