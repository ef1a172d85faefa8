//! Who is asked for what: the forms of a period, one a party, and the stamp by which a form is known again.

use super::calendar::Period;
use super::{Basis, Definitions, Indicator, Measure, ReportedBy, Source};
use crate::audit;

/// How the header of a column begins that repeats the figures of the last period; nothing is read from it.
pub const LAST_PERIOD: &str = "上期:";

/// The sheet of a form that explains it; nothing is read from it.
pub const INSTRUCTIONS: &str = "填报说明";

/// The words in front of a form's stamp.
pub const STAMP_LABEL: &str = "模板版本";

/// Digits of the hash in a stamp: enough to tell editions of one form apart.
const STAMP_DIGITS: usize = 8;

/// Somebody who is sent a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// A department, by position; its form has a row for every unit.
    Department(usize),
    /// A unit, by position; its form has one row.
    Unit(usize),
}

impl Party {
    /// The party's code.
    pub fn code(self, definitions: &Definitions) -> &str {
        match self {
            Party::Department(department) => &definitions.departments[department].code,
            Party::Unit(unit) => &definitions.units.units[unit].code,
        }
    }

    /// The party's name.
    pub fn name(self, definitions: &Definitions) -> &str {
        match self {
            Party::Department(department) => &definitions.departments[department].name,
            Party::Unit(unit) => &definitions.units.units[unit].name,
        }
    }
}

/// What one party is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Who is asked.
    pub party: Party,
    /// Positions of the measures asked for, those of one indicator side by side.
    pub asked: Vec<usize>,
    /// Positions of the measures fixed for the year that its indicators divide by: shown, not asked.
    pub fixed: Vec<usize>,
}

impl Form {
    /// Positions of the units that have a row.
    pub fn units(&self, definitions: &Definitions) -> std::ops::Range<usize> {
        match self.party {
            Party::Department(_) => 0..definitions.units.units.len(),
            Party::Unit(unit) => unit..unit + 1,
        }
    }
}

/// The measures of an indicator, numerator first.
fn measures_of(indicator: &Indicator) -> Vec<usize> {
    match indicator.source {
        Source::Ratio { numerator, denominator } => vec![numerator, denominator],
        Source::Single { measure } => vec![measure],
        Source::Survey { .. } | Source::Panel { .. } => Vec::new(),
    }
}

/// Whether each unit reports its own figure of a measure: every indicator made of it says so.
///
/// A measure that any indicator wants from the department is asked of the department alone, so that nobody is asked
/// twice.
pub fn is_asked_of_units(definitions: &Definitions, measure: usize) -> bool {
    let mut users = definitions.indicators.iter().filter(|indicator| measures_of(indicator).contains(&measure));
    let is_unit = |indicator: &Indicator| indicator.reported_by == ReportedBy::Unit;
    definitions.measures[measure].basis != Basis::Frozen && users.next().is_some_and(is_unit) && users.all(is_unit)
}

/// Whether 不适用 may be written for a measure, and when, as the indicators made of it say.
pub fn may_not_apply(definitions: &Definitions, measure: usize) -> Option<String> {
    let users = definitions.indicators.iter().filter(|indicator| measures_of(indicator).contains(&measure));
    let mut notes: Vec<&str> = Vec::new();
    let mut is_allowed = false;
    for indicator in users.filter(|indicator| indicator.may_not_apply) {
        is_allowed = true;
        if !indicator.na_note.is_empty() && !notes.contains(&indicator.na_note.as_str()) {
            notes.push(&indicator.na_note);
        }
    }
    is_allowed.then(|| notes.join(";"))
}

