//! 季度通报 (代拟稿): the paper that leadership reads, written from the data by templates and held against its tables.

mod achievements;
mod annexes;
mod context;
mod demands;
mod sources;
mod sums;
mod tables;
mod tasks;

pub(super) use tables::progress_light;
pub(super) use tasks::{Standing, Task, composite, tasks};

use super::chapters::wording::numeral;
use super::comparison::Comparison;
use super::document::{Block, Figure, Official, Section, punctuation};
use super::figures::{Pictures, watermark};
use super::theme::Texts;
use crate::audit::Audit;
use anyhow::bail;
use context::Matter;
use serde_json::Value;
use sources::{Sources, inline, plain, words};

/// Body sections by the key of their text, with the picture that stands in each.
const SECTIONS: [(&str, Option<&str>); 7] = [
    ("overall", Some("trend")),
    ("results", Some("ranking")),
    ("projects", Some("bullets")),
    ("achievements", None),
    ("problems", None),
    ("closure", None),
    ("demands", None),
];

/// The bulletin of the current period. `hash` is the short hash of everything that was read.
///
/// # Errors
/// A number of the text that no table holds, or a sum that does not close: every one is named. A text that cannot be
/// written.
pub(super) fn bulletin(
    view: &Comparison<'_>,
    pictures: &Pictures,
    audit: &Audit,
    texts: &Texts,
    hash: &str,
) -> anyhow::Result<Official> {
    let tasks = tasks::tasks(view);
    let gaps = annexes::gap_rows(view);
    let own = annexes::Tables {
        scale: annexes::scale(view),
        heat: annexes::heat(view),
        adjustments: annexes::adjustment_table(view),
        lines: annexes::support_lines(view),
        tasks: annexes::tasks_by_unit(view, &tasks),
        gaps: gaps.as_ref().map(|(_, table)| table.clone()),
        satisfaction: annexes::satisfaction(view),
    };
    let body = [
        ("overall", Some(tables::elements(view))),
        ("results", Some(tables::ranking(view))),
        ("projects", tables::projects(view, &tasks)),
        ("closure", tables::closure(view)),
    ];
    let mut sources = Sources::default();
    let quality = super::chapters::quality::by_department(view, audit);
    let shared = [&own.adjustments, &own.lines, &own.tasks, &own.gaps, &own.satisfaction, &quality];
    let cited = body.iter().filter_map(|(_, table)| table.as_ref()).chain([&own.scale]).chain(&own.heat);
    for table in cited.chain(shared.into_iter().flatten()) {
        sources.add(table.clone());
    }
    let gaps: &[_] = gaps.as_ref().map_or(&[], |(gaps, _)| gaps);
    let context = Matter { view, sources: &sources, tasks: &tasks, gaps }.context();
    let mut paper = Paper { texts, context: &context, sources: &sources, faults: Vec::new() };
    let mut sections = vec![Section { blocks: paper.paragraphs("lead")?, ..Section::new("lead", 1, "") }];
    sections.push(Section { blocks: paper.paragraphs("summary")?, ..Section::new("points", 1, "") });
    for (key, picture) in SECTIONS {
        let mut blocks = paper.paragraphs(key)?;
        let table = body.iter().find(|(own, _)| *own == key).and_then(|(_, table)| table.clone());
        if blocks.is_empty() && table.is_none() {
            continue;
        }
        blocks.extend(table.map(Block::Table));
        blocks.extend(picture.and_then(|name| figure(pictures, name)));
        let heading = paper.line(&format!("headings.{key}"))?;
        let number = numeral(sections.len() - 1);
        sections.push(Section { blocks, ..Section::new(format!("part-{key}"), 1, format!("{number}、{heading}")) });
    }
    let index = &view.definitions.index;
    let watermark = watermark(view);
    let mut official = Official {
        marks: marks(view, paper.line("mark")?),
        title: paper.lines("title")?,
        addressee: paper.line("addressee")?,
        signature: paper.signature()?,
        annexes: annexes::annexes(view, audit, own),
        small_print: vec![format!(
            "{}，定义版本 {}，数据截止 {}，材料校验值 {hash}；由 {} {} 生成。",
            index.name,
            index.edition,
            view.current.facts.cut_off,
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION")
        )],
        watermark: (!watermark.is_empty()).then_some(watermark),
        disclaimer: super::chapters::disclaimer(view),
        body: sections,
    };
    let mut faults = paper.faults;
    faults.extend(sums::faults(&sources, &index.unit_word));
    if !faults.is_empty() {
        bail!("通报里的数字没有全部通过核对：\n  {}", faults.join("\n  "));
    }
    punctuation::mend_paper(&mut official);
    Ok(official)
}

/// 代拟稿, and 试算 while the material holds errors.
fn marks(view: &Comparison<'_>, mark: String) -> Vec<String> {
    let draft = view.assessment.is_draft.then(|| "试算".to_owned());
    [mark].into_iter().chain(draft).filter(|mark| !mark.is_empty()).collect()
}

fn figure(pictures: &Pictures, name: &str) -> Option<Block> {
    let svg = pictures.charts.get(name)?.clone();
    let alt = format!("图：{name}，数字见上表和附件");
    Some(Block::Figure(Figure { id: format!("figure-{name}"), svg, caption: String::new(), alt }))
}

/// Texts being written, with what was found wrong with them.
struct Paper<'a> {
    texts: &'a Texts,
    context: &'a Value,
    sources: &'a Sources,
    faults: Vec<String>,
}

impl Paper<'_> {
    fn write(&mut self, key: &str) -> anyhow::Result<Vec<String>> {
        let lines = self.texts.write(&format!("bulletin.{key}"), self.context)?;
        for line in &lines {
            self.faults.extend(self.sources.faults(line));
        }
        Ok(lines)
    }

    fn lines(&mut self, key: &str) -> anyhow::Result<Vec<String>> {
        Ok(self.write(key)?.iter().map(|line| plain(line)).collect())
    }

    fn line(&mut self, key: &str) -> anyhow::Result<String> {
        Ok(self.lines(key)?.concat())
    }

    fn paragraphs(&mut self, key: &str) -> anyhow::Result<Vec<Block>> {
        Ok(self.write(key)?.iter().map(|line| Block::Paragraph(inline(line))).collect())
    }

    fn signature(&mut self) -> anyhow::Result<Vec<String>> {
        let issuer = self.line("issuer")?;
        let mut context = self.context.clone();
        context["issuer"] = Value::String(words(&issuer));
        let lines = self.texts.write("bulletin.signature", &context)?;
        for line in &lines {
            self.faults.extend(self.sources.faults(line));
        }
        Ok(lines.iter().map(|line| plain(line)).collect())
    }
}
