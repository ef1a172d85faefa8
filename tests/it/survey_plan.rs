//! `yinxiang survey plan`: the command, its workbook read back, and what it says where something is missing.

use crate::command::{Ran, run, yinxiang};
use crate::project::{repository, small, write};
use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A plan of the survey `people` of the small project.
#[track_caller]
fn at(root: &Path, arguments: &[&str]) -> Ran {
    any_at(root, &[arguments, &["--survey", "people"]].concat())
}

#[track_caller]
fn any_at(root: &Path, arguments: &[&str]) -> Ran {
    run(yinxiang().args(["survey", "plan"]).args(arguments).arg("-C").arg(root))
}

#[track_caller]
fn json_at(root: &Path, arguments: &[&str]) -> Value {
    let ran = at(root, &[arguments, &["--json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.stdout).expect("JSON")
}

fn sheet(path: &Path, name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(name).expect("a sheet");
    range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

/// The small project with more keys for its survey.
fn with_keys(keys: &str) -> TempDir {
    let root = small();
    let path = root.path().join("indicators/joy.toml");
    let text = fs::read_to_string(&path).expect("definitions");
    let mark = "unit_column = \"乡镇\"\n";
    assert!(text.contains(mark), "the survey has a unit column");
    fs::write(&path, text.replacen(mark, &format!("{mark}{keys}\n"), 1)).expect("definitions");
    root
}

const VILLAGES: &str = "cluster_column = \"村(社区)\"\ncluster_count = \"villages\"\nwhole_clusters = true";

/// The small project with villages, classes, people and an approved form.
fn with_people() -> TempDir {
    let root = with_keys(&format!(
        "{VILLAGES}\n\
         form = {{ number = \"测统1号\", issued_by = \"测试县统计局\", approval = \"测统批1号\", valid_until = \"2030-12-31\" }}\n\
         classes = [{{ id = \"age\", column = \"年龄段\", values = [\"低龄\", \"高龄\"] }},\n\
           {{ id = \"sex\", column = \"性别\", values = [\"男\", \"女\"] }}]\n\
         weighting = {{ post-stratify = {{ by = [\"age\", \"sex\"], population = \"老年人口\", least = 2 }} }}"
    ));
    let mut table = "乡镇,年龄段,性别,人数\n".to_owned();
    for (unit, people) in
        [("东乡", [1500, 1600, 400, 500]), ("西乡", [2500, 2600, 900, 1000]), ("南镇", [30, 20, 5, 5])]
    {
        for (class, people) in ["低龄,男", "低龄,女", "高龄,男", "高龄,女"].iter().zip(people) {
            table.push_str(&format!("{unit},{class},{people}\n"));
        }
    }
    write(root.path(), "data/frozen/2024-老年人口.csv", &table);
    root
}

#[test]
fn the_workbook_of_a_period_without_data_holds_samples_quotas_and_villages() {
    let root = with_people();
    let terms = ["2024Q3", "--margin", "10", "--response-rate", "0.6", "--design-effect", "1.5"];
    let plan = json_at(root.path(), &terms);
    // 1.5 · 1.96² · 0.25 / 0.1² = 144.06; with 4,000 people 139.1, with 7,000 141.2, with 60 42.5.
    let interviews: Vec<&Value> =
        plan["units"].as_array().expect("units").iter().map(|unit| &unit["interviews"]).collect();
    assert_eq!(interviews, [140, 142, 43]);
    assert_eq!(plan["design_effect"]["source"], "asked");
    let path = root.path().join("reports/surveys/2024Q3/满意度调查2024年第三季度抽样方案.xlsx");
    assert_eq!(plan["file"], path.display().to_string());
    let row = |name: &str, unit: &str| sheet(&path, name).into_iter().find(|row| row[0] == unit).expect("a unit");
    assert_eq!(row("样本量", "东乡")[1..5], ["4000", "140", "234", "目标"]);
    // 140 · 1500 / 4000 = 52.5 and so on: 56, 52.5, 17.5, 14; of the two halves the first is rounded up.
    assert_eq!(row("配额", "东乡")[1..6], ["53", "56", "14", "17", "140"]);
    assert_eq!(row("抽样单元", "东乡")[1..], ["10", "10", "14", "10 个各 14 份", "140"]);
    assert_eq!(row("抽样单元", "南镇")[1..], ["20", "4", "10–11", "3 个各 11 份,1 个各 10 份", "43"]);
    assert_eq!(row("配额", "全县")[5], "325");
    let quotas = sheet(&path, "配额");
    assert!(quotas[0].last().is_some_and(String::is_empty), "the header of the form stands over several columns");
    assert!(quotas[2].iter().any(|cell| cell == "批准文号:测统批1号"), "{quotas:?}");
    let first = fs::read(&path).expect("a file");
    assert_eq!(at(root.path(), &terms).code, 0);
    assert!(first == fs::read(&path).expect("a file"), "the same plan gives the same bytes");
}

#[test]
fn the_screen_shows_the_sample_and_says_what_is_missing() {
    let root = small();
    let ran = at(root.path(), &["--interviews", "100", "--rate", "0.9", "--power", "0.5", "--design-effect", "1"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let row = ran.stdout.lines().find(|line| line.starts_with("东乡")).expect("a unit");
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["东乡", "100", "9.8", "5.9", "8.3", "10", "10"]);
    for words in ["(模拟数据)", "没有作有限总体校正,也没有配额", "须报统计部门审批", "还缺表号", "下一步:"]
    {
        assert!(ran.stdout.contains(words), "{words}: {ran:?}");
    }
    let quiet = at(root.path(), &["--interviews", "100", "-q"]);
    assert_eq!((quiet.code, quiet.stdout.as_str()), (0, ""));
}

#[test]
fn a_population_table_that_is_asked_for_and_not_there_is_named() {
    let root = with_people();
    fs::remove_file(root.path().join("data/frozen/2024-老年人口.csv")).expect("a file");
    let ran = at(root.path(), &["--margin", "10"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("没有找到人口表 data/frozen/2024-老年人口.csv"), "{ran:?}");
    write(root.path(), "data/frozen/2024-老年人口.csv", "乡镇,年龄段,性别,人数\n东乡,低龄,男,很多\n");
    let ran = at(root.path(), &["--margin", "10"]);
    assert!(ran.stdout.contains("人数应为不小于 0 的数"), "{ran:?}");
}

#[test]
fn the_design_effect_is_what_the_last_answers_showed() {
    let root = with_keys(VILLAGES);
    let mut answers = "乡镇,权重,村(社区),q1\n".to_owned();
    for unit in ["东乡", "西乡", "南镇"] {
        for (village, answer) in [("甲", "1"), ("乙", "1"), ("丙", "3"), ("丁", "3")] {
            answers.push_str(&format!("{unit},1,{village},{answer}\n").repeat(5));
        }
    }
    write(root.path(), "data/2024Q2/survey-people.csv", &answers);
    let plan = json_at(root.path(), &["2024Q3", "--margin", "10"]);
    // Four villages of five who all answer alike: village means of 100 and 0 have a variance of 4/3 · 2500, their mean a
    // quarter of it; twenty people one by one 2500 / 19. That four of ten or twenty villages were visited made the errors
    // smaller and is no part of it.
    let effect = &plan["design_effect"];
    assert_eq!((&effect["source"], &effect["period"]), (&"observed".into(), &"2024Q2".into()));
    let expected = 4.0 / 3.0 * 2500.0 / 4.0 / (2500.0 / 19.0);
    assert!(effect["value"].as_f64().is_some_and(|value| (value - expected).abs() < 1e-9), "{effect}");
    let own = json_at(root.path(), &["2024Q3", "--margin", "10", "--design-effect", "2"]);
    assert_eq!((&own["design_effect"]["source"], &own["design_effect"]["value"]), (&"asked".into(), &2.0.into()));
}

#[test]
fn what_cannot_be_planned_is_refused_with_the_next_step() {
    let root = small();
    for (arguments, words) in [
        (&[][..], "--margin 5"),
        (&["--margin", "0"], "--margin 应大于 0"),
        (&["--margin", "-5"], "--margin 应大于 0"),
        (&["--margin", "nan"], "--margin 应大于 0"),
        (&["--difference", "100"], "--difference 应大于 0"),
        (&["--interviews", "0"], "--interviews 100"),
        (&["--margin", "5", "--difference", "8"], "只能写一项"),
        (&["--margin", "5", "--rate", "90"], "90% 请写 0.9"),
        (&["--margin", "5", "--power", "1"], "--power"),
        (&["--margin", "5", "--confidence", "95"], "95% 请写 0.95"),
        (&["--margin", "5", "--design-effect", "0"], "--design-effect"),
        (&["--margin", "5", "--response-rate", "60"], "六成请写 0.6"),
        (&["--margin", "5", "--take", "0"], "--take 10"),
        (&["--margin", "0.00001"], "放宽 --margin"),
        (&["2024", "--margin", "5"], "周期(frequency)不一致"),
        (&["soon", "--margin", "5"], "不是期次"),
    ] {
        let ran = at(root.path(), arguments);
        assert!(ran.code == 2 && ran.stderr.contains(words) && ran.stdout.is_empty(), "{arguments:?}: {ran:?}");
    }
    assert!(!root.path().join("reports").exists(), "nothing is written");
    let several = any_at(root.path(), &["--margin", "5"]);
    assert!(
        several.code == 2 && several.stderr.contains("--survey") && several.stderr.contains("people("),
        "{several:?}"
    );
    let unknown = any_at(root.path(), &["--margin", "5", "--survey", "pupils"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("可写:people(满意度调查)"), "{unknown:?}");
    let none = any_at(&repository("examples/hdi"), &["--margin", "5"]);
    assert!(none.code == 2 && none.stderr.contains("[[survey]]"), "{none:?}");
}

#[test]
fn definitions_that_are_wrong_are_material_with_errors() {
    let root = with_keys("cluster_count = \"nothing\"");
    let ran = at(root.path(), &["--margin", "5"]);
    assert!(ran.code == 1 && ran.stdout.contains("nothing"), "{ran:?}");
}

#[test]
fn help_below_a_command_is_chinese_too() {
    let ran = run(yinxiang().args(["survey", "plan", "--help"]));
    assert!(ran.code == 0 && ran.stdout.contains("显示帮助") && !ran.stdout.contains("Print help"), "{ran:?}");
}
