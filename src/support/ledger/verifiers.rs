//! Who may close a problem: a known department or the helper, and nobody who rectifies it or asked for the closing.

use super::Item;
use crate::definitions::{Definitions, Matched, fold};

/// Why somebody may not verify, with the name as written.
pub(super) enum Unfit {
    /// The unit itself, an office of it, or who leads the rectification.
    Rectifies(String),
    /// Who asked for the closing.
    Asked(String),
    /// No department that the definitions know, nor the helper: a person, say.
    Unknown(String),
}

/// Whom a name stands for.
#[derive(PartialEq)]
enum Party {
    Department(usize),
    Other(String),
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ',', '，', ';', '；', '/']).map(str::trim).filter(|part| !part.is_empty())
}

/// A department by code, name or alias, else the name itself.
fn party(definitions: &Definitions, name: &str) -> Party {
    let key = fold(name);
    let department = definitions.departments.iter().position(|department| {
        [&department.name, &department.code].into_iter().chain(&department.aliases).any(|name| fold(name) == key)
    });
    department.map_or(Party::Other(key), Party::Department)
}

/// Whether all who verified may do so; the first one who may not otherwise.
pub(super) fn judge(definitions: &Definitions, item: &Item, by: &str) -> Result<(), Unfit> {
    let of = |text: &str| -> Vec<Party> { parts(text).map(|name| party(definitions, name)).collect() };
    let (owners, asked, helpers) = (of(&item.owner), of(&item.close_requested_by), of(&item.helper));
    for name in parts(by) {
        let who = party(definitions, name);
        if owners.contains(&who) || is_own(definitions, item, name, &who) {
            return Err(Unfit::Rectifies(name.to_owned()));
        }
        if asked.contains(&who) {
            return Err(Unfit::Asked(name.to_owned()));
        }
        let is_helper = || helpers.contains(&who) || fold(by) == fold(&item.helper);
        if matches!(who, Party::Other(_)) && !is_helper() {
            return Err(Unfit::Unknown(name.to_owned()));
        }
    }
    Ok(())
}

/// Whether a name is that of the unit or of an office of it.
fn is_own(definitions: &Definitions, item: &Item, name: &str, who: &Party) -> bool {
    let named = match definitions.units.find(name) {
        Matched::Unit(unit) | Matched::Alias(unit) => Some(unit),
        _ => None,
    };
    // A county may be called like one of its towns, so what is known as a department is no office of the unit.
    let Party::Other(key) = who else { return named == Some(item.unit) };
    let unit = &definitions.units.units[item.unit];
    let is_office = || {
        let names = [&unit.name, &unit.short].into_iter().chain(&unit.aliases).map(|name| fold(name));
        names.into_iter().any(|name| !name.is_empty() && key.contains(name.as_str()))
    };
    named == Some(item.unit) || named.is_none() && is_office()
}

/// Who may close a problem, in words: the helper first, then every known department that does not rectify it.
pub(super) fn allowed(definitions: &Definitions, item: &Item) -> String {
    let departments = definitions.departments.iter().map(|department| department.name.as_str());
    let mut names: Vec<&str> = Vec::new();
    for name in parts(&item.helper).chain(departments) {
        if !names.contains(&name) && judge(definitions, item, name).is_ok() {
            names.push(name);
        }
    }
    names.join("、")
}
