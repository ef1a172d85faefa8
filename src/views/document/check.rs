use super::{Block, Document, Inline, Table};
use anyhow::bail;
use std::collections::BTreeSet;

/// Anchors with this beginning belong to the dialects.
const RESERVED: &str = "page-";

impl Document {
    /// Holds a document against its promises and names every one that is broken, in Chinese, a line each.
    ///
    /// Anchors are well formed and unique, links lead to one of them, rows are as wide as their table, sort keys are finite,
    /// headings and descriptions of pictures are not empty. Every dialect may call it before it writes.
    pub fn check(&self) -> anyhow::Result<()> {
        let mut review = Review::default();
        for section in &self.sections {
            review.anchor(&section.id);
            if !(1..=5).contains(&section.level) {
                review.problem(format!("章节 {} 的层级应为 1–5，实为 {}", section.id, section.level));
            }
            if section.title.trim().is_empty() {
                review.problem(format!("章节 {} 没有标题", section.id));
            }
            review.blocks(&section.blocks);
        }
        review.finish()
    }
}

#[derive(Default)]
struct Review<'a> {
    anchors: BTreeSet<&'a str>,
    links: Vec<(&'a str, &'a str)>,
    problems: Vec<String>,
}

impl<'a> Review<'a> {
    fn problem(&mut self, text: String) {
        self.problems.push(text);
    }

    fn anchor(&mut self, id: &'a str) {
        let well_formed = id.starts_with(|first: char| first.is_ascii_alphabetic())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
            && !id.starts_with(RESERVED);
        if !well_formed {
            self.problem(format!(
                "锚点“{id}”不合要求：应以英文字母开头，只含英文字母、数字、- 和 _，且不以 {RESERVED} 开头"
            ));
        }
        if !self.anchors.insert(id) {
            self.problem(format!("锚点“{id}”重复"));
        }
    }

    fn blocks(&mut self, blocks: &'a [Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(text) | Block::Callout { text, .. } => self.inlines(text),
                Block::List { items, .. } => items.iter().for_each(|item| self.inlines(item)),
                Block::Table(table) => self.table(table),
                Block::Figure(figure) => {
                    self.anchor(&figure.id);
                    if figure.alt.trim().is_empty() {
                        self.problem(format!("图 {} 没有文字说明", figure.id));
                    }
                }
                Block::Cards(cards) => cards.iter().for_each(|card| self.inlines(&card.value)),
                Block::Fold { blocks, .. } | Block::Beside(blocks) => self.blocks(blocks),
            }
        }
    }

    fn inlines(&mut self, inlines: &'a [Inline]) {
        for inline in inlines {
            if let Inline::Link { to, text } = inline {
                self.links.push((to, text));
            }
        }
    }

    fn table(&mut self, table: &'a Table) {
        self.anchor(&table.id);
        let width = table.columns.len();
        if table.row_header >= width || table.filter.is_some_and(|column| column >= width) {
            self.problem(format!("表 {} 指定的列不存在（共 {width} 列）", table.id));
        }
        for (number, row) in table.rows.iter().enumerate() {
            if let Some(anchor) = &row.anchor {
                self.anchor(anchor);
            }
            if row.cells.len() != width {
                self.problem(format!("表 {} 第 {} 行有 {} 格，应为 {width} 格", table.id, number + 1, row.cells.len()));
            }
            for cell in &row.cells {
                self.inlines(&cell.content);
                if cell.sort_key.is_some_and(|key| !key.is_finite()) {
                    self.problem(format!("表 {} 第 {} 行的排序值不是有限数", table.id, number + 1));
                }
            }
        }
    }

    fn finish(mut self) -> anyhow::Result<()> {
        for (to, text) in std::mem::take(&mut self.links) {
            if !self.anchors.contains(to) {
                self.problems.push(format!("链接“{text}”指向的“{to}”不存在"));
            }
        }
        if !self.problems.is_empty() {
            bail!("报告内容有误：\n  {}", self.problems.join("\n  "));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Cell, Column, Figure, Row, Section};
    use super::*;

    fn complaint(sections: Vec<Section>) -> String {
        let document = Document { sections, ..Document::default() };
        document.check().map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn a_link_may_lead_to_a_section_that_comes_later() {
        let first = Section::new("a", 1, "甲").with(Block::Paragraph(vec![Inline::link("b", "见乙")]));
        assert_eq!(complaint(vec![first, Section::new("b", 1, "乙")]), "");
    }

    #[test]
    fn every_broken_link_is_named_even_inside_a_folded_table() {
        let mut table = Table::new("t", "表", vec![Column::text("名称")]);
        table.rows.push(Row::new(vec![Cell::link("nowhere", "丙")]));
        let fold = Block::Fold { summary: "更多".into(), blocks: vec![Block::Table(table)] };
        let card = Block::Paragraph(vec![Inline::link("gone", "丁")]);
        let said = complaint(vec![Section::new("a", 1, "甲").with(fold).with(card)]);
        assert!(said.contains("“nowhere”不存在") && said.contains("“gone”不存在"), "{said}");
    }

    #[test]
    fn an_anchor_is_used_once() {
        assert!(complaint(vec![Section::new("a", 1, "甲"), Section::new("a", 1, "乙")]).contains("“a”重复"));
        let figure = Figure { id: "a".into(), svg: String::new(), caption: String::new(), alt: "图".into() };
        assert!(complaint(vec![Section::new("a", 1, "甲").with(Block::Figure(figure))]).contains("“a”重复"));
    }

    #[test]
    fn an_anchor_is_ascii_starts_with_a_letter_and_is_not_the_pages_own() {
        for id in ["", "1a", "甲", "a b", "a\"b", "page-top"] {
            assert!(complaint(vec![Section::new(id, 1, "甲")]).contains("不合要求"), "{id}");
        }
        assert_eq!(complaint(vec![Section::new("unit-330521_1", 1, "甲")]), "");
    }

    #[test]
    fn a_row_is_as_wide_as_its_table_and_its_sort_keys_are_finite() {
        let mut table = Table::new("t", "表", vec![Column::text("名称"), Column::number("分")]);
        table.rows.push(Row::new(vec![Cell::text("甲")]));
        table.rows.push(Row::new(vec![Cell::text("乙"), Cell::number("?", f64::INFINITY)]));
        let said = complaint(vec![Section::new("a", 1, "甲").with(Block::Table(table))]);
        assert!(said.contains("第 1 行有 1 格，应为 2 格") && said.contains("第 2 行的排序值"), "{said}");
    }

    #[test]
    fn a_table_without_the_column_it_filters_by_is_refused() {
        let mut table = Table::new("t", "表", vec![Column::text("名称")]);
        table.filter = Some(1);
        assert!(complaint(vec![Section::new("a", 1, "甲").with(Block::Table(table))]).contains("指定的列不存在"));
    }
}
