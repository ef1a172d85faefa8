//! The wording of the reports: built-in templates, and those that a project puts in their place.

use crate::audit::{Audit, Code, Diagnostic, InputFile, Place};
use anyhow::Context;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;
use std::collections::BTreeMap;
use toml::Table;

const BUILT_IN: &str = include_str!("texts.toml");

/// Templates by key, such as `bulletin.lead`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    templates: BTreeMap<String, String>,
}

impl Default for Texts {
    fn default() -> Self {
        let table: Table = BUILT_IN.parse().expect("the built-in texts are TOML");
        let mut templates = BTreeMap::new();
        flatten("", &table, &mut |key, text| {
            templates.insert(key, text.expect("the built-in texts are texts"));
        });
        Texts { templates }
    }
}

/// Calls back with the dotted key of every leaf, and its text where it is one.
fn flatten(above: &str, table: &Table, leaf: &mut dyn FnMut(String, Option<String>)) {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            toml::Value::Table(below) => flatten(&key, below, leaf),
            toml::Value::String(text) => leaf(key, Some(text.clone())),
            _ => leaf(key, None),
        }
    }
}

impl Texts {
    /// Takes over what a project writes in `report/texts.toml`. A key that does not exist, a value that is no text and a
    /// template with a mistake are noted, and the built-in text stays.
    pub(super) fn override_with(&mut self, file: &InputFile, audit: &mut Audit) {
        let place = || Place::file(file.path.clone());
        let text = String::from_utf8_lossy(&file.bytes);
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                audit.note(
                    Diagnostic::new(Code::ThemeInvalid, place(), format!("{} 不是正确的 TOML，没有采用", file.path))
                        .found(error.message())
                        .help("改正后再运行；在此以前用内置的行文"),
                );
                return;
            }
        };
        flatten("", &table, &mut |key, text| {
            let known = self.templates.contains_key(&key);
            let problem = match &text {
                _ if !known => Some((format!("没有“{key}”这一段行文"), self.suggestion(&key))),
                None => Some((format!("“{key}”应是文字"), "把这一段写成引号里的文字".to_owned())),
                Some(text) => compile(text).err().map(|error| {
                    (format!("“{key}”的模板写错了：{error:#}"), "检查 {{ }} 和 {% %} 是否成对".to_owned())
                }),
            };
            match (problem, text) {
                (Some((message, help)), _) => {
                    audit.note(Diagnostic::new(Code::ThemeInvalid, place(), message).item(&key).help(help));
                }
                (None, Some(text)) => {
                    self.templates.insert(key, text);
                }
                (None, None) => {}
            }
        });
    }

    fn suggestion(&self, key: &str) -> String {
        let near = self.templates.keys().max_by(|left, right| {
            strsim::jaro_winkler(left, key).total_cmp(&strsim::jaro_winkler(right, key)).then(right.cmp(left))
        });
        near.map(|near| format!("是否想写“{near}”？")).unwrap_or_default()
    }

    /// A text, written from data. Blank lines are dropped; each line that is left is a paragraph.
    ///
    /// # Errors
    /// The template asks for something that the data do not hold; named with the key.
    pub(in crate::views) fn write(&self, key: &str, data: &Value) -> anyhow::Result<Vec<String>> {
        let template = self.templates.get(key).expect("every text that is asked for is built in");
        let environment = environment();
        let written = environment
            .render_str(template, minijinja::value::Serde(data))
            .with_context(|| format!("行文“{key}”写不出来，请检查 report/texts.toml"))?;
        Ok(written.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment
}

fn compile(template: &str) -> anyhow::Result<()> {
    environment().template_from_str(template)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn override_with(text: &str) -> (Texts, Audit) {
        let (mut texts, mut audit) = (Texts::default(), Audit::default());
        let file = InputFile { path: "report/texts.toml".into(), bytes: text.as_bytes().to_vec().into() };
        texts.override_with(&file, &mut audit);
        (texts, audit)
    }

    #[test]
    fn every_built_in_text_is_a_template() {
        for (key, template) in Texts::default().templates {
            assert!(compile(&template).is_ok(), "{key}");
        }
    }

    #[test]
    fn a_project_may_put_its_own_words() {
        let (texts, audit) = override_with("[bulletin]\nissuer = \"某某办公室\"\n");
        assert_eq!(texts.write("bulletin.issuer", &json!({})).expect("plain words"), ["某某办公室"]);
        assert!(audit.diagnostics().is_empty());
    }

    #[test]
    fn an_unknown_key_and_a_broken_template_are_told_and_the_built_in_text_stays() {
        let (texts, audit) = override_with("[bulletin]\nissuers = \"x\"\nmark = \"{{ x\"\nlead = 3\n");
        let told: Vec<&str> = audit.diagnostics().iter().map(|found| found.message.as_str()).collect();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(audit.diagnostics().iter().any(|found| found.help.contains("bulletin.issuer")));
        assert_eq!(texts, Texts::default());
    }

    #[test]
    fn a_text_that_asks_for_what_is_not_there_names_its_key() {
        let (texts, _) = override_with("[bulletin]\nmark = \"{{ nothing }}\"\n");
        let error = texts.write("bulletin.mark", &json!({})).expect_err("no such name");
        assert!(format!("{error:#}").contains("bulletin.mark"));
    }
}
