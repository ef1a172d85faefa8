//! The styles of an official paper, after GB/T 9704—2012: sizes, faces, line spacing, indents.

use super::xml::Xml;

/// The namespace that every part of a text document uses.
pub(super) const W: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

/// Line spacing in twentieths of a point: 22 lines of 28.95 points fill 225 mm.
pub(super) const LINE: u32 = 579;
/// So much less room between characters, in twentieths of a point, that 28 of 16 points fit into 156 mm.
pub(super) const PRESSED: &str = "-5";
/// Room of a character in twentieths of a point: 28 of them fill 156 mm.
const CHARACTER: u32 = 316;

/// Faces by the names that offices have; the standard names kinds of faces, no products.
pub(super) const SONG: &str = "宋体";
pub(super) const HEI: &str = "黑体";
/// Figures and signs in tables.
const FIGURES: &str = "Times New Roman";
const FANG_SONG: &str = "仿宋_GB2312";
const KAI: &str = "楷体_GB2312";
const TITLE_SONG: &str = "方正小标宋简体";

/// Each face with what to take where it is missing, and how it looks, for programs that choose by looks.
const FACES: [(&str, &str, &str); 5] = [
    (FANG_SONG, "仿宋,FangSong,FangSong_GB2312,华文仿宋,STFangsong", "02010609030101010101"),
    (KAI, "楷体,KaiTi,KaiTi_GB2312,华文楷体,STKaiti", "02010609030101010101"),
    (HEI, "SimHei,华文黑体,Noto Sans CJK SC", "02010609060101010101"),
    (SONG, "SimSun,Noto Serif CJK SC", "02010600030101010101"),
    (TITLE_SONG, "方正小标宋_GBK,FZXiaoBiaoSong-B05S,小标宋,华文中宋,STZhongsong,宋体", "02010601030101010101"),
];

