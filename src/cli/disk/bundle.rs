//! Writes a report folder whole or not at all.
//!
//! A bundle is written into a hidden folder beside its target and then exchanged with it in one step, so whoever looks
//! sees the old report or the new one. What a killed run left behind is cleared by the next.

use super::reason;
use anyhow::{anyhow, bail};
use fs_err as fs;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// One of these stands in every folder that this program wrote, even after a run that failed.
const SIGNS_OF_A_REPORT: [&str; 4] = ["manifest.json", "findings.csv", "receipts", "findings.json"];

/// Where the receipts stand in a report folder.
const RECEIPTS: &str = "receipts";

/// One of these stands in a report folder and none in a folder of receipts.
const SIGNS_OF_MORE: [&str; 3] = ["manifest.json", "index.html", RECEIPTS];

/// What becomes of receipts that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Others {
    /// They go.
    Replace,
    /// Those of other departments stay.
    Keep,
}

/// Receipts by name into a folder of their own, never in place of a report. See [`write_bundle`].
pub(crate) fn write_receipts(folder: &Path, files: &BTreeMap<String, Vec<u8>>, others: Others) -> anyhow::Result<()> {
    if let Some(sign) = SIGNS_OF_MORE.iter().find(|name| folder.join(name).exists()) {
        bail!(
            "回执没有写成:{} 里是报告(有 {sign}),没有覆盖。请用 --out 指定别的文件夹,例如 {}",
            folder.display(),
            folder.join(RECEIPTS).display()
        );
    }
    let mut all = BTreeMap::new();
    if others == Others::Keep
        && let Ok(entries) = fs::read_dir(folder)
    {
        for path in entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
            if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
                all.insert(name.to_owned(), fs::read(&path)?);
            }
        }
    }
    all.extend(files.iter().map(|(name, bytes)| (name.clone(), bytes.clone())));
    write_bundle(folder, &all)
}

/// Receipts into a report folder; the rest of the report stays as it is. The path of the receipts.
pub(crate) fn write_receipts_of_report(
    report: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    others: Others,
) -> anyhow::Result<PathBuf> {
    check_target(report)?;
    let folder = report.join(RECEIPTS);
    write_receipts(&folder, files, others)?;
    Ok(folder)
}

/// Files by relative path with `/` in; afterwards the folder `target` holds them and nothing else.
///
/// # Errors
/// Anything that keeps the whole bundle from being written. Then `target` is as it was before.
pub(crate) fn write_bundle(target: &Path, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let existed = target.exists();
    let failed = |error: &io::Error| {
        let next = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "请清理后重试",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "请检查这个文件夹的写权限,或用 --out 换一个位置"
            }
            _ => "请处理后重试,或用 --out 换一个位置",
        };
        let rest = if existed { "上一次的报告没有改动" } else { "没有留下不完整的报告" };
        anyhow!("报告没有写成:{}({})。{next};{rest}", target.display(), reason(error))
    };
    // A link as target stays a link: what it points to is replaced.
    let target = if target.is_symlink() { &fs::canonicalize(target).map_err(|error| failed(&error))? } else { target };
    check_target(target)?;
    check_names(target, files)?;
    let siblings = Siblings::of(target)?;
    fs::create_dir_all(&siblings.parent).map_err(|error| failed(&error))?;
    siblings.clear_leftovers(target);
    let partial = siblings.own("partial");
    let written = write_folder(&partial, files).and_then(|()| replace(&partial, target, &siblings.own("old")));
    // After success this is the old report. One that cannot be removed is cleared by a later run.
    let _ = fs::remove_dir_all(&partial);
    written.map_err(|error| failed(&error))?;
    // The report stands; on file systems that cannot sync a folder, that is all there is to do.
    let _ = sync(&siblings.parent);
    Ok(())
}

/// Refuses a file, and a folder that somebody filled with other things.
fn check_target(target: &Path) -> anyhow::Result<()> {
    let shown = target.display();
    if target.is_file() {
        bail!("报告没有写成:{shown} 是一个文件,不是文件夹。请先移走它,或用 --out 换一个位置");
    }
    let Ok(mut entries) = fs::read_dir(target) else { return Ok(()) };
    if entries.next().is_some() && !SIGNS_OF_A_REPORT.iter().any(|name| target.join(name).exists()) {
        bail!("报告没有写成:{shown} 里有别的内容,不像以前的报告,没有覆盖。请用 --out 指定一个新文件夹");
    }
    Ok(())
}

