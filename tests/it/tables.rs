//! `tables.xlsx`: what it holds, what its formulas come to, and that nothing from the material becomes a formula.

use crate::project::{Outcome, read, repository, small};
use crate::tools::{convert, tool};
use calamine::{Data, Range, Reader, Xlsx};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::Path;
use yinxiang::audit::{Audit, InputFile};
use yinxiang::demo::{Size, synthetic_project};
use yinxiang::views::{Assessment, Selection, render};
use yinxiang::workflow::{Project, compute};

fn workbook(assessment: &Assessment) -> Vec<u8> {
    let selection = Selection { only: vec!["tables.xlsx".to_owned()] };
    let files = render(assessment, &Audit::default(), &BTreeMap::new(), &selection);
    files.expect("files").files.remove("tables.xlsx").expect("tables.xlsx")
}

fn opened(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    opened(bytes).worksheet_range(name).expect("the sheet")
}

/// Rows below the one whose first cell has this text.
fn rows_below(range: &Range<Data>, first: &str) -> Vec<Vec<Data>> {
    let rows: Vec<Vec<Data>> = range.rows().map(<[Data]>::to_vec).collect();
    let head = rows.iter().position(|row| row[0] == Data::String(first.to_owned())).expect("the head");
    rows[head + 1..].to_vec()
}

fn number(cell: &Data) -> Option<f64> {
    match cell {
        Data::Float(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "counts and places")]
        Data::Int(number) => Some(*number as f64),
        _ => None,
    }
}

/// A project of any size without a survey and without rules.
fn synthetic(unit_count: usize, indicator_count: usize, period_count: usize) -> Assessment {
    let size = Size { unit_count, indicator_count, period_count, respondent_count: 0 };
    let mut project = Project::default();
    for (path, bytes) in synthetic_project(&size, 1) {
        let file = InputFile { path: path.as_str().into(), bytes: bytes.into() };
        match path.split('/').collect::<Vec<_>>()[..] {
            ["data", "frozen", _] => project.frozen.push(file),
            ["data", folder, _] => {
                project.periods.entry(folder.parse().expect("a period")).or_default().push(file);
            }
            _ => project.definitions.push(file),
        }
    }
    let newest = *project.periods.keys().next_back().expect("a period");
    compute(&project, newest, &mut Audit::default(), &mut |_| {}).expect("sound definitions")
}

