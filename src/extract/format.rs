//! What a file is, told by its bytes: departments rename files freely.

/// What the bytes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// Nothing, or blanks only.
    Empty,
    /// A spreadsheet workbook.
    Workbook(WorkbookKind),
    /// A web page, which many systems hand out under the name of .xls.
    Html,
    /// A table of Apache Parquet.
    Parquet,
    /// Nothing known, so perhaps text.
    Text,
    /// Something that holds no table for us.
    Other {
        /// Chinese words that fit after 文件是.
        recognised: &'static str,
        /// What the sender should do.
        help: &'static str,
    },
}

/// The kinds of workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WorkbookKind {
    /// Office Open XML, with or without macros.
    Xlsx,
    /// The binary form of it.
    Xlsb,
    /// Excel 97–2003, and what WPS calls .et.
    Xls,
    /// OpenDocument.
    Ods,
}

impl WorkbookKind {
    /// The name in receipts.
    pub(super) fn name(self) -> &'static str {
        match self {
            WorkbookKind::Xlsx => "xlsx",
            WorkbookKind::Xlsb => "xlsb",
            WorkbookKind::Xls => "xls",
            WorkbookKind::Ods => "ods",
        }
    }
}

const EXPORT: &str = "请把其中的表格用 Excel 或 WPS 做成 .xlsx 再报送";
const UNPACK: &str = "请先解压,把里面的表格逐个报送";

/// Other kinds of files, by their first bytes.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"%PDF", " PDF 文档", EXPORT),
    (b"\xFF\xD8\xFF", "图片", EXPORT),
    (b"\x89PNG", "图片", EXPORT),
    (b"GIF8", "图片", EXPORT),
    (b"{\\rtf", " RTF 文档", EXPORT),
    (b"Rar!", "压缩包", UNPACK),
    (b"7z\xBC\xAF", "压缩包", UNPACK),
    (b"\x1F\x8B", "压缩包", UNPACK),
];

/// Bytes in, what they look like out.
pub(super) fn recognise(bytes: &[u8]) -> Format {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii();
    if text.is_empty() {
        return Format::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return recognise_zip(bytes);
    }
    if bytes.starts_with(b"PAR1") {
        return Format::Parquet;
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Format::Workbook(WorkbookKind::Xls);
    }
    if let Some(&(_, recognised, help)) = SIGNATURES.iter().find(|(start, ..)| bytes.starts_with(start)) {
        return Format::Other { recognised, help };
    }
    if text.starts_with(b"<") {
        return recognise_markup(text);
    }
    // A web page in UTF-16 has a NUL beside each letter.
    if matches!(bytes, [0xFF, 0xFE, b'<', 0, ..] | [0xFE, 0xFF, 0, b'<', ..]) {
        let head: Vec<u8> = bytes.iter().copied().take(8192).filter(|byte| (1..0x80).contains(byte)).collect();
        return recognise_markup(&head);
    }
    Format::Text
}

fn recognise_zip(bytes: &[u8]) -> Format {
    // Member names stand at the beginning of a member and once more in the directory at the end of the archive.
    const LOOK_AT: usize = 65_536;
    let head = &bytes[..bytes.len().min(LOOK_AT)];
    let tail = &bytes[bytes.len().saturating_sub(LOOK_AT)..];
    let holds = |name: &[u8]| contains(head, name) || contains(tail, name);
    if holds(b"application/vnd.oasis.opendocument.spreadsheet") {
        Format::Workbook(WorkbookKind::Ods)
    } else if holds(b"xl/workbook.bin") {
        Format::Workbook(WorkbookKind::Xlsb)
    } else if holds(b"word/") {
        Format::Other { recognised: " Word 文档", help: EXPORT }
    } else if holds(b"ppt/") {
        Format::Other { recognised: "演示文稿", help: EXPORT }
    } else if holds(b"content.xml") && holds(b"META-INF/manifest.xml") && !holds(b"opendocument.") {
        // The type of the document is packed, which some programs do.
        Format::Workbook(WorkbookKind::Ods)
    } else if holds(b"[Content_Types].xml") || holds(b"xl/") {
        Format::Workbook(WorkbookKind::Xlsx)
    } else {
        Format::Other { recognised: "压缩包", help: UNPACK }
    }
}

fn recognise_markup(text: &[u8]) -> Format {
    let head = text[..text.len().min(4096)].to_ascii_lowercase();
    if contains(&head, b"<workbook") {
        Format::Other { recognised: " XML 表格 2003", help: super::SAVE_AS }
    } else if [&b"<html"[..], b"<table", b"<!doctype html", b"<meta", b"<head", b"<body"]
        .iter()
        .any(|tag| contains(&head, tag))
    {
        Format::Html
    } else if head.starts_with(b"<?xml") {
        Format::Other { recognised: " XML 文件", help: super::SAVE_AS }
    } else {
        Format::Text
    }
}

/// Whether `part` stands somewhere in `bytes`.
pub(super) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_not_names_say_what_a_file_is() {
        assert_eq!(recognise(b"a,b\n1,2\n"), Format::Text);
        assert_eq!(recognise(b"<1\xE5\xB2\x81,2\n"), Format::Text);
        assert_eq!(recognise(b"PK\x03\x04....[Content_Types].xml"), Format::Workbook(WorkbookKind::Xlsx));
        assert_eq!(recognise(b"PK\x03\x04....xl/workbook.bin"), Format::Workbook(WorkbookKind::Xlsb));
        assert_eq!(
            recognise(b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
            Format::Workbook(WorkbookKind::Ods)
        );
        assert_eq!(recognise(b"  <HTML><body>"), Format::Html);
        assert_eq!(recognise(b"\xFF\xFE<\0t\0a\0b\0l\0e\0>\0"), Format::Html);
        assert_eq!(recognise(b"PAR1...."), Format::Parquet);
        assert_eq!(recognise(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1...."), Format::Workbook(WorkbookKind::Xls));
        for (bytes, name) in [
            (&b"%PDF-1.4"[..], " PDF 文档"),
            (b"PK\x03\x04....word/document.xml", " Word 文档"),
            (b"PK\x03\x04....a.txt", "压缩包"),
            (b"<?xml version=\"1.0\"?><Workbook/>", " XML 表格 2003"),
            (b"<?xml version=\"1.0\"?><a/>", " XML 文件"),
        ] {
            let Format::Other { recognised, .. } = recognise(bytes) else { panic!("{name} was not recognised") };
            assert_eq!(recognised, name);
        }
    }

    #[test]
    fn blanks_alone_are_an_empty_file() {
        assert_eq!(recognise(b""), Format::Empty);
        assert_eq!(recognise(b"\xEF\xBB\xBF\r\n  \n"), Format::Empty);
    }
}
