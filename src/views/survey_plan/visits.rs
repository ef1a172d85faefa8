//! The sheet of clusters: how many to draw in a unit and how many interviews in each. They are drawn by name elsewhere.

use super::page::{Page, remarks, sum, unit_width, whole, word};
use super::sample::large;
use super::{Plan, each};
use crate::views::receipt::Look;
use rust_xlsxwriter::{Worksheet, XlsxError};

pub(super) fn sheet(plan: &Plan<'_>) -> Result<Worksheet, XlsxError> {
    let mut page = Page::new(plan, "抽样单元", vec![unit_width(plan), 14, 14, 16, 30, 14], false)?;
    let index = &plan.definitions.index;
    let cluster = plan.cluster_word();
    let about = format!("每个{cluster}约 {} 份;名单由调查单位凭名册按人口多少成比例抽取", plan.terms.take);
    let header_row = page.title(plan, 0, "抽样单元", &about)?;
    let headings = [
        index.unit_word.clone(),
        format!("{cluster}总数"),
        "抽取(个)".to_owned(),
        "每个访问(份)".to_owned(),
        "怎样分".to_owned(),
        "合计(份)".to_owned(),
    ];
    page.headings(header_row, &headings)?;
    let mut row = header_row + 1;
    for unit in &plan.units {
        page.name(row, &plan.definitions.units.units[unit.unit].name, &word())?;
        page.count(row, 1, unit.clusters)?;
        match unit.visits {
            Some(visits) => {
                page.number(row, 2, f64::from(visits.clusters), &whole())?;
                page.text(row, 3, &each(visits), &Look::figure())?;
                let rest = visits.clusters - visits.fuller;
                let shared = if visits.fuller == 0 {
                    format!("{rest} 个各 {} 份", visits.each)
                } else {
                    format!("{} 个各 {} 份,{rest} 个各 {} 份", visits.fuller, visits.each + 1, visits.each)
                };
                page.text(row, 4, &shared, &word())?;
            }
            None => {
                for column in 2..=4 {
                    page.text(row, column, "—", &Look::figure())?;
                }
            }
        }
        page.number(row, 5, f64::from(unit.size.interviews), &whole())?;
        row += 1;
    }
    page.name(row, &index.total_word, &word().set_bold())?;
    let clusters: Option<u64> = plan.units.iter().map(|unit| unit.clusters.map(u64::from)).sum();
    match clusters {
        Some(count) => page.number(row, 1, large(count), &sum())?,
        None => page.text(row, 1, "—", &Look::figure())?,
    }
    page.number(row, 2, large(plan.cluster_draw_count()), &sum())?;
    page.text(row, 3, "", &Look::figure())?;
    page.text(row, 4, "", &Look::figure())?;
    page.number(row, 5, large(plan.interview_count()), &sum())?;
    let mut said = Vec::new();
    if plan.survey.design.cluster_column.is_empty() {
        said.push("问卷定义里没有写抽样单元列(cluster_column)。逐人抽取的,不用本表。".to_owned());
    }
    said.push(format!(
        "{cluster}按地理顺序排好,累计人数,从随机起点等距抽取;抽中两次的访问两倍。抽样记录存档,抽中的不得随意更换。"
    ));
    let end = remarks(&mut page, row + 1, &said)?;
    page.done((header_row, header_row), end - 1)
}
