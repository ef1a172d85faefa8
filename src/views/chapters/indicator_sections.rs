//! A section per indicator: what it is, every unit's figure with its source cell, its course.

use super::cells::{self, Layout};
use super::gaps::unit_gap;
use super::unit_tables::part_cell;
use super::wording::gap_phrase;
use crate::definitions::Source;
use crate::definitions::decimal::plain;
use crate::views::comparison::Comparison;
use crate::views::csv::sources as places;
use crate::views::derivation::{formula, missing_word};
use crate::views::document::{Block, Cell, Column, Inline, Section, Table, Tone};

/// Sections of units and indicators together up to which the table of contents names each indicator.
const MOST_LISTED: usize = 100;

pub(super) fn sections(view: &Comparison<'_>) -> Vec<Section> {
    view.indicators.iter().map(|&number| section(view, number)).collect()
}

fn section(view: &Comparison<'_>, number: usize) -> Section {
    let anchor = view.indicator_anchor(number);
    let indicator = &view.definitions.indicators[number];
    let mut section = Section::new(anchor, 2, format!("{} {}", indicator.code, indicator.name))
        .with(Block::List { ordered: false, items: facts(view, number) });
    section.nav = view.indicators.len() + view.unit_count() <= MOST_LISTED;
    if view.is_large() {
        let unit_word = &view.definitions.index.unit_word;
        section = section.with(Block::info(format!("各{unit_word}的值、得分和出处见 indicators.csv。")));
    } else {
        section = section.with(Block::Table(values(view, number, anchor)));
    }
    if view.assessment.periods.len() > 1 {
        section = section.with(Block::Table(course(view, number, anchor)));
    }
    section
}

fn facts(view: &Comparison<'_>, number: usize) -> Vec<Vec<Inline>> {
    let definitions = view.definitions;
    let indicator = &definitions.indicators[number];
    let part = view.current.period.part;
    let department = |number: usize| definitions.departments[number].name.as_str();
    let measure = |at: usize| {
        let measure = &definitions.measures[at];
        format!("“{}”（{}报送）", measure.name, department(measure.department))
    };
    let meaning = match indicator.source {
        Source::Ratio { numerator, denominator } => {
            let scale = plain(indicator.scale, 4);
            let times = if scale == "1" { String::new() } else { format!(" × {scale}") };
            format!("{} ÷ {}{times}", measure(numerator), measure(denominator))
        }
        Source::Single { measure: at } => measure(at),
        Source::Survey { survey, question } => {
            let survey = &definitions.surveys[survey];
            format!("问卷“{}”：{}", survey.name, survey.questions[question].text)
        }
        Source::Panel { panel, .. } => format!("联合考评“{}”，评委打分的截尾平均", definitions.panels[panel].name),
    };
    let unit = if indicator.unit.is_empty() { String::new() } else { format!("，单位 {}", indicator.unit) };
    let mut lines = vec![
        ("口径", format!("{meaning}{unit}。")),
        ("赋分", format!("{}。", formula(definitions, &indicator.scoring, part))),
    ];
    for (group, scoring) in &indicator.group_scoring {
        lines.push(("其中", format!("{group}组：{}。", formula(definitions, scoring, part))));
    }
    lines.push((
        "权重",
        format!(
            "在“{}”内 {}，占基础分 {}%。",
            definitions.elements[indicator.parent].name,
            plain(indicator.weight, 4),
            plain(view.current.scores.nominal_weights[number], 4)
        ),
    ));
    lines.push(("责任部门", format!("{}；{}。", department(indicator.department), missing_word(indicator.missing))));
    if !indicator.policy.is_empty() {
        lines.push(("目标值依据", indicator.policy.clone()));
    }
    lines.into_iter().map(|(name, text)| vec![Inline::strong(format!("{name}：")), Inline::text(text)]).collect()
}

fn values(view: &Comparison<'_>, number: usize, anchor: &str) -> Table {
    let indicator = &view.definitions.indicators[number];
    let score = |unit: usize| view.current.scores.indicator(number, unit);
    let gap = |unit: usize| {
        unit_gap(view, number, unit)
            .map_or_else(cells::dash, |gap| Cell::number(gap_phrase(&gap, &indicator.work_unit), gap.count))
    };
    let has_gap = view.presented().any(|unit| unit_gap(view, number, unit).is_some());
    let source = |unit: usize| {
        let (above, below) = places(view.current, indicator.source, unit, view.current.matrix.cell(number, unit));
        let parts: Vec<String> = [above, below].into_iter().filter(|part| !part.is_empty()).collect();
        cells::words(&parts.join("；"))
    };
    Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |unit| cells::unit(view, unit))
        .column(Column::number("值"), |unit| cells::value(view, number, view.value_cell(number, unit)))
        .column(Column::number("分子"), |unit| Cell { source: None, ..part_cell(view, number, unit, true) })
        .column(Column::number("分母"), |unit| Cell { source: None, ..part_cell(view, number, unit, false) })
        .column(Column::number("得分"), |unit| cells::score(view, score(unit).score).tone(Tone::Leading))
        .column(Column::sign("灯"), |unit| Cell::light(view.light(score(unit))))
        .column_if(has_gap, Column::number("差距"), gap)
        .column(Column::text("出处"), source)
        .table(
            format!("{anchor}-values"),
            format!("各{}的值和出处", view.definitions.index.unit_word),
            view.presented(),
        )
}

/// Value and score of the whole, period by period.
fn course(view: &Comparison<'_>, number: usize, anchor: &str) -> Table {
    let periods = &view.assessment.periods;
    let total = |at: usize| periods[at].scores.indicator_total(number);
    Layout::new()
        .column(Column::text("期"), |at: usize| Cell::text(periods[at].period.to_string()))
        .column(Column::number("值"), |at| cells::value(view, number, periods[at].matrix.total(number)))
        .column(Column::number("得分"), |at| cells::score(view, total(at).score))
        .column(Column::sign("灯"), |at| Cell::light(view.light(total(at))))
        .without_sorting()
        .table(format!("{anchor}-course"), format!("{}历期", view.definitions.index.total_word), 0..periods.len())
}
