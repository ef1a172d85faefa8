//! Reads TOML so that every mistake is found, each with its line and column, and the rest of the file is still used.

use super::raw::{FORMAT, SECTIONS};
use crate::audit::{Audit, Code, Diagnostic, InputFile, Place};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// A definition file's path and text, to turn byte offsets into lines and columns.
#[derive(Debug)]
pub(super) struct SourceText {
    path: Arc<str>,
    text: String,
}

impl SourceText {
    fn place(&self, span: &Range<usize>) -> Place {
        let mut start = span.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &self.text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Place::line(self.path.clone(), small(line), small(column))
    }
}

/// One section item: its value as far as it could be read, and where each key stands.
#[derive(Debug)]
pub(super) struct Item<T> {
    /// What could be read; keys with mistakes are left at their default.
    pub(super) value: T,
    source: Arc<SourceText>,
    spans: BTreeMap<String, Range<usize>>,
    whole: Range<usize>,
    broken: BTreeSet<String>,
}

impl<T> Item<T> {
    /// Where the value of a key stands; the item itself where the key is absent.
    pub(super) fn place(&self, key: &str) -> Place {
        self.source.place(self.spans.get(key).unwrap_or(&self.whole))
    }

    /// Whether a mistake in this key was already reported.
    pub(super) fn is_broken(&self, key: &str) -> bool {
        self.broken.contains(key)
    }
}

/// The texts of the definition files; those that are not UTF-8 are noted and left out.
pub(super) fn texts(files: &[InputFile], audit: &mut Audit) -> Vec<Arc<SourceText>> {
    let mut texts = Vec::new();
    for file in files {
        match std::str::from_utf8(&file.bytes) {
            Ok(text) => {
                let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
                texts.push(Arc::new(SourceText { path: file.path.clone(), text }));
            }
            Err(_) => audit.note(
                Diagnostic::new(Code::TomlSyntax, Place::file(file.path.clone()), "定义文件不是 UTF-8 编码的文本")
                    .expected("UTF-8")
                    .help("用编辑器另存为 UTF-8 编码"),
            ),
        }
    }
    texts
}

/// All items of all files, by section.
pub(super) struct Sections<'i> {
    items: BTreeMap<&'static str, Vec<RawItem<'i>>>,
}

struct RawItem<'i> {
    source: Arc<SourceText>,
    whole: Range<usize>,
    table: DeTable<'i>,
}

impl<'i> Sections<'i> {
    /// Parses the texts; syntax errors, unknown sections and wrong `format` numbers are noted.
    pub(super) fn read(texts: &'i [Arc<SourceText>], audit: &mut Audit) -> Self {
        let mut sections = Sections { items: BTreeMap::new() };
        for source in texts {
            let (document, errors) = DeTable::parse_recoverable(&source.text);
            for error in &errors {
                let place = source.place(&error.span().unwrap_or_default());
                audit.note(
                    Diagnostic::new(Code::TomlSyntax, place, format!("TOML 语法有误({})", error.message()))
                        .found(error.message())
                        .help("检查引号、括号、等号是否成对,同一键是否写了两次"),
                );
            }
            let document = document.into_inner();
            check_format(&document, source, errors.is_empty(), audit);
            for (key, value) in document {
                sections.add(&key, value, source, audit);
            }
        }
        sections
    }

