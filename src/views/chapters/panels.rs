//! 联合考评: what assessors gave, how mild each of them is, and how far they agree.

use super::cells::{self, Layout};
use crate::definitions::Panel;
use crate::definitions::decimal::{Published, plain};
use crate::facts::panel::agreement::{Concordance, Correlation, NoAgreement};
use crate::facts::panel::{PanelCell, PanelItemResult, PanelResult};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Inline, Section, Table, Tone};

/// Decimals of means and severities.
const DECIMALS: u8 = 2;

/// The chapter with a section for each panel that scores came for; nothing where none did.
pub(super) fn chapter(view: &Comparison<'_>) -> Vec<Section> {
    let panels = view.definitions.panels.iter().zip(&view.current.facts.panels).enumerate();
    let arrived: Vec<_> = panels.filter(|(_, (_, result))| result.has_arrived()).collect();
    if arrived.is_empty() {
        return Vec::new();
    }
    let chapter = Section::new("panels", 1, "联合考评")
        .on_new_page()
        .with(Block::text("几个部门的评委给同样的项目打分，去掉两端的分后取平均。怎样计算见“方法说明”。"));
    let sections = arrived.into_iter().map(|(position, (panel, result))| section(view, position, panel, result));
    std::iter::once(chapter).chain(sections).collect()
}

fn section(view: &Comparison<'_>, position: usize, panel: &Panel, result: &PanelResult) -> Section {
    let id = format!("panel-{}", position + 1);
    let mut section = Section::new(&id, 2, &panel.name)
        .with(Block::text(attendance(view, panel, result)))
        .with(Block::Table(scores(view, &id, panel, result)))
        .with(Block::Table(assessors(view, &id, panel, result)));
    let items = panel.items.iter().zip(&result.items);
    let sentences = items
        .map(|(item, result)| vec![Inline::strong(format!("{}：", item.name)), Inline::text(agreement(view, result))]);
    section = section.with(Block::text("评委之间是否一致："));
    section.with(Block::List { ordered: false, items: sentences.collect() })
}

fn attendance(view: &Comparison<'_>, panel: &Panel, result: &PanelResult) -> String {
    let silent: Vec<&str> = panel
        .assessors
        .iter()
        .zip(&result.assessors)
        .filter(|(_, result)| result.given_count == 0)
        .map(|(assessor, _)| assessor.code.as_str())
        .collect();
    let (expected, present) = (panel.assessors.len(), panel.assessors.len() - silent.len());
    let absent =
        if silent.is_empty() { String::new() } else { format!("，没有有效分的是 {}", silent.join("、")) };
    format!(
        "由{}组织，应到评委 {expected} 名，{present} 名打了分{absent}。来源：{}。",
        view.definitions.departments[panel.department].name,
        result.sources.join("、"),
    )
}

fn publish(view: &Comparison<'_>, value: f64) -> Published {
    Published::round(value, DECIMALS, view.definitions.index.rounding)
}

fn scores(view: &Comparison<'_>, id: &str, panel: &Panel, result: &PanelResult) -> Table {
    let mut layout =
        Layout::new().column(Column::text(&view.definitions.index.unit_word), |unit: usize| cells::unit(view, unit));
    for (item, result) in panel.items.iter().zip(&result.items) {
        let is_small = |cell: &PanelCell| cell.scores.len() < panel.min_assessors as usize;
        layout = layout
            .column(Column::number("平均分").under(&item.name), move |unit| {
                let cell = &result.units[unit];
                let mean = cells::figure(cell.mean.map(|mean| publish(view, mean.mean)));
                if is_small(cell) { mean.tone(Tone::Muted) } else { mean }
            })
            .column(Column::number("评委").under(&item.name), move |unit| {
                let cell = &result.units[unit];
                let mut text = cell.scores.len().to_string();
                if is_small(cell) {
                    text.push_str("（偏少）");
                }
                if cell.excluded_count > 0 {
                    text = format!("{text}（回避{}）", cell.excluded_count);
                }
                Cell { sort_key: cells::count(cell.scores.len()).sort_key, ..Cell::text(text) }
            });
    }
    let mut table = layout.table(format!("{id}-scores"), format!("{}：平均分和有效分数", panel.name), view.presented());
    table.notes.push(format!(
        "“评委”是打了有效分的评委数；少于 {} 名的注“偏少”，平均分只列示、不评分；“回避”是剔除的本单位评委的分。",
        panel.min_assessors
    ));
    table
}

