//! The whole way from a project folder to the report folder, as a user goes it.

use std::path::Path;
use std::process::Command;

#[test]
fn the_second_index_makes_a_report_that_leaves_out_what_it_does_not_have() {
    let folder = tempfile::tempdir().expect("a folder to write to");
    let target = folder.path().join("report");
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/hdi");
    let output = Command::new(env!("CARGO_BIN_EXE_yinxiang"))
        .args(["run", "2021", "--quiet", "-C"])
        .arg(&project)
        .arg("--out")
        .arg(&target)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = fs_err::read_to_string(target.join("index.html")).expect("a page");
    for section in ["summary", "results", "elements", "units", "unit-AFG-t", "indicators", "quality", "methods"] {
        assert!(page.contains(&format!("<section id=\"{section}\"")), "{section}");
    }
    for absent in ["id=\"adjustments\"", "加减分", "扣分", "镇", "上季", "undefined", "NaN"] {
        assert!(!page.contains(absent), "{absent}");
    }
    // Published by the United Nations: Switzerland 0.962, Afghanistan 0.478.
    assert!(page.contains(">0.962<") && page.contains(">0.478<"));
    for chart in ["ranking", "heatmap", "trend"] {
        let svg = fs_err::read_to_string(target.join(format!("charts/{chart}.svg"))).expect("a chart");
        assert!(svg.starts_with("<svg"), "{chart}");
        let png = fs_err::read(target.join(format!("charts/{chart}.png"))).expect("a picture");
        assert!(png.starts_with(b"\x89PNG"), "{chart}");
    }
    assert!(!target.join("charts/tiles.svg").exists(), "no country has a place on a grid");
}

#[test]
fn the_demonstration_has_every_chart_that_the_manual_lists() {
    let folder = tempfile::tempdir().expect("a folder to write to");
    let target = folder.path().join("report");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_yinxiang"))
        .args(["run", "2022Q3", "--quiet", "--only", "charts", "-C"])
        .arg(root)
        .arg("--out")
        .arg(&target)
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let manual = fs_err::read_to_string(root.join("docs/src/results.md")).expect("a chapter");
    let row = manual.lines().find(|line| line.starts_with("| `charts/*.svg`")).expect("a row on charts");
    let mut listed: Vec<&str> = row.split('`').skip(1).step_by(2).filter(|name| !name.contains('/')).collect();
    listed.sort_unstable();
    let files = fs_err::read_dir(target.join("charts")).expect("charts");
    let names = files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned());
    let mut drawn: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".svg")?.to_owned())).collect();
    drawn.sort();
    assert_eq!(drawn, listed);
    for name in drawn {
        let svg = fs_err::read_to_string(target.join(format!("charts/{name}.svg"))).expect("a chart");
        assert!(svg.contains("模拟数据"), "{name} has the watermark of the demonstration");
    }
}