/// How the paragraphs of one style look.
#[derive(Default)]
struct Style {
    id: &'static str,
    name: &'static str,
    /// Face, or that of the paper.
    face: Option<&'static str>,
    /// Face of its figures, where that is another: one that every office suite has or replaces by one as narrow, so that no
    /// figure breaks in the column of a table.
    figures: Option<&'static str>,
    /// Size in half points, or that of the paper.
    size: Option<u32>,
    is_bold: bool,
    colour: Option<&'static str>,
    /// Line spacing in twentieths of a point and its rule, or that of the paper.
    line: Option<(u32, &'static str)>,
    /// Room above and below in twentieths of a point.
    space: (u32, u32),
    /// First-line indent in hundredths of a character.
    indent: u32,
    /// Indent from the right in hundredths of a character.
    right: u32,
    align: Option<&'static str>,
    /// Whether it stays with what follows.
    keeps: bool,
    /// Level in the navigation pane, from 0.
    outline: Option<u32>,
}

/// All styles but that of the paper itself.
fn all() -> Vec<Style> {
    let heading =
        |id, name, outline| Style { id, name, indent: 200, keeps: true, outline: Some(outline), ..Style::default() };
    let small =
        |id, name, size, line| Style { id, name, size: Some(size), line: Some((line, "exact")), ..Style::default() };
    vec![
        Style { id: "BodyText", name: "Body Text", indent: 200, ..Style::default() },
        Style { id: "Mark", name: "公文标识", face: Some(HEI), ..Style::default() },
        Style {
            id: "Title",
            name: "Title",
            face: Some(TITLE_SONG),
            size: Some(44),
            line: Some((680, "exact")),
            align: Some("center"),
            keeps: true,
            ..Style::default()
        },
        Style { face: Some(HEI), ..heading("Heading1", "heading 1", 0) },
        Style { face: Some(KAI), ..heading("Heading2", "heading 2", 1) },
        Style { is_bold: true, ..heading("Heading3", "heading 3", 2) },
        heading("Heading4", "heading 4", 3),
        heading("Heading5", "heading 5", 4),
        Style { id: "AnnexList", name: "附件说明", keeps: true, ..Style::default() },
        Style { id: "Signature", name: "Signature", align: Some("right"), right: 400, ..Style::default() },
        Style { id: "AnnexLabel", name: "附件序号", face: Some(HEI), keeps: true, ..Style::default() },
        Style {
            face: Some(TITLE_SONG),
            size: Some(36),
            line: Some((560, "exact")),
            space: (60, 160),
            align: Some("center"),
            indent: 0,
            ..heading("AnnexTitle", "附件标题", 0)
        },
        Style { indent: 200, ..small("AnnexText", "附件正文", 24, 400) },
        Style {
            face: Some(HEI),
            align: Some("center"),
            keeps: true,
            space: (120, 60),
            ..small("Caption", "caption", 24, 360)
        },
        Style {
            id: "TableText",
            name: "表格文字",
            face: Some(SONG),
            figures: Some(FIGURES),
            size: Some(21),
            line: Some((273, "exact")),
            align: Some("left"),
            ..Style::default()
        },
        Style {
            face: Some(SONG),
            figures: Some(FIGURES),
            space: (40, 0),
            align: Some("left"),
            ..small("TableNote", "表注", 18, 250)
        },
        Style { id: "TableEnd", ..small("TableEnd", "表后空行", 12, 160) },
        Style {
            id: "Figure",
            name: "图",
            line: Some((240, "auto")),
            space: (120, 60),
            align: Some("center"),
            ..Style::default()
        },
        Style { face: Some(HEI), align: Some("center"), space: (0, 120), ..small("FigureName", "图题", 21, 320) },
        Style {
            face: Some(HEI),
            colour: Some("595959"),
            align: Some("left"),
            ..small("SmallPrint", "小字说明", 15, 220)
        },
        Style { face: Some(HEI), colour: Some("595959"), align: Some("center"), ..small("Header", "header", 16, 240) },
        Style { face: Some(SONG), ..small("Footer", "footer", 28, 360) },
    ]
}

/// `word/styles.xml`.
pub(super) fn styles() -> Vec<u8> {
    Xml::part("w:styles", &[("xmlns:w", W)], |xml| {
        xml.element("w:docDefaults", &[], |xml| {
            xml.element("w:rPrDefault", &[], |xml| {
                xml.element("w:rPr", &[], |xml| {
                    faces(xml, FANG_SONG);
                    xml.value("w:kern", "0");
                    size(xml, 32);
                    xml.empty("w:lang", &[("w:val", "en-US"), ("w:eastAsia", "zh-CN"), ("w:bidi", "ar-SA")]);
                });
            });
            xml.element("w:pPrDefault", &[], |_| {});
        });
        xml.element("w:style", &[("w:type", "paragraph"), ("w:default", "1"), ("w:styleId", "Normal")], |xml| {
            xml.value("w:name", "Normal");
            xml.empty("w:qFormat", &[]);
            xml.element("w:pPr", &[], |xml| {
                xml.value("w:widowControl", "0");
                // Exact lines and pressed characters fill the grid by themselves.
                xml.value("w:snapToGrid", "0");
                let line = LINE.to_string();
                xml.empty(
                    "w:spacing",
                    &[("w:before", "0"), ("w:after", "0"), ("w:line", &line), ("w:lineRule", "exact")],
                );
                xml.value("w:jc", "both");
            });
            xml.element("w:rPr", &[], |xml| {
                faces(xml, FANG_SONG);
                xml.value("w:snapToGrid", "0");
                xml.value("w:spacing", PRESSED);
                size(xml, 32);
            });
        });
        xml.element("w:style", &[("w:type", "character"), ("w:default", "1"), ("w:styleId", "DefaultFont")], |xml| {
            xml.value("w:name", "Default Paragraph Font");
            xml.value("w:uiPriority", "1");
            xml.empty("w:semiHidden", &[]);
        });
        xml.element("w:style", &[("w:type", "table"), ("w:default", "1"), ("w:styleId", "TableNormal")], |xml| {
            xml.value("w:name", "Normal Table");
            xml.value("w:uiPriority", "99");
            xml.empty("w:semiHidden", &[]);
            xml.element("w:tblPr", &[], |xml| {
                xml.empty("w:tblInd", &[("w:w", "0"), ("w:type", "dxa")]);
            });
        });
        all().iter().for_each(|own| style(xml, own));
    })
}

fn style(xml: &mut Xml, own: &Style) {
    xml.element("w:style", &[("w:type", "paragraph"), ("w:styleId", own.id)], |xml| {
        xml.value("w:name", own.name);
        xml.value("w:basedOn", "Normal");
        if own.outline.is_some() {
            xml.value("w:next", if own.id == "AnnexTitle" { "AnnexText" } else { "BodyText" });
        }
        xml.empty("w:qFormat", &[]);
        xml.element("w:pPr", &[], |xml| paragraph(xml, own));
        xml.element("w:rPr", &[], |xml| {
            if let Some(face) = own.face {
                faces_of(xml, face, own.figures.unwrap_or(face));
            }
            if own.is_bold {
                xml.empty("w:b", &[]);
            }
            if let Some(colour) = own.colour {
                xml.value("w:color", colour);
            }
            if own.size.is_some() {
                xml.value("w:spacing", "0");
            }
            if let Some(half_points) = own.size {
                size(xml, half_points);
            }
        });
    });
}

fn paragraph(xml: &mut Xml, own: &Style) {
    if own.keeps {
        xml.empty("w:keepNext", &[]);
    }
    let (line, rule) = own.line.unwrap_or((LINE, "exact"));
    let [before, after, line] = [own.space.0, own.space.1, line].map(|twips| twips.to_string());
    xml.empty("w:spacing", &[("w:before", &before), ("w:after", &after), ("w:line", &line), ("w:lineRule", rule)]);
    let twips = |hundredths: u32| (hundredths * CHARACTER / 100).to_string();
    if own.indent > 0 {
        let (hundredths, twips) = (own.indent.to_string(), twips(own.indent));
        xml.empty("w:ind", &[("w:firstLineChars", &hundredths), ("w:firstLine", &twips)]);
    }
    if own.right > 0 {
        let (hundredths, twips) = (own.right.to_string(), twips(own.right));
        xml.empty("w:ind", &[("w:rightChars", &hundredths), ("w:right", &twips)]);
    }
    if let Some(align) = own.align {
        xml.value("w:jc", align);
    }
    if let Some(level) = own.outline {
        xml.value("w:outlineLvl", &level.to_string());
    }
}

/// Size in half points.
pub(super) fn size(xml: &mut Xml, half_points: u32) {
    let half_points = half_points.to_string();
    xml.value("w:sz", &half_points);
    xml.value("w:szCs", &half_points);
}

/// One face for everything: its figures and signs are half or whole characters wide, so the grid holds.
pub(super) fn faces(xml: &mut Xml, face: &str) {
    faces_of(xml, face, face);
}

/// A face for characters and one for figures.
fn faces_of(xml: &mut Xml, face: &str, latin: &str) {
    xml.empty(
        "w:rFonts",
        &[("w:hint", "eastAsia"), ("w:ascii", latin), ("w:hAnsi", latin), ("w:eastAsia", face), ("w:cs", latin)],
    );
}

/// `word/fontTable.xml`: names only, nothing embedded.
pub(super) fn font_table() -> Vec<u8> {
    Xml::part("w:fonts", &[("xmlns:w", W)], |xml| {
        for (face, others, looks) in FACES {
            xml.element("w:font", &[("w:name", face)], |xml| {
                xml.value("w:altName", others);
                xml.value("w:panose1", looks);
                xml.value("w:charset", "86");
                xml.value("w:family", if face == HEI || face == FANG_SONG || face == KAI { "modern" } else { "auto" });
                xml.value("w:pitch", "default");
            });
        }
    })
}
