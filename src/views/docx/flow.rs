//! Running text: paragraphs one after another, section by section, with the tables and pictures between them.

use super::figure::Picture;
use super::page::{self, Lie};
use super::xml::Xml;
use crate::views::document::{Block, Card, Inline, Light, Section};
use crate::views::theme::palette::{Colour, Palette};

/// Where blocks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Body,
    Annex,
}

/// How a run of text differs from its paragraph.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Look {
    pub(super) is_bold: bool,
    pub(super) colour: Option<Colour>,
    /// Size in half points.
    pub(super) size: Option<u32>,
    pub(super) face: Option<&'static str>,
}

/// How a paragraph differs from its style.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Setting<'a> {
    pub(super) is_kept: bool,
    /// Indent from the left and how far the first line hangs out of it, in twentieths of a point.
    pub(super) hanging: Option<(u32, u32)>,
    pub(super) align: Option<&'a str>,
    /// Line spacing in twentieths of a point, at least so much.
    pub(super) line: Option<u32>,
}

/// The paper being written.
pub(super) struct Flow {
    pub(super) xml: Xml,
    pub(super) part: Part,
    pub(super) lie: Lie,
    pub(super) pictures: Vec<Picture>,
    /// Where the settings of the last paragraph end; a section ends there. `None` after a table.
    seam: Option<usize>,
    breaks_page: bool,
    section_count: usize,
}

impl Flow {
    pub(super) fn new(palette: Palette) -> Self {
        Flow {
            xml: Xml { palette, text: String::new() },
            part: Part::Body,
            lie: Lie::Upright,
            pictures: Vec::new(),
            seam: None,
            breaks_page: false,
            section_count: 0,
        }
    }

    /// A paragraph of a style.
    pub(super) fn paragraph(&mut self, style: &str, setting: Setting<'_>, inside: impl FnOnce(&mut Xml)) {
        let breaks_page = std::mem::take(&mut self.breaks_page);
        let mut seam = 0;
        self.xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                settings(xml, style, setting, breaks_page);
                seam = xml.len();
            });
            inside(xml);
        });
        self.seam = Some(seam);
    }

    /// A paragraph of plain text.
    pub(super) fn line(&mut self, style: &str, text: &str) {
        self.paragraph(style, Setting::default(), |xml| run(xml, text, Look::default()));
    }

    fn inlines(&mut self, style: &str, parts: &[Inline]) {
        self.paragraph(style, Setting::default(), |xml| inlines(xml, parts, Look::default()));
    }

    /// Says that what was written last is no paragraph.
    pub(super) fn unseam(&mut self) {
        self.seam = None;
    }

    /// Headings and what stands under them.
    pub(super) fn sections(&mut self, sections: &[Section]) -> anyhow::Result<()> {
        for section in sections {
            self.breaks_page |= section.new_page && self.xml.len() > 0;
            if !section.title.is_empty() {
                self.line(&format!("Heading{}", section.level.clamp(1, 5)), &section.title);
            }
            self.blocks(&section.blocks)?;
        }
        Ok(())
    }

    pub(super) fn blocks(&mut self, blocks: &[Block]) -> anyhow::Result<()> {
        let text = if self.part == Part::Body { "BodyText" } else { "AnnexText" };
        for block in blocks {
            match block {
                Block::Paragraph(parts) | Block::Callout { text: parts, .. } => self.inlines(text, parts),
                Block::List { ordered, items } => {
                    for (place, item) in items.iter().enumerate() {
                        let number = if *ordered { format!("{}. ", place + 1) } else { String::new() };
                        self.paragraph(text, Setting::default(), |xml| {
                            run(xml, &number, Look::default());
                            inlines(xml, item, Look::default());
                        });
                    }
                }
                Block::Table(table) => self.table(table),
                Block::Figure(figure) => self.figure(figure)?,
                Block::Cards(cards) => self.paragraph(text, Setting::default(), |xml| all_cards(xml, cards)),
                Block::Fold { summary, blocks } => {
                    let setting = Setting { is_kept: true, ..Setting::default() };
                    let bold = Look { is_bold: true, ..Look::default() };
                    self.paragraph(text, setting, |xml| run(xml, summary, bold));
                    self.blocks(blocks)?;
                }
                Block::Beside(blocks) => self.blocks(blocks)?,
            }
        }
        Ok(())
    }

    /// Ends a section that something follows; its paper is written into its last paragraph.
    pub(super) fn end_section(&mut self) {
        if self.seam.is_none() {
            self.line("TableEnd", "");
        }
        let ending = page::section(self.lie, self.section_count == 0);
        let at = self.seam.take().expect("a paragraph was written");
        self.xml.insert(at, &ending);
        self.section_count += 1;
    }

    /// Ends the last section, whose paper is written at the end of everything.
    pub(super) fn end(&mut self) {
        if self.seam.is_none() {
            self.line("TableEnd", "");
        }
        let ending = page::section(self.lie, self.section_count == 0);
        self.xml.raw(&ending);
    }
}

