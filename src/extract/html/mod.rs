//! Web pages under the name of .xls: what web systems hand out, and what Excel saves as 网页.
//!
//! The page is read as a stream of tags; nothing is built of them but cells, so that depth costs nothing.

mod charset;
mod grid;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{StartTag, Token, Tokenizer};

use super::limits::{Budget, MAX_FILLED};
use super::workbook::sheet::{assemble, too_large};
use super::{Fault, InputFile, RawTable};
use grid::Page;

/// A web page in, its table out. Several tables stand below each other, as a spreadsheet program shows them.
pub(super) fn read(file: &InputFile) -> Result<RawTable, Fault> {
    let (text, recognised) = charset::decode(&file.bytes)
        .ok_or_else(|| Fault::new("网页表格", "网页里文字的编码认不出来,或者文件没有传完整"))?;
    let mut budget = Budget::new(MAX_FILLED);
    let mut emitter = DefaultEmitter::default();
    // Without it the style sheet of the page would be text.
    emitter.naively_switch_states(true);
    let mut page = Page::new(&mut budget);
    for Ok(token) in Tokenizer::new_with_emitter(&*text, emitter) {
        let fits = match token {
            Token::StartTag(tag) => start(&mut page, &tag),
            Token::EndTag(tag) => page.end(&String::from_utf8_lossy(&tag.name)),
            Token::String(text) => {
                page.text(&String::from_utf8_lossy(&text.value));
                true
            }
            _ => true,
        };
        if !fits {
            return Err(too_large(recognised));
        }
    }
    let Some(sheet) = page.finish() else { return Err(too_large(recognised)) };
    let table = RawTable {
        file: file.path.clone(),
        sheet: None,
        recognised,
        origin: (0, 0),
        rows: Vec::new(),
        short_rows: std::collections::BTreeMap::new(),
        merges: Vec::new(),
    };
    match assemble(sheet, recognised, &mut budget)? {
        Some(area) => Ok(area.into_table(table)),
        None => Err(Fault::new(recognised, "网页里没有表格,读不出数据")
            .help("如果数据存在同名的文件夹里(另存为网页时会这样),请改用 Excel 或 WPS 另存为 .xlsx 再报送")),
    }
}

fn start(page: &mut Page<'_>, tag: &StartTag<()>) -> bool {
    let attribute =
        |name: &str| tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned());
    let name = String::from_utf8_lossy(&tag.name).into_owned();
    page.start(&name, attribute)
}

#[cfg(test)]
mod tests;
