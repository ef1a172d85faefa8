//! Forms that units fill in for themselves: tables of one row each, which together make up a measure.

use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::Definitions;
use crate::definitions::calendar::Period;
use crate::definitions::forms::is_asked_of_units;
use std::collections::{BTreeMap, BTreeSet};

/// Which units came, by measure, in tables that hold nothing but what units report themselves.
#[derive(Debug, Default)]
pub(super) struct OwnForms {
    units: BTreeMap<usize, BTreeSet<usize>>,
}

impl OwnForms {
    /// Takes note of a table with these columns and units, if it holds nothing but what units report themselves:
    /// such a table need not name every unit.
    pub(super) fn take(
        &mut self,
        definitions: &Definitions,
        columns: &[(usize, usize)],
        met: &BTreeSet<usize>,
    ) -> bool {
        let is_own = !columns.is_empty() && columns.iter().all(|&(_, measure)| is_asked_of_units(definitions, measure));
        if is_own {
            for &(_, measure) in columns {
                self.units.entry(measure).or_default().extend(met);
            }
        }
        is_own
    }

    /// Notes the units that are in none of these tables, once all of them are read.
    pub(super) fn check_complete(&self, definitions: &Definitions, period: Period, audit: &mut Audit) {
        let units = &definitions.units.units;
        if !definitions.index.units_required {
            return;
        }
        let mut missing: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
        for (&measure, met) in &self.units {
            let absent: Vec<usize> = (0..units.len()).filter(|unit| !met.contains(unit)).collect();
            if !absent.is_empty() {
                missing.entry(absent).or_default().push(measure);
            }
        }
        for (absent, measures) in missing {
            let word = &definitions.index.unit_word;
            let shown: Vec<&str> = absent.iter().take(20).map(|&unit| units[unit].name.as_str()).collect();
            let names = |measures: &[usize]| -> Vec<&str> {
                measures.iter().map(|&measure| definitions.measures[measure].name.as_str()).collect()
            };
            let items = names(&measures).join("、");
            let message = format!("由{word}自报的“{items}”缺 {} 个{word}:{}", absent.len(), shown.join("、"));
            let department = definitions.measures[measures[0]].department;
            audit.note(
                Diagnostic::new(Code::UnitMissing, Place::file(format!("data/{period}")), message)
                    .department(&definitions.departments[department].name)
                    .item(items)
                    .found(format!("{} 个", units.len() - absent.len()))
                    .expected(format!("{} 个", units.len()))
                    .help(format!("请这些{word}报送自己的表;不适用的也要填“不适用”")),
            );
        }
    }
}
