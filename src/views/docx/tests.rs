use super::super::document::{Annex, Block, Cell, Column, Figure, Inline, Row, RowKind, Section, Table};
use super::*;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::io::{Cursor, Read};
use zip::ZipArchive;

fn paper(blocks: Vec<Block>, annexes: Vec<Annex>) -> Official {
    let mut section = Section::new("a", 1, "一、总体情况");
    section.blocks = blocks;
    Official {
        marks: vec!["代拟稿".into()],
        title: vec!["关于甲镇<情况>".into(), "的通报".into()],
        addressee: "各镇：".into(),
        body: vec![section],
        signature: vec!["某局".into(), "2022年10月26日".into()],
        annexes,
        small_print: vec!["版本 1".into()],
        watermark: Some("模拟\u{1}\"数据\"".into()),
        disclaimer: Some("示例 & 不是".into()),
    }
}

fn annex(title: &str, is_landscape: bool) -> Annex {
    Annex { title: title.into(), is_landscape, blocks: vec![Block::Table(table())] }
}

fn table() -> Table {
    let columns = vec![Column::text("镇"), Column::number("养").under("得分"), Column::number("医").under("得分")];
    let mut table = Table::new("t", "表1", columns);
    table.rows.push(Row::new(vec![Cell::text("第一组"), Cell::default(), Cell::default()]).kind(RowKind::Group));
    table.rows.push(Row::new(vec![Cell::text("甲镇"), Cell::text("1"), Cell::text("2")]));
    table
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut text = String::new();
    archive.by_name(name).expect("the part").read_to_string(&mut text).expect("UTF-8");
    text
}

fn text_of(blocks: Vec<Block>) -> String {
    part(&official(&paper(blocks, Vec::new()), &Palette::default()).expect("a sound paper"), "word/document.xml")
}

#[test]
fn every_part_is_well_formed_whatever_the_texts_hold() {
    let nasty = "]]> <w:p> & \"甲\" '\u{0}\u{b}\u{ffff}\u{1b}'\n=HYPERLINK(\"x\")";
    let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" height=\"20\" viewBox=\"0 0 40 20\"></svg>";
    let figure = Figure { id: "f".into(), svg: svg.into(), caption: nasty.into(), alt: nasty.into() };
    let blocks = vec![Block::text(nasty), Block::Figure(figure), Block::Table(table())];
    let bytes = official(&paper(blocks, vec![annex(nasty, true)]), &Palette::default()).expect("a sound paper");
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).expect("a package");
    for at in 0..archive.len() {
        let mut text = Vec::new();
        let mut file = archive.by_index(at).expect("a part");
        let name = file.name().expect("a name").into_owned();
        file.read_to_end(&mut text).expect("readable");
        if name.ends_with(".png") {
            continue;
        }
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{name}");
        let mut reader = Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{name}: {error}"),
            }
        }
    }
}

#[test]
fn the_same_paper_gives_the_same_bytes() {
    let made = || {
        official(&paper(vec![Block::text("甲")], vec![annex("结果", true)]), &Palette::default())
            .expect("a sound paper")
    };
    assert_eq!(made(), made());
}

#[test]
fn headings_have_levels_for_the_navigation_pane() {
    let bytes = official(&paper(Vec::new(), Vec::new()), &Palette::default()).expect("a sound paper");
    assert!(part(&bytes, "word/document.xml").contains("<w:pStyle w:val=\"Heading1\"/></w:pPr><w:r>"));
    let styles = part(&bytes, "word/styles.xml");
    for level in 1..=5 {
        let style = styles.split_once(&format!("w:styleId=\"Heading{level}\"")).expect("the style").1;
        let style = style.split_once("</w:style>").expect("its end").0;
        let (name, outline) = (format!("heading {level}"), format!("<w:outlineLvl w:val=\"{}\"/>", level - 1));
        assert!(style.contains(&name) && style.contains(&outline), "{style}");
    }
}

#[test]
fn the_head_of_a_table_returns_and_shared_heads_span_their_columns() {
    let text = text_of(vec![Block::Table(table())]);
    assert_eq!(text.matches("<w:tblHeader/>").count(), 2);
    assert_eq!(text.matches("<w:cantSplit/>").count(), 4);
    assert_eq!(text.matches("<w:gridSpan w:val=\"2\"/>").count(), 1);
    assert_eq!(text.matches("<w:gridSpan w:val=\"3\"/>").count(), 1);
    assert_eq!((text.matches("<w:vMerge w:val=\"restart\"/>").count(), text.matches("<w:vMerge/>").count()), (1, 1));
    assert!(text.contains("<w:tblLayout w:type=\"fixed\"/>"));
}

#[test]
fn every_annex_is_a_section_and_only_those_asked_for_lie_on_their_side() {
    let paper = paper(vec![Block::text("甲")], vec![annex("结果", true), annex("方法", false)]);
    let text = part(&official(&paper, &Palette::default()).expect("a sound paper"), "word/document.xml");
    let sections: Vec<&str> =
        text.split("<w:sectPr>").skip(1).filter_map(|rest| rest.split("</w:sectPr>").next()).collect();
    let across: Vec<bool> = sections.iter().map(|section| section.contains("landscape")).collect();
    assert_eq!(across, [false, true, false]);
    assert!(sections.iter().all(|section| section.contains("nextPage")));
    // The first ends in the line of the date, not in an empty paragraph that might need a page of its own.
    let before = text.split("<w:sectPr>").next().expect("the body");
    assert!(before.rsplit("<w:p>").next().is_some_and(|last| last.contains("Signature")), "{before}");
}

#[test]
fn a_chapter_that_starts_a_sheet_breaks_the_page_before_its_heading() {
    let mut paper = paper(vec![Block::text("甲")], Vec::new());
    paper.body.push(Section::new("b", 1, "二、另起一页").on_new_page());
    let text = part(&official(&paper, &Palette::default()).expect("a sound paper"), "word/document.xml");
    assert_eq!(text.matches("<w:pageBreakBefore/>").count(), 1);
}

#[test]
fn odd_and_even_pages_differ_and_both_carry_watermark_and_disclaimer() {
    let bytes = official(&paper(Vec::new(), Vec::new()), &Palette::default()).expect("a sound paper");
    assert!(part(&bytes, "word/settings.xml").contains("<w:evenAndOddHeaders/>"));
    for name in ["word/header1.xml", "word/header2.xml"] {
        let header = part(&bytes, name);
        assert!(
            header.contains("string=\"模拟\u{fffd}&quot;数据&quot;\"") && header.contains("示例 &amp; 不是"),
            "{header}"
        );
    }
    let plain = Official { watermark: None, disclaimer: None, ..paper(Vec::new(), Vec::new()) };
    let header = part(&official(&plain, &Palette::default()).expect("a sound paper"), "word/header1.xml");
    assert!(!header.contains("v:shape") && !header.contains("w:t "), "{header}");
}

#[test]
fn a_link_shows_its_text_and_a_folded_part_is_shown() {
    let fold =
        Block::Fold { summary: "更多".into(), blocks: vec![Block::Paragraph(vec![Inline::link("x", "见乙")])] };
    let text = text_of(vec![Block::Beside(vec![fold])]);
    assert!(text.contains(">更多<") && text.contains(">见乙<") && !text.contains("HYPERLINK"));
}
