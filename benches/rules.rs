//! How long the rules take, and how their cost grows with units and events; and how long a replay of quarters takes.

mod project;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use project::{file, project};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use yinxiang::audit::Audit;
use yinxiang::definitions::{self, Definitions};
use yinxiang::demo::{Size, project_data, synthetic_project};
use yinxiang::rules::{Earlier, Inputs};
use yinxiang::workflow::{Project, compute};
use yinxiang::{extract, facts, index, rules};

/// 1×, 4×, 16× units; five events a unit.
const UNIT_COUNTS: [usize; 3] = [2_500, 10_000, 40_000];
const EVENTS_PER_UNIT: usize = 5;
const INDICATOR_COUNT: usize = 20;
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

/// All shipped rules over scores and events.
fn apply(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rules");
    group.sample_size(10);
    for unit_count in UNIT_COUNTS {
        let project = with_rules(unit_count);
        let definitions = parse(&project);
        let mut results = Vec::new();
        for (&period, files) in &project.periods {
            let tables = extract::read(files, &mut Audit::default());
            let facts = facts::tidy(&definitions, period, &tables, &[], None, &mut Audit::default());
            let matrix = facts.matrix(&definitions);
            let scores = index::score(&definitions, &matrix, period, None);
            results.push((period, facts, matrix, scores));
        }
        let (period, facts, matrix, scores) = &results[0];
        let inputs = Inputs { facts, matrix, scores, items: &[], earlier: &[] };
        let settlement = rules::apply(&definitions, &inputs, &mut Audit::default());
        let earlier = [Earlier { period: *period, scores, settlement: &settlement }];
        let (_, facts, matrix, scores) = &results[1];
        let events = facts.registers.iter().map(Vec::len).sum::<usize>();
        assert_eq!(events, unit_count * EVENTS_PER_UNIT, "every event was read");
        let inputs = Inputs { facts, matrix, scores, items: &[], earlier: &earlier };
        group.bench_function(BenchmarkId::new("apply", unit_count), |bencher| {
            bencher.iter(|| rules::apply(&definitions, &inputs, &mut Audit::default()));
        });
    }
    group.finish();
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
