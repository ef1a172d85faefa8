//! `result.json` against its published schema, which knows every key: neither can fall behind the other.

use crate::command::{read_json, run, yinxiang};
use crate::project::{repository, small};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const SCHEMA: &str = "docs/result.schema.json";

/// Keys that none of the projects has: a commitment is scored after its year, and theirs are not over.
const UNSEEN: &str = "/properties/commitments/properties/list/items/properties/parts/items/properties/";

fn schema() -> Value {
    serde_json::from_slice(&fs::read(repository(SCHEMA)).expect("the schema")).expect("a schema in JSON")
}

/// `result.json` of the newest period of a project.
fn result(project: &Path) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = folder.path().join("report");
    let ran = run(yinxiang().args(["run", "--only", "result.json", "-C"]).arg(project).arg("--out").arg(&target));
    assert_eq!(ran.code, 0, "{ran:?}");
    read_json(&target.join("result.json"))
}

/// A validator for the keywords that the schema uses, and for no others.
struct Validator<'a> {
    root: &'a Value,
    complaints: Vec<String>,
    /// Descriptions of the keys that were met, for the law that none is invented.
    met: BTreeSet<String>,
}

impl<'a> Validator<'a> {
    fn new(root: &'a Value) -> Self {
        Validator { root, complaints: Vec::new(), met: BTreeSet::new() }
    }

    fn complain(&mut self, place: &str, text: &str) {
        self.complaints.push(format!("{place}: {text}"));
    }

    /// `at` is the place of `rule` in the schema.
    fn check(&mut self, rule: &'a Value, at: &str, value: &Value, place: &str) {
        let Some(rule) = rule.as_object() else { return self.complain(place, "a rule that is no object") };
        for (keyword, wanted) in rule {
            match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "required" => {}
                "$ref" => {
                    let pointer = wanted.as_str().and_then(|text| text.strip_prefix('#')).expect("a local reference");
                    let target = self.root.pointer(pointer).expect("a definition that exists");
                    self.check(target, pointer, value, place);
                }
                "anyOf" => {
                    let rules = wanted.as_array().expect("several rules");
                    let met = self.met.clone();
                    let fits = rules.iter().enumerate().any(|(number, rule)| {
                        let mut inner = Validator { root: self.root, complaints: Vec::new(), met: met.clone() };
                        inner.check(rule, &format!("{at}/anyOf/{number}"), value, place);
                        self.met.extend(inner.met);
                        inner.complaints.is_empty()
                    });
                    if !fits {
                        self.complain(place, &format!("fits none of {wanted}"));
                    }
                }
                "type" => {
                    let names: Vec<&str> = match wanted {
                        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                        name => name.as_str().into_iter().collect(),
                    };
                    if !names.iter().any(|name| is_a(name, value)) {
                        self.complain(place, &format!("{value} is not {names:?}"));
                    }
                }
                "enum" if !wanted.as_array().is_some_and(|allowed| allowed.contains(value)) => {
                    self.complain(place, &format!("{value} is not one of {wanted}"));
                }
                "const" if value != wanted => self.complain(place, &format!("{value} is not {wanted}")),
                "minimum" if value.as_f64() < wanted.as_f64() => self.complain(place, &format!("{value} < {wanted}")),
                "minItems" | "maxItems" => {
                    let count = value.as_array().map_or(0, Vec::len) as u64;
                    let wanted = wanted.as_u64().expect("a number of items");
                    let fits = if keyword == "minItems" { count >= wanted } else { count <= wanted };
                    if value.is_array() && !fits {
                        self.complain(place, &format!("{count} items, {wanted} wanted"));
                    }
                }
                "enum" | "const" | "minimum" => {}
                "items" => {
                    for (position, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, &format!("{at}/items"), item, &format!("{place}[{position}]"));
                    }
                }
                "properties" => {
                    let Some(object) = value.as_object() else { continue };
                    let known = wanted.as_object().expect("rules by key");
                    let required = rule["required"].as_array().expect("every key is required");
                    assert_eq!(required.len(), known.len(), "{at}: {required:?}");
                    assert_eq!(rule["additionalProperties"], false, "{at} is closed");
                    for key in known.keys().filter(|key| !object.contains_key(*key)) {
                        self.complain(place, &format!("{key} is missing"));
                    }
                    for (key, inner) in object {
                        let here = format!("{at}/properties/{key}");
                        match known.get(key) {
                            Some(rule) => {
                                self.check(rule, &here, inner, &format!("{place}.{key}"));
                                self.met.insert(here);
                            }
                            None => self.complain(place, &format!("{key} is not in the schema")),
                        }
                    }
                }
                "additionalProperties" if wanted.is_object() => {
                    for (key, inner) in value.as_object().into_iter().flatten() {
                        self.check(wanted, &format!("{at}/additionalProperties"), inner, &format!("{place}.{key}"));
                    }
                }
                "additionalProperties" => assert!(rule.contains_key("properties"), "{at}"),
                other => self.complain(place, &format!("the test does not know the keyword {other}")),
            }
        }
    }
}

