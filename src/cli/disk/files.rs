//! Writing plain files into a project folder: new projects and synthetic data.

use super::reason;
use anyhow::{anyhow, bail};
use fs_err as fs;
use std::collections::BTreeMap;
use std::path::Path;

/// Writes files into a folder that is new or empty.
///
/// # Errors
/// The folder holds something already, or a file cannot be written.
pub(crate) fn write_new(root: &Path, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    let is_used = root.exists() && fs::read_dir(root).map_or(true, |mut entries| entries.next().is_some());
    if is_used {
        bail!("{} 里已有内容,没有改动。请换一个新的或空的文件夹", root.display());
    }
    write_over(root, files)
}

/// A new file to be written part by part, with its folder.
///
/// # Errors
/// The folder or the file cannot be made.
pub(crate) fn create(path: &Path) -> anyhow::Result<fs::File> {
    let make = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::File::create(path)
    };
    make().map_err(|error| anyhow!("写不了 {}({})。请检查权限和磁盘空间后重试", path.display(), reason(&error)))
}

/// Writes files into a folder, each swapped in whole; files of other names stay.
///
/// # Errors
/// A folder cannot be made or a file cannot be written.
pub(crate) fn write_over(root: &Path, files: &BTreeMap<String, Vec<u8>>) -> anyhow::Result<()> {
    for (path, bytes) in files {
        let path = root.join(path);
        let folder = path.parent().expect("a file stands in a folder");
        let write = || {
            fs::create_dir_all(folder)?;
            let mut file = new_file_in(folder)?;
            std::io::Write::write_all(&mut file, bytes)?;
            file.persist(&path).map_err(|failed| failed.error)?;
            Ok(())
        };
        write().map_err(|error: std::io::Error| {
            anyhow!("写不了 {}({})。请检查权限和磁盘空间后重试", path.display(), reason(&error))
        })?;
    }
    Ok(())
}

/// Writes files into a folder without touching anybody's work: where a file of that name is there and differs,
/// nothing at all is written, unless `force` says that it may be replaced.
///
/// # Errors
/// A file is there and differs, or a file cannot be read or written.
pub(crate) fn write_fresh(root: &Path, files: &BTreeMap<String, Vec<u8>>, force: bool) -> anyhow::Result<()> {
    let mut changed: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut in_the_way: Vec<&str> = Vec::new();
    for (name, bytes) in files {
        let path = root.join(name);
        let is_same = path.is_file() && fs::read(&path).is_ok_and(|present| present == *bytes);
        if !is_same {
            if path.exists() {
                in_the_way.push(name);
            }
            changed.insert(name.clone(), bytes.clone());
        }
    }
    if !force && !in_the_way.is_empty() {
        bail!(
            "{} 里已有 {} 个同名文件,内容不同,可能有人填过,一个也没有写:{}。请用 --out 写到别处;确实不要了的,加 --force 覆盖",
            root.display(),
            in_the_way.len(),
            in_the_way.join("、")
        );
    }
    write_over(root, &changed)
}

/// A temporary file with the permissions of an ordinary one: data is for the whole office to read.
fn new_file_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([("a/b.txt".to_owned(), b"1".to_vec()), ("c.txt".to_owned(), b"2".to_vec())])
    }

    #[test]
    fn a_new_project_is_written_once_and_never_over_another() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let target = root.path().join("new");
        write_new(&target, &files()).expect("a new folder");
        assert_eq!(fs::read(target.join("a/b.txt")).expect("a file"), b"1");
        let message = write_new(&target, &files()).expect_err("not empty any more").to_string();
        assert!(message.contains("已有内容"), "{message}");
    }

    #[test]
    fn a_file_that_somebody_changed_is_replaced_only_by_force() {
        let root = tempfile::tempdir().expect("a temporary folder");
        write_fresh(root.path(), &files(), false).expect("a new folder");
        write_fresh(root.path(), &files(), false).expect("the same again");
        fs::write(root.path().join("c.txt"), "filled in").expect("a change");
        fs::remove_file(root.path().join("a/b.txt")).expect("removed");
        let message = write_fresh(root.path(), &files(), false).expect_err("it differs").to_string();
        assert!(message.contains("c.txt") && message.contains("--force"), "{message}");
        assert!(!root.path().join("a/b.txt").exists(), "nothing is written");
        write_fresh(root.path(), &files(), true).expect("by force");
        assert_eq!(fs::read(root.path().join("c.txt")).expect("a file"), b"2");
    }

    #[test]
    fn a_folder_in_the_way_is_named() {
        let root = tempfile::tempdir().expect("a temporary folder");
        fs::write(root.path().join("a"), "a file where a folder should be").expect("a file");
        let message = write_over(root.path(), &files()).expect_err("no folder there").to_string();
        assert!(message.contains("b.txt"), "{message}");
    }
}
