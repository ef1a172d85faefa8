//! One table read cell by cell, with what is odd about its columns and rows.

use super::cells::{At, answered, message_at, observe};
use super::columns::ColumnKeys;
use super::lines::{Line, Lines, Rows, lines};
use super::shares::{self, ColumnShare, Share};
use super::sheet::Sheet;
use super::versions::Clashes;
use super::{Seen, totals};
use crate::audit::{Audit, Code, Diagnostic, Severity};
use crate::definitions::calendar::Period;
use crate::definitions::decimal::plain;
use crate::definitions::{Basis, Definitions};
use crate::extract::{RawValue, values};
use crate::facts::{Check, Facts, Observation, Observed, Origin, ReadColumn};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Reads one table cell by cell.
pub(super) struct Reader<'a, 'd> {
    pub(super) sheet: &'a mut Sheet<'d>,
    pub(super) period: Period,
    pub(super) previous: Option<&'a Facts>,
    pub(super) facts: &'a mut Facts,
    pub(super) seen: &'a mut Seen,
    pub(super) clashes: &'a mut Clashes,
    pub(super) audit: &'a mut Audit,
}

impl Reader<'_, '_> {
    /// Reads every column, checks its totals, and says how the table was understood.
    pub(super) fn read(&mut self, keys: &ColumnKeys) {
        self.note_columns();
        let item = self.sheet.header.long();
        if let Some((item, value)) = item {
            let rows = self.sheet.header.first_data_row..self.sheet.table.rows.len();
            let first = rows.map(|row| values::text(self.sheet.value(row, item))).find_map(|text| keys.measure(&text));
            self.sheet.columns = first.map(|measure| (value, measure)).into_iter().collect();
        }
        let lines = lines(self.sheet, self.period, self.audit);
        let columns: Vec<(usize, usize, Rc<Rows>)> = match item {
            Some((item, value)) => self.long_rows(keys, item, value, &lines),
            None => {
                let columns = self.sheet.columns.iter();
                columns.map(|&(column, measure)| (column, measure, Rc::clone(&lines.rows))).collect()
            }
        };
        self.sheet.columns = columns.iter().map(|&(column, measure, _)| (column, measure)).collect();
        self.note_ragged(&lines);
        if !self.sheet.is_frozen {
            self.compare_frozen(&lines);
        }
        let mut met = BTreeSet::new();
        let mut read = Vec::new();
        for (column, measure, rows) in columns {
            let share = self.share(column, measure, &rows);
            self.seen.measures[measure].push(self.sheet.source);
            let mut figures: BTreeMap<Option<usize>, Vec<Figure>> = BTreeMap::new();
            let (mut read_count, mut unreadable_count) = (0, 0);
            for &(row, line) in rows.iter() {
                let unit = match line {
                    Line::Unit(unit) => Some(unit),
                    Line::Own => None,
                    Line::Total(_) => continue,
                };
                met.extend(unit);
                read_count += 1;
                let figure = self.figure(At { row, column, measure, unit }, share.of(row));
                unreadable_count += usize::from(figure.is_unreadable());
                if lines.is_detail {
                    figures.entry(unit).or_default().push(figure);
                } else {
                    self.put(vec![figure]);
                }
            }
            for (_, parts) in figures {
                self.put(parts);
            }
            self.tally(measure, Check::Readable, read_count, unreadable_count);
            self.seen.doubtful.extend(lines.doubtful.iter().map(|&unit| (measure, unit)));
            if item.is_none()
                && !lines.has_unread
                && let Some((check, tested, found)) = totals::check(self.sheet, &rows, column, measure, self.audit)
            {
                self.tally(measure, check, tested, found);
            }
            let column = self.sheet.cell(0, column).column;
            read.push(ReadColumn { column, measure, is_fraction: share.is_fraction });
        }
        let reading = &mut self.facts.readings[self.sheet.source as usize];
        reading.department = read.first().map(|column| self.sheet.definitions.measures[column.measure].department);
        reading.columns = read;
        reading.unit_count = met.len();
    }

    pub(super) fn tally(&mut self, measure: usize, check: Check, tested: usize, found: usize) {
        self.sheet.tallies.push((measure, check, tested, found));
    }

    /// In a long table the measure stands in each row: rows by measure, in order of the measures.
    fn long_rows(
        &mut self,
        keys: &ColumnKeys,
        item: usize,
        value: usize,
        lines: &Lines,
    ) -> Vec<(usize, usize, Rc<Rows>)> {
        let mut by_measure: BTreeMap<usize, Rows> = BTreeMap::new();
        let mut unknown = BTreeSet::new();
        let mut met = BTreeSet::new();
        for &(row, line) in lines.rows.iter() {
            let text = values::text(self.sheet.value(row, item));
            let sheet = &*self.sheet;
            match keys.measure(&text) {
                Some(measure) if is_frozen(sheet, measure) != sheet.is_frozen => {}
                Some(measure) => {
                    let is_unit = matches!(line, Line::Unit(_) | Line::Own);
                    let key = match line {
                        Line::Unit(unit) => Some(unit),
                        _ => None,
                    };
                    if is_unit && !lines.is_detail && !met.insert((measure, key)) {
                        let at = At { row, column: value, measure, unit: key };
                        let message = format!("同一单位的“{text}”写了两行,后一行没有采用");
                        self.audit.note(message_at(sheet, at, Code::UnitDuplicate, message).help("删去多余的一行"));
                        continue;
                    }
                    by_measure.entry(measure).or_default().push((row, line));
                }
                None if !unknown.insert(text.clone()) => {}
                None => self.audit.note(
                    sheet
                        .note(
                            Code::ColumnUnmatched,
                            sheet.place(row, item),
                            format!("“{text}”对不上任何数据项,这样的行没有采用"),
                        )
                        .found(&text)
                        .help(nearest_measures(sheet.definitions, &text)),
                ),
            }
        }
        by_measure.into_iter().map(|(measure, rows)| (value, measure, Rc::new(rows))).collect()
    }

