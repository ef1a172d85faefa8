//! Markup for the parts of a document: what is opened is closed, and every text stays text.

use crate::views::theme::palette::Palette;
use std::fmt::Write;

/// Begins every part.
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// XML being written.
#[derive(Default)]
pub(super) struct Xml {
    /// Colours of the lights.
    pub(super) palette: Palette,
    pub(super) text: String,
}

impl Xml {
    /// A part with its declaration, one element around everything.
    pub(super) fn part(name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Xml)) -> Vec<u8> {
        let mut xml = Xml { text: DECLARATION.to_owned(), ..Xml::default() };
        xml.element(name, attributes, inside);
        xml.text.into_bytes()
    }

    /// An element and what is inside.
    pub(super) fn element(&mut self, name: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Xml)) {
        self.tag(name, attributes, ">");
        inside(self);
        let _ = write!(self.text, "</{name}>");
    }

    /// An element with nothing inside.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes, "/>");
    }

    /// An element with one attribute `w:val`, as most of them are.
    pub(super) fn value(&mut self, name: &str, value: &str) {
        self.empty(name, &[("w:val", value)]);
    }

    /// Text between tags.
    pub(super) fn text(&mut self, text: &str) {
        self.escaped(text);
    }

    /// Markup written elsewhere.
    pub(super) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// How much is written.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Puts markup where [`Self::len`] once pointed.
    pub(super) fn insert(&mut self, at: usize, markup: &str) {
        self.text.insert_str(at, markup);
    }

    /// What is written.
    pub(super) fn into_string(self) -> String {
        self.text
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)], end: &str) {
        let _ = write!(self.text, "<{name}");
        for (attribute, value) in attributes {
            let _ = write!(self.text, " {attribute}=\"");
            self.escaped(value);
            self.text.push('"');
        }
        self.text.push_str(end);
    }

    fn escaped(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\n' | '\t' => self.text.push(letter),
                // One of these, and the whole file is refused.
                '\u{FFFE}' | '\u{FFFF}' => self.text.push('\u{FFFD}'),
                _ if letter.is_control() => self.text.push('\u{FFFD}'),
                _ => self.text.push(letter),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_are_escaped_and_control_characters_do_not_break_the_file() {
        let mut xml = Xml::default();
        xml.element("a", &[("b", "\"<甲&乙>\u{0}")], |xml| xml.text("1 < 2 & \u{1b}\u{ffff}"));
        assert_eq!(xml.into_string(), "<a b=\"&quot;&lt;甲&amp;乙&gt;\u{fffd}\">1 &lt; 2 &amp; \u{fffd}\u{fffd}</a>");
    }
}
