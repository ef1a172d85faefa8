//! Every chart at its limits: names of twelve characters, sixty indicators, one unit, a hundred and twenty units, no
//! period before, all equal, all missing.

use super::loop_charts::{bullets, matrix, satisfaction, slope, waterfall};
use super::{dots, heat, ranking, tiles, trend};
use yinxiang::views::charts::{HeatCell, MatrixCell, Opinion, RankingRow, SlopeRow, Tile};
use yinxiang::views::document::Light;
use yinxiang::views::theme::palette::Palette;

const LONG: &str = "第七师一三〇团共青镇街道办";

fn long(number: usize) -> String {
    format!("{LONG}{number}")
}

fn many<T: Clone>(rows: &[T], count: usize) -> Vec<T> {
    rows.iter().cycle().take(count).cloned().collect()
}

/// The charts for a number of units with long names.
fn units(count: usize) -> Vec<(String, String)> {
    let palette = &Palette::default();
    let mut bars = ranking();
    bars.rows = many(&bars.rows, count);
    bars.rows.iter_mut().enumerate().for_each(|(number, row)| row.name = long(number));
    let mut squares = tiles();
    squares.tiles = (0..count)
        .map(|at| {
            let place = |number: usize| u32::try_from(number).expect("small");
            Tile { row: place(at / 12), column: place(at % 12), name: long(at), ..squares.tiles[at % 13].clone() }
        })
        .collect();
    let mut panels = satisfaction(if count > 1 { 3 } else { 1 }, count > 1);
    for panel in &mut panels.panels {
        panel.rows = many(&panel.rows, count);
        panel.rows.iter_mut().enumerate().for_each(|(number, row)| row.name = long(number));
    }
    let mut lines = slope();
    let rank = |number: usize| Some(u32::try_from(number + 1).expect("small"));
    lines.rows = (0..count)
        .map(|number| SlopeRow { name: long(number), before: rank((number * 7) % count), now: rank(number) })
        .collect();
    let mut wall = matrix();
    wall.rows = many(&wall.rows, count);
    wall.rows.iter_mut().enumerate().for_each(|(number, row)| row.name = long(number));
    let mut reasons = waterfall(count.min(7));
    reasons.panels.iter_mut().enumerate().for_each(|(number, panel)| panel.name = long(number));
    [
        ("ranking", bars.draw(palette)),
        ("tiles", squares.draw(palette)),
        ("heat", heat((0..count).map(long).collect()).draw(palette)),
        ("satisfaction", panels.draw(palette)),
        ("slope", lines.draw(palette)),
        ("matrix", wall.draw(palette)),
        ("waterfall", reasons.draw(palette)),
    ]
    .map(|(name, svg)| (format!("{name}-units-{count}"), svg.expect("drawable")))
    .to_vec()
}

/// Sixty indicators, dimensions or projects.
fn wide() -> Vec<(String, String)> {
    let palette = &Palette::default();
    let mut map = heat(vec![LONG.to_owned(); 13]);
    map.rows = many(&map.rows, 60);
    let mut rows = dots();
    rows.rows = many(&rows.rows, 60);
    let mut reasons = waterfall(3);
    for panel in &mut reasons.panels {
        panel.parts = (0..60).map(|number| (format!("C{number:02} {LONG}"), 0.02)).collect();
        panel.end = panel.start + 60.0 * 0.02 + panel.others.iter().map(|(_, points)| points).sum::<f64>();
    }
    reasons.most = 60;
    let mut questions = satisfaction(60, false);
    questions.panels.iter_mut().for_each(|panel| panel.name = format!("{LONG}{LONG}{LONG}{LONG}"));
    [
        ("heat", map.draw(palette)),
        ("dots", rows.draw(palette)),
        ("trend", trend(60).draw(palette)),
        ("bullets", bullets(60).draw(palette)),
        ("waterfall", reasons.draw(palette)),
        ("satisfaction", questions.draw(palette)),
    ]
    .map(|(name, svg)| (format!("{name}-sixty"), svg.expect("drawable")))
    .to_vec()
}

