//! An assessment in, the figures of its charts out, and the pictures drawn of them.

pub(super) mod bullets;
pub(super) mod quadrants;
mod satisfaction;
mod slope;
mod waterfall;

use super::charts::{
    Change, ChangeWaterfall, DimensionTrend, DotRow, GradeBorder, HeatCell, HeatMap, HeatRow, ProjectBullets,
    QuadrantChart, RankSlope, RankingBars, RankingRow, SatisfactionDots, Tile, TileGrid, TrendPanel, UnitDots,
};
use super::comparison::{Comparison, MOST_UNITS};
use crate::definitions::decimal::plain;
use crate::views::PeriodResult;
use crate::views::theme::palette::Palette;
use anyhow::Context;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Periods a trend goes back.
const TREND_PERIODS: usize = 5;

/// The charts as SVG: the files of the folder `charts` by name, and a chart for the section of each unit.
#[derive(Default)]
pub(super) struct Pictures {
    pub(super) charts: BTreeMap<&'static str, String>,
    pub(super) dots: BTreeMap<usize, String>,
    /// Importance against score of each unit.
    pub(super) quadrants: BTreeMap<usize, String>,
    /// What could not be drawn, and why.
    pub(super) failed: Vec<String>,
}

/// Draws everything, the pieces next to each other. A picture that cannot be drawn is left out and named.
pub(super) fn draw(view: &Comparison<'_>, palette: &Palette, with_units: bool) -> Pictures {
    let chart = |(name, figure): (&'static str, Figure)| {
        let svg = figure.draw(palette).with_context(|| format!("图 charts/{name}.svg 画不出来"));
        svg.map(|svg| (name, svg))
    };
    let scale = dots_scale(view);
    let dots = |unit: usize| {
        let name = &view.definitions.units.units[unit].name;
        let svg = unit_dots(view, unit, scale).draw(palette).with_context(|| format!("“{name}”的对比图画不出来"));
        svg.map(|svg| (unit, svg))
    };
    let quadrants = |unit: usize| {
        let name = &view.definitions.units.units[unit].name;
        let svg = quadrants::of_unit(view, unit)?.draw(palette);
        Some(svg.map(|svg| (unit, svg)).with_context(|| format!("“{name}”的重要程度图画不出来")))
    };
    let presented: Vec<usize> = if with_units { view.presented().collect() } else { Vec::new() };
    let (charts, (dots, quadrants)): (Vec<anyhow::Result<_>>, (Vec<_>, Vec<_>)) = rayon::join(
        || figures(view).into_par_iter().map(chart).collect(),
        || {
            rayon::join(
                || presented.par_iter().map(|&unit| dots(unit)).collect(),
                || presented.par_iter().filter_map(|&unit| quadrants(unit)).collect(),
            )
        },
    );
    let mut pictures = Pictures::default();
    for chart in charts {
        match chart {
            Ok((name, svg)) => drop(pictures.charts.insert(name, svg)),
            Err(error) => pictures.failed.push(format!("{error:#}")),
        }
    }
    for (drawn, kept) in [(dots, &mut pictures.dots), (quadrants, &mut pictures.quadrants)] {
        for picture in drawn {
            match picture {
                Ok((unit, svg)) => drop(kept.insert(unit, svg)),
                Err(error) => pictures.failed.push(format!("{error:#}")),
            }
        }
    }
    pictures
}

/// A chart before it is drawn.
enum Figure {
    Bullets(ProjectBullets),
    HeatMap(HeatMap),
    Quadrants(QuadrantChart),
    Ranking(RankingBars),
    Satisfaction(SatisfactionDots),
    Slope(RankSlope),
    Tiles(TileGrid),
    Trend(DimensionTrend),
    Waterfall(ChangeWaterfall),
}

impl Figure {
    fn draw(&self, palette: &Palette) -> anyhow::Result<String> {
        match self {
            Figure::Bullets(figure) => figure.draw(palette),
            Figure::HeatMap(figure) => figure.draw(palette),
            Figure::Quadrants(figure) => figure.draw(palette),
            Figure::Ranking(figure) => figure.draw(palette),
            Figure::Satisfaction(figure) => figure.draw(palette),
            Figure::Slope(figure) => figure.draw(palette),
            Figure::Tiles(figure) => figure.draw(palette),
            Figure::Trend(figure) => figure.draw(palette),
            Figure::Waterfall(figure) => figure.draw(palette),
        }
    }
}

