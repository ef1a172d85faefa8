//! Which of a department's files is a correction of which, as the facts have it.

use super::Standing;
use crate::facts::{Replaced, TableReading};
use std::collections::{BTreeMap, BTreeSet};

/// Which version of a department's figures a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    /// One more than that of the latest file it corrects; 1 where it corrects none.
    pub(super) number: usize,
    /// What it counts for.
    pub(super) standing: Standing,
}

/// The versions of a department's files with figures, by path.
///
/// Nothing is told from names or from the order in which files were read: a file corrects another one where the facts
/// replaced figures of the one by those of the other, or where both bring the same measure for some unit and the day of
/// the one is later. Files of which nobody knows the later one are two first versions.
pub(super) fn versions<'a>(
    readings: &'a [TableReading],
    replaced: &[Replaced],
    unit_count: usize,
    department: usize,
) -> BTreeMap<&'a str, Version> {
    let own: BTreeMap<u32, &TableReading> =
        (0..).zip(readings).filter(|(_, reading)| reading.department == Some(department)).collect();
    let changed = || replaced.iter().map(|change| (change.before.1.table, change.after.1.table));
    let brought_again = own.iter().filter_map(|(&position, reading)| Some((position, reading.replaced_by?)));
    let of_facts =
        changed().chain(brought_again).filter_map(|(before, after)| Some((*own.get(&before)?, *own.get(&after)?)));
    let of_days = own.values().flat_map(|before| own.values().map(|after| (*before, *after)));
    let of_days = of_days.filter(|(before, after)| is_earlier(before, after, unit_count));
    let corrections: BTreeSet<(&str, &str)> = of_facts
        .chain(of_days)
        .map(|(before, after)| (&*before.file, &*after.file))
        .filter(|(before, after)| before != after)
        .collect();
    let with_changes: BTreeSet<u32> = changed().map(|(before, _)| before).collect();
    let mut files: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (&position, reading) in &own {
        files.entry(&reading.file).or_default().push(position);
    }
    let numbers = numbers(files.keys().copied(), &corrections);
    let version = |(path, positions): (&'a str, Vec<u32>)| {
        let is_replaced = |position: &u32| own[position].replaced_by.is_some();
        let mut with_columns = positions.iter().filter(|position| !own[*position].columns.is_empty()).peekable();
        let standing = if with_columns.peek().is_some() && with_columns.all(is_replaced) {
            Standing::Replaced
        } else if positions.iter().any(|position| is_replaced(position) || with_changes.contains(position)) {
            Standing::PartlyReplaced
        } else {
            Standing::Used
        };
        (path, Version { number: numbers[path], standing })
    };
    files.into_iter().map(version).collect()
}

/// Whether two tables bring the same measure for some unit and the second one is later. That some unit has a row in both
/// is certain where together they have more rows than there are units.
fn is_earlier(before: &TableReading, after: &TableReading, unit_count: usize) -> bool {
    let is_earlier = before.version_day.is_some() && before.version_day < after.version_day;
    let shares = || {
        let measures: BTreeSet<usize> = before.columns.iter().map(|column| column.measure).collect();
        after.columns.iter().any(|column| measures.contains(&column.measure))
    };
    is_earlier && before.unit_count + after.unit_count > unit_count && shares()
}

