//! What calamine does not tell of an .xlsx workbook: hidden rows and columns, formulas nobody computed, links to other
//! files.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::archive::{self, Archive};
use super::sheet::{Oddities, Run};
use crate::audit::CellRef;
use crate::extract::Fault;
use crate::extract::limits::LAST;

/// Hidden runs of a sheet that are kept; people hide a handful.
const MOST_RUNS: usize = 10_000;

/// Elements in one another that any writer of workbooks needs.
const DEEPEST: usize = 256;

/// What is odd in a workbook, by the names of its sheets.
#[derive(Default)]
pub(super) struct Details {
    /// Whether formulas refer to other files.
    pub(super) linked: bool,
    /// What is odd in each sheet.
    pub(super) sheets: BTreeMap<String, Oddities>,
}

/// A workbook in, what is odd in it out. Parts that cannot be read are passed over: calamine complains about those.
pub(super) fn look(archive: &mut Archive<'_>, recognised: &str) -> Result<Details, Fault> {
    let mut details = Details {
        linked: names(archive).iter().any(|name| name.contains("externalLinks/") && !name.contains("_rels/")),
        ..Details::default()
    };
    if claims_too_many_strings(archive) {
        return Err(super::damaged_as(recognised));
    }
    let Some(workbook) = archive::text(archive, "xl/workbook.xml") else { return Ok(details) };
    let Some(relations) = archive::text(archive, "xl/_rels/workbook.xml.rels") else { return Ok(details) };
    let targets: BTreeMap<String, String> =
        elements(&relations, "Relationship", ["Id", "Target"]).into_iter().collect();
    let mut paths = BTreeSet::new();
    for (name, id) in elements(&workbook, "sheet", ["name", "id"]) {
        let Some(target) = targets.get(&id) else { continue };
        let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
        // Two sheets in one part: it would be read for each, and there may be a hundred thousand of them.
        if !paths.insert(path.replace('\\', "/").to_ascii_lowercase()) {
            return Err(super::damaged_as(recognised));
        }
        if let Ok(part) = archive.by_name(&path) {
            details.sheets.insert(name, read_sheet(Reader::from_reader(BufReader::new(part)), recognised)?);
        }
    }
    Ok(details)
}

fn names(archive: &Archive<'_>) -> Vec<String> {
    archive.file_names().flatten().map(|name| name.into_owned()).collect()
}

/// Whether a table of strings claims to hold more strings than fit: calamine reserves memory for the claim.
fn claims_too_many_strings(archive: &mut Archive<'_>) -> bool {
    const MOST: u64 = 2_000_000;
    let tables = names(archive).into_iter().filter(|name| name.to_ascii_lowercase().contains("sharedstrings"));
    tables.collect::<Vec<_>>().iter().any(|name| {
        let Ok(part) = archive.by_name(name) else { return false };
        let mut reader = Reader::from_reader(BufReader::new(part));
        let mut buffer = Vec::new();
        while let Ok(event) = reader.read_event_into(&mut buffer) {
            match event {
                Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == "sst" => {
                    let claim = attribute(&start, "uniqueCount");
                    return claim.is_some_and(|count| count.trim().parse::<u64>().is_ok_and(|count| count > MOST));
                }
                Event::Eof => break,
                _ => {}
            }
            buffer.clear();
        }
        false
    })
}

/// Two attributes of every element of a name, without their prefixes.
fn elements(text: &str, element: &str, names: [&str; 2]) -> Vec<(String, String)> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == element => {
                let of = |name: &str| attribute(&start, name);
                if let (Some(one), Some(other)) = (of(names[0]), of(names[1])) {
                    found.push((one, other));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

/// An attribute by its name without prefix.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = start.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).map_or_else(|_| found.value.to_string(), |text| text.into_owned()))
}

/// The place of a cell, and whether its value is a text: without a copy, because there may be millions of blank cells.
fn cell_of(start: &BytesStart<'_>) -> (Option<CellRef>, bool) {
    let (mut cell, mut is_text) = (None, false);
    for attribute in start.attributes().with_checks(false).flatten() {
        match attribute.key.as_ref() {
            "r" => cell = place(&attribute.value),
            "t" => is_text = &*attribute.value == "str",
            _ => {}
        }
    }
    (cell, is_text)
}

/// Walks through the cells without looking at their values.
fn read_sheet<R: std::io::BufRead>(mut reader: Reader<R>, recognised: &str) -> Result<Oddities, Fault> {
    let mut oddities = Oddities::default();
    let mut buffer = Vec::new();
    // The last cell, and whether it has a formula and a value.
    let (mut cell, mut formula, mut value, mut in_value, mut depth) = (None, false, false, false, 0usize);
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let is_start = matches!(event, Event::Start(_));
                depth += usize::from(is_start);
                if depth > DEEPEST {
                    return Err(super::damaged_as(recognised));
                }
                match start.local_name().as_ref() {
                    "c" => {
                        // A formula may have an empty text as its result.
                        (cell, value) = cell_of(start);
                        formula = false;
                    }
                    "f" => formula = true,
                    "v" | "is" => in_value = is_start,
                    "row" => hide(&mut oddities.rows, start, "r", "r", LAST.0),
                    "col" => hide(&mut oddities.columns, start, "min", "max", LAST.1),
                    _ => {}
                }
            }
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => value |= in_value,
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                match end.local_name().as_ref() {
                    "c" => {
                        if let Some(cell) = cell.take().filter(|_| formula && !value) {
                            oddities.formulas.push(cell);
                        }
                    }
                    "v" | "is" => in_value = false,
                    "sheetData" => break,
                    _ => {}
                }
            }
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    Ok(oddities)
}

/// Notes the rows or columns between two one-based attributes, if they are hidden.
fn hide(runs: &mut Vec<Run>, start: &BytesStart<'_>, first: &str, last: &str, limit: u32) {
    let is_hidden = attribute(start, "hidden").is_some_and(|hidden| matches!(hidden.as_str(), "1" | "true"));
    if !is_hidden || runs.len() >= MOST_RUNS {
        return;
    }
    let index = |name: &str| attribute(start, name)?.parse::<u32>().ok()?.checked_sub(1);
    if let (Some(first), Some(last)) = (index(first), index(last)) {
        runs.push((first, last.min(limit)));
    }
}

/// `F7` in, its place out.
fn place(name: &str) -> Option<CellRef> {
    let split = name.find(|letter: char| letter.is_ascii_digit())?;
    let (letters, digits) = name.split_at(split);
    let mut column = 0u32;
    for letter in letters.bytes() {
        let digit = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    Some(CellRef { row: digits.parse::<u32>().ok()?.checked_sub(1)?, column: column.checked_sub(1)? })
}