fn is_a(name: &str, value: &Value) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

/// Places of all keys in a schema.
fn keys(rule: &Value, at: &str, found: &mut BTreeSet<String>) {
    match rule {
        Value::Object(parts) => {
            for (name, inner) in parts {
                let here = format!("{at}/{name}");
                if at.ends_with("/properties") {
                    found.insert(here.clone());
                }
                keys(inner, &here, found);
            }
        }
        Value::Array(parts) => {
            for (position, inner) in parts.iter().enumerate() {
                keys(inner, &format!("{at}/{position}"), found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_result_has_the_keys_of_the_schema_and_the_schema_no_others() {
    let schema = schema();
    let small = small();
    let mut projects = vec![repository("."), small.path().to_owned()];
    projects.extend(["examples/hdi", "examples/huzhou-commitments"].map(repository));
    projects.extend(["tests/projects/panel", "tests/projects/funds", "tests/projects/ledger"].map(repository));
    let mut validator = Validator::new(&schema);
    for project in &projects {
        validator.check(&schema, "", &result(project), &project.display().to_string());
    }
    let complaints = &validator.complaints;
    assert!(
        complaints.is_empty(),
        "{} complaints\n{}",
        complaints.len(),
        complaints[..complaints.len().min(20)].join("\n")
    );
    let mut known = BTreeSet::new();
    keys(&schema, "", &mut known);
    let unseen: Vec<&String> = known.difference(&validator.met).filter(|key| !key.starts_with(UNSEEN)).collect();
    assert!(unseen.is_empty(), "no project has {unseen:#?}");
}

#[test]
fn a_result_that_departs_from_the_schema_is_told() {
    let schema = schema();
    let small = small();
    let sound = result(small.path());
    let complaints = |spoil: &dyn Fn(&mut Value)| {
        let mut value = sound.clone();
        spoil(&mut value);
        let mut validator = Validator::new(&schema);
        validator.check(&schema, "", &value, "result");
        validator.complaints
    };
    assert_eq!(complaints(&|_| {}), Vec::<String>::new());
    assert_eq!(complaints(&|value| value["more"] = 1.into()).len(), 1);
    assert_eq!(complaints(&|value| value["period"] = 1.into()).len(), 1);
    assert_eq!(complaints(&|value| value["units"][0]["indicators"][0]["state"] = "gone".into()).len(), 1);
    assert_eq!(complaints(&|value| value["units"][0]["contributions"]["above_bottom"] = Value::Null).len(), 1);
    let without = |value: &mut Value| {
        value.as_object_mut().expect("an object").remove("draft");
    };
    assert_eq!(complaints(&without).len(), 1);
}

#[test]
fn the_program_prints_the_schema_of_its_results() {
    let ran = run(yinxiang().args(["schema", "--result"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.stdout, fs::read_to_string(repository(SCHEMA)).expect("the schema"));
}
