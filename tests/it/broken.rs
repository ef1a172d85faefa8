//! Every kind of problem has its smallest project, and what is said about it can be read by the people who must mend it.

use crate::project::{Outcome, broken, read, repository};
use std::collections::BTreeSet;
use yinxiang::audit::{Code, Diagnostic};

/// Problems that are about something that is not there, so that there is no place to point at.
const WITHOUT_PLACE: [Code; 4] =
    [Code::FileNotReceived, Code::ItemNotReceived, Code::IndicatorDropped, Code::ProgressIncomparable];

fn folders() -> BTreeSet<String> {
    let listed = std::fs::read_dir(repository("tests/projects/broken")).expect("the folder of broken projects");
    listed.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// What is wrong with a message.
fn complaint(found: &Diagnostic) -> Option<&'static str> {
    let is_han = |letter: char| ('\u{4E00}'..='\u{9FFF}').contains(&letter);
    if !found.message.contains(is_han) {
        Some("the message is not Chinese")
    } else if !found.help.contains(is_han) {
        Some("the help does not say in Chinese what to do")
    } else if found.place.file.is_none() && !WITHOUT_PLACE.contains(&found.code) {
        Some("there is no place")
    } else {
        None
    }
}

#[test]
fn every_code_has_a_project_and_every_project_a_code() {
    let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.id().to_owned()).collect();
    assert_eq!(codes.len(), Code::ALL.len(), "two codes have one id");
    assert_eq!(folders(), codes);
}

#[test]
fn each_broken_project_gives_its_message_and_says_where_and_how_to_mend_it() {
    let mut rendered = String::new();
    for code in Code::ALL {
        let root = broken(code.id());
        let outcome = Outcome::of(&read(root.path()), None);
        let found = outcome.with_code(*code);
        assert!(!found.is_empty(), "{} was not found, but:\n{}", code.id(), outcome.findings());
        for message in outcome.audit.diagnostics() {
            assert_eq!(complaint(message), None, "{}: {message}", code.id());
        }
        rendered.push_str(&format!("## {} {}\n{}\n", code.id(), code.description(), outcome.findings()));
    }
    insta::assert_snapshot!("every_finding_as_printed", rendered);
}

#[test]
fn personal_data_is_never_quoted() {
    let root = broken("personal-data");
    let outcome = Outcome::of(&read(root.path()), None);
    let findings = String::from_utf8(yinxiang::audit::to_csv(&outcome.audit)).expect("UTF-8");
    assert!(findings.contains("personal-data"), "{findings}");
    assert!(!findings.contains("19000101") && !outcome.findings().contains("19000101"), "{findings}");
}

#[test]
fn a_message_without_chinese_help_or_place_is_complained_about() {
    let place = yinxiang::audit::Place::file("x");
    let sound = Diagnostic::new(Code::TomlSyntax, place.clone(), "有误").help("改正");
    assert_eq!(complaint(&sound), None);
    assert!(complaint(&sound.clone().help("mend it")).is_some());
    assert!(complaint(&Diagnostic { message: "wrong".to_owned(), ..sound.clone() }).is_some());
    let nowhere = Diagnostic { place: yinxiang::audit::Place::default(), ..sound };
    assert!(complaint(&nowhere).is_some());
    assert_eq!(complaint(&Diagnostic { code: Code::FileNotReceived, ..nowhere }), None);
}
