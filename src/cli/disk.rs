//! The only place that opens files: a project folder in, a report folder out.
//!
//! What cannot be read is listed, not fatal: the analyst sees all of it at once. What cannot be written leaves the
//! report of the run before untouched.

mod bundle;
mod files;

pub(crate) use bundle::{Others, write_bundle, write_receipts, write_receipts_of_report};
pub(crate) use files::{create, write_fresh, write_new, write_over};

use anyhow::{anyhow, bail};
use fs_err as fs;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use yinxiang::audit::InputFile;
use yinxiang::definitions::calendar::Period;

/// A project folder as bytes. Paths are relative to it, with `/`; every list is sorted by the bytes of the path.
#[derive(Debug, Default)]
pub(crate) struct ProjectFiles {
    /// `indicators/*.toml`.
    pub(crate) definitions: Vec<InputFile>,
    /// `report/**`: wording and looks of the reports, where there are any.
    pub(crate) report: Vec<InputFile>,
    /// `data/frozen/**`: yearly tables.
    pub(crate) frozen: Vec<InputFile>,
    /// `data/<period>/**` by the folder's name.
    pub(crate) periods: BTreeMap<String, Vec<InputFile>>,
    /// Respondent files that are too large to be read, by the period's folder: the path here and the one in the project.
    pub(crate) large: BTreeMap<String, Vec<(PathBuf, String)>>,
    /// What is there and could not be read.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A file or folder that could not be read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Unreadable {
    /// Path relative to the project folder.
    pub(crate) path: String,
    /// Why, in Chinese.
    pub(crate) reason: String,
}

/// A project folder in, its files out, with the periods up to and including `until` (all where `None`).
///
/// Hidden files and folders are skipped, symbolic links followed, sub-folders of a period read too.
///
/// # Errors
/// The folder, its `indicators` or its `data` is missing or cannot be listed; `until` is not a period.
pub(crate) fn read_project(root: &Path, until: Option<&str>) -> anyhow::Result<ProjectFiles> {
    let until = until.map(parse_period).transpose()?;
    if !root.is_dir() {
        bail!("没有找到项目文件夹:{} 请检查 -C 后面的路径;新项目可用 yinxiang init 建立", root.display());
    }
    let mut project = ProjectFiles::default();
    list_definitions(root, &mut project)?;
    if root.join("report").is_dir() {
        let mut above = Vec::new();
        read_folder(&root.join("report"), "report", &mut above, &mut project.report, &mut project.unreadable);
        project.report.sort_by(|one, other| one.path.cmp(&other.path));
    }
    // Other names in `data`, odd ones too, are nobody's period.
    for entry in list_required(root, "data")?.0 {
        let wanted = |period: Period| until.is_none_or(|until| period <= until);
        let files = if entry.name == "frozen" {
            &mut project.frozen
        } else if entry.name.parse().is_ok_and(wanted) && !entry.path.is_file() {
            project.periods.entry(entry.name.clone()).or_default()
        } else {
            continue;
        };
        let mut above = Vec::new();
        let relative = format!("data/{}", entry.name);
        read_folder(&entry.path, &relative, &mut above, files, &mut project.unreadable);
        files.sort_by(|one, other| one.path.cmp(&other.path));
        let large = large_files(&entry.path, &relative);
        if !large.is_empty() {
            project.large.insert(entry.name.clone(), large);
        }
    }
    project.unreadable.sort();
    Ok(project)
}

/// As [`read_project`]; of a project without a `data` folder the definitions alone.
///
/// # Errors
/// The folder or its `indicators` is missing, or a folder cannot be listed; `until` is not a period.
pub(crate) fn read_project_or_definitions(root: &Path, until: &str) -> anyhow::Result<ProjectFiles> {
    if root.join("data").exists() || !root.is_dir() {
        return read_project(root, Some(until));
    }
    Ok(ProjectFiles { definitions: read_definitions(root)?, ..ProjectFiles::default() })
}

/// The definition files of a project folder, whether it has data or not.
///
/// # Errors
/// The folder or its `indicators` is missing, or a definition file cannot be read.
pub(crate) fn read_definitions(root: &Path) -> anyhow::Result<Vec<InputFile>> {
    let mut project = ProjectFiles::default();
    list_definitions(root, &mut project)?;
    if let Some(file) = project.unreadable.first() {
        bail!("{} 打不开:{}", root.join(&file.path).display(), file.reason);
    }
    Ok(project.definitions)
}

fn list_definitions(root: &Path, project: &mut ProjectFiles) -> anyhow::Result<()> {
    let (entries, odd_names) = list_required(root, "indicators")?;
    project.unreadable.extend(odd_names.iter().map(|name| oddly_named("indicators", name)));
    for entry in entries {
        let relative = format!("indicators/{}", entry.name);
        if entry.name.ends_with(".toml") && !entry.path.is_dir() {
            read_file(&entry.path, relative, &mut project.definitions, &mut project.unreadable);
        }
    }
    project.definitions.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(())
}

