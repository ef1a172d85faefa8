//! Blocks of a document as the data that a template reads.

use crate::views::document::{
    Align, Block, Callout, Card, Cell, Column, Figure, Inline, Light, Row, RowKind, Table, punctuation,
};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

/// Longest cell, in half characters, that stays on one line where there is room.
const ON_ONE_LINE: usize = 24;
/// Half characters at which a long text column stops asking for more room.
const WIDEST: usize = 44;

/// Turns blocks into data, and keeps the pictures they show by file name.
#[derive(Default)]
pub(super) struct Blocks {
    /// Pictures: file name and bytes.
    pub(super) pictures: Vec<(String, Vec<u8>)>,
}

impl Blocks {
    pub(super) fn all(&mut self, blocks: &[Block]) -> Value {
        Value::Array(blocks.iter().map(|block| self.block(block)).collect())
    }

    fn block(&mut self, block: &Block) -> Value {
        match block {
            Block::Paragraph(text) => json!({ "kind": "paragraph", "text": inlines(text) }),
            Block::List { ordered, items } => {
                json!({ "kind": "list", "ordered": ordered, "items": items.iter().map(|item| inlines(item)).collect::<Vec<_>>() })
            }
            Block::Table(own) => table(own),
            Block::Figure(own) => self.figure(own),
            Block::Callout { kind, text } => {
                json!({ "kind": "callout", "loud": *kind == Callout::Warning, "text": inlines(text) })
            }
            Block::Cards(cards) => json!({ "kind": "cards", "cards": cards.iter().map(card).collect::<Vec<_>>() }),
            Block::Fold { summary, blocks } => {
                json!({ "kind": "fold", "summary": summary, "blocks": self.all(blocks) })
            }
            Block::Beside(blocks) => json!({ "kind": "beside", "blocks": self.all(blocks) }),
        }
    }

    fn figure(&mut self, figure: &Figure) -> Value {
        let name = format!("picture-{}.svg", self.pictures.len() + 1);
        self.pictures.push((name.clone(), figure.svg.clone().into_bytes()));
        json!({ "kind": "figure", "picture": name, "caption": figure.caption, "alt": figure.alt })
    }
}

pub(in crate::views) fn inlines(parts: &[Inline]) -> Value {
    let part = |part: &Inline| match part {
        Inline::Text(text) | Inline::Link { text, .. } => json!({ "kind": "text", "text": text }),
        Inline::Strong(text) => json!({ "kind": "strong", "text": text }),
        Inline::Light(light) => json!({ "kind": "light", "text": light.shape(), "colour": light_colour(*light) }),
        Inline::Code(text) => json!({ "kind": "code", "text": text }),
    };
    Value::Array(parts.iter().map(part).collect())
}

/// Name of a colour in the palette that every template gets.
fn light_colour(light: Light) -> &'static str {
    match light {
        Light::Green => "green",
        Light::Yellow => "yellow",
        Light::Red => "red",
        Light::NotApplicable | Light::NotReported | Light::Suppressed => "quiet",
    }
}

fn card(card: &Card) -> Value {
    json!({ "label": card.label, "value": inlines(&card.value), "note": card.note })
}

/// A table of a sheet, with its signs mended before its columns are measured.
pub(in crate::views) fn mended_table(table: &Table) -> Value {
    let mut own = table.clone();
    punctuation::mend_table(&mut own);
    self::table(&own)
}

/// A table as the data that `tabular` of the templates reads.
fn table(table: &Table) -> Value {
    let widths: Vec<usize> = (0..table.columns.len()).map(|at| width(table, at)).collect();
    // A column of long texts shares what the others leave; the rest take what they need.
    let column = |(&width, column): (&usize, &Column)| {
        let share = (column.align == Align::Left && width > ON_ONE_LINE).then(|| width.min(WIDEST));
        json!({ "align": align(column.align), "share": share, "width": width })
    };
    json!({
        "kind": "table",
        "caption": table.caption,
        "columns": widths.iter().zip(&table.columns).map(column).collect::<Vec<_>>(),
        "head": head(&table.columns),
        "rows": table.rows.iter().map(|own| row(own, table.columns.len())).collect::<Vec<_>>(),
        "notes": table.notes,
        "ems": ems(&widths),
    })
}

