//! In which encoding a web page is written: what it says of itself, if that is so.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

/// A page in, its text and the name for receipts out; `None` where no encoding fits.
pub(super) fn decode(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static str)> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let (text, broken) = encoding.decode_without_bom_handling(&bytes[length..]);
        return (!broken).then_some((text, name(encoding)));
    }
    let declared = declared(bytes);
    let guesses = [declared, Some(UTF_8), Some(GB18030)];
    guesses.into_iter().flatten().find_map(|encoding| {
        let (text, broken) = encoding.decode_without_bom_handling(bytes);
        (!broken).then_some((text, name(encoding)))
    })
}

fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == UTF_8 {
        "html (UTF-8)"
    } else if encoding == UTF_16LE || encoding == UTF_16BE {
        "html (UTF-16)"
    } else if encoding == GB18030 || encoding == GBK {
        "html (GB18030)"
    } else {
        "html (其他编码)"
    }
}

/// `charset=gb2312` somewhere at the top of the page.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    const TOP: usize = 4096;
    let top = bytes[..bytes.len().min(TOP)].to_ascii_lowercase();
    let at = top.windows(8).position(|window| window == b"charset=")? + 8;
    let rest = top[at..].strip_prefix(b"\"").or_else(|| top[at..].strip_prefix(b"'")).unwrap_or(&top[at..]);
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'))
        .unwrap_or(rest.len());
    let encoding = Encoding::for_label(&rest[..end])?;
    // GB18030 holds all of GBK, and a page that could be read cannot be written in UTF-16.
    Some(if encoding == GBK { GB18030 } else { encoding })
        .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
}
