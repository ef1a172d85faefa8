//! The report as a value: headings, paragraphs, tables and figures, before any file format.
//!
//! A document is built once and written by several dialects (a web page, a printed sheet, a workbook). It holds every word
//! that a reader sees; a dialect adds interface words only.

mod check;
mod official;
pub(super) mod punctuation;
mod table;

pub use official::{Annex, Official};
pub use table::{Align, Cell, Column, Row, RowKind, Table, Tone};

/// A whole report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// Main heading, and the name of the file's window.
    pub title: String,
    /// Line under the heading: period, issuer, cut-off date.
    pub subtitle: String,
    /// Faint text repeated behind every page, where the report is not to be taken for an official one.
    pub watermark: Option<String>,
    /// Visible line, on screen and on every printed page, that says what the report is not.
    pub disclaimer: Option<String>,
    /// Lines at the very end: program version, edition, sources.
    pub footer_lines: Vec<String>,
    /// The chapters in reading order; `level` makes the hierarchy.
    pub sections: Vec<Section>,
}

/// A heading and what stands under it, up to the next heading of any level.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// Anchor: ASCII letters, digits, `-` and `_`, starting with a letter, stable from period to period.
    pub id: String,
    /// 1 (a chapter) to 5.
    pub level: u8,
    /// Heading.
    pub title: String,
    /// Whether the table of contents lists it.
    pub nav: bool,
    /// Whether it starts a sheet of paper of its own.
    pub new_page: bool,
    /// Contents in order.
    pub blocks: Vec<Block>,
}

impl Section {
    /// An empty section that the table of contents lists.
    pub fn new(id: impl Into<String>, level: u8, title: impl Into<String>) -> Self {
        Section { id: id.into(), level, title: title.into(), nav: true, new_page: false, blocks: Vec::new() }
    }

    /// Leaves it out of the table of contents.
    #[must_use]
    pub fn unlisted(mut self) -> Self {
        self.nav = false;
        self
    }

    /// Starts a sheet of its own in print.
    #[must_use]
    pub fn on_new_page(mut self) -> Self {
        self.new_page = true;
        self
    }

    /// Adds a block at the end.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }
}

/// One piece of a section.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Running text.
    Paragraph(Vec<Inline>),
    /// Short points, numbered where their order matters.
    List {
        /// Whether the points are numbered.
        ordered: bool,
        /// The points.
        items: Vec<Vec<Inline>>,
    },
    /// Rows and columns.
    Table(Table),
    /// A picture with its caption.
    Figure(Figure),
    /// A remark set apart.
    Callout {
        /// How loud it is.
        kind: Callout,
        /// What it says.
        text: Vec<Inline>,
    },
    /// A few leading figures, large.
    Cards(Vec<Card>),
    /// Details that a screen hides until asked; paper always shows them.
    Fold {
        /// The line that stays visible.
        summary: String,
        /// What is folded away.
        blocks: Vec<Block>,
    },
    /// Blocks next to one another where there is room, below one another where not.
    Beside(Vec<Block>),
}

impl Block {
    /// A paragraph of plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Block::Paragraph(vec![Inline::text(text)])
    }

    /// A remark for the reader's information.
    pub fn info(text: impl Into<String>) -> Self {
        Block::Callout { kind: Callout::Info, text: vec![Inline::text(text)] }
    }

    /// A remark that the reader must not miss.
    pub fn warning(text: impl Into<String>) -> Self {
        Block::Callout { kind: Callout::Warning, text: vec![Inline::text(text)] }
    }
}

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Anchor, as of a section; the ids inside the picture are made unique with it.
    pub id: String,
    /// A complete `<svg>` element with a `viewBox`, which refers to nothing outside itself.
    pub svg: String,
    /// Line under the picture; empty where the picture has a title of its own.
    pub caption: String,
    /// What the picture shows, in words, for readers who cannot see it.
    pub alt: String,
}

/// How loud a remark is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callout {
    /// 说明.
    Info,
    /// 注意.
    Warning,
}

/// One leading figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// What is counted.
    pub label: String,
    /// The figure.
    pub value: Vec<Inline>,
    /// Small print below, or empty.
    pub note: String,
}

impl Card {
    /// A card with a plain figure.
    pub fn new(label: impl Into<String>, value: impl Into<String>, note: impl Into<String>) -> Self {
        Card { label: label.into(), value: vec![Inline::text(value)], note: note.into() }
    }
}

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain text.
    Text(String),
    /// Text that matters more.
    Strong(String),
    /// A jump to an anchor of the same document.
    Link {
        /// Id of a section, table, figure or row.
        to: String,
        /// What is shown.
        text: String,
    },
    /// A traffic light.
    Light(Light),
    /// A name or formula as a program knows it.
    Code(String),
}

impl Inline {
    /// Plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Inline::Text(text.into())
    }

    /// Text that matters more.
    pub fn strong(text: impl Into<String>) -> Self {
        Inline::Strong(text.into())
    }

    /// A jump to an anchor of the same document.
    pub fn link(to: impl Into<String>, text: impl Into<String>) -> Self {
        Inline::Link { to: to.into(), text: text.into() }
    }

    /// The characters a reader sees.
    pub fn shown(&self) -> &str {
        match self {
            Inline::Text(text) | Inline::Strong(text) | Inline::Code(text) | Inline::Link { text, .. } => text,
            Inline::Light(light) => light.shape(),
        }
    }
}

/// A traffic light, or why there is none. Each has a shape of its own, since colour is lost in a grey print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// 绿灯.
    Green,
    /// 黄灯.
    Yellow,
    /// 红灯.
    Red,
    /// 不适用.
    NotApplicable,
    /// 未报.
    NotReported,
    /// 隐去.
    Suppressed,
}

impl Light {
    /// All of them, for legends.
    pub const ALL: [Light; 6] =
        [Light::Green, Light::Yellow, Light::Red, Light::NotApplicable, Light::NotReported, Light::Suppressed];

    /// The printed sign.
    pub fn shape(self) -> &'static str {
        match self {
            Light::Green => "●",
            Light::Yellow => "▲",
            Light::Red => "■",
            Light::NotApplicable => "○",
            Light::NotReported => "—",
            Light::Suppressed => "◇",
        }
    }

    /// The Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Light::Green => "绿灯",
            Light::Yellow => "黄灯",
            Light::Red => "红灯",
            Light::NotApplicable => "不适用",
            Light::NotReported => "未报",
            Light::Suppressed => "隐去",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_lights_share_a_shape_or_a_name() {
        assert_eq!(Light::ALL.iter().map(|light| light.shape()).collect::<BTreeSet<_>>().len(), 6);
        assert_eq!(Light::ALL.iter().map(|light| light.label()).collect::<BTreeSet<_>>().len(), 6);
    }

    #[test]
    fn a_link_shows_its_text_and_not_its_target() {
        assert_eq!(Inline::link("unit-a", "甲镇").shown(), "甲镇");
    }
}