/// Definitions in, one form for each party that owes anything: departments first, then units.
///
/// Only what an indicator uses is asked, and of one party only; what is fixed for the year is never asked here.
pub fn forms(definitions: &Definitions) -> Vec<Form> {
    let mut of_departments: Vec<Form> = (0..definitions.departments.len())
        .map(|department| Form { party: Party::Department(department), asked: Vec::new(), fixed: Vec::new() })
        .collect();
    let mut of_units: (Vec<usize>, Vec<usize>) = Default::default();
    for indicator in &definitions.indicators {
        let (fixed, asked): (Vec<usize>, Vec<usize>) = measures_of(indicator)
            .into_iter()
            .partition(|&measure| definitions.measures[measure].basis == Basis::Frozen);
        for &measure in &asked {
            let (own_asked, own_fixed) = if is_asked_of_units(definitions, measure) {
                (&mut of_units.0, &mut of_units.1)
            } else {
                let form = &mut of_departments[definitions.measures[measure].department];
                (&mut form.asked, &mut form.fixed)
            };
            add(own_asked, &[measure]);
            add(own_fixed, &fixed);
        }
    }
    of_departments.retain(|form| !form.asked.is_empty());
    if !of_units.0.is_empty() {
        let (asked, fixed) = of_units;
        of_departments.extend((0..definitions.units.units.len()).map(|unit| Form {
            party: Party::Unit(unit),
            asked: asked.clone(),
            fixed: fixed.clone(),
        }));
    }
    of_departments
}

fn add(list: &mut Vec<usize>, more: &[usize]) {
    for measure in more {
        if !list.contains(measure) {
            list.push(*measure);
        }
    }
}

/// A form in, its stamp out: edition, period, party and a hash of everything that must be the same in the form that
/// comes back: measures with names, units of measurement and calibre, and the rows.
pub fn stamp(definitions: &Definitions, period: Period, form: &Form) -> String {
    let edition = &definitions.index.edition;
    let code = form.party.code(definitions);
    let mut lines = vec![format!("{edition}\u{1f}{period}\u{1f}{code}")];
    for (kind, measures) in [("asked", &form.asked), ("fixed", &form.fixed)] {
        lines.extend(measures.iter().map(|&measure| {
            let Measure { id, name, unit, calibre, basis, .. } = &definitions.measures[measure];
            [kind, id, name, unit, calibre, basis.words()].join("\u{1f}")
        }));
    }
    lines.extend(form.units(definitions).map(|unit| {
        let unit = &definitions.units.units[unit];
        format!("{}\u{1f}{}", unit.code, unit.name)
    }));
    let hash = audit::hash(lines.join("\n").as_bytes()).to_uppercase();
    format!("{edition}/{period}/{code}/{}", &hash[..STAMP_DIGITS])
}

/// What a stamp says about the form that bears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StampVerdict {
    /// The form that is sent out for this period.
    Current,
    /// A form of another period.
    OtherPeriod,
    /// A form of this period made before measures, calibre or units changed, or for nobody who is asked now.
    Outdated,
    /// No stamp of ours.
    Unknown,
}

/// The text of a stamp as delivered in, what it says out. Blanks and letter case are not minded.
pub fn check_stamp(definitions: &Definitions, period: Period, text: &str) -> StampVerdict {
    let written: String = text.split_whitespace().collect();
    let parts: Vec<&str> = written.rsplitn(4, '/').collect();
    let [hash, party, when, _edition] = parts[..] else { return StampVerdict::Unknown };
    let is_hash = hash.len() == STAMP_DIGITS && hash.bytes().all(|digit| digit.is_ascii_hexdigit());
    let Some(when) = when.parse::<Period>().ok().filter(|_| is_hash) else { return StampVerdict::Unknown };
    if when != period {
        return StampVerdict::OtherPeriod;
    }
    let is_same = |form: &Form| {
        form.party.code(definitions).eq_ignore_ascii_case(party)
            && stamp(definitions, period, form).split_whitespace().collect::<String>().eq_ignore_ascii_case(&written)
    };
    if forms(definitions).iter().any(is_same) { StampVerdict::Current } else { StampVerdict::Outdated }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Audit, InputFile};

    const TEXT: &str = r#"