/// The charts that the project has the figures for, by the names of their files.
fn figures(view: &Comparison<'_>) -> Vec<(&'static str, Figure)> {
    let mut figures = Vec::new();
    if view.has_index() {
        figures.push(("ranking", Figure::Ranking(ranking(view))));
        figures.push(("heatmap", Figure::HeatMap(heat_map(view))));
        figures.push(("trend", Figure::Trend(trend(view))));
    }
    if view.definitions.units.units.iter().any(|unit| unit.tile.is_some()) {
        figures.push(("tiles", Figure::Tiles(tiles(view))));
    }
    figures.extend(bullets::bullets(view).map(|figure| ("bullets", Figure::Bullets(figure))));
    figures.extend(satisfaction::satisfaction(view).map(|figure| ("satisfaction", Figure::Satisfaction(figure))));
    figures.extend(quadrants::whole(view).map(|figure| ("importance", Figure::Quadrants(figure))));
    figures.extend(slope::slope(view).map(|figure| ("slope", Figure::Slope(figure))));
    figures.extend(waterfall::waterfall(view).map(|figure| ("waterfall", Figure::Waterfall(figure))));
    figures
}

/// Watermark words of every page and picture; a trial computation says so first.
pub(super) fn watermark(view: &Comparison<'_>) -> String {
    let own = view.definitions.index.watermark.as_str();
    match (view.assessment.is_draft, own.is_empty()) {
        (true, true) => "试算".to_owned(),
        (true, false) => format!("试算·{own}"),
        (false, _) => own.to_owned(),
    }
}

/// Bars of the final scores in ranking order; units without a score are counted in the note.
pub(super) fn ranking(view: &Comparison<'_>) -> RankingBars {
    let index = &view.definitions.index;
    let row = |&unit: &usize| {
        let about = &view.definitions.units.units[unit];
        let settled = &view.current.settlement.units[unit];
        Some(RankingRow {
            rank: settled.rank.map(|rank| rank.place),
            tie: settled.rank.is_some_and(|rank| rank.is_shared),
            name: about.name.clone(),
            group: if view.has_groups { about.group.clone() } else { String::new() },
            base: settled.base?.value(),
            bonus: settled.bonus.value(),
            deduction: settled.deduction.value(),
            final_score: settled.final_score?.value(),
            decimals: index.decimals,
            grade: settled.grade.map(|grade| view.definitions.grades[grade].name.clone()).unwrap_or_default(),
            marks: settled.marks.iter().map(|mark| mark.sign()).collect::<Vec<_>>().join(" "),
        })
    };
    let rows: Vec<RankingRow> = view.ranking.iter().filter_map(row).take(MOST_UNITS).collect();
    let mut note = vec![format!("数据截止 {}。", view.current.facts.cut_off)];
    if view.has_rules {
        note.insert(0, "综合得分 = 基础分 + 加分 - 扣分。".to_owned());
    }
    let left_out = view.unit_count() - rows.len();
    if left_out > 0 {
        note.push(format!("另有 {left_out} 个{}没有得分或未列入本图。", index.unit_word));
    }
    RankingBars {
        title: format!("{}{}综合得分", view.current.period.title(), index.unit_word),
        note: note.concat(),
        watermark: watermark(view),
        rows,
        borders: view
            .definitions
            .grades
            .iter()
            .map(|grade| GradeBorder { name: grade.name.clone(), min: grade.min })
            .collect(),
        scale_max: index.scale.1,
    }
}

/// Squares of the units that have a place on the grid.
pub(super) fn tiles(view: &Comparison<'_>) -> TileGrid {
    let grades = &view.definitions.grades;
    let tile = |unit: usize| {
        let about = &view.definitions.units.units[unit];
        let settled = &view.current.settlement.units[unit];
        let (row, column) = about.tile?;
        let count = |places: i64| u32::try_from(places.abs()).unwrap_or(u32::MAX);
        Some(Tile {
            row,
            column,
            name: about.short.clone(),
            score: settled.final_score.map(|score| score.to_string()),
            grade: settled.grade.map(|grade| grades[grade].name.clone()).unwrap_or_default(),
            grade_rank: settled.grade.unwrap_or(grades.len()),
            arrow: view.places_gained(unit).map(|places| match places.signum() {
                1 => Change::Up(count(places)),
                -1 => Change::Down(count(places)),
                _ => Change::Same,
            }),
        })
    };
    TileGrid {
        title: format!("{}综合得分与等次分布", view.current.period.title()),
        caption: "示意布局，不代表行政区划界线。".to_owned(),
        watermark: watermark(view),
        tiles: (0..view.unit_count()).filter_map(tile).collect(),
        grades: grades.iter().map(|grade| grade.name.clone()).collect(),
    }
}

