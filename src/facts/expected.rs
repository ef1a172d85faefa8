//! What should have come and did not, and ratios that cannot be.

use super::department::Seen;
use super::{Check, Entry, Facts, Observed, matrix, stem};
use crate::audit::{Audit, Code, Diagnostic, Place};
use crate::definitions::decimal::plain;
use crate::definitions::{Basis, ColumnKind, Definitions, Scoring, Source, computed_columns};
use crate::extract::RawTable;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Notes departments that sent nothing and measures that came in no table.
pub(super) fn check_received(definitions: &Definitions, delivered: &[RawTable], seen: &Seen, audit: &mut Audit) {
    let wanted: Vec<usize> = (0..definitions.measures.len())
        .filter(|&measure| definitions.indicators.iter().any(|indicator| matrix::uses(indicator, measure)))
        .collect();
    let mut silent: BTreeSet<usize> = wanted.iter().map(|&measure| definitions.measures[measure].department).collect();
    for (measure, table) in seen.measures.iter().enumerate() {
        if !table.is_empty() {
            silent.remove(&definitions.measures[measure].department);
        }
    }
    // A file that came but could not be used is a finding of its own.
    let lost: Vec<Arc<str>> = audit
        .diagnostics()
        .iter()
        .filter(|found| found.code.loses_file())
        .filter_map(|found| found.place.file.clone())
        .collect();
    silent.retain(|&department| {
        let department = &definitions.departments[department];
        let names = || std::iter::once(&department.name).chain(&department.aliases);
        let is_theirs = |file: &str| names().any(|name| stem(file).contains(name.as_str()));
        !delivered.iter().any(|table| is_theirs(&table.file)) && !lost.iter().any(|file| is_theirs(file))
    });
    for &department in &silent {
        let items: Vec<&str> = wanted
            .iter()
            .filter(|&&measure| definitions.measures[measure].department == department)
            .map(|&measure| definitions.measures[measure].name.as_str())
            .collect();
        let name = &definitions.departments[department].name;
        audit.note(
            Diagnostic::new(
                Code::FileNotReceived,
                Place::default(),
                format!("没有收到“{name}”的任何数据({} 项)", items.len()),
            )
            .department(name)
            .item(items.join("、"))
            .expected(format!("{} 项", items.len()))
            .help("请该部门报送;报送前这些数据项按未报处理"),
        );
    }
    for &measure in &wanted {
        let measure_definition = &definitions.measures[measure];
        if !seen.measures[measure].is_empty() || silent.contains(&measure_definition.department) {
            continue;
        }
        let department = &definitions.departments[measure_definition.department].name;
        let help = if measure_definition.basis == Basis::Frozen {
            "放进 data/frozen/<年份>.* 的表里(年内固定的数)"
        } else {
            "请该部门补报;补报前按未报处理"
        };
        audit.note(
            Diagnostic::new(
                Code::ItemNotReceived,
                Place::default(),
                format!("所有文件里都没有数据项“{}”", measure_definition.name),
            )
            .department(department)
            .item(&measure_definition.name)
            .help(help),
        );
    }
}

/// Notes surveys that feed an indicator and of which no file came.
pub(super) fn check_surveys(definitions: &Definitions, facts: &Facts, audit: &mut Audit) {
    for (position, survey) in definitions.surveys.iter().enumerate() {
        let feeds = |source: Source| matches!(source, Source::Survey { survey, .. } if survey == position);
        let is_wanted = definitions.indicators.iter().any(|indicator| feeds(indicator.source));
        if !is_wanted || facts.surveys[position].has_arrived {
            continue;
        }
        let department = &definitions.departments[survey.department].name;
        audit.note(
            Diagnostic::new(Code::FileNotReceived, Place::default(), format!("没有收到“{}”的答卷文件", survey.name))
                .department(department)
                .item(&survey.name)
                .expected(format!("survey-{}.*", survey.id))
                .help("请调查单位报送;报送前这些题目按未报处理"),
        );
    }
}

