//! Whole projects: a published index to the last digit, and the starter that `init` writes.

use crate::command::{read_json, run, yinxiang};
use crate::project::repository;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A row of the published figures.
#[derive(Debug)]
struct Published {
    code: String,
    year: u32,
    published: f64,
    decimals: u32,
    recomputed: f64,
}

fn published() -> Vec<Published> {
    let path = repository("tests/projects/published/hdi/expected.csv");
    let mut reader = csv::Reader::from_path(path).expect("published figures");
    let row = |record: csv::StringRecord| Published {
        code: record[0].to_owned(),
        year: record[1].parse().expect("a year"),
        published: record[2].parse().expect("a figure"),
        decimals: record[3].parse().expect("a number of decimals"),
        recomputed: record[4].parse().expect("a figure"),
    };
    reader.records().map(|record| row(record.expect("a record"))).collect()
}

/// How far a published figure may be off: half its last digit; in 2014 the inputs were rounded before.
fn tolerance(row: &Published) -> f64 {
    match (row.decimals, row.year) {
        (9, _) => 5e-9,
        (_, 2014) => 1.5e-3,
        _ => 5e-4,
    }
}

#[test]
fn the_human_development_index_comes_out_as_published() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let rows = published();
    assert_eq!(rows.len(), 36);
    let mut years: Vec<u32> = rows.iter().map(|row| row.year).collect();
    years.dedup();
    for year in years {
        let target = out.path().join(year.to_string());
        let project = repository("examples/hdi");
        let ran = run(yinxiang().arg("run").arg(year.to_string()).arg("-C").arg(project).arg("--out").arg(&target));
        assert_eq!(ran.code, 0, "{ran:?}");
        let result = read_json(&target.join("result.json"));
        let units = result["units"].as_array().expect("units");
        let found: BTreeMap<&str, f64> =
            units.iter().filter_map(|unit| Some((unit["code"].as_str()?, unit["base_exact"].as_f64()?))).collect();
        let of_year: Vec<&Published> = rows.iter().filter(|row| row.year == year).collect();
        assert_eq!(found.len(), of_year.len(), "{year}: units with a score");
        for row in of_year {
            let index = found[row.code.as_str()];
            assert!((index - row.recomputed).abs() <= 1e-12, "{row:?} {index}");
            assert!((index - row.published).abs() <= tolerance(row), "{row:?} {index}");
        }
    }
}

/// Every file below a folder with its bytes, by relative path.
fn tree(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).expect("below the root").to_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

#[test]
fn init_writes_exactly_the_starter_and_the_schema_and_it_runs_without_complaint() {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let target = parent.path().join("新项目");
    let made = run(yinxiang().arg("init").arg(&target));
    assert_eq!(made.code, 0, "{made:?}");
    let mut expected = tree(&repository("examples/starter"));
    expected.retain(|path, _| !path.starts_with("reports"));
    let schema = fs::read(repository("docs/definitions.schema.json")).expect("the schema");
    expected.insert("docs/definitions.schema.json".into(), schema);
    let written = tree(&target);
    assert_eq!(written.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    assert!(written == expected, "a file of the starter differs from examples/starter");
    for period in ["2024Q3", "2024Q4"] {
        let ran = run(yinxiang().arg("run").arg(period).arg("-C").arg(&target).arg("--json"));
        assert_eq!(ran.code, 0, "{ran:?}");
        let summary: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let bad = |severity: &serde_json::Value| severity == "error" || severity == "warning";
        let findings = summary["findings"].as_array().expect("findings");
        assert!(!findings.iter().any(|found| bad(&found["severity"])), "{findings:?}");
        assert!(target.join("reports").join(period).join("scores.csv").is_file());
    }
}

#[test]
fn init_refuses_a_folder_that_holds_something() {
    let target = tempfile::tempdir().expect("a temporary folder");
    fs::write(target.path().join("mine.txt"), "mine").expect("a file");
    let refused = run(yinxiang().arg("init").arg(target.path()));
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.stderr.contains("已有内容"), "{refused:?}");
    assert_eq!(tree(target.path()).len(), 1, "nothing was written");
}

#[test]
fn the_same_project_gives_the_same_bytes_for_any_threads_and_from_anywhere() {
    let out = tempfile::tempdir().expect("a temporary folder");
    let starter = repository("examples/starter");
    let report = |name: &str, threads: &str, from: &Path, project: &str| {
        let target = out.path().join(name);
        let mut command = yinxiang();
        command.env("RAYON_NUM_THREADS", threads).env("POLARS_MAX_THREADS", threads).current_dir(from);
        let ran = run(command.args(["run", "-C", project, "--out"]).arg(&target));
        assert_eq!(ran.code, 0, "{ran:?}");
        tree(&target)
    };
    let one = report("one", "1", &starter, ".");
    let eight = report("eight", "8", &repository("examples"), "starter");
    assert!(one.contains_key(Path::new("scores.csv")) && one.contains_key(Path::new("manifest.json")));
    assert_eq!(one.keys().collect::<Vec<_>>(), eight.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(eight[path] == *bytes, "{} differs", path.display());
    }
}
