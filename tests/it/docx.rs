//! An official paper as a word processor lays it out.

use crate::tools::{pages_of, printed, tool};
use std::fs;
use std::path::Path;
use std::process::Command;
use yinxiang::views::charts::{RankingBars, RankingRow};
use yinxiang::views::document::{
    Annex, Block, Card, Cell, Column, Figure, Inline, Light, Official, Row, RowKind, Section, Table, Tone,
};
use yinxiang::views::docx;
use yinxiang::views::theme::palette::Palette;

const LONG: &str = "县委老干部局会同民政、卫健、教育、医保、大数据等部门，对各镇（街道）为老服务情况开展联合考评，\
    评价包括29项部门数据指标和7项满意度指标，回收有效问卷1,342份。现将有关情况通报如下：";

fn chart() -> Figure {
    let row = |place: u32| RankingRow {
        rank: Some(place),
        tie: false,
        name: format!("第{place}镇"),
        group: String::new(),
        base: 92.0 - f64::from(place),
        bonus: 1.5,
        deduction: 0.5,
        final_score: 93.0 - f64::from(place),
        decimals: 2,
        grade: "良好".into(),
        marks: String::new(),
    };
    let bars = RankingBars {
        title: "2022年第三季度各镇综合得分".into(),
        note: "综合得分 = 基础分 + 加分 - 扣分。".into(),
        watermark: String::new(),
        rows: (1..=13).map(row).collect(),
        borders: Vec::new(),
        scale_max: 100.0,
    };
    let svg = bars.draw(&Palette::default()).expect("plain letters");
    Figure { id: "ranking".into(), svg, caption: "图1 各镇综合得分".into(), alt: "从高到低的横条".into() }
}

fn ranking() -> Table {
    let mut columns = vec![
        Column::number("位次"),
        Column::text("镇（街道）"),
        Column::number("基础分"),
        Column::number("加分"),
        Column::number("扣分"),
        Column::number("综合得分"),
    ];
    columns.extend(["养", "医", "学", "为", "乐"].map(|name| Column::number(name).under("维度得分")));
    columns.push(Column::text("备注"));
    let mut table = Table::new("ranking", "表1 各镇综合得分", columns);
    for place in 1..=40_u32 {
        let score = |steps: u32| {
            let value = f64::from(9_200 - place * 31 - steps) / 100.0;
            Cell::number(format!("{value:.2}"), value)
        };
        let mut cells = vec![Cell::number(place.to_string(), f64::from(place)), Cell::text(format!("第{place}镇"))];
        cells.extend([score(0), Cell::number("+1.50", 1.5), Cell::number("−0.50", 0.5)]);
        cells.push(score(10).tone(Tone::Leading));
        cells.extend((0..5).map(|element| score(element * 97)));
        cells.push(Cell { content: vec![Inline::text("△ "), Inline::Light(Light::Red)], ..Cell::default() });
        table.rows.push(Row::new(cells).kind(if place > 38 { RowKind::Muted } else { RowKind::Plain }));
    }
    table.notes.push("综合得分 = 基础分 + 加分 − 扣分。".into());
    table
}

/// Units by indicators, as wide as annexes are.
fn heat() -> Table {
    let mut columns = vec![Column::text("指标名称")];
    columns.extend((1..=13).map(|unit| Column::number(format!("第{unit}镇"))));
    let mut table = Table::new("heat", "指标得分", columns);
    for indicator in 1..=36_u32 {
        if indicator % 12 == 1 {
            let mut cells = vec![Cell::text(format!("第{}维度", indicator / 12 + 1))];
            cells.resize(14, Cell::default());
            table.rows.push(Row::new(cells).kind(RowKind::Group));
        }
        let mut cells = vec![Cell::text(format!("A{indicator:02} 困难老年人家庭适老化改造完成率"))];
        cells.extend((1..=13_u32).map(|unit| {
            let value = f64::from((indicator * 37 + unit * 61) % 50) + 50.0;
            let light = if value < 60.0 { Light::Red } else { Light::Green };
            Cell { content: vec![Inline::text(format!("{value:.1}")), Inline::Light(light)], ..Cell::default() }
        }));
        table.rows.push(Row::new(cells));
    }
    table
}

