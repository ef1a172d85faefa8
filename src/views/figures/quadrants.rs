//! Importance against score, for the whole and for each unit; one frame, so that two of them can be laid side by side.

use super::watermark;
use crate::definitions::Child;
use crate::sensitivity::importance::{Importance, Quadrant, Standing};
use crate::views::charts::{AspectPoint, QuadrantChart};
use crate::views::comparison::Comparison;

/// The fields as they are called: important and low, important and high, less important and low, less important and high.
const FIELDS: [Quadrant; 4] = [Quadrant::Improve, Quadrant::Keep, Quadrant::Later, Quadrant::Hold];

/// What a field is called.
pub(in crate::views) fn field_word(quadrant: Quadrant) -> &'static str {
    match quadrant {
        Quadrant::Improve => "优先改进",
        Quadrant::Keep => "继续保持",
        Quadrant::Later => "逐步改进",
        Quadrant::Hold => "维持现状",
    }
}

/// Name of something whose importance is asked.
pub(in crate::views) fn part_name(view: &Comparison<'_>, part: Child) -> String {
    match part {
        Child::Element(element) => view.definitions.elements[element].name.clone(),
        Child::Indicator(indicator) => {
            let indicator = &view.definitions.indicators[indicator];
            format!("{} {}", indicator.code, indicator.name)
        }
    }
}

/// The chart of the whole; `None` where the importance of nothing is asked.
pub(super) fn whole(view: &Comparison<'_>) -> Option<QuadrantChart> {
    let own = view.importance.as_ref()?;
    let total = &view.definitions.index.total_word;
    Some(QuadrantChart {
        title: format!("{}{}：重要程度与得分", view.current.period.title(), total),
        note: format!("竖线、横线是{total}各方面的平均；竖向短线是重要程度的置信区间。"),
        watermark: watermark(view),
        ..chart(view, own, &own.whole)
    })
}

/// The chart of a unit; `None` where nothing of it may be printed.
pub(super) fn of_unit(view: &Comparison<'_>, unit: usize) -> Option<QuadrantChart> {
    let own = view.importance.as_ref()?;
    let chart = chart(view, own, &own.units[unit]);
    (!chart.points.is_empty()).then_some(chart)
}

fn chart(view: &Comparison<'_>, own: &Importance, standings: &[Option<Standing>]) -> QuadrantChart {
    let caution = view.definitions.index.caution_below;
    let point = |(aspect, standing): (&crate::sensitivity::importance::Aspect, &Option<Standing>)| {
        let standing = (*standing)?;
        Some(AspectPoint {
            name: part_name(view, aspect.part),
            importance: standing.importance,
            interval: standing.interval,
            score: view.publish(standing.score).value(),
            is_small: standing.respondent_count < caution,
        })
    };
    let shown = |unit: usize| own.units[unit].iter().flatten();
    let all = || view.presented().flat_map(shown).chain(own.whole.iter().flatten());
    let range = |of: fn(&Standing) -> f64| {
        all().map(of).fold((f64::MAX, f64::MIN), |ends, value| (ends.0.min(value), ends.1.max(value)))
    };
    let total = &view.definitions.index.total_word;
    QuadrantChart {
        title: String::new(),
        note: String::new(),
        watermark: String::new(),
        points: own.aspects.iter().zip(standings).filter_map(point).collect(),
        centre: own.centre,
        centre_name: format!("{total}平均"),
        importance_range: range(|own| own.importance),
        score_range: range(|own| own.score),
        importance_name: format!("重要程度（0–{}）", crate::definitions::decimal::plain(own.most, 1)),
        score_name: "得分".to_owned(),
        fields: FIELDS.map(|field| field_word(field).to_owned()),
    }
}
