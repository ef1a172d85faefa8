use super::super::document::{Align, Cell, Column, Row, RowKind, Table, Tone};
use super::blocks::inlines;
use super::markup::Markup;

/// Em of text on a line of an upright A4 sheet (178 mm) at 8.5 points, and at 7.5 points.
const UPRIGHT: usize = 59;
const DENSE: usize = 67;

/// How a table fits a sheet of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Upright,
    /// In smaller type.
    Dense,
    /// On a sheet laid on its side.
    Across,
}

/// Whether paper must be laid on its side for this table.
pub(super) fn lies_across(table: &Table) -> bool {
    fit(table) == Fit::Across
}

/// Adds up the least widths of the columns: figures, short words and short heads stay on one line, the rest may wrap.
fn fit(table: &Table) -> Fit {
    let column = |(index, column): (usize, &Column)| {
        let body = match (column.align, longest(table, index)) {
            (Align::Right, width) | (_, width @ 0..=BRIEF) => width,
            (_, width) if width <= PHRASE => 5,
            (_, _) => 9,
        };
        body.max(width_of(&column.header).min(5)) + 1
    };
    match table.columns.iter().enumerate().map(column).sum() {
        0..=UPRIGHT => Fit::Upright,
        width if width <= DENSE => Fit::Dense,
        _ => Fit::Across,
    }
}

/// Em up to which words stay on one line, and up to which they make a phrase rather than a sentence.
const BRIEF: usize = 6;
const PHRASE: usize = 16;

fn longest(table: &Table, index: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.cells.get(index));
    cells.map(|cell| width_of(&cell.shown())).max().unwrap_or(0)
}

/// Writes a table in a box of its own, which scrolls sideways where the page is too narrow.
pub(super) fn table(out: &mut Markup, table: &Table) {
    let caption_id = format!("page-caption-{}", table.id);
    let class = match fit(table) {
        Fit::Upright => "table",
        Fit::Dense => "table dense",
        Fit::Across => "table across",
    };
    out.open("div", &[("class", class)]);
    out.open("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-labelledby", &caption_id)]);
    let filter = table.filter.map(|column| column.to_string()).unwrap_or_default();
    let filter_label = table.filter.and_then(|column| table.columns.get(column)).map_or("", |column| &column.header);
    out.open("table", &[("id", &table.id), ("data-filter", &filter), ("data-filter-label", filter_label)]);
    out.open("caption", &[("id", &caption_id)]);
    out.element("span", &[], &table.caption);
    out.close_line("caption");
    head(out, &table.columns, table.row_header);
    let columns: Vec<String> = (0..table.columns.len()).map(|index| column_class(table, index)).collect();
    for group in groups(&table.rows) {
        out.open("tbody", &[]);
        out.raw("\n");
        for line in group {
            row(out, line, &columns, table.row_header);
        }
        out.close_line("tbody");
    }
    out.close("table");
    out.close("div");
    if !table.notes.is_empty() {
        out.open("ul", &[("class", "notes")]);
        for note in &table.notes {
            out.element("li", &[], note);
        }
        out.close("ul");
    }
    out.close_line("div");
}

/// Rows up to the next one that opens a group; each part becomes a `tbody`, inside which sorting stays.
fn groups(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    rows.chunk_by(|_, next| next.kind != RowKind::Group)
}

fn head(out: &mut Markup, columns: &[Column], row_header: usize) {
    let two_rows = columns.iter().any(|column| column.group.is_some());
    out.open("thead", &[]);
    out.open("tr", &[]);
    let mut start = 0;
    for part in columns.chunk_by(|left, right| left.group.is_some() && left.group == right.group) {
        match part.first().and_then(|column| column.group.as_deref()) {
            Some(group) => {
                let span = part.len().to_string();
                out.element("th", &[("scope", "colgroup"), ("colspan", &span), ("class", "shared")], group);
            }
            None => column_head(out, &part[0], start, start == row_header, if two_rows { "2" } else { "" }),
        }
        start += part.len();
    }
    if two_rows {
        out.close("tr");
        out.open("tr", &[]);
        for (index, column) in columns.iter().enumerate().filter(|(_, column)| column.group.is_some()) {
            column_head(out, column, index, index == row_header, "");
        }
    }
    out.close("tr");
    out.close_line("thead");
}

fn column_head(out: &mut Markup, column: &Column, index: usize, names_rows: bool, rowspan: &str) {
    let mut class = String::from(align_class(column.align));
    if names_rows {
        class.push_str(" name");
    }
    if width_of(&column.header) <= 5 {
        class.push_str(" brief");
    }
    let sort = if column.sortable { index.to_string() } else { String::new() };
    let attributes = [("scope", "col"), ("rowspan", rowspan), ("class", class.trim()), ("data-sort", &sort)];
    out.element("th", &attributes, &column.header);
}

fn align_class(align: Align) -> &'static str {
    match align {
        Align::Left => "",
        Align::Right => "number",
        Align::Centre => "centre",
    }
}