/// Names may hold words from the material, so they must not lead out of the folder.
fn check_names(target: &Path, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for name in files.keys() {
        let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || !inside {
            bail!("报告没有写成:{}(文件名“{name}”不能用)。请检查定义里的名称是否含有 / 等字符", target.display());
        }
    }
    Ok(())
}

/// The hidden folders beside a target.
struct Siblings {
    parent: PathBuf,
    name: String,
}

impl Siblings {
    fn of(target: &Path) -> anyhow::Result<Self> {
        let Some(name) = target.file_name().and_then(|name| name.to_str()) else {
            bail!("报告没有写成:“{}”不能作为报告文件夹。请用 --out 指定一个有名字的新文件夹", target.display());
        };
        let parent = match target.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        Ok(Siblings { parent: parent.to_owned(), name: name.to_owned() })
    }

    fn own(&self, purpose: &str) -> PathBuf {
        self.parent.join(format!(".{}.{purpose}-{}", self.name, std::process::id()))
    }

    /// Removes what killed runs left behind, or puts it back where one died between the two renames of [`exchange_by_turns`].
    fn clear_leftovers(&self, target: &Path) {
        let Ok(entries) = fs::read_dir(&self.parent) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let is_leftover_of = |purpose: &str| {
                let name = path.file_name()?.to_str()?;
                let pid = name.strip_prefix(&format!(".{}.{purpose}-", self.name))?.parse().ok()?;
                // Containers hand out the same few numbers again, so a folder with our own number is not in use.
                (pid == std::process::id() || !is_alive(pid)).then_some(())
            };
            let is_old_report = is_leftover_of("old").is_some();
            if is_old_report && !target.exists() {
                let _ = fs::rename(&path, target);
            } else if is_old_report || is_leftover_of("partial").is_some() {
                let _ = fs::remove_dir_all(&path);
            }
        }
    }
}

/// Whether a process with that number runs; where the system does not tell, yes.
fn is_alive(pid: u32) -> bool {
    !Path::new("/proc/self").exists() || Path::new("/proc").join(pid.to_string()).exists()
}

fn write_folder(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    fs::create_dir(folder)?;
    let mut folders = BTreeSet::from([folder.to_owned()]);
    for (name, bytes) in files {
        let path = folder.join(name);
        for parent in path.ancestors().skip(1).take_while(|parent| parent.starts_with(folder)) {
            folders.insert(parent.to_owned());
        }
        fs::create_dir_all(path.parent().expect("a joined path has a parent"))?;
        let mut file = fs::File::create_new(&path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
    }
    for folder in &folders {
        let _ = sync(folder);
    }
    Ok(())
}

/// Makes a folder's entries durable. Not every file system can.
fn sync(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Puts `partial` in the place of `target`; where there was one, `partial` is the old folder afterwards.
fn replace(partial: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    match exchange(partial, target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(partial, target),
        Err(error) if is_unsupported(&error) => exchange_by_turns(partial, target, aside),
        other => other,
    }
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, other: &Path) -> io::Result<()> {
    Err(if other.exists() { io::ErrorKind::Unsupported } else { io::ErrorKind::NotFound }.into())
}

/// `ENOSYS` and `EOPNOTSUPP` are "unsupported"; file systems without the flag answer `EINVAL`.
fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput)
}

