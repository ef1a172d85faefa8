//! How long the rules take, and how their cost grows with units and events; and how long a replay of quarters takes.

mod project;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use project::{file, project};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use yinxiang::audit::Audit;
use yinxiang::definitions::{self, Definitions};
use yinxiang::demo::{Size, project_data, synthetic_project};
use yinxiang::rules::{Earlier, Inputs, ItemFact};
use yinxiang::workflow::{Project, compute};
use yinxiang::{extract, facts, index, rules};

/// 1×, 4×, 16× units; five events a unit.
const UNIT_COUNTS: [usize; 3] = [2_500, 10_000, 40_000];
const EVENTS_PER_UNIT: usize = 5;
const INDICATOR_COUNT: usize = 20;
/// The first indicator as a task by date, all that the project is made of.
const TASK: &str = r#"projects = ["P1"]
score = { pro-rata = { annual = 70, path = [0.25, 0.5, 0.75, 1.0], target = 100, floor = 50 } }"#;
const KINDS: [(&str, &str); 8] = [
    ("经验推广", "市级"),
    ("试点承接", "省级"),
    ("现场会", "市级"),
    ("报送差错", "更正"),
    ("有责投诉", "县级"),
    ("负面事件", "市级"),
    ("暗访", "一般"),
    ("暗访", "重大"),
];

fn shipped(name: &str) -> String {
    let path = format!("{}/indicators/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a shipped definition")
}

/// A synthetic project with the shipped rules and five events a unit in its second quarter.
fn with_rules(unit_count: usize) -> Project {
    let size = Size { unit_count, indicator_count: INDICATOR_COUNT, period_count: 2, respondent_count: 0 };
    let mut project = project(synthetic_project(&size, 1));
    let rules = shipped("rules.toml").replace("measure_population_60 + 5 * measure_visits_due / 3", "base");
    project.definitions.push(file("indicators/rules.toml".into(), rules.into_bytes()));
    let mut events = String::from(
        "事项编号,日期,镇街,类型,级别,做法或事由,核实单位,佐证材料编号,审批,主动发现并整改,关联问题编号\n",
    );
    for number in 0..unit_count * EVENTS_PER_UNIT {
        let (kind, level) = KINDS[number % KINDS.len()];
        let unit = number % unit_count + 1;
        let day = number % 28 + 1;
        let _ = writeln!(
            events,
            "E{number},2022-05-{day:02},U{unit:06},{kind},{level},做法{},主管部门,材料{number}号,联席会议,,",
            number % 7
        );
    }
    let (period, files) = project.periods.iter_mut().next_back().expect("two quarters");
    files.push(file(format!("data/{period}/events.csv"), events.into_bytes()));
    project
}

fn parse(project: &Project) -> Definitions {
    let mut audit = Audit::default();
    definitions::parse(&project.definitions, &mut audit).unwrap_or_else(|| panic!("{:?}", audit.diagnostics()))
}

/// What only some rules look at: a project with a task by date, arrivals, re-checks. Nobody leads so large a group by two
/// points (R05), but every project is ranked for it.
fn with_the_rest(mut project: Project, unit_count: usize) -> Project {
    for file in &mut project.definitions {
        let mut text = String::from_utf8(file.bytes.to_vec()).expect("UTF-8");
        if file.path.ends_with("index.toml") {
            text.push_str("\n[[project]]\ncode = \"P1\"\nid = \"task\"\nname = \"任务\"\n");
        }
        if file.path.ends_with("measures.toml") {
            let (before, rest) = text.split_once("score = ").expect("an indicator");
            let (_, after) = rest.split_once('\n').expect("a line behind it");
            text = format!("{before}{TASK}\n{after}").replacen("basis = \"period\"", "basis = \"ytd\"", 2);
        }
        file.bytes = text.into_bytes().into();
    }
    let mut arrivals = String::from("报表名称,报送部门,镇街,收到日期\n");
    let mut rechecks = String::from("镇街,数据项,报送数,核实数,是否故意,复核单编号,审批\n");
    for unit in (1..=unit_count).step_by(2) {
        let _ = writeln!(arrivals, "季报,,U{unit:06},2022-07-{:02}", unit % 28 + 1);
        let _ = writeln!(rechecks, "U{unit:06},数据002,100,{},,复核{unit}号,联席会议", 70 + unit % 30);
    }
    let (period, files) = project.periods.iter_mut().next_back().expect("two quarters");
    files.push(file(format!("data/{period}/arrivals.csv"), arrivals.into_bytes()));
    files.push(file(format!("data/{period}/rechecks.csv"), rechecks.into_bytes()));
    project
}

