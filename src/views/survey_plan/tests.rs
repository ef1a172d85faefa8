use super::*;
use crate::audit::{Audit, InputFile};
use calamine::{Data, Reader, Xlsx};
use std::io::Cursor;

const TEXT: &str = r#"
format = 1
[index]
id = "x"
name = "指数"
edition = "1"
illustrative = true
disclaimer = "测试用"
watermark = "模拟数据"
unit_word = "乡镇"
total_word = "全县"
caution_below = 30
[register]
name_columns = ["乡镇"]
[[unit]]
code = "01"
name = "东乡"
[[unit]]
code = "02"
name = "西乡"
[[element]]
code = "A"
name = "甲"
weight = 1
[[department]]
code = "TJ"
name = "统计局"
[[indicator]]
code = "A1"
name = "满意度"
element = "A"
weight = 1
unit = "分"
question = "q1"
score = { goalposts = { lower = 0, upper = 100 } }
missing = "drop"
[[survey]]
id = "people"
name = "=满意度调查"
department = "TJ"
unit_column = "乡镇"
cluster_column = "村"
classes = [
  { id = "age", column = "年龄段", values = ["60–79岁", "80岁及以上"] },
  { id = "sex", column = "性别", values = ["男", "女"] },
]
weighting = { rake = { by = ["sex", "age"], population = "老年人口", least = 5 } }
form = { number = "测统1号", issued_by = "", approval = "", valid_until = "2022-09-01" }
[[scale]]
id = "two"
answers = [{ code = "1", word = "满意", points = 100 }, { code = "2", word = "不满意", points = 0 }]
[[question]]
id = "q1"
survey = "people"
text = "您满意吗?"
scale = "two"
"#;

fn definitions() -> Definitions {
    let mut audit = Audit::default();
    let file = InputFile { path: "indicators/x.toml".into(), bytes: TEXT.as_bytes().into() };
    let definitions = crate::definitions::parse(&[file], &mut audit);
    definitions.unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
}

const TERMS: Terms = Terms {
    goal: Goal::Interviews(100),
    rate: 0.9,
    power: 0.5,
    confidence: 0.95,
    design_effect: DesignEffect { value: 1.0, source: EffectSource::Asked },
    response_rate: 1.0,
    least: 30,
    take: 10,
};

/// 东乡 is large, of 西乡 nothing is known.
fn population() -> Population {
    let east = [4000.0, 900.0, 3900.0, 50.0].map(Some);
    Population { source: "data/frozen/2022-老年人口.csv".to_owned(), people: [east, [None; 4]].concat() }
}

fn planned<'a>(definitions: &'a Definitions, population: Option<&'a Population>, terms: Terms) -> Plan<'a> {
    let period = "2022Q3".parse().expect("a period");
    let basis = Basis { definitions, survey: 0, period, population, clusters: &[Some(12), Some(6)] };
    Plan::of(&basis, terms).expect("a plan")
}

