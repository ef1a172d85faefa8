//! Phrases that several chapters use: neutral, numbers first.

use crate::definitions::decimal::{Published, plain};
use crate::definitions::{Aggregate, Definitions, Rule, Scope, Scoring};
use crate::index::normalise;
use crate::sensitivity::Gap;
use crate::views::comparison::{Comparison, Lights};
use crate::views::document::{Inline, Light};

/// `比上季提高1.24分`, `与上季持平`.
pub(in crate::views) fn change_phrase(view: &Comparison<'_>, difference: Published, than: &str) -> String {
    let size = difference.with_steps(difference.steps().abs());
    match difference.steps() {
        0 => format!("与{than}持平"),
        1.. => format!("比{than}提高{size}{}", view.points()),
        _ => format!("比{than}下降{size}{}", view.points()),
    }
}

/// `甲镇、乙镇`; more than three are counted.
pub(in crate::views) fn unit_names(view: &Comparison<'_>, units: &[usize]) -> String {
    let name = |&unit: &usize| view.definitions.units.units[unit].name.as_str();
    if units.len() > 3 {
        let first: Vec<&str> = units.iter().take(2).map(name).collect();
        return format!("{}等{}个", first.join("、"), units.len());
    }
    units.iter().map(name).collect::<Vec<_>>().join("、")
}

/// `●12 ▲3 ■1`.
pub(in crate::views) fn lights(lights: Lights) -> Vec<Inline> {
    let parts = [(Light::Green, lights.green), (Light::Yellow, lights.yellow), (Light::Red, lights.red)];
    let mut inlines = Vec::new();
    for (light, count) in parts {
        if !inlines.is_empty() {
            inlines.push(Inline::text(" "));
        }
        inlines.extend([Inline::Light(light), Inline::text(count.to_string())]);
    }
    inlines
}

/// `绿灯12项、黄灯3项、红灯1项，另有不适用1项、未报2项`.
pub(in crate::views) fn lights_phrase(lights: Lights) -> String {
    let none = [("不适用", lights.not_applicable), ("未报", lights.missing), ("隐去", lights.suppressed)];
    let none: Vec<String> =
        none.into_iter().filter(|(_, count)| *count > 0).map(|(word, count)| format!("{word}{count}项")).collect();
    let none = if none.is_empty() { String::new() } else { format!("，另有{}", none.join("、")) };
    format!("绿灯{}项、黄灯{}项、红灯{}项{none}", lights.green, lights.yellow, lights.red)
}

/// `再完成30户`, `再减少3件`.
pub(in crate::views) fn gap_phrase(gap: &Gap, work_unit: &str) -> String {
    let verb = if gap.is_reduction { "再减少" } else { "再完成" };
    format!("{verb}{}{work_unit}", plain(gap.count, 0))
}

/// Values of the target and of the floor of a scoring method for a part of the year, without units.
pub(in crate::views) fn target_and_floor(scoring: &Scoring, part: u32) -> (String, String) {
    let number = |value: f64| plain(value, 4);
    match scoring {
        Scoring::Efficacy { target, floor } => (number(*target), number(*floor)),
        Scoring::ProRata { annual, target, floor, .. } => {
            let due = normalise::due(scoring, part).unwrap_or(*annual);
            (number(due * target / 100.0), number(due * floor / 100.0))
        }
        Scoring::Band { low, high, floor_low, floor_high } => (
            format!("{}–{}", number(*low), number(*high)),
            format!("{} 或 {}", number(*floor_low), number(*floor_high)),
        ),
        Scoring::Goalposts { lower, upper, .. } => (number(*upper), number(*lower)),
        Scoring::MinMax { .. } | Scoring::RankPoints { .. } => (String::new(), String::new()),
    }
}

/// How children are combined.
pub(in crate::views) fn aggregate_word(aggregate: Aggregate) -> &'static str {
    match aggregate {
        Aggregate::Arithmetic => "加权算术平均",
        Aggregate::Geometric => "加权几何平均",
    }
}

/// What a rule looks at, line by line.
pub(in crate::views) fn scope_text(definitions: &Definitions, scope: Scope) -> String {
    match scope {
        Scope::Table(table) => definitions.tables[table].name.clone(),
        Scope::Unit => format!("各{}", definitions.index.unit_word),
        Scope::Element => format!("各{}", definitions.index.element_word),
        Scope::Indicator => "各指标".to_owned(),
        Scope::Project => "各项目".to_owned(),
        Scope::Item => "整改台账".to_owned(),
    }
}

/// What low coverage does to a rank, as the rules on it say; empty where there are none.
pub(in crate::views) fn rank_borders(definitions: &Definitions) -> String {
    let words = |rule: &Rule| if rule.note.is_empty() { rule.name.clone() } else { rule.note.clone() };
    let borders: Vec<String> = definitions.rules.rules.iter().filter(|rule| rule.rank.is_some()).map(words).collect();
    let borders: Vec<&str> = borders.iter().map(|text| text.trim_end_matches('。')).collect();
    if borders.is_empty() { String::new() } else { format!("；{}", borders.join("；")) }
}

/// `一`, `二` … for the numbers of chapters.
pub(in crate::views) fn numeral(number: usize) -> String {
    const DIGITS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match number {
        1..=10 => DIGITS[number - 1].to_owned(),
        11..=19 => format!("十{}", DIGITS[number - 11]),
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yearly_task_is_compared_with_what_is_due_by_the_end_of_the_period() {
        let scoring = Scoring::ProRata { annual: 60.0, path: vec![0.1, 0.4, 0.75, 1.0], target: 100.0, floor: 80.0 };
        assert_eq!(target_and_floor(&scoring, 3), ("45".to_owned(), "36".to_owned()));
    }

    #[test]
    fn work_to_avoid_is_not_work_to_do() {
        let gap = Gap { count: 3.0, is_reduction: true, each: 0.1, all: 0.3 };
        assert_eq!(gap_phrase(&gap, "件"), "再减少3件");
        assert_eq!(gap_phrase(&Gap { is_reduction: false, ..gap }, "户"), "再完成3户");
    }

    #[test]
    fn lights_are_words_and_signs() {
        let lights = Lights { green: 2, red: 1, missing: 1, ..Lights::default() };
        assert_eq!(lights_phrase(lights), "绿灯2项、黄灯0项、红灯1项，另有未报1项");
        assert_eq!(super::lights(lights).iter().map(Inline::shown).collect::<String>(), "●2 ▲0 ■1");
    }
}
