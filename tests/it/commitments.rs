//! Annual commitments: what was promised, reported and thought of it, over the periods of a year.

use crate::command::{read_json, run, yinxiang};
use crate::project::{Outcome, read, repository};
use std::collections::BTreeMap;
use yinxiang::audit::{Code, InputFile};
use yinxiang::definitions::calendar::Period;
use yinxiang::support::commitments::{CommitmentYear, Verdict};
use yinxiang::views::{Selection, render};
use yinxiang::workflow::Project;

const DEFINITIONS: &str = r#"
format = 1
[index]
id = "c"
name = "承诺"
edition = "1"
[[department]]
code = "MZ"
name = "民政局"
aliases = ["民政"]
[commitments]
trim = 0.25
done = 1.0
nearly = 0.9
weight_value = 50
weight_rank = 20
weight_peer = 30
min_peers = 3
[[commitment]]
id = "a"
owner = "MZ"
year = 2022
task = "建站"
target = 30
unit = "家"
rank_goal = 10
rank_scope = "全省"
baseline_rank = 18
[[commitment]]
id = "b"
owner = "督查室"
year = 2022
task = "编印手册"
[[commitment]]
id = "old"
owner = "督查室"
year = 2021
task = "旧事"
target = 1
unit = "件"
"#;
const REPORTS: &str = "承诺事项编号,日期,阶段,完成值,排名,情况,佐证材料编号,自评\n";
const SCORES: &str = "承诺事项编号,评分人代码,评分人所在单位,分值\n";

fn period(text: &str) -> Period {
    text.parse().expect("a period")
}

fn file(path: &str, text: &str) -> InputFile {
    InputFile { path: path.into(), bytes: text.as_bytes().into() }
}

/// A project of commitments alone: period, rows of reports, rows of scores.
fn project(periods: &[(&str, &str, &str)]) -> Project {
    let files = |(name, reports, scores): &(&str, &str, &str)| {
        let reports = file(&format!("data/{name}/commitment-reports.csv"), &format!("{REPORTS}{reports}"));
        let scores = file(&format!("data/{name}/commitment-scores.csv"), &format!("{SCORES}{scores}"));
        (period(name), vec![reports, scores])
    };
    let definitions = vec![file("indicators/c.toml", DEFINITIONS)];
    Project { definitions, periods: periods.iter().map(files).collect(), ..Project::default() }
}

fn year(outcome: &Outcome) -> &CommitmentYear {
    outcome.scored().current().and_then(|result| result.commitments.as_ref()).expect("a year of commitments")
}

#[test]
fn the_year_end_shows_what_was_said_at_mid_year_and_the_newest_report_counts() {
    let late = "a,2022-12-30,年底,27家,第12名?,,汇报2号,\n";
    let rows = "a,2023-01-05,年底,30,14,建成,汇报3号,\na,2022-12-28,年底,27,12,,汇报2号,\nb,2023-01-04,年末,,,印发,汇报4号,基本完成\n";
    let outcome =
        Outcome::of(&project(&[("2022Q2", "a,2022-07-01,年中,12 家,16,,,\n", ""), ("2022Q4", rows, "")]), None);
    let [a, b] = year(&outcome).outcomes.as_slice() else { panic!("two commitments of 2022") };
    assert_eq!(a.mid.as_ref().and_then(|report| report.value), Some(12.0));
    assert_eq!(a.end.as_ref().and_then(|report| report.value), Some(30.0));
    // (18 − 14) / (18 − 10); (50·100 + 20·50) / 70.
    assert_eq!((a.verdict, a.rank_credit, a.score), (Verdict::Done, Some(0.5), Some(6000.0 / 70.0)));
    assert_eq!((b.verdict, b.is_self_rated, b.score), (Verdict::Nearly, true, None));
    assert_eq!(outcome.with_code(Code::VersionReplaced).len(), 1, "{}", outcome.findings());
    let bad = Outcome::of(&project(&[("2022Q4", late, "")]), None);
    assert_eq!(year(&bad).outcomes[0].verdict, Verdict::Unreported, "a rank in words is no rank");
    assert!(bad.findings().contains("第12名?"), "{}", bad.findings());
}

