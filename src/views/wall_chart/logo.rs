//! The sign of the office inside the drawing, so that the sheet is one file.

use crate::views::theme::Logo;

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A picture in, a `data:` address out.
pub(super) fn address(logo: &Logo) -> String {
    let kind = if logo.name.ends_with(".svg") { "svg+xml" } else { "png" };
    format!("data:image/{kind};base64,{}", base64(&logo.bytes))
}

/// Base 64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |position: usize| usize::from(three.get(position).copied().unwrap_or(0));
        let whole = at(0) << 16 | at(1) << 8 | at(2);
        for (position, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let letter = if position <= three.len() { char::from(LETTERS[whole >> shift & 63]) } else { '=' };
            text.push(letter);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_the_letters_of_rfc_4648_section_10() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }
}