/// Scores of all indicators for all units, units in register order.
pub(super) fn heat_map(view: &Comparison<'_>) -> HeatMap {
    let index = &view.definitions.index;
    let units: Vec<usize> = view.presented().collect();
    let cell = |number: usize, unit: usize| {
        let score = view.current.scores.indicator(number, unit);
        let light = view.light(score);
        let text = score.score.map(|score| view.publish(score).to_string()).unwrap_or_default();
        HeatCell { text, light }
    };
    let row = |&number: &usize| {
        let indicator = &view.definitions.indicators[number];
        HeatRow {
            group: view.definitions.elements[indicator.parent].name.clone(),
            label: format!("{} {}", indicator.code, indicator.name),
            cells: units.iter().map(|&unit| cell(number, unit)).collect(),
        }
    };
    let (green, yellow) = (plain(index.green_min, 4), plain(index.yellow_min, 4));
    let points = view.points();
    HeatMap {
        title: format!("{}指标得分热力图", view.current.period.title()),
        note: format!(
            "格内为指标得分：{green}{points}及以上为绿灯，{yellow}至{green}{points}为黄灯，{yellow}{points}以下为红灯。"
        ),
        watermark: watermark(view),
        columns: units.iter().map(|&unit| view.definitions.units.units[unit].short.clone()).collect(),
        rows: view.indicators.iter().map(row).collect(),
    }
}

/// The periods a trend shows, oldest first.
pub(super) fn trend_periods<'a>(view: &Comparison<'a>) -> &'a [PeriodResult] {
    let periods = &view.assessment.periods;
    let end = periods.iter().position(|result| result.period == view.current.period).map_or(periods.len(), |at| at + 1);
    &periods[end.saturating_sub(TREND_PERIODS)..end]
}

/// The base score and the elements right below it over the last periods: the whole, and lowest to highest unit.
pub(super) fn trend(view: &Comparison<'_>) -> DimensionTrend {
    let index = &view.definitions.index;
    let periods = trend_periods(view);
    let printed = |score: f64| view.publish(score).value();
    let panel = |element: usize, name: &str| {
        let of_units = |result: &PeriodResult, better: fn(f64, f64) -> f64| {
            (0..view.unit_count()).filter_map(|unit| result.scores.element(element, unit)).reduce(better).map(printed)
        };
        TrendPanel {
            name: name.to_owned(),
            total: periods.iter().map(|result| result.scores.element_total(element).map(printed)).collect(),
            low: periods.iter().map(|result| of_units(result, f64::min)).collect(),
            high: periods.iter().map(|result| of_units(result, f64::max)).collect(),
        }
    };
    let mut panels = vec![panel(0, "基础分")];
    panels.extend(view.elements.iter().map(|&element| panel(element, &view.definitions.elements[element].name)));
    DimensionTrend {
        title: format!("截至{}的{}得分走势", view.current.period.title(), index.element_word),
        note: "各图纵轴相同，均按现行定义重新计算。".to_owned(),
        watermark: watermark(view),
        periods: periods.iter().map(|result| result.period.to_string()).collect(),
        panels,
        total_word: index.total_word.clone(),
        decimals: index.decimals,
    }
}

/// One axis for the sections of all units, so that two of them can be laid side by side.
fn dots_scale(view: &Comparison<'_>) -> (f64, f64) {
    let (bottom, top) = view.definitions.index.scale;
    let scores = view
        .elements
        .iter()
        .flat_map(|&element| (0..view.unit_count()).filter_map(move |unit| view.current.scores.element(element, unit)));
    let least = scores.fold(top, f64::min);
    let step = (top - bottom) / 10.0;
    (bottom + ((least - bottom) / step).floor() * step, top)
}

/// A unit's elements next to the mean of its peers and the best of all units.
pub(super) fn unit_dots(view: &Comparison<'_>, unit: usize, scale: (f64, f64)) -> UnitDots {
    let printed = |score: Option<f64>| score.map(|score| view.publish(score).value());
    let row = |&element: &usize| DotRow {
        name: view.definitions.elements[element].name.clone(),
        own: printed(view.current.scores.element(element, unit)),
        mean: printed(view.peer_mean(element, unit)),
        best: view.extremes(|peer| view.current.scores.element(element, peer)).map(|ends| ends.best.0.value()),
    };
    UnitDots {
        rows: view.elements.iter().map(row).collect(),
        own_name: view.definitions.units.units[unit].short.clone(),
        mean_name: view.peer_word(),
        best_name: format!("{}最好", view.definitions.index.total_word),
        scale,
        decimals: view.definitions.index.decimals,
    }
}
