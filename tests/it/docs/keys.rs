//! The chapter on definitions against the JSON Schema: every key, and no other.

use super::{quoted, read, table_rows};
use serde_json::Value;
use std::collections::BTreeSet;

fn schema() -> Value {
    serde_json::from_str(&yinxiang::definitions::schema()).expect("the schema is JSON")
}

/// A section of a definition file.
struct Section {
    /// `[[unit]]` or `[index]`.
    heading: String,
    /// Its own keys.
    keys: BTreeSet<String>,
    /// Keys and words of what its keys hold.
    deeper: BTreeSet<String>,
}

fn sections(schema: &Value) -> Vec<Section> {
    let properties = schema["properties"].as_object().expect("a schema has properties");
    let describe = |(name, value): (&String, &Value)| {
        let own = target(schema, value);
        let keys: BTreeSet<String> =
            own["properties"].as_object().expect("a section has keys").keys().cloned().collect();
        let mut deeper = BTreeSet::new();
        for value in own["properties"].as_object().expect("a section has keys").values() {
            collect(schema, value, &mut deeper);
        }
        let heading = if value.get("items").is_some() { format!("[[{name}]]") } else { format!("[{name}]") };
        Section { heading, keys, deeper }
    };
    properties.iter().filter(|(name, _)| *name != "format").map(describe).collect()
}

/// The definition that a property of the file refers to.
fn target<'a>(schema: &'a Value, value: &'a Value) -> &'a Value {
    let reference = |value: &'a Value| value["$ref"].as_str();
    let list = value["anyOf"].as_array();
    let name = reference(value)
        .or_else(|| reference(&value["items"]))
        .or_else(|| list?.iter().find_map(reference))
        .expect("a section refers to its definition");
    schema.pointer(name.trim_start_matches('#')).expect("the definition is there")
}

/// Keys and fixed words anywhere below a value.
fn collect(schema: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect(schema, value, found)),
        Value::Object(map) => {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                found.extend(properties.keys().cloned());
            }
            let words =
                map.get("const").into_iter().chain(map.get("enum").and_then(Value::as_array).into_iter().flatten());
            found.extend(words.filter_map(Value::as_str).map(str::to_owned));
            if let Some(name) = map.get("$ref").and_then(Value::as_str) {
                let definition = schema.pointer(name.trim_start_matches('#')).expect("the definition is there");
                collect(schema, definition, found);
            }
            let is_structure = |key: &str| !matches!(key, "default" | "description" | "required");
            map.iter().filter(|(key, _)| is_structure(key)).for_each(|(_, value)| collect(schema, value, found));
        }
        _ => {}
    }
}

/// What is wrong between a chapter and a schema.
fn complaints(chapter: &str, sections: &[Section]) -> Vec<String> {
    let parts: Vec<&str> = chapter.split("\n## ").skip(1).collect();
    let mut complaints = Vec::new();
    for Section { heading, keys, deeper } in sections {
        let title = format!("`{heading}`");
        let Some(part) = parts.iter().find(|part| part.starts_with(&title)) else {
            complaints.push(format!("no section {title}"));
            continue;
        };
        let rows = table_rows(part);
        let named: BTreeSet<String> =
            rows.iter().flat_map(|row| row[0].split('、')).filter_map(quoted).map(str::to_owned).collect();
        complaints.extend(keys.difference(&named).map(|key| format!("{heading}: {key} is not in the table")));
        complaints.extend(named.difference(keys).map(|key| format!("{heading}: there is no key {key}")));
        let is_missing = |word: &&String| !chapter.contains(&format!("`{word}`"));
        complaints.extend(deeper.iter().filter(is_missing).map(|word| format!("{heading}: {word} is not mentioned")));
    }
    complaints
}

#[test]
fn the_manual_has_every_key_of_the_definitions_and_no_other() {
    let sections = sections(&schema());
    assert!(sections.iter().any(|section| section.heading == "[[indicator]]" && section.deeper.contains("pro-rata")));
    let complaints = complaints(&read("docs/src/definitions.md"), &sections);
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn a_key_too_few_or_too_many_is_a_complaint() {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<String>>();
    let section = Section { heading: "[a]".to_owned(), keys: words(&["x", "y"]), deeper: words(&["low"]) };
    let count = |rows: &str, rest: &str| {
        complaints(&format!("\n## `[a]` A\n\n| k | d |\n|---|---|\n{rows}{rest}"), std::slice::from_ref(&section)).len()
    };
    assert_eq!(count("| `x`、`y` | d |\n", "`low`"), 0);
    assert_eq!(count("| `x` | d |\n", "`low`"), 1);
    assert_eq!(count("| `x`、`y` | d |\n| `z` | d |\n", ""), 2);
}

#[test]
fn the_schema_in_the_folder_is_the_one_the_program_writes() {
    assert_eq!(read("docs/definitions.schema.json"), yinxiang::definitions::schema());
}
