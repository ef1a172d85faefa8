//! A dirty file beside the report that frictionless gives for it: nothing that it flags may pass in silence.

use crate::project::{Outcome, read, repository};
use std::collections::BTreeSet;
use yinxiang::audit::Code;

const PROJECT: &str = "tests/projects/published/frictionless-dirty";

/// What a row of frictionless' report is about, and what we do not flag because we read it.
const READ_ON_PURPOSE: [(&str, &str); 2] = [("C4", "1,431"), ("G6", "2026/04/06")];

/// Cells (`C4`) and whole rows (`7`) that frictionless flags.
fn flagged() -> BTreeSet<String> {
    let path = repository(PROJECT).join("expected/frictionless_report.csv");
    let mut reader = csv::Reader::from_path(path).expect("the report of frictionless");
    let places = reader.records().map(|record| {
        let record = record.expect("a row");
        // The header has no row number there.
        let row = if record[0].is_empty() { "1" } else { &record[0] };
        let column = record[1].parse::<u8>().map(|number| char::from(b'A' + number - 1).to_string());
        format!("{}{row}", column.unwrap_or_default())
    });
    places.collect()
}

#[test]
fn every_cell_that_frictionless_flags_has_a_finding_but_for_the_values_that_are_read_on_purpose() {
    let outcome = Outcome::of(&read(&repository(PROJECT)), None);
    let found: BTreeSet<String> =
        outcome.audit.diagnostics().iter().filter_map(|found| Some(found.place.cell?.to_string())).collect();
    let is_covered = |place: &String| {
        let is_row = place.bytes().all(|byte| byte.is_ascii_digit());
        found
            .iter()
            .any(|cell| if is_row { cell.trim_start_matches(char::is_alphabetic) == place } else { cell == place })
    };
    let missed: Vec<String> = flagged().into_iter().filter(|place| !is_covered(place)).collect();
    assert_eq!(missed, READ_ON_PURPOSE.map(|(cell, _)| cell.to_owned()), "{}", outcome.findings());
}

#[test]
fn what_is_read_on_purpose_is_read_right() {
    let outcome = Outcome::of(&read(&repository(PROJECT)), None);
    let assessment = outcome.scored();
    let facts = &assessment.current().expect("a period").facts;
    let elders = |unit: usize| facts.observation(0, unit).observed;
    use yinxiang::facts::Observed::{NotReported, Value};
    // T03 "1,431", T10 "１２０"; T02 980 is sound although its neighbour is not; T05 n/a and T07 −5 are not used.
    assert_eq!([2, 9, 1, 4, 6].map(elders), [Value(1431.0), Value(120.0), Value(980.0), NotReported, NotReported]);
    assert!(outcome.with_code(Code::DateInvalid).iter().all(|found| found.found != "2026/04/06"));
}
