//! What is printed, read back with other programs than those that wrote it: the bulletin and the check-up sheets.

use crate::project::{Outcome, read, repository, small, write};
use crate::tools::tool;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::OnceLock;
use yinxiang::demo::{Size, synthetic_project};
use yinxiang::views::{Rendered, Selection, render};

/// The words of a PDF by pdftotext; `None`, said on the way, where it is not installed.
pub(crate) fn text(pdf: &[u8]) -> Option<String> {
    if !tool("pdftotext", &["-v"]) {
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("paper.pdf");
    fs::write(&path, pdf).expect("a file");
    let read = Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&path).arg("-").output();
    Some(String::from_utf8(read.expect("pdftotext starts").stdout).expect("UTF-8"))
}

/// Number of pages, and of those that lie on their side, by pdfinfo.
fn pages(pdf: &[u8]) -> Option<(usize, usize)> {
    if !tool("pdfinfo", &["-v"]) {
        return None;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("paper.pdf");
    fs::write(&path, pdf).expect("a file");
    let told = Command::new("pdfinfo").args(["-f", "1", "-l", "999"]).arg(&path).output().expect("pdfinfo starts");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let sizes = told.lines().filter(|line| line.starts_with("Page ") && line.contains("size:"));
    let is_across = |line: &&str| {
        let size = line.split_once("size:").map_or("", |(_, size)| size);
        let mut sides = size.split_whitespace().filter_map(|side| side.parse::<f64>().ok());
        sides.next() > sides.next()
    };
    let sizes: Vec<&str> = sizes.collect();
    Some((sizes.len(), sizes.iter().copied().filter(is_across).count()))
}

fn only(outcome: &Outcome, names: &[&str]) -> Rendered {
    let selection = Selection { only: names.iter().map(|name| (*name).to_owned()).collect() };
    render(outcome.scored(), &outcome.audit, &BTreeMap::new(), &selection).expect("a report")
}

/// The demonstration quarter, its bulletin and its check-up sheets; made once.
fn demonstration() -> &'static (Outcome, Rendered) {
    static MADE: OnceLock<(Outcome, Rendered)> = OnceLock::new();
    MADE.get_or_init(|| {
        let outcome = Outcome::of(&read(&repository("")), None);
        let rendered = only(&outcome, &["bulletin", "checkup"]);
        (outcome, rendered)
    })
}

/// A product of the demonstration quarter of one file.
pub(crate) fn demonstration_of(name: &str) -> Vec<u8> {
    let product = name.split_once('.').map_or(name, |(stem, _)| if stem.starts_with("wall") { stem } else { name });
    if name.starts_with("bulletin.") {
        return demonstration().1.files[name].clone();
    }
    let mut rendered = only(&demonstration().0, &[product]);
    assert_eq!(rendered.failed, []);
    rendered.files.remove(name).expect("the product is a file of that name")
}

/// The check-up sheet of a unit of the demonstration quarter, by code.
pub(crate) fn sheet_of(code: &str) -> Vec<u8> {
    let files = &demonstration().1.files;
    let found = files.iter().find(|(name, _)| name.starts_with(&format!("checkup/{code}-")));
    found.expect("every unit has a sheet").1.clone()
}