fn sample() -> Official {
    let text = |text: &str| Block::text(text);
    let heading = |id: &str, level, title: &str| Section::new(id, level, title);
    let cards = vec![Card::new("全县指数", "84.37分", ""), Card::new("绿灯", "19项", "")];
    Official {
        marks: vec!["代拟稿".into(), "试算".into()],
        title: vec!["关于2022年第三季度为老服务评价指数".into(), "情况的通报".into()],
        addressee: "各镇人民政府、街道办事处，县级有关部门：".into(),
        body: vec![
            heading("lead", 1, "").with(text(LONG)),
            heading("one", 1, "一、总体情况")
                .with(Block::Paragraph(vec![
                    Inline::text("全县指数为"),
                    Inline::strong("84.37分"),
                    Inline::text("，环比提高1.24分。"),
                ]))
                .with(Block::Cards(cards))
                .with(text(LONG)),
            heading("two", 1, "二、评价结果")
                .with(text(LONG))
                .with(Block::Table(ranking()))
                .with(Block::Figure(chart())),
            heading("three", 1, "三、存在问题"),
            heading("three-one", 2, "（一）适老化改造进度滞后").with(text(LONG)),
            heading("three-one-one", 3, "1. 牵头单位").with(Block::List {
                ordered: true,
                items: vec![vec![Inline::text("<甲&乙> \"丙\"")], vec![Inline::text("控制\u{1}字符")]],
            }),
        ],
        signature: vec!["中共某县委老干部局".into(), "2022年10月26日".into()],
        annexes: vec![
            Annex { title: "指标得分一览表".into(), is_landscape: true, blocks: vec![Block::Table(heat())] },
            Annex {
                title: "评价方法和口径说明".into(),
                is_landscape: false,
                blocks: vec![text(LONG), Block::info(LONG)],
            },
            Annex { title: "得分图".into(), is_landscape: true, blocks: vec![Block::Figure(chart())] },
        ],
        small_print: vec!["版本 2022-1；数据截止 2022-10-10；校验 0123abcd。".into()],
        watermark: Some("试算·模拟数据".into()),
        disclaimer: Some("示例框架，不是官方发布的评价结果。".into()),
    }
}

#[test]
fn an_office_suite_lays_out_a_paper_with_repeated_heads_and_sheets_on_their_side() {
    if !tool("pdfinfo", &["-v"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("paper.docx");
    fs::write(&path, docx::official(&sample(), &Palette::default()).expect("a sound paper")).expect("a file");
    let Some(pdf) = printed(&path) else { return };
    let pages: Vec<String> = pages_of(&pdf).iter().map(|page| squeezed(page)).collect();
    let with = |text: &str| pages.iter().filter(|page| page.contains(text)).count();
    assert!(with("维度得分") >= 2, "the head of the first table returns:\n{}", pages.join("\n---\n"));
    assert!(with("指标名称") >= 2, "the head of the annexed table returns");
    for (number, page) in (1..).zip(&pages) {
        assert!(page.contains(&format!("—{number}—")) && page.contains("示例框架"), "{page}");
    }
    for text in ["代拟稿　试算", "附件：1.指标得分一览表", "1.<甲&乙>\"丙\"", "控制\u{fffd}字符", "注：综合得分=基础分"]
    {
        assert_eq!(with(&squeezed(text)), 1, "{text}");
    }
    assert!(pages.last().is_some_and(|page| page.contains("附件3") && page.contains("校验0123abcd")));
    let sheets = sizes(&pdf);
    for (page, (width, height)) in pages.iter().zip(sheets) {
        let lies_across = page.contains("指标名称") || page.contains("附件3");
        assert_eq!(width > height, lies_across, "{page}");
        assert_eq!((width.max(height), width.min(height)), (842, 595), "A4");
    }
}

#[test]
fn a_line_of_an_official_paper_has_28_characters_and_a_page_22_lines() {
    let body = vec![Section::new("a", 1, "").with(Block::text("中".repeat(26 + 28 * 50)))];
    let paper = Official { title: vec!["通报".into()], body, ..Official::default() };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("paper.docx");
    fs::write(&path, docx::official(&paper, &Palette::default()).expect("a sound paper")).expect("a file");
    let Some(pdf) = printed(&path) else { return };
    let pages = pages_of(&pdf);
    let lines = |page: &str| -> Vec<usize> {
        page.lines()
            .map(|line| line.chars().filter(|letter| *letter == '中').count())
            .filter(|count| *count > 0)
            .collect()
    };
    assert_eq!(lines(&pages[0])[..2], [26, 28], "{}", pages[0]);
    assert_eq!(lines(&pages[1]), [28; 22], "{}", pages[1]);
}

/// Without blanks: how wide they are is the business of the faces.
fn squeezed(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Width and height of every page in points.
fn sizes(pdf: &Path) -> Vec<(i64, i64)> {
    let output = Command::new("pdfinfo").args(["-l", "99"]).arg(pdf).output().expect("pdfinfo starts");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let number = |text: &str| text.parse::<f64>().expect("a length").round();
    #[expect(clippy::cast_possible_truncation, reason = "points of a page")]
    let size = |line: &str| {
        let words: Vec<&str> = line.strip_prefix("Page ")?.split_whitespace().collect();
        Some((number(words.get(2)?) as i64, number(words.get(4)?) as i64))
    };
    told.lines().filter_map(size).collect()
}
