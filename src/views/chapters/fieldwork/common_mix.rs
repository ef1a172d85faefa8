//! Figures at the age and sex of everybody together, beside the figures as they are.

use super::{Arrived, Row, open, question_name, value_cell};
use crate::definitions::decimal::plain;
use crate::facts::survey::AtCommonMix;
use crate::views::chapters::cells::{self, Layout};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Table};

/// Empty where no survey figure is known by class of respondent.
pub(super) fn blocks(view: &Comparison<'_>, own: Arrived<'_>) -> Vec<Block> {
    let rows: Vec<Row<'_>> = own.rows().filter(|row| row.result.at_common_mix.iter().any(Option::is_some)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let summary = "各单位的年龄、性别结构相同时".to_owned();
    vec![Block::Fold { summary, blocks: vec![Block::Table(table(view, own, &rows))] }]
}

fn table(view: &Comparison<'_>, own: Arrived<'_>, rows: &[Row<'_>]) -> Table {
    let index = &view.definitions.index;
    let mut layout = Layout::new().column(Column::text(&index.unit_word), |unit| cells::unit(view, unit));
    for row in rows.iter().copied() {
        let head = question_name(row.question);
        let standardised = move |unit: usize| {
            open(row.result.units[unit])?;
            row.result.at_common_mix.get(unit).copied().flatten()
        };
        let printed = |found: AtCommonMix| {
            let part = if found.covered < 0.9995 { "*" } else { "" };
            Cell::number(format!("{}{part}", plain(found.value, 2)), found.value)
        };
        layout = layout
            .column(Column::number("估计值").under(&head), move |unit| {
                value_cell(row.question, row.result.units[unit])
            })
            .column(Column::number("标准化").under(&head), move |unit| {
                standardised(unit).map_or_else(cells::dash, printed)
            })
            .column(Column::number("标准误").under(&head), move |unit| {
                standardised(unit).map_or_else(cells::dash, |found| cells::number(found.standard_error, 2))
            });
    }
    let caption = format!("{}：按{}合计的人口结构标准化", own.survey.name, index.total_word);
    let mut table = layout.table(own.anchor("common-mix"), caption, view.presented());
    table.notes.push(format!(
        "标准化（直接法）：把各类受访者的结果按{}合计的人口比例加起来，看结构不同带来多少差别；不计分。* 有的类没有答卷，按其余各类推算。",
        index.total_word
    ));
    table
}
