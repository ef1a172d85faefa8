//! All scores of a panel in, what counts out: own units excluded, doubtful scores noted, means and agreement computed.

use super::agreement::{concordance, correlation, severities, trimmed_mean};
use super::reader::{Gathered, Key, Written};
use super::{AssessorResult, PanelCell, PanelItemResult, PanelResult};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::decimal::plain;
use crate::definitions::{Definitions, Panel};
use crate::extract::values::{self, Reading};
use std::collections::BTreeMap;

/// What came of one assessor's score.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
    /// A valid score.
    Valid(f64),
    /// The assessor's own unit, with a score that is left out.
    Excluded,
    /// The assessor's own unit, without a score, as it should be.
    Spared,
    /// Nothing came, though it was due.
    Missing,
    /// Something came that could not be used.
    Refused,
}

/// Judges what was gathered for each panel, in the order of the definitions.
pub(in crate::facts) fn settle(
    definitions: &Definitions,
    gathered: &[Gathered],
    audit: &mut Audit,
) -> Vec<PanelResult> {
    let panels = definitions.panels.iter().zip(gathered);
    panels.map(|(panel, gathered)| Judge { definitions, panel, gathered }.result(audit)).collect()
}

struct Judge<'a> {
    definitions: &'a Definitions,
    panel: &'a Panel,
    gathered: &'a Gathered,
}