format = 1
[index]
id = "x"
name = "指数"
edition = "1"
[register]
name_columns = ["乡镇"]
[[unit]]
code = "01"
name = "东乡"
[[unit]]
code = "02"
name = "西乡"
[[element]]
code = "A"
name = "甲"
weight = 1
[[department]]
code = "MZ"
name = "民政局"
[[department]]
code = "TJ"
name = "统计局"
[[measure]]
id = "people"
name = "人口"
department = "TJ"
unit = "人"
basis = "frozen"
[[measure]]
id = "beds"
name = "床位数"
department = "MZ"
unit = "张"
[[measure]]
id = "visits"
name = "探访数"
department = "MZ"
unit = "次"
[[measure]]
id = "idle"
name = "没人用的数"
department = "MZ"
[[indicator]]
code = "A1"
name = "床位"
element = "A"
weight = 1
numerator = "beds"
denominator = "people"
score = { goalposts = { lower = 0, upper = 1 } }
[[indicator]]
code = "A2"
name = "探访"
element = "A"
weight = 1
numerator = "visits"
denominator = "people"
score = { goalposts = { lower = 0, upper = 1 } }
may_not_apply = true
na_note = "没有对象的不适用"
reported_by = "unit"
"#;

    fn definitions(text: &str) -> Definitions {
        let file = InputFile { path: "indicators/a.toml".into(), bytes: text.as_bytes().into() };
        let mut audit = Audit::default();
        let definitions = super::super::parse(&[file], &mut audit);
        definitions.unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
    }

    fn period() -> Period {
        "2024Q3".parse().expect("a period")
    }

    #[test]
    fn a_department_is_not_asked_for_what_the_units_report_nor_for_what_nobody_uses() {
        let definitions = definitions(TEXT);
        let found: Vec<(&str, Vec<usize>, Vec<usize>)> = forms(&definitions)
            .into_iter()
            .map(|form| (form.party.code(&definitions), form.asked, form.fixed))
            .collect();
        assert_eq!(found, [("MZ", vec![1], vec![0]), ("01", vec![2], vec![0]), ("02", vec![2], vec![0])]);
        assert_eq!(may_not_apply(&definitions, 2).as_deref(), Some("没有对象的不适用"));
        assert_eq!(may_not_apply(&definitions, 1), None);
    }

    #[test]
    fn a_measure_that_one_indicator_wants_from_the_department_is_asked_of_it_alone() {
        let shared = definitions(&TEXT.replace("numerator = \"beds\"", "numerator = \"visits\""));
        let asked: Vec<(&str, Vec<usize>)> =
            forms(&shared).into_iter().map(|form| (form.party.code(&shared), form.asked)).collect();
        assert_eq!(asked, [("MZ", vec![2])]);
    }

    #[test]
    fn a_stamp_changes_with_its_own_measures_and_with_nothing_else() {
        let stamps = |text: &str| -> Vec<String> {
            let definitions = definitions(text);
            forms(&definitions).iter().map(|form| stamp(&definitions, period(), form)).collect()
        };
        let [department, first, second] = &stamps(TEXT)[..] else { panic!("three forms") };
        assert!(department.starts_with("1/2024Q3/MZ/") && department.len() == "1/2024Q3/MZ/".len() + 8, "{department}");
        let renamed = stamps(&TEXT.replace("床位数", "床位总数"));
        assert_ne!(&renamed[0], department);
        assert_eq!(renamed[1..], [first.clone(), second.clone()]);
        let other_calibre = stamps(&TEXT.replace("unit = \"次\"", "unit = \"次\"\ncalibre = \"不含电话\""));
        assert_eq!(&other_calibre[0], department);
        assert_ne!(&other_calibre[1], first);
        assert_eq!(stamps(&TEXT.replace("没人用的数", "别的数")), stamps(TEXT));
        assert_ne!(stamps(&TEXT.replace("西乡", "西镇"))[0], *department);
    }

    #[test]
    fn a_stamp_is_told_from_one_of_another_period_and_from_an_outdated_one() {
        let known = definitions(TEXT);
        let verdict = |text: &str| check_stamp(&known, period(), text);
        for form in forms(&known) {
            let own = stamp(&known, period(), &form);
            assert_eq!(verdict(&own), StampVerdict::Current);
            assert_eq!(verdict(&format!("  {} ", own.to_lowercase())), StampVerdict::Current);
            assert_eq!(verdict(&stamp(&known, period().previous(), &form)), StampVerdict::OtherPeriod);
            let newer = definitions(&TEXT.replace("edition = \"1\"", "edition = \"2/3\""));
            let own_of_newer = stamp(&newer, period(), &form);
            assert_eq!(verdict(&own_of_newer), StampVerdict::Outdated);
            assert_eq!(check_stamp(&newer, period(), &own_of_newer), StampVerdict::Current);
        }
        for text in ["", "第3版", "1/2024Q3/MZ", "1/2024Q3/MZ/1234567", "1/2024Q9/MZ/12345678"] {
            assert_eq!(verdict(text), StampVerdict::Unknown, "{text}");
        }
    }
}
