//! Every figure with where it comes from (指标明细): a row a unit and indicator, as in `indicators.csv`.

use super::frame::{Frame, TOP};
use crate::definitions::Source;
use crate::facts::CellState;
use crate::views::comparison::Comparison;
use crate::views::csv::sources;
use crate::views::derivation::state_word;
use crate::views::receipt::{Look, plain};
use rust_xlsxwriter::{Note, Worksheet, XlsxError};

/// More notes than this make office programs slow; the columns say the same.
const MOST_NOTES: usize = 2000;

const WIDTHS: [u16; 13] = [14, 16, 9, 36, 9, 14, 12, 12, 12, 10, 6, 56, 56];

pub(super) fn sheet(view: &Comparison<'_>) -> Result<Worksheet, XlsxError> {
    let index = &view.definitions.index;
    let title = format!("{}指标明细", view.current.period.title());
    let mut frame = Frame::new(view, "指标明细", &title, WIDTHS.to_vec())?;
    let heading = Look::heading();
    let heads = [
        "代码",
        &index.unit_word,
        "指标",
        "指标名称",
        "单位",
        "状态",
        "分子",
        "分母",
        "指标值",
        "得分",
        "灯",
        "分子来源",
        "分母来源",
    ];
    for (column, head) in (0..).zip(heads) {
        frame.text(TOP, column, head, &heading)?;
    }
    let (words, figure) = (Look::boxed(), Look::figure());
    let (counted, scored) = (figure.clone().set_num_format("#,##0.####"), figure.clone().set_num_format("0.0000"));
    let valued = figure.clone().set_num_format("0.00####");
    let mut row = TOP;
    let mut note_count = 0;
    for (unit, about) in view.definitions.units.units.iter().enumerate() {
        for &number in &view.indicators {
            row += 1;
            let indicator = &view.definitions.indicators[number];
            let cell = view.current.matrix.cell(number, unit);
            let score = view.current.scores.indicator(number, unit);
            let (above, below) = sources(view.current, indicator.source, unit, cell);
            let texts = [&about.code, &about.name, &indicator.code, &indicator.name, &indicator.unit];
            for (column, text) in (0..).zip(texts) {
                frame.text(row, column, text, &words)?;
            }
            frame.text(row, 5, &state_word(score.state, view.current.period), &words)?;
            let is_shown = matches!(cell.state, CellState::Reported | CellState::TooSmall);
            let has_denominator = !matches!(indicator.source, Source::Single { .. });
            let figures = [
                (6, is_shown.then_some(cell.numerator), &counted),
                (7, (is_shown && has_denominator).then_some(cell.denominator), &counted),
                (8, is_shown.then_some(cell.value), &valued),
                (9, score.score, &scored),
            ];
            for (column, value, format) in figures {
                match value {
                    Some(value) => frame.number(row, column, value, format)?,
                    None => frame.text(row, column, "", format)?,
                }
            }
            frame.text(row, 10, view.light(score).shape(), &words)?;
            frame.text(row, 11, &above, &words)?;
            frame.text(row, 12, &below, &words)?;
            frame.fit_row(row, [(3, indicator.name.as_str()), (11, &above), (12, &below)].into_iter())?;
            for (column, source) in [(6, &above), (7, &below)] {
                if is_shown && !source.is_empty() && note_count < MOST_NOTES {
                    let note = Note::new(plain(source)).add_author_prefix(false).set_width(260).set_height(48);
                    frame.sheet.insert_note(row, column, &note)?;
                    note_count += 1;
                }
            }
        }
    }
    if row > TOP {
        frame.sheet.autofilter(TOP, 0, row, 12)?;
    }
    frame.head(TOP, TOP, 4)?;
    let mut notes =
        vec!["分子、分母的批注和来源两列写明出自哪个文件、工作表和单元格。得分不修约到公布的位数。".to_owned()];
    if note_count == MOST_NOTES {
        notes.push(format!("只有前 {MOST_NOTES} 个数带批注，其余见来源两列。"));
    }
    let last = frame.notes(row + 2, notes.iter().map(String::as_str))?;
    frame.done(last)
}
