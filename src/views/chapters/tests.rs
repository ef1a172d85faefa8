use super::sample::{assessment, document, shown, table, tables};
use super::summary::level_sentence;
use crate::views::comparison::Comparison;
use crate::views::document::{Document, Inline};
use crate::views::{Selection, html, render};
use std::collections::BTreeMap;

/// Hundredths of a printed figure, whatever its sign looks like.
fn hundredths(text: &str) -> i64 {
    text.trim_start_matches(['+', '−']).replace('.', "").parse().expect("two decimals")
}

fn page(document: &Document) -> String {
    html::render(document).expect("the report keeps the promises of a document")
}

#[test]
fn the_first_sentence_says_level_and_direction() {
    let (assessment, _) = assessment();
    let current = assessment.current().expect("a computed period");
    // A: (75 + 64 + 30) of 300, 56.33 %, 76.3333 points; B: 29 of 40 answers good (7 of a withheld unit are left out), 80.75,
    // 87.6667 points.
    assert_eq!(
        level_sentence(&Comparison::new(&assessment, current)),
        "2022年第三季度全域基础分80.87分，比上季下降2.20分。"
    );
}

#[test]
fn base_bonus_and_deduction_add_up_to_the_final_score_as_printed() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let ranking = table(&document, "ranking");
    assert_eq!(ranking.rows.len(), 3);
    for row in &ranking.rows {
        let of = |header: &str| hundredths(&shown(ranking, &row.cells, header));
        assert_eq!(of("基础分") + of("加分") - of("扣分"), of("综合得分"));
    }
    let first = &ranking.rows[0].cells;
    assert_eq!([shown(ranking, first, "片区"), shown(ranking, first, "加分")], ["东片区", "+1.50"]);
    assert_eq!(shown(ranking, first, "综合得分"), "98.50");
}

#[test]
fn every_unit_has_a_section_that_the_ranking_leads_to() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    for (anchor, name) in [("unit---1", "东片区"), ("unit-x2", "西片区"), ("unit-x3", "南片区")] {
        assert!(document.sections.iter().any(|section| section.id == anchor && section.title == name), "{name}");
        let link = Inline::link(anchor, name);
        assert!(
            table(&document, "ranking")
                .rows
                .iter()
                .any(|row| row.cells.iter().any(|cell| cell.content.contains(&link)))
        );
    }
    document.check().expect("all links lead somewhere");
}

#[test]
fn a_withheld_figure_is_named_and_none_of_its_numbers_shows() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let own = table(&document, "unit-x3-indicators");
    let row = &own.rows.iter().find(|row| shown(own, &row.cells, "代码") == "B01").expect("a row").cells;
    assert_eq!(shown(own, row, "值"), "隐去");
    assert_eq!(["分子", "分母", "得分"].map(|header| shown(own, row, header)), ["—", "—", "—"]);
    assert_eq!(shown(own, row, "灯"), "◇");
    let sources = table(&document, "unit-x3-sources");
    assert!(sources.rows.iter().all(|row| !row.cells.iter().any(|cell| cell.shown().contains("n=7"))));
    assert!(page(&document).contains("样本不足，隐去"));
}

#[test]
fn what_a_unit_still_has_to_do_is_counted_and_priced() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let gaps = table(&document, "unit-x2-gaps");
    let row = &gaps.rows[0].cells;
    // 80 % of 100 is 16 more than 64; a point of value is a point of score, 60 % of it counts: 16 × 0.6.
    assert_eq!(shown(gaps, row, "差距"), "再完成16户");
    assert_eq!([shown(gaps, row, "每完成1个加"), shown(gaps, row, "全部补齐加")], ["0.6000", "9.60"]);
}

#[test]
fn a_bonus_without_evidence_is_shown_as_pending_and_counts_nothing() {
    let (assessment, audit) = assessment();
    let document = document(&assessment, &audit);
    let all = table(&document, "adjustments-all");
    let pending = all.rows.iter().find(|row| shown(all, &row.cells, "片区") == "南片区").expect("a row");
    assert_eq!(["计分", "单项分值", "处理"].map(|header| shown(all, &pending.cells, header)), ["0.00", "1.50", "待核"]);
}

#[test]
fn title_and_page_say_what_the_report_is_not() {
    let (mut assessment, audit) = assessment();
    assert_eq!(document(&assessment, &audit).title, "试验指数 2022年第三季度报告（样张）");
    assessment.is_draft = true;
    let draft = document(&assessment, &audit);
    assert_eq!(draft.watermark.as_deref(), Some("试算·样张"));
    assert_eq!(draft.disclaimer.as_deref(), Some("试算：材料还有错误，不是正式结果；不是真的"));
}

#[test]
fn a_project_without_rules_has_no_chapter_and_no_columns_for_them() {
    let (mut assessment, audit) = assessment();
    assessment.definitions.rules.rules.clear();
    for result in &mut assessment.periods {
        result.settlement.adjustments.clear();
    }
    let document = document(&assessment, &audit);
    assert!(document.sections.iter().all(|section| section.id != "adjustments"));
    let heads: Vec<&str> = table(&document, "ranking").columns.iter().map(|column| column.header.as_str()).collect();
    assert!(!heads.contains(&"加分") && heads.contains(&"综合得分"), "{heads:?}");
    let chapters: Vec<&str> =
        document.sections.iter().filter(|section| section.level == 1).map(|section| section.title.as_str()).collect();
    assert_eq!(chapters.last(), Some(&"八、方法说明"));
}

#[test]
fn a_first_period_is_compared_with_nothing() {
    let (mut assessment, audit) = assessment();
    assessment.periods.remove(0);
    let document = document(&assessment, &audit);
    let heads = tables(&document).into_iter().flat_map(|table| &table.columns).map(|column| column.header.as_str());
    assert!(heads.into_iter().all(|head| !head.contains("上季") && !["升降", "环比", "同比"].contains(&head)));
}

#[test]
fn the_folder_has_every_picture_twice_and_the_same_bytes_each_time() {
    let (assessment, audit) = assessment();
    let selection = Selection { only: vec!["charts".to_owned(), "index.html".to_owned()] };
    let rendered = render(&assessment, &audit, &BTreeMap::new(), &selection).expect("a report");
    assert_eq!(rendered.failed, Vec::new());
    let files = &rendered.files;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "charts/heatmap.png",
            "charts/heatmap.svg",
            "charts/ranking.png",
            "charts/ranking.svg",
            "charts/satisfaction.png",
            "charts/satisfaction.svg",
            "charts/slope.png",
            "charts/slope.svg",
            "charts/trend.png",
            "charts/trend.svg",
            "charts/waterfall.png",
            "charts/waterfall.svg",
            "index.html",
            "manifest.json"
        ]
    );
    assert_eq!(render(&assessment, &audit, &BTreeMap::new(), &selection).expect("a report").files, *files);
    let heat = String::from_utf8_lossy(&files["charts/heatmap.svg"]).into_owned();
    assert!(heat.contains("为保护个人信息不公开"));
    let manifest = String::from_utf8_lossy(&files["manifest.json"]).into_owned();
    assert!(manifest.contains("charts/trend.svg") && manifest.contains("index.html"));
}
