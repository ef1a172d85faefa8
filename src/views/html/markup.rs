/// HTML being written. Text and attribute values are escaped on the way in, so a caller cannot forget it.
#[derive(Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Writes a start tag. An attribute with an empty value is left out.
    pub(super) fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            escape(value, &mut self.0);
            self.0.push('"');
        }
        self.0.push('>');
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    /// Writes an end tag.
    pub(super) fn close(&mut self, tag: &str) {
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
    }

    /// Writes an end tag and ends the line.
    pub(super) fn close_line(&mut self, tag: &str) {
        self.close(tag);
        self.0.push('\n');
    }

    /// Writes an element that holds only text.
    pub(super) fn element(&mut self, tag: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(tag, attributes);
        self.text(text);
        self.close(tag);
    }

    /// Writes markup that is safe already.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// What has been written.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Escapes for text and quoted attributes; control characters, which HTML forbids, become U+FFFD.
fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            _ if character.is_control() => out.push('\u{FFFD}'),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_cannot_be_left_and_an_empty_one_is_not_written() {
        let mut markup = Markup::default();
        markup.element("a", &[("title", "\"><b>'"), ("class", "")], "1 < 2 & 3");
        assert_eq!(markup.finish(), "<a title=\"&quot;&gt;&lt;b&gt;&#39;\">1 &lt; 2 &amp; 3</a>");
    }

    #[test]
    fn control_characters_are_replaced() {
        let mut markup = Markup::default();
        markup.text("a\u{0}b\nc");
        assert_eq!(markup.finish(), "a\u{FFFD}b\nc");
    }
}