/// One value everywhere.
fn equal() -> Vec<(String, String)> {
    let palette = &Palette::default();
    let mut bars = ranking();
    let first = RankingRow { tie: true, rank: Some(1), ..bars.rows[0].clone() };
    bars.rows.iter_mut().for_each(|row| *row = RankingRow { name: row.name.clone(), ..first.clone() });
    let mut panels = satisfaction(2, true);
    for panel in &mut panels.panels {
        let first = panel.rows[0].clone();
        panel.rows.iter_mut().for_each(|row| row.opinion = first.opinion);
    }
    let mut lines = slope();
    lines.rows.iter_mut().for_each(|row| (row.before, row.now) = (Some(1), Some(1)));
    let mut reasons = waterfall(3);
    for panel in &mut reasons.panels {
        panel.parts.iter_mut().chain(&mut panel.others).for_each(|(_, points)| *points = 0.0);
        panel.end = panel.start;
    }
    let mut rows = dots();
    for row in &mut rows.rows {
        (row.own, row.mean, row.best) = (Some(80.0), Some(80.0), Some(80.0));
    }
    let mut periods = trend(5);
    for panel in &mut periods.panels {
        panel.total = vec![Some(80.0); 5];
        (panel.low, panel.high) = (panel.total.clone(), panel.total.clone());
    }
    let mut work = bullets(9);
    let first = work.rows[0].clone();
    work.rows.iter_mut().for_each(|row| row.progress = first.progress);
    [
        ("ranking", bars.draw(palette)),
        ("satisfaction", panels.draw(palette)),
        ("slope", lines.draw(palette)),
        ("waterfall", reasons.draw(palette)),
        ("dots", rows.draw(palette)),
        ("trend", periods.draw(palette)),
        ("bullets", work.draw(palette)),
    ]
    .map(|(name, svg)| (format!("{name}-equal"), svg.expect("drawable")))
    .to_vec()
}

/// Nothing reported, nothing to compare with.
fn missing() -> Vec<(String, String)> {
    let palette = &Palette::default();
    let mut map = heat(vec![LONG.to_owned(); 5]);
    for row in &mut map.rows {
        row.cells = vec![HeatCell { text: "—".to_owned(), light: Light::NotReported }; 5];
    }
    let mut squares = tiles();
    squares.tiles.iter_mut().for_each(|tile| (tile.score, tile.arrow) = (None, None));
    let mut panels = satisfaction(2, true);
    for panel in &mut panels.panels {
        panel.rows.iter_mut().for_each(|row| row.opinion = Opinion::Missing);
    }
    let mut none = panels.clone();
    none.panels.iter_mut().for_each(|panel| panel.total = None);
    let mut lines = slope();
    lines.rows.iter_mut().for_each(|row| row.before = None);
    let mut wall = matrix();
    wall.rows.iter_mut().for_each(|row| row.cells.iter_mut().for_each(|cell| *cell = MatrixCell::NotReported));
    let mut work = bullets(9);
    work.rows.iter_mut().for_each(|row| row.progress = None);
    let mut rows = dots();
    rows.rows.iter_mut().for_each(|row| (row.own, row.mean, row.best) = (None, None, None));
    let mut periods = trend(5);
    for panel in &mut periods.panels {
        panel.total = vec![None; 5];
        (panel.low, panel.high) = (panel.total.clone(), panel.total.clone());
    }
    [
        ("heat", map.draw(palette)),
        ("tiles", squares.draw(palette)),
        ("satisfaction", panels.draw(palette)),
        ("satisfaction-total", none.draw(palette)),
        ("slope", lines.draw(palette)),
        ("matrix", wall.draw(palette)),
        ("bullets", work.draw(palette)),
        ("dots", rows.draw(palette)),
        ("trend", periods.draw(palette)),
    ]
    .map(|(name, svg)| (format!("{name}-missing"), svg.expect("drawable")))
    .to_vec()
}

pub(super) fn pictures() -> Vec<(String, String)> {
    [units(1), units(120), wide(), equal(), missing()].concat()
}

#[test]
fn a_character_the_font_lacks_is_told_with_its_chart_and_text_by_every_chart() {
    let palette = &Palette::default();
    let odd = "𠮷田镇";
    let mut bars = ranking();
    bars.rows[0].name = odd.to_owned();
    let mut squares = tiles();
    squares.tiles[0].name = odd.to_owned();
    let mut rows = dots();
    rows.rows[0].name = odd.to_owned();
    let mut periods = trend(2);
    periods.panels[0].name = odd.to_owned();
    let mut work = bullets(3);
    work.rows[0].name = odd.to_owned();
    let mut panels = satisfaction(2, true);
    panels.panels[0].rows[0].name = odd.to_owned();
    let mut lines = slope();
    lines.rows[0].name = odd.to_owned();
    let mut reasons = waterfall(1);
    reasons.panels[0].name = odd.to_owned();
    let mut wall = matrix();
    wall.rows[0].name = odd.to_owned();
    let refused = [
        (bars.title.clone(), bars.draw(palette)),
        (squares.title.clone(), squares.draw(palette)),
        ("热力图".to_owned(), heat(vec![odd.to_owned()]).draw(palette)),
        ("本镇".to_owned(), rows.draw(palette)),
        (periods.title.clone(), periods.draw(palette)),
        (work.title.clone(), work.draw(palette)),
        (panels.title.clone(), panels.draw(palette)),
        (lines.title.clone(), lines.draw(palette)),
        (reasons.title.clone(), reasons.draw(palette)),
        (wall.title.clone(), wall.draw(palette)),
    ];
    for (title, drawn) in refused {
        let message = drawn.expect_err("no glyph").to_string();
        assert!(message.contains(&title) && message.contains(odd) && message.contains("“𠮷”（U+20BB7）"), "{message}");
    }
}
