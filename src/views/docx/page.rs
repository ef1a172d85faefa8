//! Sheets of paper: margins, grid, page numbers outside, and what stands at the edge of every page.

use super::styles::{HEI, W};
use super::xml::Xml;

/// How a sheet lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    Upright,
    /// On its side; its top is the binding edge of an upright one.
    Across,
}

/// Twentieths of a point.
const fn twips(millimetres: u32) -> u32 {
    millimetres * 1440 * 10 / 254
}

impl Lie {
    /// Width and height of the type area in twentieths of a point: 156 × 225 mm.
    pub(super) fn room(self) -> (u32, u32) {
        let (short, long) = (twips(210) - twips(28) - twips(26), twips(297) - twips(37) - twips(35));
        match self {
            Lie::Upright => (short, long),
            Lie::Across => (long, short),
        }
    }
}

/// What ends a section: paper, margins, grid, and which parts stand at the edges.
pub(super) fn section(lie: Lie, is_first: bool) -> String {
    let mut xml = Xml::default();
    xml.element("w:sectPr", &[], |xml| {
        // Later sections go on with what the first one has.
        if is_first {
            for (kind, part) in [("even", "Even"), ("default", "Odd")] {
                xml.empty("w:headerReference", &[("w:type", kind), ("r:id", &format!("rIdHeader{part}"))]);
                xml.empty("w:footerReference", &[("w:type", kind), ("r:id", &format!("rIdFooter{part}"))]);
            }
        }
        xml.value("w:type", "nextPage");
        let (width, height) = (twips(210).to_string(), twips(297).to_string());
        let margins = |[top, right, bottom, left, header, footer]: [u32; 6], xml: &mut Xml| {
            let [top, right, bottom, left] = [top, right, bottom, left].map(|edge| twips(edge).to_string());
            let [header, footer] = [header, footer].map(|edge| twips(edge).to_string());
            let edges = [("w:top", &top), ("w:right", &right), ("w:bottom", &bottom), ("w:left", &left)];
            let mut all: Vec<(&str, &str)> = edges.iter().map(|(name, edge)| (*name, edge.as_str())).collect();
            all.extend([("w:header", header.as_str()), ("w:footer", &footer), ("w:gutter", "0")]);
            xml.empty("w:pgMar", &all);
        };
        // The number stands 7 mm below the type area and is some 6 mm high.
        match lie {
            Lie::Upright => {
                xml.empty("w:pgSz", &[("w:w", &width), ("w:h", &height)]);
                margins([37, 26, 35, 28, 23, 22], xml);
            }
            Lie::Across => {
                xml.empty("w:pgSz", &[("w:w", &height), ("w:h", &width), ("w:orient", "landscape")]);
                margins([28, 37, 26, 35, 16, 13], xml);
            }
        }
        xml.empty("w:cols", &[("w:space", "425")]);
        let line = super::styles::LINE.to_string();
        match lie {
            // A grid of characters smaller than their type doubles their room in LibreOffice, so the 28 of a line come
            // from the spacing of the styles.
            Lie::Upright => xml.empty("w:docGrid", &[("w:type", "lines"), ("w:linePitch", &line)]),
            Lie::Across => xml.empty("w:docGrid", &[("w:linePitch", "312")]),
        }
    });
    xml.into_string()
}

/// The head of odd or even pages: the disclaimer to read, the watermark behind everything.
pub(super) fn header(disclaimer: Option<&str>, watermark: Option<&str>, number: u32) -> Vec<u8> {
    let spaces = [
        ("xmlns:w", W),
        ("xmlns:v", "urn:schemas-microsoft-com:vml"),
        ("xmlns:o", "urn:schemas-microsoft-com:office:office"),
        ("xmlns:w10", "urn:schemas-microsoft-com:office:word"),
    ];
    Xml::part("w:hdr", &spaces, |xml| {
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| xml.value("w:pStyle", "Header"));
            if let Some(watermark) = watermark {
                xml.element("w:r", &[], |xml| faint(xml, watermark, number));
            }
            if let Some(disclaimer) = disclaimer {
                super::flow::run(xml, disclaimer, super::flow::Look::default());
            }
        });
    })
}