    fn add(
        &mut self,
        key: &Spanned<DeString<'_>>,
        value: Spanned<DeValue<'i>>,
        source: &Arc<SourceText>,
        audit: &mut Audit,
    ) {
        let name = key.get_ref().as_ref();
        if name == "format" {
            return;
        }
        let Some(section) = SECTIONS.iter().find(|section| **section == name) else {
            audit.note(unknown_key(name, source.place(&key.span()), SECTIONS));
            return;
        };
        let items = self.items.entry(section).or_default();
        let mut push = |value: Spanned<DeValue<'i>>| {
            let whole = value.span();
            match value.into_inner() {
                DeValue::Table(table) => items.push(RawItem { source: source.clone(), whole, table }),
                other => audit.note(
                    Diagnostic::new(Code::WrongType, source.place(&whole), format!("“{section}”应是一张表"))
                        .found(other.type_str())
                        .expected("table")
                        .help(format!("单个写作 [{section}],多个写作 [[{section}]]")),
                ),
            }
        };
        let span = value.span();
        match value.into_inner() {
            DeValue::Array(array) => array.iter().cloned().for_each(&mut push),
            other => push(Spanned::new(span, other)),
        }
    }

    /// The items of one section, in file order.
    pub(super) fn take<T: DeserializeOwned + Default>(&mut self, section: &str, audit: &mut Audit) -> Vec<Item<T>> {
        debug_assert!(SECTIONS.contains(&section), "sections are listed in raw.rs");
        let raw = self.items.remove(section).unwrap_or_default();
        raw.into_iter().map(|item| lenient(item, audit)).collect()
    }
}

fn check_format(document: &DeTable<'_>, source: &SourceText, is_sound: bool, audit: &mut Audit) {
    match document.get("format") {
        Some(value) if value.get_ref().as_integer().is_some_and(|number| number.as_str() == FORMAT.to_string()) => {}
        Some(value) => audit.note(
            Diagnostic::new(Code::FormatUnsupported, source.place(&value.span()), "本程序不支持这个 format 号")
                .expected(FORMAT.to_string())
                .help(format!("写 format = {FORMAT};若文件来自更新的版本,请升级程序")),
        ),
        None if is_sound => audit.note(
            Diagnostic::new(Code::FormatUnsupported, source.place(&(0..0)), "定义文件开头缺少 format 号")
                .expected(FORMAT.to_string())
                .help(format!("在文件开头写 format = {FORMAT}")),
        ),
        None => {}
    }
}

/// Deserialises an item; a key with a mistake is reported, removed, and the rest is tried again.
fn lenient<T: DeserializeOwned + Default>(item: RawItem<'_>, audit: &mut Audit) -> Item<T> {
    let RawItem { source, whole, mut table } = item;
    let spans = table.iter().map(|(key, value)| (key.get_ref().to_string(), value.span())).collect();
    let mut broken = BTreeSet::new();
    loop {
        let attempt = toml::de::Deserializer::from(Spanned::new(whole.clone(), table.clone()));
        let error = match T::deserialize(attempt) {
            Ok(value) => return Item { value, source, spans, whole, broken },
            Err(error) => error,
        };
        let span = error.span().unwrap_or_else(|| whole.clone());
        let guilty = table
            .iter()
            .find(|(key, value)| encloses(&key.span(), &span) || encloses(&value.span(), &span))
            .map(|(key, _)| key.clone());
        let key = guilty.as_ref().map(|key| key.get_ref().to_string()).unwrap_or_default();
        audit.note(explain(
            error.message(),
            &key,
            source.place(&span),
            source.text.get(span.clone()).unwrap_or_default(),
        ));
        match guilty {
            Some(guilty) => {
                table.remove(&guilty);
                broken.insert(key);
            }
            None => return Item { value: T::default(), source, spans, whole, broken },
        }
    }
}

