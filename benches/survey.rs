//! From a respondent file to estimates, beside a plain Polars group-by of the same weighted integer sums in the same run.
//!
//! `YINXIANG_BENCH_ROWS=50000000` measures one size of one's own instead of 1×, 4× and 16×.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use polars::prelude::{
    Column, DataFrame, DataType, Engine, LazyFrame, ParquetCompression, ParquetWriter, PlRefPath, ScanArgsParquet, col,
    len, lit, when,
};
use std::path::{Path, PathBuf};
use yinxiang::audit::{Audit, InputFile};
use yinxiang::definitions::{self, Definitions};
use yinxiang::demo::{Crowd, CrowdPart};
use yinxiang::extract::{self, ScannedFile};
use yinxiang::facts::{self, Material};

const ROW_COUNTS: [usize; 3] = [500_000, 2_000_000, 8_000_000];
const PART: usize = 1_000_000;
const QUESTIONS: usize = 20;

fn crowd(respondent_count: usize) -> Crowd {
    Crowd { respondent_count, unit_count: 13, question_count: QUESTIONS }
}

fn parse(crowd: &Crowd) -> Definitions {
    let files: Vec<InputFile> = crowd
        .definitions()
        .into_iter()
        .map(|(path, text)| InputFile { path: path.into(), bytes: text.into_bytes().into() })
        .collect();
    definitions::parse(&files, &mut Audit::default()).expect("definitions without mistakes")
}

fn frame(part: CrowdPart) -> DataFrame {
    let height = part.units.len();
    let mut columns = vec![
        Column::new("单位名称".into(), part.units),
        Column::new("村".into(), part.villages),
        Column::new("权重".into(), part.weights),
    ];
    let answers = part.answers.into_iter().enumerate();
    columns.extend(answers.map(|(number, codes)| Column::new(format!("q{:02}", number + 1).into(), codes)));
    DataFrame::new(height, columns).expect("columns of one length")
}

fn written(crowd: &Crowd, folder: &Path) -> PathBuf {
    let path = folder.join(format!("survey-{}.parquet", crowd.respondent_count));
    let first = frame(crowd.part(1, 0, PART));
    let file = std::fs::File::create(&path).expect("a file");
    let mut writer = ParquetWriter::new(file)
        .with_compression(ParquetCompression::Snappy)
        .batched(first.schema())
        .expect("a writer");
    writer.write_batch(&first).expect("written");
    for start in (PART..crowd.respondent_count).step_by(PART) {
        writer.write_batch(&frame(crowd.part(1, start, PART))).expect("written");
    }
    writer.finish().expect("written");
    path
}

fn scanned(path: &Path) -> LazyFrame {
    LazyFrame::scan_parquet(PlRefPath::new(path.to_string_lossy()), ScanArgsParquet::default()).expect("a Parquet file")
}

/// The sums that township means and their standard errors need: by unit and village the number, weight and weighted
/// points of the valid answers to every question, in whole numbers.
fn plain_group_by(frame: LazyFrame) -> DataFrame {
    let weight = (col("权重") * lit(1e6)).round(0, Default::default()).cast(DataType::Int64);
    let sums = (1..=QUESTIONS).flat_map(|question| {
        let (name, answer) = (format!("q{question:02}"), col(format!("q{question:02}")));
        let is_valid = answer.clone().lt(lit(9));
        let points = when(answer.clone().eq(lit(1)))
            .then(lit(100_i64))
            .when(answer.clone().eq(lit(2)))
            .then(lit(80_i64))
            .when(answer.clone().eq(lit(3)))
            .then(lit(60_i64))
            .when(answer.eq(lit(4)))
            .then(lit(30_i64))
            .otherwise(lit(0_i64));
        [
            is_valid.clone().cast(DataType::Int64).sum().alias(format!("{name}_n")),
            (col("weight") * is_valid.cast(DataType::Int64)).sum().alias(format!("{name}_w")),
            (col("weight") * points).sum().alias(format!("{name}_p")),
        ]
    });
    let all: Vec<_> = sums.chain([len().alias("count")]).collect();
    frame
        .with_column(weight.alias("weight"))
        .group_by([col("单位名称"), col("村")])
        .agg(all)
        .collect_with_engine(Engine::Streaming)
        .expect("sums")
        .unwrap_single()
}

fn respondents(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let own = std::env::var("YINXIANG_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok());
    let sizes: Vec<usize> = own.map_or_else(|| ROW_COUNTS.to_vec(), |rows| vec![rows]);
    let mut group = criterion.benchmark_group("respondents");
    group.sample_size(10);
    for size in sizes {
        let crowd = crowd(size);
        let path = written(&crowd, folder.path());
        let definitions = parse(&crowd);
        let period = "2022Q1".parse().expect("a period");
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("yinxiang", size), |bencher| {
            bencher.iter(|| {
                let path_in_project = "data/2022Q1/survey-general.parquet".into();
                let file = ScannedFile { path: path_in_project, frame: scanned(&path), hash: String::new() };
                let material = Material { scanned: std::slice::from_ref(&file), ..Material::default() };
                let facts = facts::tidy(&definitions, period, &material, None, &mut Audit::default());
                assert_eq!(facts.surveys[0].respondent_count as usize, size);
                facts
            });
        });
        group.bench_function(BenchmarkId::new("polars", size), |bencher| {
            bencher.iter(|| plain_group_by(scanned(&path)));
        });
    }
    group.finish();
}

fn files(folder: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<InputFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<InputFile> = std::fs::read_dir(root)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .map(|path| (format!("{folder}/{}", path.file_name().expect("a name").to_string_lossy()), path))
        .filter(|(name, _)| is_wanted(name))
        .map(|(name, path)| InputFile { path: name.into(), bytes: std::fs::read(path).expect("a file").into() })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The surveys of the demonstration quarter (about 2,400 respondents), from the bytes of their files to estimates with
/// weights adjusted to the population; then the same with the checks of the field work by interviewer and hour.
fn demonstration(criterion: &mut Criterion) {
    let with_checks = files("indicators", |name| name.ends_with(".toml"));
    let bare = |file: &InputFile| {
        let text = String::from_utf8(file.bytes.to_vec()).expect("UTF-8");
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("fieldwork = ")).collect();
        InputFile { path: file.path.clone(), bytes: kept.join("\n").into_bytes().into() }
    };
    let without: Vec<InputFile> = with_checks.iter().map(bare).collect();
    for (name, files) in [("files to estimates", without), ("with field work", with_checks)] {
        measured(criterion, name, &files);
    }
}

fn measured(criterion: &mut Criterion, name: &str, definitions: &[InputFile]) {
    let definitions = definitions::parse(definitions, &mut Audit::default()).expect("definitions without mistakes");
    let surveys = files("data/2022Q3", |name| name.contains("survey-"));
    let frozen = files("data/frozen", |name| name.contains("2022"));
    criterion.bench_function(&format!("demonstration/{name}"), |bencher| {
        bencher.iter(|| {
            let mut audit = Audit::default();
            let (delivered, frozen) = (extract::read(&surveys, &mut audit), extract::read(&frozen, &mut audit));
            let material = Material { delivered: &delivered, frozen: &frozen, ..Material::default() };
            let facts = facts::tidy(&definitions, "2022Q3".parse().expect("a period"), &material, None, &mut audit);
            assert!(facts.surveys.iter().map(|survey| survey.respondent_count).sum::<u32>() > 2_000);
            facts
        });
    });
}

criterion_group!(benches, demonstration, respondents);
criterion_main!(benches);