/// The name of the latest period's folder, where there is one.
pub(crate) fn newest_period(project: &ProjectFiles) -> Option<String> {
    project
        .periods
        .keys()
        .filter_map(|name| Some((name.parse::<Period>().ok()?, name)))
        .max()
        .map(|(_, name)| name.clone())
}

/// A period as people write it, or how they should.
pub(crate) fn parse_period(text: &str) -> anyhow::Result<Period> {
    text.parse().map_err(|()| anyhow!("“{text}”不是期次。请写成 2022Q3(季)、2022H1(半年)、2022(年)或 2022-07(月)"))
}

/// A name in a folder.
struct Entry {
    name: String,
    path: PathBuf,
}

/// What a folder holds without hidden names, in any order; names that are not UTF-8 come second.
fn list(folder: &Path) -> io::Result<(Vec<Entry>, Vec<String>)> {
    let mut entries = Vec::new();
    let mut odd_names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_name().into_string() {
            Ok(name) if name.starts_with('.') => {}
            Ok(name) => entries.push(Entry { name, path: entry.path() }),
            Err(name) => odd_names.push(name.to_string_lossy().into_owned()),
        }
    }
    Ok((entries, odd_names))
}

fn list_required(root: &Path, name: &str) -> anyhow::Result<(Vec<Entry>, Vec<String>)> {
    let folder = root.join(name);
    if !folder.is_dir() {
        bail!(
            "没有找到 {name} 文件夹:{} 请在项目文件夹里运行,或用 -C 指定项目文件夹;新项目可用 yinxiang init 建立",
            folder.display()
        );
    }
    list(&folder)
        .map_err(|error| anyhow!("{name} 文件夹打不开:{}({})请检查权限后重试", folder.display(), reason(&error)))
}

/// A ZIP made on Chinese Windows and unpacked elsewhere gives such names; guessing could hit a wrong department.
fn oddly_named(folder: &str, name: &str) -> Unreadable {
    Unreadable {
        path: format!("{folder}/{name}"),
        reason: "文件名不是 UTF-8(常见于解压时的乱码),请改名后重试".to_owned(),
    }
}

/// Reads a folder and its sub-folders; `above` holds the real paths of the folders that this one lies in.
fn read_folder(
    folder: &Path,
    relative: &str,
    above: &mut Vec<PathBuf>,
    files: &mut Vec<InputFile>,
    unreadable: &mut Vec<Unreadable>,
) {
    let listed = fs::canonicalize(folder).and_then(|real| Ok((real, list(folder)?)));
    let (real, (entries, odd_names)) = match listed {
        Ok(listed) => listed,
        Err(error) => {
            unreadable.push(Unreadable { path: relative.to_owned(), reason: reason(&error) });
            return;
        }
    };
    if above.contains(&real) {
        unreadable.push(Unreadable {
            path: relative.to_owned(), reason: "文件夹的链接绕回了上级,没有再读".to_owned()
        });
        return;
    }
    unreadable.extend(odd_names.iter().map(|name| oddly_named(relative, name)));
    above.push(real);
    for entry in entries {
        let relative = format!("{relative}/{}", entry.name);
        if entry.path.is_dir() {
            read_folder(&entry.path, &relative, above, files, unreadable);
        } else if !is_large(&entry.path) || above.len() > 1 {
            read_file(&entry.path, relative, files, unreadable);
        }
    }
    above.pop();
}

/// Bytes from which a respondent file is scanned instead of read.
const SCANNED_FROM: u64 = 32 << 20;

/// Whether a file holds respondents and is too large to be read cell by cell.
fn is_large(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let may_be_scanned = name.starts_with("survey-") && [".parquet", ".csv"].iter().any(|end| name.ends_with(end));
    may_be_scanned && fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() >= SCANNED_FROM)
}

/// The large respondent files that lie in a period's folder itself.
fn large_files(folder: &Path, relative: &str) -> Vec<(PathBuf, String)> {
    let entries = list(folder).map(|(entries, _)| entries).unwrap_or_default();
    let large = entries.into_iter().filter(|entry| is_large(&entry.path));
    let mut large: Vec<(PathBuf, String)> =
        large.map(|entry| (entry.path, format!("{relative}/{}", entry.name))).collect();
    large.sort();
    large
}

fn read_file(path: &Path, relative: String, files: &mut Vec<InputFile>, unreadable: &mut Vec<Unreadable>) {
    // Reading a named pipe would wait for ever.
    let bytes = match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => Err("不是普通文件".to_owned()),
        Ok(_) => fs::read(path).map_err(|error| reason(&error)),
        Err(error) => Err(reason(&error)),
    };
    match bytes {
        Ok(bytes) => files.push(InputFile { path: relative.into(), bytes: bytes.into() }),
        Err(reason) => unreadable.push(Unreadable { path: relative, reason }),
    }
}