fn assessors(view: &Comparison<'_>, id: &str, panel: &Panel, result: &PanelResult) -> Table {
    let assessor = |at: usize| &panel.assessors[at];
    let found = |at: usize| &result.assessors[at];
    let department = |at: usize| {
        let department =
            assessor(at).department.map(|department| view.definitions.departments[department].name.as_str());
        cells::words(department.unwrap_or_default())
    };
    let severity = |at: usize| cells::change(found(at).severity.map(|severity| publish(view, severity.points)));
    let mut table = Layout::new()
        .column(Column::text("评委"), |at: usize| Cell::text(&assessor(at).code))
        .column(Column::text("部门"), department)
        .column(Column::number("应打"), move |at| cells::count(found(at).expected_count))
        .column(Column::number("有效"), move |at| cells::count(found(at).given_count))
        .column(Column::number("缺"), move |at| cells::count(found(at).missing_count))
        .column(Column::number("本单位剔除"), move |at| cells::count(found(at).excluded_count))
        .column(Column::number("宽严（分）"), severity)
        .table(format!("{id}-assessors"), format!("{}：各评委", panel.name), 0..panel.assessors.len());
    table.notes.push(
        "宽严是评委的分与其他评委平均分之差的平均，正数偏宽，负数偏严；只供了解，不据此改分。应打不含本单位；没有采用的分既不算有效，也不算缺。"
            .to_owned(),
    );
    table
}

/// How far the assessors agree on an item, in words.
fn agreement(view: &Comparison<'_>, result: &PanelItemResult) -> String {
    let unit_word = &view.definitions.index.unit_word;
    let (assessors, units) = (result.assessor_count, result.block_unit_count);
    let block = format!("{assessors} 名评委都打了分的{unit_word}有 {units} 个");
    let ranks = match result.concordance {
        Ok(found) => concordance(found),
        Err(NoAgreement::NoBlock) => {
            return format!("{block}；评委不足 2 名或{unit_word}不足 2 个的，算不出一致性。");
        }
        Err(NoAgreement::NoSpread) => format!("每名评委给各{unit_word}的分都一样，算不出名次的一致性"),
    };
    let scores = match result.correlation {
        Ok(found) => correlation(found, unit_word, assessors),
        Err(NoAgreement::NoBlock | NoAgreement::NoSpread) => "分数的差别太小，算不出组内相关系数".to_owned(),
    };
    format!("{block}。{ranks}。{scores}。")
}

fn concordance(found: Concordance) -> String {
    const LEAST: f64 = 0.001;
    let p = if found.p < LEAST { "p < 0.001".to_owned() } else { format!("p = {}", plain(found.p, 3)) };
    format!(
        "名次：肯德尔和谐系数 W = {}（1 是完全相同，0 是毫无共同之处；χ² = {}，自由度 {}，{p}）",
        plain(found.w, 3),
        plain(found.chi_square, 2),
        found.freedom
    )
}

fn correlation(found: Correlation, unit_word: &str, assessors: usize) -> String {
    let single = if found.single > 0.0 {
        let share = plain(found.single * 100.0, 0);
        format!("单看一名评委的分，差异中约 {share}% 是{unit_word}之间的差别，其余是宽严不一和偶然")
    } else {
        format!("不大于 0，单看一名评委的分，看不出{unit_word}之间的差别")
    };
    format!(
        "分数：组内相关系数 ICC(2,1) = {}（{single}）；{assessors} 名评委平均分的 ICC(2,k) = {}",
        plain(found.single, 3),
        plain(found.mean, 3)
    )
}

/// How panels are computed, for the chapter on methods.
pub(super) fn method(view: &Comparison<'_>) -> Section {
    let index = &view.definitions.index;
    let (unit_word, total_word) = (&index.unit_word, &index.total_word);
    let mut items = vec![
        "有效分：在分制之内的数。评委给本单位打的分剔除；同一评委给同一单位、同一项目打了不止一次的，都不用。".to_owned(),
        "平均分：有效分从低到高排，两端各去掉“比例 × 有效分数”的整数部分个，其余取平均。例如比例 20%，5–9 个有效分时两端各去掉 1 个。"
            .to_owned(),
        format!("{total_word}的平均分是各{unit_word}平均分的简单平均，不看各有几名评委；有效分太少的{unit_word}不在内。"),
        "宽严：在还有别的评委打分的格子里，本人的分 − 其他评委的平均分，再取平均；正数偏宽。".to_owned(),
        format!(
            "名次的一致性：肯德尔和谐系数 W = 12S ÷ (m²(n³ − n) − mΣ(t³ − t))，m 名评委、n 个{unit_word}，S 是各{unit_word}的名次合计与其平均数之差的平方和，t 是同一评委打的同分的个数；χ² = m(n − 1)W，自由度 n − 1，p 是名次毫无共同之处时出现这样大的 χ² 的概率，{unit_word}不多时只是近似（Kendall，1948）。"
        ),
        "分数的一致性：组内相关系数 ICC(2,1)、ICC(2,k)，双向随机模型（Shrout、Fleiss，1979）。".to_owned(),
        format!("一致性只用打了分的评委都打到的{unit_word}计算。"),
    ];
    for panel in &view.definitions.panels {
        items.push(format!(
            "{}：分制 {}–{}，两端各去掉 {}%，有效分少于 {} 个不评分。",
            panel.name,
            plain(panel.scale.0, 4),
            plain(panel.scale.1, 4),
            plain(panel.trim * 100.0, 2),
            panel.min_assessors
        ));
    }
    let items = items.into_iter().map(|item| vec![Inline::text(item)]).collect();
    Section::new("methods-panels", 2, "联合考评").unlisted().with(Block::List { ordered: false, items })
}
