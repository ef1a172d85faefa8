//! Tables: fixed columns within the type area, heads that return on every page, rows that no page divides.

use super::flow::{Flow, Look, Setting, inlines, run};
use super::styles::HEI;
use super::widths::{self, PADDING};
use super::xml::Xml;
use crate::views::document::{Align, Cell, Column, Row, RowKind, Table, Tone};

const HEAD_FILL: &str = "E9EEF2";
const GROUP_FILL: &str = "F4F6F8";
const LINE_COLOUR: &str = "595959";

/// How a cell lies on the grid of columns.
#[derive(Clone, Copy, Default)]
struct Spread {
    /// Columns it covers.
    columns: usize,
    /// Whether it begins (`Some(true)`) or goes on (`Some(false)`) over two rows.
    rows: Option<bool>,
    fill: Option<&'static str>,
}

/// How the text of a cell stands: size in half points, whether the row stays with the next one.
#[derive(Clone, Copy)]
struct Place {
    align: &'static str,
    size: u32,
    is_kept: bool,
}

impl Flow {
    /// A table with its caption and its notes.
    pub(super) fn table(&mut self, table: &Table) {
        if table.columns.is_empty() {
            return;
        }
        let widths = widths::fit(table, self.lie.room().0);
        if table.caption.is_empty() {
            // Two tables without anything between them would become one.
            self.line("TableEnd", "");
        } else {
            self.line("Caption", &table.caption);
        }
        self.xml.element("w:tbl", &[], |xml| {
            properties(xml, table, &widths.columns);
            head(xml, &table.columns, &widths.columns, widths.size);
            for (place, own) in table.rows.iter().enumerate() {
                let ends_soon = place + 2 == table.rows.len();
                row(xml, table, own, &widths.columns, widths.size, ends_soon);
            }
        });
        self.unseam();
        for note in &table.notes {
            let size = widths.size.clamp(15, 18);
            let setting = Setting { line: Some(size * 14), ..Setting::default() };
            let look = Look { size: Some(size), ..Look::default() };
            self.paragraph("TableNote", setting, |xml| run(xml, &format!("注：{note}"), look));
        }
        self.line("TableEnd", "");
    }
}

fn properties(xml: &mut Xml, table: &Table, widths: &[u32]) {
    let whole = widths.iter().sum::<u32>().to_string();
    let padding = (PADDING / 2).to_string();
    xml.element("w:tblPr", &[], |xml| {
        xml.empty("w:tblW", &[("w:w", &whole), ("w:type", "dxa")]);
        xml.value("w:jc", "center");
        xml.element("w:tblBorders", &[], |xml| {
            for edge in ["w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"] {
                xml.empty(edge, &[("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", LINE_COLOUR)]);
            }
        });
        xml.empty("w:tblLayout", &[("w:type", "fixed")]);
        xml.element("w:tblCellMar", &[], |xml| {
            for (edge, width) in [("w:top", "25"), ("w:left", &padding), ("w:bottom", "25"), ("w:right", &padding)] {
                xml.empty(edge, &[("w:w", width), ("w:type", "dxa")]);
            }
        });
        if !table.caption.is_empty() {
            xml.value("w:tblCaption", &table.caption);
        }
    });
    xml.element("w:tblGrid", &[], |xml| {
        for width in widths {
            xml.empty("w:gridCol", &[("w:w", &width.to_string())]);
        }
    });
}

/// One or two rows of heads: those under a shared head, and those that reach over both.
fn head(xml: &mut Xml, columns: &[Column], widths: &[u32], size: u32) {
    let look = Look { is_bold: true, size: Some(size), face: Some(HEI), ..Look::default() };
    let write = |xml: &mut Xml, at: usize, count: usize, rows: Option<bool>, text: &str| {
        let spread = Spread { columns: count, rows, fill: Some(HEAD_FILL) };
        let place = Place { align: "center", size, is_kept: true };
        cell(xml, widths, at, spread, place, |xml| run(xml, text, look));
    };
    let has_groups = columns.iter().any(|column| column.group.is_some());
    head_row(xml, |xml| {
        let mut at = 0;
        for part in columns.chunk_by(|left, right| left.group.is_some() && left.group == right.group) {
            match &part[0].group {
                Some(group) => write(xml, at, part.len(), None, group),
                None => write(xml, at, 1, has_groups.then_some(true), &part[0].header),
            }
            at += part.len();
        }
    });
    if has_groups {
        head_row(xml, |xml| {
            for (at, column) in columns.iter().enumerate() {
                match column.group {
                    Some(_) => write(xml, at, 1, None, &column.header),
                    None => write(xml, at, 1, Some(false), ""),
                }
            }
        });
    }
}

fn head_row(xml: &mut Xml, inside: impl FnOnce(&mut Xml)) {
    xml.element("w:tr", &[], |xml| {
        xml.element("w:trPr", &[], |xml| {
            xml.empty("w:cantSplit", &[]);
            xml.empty("w:tblHeader", &[]);
        });
        inside(xml);
    });
}

fn row(xml: &mut Xml, table: &Table, row: &Row, widths: &[u32], size: u32, is_kept: bool) {
    xml.element("w:tr", &[], |xml| {
        xml.element("w:trPr", &[], |xml| xml.empty("w:cantSplit", &[]));
        if row.kind == RowKind::Group {
            let text: String = row.cells.iter().map(Cell::shown).collect();
            let spread = Spread { columns: widths.len(), rows: None, fill: Some(GROUP_FILL) };
            let look = Look { is_bold: true, size: Some(size), face: Some(HEI), ..Look::default() };
            let place = Place { align: "left", size, is_kept: true };
            cell(xml, widths, 0, spread, place, |xml| run(xml, &text, look));
            return;
        }
        let is_pale = row.kind == RowKind::Muted;
        for (at, (column, own)) in table.columns.iter().zip(&row.cells).enumerate() {
            let align = match column.align {
                Align::Left => "left",
                Align::Right => "right",
                Align::Centre => "center",
            };
            let look = Look {
                is_bold: row.kind == RowKind::Total || own.tone == Some(Tone::Leading),
                colour: (is_pale || own.tone == Some(Tone::Muted)).then_some(xml.palette.quiet),
                size: Some(size),
                face: None,
            };
            let spread = Spread { columns: 1, ..Spread::default() };
            cell(xml, widths, at, spread, Place { align, size, is_kept }, |xml| inlines(xml, &own.content, look));
        }
    });
}

fn cell(xml: &mut Xml, widths: &[u32], at: usize, spread: Spread, place: Place, inside: impl FnOnce(&mut Xml)) {
    let width: u32 = widths[at..at + spread.columns].iter().sum();
    xml.element("w:tc", &[], |xml| {
        xml.element("w:tcPr", &[], |xml| {
            xml.empty("w:tcW", &[("w:w", &width.to_string()), ("w:type", "dxa")]);
            if spread.columns > 1 {
                xml.value("w:gridSpan", &spread.columns.to_string());
            }
            match spread.rows {
                Some(true) => xml.value("w:vMerge", "restart"),
                Some(false) => xml.empty("w:vMerge", &[]),
                None => {}
            }
            if let Some(fill) = spread.fill {
                xml.empty("w:shd", &[("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)]);
            }
            xml.value("w:vAlign", "center");
        });
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                xml.value("w:pStyle", "TableText");
                if place.is_kept {
                    xml.empty("w:keepNext", &[]);
                }
                xml.empty("w:spacing", &[("w:line", &(place.size * 13).to_string()), ("w:lineRule", "exact")]);
                xml.value("w:jc", place.align);
            });
            inside(xml);
        });
    });
}