/// A problem of every unit, each second one overdue.
fn items(unit_count: usize) -> Vec<ItemFact> {
    let item = |unit: usize| ItemFact {
        item: format!("2022Q1-U{unit:06}-01"),
        unit,
        indicator: Some(unit % INDICATOR_COUNT),
        source: "指数红灯".to_owned(),
        severity: "一般".to_owned(),
        state: "整改中".to_owned(),
        overdue_days: u32::from(unit.is_multiple_of(2)) * 10,
        progress: Some(50.0),
        is_open: true,
        is_closed_now: false,
    };
    (0..unit_count).map(item).collect()
}

/// All shipped rules over scores and events; then over projects, arrivals, re-checks and problems besides.
fn apply(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rules");
    group.sample_size(10);
    for unit_count in UNIT_COUNTS {
        let project = with_rules(unit_count);
        measure(&mut group, BenchmarkId::new("apply", unit_count), &project, &[], &[]);
        let items = items(unit_count);
        let rest = ["R03", "R08a", "R09", "R12", "R13b"];
        let project = with_the_rest(project, unit_count);
        measure(&mut group, BenchmarkId::new("apply with every table", unit_count), &project, &items, &rest);
    }
    group.finish();
}

/// Measures one project; `expected` are rules that must have found something.
fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: BenchmarkId,
    project: &Project,
    items: &[ItemFact],
    expected: &[&str],
) {
    let definitions = parse(project);
    let mut results = Vec::new();
    for (&period, files) in &project.periods {
        let tables = extract::read(files, &mut Audit::default());
        let facts = facts::tidy(
            &definitions,
            period,
            &facts::Material { delivered: &tables, ..facts::Material::default() },
            None,
            &mut Audit::default(),
        );
        let matrix = facts.matrix(&definitions);
        let scores = index::score(&definitions, &matrix, period, None);
        results.push((period, facts, matrix, scores));
    }
    let (period, facts, matrix, scores) = &results[0];
    let inputs = Inputs { facts, matrix, scores, items: &[], earlier: &[] };
    let settlement = rules::apply(&definitions, &inputs, &mut Audit::default());
    let earlier = [Earlier { period: *period, scores, settlement: &settlement }];
    let (_, facts, matrix, scores) = &results[1];
    let events = definitions.tables.iter().position(|table| table.id == "events").expect("a table of events");
    assert_eq!(facts.registers[events].len(), scores.unit_count() * EVENTS_PER_UNIT, "every event was read");
    let inputs = Inputs { facts, matrix, scores, items, earlier: &earlier };
    let settlement = rules::apply(&definitions, &inputs, &mut Audit::default());
    let hits = || settlement.adjustments.iter().chain(&settlement.effects);
    for id in expected {
        assert!(hits().any(|hit| definitions.rules.rules[hit.rule].id == *id), "{id} found nothing");
    }
    group.bench_function(id, |bencher| {
        bencher.iter(|| rules::apply(&definitions, &inputs, &mut Audit::default()));
    });
}

/// Twenty quarters of the demonstration county, from raw tables to the ledger; reading them is measured beside it.
fn replay(criterion: &mut Criterion) {
    let mut definitions_of = BTreeMap::new();
    let folder = format!("{}/indicators", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(folder).expect("the definitions are there") {
        let name = entry.expect("a file").file_name().to_string_lossy().into_owned();
        definitions_of.insert(format!("indicators/{name}"), shipped(&name).into_bytes());
    }
    let mut read = project(definitions_of);
    let mut script = parse(&read);
    script.demo.as_mut().expect("a script").first = "2017Q4".to_owned();
    let data = project(project_data(&script, 7));
    assert_eq!(data.periods.len(), 20, "twenty quarters");
    read.frozen = data.frozen;
    read.periods = data.periods;
    let asked = *read.periods.keys().next_back().expect("quarters");
    let mut group = criterion.benchmark_group("replay of 20 quarters");
    group.sample_size(10);
    group.bench_function("compute", |bencher| {
        bencher.iter(|| compute(&read, asked, &mut Audit::default(), &mut |_| {}));
    });
    group.bench_function("of it reading", |bencher| {
        bencher.iter(|| {
            let files = std::iter::once(&read.frozen).chain(read.periods.values());
            files.map(|files| extract::read(files, &mut Audit::default()).len()).sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, apply, replay);
criterion_main!(benches);
