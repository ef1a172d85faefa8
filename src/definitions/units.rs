//! What is scored: the register of units, and finding a unit from what a file calls it.

use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// One scored unit.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Code.
    pub code: String,
    /// Name, as printed.
    pub name: String,
    /// Name for narrow places.
    pub short: String,
    /// Group it is ranked in; empty where there are no groups.
    pub group: String,
    /// Row and column in the tile grid, where it has one.
    pub tile: Option<(u32, u32)>,
    /// Other names.
    pub aliases: Vec<String>,
    /// Codes it had or is wrongly given.
    pub old_codes: Vec<String>,
}

/// All units with the ways files name them.
#[derive(Clone, Debug, Default)]
pub struct UnitRegister {
    /// Ranked units in code order.
    pub units: Vec<Unit>,
    /// Groups in order of first appearance.
    pub groups: Vec<String>,
    /// Names of rows that stand for the whole authority's own figures: shown, never ranked.
    pub own_rows: Vec<String>,
    /// Names of total rows.
    pub total_rows: Vec<String>,
    /// Names and codes that may not be resolved because they stand for several units.
    pub ambiguous: Vec<String>,
    /// Words cut from the front of a name before it is looked up.
    pub prefixes: Vec<String>,
    /// Words cut from the end of a name before it is looked up.
    pub suffixes: Vec<String>,
    /// Headers of columns that name the unit.
    pub name_columns: Vec<String>,
    /// Headers of columns that hold the unit's code.
    pub code_columns: Vec<String>,
    /// Headers of columns that carry nothing to read, such as 序号 and 备注.
    pub ignored_columns: Vec<String>,
    /// Headers of the column that names the measure in a long table.
    pub item_columns: Vec<String>,
    /// Headers of the column that holds the value in a long table.
    pub value_columns: Vec<String>,
    /// Headers of columns that name the period of a row.
    pub period_columns: Vec<String>,
    /// Headers of columns that hold a date.
    pub date_columns: Vec<String>,
    /// Headers of columns that name a part of the unit, whose rows are added up.
    pub detail_columns: Vec<String>,
    keys: BTreeMap<String, Matched>,
}

/// What a text in a unit column stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matched {
    /// A unit, by its own name or code.
    Unit(usize),
    /// A unit, by an alias or an old code.
    Alias(usize),
    /// A total row.
    Total,
    /// The authority's own figures.
    Own,
    /// A name that stands for several units.
    Ambiguous,
    /// Nothing known; [`UnitRegister::nearest`] says what is like it.
    Unknown,
}

/// Folds width (NFKC), drops blanks and brackets.
pub fn fold(text: &str) -> String {
    text.nfkc().filter(|letter| !letter.is_whitespace() && !matches!(letter, '(' | ')')).collect()
}

impl UnitRegister {
    /// Builds the look-up keys; called once after the lists are filled. What stands for several units wins.
    pub(super) fn index(&mut self) {
        let mut keys = BTreeMap::new();
        for (position, unit) in self.units.iter().enumerate() {
            for alias in unit.aliases.iter().chain(&unit.old_codes) {
                keys.insert(fold(alias), Matched::Alias(position));
            }
        }
        for (position, unit) in self.units.iter().enumerate() {
            for own in [&unit.short, &unit.name, &unit.code] {
                keys.insert(fold(own), Matched::Unit(position));
            }
        }
        let special =
            [(&self.own_rows, Matched::Own), (&self.total_rows, Matched::Total), (&self.ambiguous, Matched::Ambiguous)];
        for (words, matched) in special {
            keys.extend(words.iter().map(|word| (fold(word), matched.clone())));
        }
        self.keys = keys;
    }

    /// Finds what a text in a unit column stands for.
    pub fn find(&self, text: &str) -> Matched {
        let key = fold(text);
        if let Some(matched) = self.keys.get(&key) {
            return matched.clone();
        }
        match self.keys.get(&self.without_affixes(&key)) {
            Some(Matched::Unit(unit) | Matched::Alias(unit)) => Matched::Alias(*unit),
            Some(special) => special.clone(),
            None => Matched::Unknown,
        }
    }

    fn without_affixes(&self, key: &str) -> String {
        let mut rest = key;
        for prefix in &self.prefixes {
            rest = rest.strip_prefix(prefix.as_str()).unwrap_or(rest);
        }
        for suffix in &self.suffixes {
            rest = rest.strip_suffix(suffix.as_str()).unwrap_or(rest);
        }
        rest.to_owned()
    }

    /// The unit whose name somebody misspelt, if there is one that is nearer than any other.
    ///
    /// Codes are not misspelt: every code is near to some other.
    pub fn misspelt(&self, text: &str) -> Option<usize> {
        const NEAR: f64 = 0.6;
        let key = fold(text);
        if key.is_ascii() {
            return None;
        }
        let mut scored: Vec<(f64, usize)> =
            self.units.iter().enumerate().map(|(position, unit)| (similarity(&key, unit), position)).collect();
        scored.sort_by(|left, right| right.0.total_cmp(&left.0));
        match scored[..] {
            [(best, unit)] if best >= NEAR => Some(unit),
            [(best, unit), (second, _), ..] if best >= NEAR && best > second => Some(unit),
            _ => None,
        }
    }

    /// Names that are like a text, best first.
    pub fn nearest(&self, text: &str) -> Vec<String> {
        let key = &fold(text);
        let mut scored: Vec<(f64, &str)> =
            self.units.iter().map(|unit| (similarity(key, unit), unit.name.as_str())).collect();
        scored.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        scored
            .into_iter()
            .filter(|(similarity, _)| *similarity >= 0.5)
            .take(3)
            .map(|(_, name)| name.to_owned())
            .collect()
    }
}

/// How near a text is to a unit: a short name or alias counts as much as the full name.
fn similarity(key: &str, unit: &Unit) -> f64 {
    let names = [&unit.name, &unit.short, &unit.code].into_iter().chain(&unit.aliases);
    names.map(|name| strsim::normalized_damerau_levenshtein(key, &fold(name))).fold(0.0, f64::max)
}