/// Alignment, and how much room the words of the column want: Chinese may break after any character, so without a
/// hint a crowded table sets a sentence one character a line.
fn column_class(table: &Table, index: usize) -> String {
    let align = table.columns[index].align;
    let room = match (align, longest(table, index)) {
        (Align::Right, _) => "",
        (_, 0..=BRIEF) => " brief",
        (_, width) if width <= PHRASE => " phrase",
        (_, _) => " sentence",
    };
    format!("{}{room}", align_class(align)).trim().to_string()
}

/// Width in em: a Chinese character is one, two Latin ones are one.
fn width_of(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text).div_ceil(2)
}

fn row(out: &mut Markup, row: &Row, columns: &[String], row_header: usize) {
    let class = match row.kind {
        RowKind::Plain => "",
        RowKind::Group => "group",
        RowKind::Total => "total",
        RowKind::Muted => "muted",
    };
    out.open("tr", &[("id", row.anchor.as_deref().unwrap_or_default()), ("class", class)]);
    for (index, (content, column)) in row.cells.iter().zip(columns).enumerate() {
        cell(out, content, column, index == row_header);
    }
    out.close_line("tr");
}

fn cell(out: &mut Markup, cell: &Cell, column: &str, names_row: bool) {
    let tone = match cell.tone {
        None => "",
        Some(Tone::Good) => " good",
        Some(Tone::Middle) => " middle",
        Some(Tone::Poor) => " poor",
        Some(Tone::Muted) => " muted",
        Some(Tone::Leading) => " leading",
    };
    let class = format!("{column}{tone}");
    let key = cell.sort_key.map(|key| key.to_string()).unwrap_or_default();
    let (tag, scope) = if names_row { ("th", "row") } else { ("td", "") };
    let source = cell.source.as_deref().unwrap_or_default();
    out.open(tag, &[("scope", scope), ("class", class.trim()), ("data-key", &key), ("title", source)]);
    inlines(out, &cell.content);
    out.close(tag);
}

#[cfg(test)]
mod tests {
    use super::super::super::document::Light;
    use super::*;

    fn written(table: &Table) -> String {
        let mut out = Markup::default();
        super::table(&mut out, table);
        out.finish()
    }

    fn scores() -> Table {
        let columns = vec![
            Column::number("位次"),
            Column::text("单位"),
            Column::number("得分").under("本季"),
            Column::sign("灯").under("本季"),
        ];
        let mut table = Table::new("t", "得分表", columns);
        table.row_header = 1;
        let cells = vec![
            Cell::number("1", 1.0),
            Cell::link("u", "甲镇"),
            Cell::number("81.20", 81.204).source("民政.xlsx › 表1!C3"),
            Cell::light(Light::Yellow),
        ];
        table.rows.push(Row::new(cells));
        table
    }

    #[test]
    fn neighbours_under_one_head_share_a_cell_above_them() {
        let html = written(&scores());
        assert!(html.contains("<th scope=\"colgroup\" colspan=\"2\" class=\"shared\">本季</th>"), "{html}");
        assert!(
            html.contains("<th scope=\"col\" rowspan=\"2\" class=\"number brief\" data-sort=\"0\">位次</th>"),
            "{html}"
        );
        assert!(html.contains("<tr><th scope=\"col\" class=\"number brief\" data-sort=\"2\">得分</th>"), "{html}");
    }

    #[test]
    fn the_cell_that_names_the_row_is_its_head() {
        let html = written(&scores());
        assert!(html.contains("<th scope=\"row\" class=\"brief\"><a href=\"#u\">甲镇</a></th>"), "{html}");
    }

    #[test]
    fn a_figure_keeps_its_full_precision_for_sorting_and_its_source_for_asking() {
        let html = written(&scores());
        assert!(html.contains("data-key=\"81.204\" title=\"民政.xlsx › 表1!C3\">81.20</td>"), "{html}");
    }

    #[test]
    fn rows_that_open_a_group_open_a_body() {
        let mut table = Table::new("t", "表", vec![Column::text("名称")]);
        for kind in [RowKind::Plain, RowKind::Group, RowKind::Plain, RowKind::Group, RowKind::Total] {
            table.rows.push(Row::new(vec![Cell::text("甲")]).kind(kind));
        }
        assert_eq!(groups(&table.rows).map(<[Row]>::len).collect::<Vec<_>>(), [1, 2, 2]);
    }

    #[test]
    fn a_table_without_rows_or_columns_is_still_a_table() {
        let html = written(&Table::new("t", "空表", Vec::new()));
        assert!(html.contains("空表") && html.ends_with("</div>\n"));
    }

    #[test]
    fn a_table_lies_across_the_paper_only_if_smaller_type_does_not_help() {
        let with = |count: usize| {
            let mut table = Table::new("t", "表", vec![Column::text("名称")]);
            table.columns.extend((0..count).map(|_| Column::number("得分")));
            let mut cells = vec![Cell::text("甲镇")];
            cells.extend((0..count).map(|_| Cell::number("81.20", 81.2)));
            table.rows.push(Row::new(cells));
            fit(&table)
        };
        assert_eq!([with(14), with(15), with(16), with(17)], [Fit::Upright, Fit::Dense, Fit::Dense, Fit::Across]);
    }

    #[test]
    fn widths_count_chinese_characters_whole_and_latin_ones_half() {
        assert_eq!(width_of("养老服务"), 4);
        assert_eq!(width_of("81.20"), 3);
    }
}
