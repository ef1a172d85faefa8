use super::{Inline, Light};

/// Rows and columns with a caption. Every row has as many cells as there are columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Anchor, as of a section.
    pub id: String,
    /// Line above the table.
    pub caption: String,
    /// The columns from left to right.
    pub columns: Vec<Column>,
    /// Which column names the row; it stays in view when a narrow screen scrolls sideways.
    pub row_header: usize,
    /// The rows from top to bottom.
    pub rows: Vec<Row>,
    /// Lines at the foot: units, definitions, signs.
    pub notes: Vec<String>,
    /// A column by whose text the reader may narrow the rows.
    pub filter: Option<usize>,
}

impl Table {
    /// A table without rows; its first column names the row.
    pub fn new(id: impl Into<String>, caption: impl Into<String>, columns: Vec<Column>) -> Self {
        Table { id: id.into(), caption: caption.into(), columns, ..Table::default() }
    }
}

/// A column's head and how its cells are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Text of the head.
    pub header: String,
    /// Where its cells stand.
    pub align: Align,
    /// Whether the reader may sort by it.
    pub sortable: bool,
    /// Head shared with the neighbours that have the same one, in a row above.
    pub group: Option<String>,
}

impl Column {
    /// A column of words, which is not sorted by.
    pub fn text(header: impl Into<String>) -> Self {
        Column { header: header.into(), align: Align::Left, sortable: false, group: None }
    }

    /// A column of figures, which may be sorted by.
    pub fn number(header: impl Into<String>) -> Self {
        Column { header: header.into(), align: Align::Right, sortable: true, group: None }
    }

    /// A column of signs.
    pub fn sign(header: impl Into<String>) -> Self {
        Column { header: header.into(), align: Align::Centre, sortable: false, group: None }
    }

    /// Lets the reader sort by it.
    #[must_use]
    pub fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Puts it under a shared head.
    #[must_use]
    pub fn under(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

/// Where the cells of a column stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Figures, with digits of one width.
    Right,
    /// Signs and single words.
    Centre,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// One cell for each column.
    pub cells: Vec<Cell>,
    /// What kind of row it is.
    pub kind: RowKind,
    /// Anchor of the row, as of a section.
    pub anchor: Option<String>,
}

impl Row {
    /// A plain row.
    pub fn new(cells: Vec<Cell>) -> Self {
        Row { cells, ..Row::default() }
    }

    /// Says what kind of row it is.
    #[must_use]
    pub fn kind(mut self, kind: RowKind) -> Self {
        self.kind = kind;
        self
    }
}

/// What kind of row it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowKind {
    /// One of many.
    #[default]
    Plain,
    /// Opens a group of rows; sorting stays inside the group.
    Group,
    /// A sum or a whole; it stays last whatever the order, and no filter hides it.
    Total,
    /// There, but not counted: out of the ranking, awaiting data.
    Muted,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// What it shows; nothing for an empty cell.
    pub content: Vec<Inline>,
    /// What the column is sorted by; finite. Cells without one come last.
    pub sort_key: Option<f64>,
    /// How it is coloured.
    pub tone: Option<Tone>,
    /// Where the value comes from, shown on request.
    pub source: Option<String>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        Cell { content: vec![Inline::text(text)], ..Cell::default() }
    }

    /// A figure as printed, and the value it is sorted by.
    pub fn number(printed: impl Into<String>, value: f64) -> Self {
        Cell { content: vec![Inline::text(printed)], sort_key: Some(value), ..Cell::default() }
    }

    /// A jump to an anchor of the same document.
    pub fn link(to: impl Into<String>, text: impl Into<String>) -> Self {
        Cell { content: vec![Inline::link(to, text)], ..Cell::default() }
    }

    /// A traffic light; red sorts before yellow before green, and what has no light comes last.
    pub fn light(light: Light) -> Self {
        let sort_key = match light {
            Light::Red => Some(1.0),
            Light::Yellow => Some(2.0),
            Light::Green => Some(3.0),
            Light::NotApplicable | Light::NotReported | Light::Suppressed => None,
        };
        Cell { content: vec![Inline::Light(light)], sort_key, ..Cell::default() }
    }

    /// Colours it.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }

    /// Says where the value comes from.
    #[must_use]
    pub fn source(mut self, place: impl Into<String>) -> Self {
        self.source = Some(place.into());
        self
    }

    /// The characters a reader sees.
    pub fn shown(&self) -> String {
        self.content.iter().map(Inline::shown).collect()
    }
}

/// How a cell is coloured. Colour only repeats what the cell says in words or signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As wished.
    Good,
    /// Between.
    Middle,
    /// Not as wished.
    Poor,
    /// Of little weight: carried, estimated, not counted.
    Muted,
    /// The figure the table is about.
    Leading,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lights_sort_from_red_to_green_and_a_missing_one_has_no_place() {
        assert_eq!(Cell::light(Light::Red).sort_key, Some(1.0));
        assert_eq!(Cell::light(Light::Green).sort_key, Some(3.0));
        assert_eq!(Cell::light(Light::NotReported).sort_key, None);
    }

    #[test]
    fn a_cell_shows_its_parts_one_after_another() {
        let cell = Cell { content: vec![Inline::text("81.20"), Inline::Light(Light::Yellow)], ..Cell::default() };
        assert_eq!(cell.shown(), "81.20▲");
    }
}
