//! Table cells that several chapters use, and tables built column by column.

use crate::definitions::RuleKind;
use crate::definitions::decimal::{Published, plain};
use crate::facts::CellState;
use crate::rules::Rank;
use crate::support::ledger::Item;
use crate::views::comparison::Comparison;
use crate::views::document::{Cell, Column, Inline, Row, Table, Tone};

/// A table built column by column, so that a column that is left out leaves out its cells.
pub(in crate::views) struct Layout<'a, R> {
    columns: Vec<Column>,
    fillers: Vec<Filler<'a, R>>,
}

type Filler<'a, R> = Box<dyn Fn(R) -> Cell + 'a>;

impl<'a, R: Copy> Layout<'a, R> {
    pub(in crate::views) fn new() -> Self {
        Layout { columns: Vec::new(), fillers: Vec::new() }
    }

    /// Adds a column and what fills it.
    pub(in crate::views) fn column(mut self, column: Column, filler: impl Fn(R) -> Cell + 'a) -> Self {
        self.columns.push(column);
        self.fillers.push(Box::new(filler));
        self
    }

    /// Adds a column where it makes sense.
    pub(in crate::views) fn column_if(
        self,
        makes_sense: bool,
        column: Column,
        filler: impl Fn(R) -> Cell + 'a,
    ) -> Self {
        if makes_sense { self.column(column, filler) } else { self }
    }

    /// Position of the column added last.
    pub(in crate::views) fn last(&self) -> usize {
        self.columns.len().saturating_sub(1)
    }

    /// Keeps the order of the rows, whatever the columns hold.
    pub(in crate::views) fn without_sorting(mut self) -> Self {
        for column in &mut self.columns {
            column.sortable = false;
        }
        self
    }

    /// The table with one row for each of `rows`.
    pub(in crate::views) fn table(
        self,
        id: impl Into<String>,
        caption: impl Into<String>,
        rows: impl Iterator<Item = R>,
    ) -> Table {
        let fill = |row: R| Row::new(self.fillers.iter().map(|filler| filler(row)).collect());
        let rows = rows.map(fill).collect();
        Table { rows, ..Table::new(id, caption, self.columns) }
    }
}

/// Nothing to print; sorts last.
pub(in crate::views) fn dash() -> Cell {
    Cell::text("—").tone(Tone::Muted)
}

/// Words, or a dash where there are none.
pub(in crate::views) fn words(text: &str) -> Cell {
    if text.is_empty() { dash() } else { Cell::text(text) }
}

/// A count.
pub(in crate::views) fn count(count: usize) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    Cell::number(count.to_string(), count as f64)
}

/// A value as it is, without trailing zeros.
pub(in crate::views) fn number(value: f64, decimals: u8) -> Cell {
    Cell::number(plain(value, decimals), value)
}

/// A published figure.
pub(in crate::views) fn figure(figure: Option<Published>) -> Cell {
    figure.map_or_else(dash, |figure| Cell::number(figure.to_string(), figure.value()))
}

/// A score with the decimals of the index.
pub(in crate::views) fn score(view: &Comparison<'_>, score: Option<f64>) -> Cell {
    figure(score.map(|score| view.publish(score)))
}

/// A score with more decimals, for recomputing by hand.
pub(in crate::views) fn fine_score(view: &Comparison<'_>, score: Option<f64>) -> Cell {
    figure(score.map(|score| view.publish_fine(score)))
}

/// A published percentage.
pub(in crate::views) fn percent(figure: Published) -> Cell {
    Cell::number(format!("{figure}%"), figure.value())
}

/// A difference with its sign.
pub(in crate::views) fn change(difference: Option<Published>) -> Cell {
    difference.map_or_else(dash, |difference| Cell::number(signed(difference), difference.value()))
}

/// `+1.24`, `−0.30`, `0.00`.
pub(in crate::views) fn signed(figure: Published) -> String {
    match figure.steps() {
        0 => figure.to_string(),
        1.. => format!("+{figure}"),
        _ => format!("−{}", figure.with_steps(-figure.steps())),
    }
}

/// What a rule gave or took, with the sign of its kind; nothing given stays pale.
pub(in crate::views) fn amount(kind: RuleKind, points: Published) -> Cell {
    match (points.steps(), kind) {
        (0, _) => Cell::number(points.to_string(), 0.0).tone(Tone::Muted),
        (_, RuleKind::Bonus | RuleKind::Progress) => Cell::number(format!("+{points}"), points.value()),
        (_, _) => Cell::number(format!("−{points}"), points.value()),
    }
}

/// `3`, `并列3` or a dash.
pub(in crate::views) fn rank(rank: Option<Rank>) -> Cell {
    rank.map_or_else(dash, |rank| Cell::number(rank_text(rank), f64::from(rank.place)))
}

/// `3` or `并列3`.
pub(in crate::views) fn rank_text(rank: Rank) -> String {
    format!("{}{}", if rank.is_shared { "并列" } else { "" }, rank.place)
}

/// `↑2`, `↓1` or `—` for no move; empty where it cannot be said.
pub(in crate::views) fn places(gained: Option<i64>) -> Cell {
    #[expect(clippy::cast_precision_loss, reason = "counts of units are far below 2^53")]
    gained.map_or_else(Cell::default, |gained| Cell::number(places_text(gained), gained as f64))
}

