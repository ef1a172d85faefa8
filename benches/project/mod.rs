//! A generated project, file by file, as the program reads one from disk.

use std::collections::BTreeMap;
use yinxiang::audit::InputFile;
use yinxiang::workflow::Project;

/// A file of a project.
pub(crate) fn file(path: String, bytes: Vec<u8>) -> InputFile {
    InputFile { path: path.into(), bytes: bytes.into() }
}

/// Files by path in; definitions, frozen tables and periods out.
pub(crate) fn project(files: BTreeMap<String, Vec<u8>>) -> Project {
    let mut project = Project::default();
    for (path, bytes) in files {
        let folder = path.split('/').nth(1).unwrap_or_default().to_owned();
        let is_definition = path.starts_with("indicators/");
        let file = file(path, bytes);
        if is_definition {
            project.definitions.push(file);
        } else if folder == "frozen" {
            project.frozen.push(file);
        } else if let Ok(period) = folder.parse() {
            project.periods.entry(period).or_default().push(file);
        }
    }
    project
}
