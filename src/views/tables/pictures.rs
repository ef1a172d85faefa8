//! Charts that a reader can change (图): bars of the ranking, lines of the last periods. They draw from the other sheets.

use super::grid::{Placed, color};
use super::{RANKING, TREND};
use crate::views::comparison::Comparison;
use crate::views::document::Table;
use crate::views::tables::frame::Frame;
use rust_xlsxwriter::{Chart, ChartFormat, ChartLine, ChartMarker, ChartSolidFill, ChartType, Worksheet, XlsxError};

/// Rows of 20 pixels.
const ROW: u32 = 20;
const WIDTH: u32 = 900;

/// Where a sheet holds what a chart draws.
pub(super) struct Ranges {
    pub(super) ranking: Option<(Placed, u16, u16)>,
    pub(super) trend: Option<(Placed, u16)>,
}

/// Columns of names and of final scores in the table of the ranking.
pub(super) fn ranking_columns(table: &Table) -> Option<(u16, u16)> {
    let score = table.columns.iter().position(|column| column.header == "综合得分")?;
    Some((u16::try_from(table.row_header).ok()?, u16::try_from(score).ok()?))
}

pub(super) fn sheet(view: &Comparison<'_>, ranges: &Ranges) -> Result<Worksheet, XlsxError> {
    let title = format!("{}得分图", view.current.period.title());
    let mut frame = Frame::new(view, "图", &title, vec![12; 11])?;
    frame.sheet.set_portrait();
    let mut row = 3;
    if let Some((placed, names, scores)) = &ranges.ranking {
        let count = placed.last_row + 1 - placed.first_row;
        let height = (count * 22 + 110).max(200);
        let mut chart = Chart::new(ChartType::Bar);
        chart.title().set_name("综合得分");
        chart
            .add_series()
            .set_name("综合得分")
            .set_categories((RANKING, placed.first_row, *names, placed.last_row, *names))
            .set_values((RANKING, placed.first_row, *scores, placed.last_row, *scores))
            .set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(color(frame.palette.main))))
            .set_gap(40);
        chart.legend().set_hidden();
        // Rank 1 on top.
        chart.y_axis().set_reverse();
        chart.x_axis().set_major_gridlines_line(ChartLine::new().set_color(color(frame.palette.hairline)));
        chart.set_width(WIDTH).set_height(height);
        chart.set_alt_text("各单位综合得分的横条图，数字见“综合得分”表");
        frame.sheet.insert_chart(row, 0, &chart)?;
        row += height / ROW + 2;
    }
    if let Some((placed, last)) = &ranges.trend {
        if row > 40 {
            frame.sheet.set_page_breaks(&[row])?;
        }
        let mut chart = Chart::new(ChartType::Line);
        chart.title().set_name("得分走势");
        for line in placed.first_row..=placed.last_row {
            chart
                .add_series()
                .set_name((TREND, line, 0))
                .set_categories((TREND, placed.first_row - 1, 1, placed.first_row - 1, *last))
                .set_values((TREND, line, 1, line, *last))
                .set_marker(ChartMarker::new().set_automatic());
        }
        chart.set_style(2);
        chart.set_width(WIDTH).set_height(420);
        chart.y_axis().set_major_gridlines_line(ChartLine::new().set_color(color(frame.palette.hairline)));
        chart.set_alt_text("最近几期得分的折线图，数字见“走势”表");
        frame.sheet.insert_chart(row, 0, &chart)?;
        row += 420 / ROW + 2;
    }
    frame.done(row)
}