/// Letters drawn as a shape, the way the word processors themselves write a watermark.
fn faint(xml: &mut Xml, text: &str, number: u32) {
    let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX).max(1);
    let height = (400 / count).clamp(24, 96);
    let width = (height * count).min(420);
    let (id, shape) = (format!("watermark{number}"), format!("watermark-shape{number}"));
    xml.element("w:pict", &[], |xml| {
        let kind = [
            ("id", shape.as_str()),
            ("coordsize", "21600,21600"),
            ("o:spt", "136"),
            ("adj", "10800"),
            ("path", "m@7,l@8,m@5,21600l@6,21600e"),
        ];
        xml.element("v:shapetype", &kind, |xml| {
            xml.element("v:formulas", &[], |xml| {
                for formula in [
                    "sum #0 0 10800",
                    "prod #0 2 1",
                    "sum 21600 0 @1",
                    "sum 0 0 @2",
                    "sum 21600 0 @3",
                    "if @0 @3 0",
                    "if @0 21600 @1",
                    "if @0 0 @2",
                    "if @0 @4 21600",
                    "mid @5 @6",
                    "mid @8 @5",
                    "mid @7 @8",
                    "mid @6 @7",
                    "sum @6 0 @5",
                ] {
                    xml.empty("v:f", &[("eqn", formula)]);
                }
            });
            let sites = "@9,0;@10,10800;@11,21600;@12,10800";
            xml.empty(
                "v:path",
                &[("textpathok", "t"), ("o:connecttype", "custom"), ("o:connectlocs", sites), ("o:connectangles", "270,180,90,0")],
            );
            xml.empty("v:textpath", &[("on", "t"), ("fitshape", "t")]);
        });
        let place = format!(
            "position:absolute;margin-left:0;margin-top:0;width:{width}pt;height:{height}pt;rotation:330;z-index:-251658752;\
             mso-position-horizontal:center;mso-position-horizontal-relative:margin;\
             mso-position-vertical:center;mso-position-vertical-relative:margin"
        );
        let look = [
            ("id", id.as_str()),
            ("o:spid", &format!("_x0000_s{}", 2048 + number)),
            ("type", &format!("#{shape}")),
            ("alt", text),
            ("style", &place),
            ("o:allowincell", "f"),
            ("fillcolor", "silver"),
            ("stroked", "f"),
        ];
        xml.element("v:shape", &look, |xml| {
            xml.empty("v:fill", &[("opacity", ".4")]);
            xml.empty("v:textpath", &[("style", &format!("font-family:\"{HEI}\";font-size:1pt")), ("string", text)]);
        });
    });
}

/// The foot of odd or even pages: `— 3 —`, a character away from the outer edge.
pub(super) fn footer(is_odd: bool) -> Vec<u8> {
    Xml::part("w:ftr", &[("xmlns:w", W)], |xml| {
        xml.element("w:p", &[], |xml| {
            xml.element("w:pPr", &[], |xml| {
                xml.value("w:pStyle", "Footer");
                xml.empty("w:ind", &[("w:left", "280"), ("w:right", "280")]);
                xml.value("w:jc", if is_odd { "right" } else { "left" });
            });
            let look = super::flow::Look::default();
            super::flow::run(xml, "— ", look);
            for (kind, code) in [("begin", ""), ("", " PAGE "), ("separate", ""), ("", "1"), ("end", "")] {
                xml.element("w:r", &[], |xml| match (kind, code) {
                    ("", "1") => xml.element("w:t", &[], |xml| xml.text("1")),
                    ("", code) => xml.element("w:instrText", &[("xml:space", "preserve")], |xml| xml.text(code)),
                    (kind, _) => xml.empty("w:fldChar", &[("w:fldCharType", kind)]),
                });
            }
            super::flow::run(xml, " —", look);
        });
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_area_is_156_by_225_millimetres_with_22_lines_of_28_characters() {
        let (width, height) = Lie::Upright.room();
        assert!((8843..=8848).contains(&width) && (12754..=12760).contains(&height), "{width} {height}");
        assert_eq!(height / super::super::styles::LINE, 22);
        let character = 20.0 * 16.0 + super::super::styles::PRESSED.parse::<f64>().expect("a number");
        let fitting = f64::from(width) / character;
        assert!((28.0..29.0).contains(&fitting), "{fitting}");
    }

    #[test]
    fn a_sheet_on_its_side_has_the_same_type_area_turned() {
        assert_eq!(Lie::Across.room(), (Lie::Upright.room().1, Lie::Upright.room().0));
        let across = section(Lie::Across, false);
        assert!(across.contains("w:orient=\"landscape\"") && !across.contains("Reference"), "{across}");
        assert!(section(Lie::Upright, true).contains("w:type=\"lines\""));
    }

    #[test]
    fn page_numbers_stand_outside() {
        let of = |is_odd| String::from_utf8(footer(is_odd)).expect("UTF-8");
        assert!(of(true).contains("<w:jc w:val=\"right\"/>") && of(false).contains("<w:jc w:val=\"left\"/>"));
    }
}