#[test]
fn before_the_end_of_the_year_nothing_is_kept_or_broken() {
    let outcome = Outcome::of(&project(&[("2022Q2", "a,2022-07-01,年中,30,5,,,\n", ""), ("2022Q3", "", "")]), None);
    let verdicts: Vec<Verdict> = year(&outcome).outcomes.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::NotDue; 2]);
    assert_eq!(year(&outcome).sentence(), "2022年2项承诺，尚未到期2项。");
    assert!(year(&outcome).outcomes.iter().all(|outcome| outcome.score.is_none()));
    let over = Outcome::of(&project(&[("2022Q4", "", "")]), None);
    assert_eq!(year(&over).sentence(), "2022年2项承诺，未报告2项。");
}

#[test]
fn a_report_without_evidence_awaits_it_and_counts_nothing() {
    let outcome = Outcome::of(&project(&[("2022Q4", "a,2022-12-30,年底,30,9,,,\n", "")]), None);
    let found = outcome.with_code(Code::EvidenceMissing);
    assert_eq!(found.len(), 1, "{}", outcome.findings());
    assert_eq!(found[0].department.as_deref(), Some("民政局"));
    let total = &year(&outcome).total;
    assert_eq!((total.pending_count, total.by_verdict, total.mean_score), (1, [0, 0, 0, 1, 0], None));
}

#[test]
fn peers_of_other_offices_count_once_each() {
    let scores = "a,P1,教育局,80\na,P2,教育局,70分\na,P3,公安局,100\na,P4,公安局,90\na,P5,民政,100\na,P1,教育局,99\n";
    let outcome = Outcome::of(&project(&[("2022Q4", "", scores)]), None);
    let peers = year(&outcome).outcomes[0].peers;
    // 70, 80, 90, 100: one dropped at either end; P5 is of the owner's own, P1 comes twice.
    assert_eq!((peers.count, peers.excluded_count, peers.mean, peers.trimmed_mean), (4, 1, Some(85.0), Some(85.0)));
    assert_eq!(outcome.with_code(Code::OwnScoreExcluded).len(), 1, "{}", outcome.findings());
    assert_eq!(outcome.with_code(Code::RowInvalid).len(), 1, "{}", outcome.findings());
    let few = Outcome::of(&project(&[("2022Q4", "", "a,P1,教育局,80\na,P2,教育局,70\n")]), None);
    let peers = year(&few).outcomes[0].peers;
    assert_eq!((peers.count, peers.mean, peers.trimmed_mean), (2, None, None));
}

#[test]
fn rows_about_nothing_another_year_or_no_figure_are_told_and_left_out() {
    let reports = "c,2022-12-30,年底,30,,,汇报1号,\nold,2022-12-30,年底,1,,,汇报1号,\na,2022-12-30,三季度,30,,,汇报1号,\n\
                   a,2022-12-30,年底,三十家左右,,,汇报1号,\na,2022-12-30,年底,30%,,,汇报1号,\na,2022-12-30,年底,,,,汇报1号,\n\
                   b,2022-12-30,年底,,,,汇报1号,\nb,2022-12-30,年底,,,,汇报1号,很好\na,2022-12-30,年底,30,1.5,,汇报1号,\n";
    let scores = "a,P1,教育局,101\na,P2,教育局,九十\na,某某人,教育局,90\n";
    let outcome = Outcome::of(&project(&[("2022Q4", reports, scores)]), None);
    let found: Vec<String> = outcome.with_code(Code::RowInvalid).iter().map(|found| found.to_string()).collect();
    for (row, words) in [
        ("reports.csv [A2]", "没有定义过"),
        ("reports.csv [A3]", "是 2021 年的"),
        ("reports.csv [A4]", "年中或年底"),
        ("reports.csv [A5]", "不小于 0 的数"),
        ("reports.csv [A6]", "不小于 0 的数"),
        ("reports.csv [A7]", "没有写完成值"),
        ("reports.csv [A8]", "没有自评"),
        ("reports.csv [A9]", "自评应是"),
        ("reports.csv [A10]", "从 1 起的整数"),
        ("scores.csv [A2]", "0–100"),
        ("scores.csv [A3]", "0–100"),
        ("scores.csv [A4]", "不能写姓名"),
    ] {
        assert!(found.iter().any(|line| line.contains(row) && line.contains(words)), "{row} {words}: {found:#?}");
    }
    assert_eq!(found.len(), 12, "{found:#?}");
    assert!(!outcome.findings().contains("某某人"), "a name is never quoted");
    let year = year(&outcome);
    assert!(year.outcomes.iter().all(|outcome| outcome.verdict == Verdict::Unreported && outcome.peers.count == 0));
    // An earlier period's mistakes are told in its own time, not again.
    let mut periods = project(&[("2022Q3", reports, scores), ("2022Q4", "", "")]);
    let later = Outcome::of(&periods, None);
    assert_eq!(later.with_code(Code::RowInvalid).len(), 0, "{}", later.findings());
    periods.periods.remove(&period("2022Q4"));
    assert_eq!(Outcome::of(&periods, None).with_code(Code::RowInvalid).len(), 12);
}