/// Places gained by a unit; in brackets where its score moved no more than chance would move it.
pub(in crate::views) fn tested_places(view: &Comparison<'_>, unit: usize) -> Cell {
    let gained = view.places_gained(unit);
    let mut cell = places(gained);
    if view.is_steady(unit) && gained.is_some_and(|gained| gained != 0) {
        cell.content.insert(0, Inline::text("("));
        cell.content.push(Inline::text(")"));
    }
    cell
}

/// `↑2`, `↓1` or `—`.
pub(in crate::views) fn places_text(gained: i64) -> String {
    match gained {
        0 => "—".to_owned(),
        1.. => format!("↑{gained}"),
        _ => format!("↓{}", -gained),
    }
}

/// What brackets around a change of place say.
pub(in crate::views) fn tested_places_note(view: &Comparison<'_>) -> Option<String> {
    let is_in_brackets =
        |unit: usize| view.is_steady(unit) && view.places_gained(unit).is_some_and(|places| places != 0);
    let is_said = (0..view.unit_count()).any(is_in_brackets);
    is_said.then(|| "括号里的升降，得分变化在问卷抽样误差以内。".to_owned())
}

/// For how many periods in a row the light of a problem has been red; a dash where it is not red any more.
pub(in crate::views) fn streak(view: &Comparison<'_>, item: &Item) -> Cell {
    // Of what is looked at once a year nobody counts.
    let is_counted = view.is_red(item) && item.state.is_open();
    if is_counted && item.red_streak > 0 { count(item.red_streak as usize) } else { dash() }
}

/// A unit's name, leading to its section where it has one.
pub(in crate::views) fn unit(view: &Comparison<'_>, unit: usize) -> Cell {
    let name = &view.definitions.units.units[unit].name;
    view.anchor(unit).map_or_else(|| Cell::text(name), |anchor| Cell::link(anchor, name))
}

/// A highest or lowest score with the units that have it; many are counted.
pub(in crate::views) fn extreme(view: &Comparison<'_>, (score, units): (Published, Vec<usize>)) -> Cell {
    let names = if units.len() > 3 {
        format!("{}个并列", units.len())
    } else {
        units.iter().map(|&unit| view.definitions.units.units[unit].short.as_str()).collect::<Vec<_>>().join("、")
    };
    Cell { sort_key: Some(score.value()), ..Cell::text(format!("{names} {score}")) }
}

/// The value of an indicator with its unit; nothing of a suppressed one.
pub(in crate::views) fn value(view: &Comparison<'_>, number: usize, cell: &crate::facts::Cell) -> Cell {
    let text = value_text(view, number, cell);
    if text.is_empty() { without_value(cell.state) } else { Cell::number(text, cell.value) }
}

/// The value of an indicator with its unit, such as `85.3%`; empty where none may be shown.
pub(in crate::views) fn value_text(view: &Comparison<'_>, number: usize, cell: &crate::facts::Cell) -> String {
    if is_shown(cell) { with_unit(cell.value, &view.definitions.indicators[number].unit) } else { String::new() }
}

/// A number with its unit: `85.3%`, `12 张`.
pub(in crate::views) fn with_unit(value: f64, unit: &str) -> String {
    let space = if unit.is_empty() || unit.starts_with(['%', '‰']) { "" } else { " " };
    format!("{}{space}{unit}", plain(value, 2))
}

/// Whether the figures of a cell may be printed.
pub(in crate::views) fn is_shown(cell: &crate::facts::Cell) -> bool {
    matches!(cell.state, CellState::Reported | CellState::TooSmall)
}

fn without_value(state: CellState) -> Cell {
    match state {
        CellState::NotApplicable => Cell::text("○").tone(Tone::Muted),
        CellState::Suppressed => Cell::text("隐去").tone(Tone::Muted),
        CellState::NotReported | CellState::Reported | CellState::TooSmall => dash(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::decimal::Rounding;

    #[test]
    fn a_difference_says_its_direction_and_none_for_nothing() {
        let of = |value| signed(Published::round(value, 2, Rounding::HalfUp));
        assert_eq!([of(1.235), of(-0.3), of(0.004)], ["+1.24", "−0.30", "0.00"]);
    }

    #[test]
    fn a_tied_rank_says_so_and_sorts_like_the_rank() {
        let cell = rank(Some(Rank { place: 3, is_shared: true, of: 9 }));
        assert_eq!((cell.shown().as_str(), cell.sort_key), ("并列3", Some(3.0)));
    }

    #[test]
    fn a_percent_sign_stands_close_and_a_word_apart() {
        assert_eq!([with_unit(85.3, "%"), with_unit(12.0, "张"), with_unit(7.0, "")], ["85.3%", "12 张", "7"]);
    }

    #[test]
    fn a_column_left_out_takes_its_cells_along() {
        let table = Layout::new()
            .column(Column::text("甲"), |row: usize| count(row))
            .column_if(false, Column::text("乙"), |_| dash())
            .table("t", "表", [1, 2].into_iter());
        assert_eq!(table.columns.len(), 1);
        assert!(table.rows.iter().all(|row| row.cells.len() == 1));
    }
}
