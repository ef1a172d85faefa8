//! A comparison and its pictures in, the report as a document out: one file per chapter.

pub(super) mod adjustments;
mod answers;
pub(super) mod cells;
pub(super) mod certainty;
pub(super) mod closing;
mod commitments;
pub(super) mod elements;
mod fieldwork;
pub(super) mod gaps;
mod importance;
mod indicator_sections;
mod indicators;
pub(super) mod methods;
mod money;
mod moves;
mod panels;
mod progress;
pub(super) mod quality;
pub(super) mod results;
#[cfg(test)]
mod sample;
mod summary;
pub(super) mod trial;
mod unit_reasons;
pub(super) mod unit_tables;
pub(super) mod units;
pub(super) mod wording;

use super::charts::for_page;
use super::comparison::Comparison;
use super::document::{Block, Document, Figure, Section, punctuation};
use super::figures::{Pictures, watermark};
use crate::audit::Audit;

/// The whole report of the current period.
pub(super) fn document(view: &Comparison<'_>, pictures: &Pictures, audit: &Audit) -> Document {
    let index = &view.definitions.index;
    let period = view.current.period.title();
    let watermark = watermark(view);
    let tag = if watermark.is_empty() { String::new() } else { format!("（{watermark}）") };
    let mut sections = Vec::new();
    if view.has_index() {
        sections = vec![summary::chapter(view, audit), results::chapter(view, pictures)];
        sections.push(elements::chapter(view, pictures));
        sections.extend(units::chapter(view, pictures));
        sections.push(indicators::chapter(view));
        sections.extend(indicator_sections::sections(view));
        sections.extend(progress::projects(view, pictures));
        sections.extend(progress::opinions(view, pictures));
        sections.extend(importance::chapter(view, pictures));
        sections.extend(panels::chapter(view));
        if view.has_rules {
            sections.push(adjustments::chapter(view));
        }
        sections.extend(closing::chapter(view));
    }
    sections.extend(commitments::chapter(view));
    sections.extend(quality::chapter(view, audit));
    sections.extend(fieldwork::chapter(view));
    if view.has_index() {
        sections.extend(methods::chapter(view));
    }
    number_chapters(&mut sections);
    punctuation::mend(&mut sections);
    Document {
        title: format!("{} {period}报告{tag}", index.name),
        subtitle: format!("{period} · 数据截止 {} · 定义版本 {}", view.current.facts.cut_off, index.edition),
        watermark: (!watermark.is_empty()).then(|| watermark.clone()),
        disclaimer: disclaimer(view),
        footer_lines: vec![
            match view.material_hash.as_str() {
                "" => format!("定义版本 {}，数据截止 {}。", index.edition, view.current.facts.cut_off),
                hash => {
                    format!("定义版本 {}，数据截止 {}，材料校验值 {hash}。", index.edition, view.current.facts.cut_off)
                }
            },
            format!(
                "由 {} {} 生成；输入文件和报告各文件的校验值见同一文件夹的 manifest.json。",
                env!("CARGO_PKG_NAME"),
                env!("CARGO_PKG_VERSION")
            ),
        ],
        sections,
    }
}

pub(super) fn disclaimer(view: &Comparison<'_>) -> Option<String> {
    let own = &view.definitions.index.disclaimer;
    let draft = view.assessment.is_draft.then_some("试算：材料还有错误，不是正式结果");
    let parts: Vec<&str> = draft.into_iter().chain(Some(own.as_str()).filter(|own| !own.is_empty())).collect();
    let mut told = parts.join("；");
    punctuation::words(&mut told);
    (!told.is_empty()).then_some(told)
}

fn number_chapters(sections: &mut [Section]) {
    for (number, section) in sections.iter_mut().filter(|section| section.level == 1).enumerate() {
        section.title = format!("{}、{}", wording::numeral(number + 1), section.title);
    }
}

/// A picture as a block of the page; charts carry their titles themselves.
fn picture(id: impl Into<String>, svg: &str, alt: impl Into<String>) -> Block {
    Block::Figure(Figure { id: id.into(), svg: for_page(svg), caption: String::new(), alt: alt.into() })
}

#[cfg(test)]
mod tests;