fn settings(xml: &mut Xml, style: &str, setting: Setting<'_>, breaks_page: bool) {
    xml.value("w:pStyle", style);
    if setting.is_kept {
        xml.empty("w:keepNext", &[]);
    }
    if breaks_page {
        xml.empty("w:pageBreakBefore", &[]);
    }
    if let Some(line) = setting.line {
        xml.empty("w:spacing", &[("w:line", &line.to_string()), ("w:lineRule", "exact")]);
    }
    if let Some((left, hanging)) = setting.hanging {
        xml.empty("w:ind", &[("w:left", &left.to_string()), ("w:hanging", &hanging.to_string())]);
    }
    if let Some(align) = setting.align {
        xml.value("w:jc", align);
    }
}

fn all_cards(xml: &mut Xml, cards: &[Card]) {
    for (place, card) in cards.iter().enumerate() {
        run(xml, &format!("{}{} ", if place > 0 { "；" } else { "" }, card.label), Look::default());
        inlines(xml, &card.value, Look::default());
    }
}

/// Runs of text, each as it is meant.
pub(super) fn inlines(xml: &mut Xml, parts: &[Inline], look: Look) {
    for part in parts {
        match part {
            Inline::Strong(text) => run(xml, text, Look { is_bold: true, ..look }),
            Inline::Light(light) => {
                run(xml, light.shape(), Look { colour: Some(colour(&xml.palette, *light)), ..look })
            }
            Inline::Text(text) | Inline::Code(text) | Inline::Link { text, .. } => run(xml, text, look),
        }
    }
}

fn colour(palette: &Palette, light: Light) -> Colour {
    match light {
        Light::Green => palette.green,
        Light::Yellow => palette.yellow,
        Light::Red => palette.red,
        Light::NotApplicable | Light::NotReported | Light::Suppressed => palette.quiet,
    }
}

/// A run of text; its lines stay lines.
pub(super) fn run(xml: &mut Xml, text: &str, look: Look) {
    if text.is_empty() {
        return;
    }
    xml.element("w:r", &[], |xml| {
        if look.is_bold || look.colour.is_some() || look.size.is_some() || look.face.is_some() {
            xml.element("w:rPr", &[], |xml| {
                if let Some(face) = look.face {
                    super::styles::faces(xml, face);
                }
                if look.is_bold {
                    xml.empty("w:b", &[]);
                }
                if let Some(colour) = look.colour {
                    xml.value("w:color", colour.hex().trim_start_matches('#'));
                }
                if let Some(size) = look.size {
                    super::styles::size(xml, size);
                }
            });
        }
        for (place, line) in text.split('\n').enumerate() {
            if place > 0 {
                xml.empty("w:br", &[]);
            }
            xml.element("w:t", &[("xml:space", "preserve")], |xml| xml.text(line));
        }
    });
}