/// Notes tables that were registered as received after the day they were due.
pub(super) fn check_late(definitions: &Definitions, facts: &Facts, audit: &mut Audit) {
    let Some(position) = definitions.tables.iter().position(|table| table.id == "arrivals") else { return };
    let layout = &definitions.tables[position];
    let Some(late_column) = computed_columns(layout).iter().position(|id| *id == "late_days") else { return };
    let due = facts.calendar.working_day_after(facts.period.last_day(), definitions.index.due_working_days);
    for row in facts.registers[position].iter().filter(|row| row.computed[late_column] > 0.0) {
        let Entry::Date(arrived) = row.first(layout, ColumnKind::Date) else { continue };
        let table = match row.named(layout, "table") {
            Entry::Text(table) => table.as_str(),
            _ => "报表",
        };
        let message = format!("“{table}”迟报 {} 个工作日", row.computed[late_column]);
        let mut note = Diagnostic::new(Code::FileLate, row.place.clone(), message)
            .found(arrived.to_string())
            .expected(format!("不晚于 {due}"))
            .help("收到日期登记错了的请改正;确实迟报的记入报送质量");
        if let Entry::Department(department) = row.first(layout, ColumnKind::Department) {
            note = note.department(&definitions.departments[*department].name);
        }
        if let Entry::Unit(unit) = row.first(layout, ColumnKind::Unit) {
            note = note.unit(&definitions.units.units[*unit].name);
        }
        audit.note(note);
    }
}

/// Notes numerators above their denominators and denominators of zero; an impossible numerator is not used.
pub(super) fn check_ratios(definitions: &Definitions, facts: &mut Facts, audit: &mut Audit) {
    for indicator in &definitions.indicators {
        let Source::Ratio { numerator, denominator } = indicator.source else { continue };
        let is_share = indicator.unit == "%";
        let is_task = matches!(indicator.scoring, Scoring::ProRata { .. });
        for unit in 0..facts.unit_count {
            let (above, below) = (*facts.observation(numerator, unit), *facts.observation(denominator, unit));
            let (Observed::Value(above_value), Observed::Value(below_value)) = (above.observed, below.observed) else {
                continue;
            };
            let place = |origin: Option<super::Origin>| origin.map(|origin| facts.place(origin)).unwrap_or_default();
            let measure = &definitions.measures[numerator];
            let note = |code: Code, place: Place, message: String| {
                Diagnostic::new(code, place, message)
                    .department(&definitions.departments[measure.department].name)
                    .unit(&definitions.units.units[unit].name)
            };
            let is_above = is_share && below_value != 0.0 && above_value > below_value;
            let department = measure.department;
            let divisor = &definitions.measures[denominator].name;
            if below_value == 0.0 {
                let message = format!("“{}”的分母“{divisor}”为 0,无法计算,暂按未报处理", indicator.name);
                audit.note(
                    note(Code::DenominatorZero, place(below.origin), message)
                        .item(divisor)
                        .found("0")
                        .expected("> 0")
                        .help("本期确实没有的,两项都填“不适用”"),
                );
            } else if is_above {
                let found = format!("{} > {}", plain(above_value, 4), plain(below_value, 4));
                let item = &measure.name;
                if is_task {
                    let message = format!(
                        "“{item}”{} 大于“{divisor}”{},请确认是否含上年结转",
                        plain(above_value, 4),
                        plain(below_value, 4)
                    );
                    audit.note(
                        note(Code::TaskExceeded, place(above.origin), message)
                            .item(item)
                            .found(found)
                            .expected(format!("≤ {}", plain(below_value, 4)))
                            .help("含上年结转的请扣除;确为超额完成的请说明"),
                    );
                    continue;
                }
                let message =
                    format!("“{item}”{} 大于“{divisor}”{},没有采用", plain(above_value, 4), plain(below_value, 4));
                audit.note(
                    note(Code::NumeratorAboveDenominator, place(above.origin), message)
                        .item(item)
                        .found(found)
                        .expected(format!("≤ {}", plain(below_value, 4)))
                        .help("核对分子、分母的口径,改正后重新报送"),
                );
                facts.observation_mut(numerator, unit).observed = Observed::NotReported;
            }
            if is_share && !is_task {
                facts.tally(department, Check::NumeratorWithinDenominator, 1, usize::from(is_above));
            }
        }
    }
}
