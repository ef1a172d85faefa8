//! The ledger by small tables: quarters of text in, problems out.

mod closings;
mod transitions;
mod years;

use super::{Item, Ledger, State, advance};
use crate::audit::{Audit, Code, InputFile};
use crate::definitions::calendar::{Date, Period};
use crate::definitions::{Definitions, parse};
use crate::extract;
use crate::facts::{Facts, Material, tidy};
use crate::index::{Scores, score};

const INDEX: &str = include_str!("../../../../tests/projects/ledger/indicators/index.toml");
const RULES: &str = include_str!("../../../../tests/projects/ledger/indicators/rules.toml");
const CALENDAR: &str = include_str!("../../../../tests/projects/ledger/data/frozen/calendar.csv");
const HEADER: &str = "问题编号,日期,动作,办理单位,佐证材料编号,内容,核验方式,完成比例,实测值,结论,延期至,审批\n";

fn file(path: &str, text: &str) -> InputFile {
    InputFile { path: path.into(), bytes: text.as_bytes().into() }
}

fn definitions() -> Definitions {
    definitions_of(INDEX)
}

fn definitions_of(index: &str) -> Definitions {
    let mut audit = Audit::default();
    let files = [file("indicators/index.toml", index), file("indicators/rules.toml", RULES)];
    parse(&files, &mut audit).unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
}

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn day(text: &str) -> Date {
    Date::read(text).expect("a day")
}

/// A quarter in which the first unit has so many of 200 devices online; `None` where nothing is reported.
fn quarter(definitions: &Definitions, name: &str, online: Option<u32>, tables: &[(&str, &str)]) -> (Facts, Scores) {
    let mut audit = Audit::default();
    let mut files: Vec<InputFile> =
        tables.iter().map(|(stem, text)| file(&format!("data/{name}/{stem}.csv"), text)).collect();
    if let Some(online) = online {
        let text = format!("乡镇,在线设备数,设备数\n东乡,{online},200\n西乡,190,200\n南镇,190,200\n");
        files.push(file("data/x/民政局.csv", &text));
    }
    let delivered = extract::read(&files, &mut audit);
    let frozen = extract::read(&[file("data/frozen/calendar.csv", CALENDAR)], &mut audit);
    let facts = tidy(
        definitions,
        period(name),
        &Material { delivered: &delivered, frozen: &frozen, ..Material::default() },
        None,
        &mut audit,
    );
    let scores = score(definitions, &facts.matrix(definitions), period(name), None);
    (facts, scores)
}

/// A problem of the first unit's devices, found in the first quarter of 2022, in some state.
fn item(state: State) -> Item {
    let mut item = Item::new("2022Q1-01-A1-01".to_owned(), period("2022Q1"), 0, day("2022-06-30"));
    item.indicator = Some(0);
    item.owner = "东乡".to_owned();
    item.helper = "民政局".to_owned();
    item.state = state;
    if state != State::Pending {
        item.assigned_on = Some(day("2022-04-18"));
    }
    if !state.is_open() {
        item.left_on = Some(day("2022-06-20"));
    }
    item
}

fn ledger(name: &str, items: Vec<Item>) -> Ledger {
    Ledger { period: Some(period(name)), items }
}

/// What rows of the table of actions make of a ledger in a quarter, and the codes of what is wrong with them.
fn act(before: &Ledger, name: &str, online: Option<u32>, rows: &str) -> (Ledger, Vec<(Code, String)>) {
    let definitions = definitions();
    let (facts, scores) = quarter(&definitions, name, online, &[("actions", &format!("{HEADER}{rows}"))]);
    let mut audit = Audit::default();
    let after = advance(&definitions, &facts, &scores, &[before], &mut audit);
    let found = audit.diagnostics().iter().map(|found| (found.code, found.to_string())).collect();
    (after, found)
}

fn codes(found: &[(Code, String)]) -> Vec<Code> {
    found.iter().map(|(code, _)| *code).collect()
}
