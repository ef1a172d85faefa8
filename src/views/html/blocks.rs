use super::super::document::{Block, Callout, Card, Inline, Light, Section};
use super::markup::Markup;
use super::{figure, table};
use anyhow::Context;

/// Writes a section: its heading and its blocks.
pub(super) fn section(out: &mut Markup, section: &Section) -> anyhow::Result<()> {
    // The heading lies on the same sheet as the wide table that it announces.
    let across = matches!(section.blocks.first(), Some(Block::Table(first)) if table::lies_across(first));
    let class = match (section.new_page, across) {
        (_, true) => "across",
        (true, false) => "new-page",
        (false, false) => "",
    };
    out.open("section", &[("id", &section.id), ("class", class)]);
    let heading = format!("h{}", section.level + 1);
    out.element(&heading, &[], &section.title);
    out.raw("\n");
    blocks(out, &section.blocks).with_context(|| format!("章节“{}”", section.title))?;
    out.close_line("section");
    Ok(())
}

fn blocks(out: &mut Markup, list: &[Block]) -> anyhow::Result<()> {
    list.iter().try_for_each(|item| block(out, item))
}

fn block(out: &mut Markup, block: &Block) -> anyhow::Result<()> {
    match block {
        Block::Paragraph(text) => {
            out.open("p", &[]);
            inlines(out, text);
            out.close_line("p");
        }
        Block::List { ordered, items } => {
            let tag = if *ordered { "ol" } else { "ul" };
            out.open(tag, &[]);
            for item in items {
                out.open("li", &[]);
                inlines(out, item);
                out.close("li");
            }
            out.close_line(tag);
        }
        Block::Table(content) => table::table(out, content),
        Block::Figure(content) => figure::figure(out, content)?,
        Block::Callout { kind, text } => {
            let (class, label) = match kind {
                Callout::Info => ("callout info", "说明"),
                Callout::Warning => ("callout warning", "注意"),
            };
            out.open("div", &[("class", class), ("role", "note")]);
            out.element("strong", &[("class", "callout-label")], label);
            out.open("p", &[]);
            inlines(out, text);
            out.close("p");
            out.close_line("div");
        }
        Block::Cards(list) => cards(out, list),
        Block::Fold { summary, blocks: inner } => {
            out.open("details", &[]);
            out.element("summary", &[], summary);
            out.open("div", &[("class", "folded")]);
            blocks(out, inner)?;
            out.close("div");
            out.close_line("details");
        }
        Block::Beside(inner) => {
            out.open("div", &[("class", "beside")]);
            for item in inner {
                out.open("div", &[]);
                self::block(out, item)?;
                out.close("div");
            }
            out.close_line("div");
        }
    }
    Ok(())
}

fn cards(out: &mut Markup, cards: &[Card]) {
    out.open("dl", &[("class", "cards")]);
    for card in cards {
        out.open("div", &[]);
        out.element("dt", &[], &card.label);
        out.open("dd", &[("class", "value")]);
        inlines(out, &card.value);
        out.close("dd");
        if !card.note.is_empty() {
            out.element("dd", &[("class", "note")], &card.note);
        }
        out.close("div");
    }
    out.close_line("dl");
}

/// Writes runs of text.
pub(super) fn inlines(out: &mut Markup, list: &[Inline]) {
    for inline in list {
        match inline {
            Inline::Text(text) => out.text(text),
            Inline::Strong(text) => out.element("strong", &[], text),
            Inline::Code(text) => out.element("code", &[], text),
            Inline::Link { to, text } => out.element("a", &[("href", &format!("#{to}"))], text),
            Inline::Light(light) => self::light(out, *light),
        }
    }
}

fn light(out: &mut Markup, light: Light) {
    let class = match light {
        Light::Green => "light good",
        Light::Yellow => "light middle",
        Light::Red => "light poor",
        Light::NotApplicable | Light::NotReported | Light::Suppressed => "light none",
    };
    let label = light.label();
    out.element("span", &[("class", class), ("role", "img"), ("aria-label", label), ("title", label)], light.shape());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(block: Block) -> String {
        let mut out = Markup::default();
        section(&mut out, &Section::new("s", 2, "节").with(block)).expect("no picture can fail");
        out.finish()
    }

    #[test]
    fn a_section_of_level_two_has_a_heading_of_level_three() {
        assert!(written(Block::text("文")).starts_with("<section id=\"s\"><h3>节</h3>\n<p>文</p>"));
    }

    #[test]
    fn a_warning_says_so_in_words() {
        assert!(written(Block::warning("缺报三项")).contains(">注意</strong><p>缺报三项</p>"));
    }

    #[test]
    fn a_card_without_a_note_leaves_no_empty_line() {
        let html = written(Block::Cards(vec![Card::new("得分", "81.20", ""), Card::new("位次", "3", "上季 5")]));
        assert_eq!(html.matches("class=\"note\"").count(), 1);
        assert!(html.contains("<dt>得分</dt><dd class=\"value\">81.20</dd></div>"));
    }

    #[test]
    fn folded_blocks_are_in_the_page() {
        let html =
            written(Block::Fold { summary: "口径".into(), blocks: vec![Block::text("分母为常住人口")] });
        assert!(html.contains("<summary>口径</summary>") && html.contains("分母为常住人口"));
    }
}
