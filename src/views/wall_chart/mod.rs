//! 上墙图: the sheet for the corridor, where problems get their stamp by hand (reports.md §4).

mod logo;
mod problems;
mod projects;

use super::bulletin::progress_light;
use super::charts::{Change, StepTime, WALL_SIZE_MM, WallChart, WallFigure, WallStanding, WallStep, WallUnit};
use super::comparison::Comparison;
use super::document::Light;
use super::figures::watermark;
use super::{chapters, pdf};
use crate::definitions::calendar::Date;
use crate::definitions::decimal::Published;
use serde_json::json;

const TEMPLATE: &str = include_str!("wall_chart.typ");
/// Name of the drawing inside the template.
const PICTURE: &str = "wall-chart.svg";

/// The wall chart of the current period as an SVG of 841 × 594 mm with real text. `hash` is the short hash of everything
/// that was read.
///
/// # Errors
/// A character that the embedded fonts cannot draw, named with the text it stands in.
pub(super) fn wall_chart(view: &Comparison<'_>, hash: &str) -> anyhow::Result<String> {
    figure(view, hash).draw(&view.assessment.theme.palette)
}

/// The same sheet for a printing house: the SVG in, the bytes of a PDF of one page out; text stays text.
pub(super) fn as_pdf(view: &Comparison<'_>, svg: &str) -> anyhow::Result<Vec<u8>> {
    let (width, height) = WALL_SIZE_MM;
    let pictures = vec![(PICTURE.to_owned(), svg.as_bytes().to_vec())];
    pdf::sheet(TEMPLATE, json!({ "width": width, "height": height }), pictures, &view.assessment.theme.palette)
}

fn figure(view: &Comparison<'_>, hash: &str) -> WallChart {
    let index = &view.definitions.index;
    let cut_off = view.current.facts.cut_off;
    let mut foot = vec![format!(
        "来源：{}，定义版本 {}，各部门报送数据，数据截止 {cut_off}，材料校验值 {hash}；由 {} {} 生成。",
        index.name,
        index.edition,
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    )];
    foot.extend(chapters::disclaimer(view).map(|text| format!("{text}。")));
    WallChart {
        title: format!("{}{}", view.current.period.title(), index.name),
        note: format!("挂图作战、销号管理　数据截止 {}", cut_off.chinese()),
        watermark: watermark(view),
        logo: view.assessment.theme.logo.as_ref().map(logo::address),
        standing: standing(view),
        matrix: projects::matrix(view),
        problems: problems::problems(view),
        steps: steps(view),
        cut_off: short_day(view, cut_off),
        foot,
    }
}

/// `10月26日`; with its year where that is not the period's.
fn short_day(view: &Comparison<'_>, day: Date) -> String {
    if day.year == view.current.period.year { format!("{}月{}日", day.month, day.day) } else { day.chinese() }
}

fn signed(change: Published) -> String {
    match change.steps().signum() {
        1 => format!("+{change}"),
        -1 => format!("−{}", change.with_steps(-change.steps())),
        _ => "持平".to_owned(),
    }
}

fn standing(view: &Comparison<'_>) -> WallStanding {
    let index = &view.definitions.index;
    let grades = &view.definitions.grades;
    let whole = |element: usize, name: String, word: &str| {
        let now = view.current.scores.element_total(element);
        let before = view.previous.and_then(|result| result.scores.element_total(element));
        WallFigure {
            name,
            score: now.map(|score| view.publish(score).to_string()),
            change: view.change(now, before).map(|change| format!("{word}{}", signed(change))).unwrap_or_default(),
        }
    };
    let mut figures = vec![whole(0, format!("{}指数", index.total_word), "环比 ")];
    let elements = view.elements.iter();
    figures.extend(elements.map(|&element| whole(element, view.definitions.elements[element].name.clone(), "")));
    let unit = |&unit: &usize| {
        let about = &view.definitions.units.units[unit];
        let settled = &view.current.settlement.units[unit];
        let count = |places: i64| u32::try_from(places.abs()).unwrap_or(u32::MAX);
        WallUnit {
            name: about.short.clone(),
            place: about.tile,
            rank: settled.rank.map(|rank| rank.place.to_string()).unwrap_or_default(),
            score: settled.final_score.map(|score| score.to_string()),
            grade: settled.grade.map(|grade| grades[grade].name.clone()).unwrap_or_default(),
            grade_rank: settled.grade.unwrap_or(grades.len()),
            arrow: view.places_gained(unit).map(|places| match places.signum() {
                1 => Change::Up(count(places)),
                -1 => Change::Down(count(places)),
                _ => Change::Same,
            }),
        }
    };
    WallStanding {
        whole: figures,
        units: view.ranking.iter().map(unit).collect(),
        unit_word: index.unit_word.clone(),
        grades: grades.iter().map(|grade| grade.name.clone()).collect(),
        caption: "示意布局，不代表行政区划界线。".to_owned(),
    }
}

/// The steps that the period has, by date. No clock is read: what is over is what lies before the data's last day.
fn steps(view: &Comparison<'_>) -> Vec<WallStep> {
    let facts = &view.current.facts;
    let on = facts.cut_off;
    let dated =
        view.definitions.steps.iter().filter_map(|step| Some((step.days(facts.period, &facts.calendar)?, step)));
    let mut dated: Vec<_> = dated.collect();
    dated.sort_by_key(|(days, _)| *days);
    let line = |((from, to), step): &((Date, Date), &crate::definitions::Step)| WallStep {
        name: step.name.clone(),
        days: if from == to { numeric(*from) } else { format!("{}至{}", numeric(*from), numeric(*to)) },
        who: step.who.clone(),
        time: match () {
            () if *to < on => StepTime::Past,
            () if *from <= on => StepTime::Now,
            () => StepTime::Ahead,
        },
    };
    dated.iter().map(line).collect()
}

/// `10.26`: the boxes of a chain of steps are narrow.
fn numeric(day: Date) -> String {
    format!("{}.{}", day.month, day.day)
}

/// Light of a score of a project: the borders of the indicators.
fn score_light(view: &Comparison<'_>, score: Published) -> Light {
    let index = &view.definitions.index;
    match score.value() {
        score if score >= index.green_min => Light::Green,
        score if score >= index.yellow_min => Light::Yellow,
        _ => Light::Red,
    }
}

/// Light of counted work; with nothing due there is nothing to be behind with.
fn work_light(done: f64, due: f64) -> Light {
    if due > 0.0 { progress_light(done / due * 100.0) } else { Light::Green }
}