    fn share(&mut self, column: usize, measure: usize, rows: &[(usize, Line)]) -> ColumnShare {
        if self.sheet.definitions.measures[measure].unit != "%" {
            return ColumnShare::default();
        }
        let rows: Vec<(usize, Line, usize)> = rows.iter().map(|&(row, line)| (row, line, measure)).collect();
        shares::decide(self.sheet, column, &rows, self.previous, self.audit)
    }

    fn figure(&self, at: At, share: Share) -> Figure {
        let (observed, note) = observe(self.sheet, at, share);
        let is_shifted = self.sheet.table.sheet.is_none() && extra_cell(self.sheet, at.row).is_some();
        Figure { at, share, observed: if is_shifted { Observed::NotReported } else { observed }, note }
    }

    /// Puts the figure of a unit, or its parts, into the facts, unless a later version was read before.
    fn put(&mut self, mut parts: Vec<Figure>) {
        let Figure { at, .. } = parts[0];
        let origin = Origin { table: self.sheet.source, cell: self.sheet.cell(at.row, at.column) };
        let earlier = match at.unit {
            Some(unit) => *self.facts.observation(at.measure, unit),
            None => self.facts.own[at.measure],
        };
        self.sheet.figure_count += 1;
        if let Some(used) = earlier.origin {
            let sum = self.sum(&parts).0;
            *self.sheet.clash_counts.entry(used.table).or_default() += 1;
            self.clashes.add((at.measure, at.unit), (sum, origin), (earlier.observed, used), self.facts);
            return;
        }
        for part in &mut parts {
            if let Some(note) = part.note.take()
                && let Some(answer) = self.audit.ask(*note)
            {
                part.observed = answered(self.sheet, part.at, part.share, &answer, self.audit);
            }
        }
        let (observed, note) = self.sum(&parts);
        if let Some(note) = note {
            self.audit.note(note);
        }
        let observation = Observation { observed, origin: Some(origin) };
        match at.unit {
            Some(unit) => *self.facts.observation_mut(at.measure, unit) = observation,
            None => self.facts.own[at.measure] = observation,
        }
    }

    /// The parts of a unit together, and what is wrong with adding them.
    fn sum(&self, parts: &[Figure]) -> (Observed, Option<Diagnostic>) {
        let observed = parts.iter().map(|part| part.observed).reduce(added).unwrap_or(Observed::NotReported);
        let Some(second) = parts.get(1) else { return (observed, None) };
        let measure = &self.sheet.definitions.measures[second.at.measure];
        if !measure.is_additive() {
            let message = format!("“{}”以“{}”计,分几行填的不能相加,没有采用", measure.name, measure.unit);
            let note = message_at(self.sheet, second.at, Code::UnitDuplicate, message);
            return (Observed::NotReported, Some(note.help("这一项请每个单位只填一个数")));
        }
        match observed {
            Observed::Value(sum) if !(measure.min..=measure.max).contains(&sum) => {
                let message = format!("“{}”各行之和 {} 超出允许范围,没有采用", measure.name, plain(sum, 4));
                let note = message_at(self.sheet, second.at, Code::ValueOutOfRange, message);
                (Observed::NotReported, Some(note.help("核对各行的数")))
            }
            _ => (observed, None),
        }
    }
}

/// What stands in one cell, before it is known whether it counts.
struct Figure {
    at: At,
    share: Share,
    observed: Observed,
    note: Option<Box<Diagnostic>>,
}

impl Figure {
    fn is_unreadable(&self) -> bool {
        self.note.as_ref().is_some_and(|note| note.severity() == Severity::Error)
    }
}

/// The first filled cell of a row beyond the header.
pub(super) fn extra_cell(sheet: &Sheet<'_>, row: usize) -> Option<usize> {
    (sheet.header.width..sheet.table.rows[row].len()).find(|&at| *sheet.value(row, at) != RawValue::Empty)
}

pub(super) fn is_frozen(sheet: &Sheet<'_>, measure: usize) -> bool {
    sheet.definitions.measures[measure].basis == Basis::Frozen
}

/// Parts of a unit together; one part that is not known leaves the whole unknown.
fn added(sum: Observed, part: Observed) -> Observed {
    match (sum, part) {
        (Observed::Value(sum), Observed::Value(part)) => Observed::Value(sum + part),
        (Observed::NotReported, _) | (_, Observed::NotReported) => Observed::NotReported,
        (Observed::NotApplicable, other) | (other, Observed::NotApplicable) => other,
    }
}

pub(super) fn nearest_measures(definitions: &Definitions, header: &str) -> String {
    let mut scored: Vec<(f64, &str)> = definitions
        .measures
        .iter()
        .map(|measure| (strsim::normalized_damerau_levenshtein(header, &measure.name), measure.name.as_str()))
        .collect();
    scored.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
    let near: Vec<&str> = scored.into_iter().filter(|(near, _)| *near >= 0.4).take(3).map(|(_, name)| name).collect();
    if near.is_empty() {
        "若是数据项,请改用模板里的列名;若不必报送,请删去这一列".to_owned()
    } else {
        format!("最接近的数据项:{};请改用模板里的列名,不必报送的列请删去", near.join("、"))
    }
}