/// An operating system's error as a Chinese phrase.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "文件或所指的链接不存在".to_owned(),
        io::ErrorKind::PermissionDenied => "没有权限".to_owned(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "磁盘已满".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "所在的磁盘是只读的".to_owned(),
        io::ErrorKind::NotADirectory => "路径中间有一段是文件,不是文件夹".to_owned(),
        io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput => "文件名过长或含有不允许的字符".to_owned(),
        _ => format!("系统报错:{error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A project folder with the given files.
    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        root
    }

    fn paths(files: &[InputFile]) -> Vec<&str> {
        files.iter().map(|file| &*file.path).collect()
    }

    const SMALL: [(&str, &str); 9] = [
        ("indicators/b.toml", "b"),
        ("indicators/a.toml", "a"),
        ("indicators/notes.md", ""),
        ("data/frozen/2022.csv", "f"),
        ("data/2022Q1/民政局.csv", "1"),
        ("data/2022Q2/survey/answers.csv", "2"),
        ("data/2022Q2/a.csv", "3"),
        ("data/2022Q2/.hidden", ""),
        ("data/2022Q10/a.csv", "not a period"),
    ];

    #[test]
    fn files_come_sorted_with_paths_from_the_project_folder() {
        let root = project(&SMALL);
        let project = read_project(root.path(), None).expect("a project");
        assert_eq!(paths(&project.definitions), ["indicators/a.toml", "indicators/b.toml"]);
        assert_eq!(&*project.definitions[0].bytes, b"a");
        assert_eq!(paths(&project.frozen), ["data/frozen/2022.csv"]);
        assert_eq!(project.periods.keys().collect::<Vec<_>>(), ["2022Q1", "2022Q2"]);
        assert_eq!(paths(&project.periods["2022Q1"]), ["data/2022Q1/民政局.csv"]);
        assert_eq!(paths(&project.periods["2022Q2"]), ["data/2022Q2/a.csv", "data/2022Q2/survey/answers.csv"]);
        assert_eq!(project.unreadable, []);
    }

    #[test]
    fn later_periods_are_left_out_and_the_newest_is_known() {
        let root = project(&SMALL);
        let all = read_project(root.path(), None).expect("a project");
        assert_eq!(newest_period(&all).as_deref(), Some("2022Q2"));
        let early = read_project(root.path(), Some("2022Q1")).expect("a project");
        assert_eq!(early.periods.keys().collect::<Vec<_>>(), ["2022Q1"]);
        assert_eq!(newest_period(&ProjectFiles::default()), None);
    }

    #[test]
    fn a_missing_folder_is_named_with_the_next_step() {
        let root = project(&[("indicators/a.toml", "")]);
        let message = |root: &Path, until| read_project(root, until).expect_err("nothing to read").to_string();
        assert!(message(root.path(), None).starts_with("没有找到 data 文件夹:"));
        assert!(message(root.path(), None).contains("yinxiang init"));
        assert!(message(&root.path().join("data"), None).contains("-C"));
        assert!(message(&root.path().join("indicators"), None).starts_with("没有找到 indicators 文件夹:"));
        assert!(message(root.path(), Some("2022Q7")).contains("2022Q7"));
    }

    #[cfg(unix)]
    #[test]
    fn what_cannot_be_read_is_listed_and_the_rest_is_read() {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        let root = project(&SMALL);
        let period = root.path().join("data/2022Q1");
        symlink("nowhere.csv", period.join("broken.csv")).expect("a link");
        symlink("..", period.join("loop")).expect("a link");
        symlink("itself.csv", period.join("itself.csv")).expect("a link");
        symlink("../2022Q2/a.csv", period.join("linked.csv")).expect("a link");
        let socket = std::os::unix::net::UnixListener::bind(period.join("socket")).expect("a socket");
        let odd_name = std::ffi::OsStr::from_bytes(b"\xC3\xF1.csv");
        fs::write(period.join(odd_name), "").expect("a file");
        fs::write(root.path().join("indicators").join(odd_name), "").expect("a file");
        let project = read_project(root.path(), Some("2022Q1")).expect("a project");
        drop(socket);
        let read = paths(&project.periods["2022Q1"]);
        assert!(read.contains(&"data/2022Q1/linked.csv"), "a link to a file is followed: {read:?}");
        assert!(read.contains(&"data/2022Q1/民政局.csv"));
        let failed: Vec<&str> = project.unreadable.iter().map(|file| &*file.path).collect();
        for path in ["broken.csv", "itself.csv", "loop/2022Q1", "socket", "\u{FFFD}\u{FFFD}.csv"] {
            assert!(failed.contains(&&*format!("data/2022Q1/{path}")), "{path} is missing in {failed:?}");
        }
        assert!(failed.contains(&"indicators/\u{FFFD}\u{FFFD}.csv"), "{failed:?}");
        assert!(project.unreadable.iter().all(|file| !file.reason.is_empty()));
    }
}
