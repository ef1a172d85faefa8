//! Layouts of the small tables, declared and known.

use super::{Codes, required};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::RawTableLayout;
use crate::definitions::{ColumnKind, TableColumn, TableLayout, standard};

/// `unit_word` is what one unit is called; the known layouts have a column of that name.
pub(super) fn tables(items: &[Item<RawTableLayout>], unit_word: &str, audit: &mut Audit) -> Vec<TableLayout> {
    let mut own = Codes::default();
    let mut list = Vec::new();
    for item in items {
        let id = required(item, "id", &item.value.id, audit);
        own.add(item, "id", &id, audit);
        let name = required(item, "name", &item.value.name, audit);
        let mut columns: Vec<TableColumn> = Vec::new();
        for raw in &item.value.columns {
            let (Some(id), Some(name), Some(kind)) = (&raw.id, &raw.name, raw.kind) else {
                audit.note(
                    Diagnostic::new(Code::MissingKey, item.place("columns"), format!("小表“{name}”有一列没写全"))
                        .expected("id、name、kind")
                        .help("每列写 { id = \"…\", name = \"表头\", kind = \"text\" }"),
                );
                continue;
            };
            if columns.iter().any(|column| column.id == *id) {
                audit.note(
                    Diagnostic::new(
                        Code::DuplicateCode,
                        item.place("columns"),
                        format!("小表“{name}”的列“{id}”写了两次"),
                    )
                    .found(id)
                    .help("改用别的 id,或删去其中一列"),
                );
                continue;
            }
            columns.push(TableColumn {
                id: id.clone(),
                name: name.clone(),
                aliases: raw.aliases.clone(),
                kind,
                required: raw.required,
            });
        }
        list.push(TableLayout { id, name, columns, within_period: item.value.within_period });
    }
    for layout in standard::layouts(unit_word) {
        if list.iter().all(|table| table.id != layout.id) {
            list.push(layout);
        }
    }
    list
}

/// Identifiers of the columns the program computes for a table beside the declared ones.
pub fn computed_columns(table: &TableLayout) -> Vec<&'static str> {
    let has = |kind: ColumnKind| table.columns.iter().any(|column| column.kind == kind);
    match table.id.as_str() {
        "arrivals" if has(ColumnKind::Date) => vec!["late_days"],
        "rechecks" if has(ColumnKind::Number) => vec!["error"],
        _ => Vec::new(),
    }
}