/// The number of each file: the longest chain of corrections that ends in it.
fn numbers<'a>(
    files: impl Iterator<Item = &'a str>,
    corrections: &BTreeSet<(&'a str, &'a str)>,
) -> BTreeMap<&'a str, usize> {
    let mut numbers: BTreeMap<&str, usize> = files.map(|file| (file, 1)).collect();
    // A chain has at most as many files as there are; facts that ran in a circle would not keep us here.
    for _ in 1..numbers.len() {
        let mut is_settled = true;
        for &(before, after) in corrections {
            if numbers[after] <= numbers[before] {
                numbers.insert(after, numbers[before] + 1);
                is_settled = false;
            }
        }
        if is_settled {
            break;
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::CellRef;
    use crate::definitions::calendar::Date;
    use crate::facts::{Layout, Observed, Origin, ReadColumn};

    const UNITS: usize = 3;

    /// A table of some units, filled in on a day of July.
    fn reading(file: &str, day: Option<u32>, measures: &[usize], unit_count: usize) -> TableReading {
        let column = |(column, &measure): (u32, &usize)| ReadColumn { column, measure, is_fraction: false };
        TableReading {
            file: file.into(),
            sheet: None,
            recognised: "csv",
            department: Some(0),
            meta: Vec::new(),
            header: (2, 4),
            layout: Layout::Wide,
            columns: (0..).zip(measures).map(column).collect(),
            unit_count,
            is_frozen: false,
            version_day: day.map(|day| Date { year: 2024, month: 7, day }),
            replaced_by: None,
        }
    }

    fn replaced_by(mut reading: TableReading, later: u32) -> TableReading {
        reading.replaced_by = Some(later);
        reading
    }

    /// A figure of the first table that the second one changed.
    fn change(before: u32, after: u32) -> Replaced {
        let at = |table| (Observed::Value(f64::from(table)), Origin { table, cell: CellRef { row: 3, column: 1 } });
        Replaced { measure: 1, unit: Some(1), before: at(before), after: at(after) }
    }

    fn told(readings: &[TableReading], replaced: &[Replaced]) -> Vec<(String, usize, Standing)> {
        let versions = versions(readings, replaced, UNITS, 0);
        versions.iter().map(|(path, version)| ((*path).to_owned(), version.number, version.standing)).collect()
    }

    fn expected(versions: &[(&str, usize, Standing)]) -> Vec<(String, usize, Standing)> {
        versions.iter().map(|&(path, number, standing)| (path.to_owned(), number, standing)).collect()
    }

    use Standing::{PartlyReplaced, Replaced as WhollyReplaced, Used};

    #[test]
    fn the_day_tells_the_version_and_not_the_order_of_the_names() {
        let (first, second) = ("教育局.csv", "教育局(更正).csv");
        let readings = [reading(second, Some(5), &[1], 2), reading(first, Some(3), &[1], 3)];
        let partly = expected(&[(second, 2, Used), (first, 1, PartlyReplaced)]);
        assert_eq!(told(&readings, &[change(1, 0)]), partly);
        let readings = [reading(second, Some(5), &[1], 3), replaced_by(reading(first, Some(3), &[1], 3), 0)];
        assert_eq!(told(&readings, &[]), expected(&[(second, 2, Used), (first, 1, WhollyReplaced)]));
    }

    #[test]
    fn every_correction_of_a_correction_is_one_more() {
        let readings = [
            replaced_by(reading("a", Some(4), &[1, 2], 3), 2),
            replaced_by(reading("b", Some(3), &[1, 2], 3), 2),
            reading("c", Some(6), &[1, 2], 3),
            reading("d", Some(6), &[3], 3),
        ];
        let versions = [("a", 2, WhollyReplaced), ("b", 1, WhollyReplaced), ("c", 3, Used), ("d", 1, Used)];
        assert_eq!(told(&readings, &[]), expected(&versions));
    }

    #[test]
    fn forms_of_different_units_are_no_versions_of_each_other_and_a_corrected_one_is() {
        let readings = [
            replaced_by(reading("乡镇-01", Some(3), &[1], 1), 1),
            reading("乡镇-01-更正", Some(6), &[1], 1),
            reading("乡镇-02", Some(4), &[1], 1),
            reading("乡镇-03", Some(5), &[1], 1),
        ];
        let versions =
            [("乡镇-01", 1, WhollyReplaced), ("乡镇-01-更正", 2, Used), ("乡镇-02", 1, Used), ("乡镇-03", 1, Used)];
        assert_eq!(told(&readings, &[]), expected(&versions));
    }

    #[test]
    fn without_days_nobody_knows_which_file_corrects_the_other() {
        for day in [None, Some(3)] {
            let readings = [reading("a", day, &[1], 3), reading("b", day, &[1], 3)];
            assert_eq!(told(&readings, &[]), expected(&[("a", 1, Used), ("b", 1, Used)]));
        }
        assert!(versions(&[reading("a", None, &[1], 3)], &[], UNITS, 1).is_empty());
    }

    #[test]
    fn a_file_is_replaced_only_with_all_its_sheets() {
        let readings = [
            replaced_by(reading("a", Some(3), &[1], 3), 2),
            reading("a", Some(3), &[2], 3),
            reading("b", Some(5), &[1], 3),
        ];
        assert_eq!(told(&readings, &[]), expected(&[("a", 1, PartlyReplaced), ("b", 2, Used)]));
    }
}
