//! A project folder in, a project and its first findings out.

use super::disk::{self, ProjectFiles};
use anyhow::{Context, anyhow};
use polars::prelude::{LazyCsvReader, LazyFileListReader, LazyFrame, PlRefPath, ScanArgsParquet};
use std::collections::BTreeMap;
use std::path::Path;
use yinxiang::audit::{self, Audit, Code, Diagnostic, Place};
use yinxiang::definitions::calendar::Period;
use yinxiang::extract::ScannedFile;
use yinxiang::workflow::Project;

/// What was read, and which period is asked for.
pub(crate) struct Loaded {
    /// The project as bytes.
    pub(crate) project: Project,
    /// The period asked for, or the newest.
    pub(crate) period: Period,
    /// Files that could not be opened.
    pub(crate) audit: Audit,
}

/// Reads a project up to a period (the newest in `data/` where none is named).
pub(crate) fn load(directory: &Path, period: Option<&str>) -> anyhow::Result<Loaded> {
    let files = disk::read_project(directory, period)?;
    let period = match period {
        Some(period) => period.to_owned(),
        None => disk::newest_period(&files).with_context(|| {
            format!(
                "{} 里还没有任何一期的数据。请建一个以期次命名的文件夹(例如 data/2022Q3),把各部门的文件放进去",
                directory.join("data").display()
            )
        })?,
    };
    let period = period.parse().map_err(|()| anyhow!("“{period}”不是期次"))?;
    let mut audit = unreadable(&files, |_| true);
    let scanned = scanned(&files, &mut audit)?;
    Ok(Loaded { project: Project { scanned, ..project(files) }, period, audit })
}

/// Reads what is known before a period: definitions, what is fixed for the year, the data of the period before. The
/// period itself is there without any file, whether it has data or not; a project without any data will do.
pub(crate) fn load_before(directory: &Path, period: &str) -> anyhow::Result<Loaded> {
    let asked: Period = disk::parse_period(period)?;
    let files = disk::read_project_or_definitions(directory, period)?;
    let own = format!("data/{asked}/");
    let audit = unreadable(&files, |path| !path.starts_with(&own));
    let mut project = project(files);
    project.periods.retain(|period, _| *period == asked.previous());
    project.periods.insert(asked, Vec::new());
    Ok(Loaded { project, period: asked, audit })
}

/// Reads what is there up to a period (the newest in `data/` where none is named). A period that is named may be without
/// data, and the project without any.
pub(crate) fn load_open(directory: &Path, period: Option<&str>) -> anyhow::Result<Loaded> {
    let Some(period) = period else { return load(directory, None) };
    let asked: Period = disk::parse_period(period)?;
    let files = disk::read_project_or_definitions(directory, period)?;
    let audit = unreadable(&files, |_| true);
    let mut project = project(files);
    project.periods.entry(asked).or_default();
    Ok(Loaded { project, period: asked, audit })
}

/// Findings about the files that could not be opened, those with a wanted path.
fn unreadable(files: &ProjectFiles, is_wanted: impl Fn(&str) -> bool) -> Audit {
    let mut audit = Audit::default();
    for file in files.unreadable.iter().filter(|file| is_wanted(&file.path)) {
        audit.note(
            Diagnostic::new(
                Code::FileUnreadable,
                Place::file(file.path.as_str()),
                format!("文件打不开:{}", file.reason),
            )
            .found(&file.reason)
            .help("检查文件是否存在、是否有读取权限,再运行一次"),
        );
    }
    audit
}

/// Large respondent files as lazy frames, with their hashes.
fn scanned(files: &ProjectFiles, audit: &mut Audit) -> anyhow::Result<BTreeMap<Period, Vec<ScannedFile>>> {
    let mut all: BTreeMap<Period, Vec<ScannedFile>> = BTreeMap::new();
    for (name, large) in &files.large {
        let Ok(period) = name.parse() else { continue };
        for (path, relative) in large {
            let hash = audit::hash_of(fs_err::File::open(path)?)?;
            let place = PlRefPath::new(path.to_string_lossy());
            let frame = if relative.ends_with(".parquet") {
                LazyFrame::scan_parquet(place, ScanArgsParquet::default())
            } else {
                // Every column as text, so that what an answer is does not depend on the first rows.
                LazyCsvReader::new(place).with_infer_schema_length(Some(0)).finish()
            };
            match frame {
                Ok(frame) => {
                    all.entry(period).or_default().push(ScannedFile { path: relative.as_str().into(), frame, hash });
                }
                Err(error) => audit.note(
                    Diagnostic::new(
                        Code::FileUnreadable,
                        Place::file(relative.as_str()),
                        format!("文件读不出来:{error}"),
                    )
                    .help("请确认是 Parquet 或 UTF-8 的 CSV,再重新导出"),
                ),
            }
        }
    }
    Ok(all)
}

fn project(files: ProjectFiles) -> Project {
    let periods = files.periods.into_iter().filter_map(|(name, files)| Some((name.parse().ok()?, files)));
    Project {
        definitions: files.definitions,
        report: files.report,
        frozen: files.frozen,
        periods: periods.collect(),
        scanned: BTreeMap::new(),
    }
}

/// Hashes of everything that was read, by path.
pub(crate) fn input_hashes(project: &Project) -> BTreeMap<String, String> {
    let files = project
        .definitions
        .iter()
        .chain(&project.report)
        .chain(&project.frozen)
        .chain(project.periods.values().flatten());
    let read = files.map(|file| (file.path.to_string(), audit::hash(&file.bytes)));
    let scanned = project.scanned.values().flatten().map(|file| (file.path.to_string(), file.hash.clone()));
    read.chain(scanned).collect()
}
