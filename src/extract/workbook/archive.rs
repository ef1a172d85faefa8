//! Packed workbooks, weighed before anybody unpacks them: what they claim to hold is not believed.

use std::io::{Cursor, Read, Seek, sink};

use zip::ZipArchive;

use crate::extract::Fault;

/// Bytes of all parts together once they are unpacked.
pub(super) const MAX_UNPACKED: u64 = 96 << 20;

/// Bytes of the table of strings, which is held in memory as a whole.
const MAX_STRINGS: u64 = 32 << 20;

/// Bytes of any other part that is held as a whole: styles, relations, the list of sheets.
const MAX_PART: u64 = 16 << 20;

/// Parts of one workbook.
const MAX_PARTS: usize = 10_000;

/// A packed workbook whose parts fit into memory.
pub(super) type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Unpacks every part of a workbook into nothing, and gives it back, if they are not larger than `most`.
///
/// What cannot be unpacked is left to the reader of the workbook, who fails at the same place.
pub(super) fn open<'a>(bytes: &'a [u8], most: u64, recognised: &str) -> Result<Option<Archive<'a>>, Fault> {
    // The directory of the archive is held in memory, too.
    let part_count = bytes.windows(4).filter(|window| *window == b"PK\x01\x02").count();
    if part_count > MAX_PARTS {
        return Err(bomb(recognised));
    }
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Ok(None) };
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let Ok(part) = archive.by_index(index) else { continue };
        let limit = limit(&part.name().unwrap_or_default()).min(most - unpacked);
        // One byte more than the limit tells that there is more.
        let mut rest = part.take(limit + 1);
        // A broken part counts as far as it can be unpacked.
        let _ = std::io::copy(&mut rest, &mut sink());
        let taken = limit + 1 - rest.limit();
        if taken > limit {
            return Err(bomb(recognised));
        }
        unpacked += taken;
    }
    Ok(Some(archive))
}

fn limit(name: &str) -> u64 {
    let name = name.to_ascii_lowercase();
    if name.contains("sharedstrings") {
        MAX_STRINGS
    } else if name.contains("sheet")
        || name.ends_with("content.xml")
        || name.contains("media/")
        || name.contains("pictures/")
    {
        MAX_UNPACKED
    } else {
        MAX_PART
    }
}

fn bomb(recognised: &str) -> Fault {
    Fault::too_large(recognised, "工作簿解压后的内容过大(超过 96 MB 或某一部分异常地大),没有读取")
        .help("正常的报表不会这样:请新建一个工作簿,只把要报的表格复制过去(选择性粘贴“值”),另存后再报送")
}

/// A part as text, where it is there and sound.
pub(super) fn text<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Option<String> {
    let mut text = String::new();
    archive.by_name(name).ok()?.take(MAX_PART).read_to_string(&mut text).ok()?;
    Some(text)
}
