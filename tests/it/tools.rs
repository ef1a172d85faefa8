//! Programs of others that some tests need: an office suite, a reader of PDF.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Whether a program is there; skips by name, or fails where tools are required.
pub(crate) fn tool(name: &str, arguments: &[&str]) -> bool {
    let is_there = Command::new(name).args(arguments).output().is_ok_and(|output| output.status.success());
    there(is_there, &format!("{name} {arguments:?}"))
}

fn there(is_there: bool, what: &str) -> bool {
    let is_required = std::env::var_os("YINXIANG_REQUIRE_TOOLS").is_some_and(|value| value == "1");
    assert!(is_there || !is_required, "{what} is required and not there");
    if !is_there {
        eprintln!("skipped: {what} is not there");
    }
    is_there
}

/// Prints a file to a PDF beside it, where the office suite is there with the part that can.
pub(crate) fn printed(path: &Path) -> Option<PathBuf> {
    if !tool("soffice", &["--version"]) || !tool("pdftotext", &["-v"]) {
        return None;
    }
    let pdf = path.with_extension("pdf");
    convert(&[path.to_owned()], "pdf", path.parent().expect("a file has a folder"));
    there(pdf.exists(), "the part of the office suite for this file").then_some(pdf)
}

/// Opens files with the office suite and saves them in another format into `folder`, as if somebody had done so.
pub(crate) fn convert(files: &[PathBuf], format: &str, folder: &Path) {
    // A profile of its own, so that two tests may do so at once.
    let profile = tempfile::tempdir().expect("a temporary folder");
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", profile.path().display()))
        .args(["--headless", "--convert-to", format, "--outdir"])
        .arg(folder)
        .args(files)
        .output()
        .expect("the office suite starts");
    assert!(output.status.success(), "{output:?}");
}

/// The text of a PDF, page by page.
pub(crate) fn pages_of(pdf: &Path) -> Vec<String> {
    let output = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().expect("pdftotext starts");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    // Every page ends with a form feed.
    pages.pop();
    pages
}