impl Judge<'_> {
    fn result(&self, audit: &mut Audit) -> PanelResult {
        let unit_count = self.definitions.units.units.len();
        let mut standings: BTreeMap<Key, Standing> = BTreeMap::new();
        for assessor in 0..self.panel.assessors.len() {
            for unit in 0..unit_count {
                for item in 0..self.panel.items.len() {
                    let key = Key { assessor, unit, item };
                    standings.insert(key, self.standing(key, audit));
                }
            }
        }
        if !self.gathered.sources.is_empty() {
            self.note_missing(&standings, audit);
        }
        let items = (0..self.panel.items.len()).map(|item| self.item(item, &standings)).collect::<Vec<_>>();
        self.note_small(&items, audit);
        let valid = |assessor: usize| {
            let cells = standings.iter().filter(move |(key, _)| key.assessor == assessor);
            cells.map(|(_, standing)| score(*standing)).collect::<Vec<_>>()
        };
        let scores: Vec<Vec<Option<f64>>> = (0..self.panel.assessors.len()).map(valid).collect();
        let severities = severities(&scores);
        let assessor = |(assessor, severity)| {
            let count = |wanted: fn(Standing) -> bool| {
                standings.iter().filter(|(key, standing)| key.assessor == assessor && wanted(**standing)).count()
            };
            AssessorResult {
                given_count: count(|standing| score(standing).is_some()),
                expected_count: count(|standing| !matches!(standing, Standing::Excluded | Standing::Spared)),
                missing_count: count(|standing| standing == Standing::Missing),
                excluded_count: count(|standing| standing == Standing::Excluded),
                severity,
            }
        };
        PanelResult {
            sources: self.gathered.sources.iter().cloned().collect(),
            items,
            assessors: severities.into_iter().enumerate().map(assessor).collect(),
        }
    }

    fn is_own(&self, key: Key) -> bool {
        self.panel.assessors[key.assessor].unit == Some(key.unit)
            || self.gathered.own_units.contains(&(key.assessor, key.unit))
    }

    fn note(&self, code: Code, key: Key, place: &Place, message: String) -> Diagnostic {
        Diagnostic::new(code, place.clone(), message)
            .department(&self.definitions.departments[self.panel.department].name)
            .unit(&self.definitions.units.units[key.unit].name)
            .item(&self.panel.items[key.item].name)
    }

    /// Judges what stands for one assessor, unit and item; what cannot be used is noted.
    fn standing(&self, key: Key, audit: &mut Audit) -> Standing {
        let written: Vec<(&Written, Reading)> = self
            .gathered
            .scores
            .get(&key)
            .into_iter()
            .flatten()
            .map(|written| (written, values::number(&written.value, "")))
            // 不适用, — and the like are no scores; who wrote them is told as missing.
            .filter(|(_, reading)| matches!(reading, Reading::Number { .. } | Reading::Invalid(_)))
            .collect();
        let assessor = &self.panel.assessors[key.assessor].code;
        let unit = &self.definitions.units.units[key.unit].name;
        let item = &self.panel.items[key.item].name;
        if self.is_own(key) {
            let mut numbers = written.iter().filter(|(_, reading)| matches!(reading, Reading::Number { .. }));
            let Some((first, _)) = numbers.next() else { return Standing::Spared };
            let message = format!("评委“{assessor}”给本单位“{unit}”的“{item}”打了分,已剔除");
            audit.note(
                self.note(Code::OwnUnitExcluded, key, &first.place, message)
                    .found(values::text(&first.value))
                    .expected("本单位回避")
                    .help("不必处理;下次本单位的格子空着"),
            );
            return Standing::Excluded;
        }
        let (first, reading) = match &written[..] {
            [] => return Standing::Missing,
            [one] => one,
            [(first, _), others @ ..] => {
                for (other, _) in others {
                    let message = format!("评委“{assessor}”给“{unit}”的“{item}”打了不止一次分,都没有采用");
                    audit.note(
                        self.note(Code::UnitDuplicate, key, &other.place, message)
                            .found(values::text(&other.value))
                            .expected(format!("只打一次;另一处在 {}", first.place))
                            .help("请评委确认,只留一个分"),
                    );
                }
                return Standing::Refused;
            }
        };
        let (low, high) = self.panel.scale;
        let range = format!("{}–{}", plain(low, 4), plain(high, 4));
        let found = values::text(&first.value);
        match reading {
            Reading::Number { value, percent: false } if (low..=high).contains(value) => Standing::Valid(*value),
            Reading::Number { percent: false, .. } => {
                let message = format!("评委“{assessor}”给“{unit}”的“{item}”打的分应为 {range},实为 {found},没有采用");
                audit.note(
                    self.note(Code::ValueOutOfRange, key, &first.place, message)
                        .found(found)
                        .expected(range)
                        .help("请评委确认后改正"),
                );
                Standing::Refused
            }
            _ => {
                let message = format!("评委“{assessor}”给“{unit}”的“{item}”打的分应为数字,实为“{found}”,没有采用");
                audit.note(
                    self.note(Code::ValueNotNumber, key, &first.place, message)
                        .found(found)
                        .expected(range)
                        .help("改成一个数;没有打分的空着"),
                );
                Standing::Refused
            }
        }
    }

    /// Says of every assessor what is missing.
    fn note_missing(&self, standings: &BTreeMap<Key, Standing>, audit: &mut Audit) {
        const LISTED: usize = 3;
        for (position, assessor) in self.panel.assessors.iter().enumerate() {
            let of = |wanted: fn(Standing) -> bool| {
                let own = standings.iter().filter(|(key, standing)| key.assessor == position && wanted(**standing));
                own.map(|(key, _)| *key).collect::<Vec<Key>>()
            };
            let missing = of(|standing| standing == Standing::Missing);
            if missing.is_empty() {
                continue;
            }
            let due = of(|standing| !matches!(standing, Standing::Excluded | Standing::Spared)).len();
            let named: Vec<String> = missing
                .iter()
                .take(LISTED)
                .map(|key| {
                    let unit = &self.definitions.units.units[key.unit].name;
                    format!("{unit}的{}", self.panel.items[key.item].name)
                })
                .collect();
            let more = if missing.len() > LISTED { "等" } else { "" };
            let code = &assessor.code;
            let message = if missing.len() == due {
                format!("“{}”的评委“{code}”没有打分,缺 {due} 个分", self.panel.name)
            } else {
                let count = missing.len();
                format!("“{}”的评委“{code}”缺 {count} 个分:{}{more}", self.panel.name, named.join("、"))
            };
            let place = self.gathered.files.get(&position).or(self.gathered.first_file.as_ref());
            let sender = assessor.department.unwrap_or(self.panel.department);
            audit.note(
                Diagnostic::new(Code::AssessorMissing, place.cloned().unwrap_or_default(), message)
                    .department(&self.definitions.departments[sender].name)
                    .item(&self.panel.name)
                    .found(format!("{} 个分", due - missing.len()))
                    .expected(format!("{due} 个分"))
                    .help("请评委补评;补评前按收到的分计算"),
            );
        }
    }

    /// Says where too few scores came for the mean to be scored.
    fn note_small(&self, items: &[PanelItemResult], audit: &mut Audit) {
        let least = self.panel.min_assessors as usize;
        for (item, result) in items.iter().enumerate() {
            for (unit, cell) in result.units.iter().enumerate() {
                let count = cell.scores.len();
                if count == 0 || count >= least {
                    continue;
                }
                let name = &self.definitions.units.units[unit].name;
                let message = format!(
                    "“{name}”的“{}”只有 {count} 个有效分,少于 {least} 个,只列示、不评分",
                    self.panel.items[item].name
                );
                let place = self.gathered.first_file.clone().unwrap_or_default();
                audit.note(
                    self.note(Code::DenominatorSmall, Key { assessor: 0, unit, item }, &place, message)
                        .found(count.to_string())
                        .expected(format!("≥ {least}"))
                        .help("请缺评的评委补评;属实的不必改,本期按暂用上季或不计处理"),
                );
            }
        }
    }

    fn item(&self, item: usize, standings: &BTreeMap<Key, Standing>) -> PanelItemResult {
        let unit_count = self.definitions.units.units.len();
        let assessor_count = self.panel.assessors.len();
        let at = |assessor: usize, unit: usize| standings[&Key { assessor, unit, item }];
        let cell = |unit: usize| {
            let own = (0..assessor_count).map(|assessor| at(assessor, unit));
            let mut scores: Vec<f64> = own.clone().filter_map(score).collect();
            scores.sort_by(f64::total_cmp);
            PanelCell {
                mean: trimmed_mean(&scores, self.panel.trim),
                scores,
                excluded_count: own.filter(|standing| *standing == Standing::Excluded).count(),
            }
        };
        let has_scored = |assessor: &usize| (0..unit_count).any(|unit| score(at(*assessor, unit)).is_some());
        let present: Vec<usize> = (0..assessor_count).filter(has_scored).collect();
        let row = |unit: usize| present.iter().map(|&assessor| score(at(assessor, unit))).collect::<Option<Vec<f64>>>();
        let block: Vec<Vec<f64>> =
            if present.is_empty() { Vec::new() } else { (0..unit_count).filter_map(row).collect() };
        PanelItemResult {
            units: (0..unit_count).map(cell).collect(),
            assessor_count: present.len(),
            block_unit_count: block.len(),
            concordance: concordance(&block),
            correlation: correlation(&block),
        }
    }
}

fn score(standing: Standing) -> Option<f64> {
    match standing {
        Standing::Valid(score) => Some(score),
        _ => None,
    }
}