/// Every figure of the sheet 计算 is ours: unit by unit, base in full, base, bonus, deduction, final.
fn assert_calculates(bytes: &[u8], assessment: &Assessment) {
    let result = assessment.current().expect("a period");
    let units = &assessment.definitions.units.units;
    let rows = rows_below(&sheet(bytes, "计算"), &assessment.definitions.index.unit_word);
    let mut count = 0;
    for row in rows {
        let Some(unit) = units.iter().position(|unit| row[0] == Data::String(unit.name.clone())) else { continue };
        let settled = &result.settlement.units[unit];
        let expected = [
            result.scores.base(unit),
            settled.base.map(|base| base.value()),
            Some(settled.bonus.value()),
            Some(settled.deduction.value()),
            settled.final_score.map(|last| last.value()),
        ];
        for (cell, expected) in row[1..6].iter().zip(expected) {
            let is_equal = match (number(cell), expected) {
                (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(is_equal, "{}: {row:?} instead of {expected:?}", units[unit].name);
        }
        count += 1;
    }
    assert_eq!(count, units.len());
}

#[test]
fn the_workbook_holds_the_published_figures_and_the_sheets_it_promises() {
    let outcome = Outcome::of(&read(&repository(".")), None);
    let assessment = outcome.scored();
    let bytes = workbook(assessment);
    let names = [
        "总指数",
        "综合得分",
        "指标得分",
        "指标明细",
        "计算",
        "加减分",
        "整改台账",
        "支持清单",
        "走势",
        "图",
        "权重",
        "赋分方法",
        "方法",
    ];
    assert_eq!(opened(&bytes).sheet_names(), names);
    assert_calculates(&bytes, assessment);
    let result = assessment.current().expect("a period");
    let units = &assessment.definitions.units.units;
    let scores = sheet(&bytes, "指标得分");
    let codes: Vec<String> = scores.rows().nth(4).expect("codes").iter().map(ToString::to_string).collect();
    let mut count = 0;
    for row in scores.rows() {
        let Some(unit) = units.iter().position(|unit| row[1] == Data::String(unit.name.clone())) else { continue };
        for (code, cell) in codes.iter().zip(row).filter(|(code, _)| !code.is_empty()) {
            let Some(at) = assessment.definitions.indicators.iter().position(|own| own.code == *code) else { continue };
            let expected = result.scores.indicator(at, unit).score;
            let expected = expected.map(|score| assessment.definitions.index.publish(score).value());
            assert_eq!(number(cell), expected, "{} {code}", units[unit].name);
            count += 1;
        }
    }
    assert_eq!(count, units.len() * assessment.definitions.indicators.len());
    // Places in the details point to the file, the sheet and the cell.
    let details = sheet(&bytes, "指标明细");
    let is_place = |cell: &Data| cell.to_string().contains(" › 表一!D4");
    assert!(details.rows().any(|row| row.iter().any(is_place)));
    assert!(rows_below(&details, "代码").iter().filter(|row| number(&row[8]).is_some()).count() > 400);
    for name in names {
        let said: String = sheet(&bytes, name).rows().take(3).flatten().map(ToString::to_string).collect();
        for text in [&assessment.definitions.index.edition, &assessment.definitions.index.watermark] {
            assert!(said.contains(text.as_str()), "{name}: {said}");
        }
        assert!(said.contains("数据截止"), "{name}");
    }
}

#[test]
fn the_same_assessment_gives_the_same_bytes() {
    let root = small();
    let outcome = Outcome::of(&read(root.path()), None);
    assert_eq!(workbook(outcome.scored()), workbook(outcome.scored()));
}

#[test]
fn one_unit_or_many_one_period_or_several_and_sixty_indicators_make_a_workbook() {
    for (units, indicators, periods) in [(1, 1, 1), (1, 60, 2), (120, 60, 1)] {
        let assessment = synthetic(units, indicators, periods);
        let bytes = workbook(&assessment);
        assert_calculates(&bytes, &assessment);
        let names = opened(&bytes).sheet_names();
        assert_eq!(names.iter().any(|name| name == "走势"), periods > 1);
        assert!(!names.iter().any(|name| name == "加减分"), "no rules, no sheet of them");
    }
}

#[test]
fn a_name_that_looks_like_a_formula_stays_a_name() {
    let root = small();
    let mut outcome = Outcome::of(&read(root.path()), None);
    let assessment = outcome.assessment.as_mut().expect("sound");
    let names = ["=HYPERLINK(\"http://x\",\"y\")", "@SUM(A1)", "+1-\u{1}"];
    for (unit, name) in assessment.definitions.units.units.iter_mut().zip(names) {
        unit.name = (*name).to_owned();
        unit.short = (*name).to_owned();
    }
    let bytes = workbook(outcome.scored());
    let mut book = opened(&bytes);
    for name in book.sheet_names() {
        for (_, _, formula) in book.worksheet_formula(&name).expect("formulas").used_cells() {
            assert!(formula.is_empty() || name == "计算", "{name}: {formula}");
            assert!(!formula.contains("HYPERLINK") && !formula.contains('@'), "{formula}");
        }
    }
    let rows = rows_below(&sheet(&bytes, "计算"), &outcome.scored().definitions.index.unit_word);
    let found: Vec<String> = rows.iter().map(|row| row[0].to_string()).collect();
    assert!(found.contains(&names[0].to_owned()) && found.contains(&"+1-\u{fffd}".to_owned()), "{found:?}");
}

/// The workbook without the results of its formulas, so that only a program that computes can give them back.
fn uncomputed(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut part = archive.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("readable");
        if name.starts_with("xl/worksheets/sheet") {
            let text = String::from_utf8(bytes).expect("UTF-8");
            let mut parts = text.split("</f><v>");
            let mut bare = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                bare.push_str("</f>");
                bare.push_str(part.split_once("</v>").expect("the end of a result").1);
            }
            bytes = bare.into_bytes();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        out.write_all(&bytes).expect("a part");
    }
    out.finish().expect("a package").into_inner()
}

#[test]
fn an_office_suite_that_computes_the_formulas_comes_to_our_scores() {
    if !tool("soffice", &["--version"]) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    fs::create_dir(&from).expect("a folder");
    let root = small();
    // Plain weighted means; a geometric mean below the top; one at the top.
    let projects = [repository("."), root.path().to_owned(), repository("examples/hdi")];
    let outcomes: Vec<Outcome> =
        projects.iter().map(|path: &std::path::PathBuf| Outcome::of(&read(path), None)).collect();
    let files: Vec<_> = (0..outcomes.len()).map(|at| from.join(format!("{at}.xlsx"))).collect();
    for (path, outcome) in files.iter().zip(&outcomes) {
        let bare = uncomputed(&workbook(outcome.scored()));
        let rows = rows_below(&sheet(&bare, "计算"), &outcome.scored().definitions.index.unit_word);
        assert_eq!(number(&rows[1][5]), None, "nothing is computed yet");
        fs::write(path, bare).expect("a file");
    }
    convert(&files, "xlsx", &to);
    for (path, outcome) in files.iter().zip(&outcomes) {
        let name: &Path = path.file_name().expect("a name").as_ref();
        assert_calculates(&fs::read(to.join(name)).expect("a converted file"), outcome.scored());
    }
}