fn encloses(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Turns serde's English sentence into a finding a clerk can act on.
fn explain(message: &str, key: &str, place: Place, text: &str) -> Diagnostic {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let names = quoted.get(1..).unwrap_or_default();
    if message.starts_with("unknown field") {
        return unknown_key(quoted.first().copied().unwrap_or(key), place, names);
    }
    // The toml crate's own words for a wrong key inside `{ method = { … } }`.
    if let Some((found, known)) =
        message.strip_prefix("unexpected keys in table: ").and_then(|rest| rest.split_once(", available keys: "))
    {
        return unknown_key(found, place, &known.split(", ").collect::<Vec<_>>());
    }
    if message.starts_with("unknown variant") {
        let name = quoted.first().copied().unwrap_or_default();
        return Diagnostic::new(Code::WrongType, place, format!("“{key}”没有“{name}”这个选项"))
            .item(key)
            .found(name)
            .expected(names.join("、"))
            .help(suggestion(name, names));
    }
    if message.starts_with("missing field") {
        let name = quoted.first().copied().unwrap_or_default();
        return Diagnostic::new(Code::MissingKey, place, format!("“{key}”里缺少“{name}”"))
            .item(key)
            .expected(name)
            .help(format!("补上 {name} = …"));
    }
    let kind = message.rsplit("expected ").next().unwrap_or(message);
    let found: String = text.chars().take(40).collect();
    Diagnostic::new(Code::WrongType, place, format!("“{key}”的值不对:应为{},实为 {found}", chinese_type(kind)))
        .item(key)
        .found(found)
        .expected(chinese_type(kind))
        .help("对照 docs 手册“定义文件”一章改写")
}

fn chinese_type(kind: &str) -> &str {
    match kind {
        "a string" | "string" => "带引号的文字",
        "f64" | "f32" => "数字",
        "u8" | "u32" | "i64" | "u64" => "不小于 0 的整数",
        "a boolean" => "true 或 false",
        "a sequence" => "方括号括起的列表",
        other => other,
    }
}

fn unknown_key(name: &str, place: Place, known: &[&str]) -> Diagnostic {
    Diagnostic::new(Code::UnknownKey, place, format!("不认识的键“{name}”"))
        .item(name)
        .found(name)
        .expected(known.join("、"))
        .help(suggestion(name, known))
}

/// “是否想写 …”, or the list of what there is.
pub(super) fn suggestion(name: &str, known: &[&str]) -> String {
    let nearest = known
        .iter()
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), *candidate))
        .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(left.1)));
    match nearest {
        Some((similarity, candidate)) if similarity >= 0.5 => format!("是否想写“{candidate}”?"),
        _ if known.is_empty() => "删去这一项".to_owned(),
        _ => format!("可用的有:{}", known.iter().take(40).copied().collect::<Vec<_>>().join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definitions::raw::RawIndicator;

    fn read(text: &str) -> (Vec<Item<RawIndicator>>, Audit) {
        let mut audit = Audit::default();
        let file = InputFile { path: "indicators/x.toml".into(), bytes: text.as_bytes().into() };
        let texts = texts(&[file], &mut audit);
        let mut sections = Sections::read(&texts, &mut audit);
        let items = sections.take("indicator", &mut audit);
        (items, audit)
    }

    #[test]
    fn five_mistakes_in_one_item_are_five_findings_and_the_rest_is_read() {
        let text = "format = 1\n[[indicator]]\ncode = 7\nname = \"甲\"\nwieght = 8\nunit = true\nscore = { efficacy = { targt = 1, floor = 2 } }\nmissing = \"carrry\"\n";
        let (items, audit) = read(text);
        assert_eq!(items[0].value.name.as_deref(), Some("甲"));
        let mut found: Vec<String> =
            audit.diagnostics().iter().map(|d| format!("{} {}", d.code.id(), d.place)).collect();
        found.sort();
        assert_eq!(
            found,
            [
                "unknown-key indicators/x.toml:5:1",
                "unknown-key indicators/x.toml:7:24",
                "wrong-type indicators/x.toml:3:8",
                "wrong-type indicators/x.toml:6:8",
                "wrong-type indicators/x.toml:8:11",
            ]
        );
        assert!(audit.diagnostics().iter().any(|d| d.help.contains("是否想写“weight”")));
        assert!(audit.diagnostics().iter().any(|d| d.help.contains("是否想写“carry”")));
    }

    #[test]
    fn a_syntax_error_does_not_hide_the_sections_around_it() {
        let (items, audit) = read("format = 1\n[[indicator]]\nname = \"甲\nweight = 3\n[[indicator]]\nname = \"乙\"\n");
        assert!(audit.diagnostics().iter().any(|d| d.code == Code::TomlSyntax && d.place.line.is_some()));
        assert!(items.iter().any(|item| item.value.name.as_deref() == Some("乙")));
    }
}