/// Words without the blanks and line ends that setting brings in.
pub(crate) fn joined(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

#[test]
fn the_bulletin_passes_its_linter_and_says_the_five_things_on_its_first_page() {
    let (outcome, rendered) = demonstration();
    assert_eq!(rendered.failed, []);
    let Some(words) = text(&rendered.files["bulletin.pdf"]) else { return };
    let first = joined(words.split('\u{c}').next().expect("a first page"));
    let current = outcome.scored().current().expect("a period");
    let total = outcome.scored().definitions.index.publish(current.scores.element_total(0).expect("a score"));
    let leader = current.settlement.ranking()[0];
    let final_score = current.settlement.units[leader].final_score.expect("a score");
    let name = &outcome.scored().definitions.units.units[leader].name;
    let carried = current.closing.ledger.carried();
    for wanted in [
        format!("指数{total}分"),
        format!("{name}（{final_score}分）"),
        format!("问题{}项，已销号{}项", carried.problems, carried.closed),
        "距序时进度还差".to_owned(),
        "验收合格后销号".to_owned(),
    ] {
        assert!(first.contains(&joined(&wanted)), "{wanted} in {first}");
    }
    for forbidden in ["最差", "垫底", "黑榜", "命名", "授牌"] {
        assert!(!words.contains(forbidden), "{forbidden}");
    }
    assert!(words.contains("模拟数据") || joined(&words).contains("模拟数据"));
}

#[test]
fn the_bulletin_has_at_most_eight_upright_pages_before_its_annexes_that_lie_on_their_side() {
    let (_, rendered) = demonstration();
    let pdf = &rendered.files["bulletin.pdf"];
    let (Some(words), Some((count, across))) = (text(pdf), pages(pdf)) else { return };
    let body = words
        .split('\u{c}')
        .position(|page| joined(page).starts_with("附件1") || joined(page).contains("附件1评价结果表"));
    assert!(body.is_some_and(|pages| pages <= 8), "{body:?}");
    assert!(across >= 4 && across < count, "{across} of {count}");
}

#[test]
fn every_unit_has_a_leaf_of_two_sides_with_its_own_figures_and_nobody_elses_name() {
    let (outcome, rendered) = demonstration();
    let assessment = outcome.scored();
    let units = &assessment.definitions.units.units;
    let current = assessment.current().expect("a period");
    let leaves: Vec<(&String, &Vec<u8>)> =
        rendered.files.iter().filter(|(name, _)| name.starts_with("checkup/")).collect();
    assert_eq!(leaves.len(), units.len());
    for (unit, about) in units.iter().enumerate() {
        let name = format!("checkup/{}-{}.pdf", about.code, about.name);
        let pdf = &rendered.files[&name];
        let (Some(words), Some(count)) = (text(pdf), pages(pdf)) else { return };
        assert_eq!(count, (2, 0), "{name}");
        let words = joined(&words);
        let settled = &current.settlement.units[unit];
        for wanted in [about.name.clone(), settled.final_score.expect("a score").to_string()] {
            assert!(words.contains(&wanted), "{wanted} in {name}");
        }
        let others = units.iter().filter(|other| other.name != about.name && !about.name.contains(&other.name));
        for other in others {
            assert!(!words.contains(&other.name), "{} in {name}", other.name);
        }
    }
}

#[test]
fn the_base_score_follows_from_a_leaf_with_a_pocket_calculator() {
    let (outcome, rendered) = demonstration();
    let assessment = outcome.scored();
    let units = &assessment.definitions.units.units;
    for (unit, about) in units.iter().enumerate() {
        let Some(words) = text(&rendered.files[&format!("checkup/{}-{}.pdf", about.code, about.name)]) else { return };
        let words = joined(&words);
        let (_, formula) = words.split_once("手工重算：基础分=（").expect("the formula");
        let (parts, rest) = formula.split_once("）÷").expect("a sum");
        let (weights, rest) = rest.split_once('=').expect("a result");
        let printed: String = rest.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
        let number = |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{text} is no number"));
        let product = |part: &str| part.split_once('×').map(|(weight, score)| number(weight) * number(score));
        let sum: f64 = parts.split('+').map(|part| product(part).expect("a product")).sum();
        let base = assessment.current().expect("a period").settlement.units[unit].base.expect("a score");
        let recomputed = assessment.definitions.index.publish(sum / number(weights));
        assert_eq!((recomputed.to_string(), printed), (base.to_string(), base.to_string()), "{}", about.name);
    }
}

#[test]
fn a_number_that_a_project_writes_into_its_texts_stops_the_bulletin_and_nothing_else() {
    let root = small();
    write(root.path(), "report/texts.toml", "[bulletin]\nlead = \"完成率达到98.5%。\"\n");
    let outcome = Outcome::of(&read(root.path()), None);
    let rendered = only(&outcome, &["bulletin", "checkup", "scores.csv"]);
    assert_eq!(rendered.failed.len(), 1, "{:?}", rendered.failed);
    let failed = &rendered.failed[0];
    assert!(failed.product == "bulletin" && failed.reason.contains("98.5") && failed.reason.contains("没有出处"));
    assert!(
        rendered.files.contains_key("scores.csv") && rendered.files.keys().any(|name| name.starts_with("checkup/"))
    );
}

#[test]
fn a_project_speaks_its_own_words_in_the_bulletin() {
    let root = small();
    write(root.path(), "report/texts.toml", "[bulletin]\nissuer = \"东县评价办公室\"\n");
    let outcome = Outcome::of(&read(root.path()), None);
    let rendered = only(&outcome, &["bulletin"]);
    assert_eq!(rendered.failed, []);
    let Some(words) = text(&rendered.files["bulletin.pdf"]) else { return };
    assert!(joined(&words).contains("东县评价办公室"));
}

#[test]
fn the_same_material_gives_the_same_paper() {
    let (outcome, rendered) = demonstration();
    let again = only(outcome, &["bulletin"]);
    assert_eq!(again.files["bulletin.pdf"], rendered.files["bulletin.pdf"]);
}

/// A synthetic project of a size.
fn sized(unit_count: usize, indicator_count: usize, period_count: usize) -> Outcome {
    let size = Size { unit_count, indicator_count, period_count, respondent_count: 0 };
    let root = tempfile::tempdir().expect("a temporary folder");
    for (path, bytes) in synthetic_project(&size, 1) {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    Outcome::of(&read(root.path()), None)
}

#[test]
fn one_unit_with_sixty_indicators_in_its_first_period_has_its_papers() {
    let outcome = sized(1, 60, 1);
    let rendered = only(&outcome, &["bulletin", "checkup"]);
    assert_eq!(rendered.failed, []);
    for (name, pdf) in rendered.files.iter().filter(|(name, _)| name.ends_with(".pdf")) {
        let (Some(words), Some((count, _))) = (text(pdf), pages(pdf)) else { return };
        assert!(!words.contains("NaN") && !words.contains("inf"), "{name}");
        assert!(!name.starts_with("checkup/") || count == 2, "{name} has {count} pages");
    }
}

#[test]
fn a_hundred_and_twenty_units_have_a_bulletin_whose_sums_close() {
    let outcome = sized(120, 6, 2);
    let rendered = only(&outcome, &["bulletin"]);
    assert_eq!(rendered.failed, []);
    let Some(words) = text(&rendered.files["bulletin.pdf"]) else { return };
    let last = outcome.scored().current().expect("a period").settlement.ranking()[119];
    assert!(joined(&words).contains(&outcome.scored().definitions.units.units[last].name));
}

#[test]
fn markup_and_formulas_in_a_name_stay_words() {
    let root = small();
    let path = root.path().join("indicators/parties.toml");
    let written = fs::read_to_string(&path).expect("TOML");
    fs::write(&path, written.replace("name = \"东乡\"", "name = \"=1+1 #东乡*\"")).expect("a file");
    let outcome = Outcome::of(&read(root.path()), None);
    let rendered = only(&outcome, &["bulletin", "checkup"]);
    assert_eq!(rendered.failed, []);
    let units = &outcome.scored().definitions.units.units;
    assert!(units.iter().any(|unit| unit.name == "=1+1 #东乡*"), "the small project has a unit 东乡");
    let Some(words) = text(&rendered.files["bulletin.pdf"]) else { return };
    assert!(joined(&words).contains("=1+1#东乡*"));
}

#[test]
fn a_rare_character_in_a_name_is_named_and_what_needs_no_font_comes_all_the_same() {
    let root = small();
    let path = root.path().join("indicators/parties.toml");
    let written = fs::read_to_string(&path).expect("TOML");
    fs::write(&path, written.replace("name = \"东乡\"", "name = \"𠮷东乡\"")).expect("a file");
    let outcome = Outcome::of(&read(root.path()), None);
    let rendered = only(&outcome, &["charts", "bulletin", "checkup", "index.html", "scores.csv"]);
    let failed: Vec<&str> = rendered.failed.iter().map(|failed| failed.product).collect();
    assert!(failed.contains(&"charts") && failed.contains(&"bulletin") && failed.contains(&"checkup"), "{failed:?}");
    assert!(rendered.failed.iter().all(|failed| failed.reason.contains('𠮷')), "{:?}", rendered.failed);
    assert!(rendered.files.contains_key("index.html") && rendered.files.contains_key("scores.csv"));
    assert!(String::from_utf8_lossy(&rendered.files["manifest.json"]).contains("\"failed\""));
}