#[test]
fn the_demonstration_shows_a_year_from_promise_to_score() {
    let outcome = Outcome::of(&read(&repository(".")), Some(period("2021Q4")));
    let year = year(&outcome);
    let verdicts: Vec<Verdict> = year.outcomes.iter().map(|outcome| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Done, Verdict::Nearly, Verdict::Done]);
    // Ten of the twelve scores are left and add up to 900; (50·100 + 20·75 + 30·90) / 100.
    assert_eq!((year.outcomes[0].peers.trimmed_mean, year.outcomes[0].score), (Some(90.0), Some(92.0)));
    let tasks = &outcome.scored().definitions.commitments.list;
    assert!(
        tasks.iter().all(|commitment| commitment.task.starts_with("示例")),
        "the demonstration invents, and says so"
    );
}

#[test]
fn the_page_shows_this_years_commitments_and_how_last_years_ended() {
    let outcome = Outcome::of(&read(&repository(".")), Some(period("2022Q3")));
    let selection = Selection { only: vec!["index.html".to_owned()] };
    let files = render(outcome.scored(), &outcome.audit, &BTreeMap::new(), &selection).expect("a report").files;
    let page = String::from_utf8_lossy(&files["index.html"]).into_owned();
    for words in [
        "承诺事项",
        "2022年3项承诺，尚未到期3项。",
        "168 人",
        "56.00%",
        "第11（年中）",
        "上年（2021年）的承诺",
        "2021年3项承诺，完成2项，基本完成1项。",
        "全省前10（原第18）",
        "第12（未达到）",
        "93.02%",
        "完成（自评）",
        "92.00",
        "怎样评承诺",
    ] {
        assert!(page.contains(words), "{words} is not on the page");
    }
}

#[test]
fn the_other_counties_commitments_are_a_project_of_their_own_without_any_result() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let target = out.path().join("report");
    let project = repository("examples/huzhou-commitments");
    let ran = run(yinxiang().arg("run").arg("-C").arg(&project).arg("--out").arg(&target));
    assert_eq!(ran.code, 0, "{ran:?}");
    let result = read_json(&target.join("result.json"));
    let list = result["commitments"]["list"].as_array().expect("a list of commitments");
    let mut targets: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for commitment in list {
        let owner = commitment["owner"].as_str().expect("an owner");
        targets.entry(owner).or_default().push(commitment["target"].as_f64().expect("a number"));
        assert_eq!(commitment["verdict"], "unreported", "{commitment}");
        for key in ["mid_year", "year_end", "share", "score"] {
            assert!(commitment[key].is_null(), "{key} is known to nobody: {commitment}");
        }
    }
    // shared/domain/source.txt: 1至2个; 30多名, 14个, 2个, 十条, 六方面, six times 一次 or 一场; 5家, 三张; 六个, 5部门.
    let expected = BTreeMap::from([
        ("市委老干部局", vec![1.0]),
        ("吴兴区", vec![30.0, 14.0, 2.0, 10.0, 6.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]),
        ("长兴县", vec![5.0, 3.0]),
        ("南浔区", vec![6.0, 5.0]),
    ]);
    assert_eq!(targets, expected);
    let definitions = &Outcome::of(&read(&project), None);
    let list = &definitions.scored().definitions.commitments.list;
    assert!(list.iter().all(|commitment| commitment.source.starts_with('“') && commitment.source.ends_with('”')));
    let page = std::fs::read_to_string(target.join("index.html")).expect("a page");
    assert!(page.contains("没有公开") && page.contains("未报告16项"), "the page says that nothing is known");
    assert!(!page.contains("综合得分"), "nothing is scored");
}
