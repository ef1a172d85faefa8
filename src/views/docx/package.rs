//! The parts of the file beside its text, and how all of them are packed. No clock: the same paper gives the same bytes.

use super::figure::Picture;
use super::styles::W;
use super::xml::Xml;
use anyhow::Context;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// Parts under `word/` beside the text: file, relation, content type, identifier.
const PARTS: [(&str, &str, &str, &str); 7] = [
    ("styles.xml", "styles", "styles", "rIdStyles"),
    ("settings.xml", "settings", "settings", "rIdSettings"),
    ("fontTable.xml", "fontTable", "fontTable", "rIdFonts"),
    ("header1.xml", "header", "header", "rIdHeaderOdd"),
    ("header2.xml", "header", "header", "rIdHeaderEven"),
    ("footer1.xml", "footer", "footer", "rIdFooterOdd"),
    ("footer2.xml", "footer", "footer", "rIdFooterEven"),
];

/// What is packed: the text, the parts in the order of [`PARTS`], the pictures.
pub(super) struct Package {
    pub(super) title: String,
    pub(super) document: Vec<u8>,
    pub(super) parts: [Vec<u8>; 7],
    pub(super) pictures: Vec<Picture>,
}

impl Package {
    /// All bytes of the file.
    pub(super) fn pack(self) -> anyhow::Result<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let mut add = |name: &str, bytes: &[u8], method: CompressionMethod| -> anyhow::Result<()> {
            let options =
                SimpleFileOptions::default().compression_method(method).last_modified_time(DateTime::default());
            archive.start_file(name, options).with_context(|| format!("{name} 写不进文件"))?;
            archive.write_all(bytes).with_context(|| format!("{name} 写不进文件"))
        };
        let packed = CompressionMethod::Deflated;
        add("[Content_Types].xml", &content_types(), packed)?;
        add("_rels/.rels", &root_relations(), packed)?;
        add("docProps/core.xml", &core(&self.title), packed)?;
        add("docProps/app.xml", &app(), packed)?;
        add("word/document.xml", &self.document, packed)?;
        add("word/_rels/document.xml.rels", &relations(&self.pictures), packed)?;
        for ((file, ..), bytes) in PARTS.iter().zip(&self.parts) {
            add(&format!("word/{file}"), bytes, packed)?;
        }
        for picture in &self.pictures {
            add(&format!("word/media/{}", picture.name), &picture.bytes, CompressionMethod::Stored)?;
        }
        Ok(archive.finish().context("文件打不成包")?.into_inner())
    }
}

fn content_types() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org/package/2006/content-types";
    Xml::part("Types", &[("xmlns", space)], |xml| {
        for (extension, kind) in [
            ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
            ("xml", "application/xml"),
            ("png", "image/png"),
        ] {
            xml.empty("Default", &[("Extension", extension), ("ContentType", kind)]);
        }
        let mut part = |name: &str, kind: &str| xml.empty("Override", &[("PartName", name), ("ContentType", kind)]);
        part("/word/document.xml", &format!("{WORD_TYPE}.document.main+xml"));
        for (file, _, kind, _) in PARTS {
            part(&format!("/word/{file}"), &format!("{WORD_TYPE}.{kind}+xml"));
        }
        part("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml");
        part("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml");
    })
}

fn root_relations() -> Vec<u8> {
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    Xml::part("Relationships", &[("xmlns", RELATIONS)], |xml| {
        for (id, kind, target) in [
            ("rId1", format!("{OFFICE}/officeDocument"), "word/document.xml"),
            ("rId2", core.to_owned(), "docProps/core.xml"),
            ("rId3", format!("{OFFICE}/extended-properties"), "docProps/app.xml"),
        ] {
            xml.empty("Relationship", &[("Id", id), ("Type", &kind), ("Target", target)]);
        }
    })
}

fn relations(pictures: &[Picture]) -> Vec<u8> {
    Xml::part("Relationships", &[("xmlns", RELATIONS)], |xml| {
        for (file, kind, _, id) in PARTS {
            xml.empty("Relationship", &[("Id", id), ("Type", &format!("{OFFICE}/{kind}")), ("Target", file)]);
        }
        for (place, picture) in pictures.iter().enumerate() {
            let (id, target) = (format!("rIdImage{}", place + 1), format!("media/{}", picture.name));
            xml.empty("Relationship", &[("Id", &id), ("Type", &format!("{OFFICE}/image")), ("Target", &target)]);
        }
    })
}

fn core(title: &str) -> Vec<u8> {
    let spaces = [
        ("xmlns:cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:dcterms", "http://purl.org/dc/terms/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
    ];
    Xml::part("cp:coreProperties", &spaces, |xml| {
        xml.element("dc:title", &[], |xml| xml.text(title));
        // The date of the program's other files; when it was written is in no file.
        for name in ["dcterms:created", "dcterms:modified"] {
            xml.element(name, &[("xsi:type", "dcterms:W3CDTF")], |xml| xml.text("2022-01-01T00:00:00Z"));
        }
    })
}

fn app() -> Vec<u8> {
    let space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties";
    Xml::part("Properties", &[("xmlns", space)], |xml| {
        xml.element("Application", &[], |xml| xml.text(env!("CARGO_PKG_NAME")));
    })
}

/// `word/settings.xml`: odd and even pages differ, punctuation may be pressed together, the rules of Word 2013 and later.
pub(super) fn settings() -> Vec<u8> {
    Xml::part("w:settings", &[("xmlns:w", W)], |xml| {
        xml.empty("w:zoom", &[("w:percent", "100")]);
        xml.value("w:defaultTabStop", "420");
        xml.empty("w:evenAndOddHeaders", &[]);
        xml.value("w:characterSpacingControl", "compressPunctuation");
        xml.element("w:compat", &[], |xml| {
            for name in
                ["w:spaceForUL", "w:balanceSingleByteDoubleByteWidth", "w:doNotLeaveBackslashAlone", "w:ulTrailSpace"]
            {
                xml.empty(name, &[]);
            }
            xml.empty("w:useFELayout", &[]);
            let mode = [
                ("w:name", "compatibilityMode"),
                ("w:uri", "http://schemas.microsoft.com/office/word"),
                ("w:val", "15"),
            ];
            xml.empty("w:compatSetting", &mode);
        });
        xml.empty("w:themeFontLang", &[("w:val", "en-US"), ("w:eastAsia", "zh-CN")]);
    })
}
