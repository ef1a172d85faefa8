//! How long the stages take and how their cost grows. Whole-process figures stand in CONTRIBUTING.

mod project;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use polars::prelude::{CsvReadOptions, SerReader};
use project::project;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Cursor;
use yinxiang::audit::Audit;
use yinxiang::definitions::{self, Definitions};
use yinxiang::demo::{Size, project_data, synthetic_project};
use yinxiang::extract;
use yinxiang::facts;
use yinxiang::index;
use yinxiang::views::{Selection, render};
use yinxiang::workflow::{Project, compute};

const INDICATOR_COUNT: usize = 60;
/// 1×, 4×, 16×.
const UNIT_COUNTS: [usize; 3] = [2_500, 10_000, 40_000];

fn synthetic(unit_count: usize) -> Project {
    let size = Size { unit_count, indicator_count: INDICATOR_COUNT, period_count: 1, respondent_count: 0 };
    project(synthetic_project(&size, 1))
}

fn demonstration() -> Project {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/indicators");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(root).expect("the definitions are there") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        files.insert(format!("indicators/{name}"), std::fs::read(&path).expect("a readable file"));
    }
    let mut read = project(files);
    read.definitions.sort_by(|one, other| one.path.cmp(&other.path));
    let definitions = parse(&read);
    let data = project(project_data(&definitions, 7));
    Project { definitions: read.definitions, ..data }
}

fn delivered(tables: &[extract::RawTable]) -> facts::Material<'_> {
    facts::Material { delivered: tables, ..facts::Material::default() }
}

fn parse(project: &Project) -> Definitions {
    definitions::parse(&project.definitions, &mut Audit::default()).expect("definitions without mistakes")
}

/// The newest demonstration quarter with its four predecessors folded in.
fn demonstration_quarter(criterion: &mut Criterion) {
    let project = demonstration();
    let period = *project.periods.keys().last().expect("five quarters");
    let mut group = criterion.benchmark_group("demonstration");
    group.sample_size(10);
    group.bench_function("compute", |bencher| {
        bencher.iter(|| compute(&project, period, &mut Audit::default(), &mut |_| {}));
    });
    let mut audit = Audit::default();
    let assessment = compute(&project, period, &mut audit, &mut |_| {}).expect("an assessment");
    group.bench_function("render", |bencher| {
        bencher.iter(|| render(&assessment, &audit, &BTreeMap::new(), &Selection::default()));
    });
    group.finish();
}

/// Reading one wide CSV, beside Polars' reader on the same bytes in the same run.
fn read_csv(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read_csv");
    group.sample_size(10);
    for unit_count in UNIT_COUNTS {
        let project = synthetic(unit_count);
        let files = project.periods.values().next().expect("one period");
        group.throughput(Throughput::Elements((unit_count * INDICATOR_COUNT) as u64));
        group.bench_with_input(BenchmarkId::new("yinxiang", unit_count), files, |bencher, files| {
            bencher.iter(|| extract::read(black_box(files), &mut Audit::default()));
        });
        let bytes = &files[0].bytes;
        group.bench_with_input(BenchmarkId::new("polars", unit_count), bytes, |bencher, bytes| {
            bencher.iter(|| {
                let reader = CsvReadOptions::default().into_reader_with_file_handle(Cursor::new(bytes.as_ref()));
                reader.finish().expect("a plain CSV")
            });
        });
    }
    group.finish();
}

/// From raw tables to scores.
fn tidy_and_score(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("tidy_and_score");
    group.sample_size(10);
    for unit_count in UNIT_COUNTS {
        let project = synthetic(unit_count);
        let definitions = parse(&project);
        let (&period, files) = project.periods.iter().next().expect("one period");
        let tables = extract::read(files, &mut Audit::default());
        group.throughput(Throughput::Elements((unit_count * INDICATOR_COUNT) as u64));
        group.bench_with_input(BenchmarkId::new("tidy", unit_count), &tables, |bencher, tables| {
            bencher.iter(|| facts::tidy(&definitions, period, &delivered(tables), None, &mut Audit::default()));
        });
        let matrix =
            facts::tidy(&definitions, period, &delivered(&tables), None, &mut Audit::default()).matrix(&definitions);
        group.bench_with_input(BenchmarkId::new("score", unit_count), &matrix, |bencher, matrix| {
            bencher.iter(|| index::score(&definitions, matrix, period, None));
        });
    }
    group.finish();
}

/// All products of the second of two quarters, by number of units; pages, sheets and charts grow with them.
fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("products");
    group.sample_size(10);
    for unit_count in [8, 30, 120] {
        let size = Size { unit_count, indicator_count: 36, period_count: 2, respondent_count: 60 };
        let project = project(synthetic_project(&size, 1));
        let period = *project.periods.keys().last().expect("two quarters");
        group.bench_function(BenchmarkId::from_parameter(unit_count), |bencher| {
            bencher.iter(|| {
                let mut audit = Audit::default();
                let assessment = compute(&project, period, &mut audit, &mut |_| {}).expect("an assessment");
                let made = render(&assessment, &audit, &BTreeMap::new(), &Selection::default()).expect("products");
                assert!(made.failed.is_empty() && made.files.len() > unit_count);
                made
            });
        });
    }
    group.finish();
}

criterion_group!(benches, products, demonstration_quarter, read_csv, tidy_and_score);
criterion_main!(benches);