/// The exchange for file systems without one: for a moment there is no target, and a failure puts the old one back.
fn exchange_by_turns(partial: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    fs::rename(target, aside)?;
    if let Err(error) = fs::rename(partial, target) {
        fs::rename(aside, target)?;
        return Err(error);
    }
    fs::rename(aside, partial)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(files: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    /// Every path under a folder, hidden ones too.
    fn tree(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![folder.to_owned()];
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).expect("a folder") {
                let path = entry.expect("an entry").path();
                found.push(path.strip_prefix(folder).expect("inside").display().to_string());
                if path.is_dir() {
                    open.push(path);
                }
            }
        }
        found.sort();
        found
    }

    fn reports() -> (tempfile::TempDir, PathBuf) {
        let parent = tempfile::tempdir().expect("a temporary folder");
        let target = parent.path().join("2022Q3");
        write_bundle(&target, &bundle(&[("manifest.json", "old"), ("charts/a.svg", "")])).expect("a first report");
        (parent, target)
    }

    #[test]
    fn a_report_takes_the_place_of_the_old_one_and_nothing_is_left_behind() {
        let (parent, target) = reports();
        assert_eq!(tree(parent.path()), ["2022Q3", "2022Q3/charts", "2022Q3/charts/a.svg", "2022Q3/manifest.json"]);
        write_bundle(&target, &bundle(&[("manifest.json", "new")])).expect("a second report");
        assert_eq!(tree(parent.path()), ["2022Q3", "2022Q3/manifest.json"]);
        assert_eq!(fs::read_to_string(target.join("manifest.json")).expect("a file"), "new");
    }

    #[test]
    fn a_report_that_cannot_be_written_leaves_the_old_one() {
        let (parent, target) = reports();
        let before = tree(parent.path());
        let long = format!("charts/{}.svg", "x".repeat(300));
        for name in [&long, "nul\0.csv", "../escape", "/etc/escape", "", "manifest.json/inside"] {
            let error = write_bundle(&target, &bundle(&[("manifest.json", "new"), (name, "")])).expect_err(name);
            assert!(error.to_string().starts_with("报告没有写成:"), "{error}");
            assert_eq!(tree(parent.path()), before, "{name:?}");
            assert_eq!(fs::read_to_string(target.join("manifest.json")).expect("a file"), "old");
        }
        let error = write_bundle(&target, &bundle(&[(&long, "")])).expect_err("too long").to_string();
        assert!(error.contains("上一次的报告没有改动"), "{error}");
    }

    #[test]
    fn a_full_disk_is_named_with_the_next_step() {
        assert_eq!(reason(&io::ErrorKind::StorageFull.into()), "磁盘已满");
    }

    #[test]
    fn files_and_folders_of_other_people_are_not_replaced() {
        let parent = tempfile::tempdir().expect("a temporary folder");
        fs::write(parent.path().join("file"), "mine").expect("a file");
        fs::create_dir_all(parent.path().join("desktop/photos")).expect("a folder");
        fs::create_dir(parent.path().join("empty")).expect("a folder");
        let before = tree(parent.path());
        let new = bundle(&[("manifest.json", "")]);
        for name in ["file", "file/below", "desktop", "desktop/.."] {
            assert!(write_bundle(&parent.path().join(name), &new).is_err(), "{name}");
            assert_eq!(tree(parent.path()), before, "{name}");
        }
        write_bundle(&parent.path().join("empty"), &new).expect("an empty folder is free");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn leftovers_of_killed_runs_are_cleared_and_those_of_running_ones_kept() {
        let (parent, target) = reports();
        // Process numbers stay below 2^22 on Linux, so this one cannot live; number 1 always does.
        for name in
            [".2022Q3.partial-99999999", ".2022Q3.old-99999999", ".2022Q3.partial-1", ".2022Q4.partial-99999999"]
        {
            fs::create_dir(parent.path().join(name)).expect("a folder");
        }
        write_bundle(&target, &bundle(&[("manifest.json", "new")])).expect("a report");
        let left = [".2022Q3.partial-1", ".2022Q4.partial-99999999", "2022Q3", "2022Q3/manifest.json"];
        assert_eq!(tree(parent.path()), left);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_report_moved_aside_by_a_killed_run_comes_back_before_anything_else() {
        let (parent, target) = reports();
        fs::rename(&target, parent.path().join(".2022Q3.old-99999999")).expect("moved aside");
        let unwritable = bundle(&[("x".repeat(300).as_str(), "")]);
        assert!(write_bundle(&target, &unwritable).is_err());
        assert_eq!(fs::read_to_string(target.join("manifest.json")).expect("a file"), "old");
    }

    #[test]
    fn without_an_exchange_two_renames_do_and_a_failure_puts_the_old_one_back() {
        let (parent, target) = reports();
        let before = tree(parent.path());
        let partial = parent.path().join("partial");
        let aside = parent.path().join("aside");
        assert!(exchange_by_turns(&partial, &target, &aside).is_err(), "there is no new folder");
        assert_eq!(tree(parent.path()), before);
        write_folder(&partial, &bundle(&[("manifest.json", "new")])).expect("a new folder");
        exchange_by_turns(&partial, &target, &aside).expect("exchanged");
        assert_eq!(fs::read_to_string(target.join("manifest.json")).expect("a file"), "new");
        assert_eq!(fs::read_to_string(partial.join("manifest.json")).expect("a file"), "old");
        assert!(!aside.exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_linked_report_folder_stays_a_link() {
        let (parent, target) = reports();
        let link = parent.path().join("link");
        std::os::unix::fs::symlink("2022Q3", &link).expect("a link");
        write_bundle(&link, &bundle(&[("manifest.json", "new")])).expect("a report");
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(target.join("manifest.json")).expect("a file"), "new");
    }
}
