//! `tables.xlsx`: every table of the report as a workbook to sort, filter, recompute and draw from.
//!
//! The same assessment gives the same bytes. Texts are always written as texts; formulas are ours alone.

mod calculation;
mod details;
mod frame;
mod grid;
mod pictures;
mod printed;
mod scores;

use super::chapters::{adjustments, closing, elements, methods, results};
use super::comparison::Comparison;
use super::document::{Cell, Column, Row, RowKind, Table, Tone};
use super::figures::trend_periods;
use super::receipt::{Look, plain};
use crate::definitions::RuleKind;
use crate::support::ledger::Counts;
use crate::support::list::{SupportEntry, SupportLine};
use frame::{Frame, TOP};
use grid::color;
use pictures::{Ranges, ranking_columns};
use rust_xlsxwriter::{ConditionalFormatDataBar, DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

/// Names of the sheets that charts draw from.
const RANKING: &str = "综合得分";
const TREND: &str = "走势";

/// The current period with everything it is compared with in, the bytes of the workbook out.
///
/// For an assessment with an index; one of commitments alone has no tables of this kind. Formulas carry our values as
/// results, so that programs that do not compute show the same.
pub(super) fn workbook(view: &Comparison<'_>) -> anyhow::Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let title = format!("{}{}结果表", view.definitions.index.name, view.current.period.title());
    // The writer would put in the clock's date.
    let properties =
        DocProperties::new().set_title(plain(&title)).set_creation_datetime(&ExcelDateTime::from_ymd(2022, 1, 1)?);
    workbook.set_properties(&properties);
    for sheet in sheets(view)? {
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

fn sheets(view: &Comparison<'_>) -> Result<Vec<Worksheet>, XlsxError> {
    let mut ranges = Ranges { ranking: None, trend: None };
    let nothing = |_: &mut Frame, _: &grid::Placed| Ok(());
    let mut sheets = vec![grid::sheet(view, "总指数", &elements::element_table(view), nothing)?];
    let ranking = results::ranking(view);
    sheets.push(grid::sheet(view, RANKING, &ranking, |frame, placed| {
        if let Some((name, score)) = ranking_columns(&ranking).filter(|_| !ranking.rows.is_empty()) {
            let bars = ConditionalFormatDataBar::new()
                .set_fill_color(color(view.assessment.theme.palette.main_pale))
                .set_border_color(color(view.assessment.theme.palette.main))
                .set_solid_fill(true);
            frame.sheet.add_conditional_format(placed.first_row, score, placed.last_row, score, &bars)?;
            // Units without a score come last and have no bar.
            let settled = &view.current.settlement.units;
            let scored = settled.iter().filter(|settled| settled.final_score.is_some()).count();
            if let Some(last) = u32::try_from(scored).ok().and_then(|scored| scored.checked_sub(1)) {
                let placed = grid::Placed { last_row: placed.first_row + last, ..*placed };
                ranges.ranking = Some((placed, name, score));
            }
        }
        Ok(())
    })?);
    sheets.push(scores::sheet(view)?);
    sheets.push(details::sheet(view)?);
    sheets.push(calculation::sheet(view)?);
    if view.has_rules {
        sheets.extend(loop_sheets(view)?);
    }
    if trend_periods(view).len() > 1 {
        let trend = elements::trend_table(view);
        let last = u16::try_from(trend.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        sheets.push(grid::sheet(view, TREND, &trend, |_, placed| {
            ranges.trend = Some((grid::Placed { ..*placed }, last));
            Ok(())
        })?);
    }
    sheets.push(pictures::sheet(view, &ranges)?);
    sheets.push(grid::sheet(view, "权重", &methods::weights(view), nothing)?);
    sheets.push(grid::sheet(view, "赋分方法", &methods::indicators(view), nothing)?);
    sheets.push(method(view)?);
    Ok(sheets)
}

/// What rules gave and took, and what follows.
fn loop_sheets(view: &Comparison<'_>) -> Result<Vec<Worksheet>, XlsxError> {
    let nothing = |_: &mut Frame, _: &grid::Placed| Ok(());
    let all: Vec<usize> = (0..view.current.settlement.adjustments.len()).collect();
    let mut adjusted = adjustments::table(view, "adjustments", "加减分明细", &all, true);
    told_if_empty(&mut adjusted, "本期没有触发任何加减分规则。");
    let mut sheets = vec![grid::sheet(view, "加减分", &adjusted, nothing)?];
    let mut counts = ledger(view);
    told_if_empty(&mut counts, "台账里没有问题。");
    sheets.push(grid::sheet(view, "整改台账", &counts, nothing)?);
    if view.definitions.rules.rules.iter().any(|rule| rule.kind == RuleKind::Support) {
        let entries = &view.current.closing.support.entries;
        let rows: Vec<(&SupportEntry, &SupportLine)> =
            entries.iter().flat_map(|entry| entry.lines.iter().map(move |line| (entry, line))).collect();
        let mut supported = closing::lines(view, "support", "补劣支持清单", &rows, true);
        told_if_empty(&mut supported, "本期没有列入支持清单的事项。");
        sheets.push(grid::sheet(view, "支持清单", &supported, nothing)?);
    }
    Ok(sheets)
}

fn told_if_empty(table: &mut Table, said: &str) {
    if table.rows.is_empty() {
        table.notes = vec![said.to_owned()];
    }
}

/// The ledger in numbers, unit by unit; the problems themselves are in `ledger.xlsx`.
fn ledger(view: &Comparison<'_>) -> Table {
    let ledger = &view.current.closing.ledger;
    let (now, last) = view.words();
    let mut columns = vec![Column::text(&view.definitions.index.unit_word)];
    let heads =
        [&format!("{last}结转"), &format!("{now}新增"), "已销号", "长期坚持", "撤销", "期末未销号", "其中逾期", "反弹"];
    columns.extend(heads.map(|head: &str| Column::number(head)));
    columns.push(Column::number("销号率（含新增）"));
    let mut table = Table::new("ledger", "整改销号情况", columns);
    for (&unit, counts) in &ledger.counts_by_unit() {
        table.rows.push(count_row(&view.definitions.units.units[unit].name, counts));
    }
    if !table.rows.is_empty() {
        table.rows.push(count_row("合计", &ledger.counts()).kind(RowKind::Total));
    }
    table.notes.push(format!(
        "{last}结转 + {now}新增 − 已销号 − 长期坚持 − 撤销 = 期末未销号。销号率（含新增）= 已销号 ÷（结转 + 新增）；通报里的销号率只算结转的。逐项见 ledger.xlsx。"
    ));
    table
}

fn count_row(name: &str, counts: &Counts) -> Row {
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
    let mut cells = vec![Cell::text(name)];
    cells.extend(numbers.map(|count| Cell::number(count.to_string(), f64::from(count))));
    cells.push(match counts.rate() {
        Some(rate) => Cell::number(format!("{rate}%"), rate.value()),
        None => Cell::text("—").tone(Tone::Muted),
    });
    Row::new(cells)
}

/// How scores come about, in words, and where the grades begin.
fn method(view: &Comparison<'_>) -> Result<Worksheet, XlsxError> {
    let title = format!("{}评价方法", view.definitions.index.name);
    let mut frame = Frame::new(view, "方法", &title, vec![6, 40, 40, 24])?;
    let words = Look::words();
    let mut row = TOP;
    for (number, step) in (1..).zip(methods::steps(view)) {
        frame.span(row, 3, &format!("{number}. {step}"), &words)?;
        frame.sheet.set_row_height(row, super::receipt::height(&step, 104, 11.0))?;
        row += 1;
    }
    row += 1;
    for grade in &methods::grades(view).rows {
        let said: Vec<String> = grade.cells.iter().map(Cell::shown).collect();
        frame.span(row, 3, &said.join("："), &words)?;
        row += 1;
    }
    frame.done(row)
}