/// Width that a table asks for, in characters of its type: what must stay on one line, half of what may wrap.
fn ems(widths: &[usize]) -> f64 {
    let asked: usize =
        widths.iter().map(|&width| if width > ON_ONE_LINE { (width / 2).clamp(10, 28) } else { width } + 2).sum();
    #[expect(clippy::cast_precision_loss, reason = "a few hundred characters at most")]
    let ems = asked as f64 / 2.0;
    ems
}

fn align(align: Align) -> &'static str {
    match align {
        Align::Left => "left",
        Align::Right => "right",
        Align::Centre => "center",
    }
}

/// Widest cell of a column in half characters; a head may wrap and asks for half its length.
fn width(table: &Table, at: usize) -> usize {
    let cells = table.rows.iter().filter_map(|row| row.cells.get(at)).map(|cell| cell.shown().width());
    let head = table.columns[at].header.width();
    cells.max().unwrap_or(0).max(head.min(8.max(head / 2)))
}

/// One or two rows of heads: those under a shared head, and those that reach over both.
fn head(columns: &[Column]) -> Value {
    let has_groups = columns.iter().any(|column| column.group.is_some());
    let mut first = Vec::new();
    for part in columns.chunk_by(|left, right| left.group.is_some() && left.group == right.group) {
        match &part[0].group {
            Some(group) => first.push(json!({ "text": group, "span": part.len(), "rows": 1 })),
            None => first.push(json!({ "text": part[0].header, "span": 1, "rows": if has_groups { 2 } else { 1 } })),
        }
    }
    let second = columns.iter().filter(|column| column.group.is_some());
    let second: Vec<Value> = second.map(|column| json!({ "text": column.header, "span": 1, "rows": 1 })).collect();
    if has_groups { json!([first, second]) } else { json!([first]) }
}

fn row(row: &Row, width: usize) -> Value {
    if row.kind == RowKind::Group {
        let text: String = row.cells.iter().map(Cell::shown).collect();
        return json!({ "kind": "group", "text": text, "span": width });
    }
    let kind = match row.kind {
        RowKind::Total => "total",
        RowKind::Muted => "muted",
        RowKind::Plain | RowKind::Group => "plain",
    };
    json!({ "kind": kind, "cells": row.cells.iter().map(|cell| inlines(&cell.content)).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_under_a_shared_one_make_a_second_row() {
        let columns = [Column::text("镇街"), Column::number("养").under("得分"), Column::number("医").under("得分")];
        let head = head(&columns);
        assert_eq!(head[0][0]["rows"], 2);
        assert_eq!((&head[0][1]["text"], &head[0][1]["span"]), (&json!("得分"), &json!(2)));
        assert_eq!(head[1][1]["text"], "医");
    }

    #[test]
    fn long_words_share_the_room_and_figures_take_what_they_need() {
        let mut own = Table::new("t", "表", vec![Column::text("事由"), Column::number("分")]);
        own.rows.push(Row::new(vec![Cell::text("一个很长的事由".repeat(4)), Cell::text("81.20")]));
        let told = table(&own);
        assert_eq!(told["columns"][0]["share"], 44);
        assert_eq!(told["columns"][1]["share"], Value::Null);
    }

    #[test]
    fn a_picture_is_kept_under_the_name_that_the_data_use() {
        let mut blocks = Blocks::default();
        let figure = Figure { id: "f".into(), svg: "<svg/>".into(), caption: "图".into(), alt: "图".into() };
        let told = blocks.all(&[Block::Figure(figure)]);
        assert_eq!(told[0]["picture"], "picture-1.svg");
        assert_eq!(blocks.pictures, vec![("picture-1.svg".to_owned(), b"<svg/>".to_vec())]);
    }
}
