//! Sums that must close, recomputed from the tables as printed.

use super::annexes::ADJUSTMENTS;
use super::sources::{Sources, millionths, numbers};
use super::tables::{CLOSURE, ELEMENTS, PROJECTS, RANKING};
use crate::views::document::{Row, Table};

/// Every sum that does not close, in words. A cell without a number counts nothing.
pub(super) fn faults(sources: &Sources, unit_header: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(table) = sources.table(RANKING) {
        faults.extend(rows(table, &["基础分", "加分", "扣分"], "综合得分"));
    }
    if let Some(table) = sources.table(CLOSURE) {
        let total = table.columns[0].header.clone();
        faults.extend(rows(table, &["已销号", "整改中", "逾期", "长期坚持", "撤销"], &total));
    }
    if let Some(table) = sources.table(ELEMENTS) {
        faults.extend(lights(table));
    }
    if let (Some(tasks), Some(_)) = (sources.table("bulletin-tasks"), sources.table(PROJECTS)) {
        faults.extend(columns(tasks));
    }
    if let (Some(ranking), Some(adjustments)) = (sources.table(RANKING), sources.table(ADJUSTMENTS)) {
        faults.extend(points(ranking, adjustments, unit_header));
    }
    faults
}

fn at(table: &Table, header: &str) -> Option<usize> {
    table.columns.iter().position(|column| column.header == header)
}

fn value(row: &Row, column: usize) -> i128 {
    let first = numbers(&row.cells[column].shown()).into_iter().next();
    first.and_then(|number| millionths(&number)).unwrap_or(0)
}

/// In every row the parts, with the signs they are printed with, make the total.
fn rows(table: &Table, parts: &[&str], total: &str) -> Vec<String> {
    let Some(total_column) = at(table, total) else { return Vec::new() };
    let parts: Vec<usize> = parts.iter().filter_map(|part| at(table, part)).collect();
    if parts.is_empty() {
        return Vec::new();
    }
    let open = |row: &&Row| {
        let sum: i128 = parts.iter().map(|&part| value(row, part)).sum();
        sum != value(row, total_column)
    };
    let told =
        |row: &Row| format!("{}：“{}”一行各部分之和不等于{total}", table.caption, row.cells[table.row_header].shown());
    table.rows.iter().filter(open).map(told).collect()
}

/// The lights of the elements right below the whole make those of the whole, in every column of lights.
fn lights(table: &Table) -> Vec<String> {
    let Some((total, rows)) = table.rows.split_last() else { return Vec::new() };
    let open = |header: &&&str| {
        let Some(column) = at(table, header) else { return false };
        // Elements further down are set in and counted with the one above them.
        let own = rows.iter().filter(|row| !row.cells[0].shown().starts_with('\u{3000}'));
        own.map(|row| value(row, column)).sum::<i128>() != value(total, column)
    };
    let headers = ["绿●", "黄▲", "红■", "无灯"];
    headers.iter().filter(open).map(|header| format!("{}：{header}一列之和不等于合计", table.caption)).collect()
}

/// Every column of figures adds up to its last row.
fn columns(table: &Table) -> Vec<String> {
    let Some((total, rows)) = table.rows.split_last() else { return Vec::new() };
    let open = |column: &usize| {
        let sum: i128 = rows.iter().map(|row| value(row, *column)).sum();
        sum != value(total, *column)
    };
    let told = |column: usize| format!("{}：“{}”一列之和不等于合计", table.caption, table.columns[column].header);
    (1..table.columns.len()).filter(open).map(told).collect()
}

/// The adjustments of a unit make its bonus and its deduction.
fn points(ranking: &Table, adjustments: &Table, unit_header: &str) -> Vec<String> {
    let columns = (at(ranking, "加分"), at(ranking, "扣分"), at(adjustments, "计分"), at(adjustments, unit_header));
    let (Some(bonus), Some(deduction), Some(points), Some(unit)) = columns else { return Vec::new() };
    let open = |row: &&Row| {
        let name = row.cells[ranking.row_header].shown();
        let own = adjustments.rows.iter().filter(|line| line.cells[unit].shown() == name);
        own.map(|line| value(line, points)).sum::<i128>() != value(row, bonus) + value(row, deduction)
    };
    let told = |row: &Row| format!("“{}”的加减分明细与加分、扣分对不上", row.cells[ranking.row_header].shown());
    ranking.rows.iter().filter(open).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::document::{Cell, Column};

    fn ranking(cells: [&str; 5]) -> Sources {
        let heads = ["镇街", "基础分", "加分", "扣分", "综合得分"].map(Column::text);
        let mut table = Table::new(RANKING, "表2", heads.to_vec());
        table.rows.push(Row::new(cells.map(Cell::text).to_vec()));
        let mut sources = Sources::default();
        sources.add(table);
        sources
    }

    #[test]
    fn base_and_bonus_less_deduction_is_the_final_score_as_printed() {
        assert!(faults(&ranking(["甲镇", "84.49", "+10.00", "−2.00", "92.49"]), "镇街").is_empty());
        let told = faults(&ranking(["甲镇", "84.49", "+10.00", "−2.00", "92.50"]), "镇街");
        assert!(told.len() == 1 && told[0].contains("甲镇"), "{told:?}");
    }

    #[test]
    fn problems_of_the_last_period_are_closed_open_overdue_put_off_or_cancelled() {
        let heads = ["上季问题", "已销号", "整改中", "逾期", "长期坚持", "撤销", "反弹"].map(Column::number);
        let mut table = Table::new(CLOSURE, "表4", heads.to_vec());
        // reports.md §1.6: 17 + 4 + 2 = 23.
        table.rows.push(Row::new(["23", "17", "4", "2", "0", "0", "1"].map(Cell::text).to_vec()));
        let mut sources = Sources::default();
        sources.add(table.clone());
        assert!(faults(&sources, "镇街").is_empty());
        table.rows[0].cells[1] = Cell::text("16");
        let mut sources = Sources::default();
        sources.add(table);
        assert_eq!(faults(&sources, "镇街").len(), 1);
    }

    #[test]
    fn the_points_of_the_annex_are_those_of_the_ranking() {
        let mut sources = ranking(["甲镇", "80.00", "+1.50", "−0.50", "81.00"]);
        let heads = ["镇街", "计分"].map(Column::text);
        let mut table = Table::new(ADJUSTMENTS, "明细", heads.to_vec());
        for points in ["+1.00", "+0.50", "−0.50"] {
            table.rows.push(Row::new(["甲镇", points].map(Cell::text).to_vec()));
        }
        let mut short = table.clone();
        sources.add(table);
        assert!(faults(&sources, "镇街").is_empty());
        short.rows.pop();
        let mut sources = ranking(["甲镇", "80.00", "+1.50", "−0.50", "81.00"]);
        sources.add(short);
        assert_eq!(faults(&sources, "镇街").len(), 1);
    }
}