fn cells(plan: &Plan<'_>, sheet: &str) -> Vec<Vec<String>> {
    let bytes = plan.workbook().expect("a workbook");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a sound workbook");
    let range = book.worksheet_range(sheet).expect("a sheet");
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

#[test]
fn the_plan_shows_the_table_of_the_domain_notes() {
    // domain.md §9.3: 95 %, simple random, a difference that just reaches significance (a power of one half).
    let rows = [
        (50, "13.9", "8.3", "78.6–95.7", "11.8"),
        (100, "9.8", "5.9", "82.6–94.5", "8.3"),
        (150, "8.0", "4.8", "84.2–93.8", "6.8"),
        (200, "6.9", "4.2", "85.1–93.4", "5.9"),
        (400, "4.9", "2.9", "86.7–92.6", "4.2"),
    ];
    let definitions = definitions();
    for (interviews, worst, at_rate, interval, detectable) in rows {
        let plan = planned(&definitions, None, Terms { goal: Goal::Interviews(interviews), ..TERMS });
        let screen = &plan.table()[1];
        assert_eq!(screen[1..5], [&interviews.to_string(), worst, at_rate, detectable]);
        let sheet = cells(&plan, "样本量");
        let east = sheet.iter().find(|row| row[0] == "东乡").expect("a unit");
        assert_eq!(east[7], interval);
        let shown: Vec<f64> = [&east[5], &east[6], &east[8]].map(|cell| cell.parse().expect("a number")).to_vec();
        let expected: Vec<f64> = [worst, at_rate, detectable].map(|text| text.parse().expect("a number")).to_vec();
        assert_eq!(shown, expected);
    }
}

#[test]
fn a_difference_of_8_3_points_at_a_rate_of_90_percent_takes_a_hundred_interviews() {
    let definitions = definitions();
    // 8.3 is the printed figure of 8.3155…
    let plan = planned(&definitions, None, Terms { goal: Goal::Difference(0.083_155), ..TERMS });
    assert_eq!(plan.units[0].size.interviews, 100);
    let plan = planned(&definitions, None, Terms { goal: Goal::Margin(0.098), rate: 0.5, ..TERMS });
    assert_eq!(plan.units[0].size.interviews, 100);
}

#[test]
fn quotas_follow_the_people_and_a_unit_without_people_has_none() {
    let definitions = definitions();
    let population = population();
    let plan = planned(&definitions, Some(&population), TERMS);
    // Sex outside, age inside, as `by` says; 50 of 8,850 people would be less than one interview.
    assert_eq!(plan.classes(), [["男", "60–79岁"], ["男", "80岁及以上"], ["女", "60–79岁"], ["女", "80岁及以上"]]);
    let quotas = plan.units[0].quotas.clone().expect("quotas");
    assert_eq!((quotas.iter().sum::<u32>(), quotas[3]), (100, 5));
    assert_eq!((plan.units[0].population, plan.units[1].population, &plan.units[1].quotas), (Some(8850), None, &None));
    let sheet = cells(&plan, "配额");
    let row = |name: &str| sheet.iter().find(|row| row[0] == name).expect("a row").clone();
    assert_eq!(row("东乡")[1..6], quotas.iter().chain([&100]).map(u32::to_string).collect::<Vec<_>>());
    assert_eq!(row("西乡")[1..6], ["—", "—", "—", "—", "100"]);
    assert!(plan.notes().iter().any(|note| note.contains("人口表里没有这些乡镇") && note.contains("西乡")));
}

#[test]
fn a_sample_too_small_for_every_class_is_told_and_split_by_people_alone() {
    let definitions = definitions();
    let population = population();
    let plan = planned(&definitions, Some(&population), Terms { goal: Goal::Interviews(12), ..TERMS });
    assert_eq!(plan.units[0].quotas, Some(vec![6, 1, 5, 0]));
    let notes = plan.notes().join("\n");
    assert!(notes.contains("每一类至少 5 份") && notes.contains("不足 30 份"), "{notes}");
}

#[test]
fn visits_keep_to_the_villages_that_there_are() {
    let definitions = definitions();
    let plan = planned(&definitions, None, TERMS);
    let sheet = cells(&plan, "抽样单元");
    let row = |name: &str| sheet.iter().find(|row| row[0] == name).expect("a row").clone();
    assert_eq!(row("东乡"), ["东乡", "12", "10", "10", "10 个各 10 份", "100"]);
    assert_eq!(row("西乡"), ["西乡", "6", "6", "16–17", "4 个各 17 份,2 个各 16 份", "100"]);
    assert_eq!(row("全县")[1..3], ["18", "16"]);
}

#[test]
fn the_workbook_has_the_form_header_the_watermark_and_the_law_and_no_formula() {
    let definitions = definitions();
    let plan = planned(&definitions, None, TERMS);
    let bytes = plan.workbook().expect("a workbook");
    assert!(bytes == plan.workbook().expect("the same again"), "the same plan gives the same bytes");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a sound workbook");
    let names = book.sheet_names();
    assert_eq!(names, ["样本量", "配额", "抽样单元", "说明"]);
    for name in &names {
        assert!(book.worksheet_formula(name).is_ok_and(|formulas| formulas.is_empty()), "{name}");
        let text = cells(&plan, name).concat().join("\n");
        assert!(text.contains("=满意度调查2022年第三季度抽样方案") && text.contains("模拟数据"), "{text}");
    }
    let quotas = cells(&plan, "配额");
    let header: Vec<&str> = quotas[..4].iter().map(|row| row[4].as_str()).collect();
    assert_eq!(header, ["表  号:测统1号", "制定机关:(待填)", "批准文号:(待填)", "有效期至:2022-09-01"]);
    assert!(quotas[..4].iter().all(|row| row[..4].iter().all(String::is_empty)), "at the right only");
    let said = cells(&plan, "说明").concat().join("\n");
    for words in ["须报统计部门审批", "还缺制定机关、批准文号", "早于本期末(2022-09-30)", "2022-老年人口"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn a_term_outside_of_its_range_makes_no_plan() {
    let definitions = definitions();
    let period = "2022Q3".parse().expect("a period");
    let basis = Basis { definitions: &definitions, survey: 0, period, population: None, clusters: &[] };
    let effect = |value| DesignEffect { value, source: EffectSource::Asked };
    for bad in [
        Terms { take: 0, ..TERMS },
        Terms { rate: 1.0, ..TERMS },
        Terms { power: 0.4, ..TERMS },
        Terms { confidence: 0.0, ..TERMS },
        Terms { design_effect: effect(0.0), ..TERMS },
        Terms { design_effect: effect(1e9), ..TERMS },
        Terms { response_rate: 0.0, ..TERMS },
        Terms { goal: Goal::Margin(0.0), ..TERMS },
        Terms { goal: Goal::Margin(1e-9), ..TERMS },
        Terms { goal: Goal::Interviews(0), ..TERMS },
    ] {
        assert!(Plan::of(&basis, bad).is_none(), "{bad:?}");
    }
}
