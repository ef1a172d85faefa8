//! The sheet of samples: how many interviews a unit takes and what they achieve.

use super::page::{Page, remarks, sum, tenths, unit_width, word};
use super::{Plan, UnitPlan, percent, points};
use crate::facts::survey::plan::Bound;
use crate::views::receipt::Look;
use rust_xlsxwriter::{Worksheet, XlsxError};

/// A column: its heading, its width in characters, and what stands in it for a unit.
struct Column {
    heading: String,
    width: u16,
    of: fn(&UnitPlan) -> Cell,
}

enum Cell {
    Count(Option<u32>),
    Points(f64),
    Text(String),
}

pub(super) fn sheet(plan: &Plan<'_>) -> Result<Worksheet, XlsxError> {
    let columns = columns(plan);
    let widths = std::iter::once(unit_width(plan)).chain(columns.iter().map(|column| column.width)).collect();
    let mut page = Page::new(plan, "样本量", widths, false)?;
    let index = &plan.definitions.index;
    let header_row = page.title(plan, 0, "样本量", &plan.terms_line())?;
    let headings = columns.iter().map(|column| column.heading.clone());
    let headings: Vec<String> = std::iter::once(index.unit_word.clone()).chain(headings).collect();
    page.headings(header_row, &headings)?;
    let mut row = header_row + 1;
    for unit in &plan.units {
        page.name(row, &plan.definitions.units.units[unit.unit].name, &word())?;
        for (at, column) in (1..).zip(&columns) {
            match (column.of)(unit) {
                Cell::Count(count) => page.count(row, at, count)?,
                Cell::Points(share) => page.number(row, at, points(share).value(), &tenths())?,
                Cell::Text(text) => page.text(row, at, &text, &Look::figure())?,
            }
        }
        row += 1;
    }
    page.name(row, &index.total_word, &word().set_bold())?;
    match plan.people() {
        Some(people) => page.number(row, 1, large(people), &sum())?,
        None => page.text(row, 1, "—", &Look::figure())?,
    }
    page.number(row, 2, large(plan.interview_count()), &sum())?;
    page.number(row, 3, large(plan.contact_count()), &sum())?;
    for column in 4..=page.last() {
        page.text(row, column, "", &Look::figure())?;
    }
    let said = [
        "样本量是完成的有效答卷数。区间为威尔逊区间;误差和区间都已计入设计效应。".to_owned(),
        super::notes::law().to_owned(),
    ];
    let end = remarks(&mut page, row + 1, &said)?;
    page.done((header_row, header_row), end - 1)
}

/// The columns; those that have sums come first.
fn columns(plan: &Plan<'_>) -> Vec<Column> {
    let rate = percent(plan.terms.rate);
    let column = |heading: &str, width, of| Column { heading: heading.to_owned(), width, of };
    let mut columns = vec![
        column("人口数", 11, |unit| Cell::Count(unit.population)),
        column("样本量\n(份)", 10, |unit| Cell::Count(Some(unit.size.interviews))),
        column("需联系\n(人)", 10, |unit| Cell::Count(Some(unit.size.contacts))),
        column("由什么定", 12, |unit| Cell::Text(bound(unit.size.bound).to_owned())),
        column("最大误差±\n(百分点)", 13, |unit| Cell::Points(unit.precision.worst_case)),
    ];
    if !plan.is_worst_case() {
        let heading = format!("占比{rate}误差±\n(百分点)");
        columns.push(column(&heading, 17, |unit| Cell::Points(unit.precision.wald)));
    }
    columns.push(column(&format!("占比{rate}的\n区间(%)"), 16, |unit| {
        Cell::Text(format!("{}–{}", points(unit.precision.wilson_low), points(unit.precision.wilson_high)))
    }));
    columns.push(column("可辨差异\n(百分点)", 13, |unit| Cell::Points(unit.precision.detectable)));
    columns
}

fn bound(bound: Bound) -> &'static str {
    match bound {
        Bound::Target => "目标",
        Bound::Floor => "下限",
        Bound::Population => "全部人口",
    }
}

/// A sum of counts as a number of a cell.
#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(super) fn large(count: u64) -> f64 {
    count as f64
}
