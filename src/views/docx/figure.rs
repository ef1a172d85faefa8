//! Pictures: drawn as PNG, wide enough for print, with words for those who cannot see them.

use super::flow::{Flow, Part, Setting};
use super::xml::Xml;
use crate::views::charts::png;
use crate::views::document::Figure;
use anyhow::Context;

/// Pixels across a picture: some 300 an inch on 156 mm.
const PIXELS: f32 = 1850.0;
/// English metric units, of which there are 12,700 in a point.
const EMU_PER_TWIP: u32 = 635;
/// Tallest picture in twentieths of a point: 118 mm in the body.
const TALLEST: u32 = 6690;

/// A picture as it is packed.
pub(super) struct Picture {
    /// `image1.png`.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

impl Flow {
    /// A picture and the line under it.
    pub(super) fn figure(&mut self, figure: &Figure) -> anyhow::Result<()> {
        let drawn_width = number_in_view_box(&figure.svg).unwrap_or(900.0);
        let bytes = png(&figure.svg, (PIXELS / drawn_width).clamp(1.0, 4.0))
            .with_context(|| format!("图 {} 画不出来", figure.id))?;
        let (wide, high) = pixels(&bytes).with_context(|| format!("图 {} 不是 PNG", figure.id))?;
        let (room, page) = self.lie.room();
        let tallest = match (self.part, self.lie) {
            (Part::Body, _) => TALLEST,
            // The name of the annex, the line below and the small print take the rest.
            (Part::Annex, _) => page - 3000,
        };
        let (width, height) = fitted(wide, high, room, tallest);
        let number = self.pictures.len() + 1;
        let name = format!("image{number}.png");
        let setting = Setting { is_kept: !figure.caption.is_empty(), ..Setting::default() };
        self.paragraph("Figure", setting, |xml| {
            xml.element("w:r", &[], |xml| {
                xml.element("w:drawing", &[], |xml| inline(xml, number, (width, height), figure));
            });
        });
        if !figure.caption.is_empty() {
            self.line("FigureName", &figure.caption);
        }
        self.pictures.push(Picture { name, bytes });
        Ok(())
    }
}

/// As large as the room allows, in its own proportions.
fn fitted(wide: u32, high: u32, room: u32, tallest: u32) -> (u32, u32) {
    let scaled = |length: u32, by: u32, of: u32| {
        u32::try_from(u64::from(length) * u64::from(by) / u64::from(of.max(1))).unwrap_or(u32::MAX).max(1)
    };
    let height = scaled(high, room, wide);
    if height > tallest { (scaled(wide, tallest, high), tallest) } else { (room, height) }
}

/// Width and height that a PNG says it has.
fn pixels(png: &[u8]) -> Option<(u32, u32)> {
    let at = |from: usize| Some(u32::from_be_bytes(png.get(from..from + 4)?.try_into().ok()?));
    Some((at(16)?, at(20)?))
}

/// The third number of a `viewBox`: how wide the drawing is.
fn number_in_view_box(svg: &str) -> Option<f32> {
    let rest = svg.split_once("viewBox=\"")?.1.split_once('"')?.0;
    let width: f32 = rest.split([' ', ',']).filter(|part| !part.is_empty()).nth(2)?.parse().ok()?;
    (width.is_finite() && width > 0.0).then_some(width)
}

fn inline(xml: &mut Xml, number: usize, (width, height): (u32, u32), figure: &Figure) {
    let [cx, cy] = [width, height].map(|twips| (twips * EMU_PER_TWIP).to_string());
    let extent = [("cx", cx.as_str()), ("cy", cy.as_str())];
    let (id, name) = (number.to_string(), format!("图 {number}"));
    let told = [("id", id.as_str()), ("name", name.as_str()), ("descr", figure.alt.as_str())];
    let main = "http://schemas.openxmlformats.org/drawingml/2006/main";
    let picture = "http://schemas.openxmlformats.org/drawingml/2006/picture";
    xml.element("wp:inline", &[("distT", "0"), ("distB", "0"), ("distL", "0"), ("distR", "0")], |xml| {
        xml.empty("wp:extent", &extent);
        xml.empty("wp:docPr", &told);
        xml.element("wp:cNvGraphicFramePr", &[], |xml| {
            xml.empty("a:graphicFrameLocks", &[("xmlns:a", main), ("noChangeAspect", "1")]);
        });
        xml.element("a:graphic", &[("xmlns:a", main)], |xml| {
            xml.element("a:graphicData", &[("uri", picture)], |xml| {
                xml.element("pic:pic", &[("xmlns:pic", picture)], |xml| {
                    xml.element("pic:nvPicPr", &[], |xml| {
                        xml.empty("pic:cNvPr", &told);
                        xml.empty("pic:cNvPicPr", &[]);
                    });
                    xml.element("pic:blipFill", &[], |xml| {
                        xml.empty("a:blip", &[("r:embed", &format!("rIdImage{number}"))]);
                        xml.element("a:stretch", &[], |xml| xml.empty("a:fillRect", &[]));
                    });
                    xml.element("pic:spPr", &[], |xml| {
                        xml.element("a:xfrm", &[], |xml| {
                            xml.empty("a:off", &[("x", "0"), ("y", "0")]);
                            xml.empty("a:ext", &extent);
                        });
                        xml.element("a:prstGeom", &[("prst", "rect")], |xml| xml.empty("a:avLst", &[]));
                    });
                });
            });
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_proportions_and_never_leaves_the_type_area() {
        assert_eq!(fitted(1800, 900, 8844, 6690), (8844, 4422));
        assert_eq!(fitted(1000, 2000, 8844, 6690), (3345, 6690));
        assert!(fitted(1, 100_000, 8844, 6690).0 >= 1);
    }

    #[test]
    fn the_width_of_a_drawing_is_the_third_number_of_its_view_box() {
        assert_eq!(number_in_view_box("<svg viewBox=\"0 0 960 500\">"), Some(960.0));
        assert_eq!(number_in_view_box("<svg>"), None);
    }
}
