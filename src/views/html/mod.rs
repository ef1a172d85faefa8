//! A document as one web page that needs nothing else: no network, no fonts, no second file.
//!
//! The page is complete without script; the script only adds comforts: sorting, a row filter, a search box, a trial of
//! other weights, a mark in the table of contents.

mod blocks;
mod contents;
mod dress;
mod figure;
mod markup;
mod table;

pub use dress::Dress;

use super::document::Document;
use anyhow::Context;
use markup::Markup;
use minijinja::{Environment, context};

const SHELL: &str = include_str!("page.html");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// Takes a document, returns one self-contained HTML page (UTF-8, `lang="zh-CN"`). The same document gives the same bytes.
///
/// Fails, naming every place, if the document breaks a promise ([`Document::check`]) or a picture refers to something
/// outside itself.
pub fn render(document: &Document) -> anyhow::Result<String> {
    render_dressed(document, &Dress::default())
}

/// [`render`] with a project's colours and sign, and with what the trial of other weights needs.
pub fn render_dressed(document: &Document, dress: &Dress<'_>) -> anyhow::Result<String> {
    document.check()?;
    let mut body = Markup::default();
    for section in &document.sections {
        blocks::section(&mut body, section)?;
    }
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_template("page.html", SHELL).context("网页模板有误")?;
    let shell = environment.get_template("page.html").context("网页模板有误")?;
    shell
        .render(context! {
            title => &document.title,
            subtitle => &document.subtitle,
            disclaimer => &document.disclaimer,
            disclaimer_css => document.disclaimer.as_deref().map(css_string),
            watermark => &document.watermark,
            watermark_width => document.watermark.as_deref().map(watermark_width),
            footer_lines => &document.footer_lines,
            contents => contents::list(&document.sections),
            body => body.finish(),
            style => STYLE,
            colours => dress.colours(),
            logo => dress.logo_uri(),
            trial => dress.trial_json(),
            script => SCRIPT,
        })
        .context("生成网页失败")
}

/// Pixels between one repetition of the watermark and the next: its characters, an em each at most, and a gap.
fn watermark_width(text: &str) -> usize {
    text.chars().count() * 24 + 140
}

/// Quotes text for a style sheet. Everything but letters and digits is escaped, so it can close neither string nor element.
fn css_string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        if character.is_alphanumeric() {
            quoted.push(character);
        } else {
            quoted.push_str(&format!("\\{:x} ", u32::from(character)));
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::document::{Block, Cell, Column, Figure, Inline, Light, Row, Section, Table};
    use super::*;

    fn page(blocks: Vec<Block>) -> String {
        let section = Section { blocks, ..Section::new("one", 1, "第一章") };
        let document = Document { title: "报告".into(), sections: vec![section], ..Document::default() };
        render(&document).expect("the document keeps its promises")
    }

    #[test]
    fn names_with_markup_in_them_stay_text_everywhere() {
        let evil = "<script>alert(\"1\")</script>&'";
        let mut table = Table::new("t", evil, vec![Column::text(evil).under(evil)]);
        table.rows.push(Row::new(vec![Cell::text(evil).source(evil)]));
        table.notes.push(evil.into());
        let svg = "<svg viewBox=\"0 0 9 9\"></svg>".to_string();
        let section = Section::new("one", 1, evil)
            .with(Block::text(evil))
            .with(Block::Figure(Figure { id: "f".into(), svg, caption: evil.into(), alt: evil.into() }))
            .with(Block::Fold { summary: evil.into(), blocks: vec![Block::warning(evil)] })
            .with(Block::Table(table));
        let document = Document {
            title: evil.into(),
            subtitle: evil.into(),
            watermark: Some(evil.into()),
            disclaimer: Some("</style>\"\\".into()),
            footer_lines: vec![evil.into()],
            sections: vec![section],
        };
        let page = render(&document).expect("markup in a name is allowed");
        assert_eq!(page.matches("<script").count(), 1, "only the page's own script");
        assert_eq!(page.matches("</style").count(), 1, "only the page's own style");
        assert!(!page.contains("alert(\""));
        assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"));
    }

    #[test]
    fn a_broken_link_stops_the_page_and_is_named() {
        let section = Section::new("one", 1, "甲").with(Block::Paragraph(vec![Inline::link("unit-x", "乙")]));
        let error =
            render(&Document { sections: vec![section], ..Document::default() }).expect_err("the target is missing");
        assert!(error.to_string().contains("unit-x"), "{error}");
    }

    #[test]
    fn lights_have_a_shape_and_a_spoken_label() {
        let page = page(vec![Block::Paragraph(Light::ALL.into_iter().map(Inline::Light).collect())]);
        for (shape, label) in
            [("●", "绿灯"), ("▲", "黄灯"), ("■", "红灯"), ("○", "不适用"), ("—", "未报"), ("◇", "隐去")]
        {
            assert!(
                page.contains(&format!("role=\"img\" aria-label=\"{label}\" title=\"{label}\">{shape}</span>")),
                "{label}"
            );
        }
    }

    #[test]
    fn a_page_without_watermark_and_disclaimer_has_no_trace_of_them() {
        let page = page(vec![Block::text("正文")]);
        assert!(!page.contains("id=\"page-watermark\"") && !page.contains("class=\"disclaimer\""));
        assert!(!page.contains("@top-center"));
    }

    #[test]
    fn long_names_may_break_anywhere_so_that_the_page_keeps_its_width() {
        assert!(STYLE.contains("overflow-wrap: anywhere"));
        let name = "W".repeat(300);
        assert!(page(vec![Block::text(&*name)]).contains(&name), "no character is lost");
    }

    #[test]
    fn a_style_string_cannot_be_left() {
        assert_eq!(css_string("模拟 \"</a>"), "\"模拟\\20 \\22 \\3c \\2f a\\3e \"");
    }
}
