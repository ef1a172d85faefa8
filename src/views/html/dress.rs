//! What a project adds to the page: colours, a sign, figures for the trial of other weights.

use crate::views::theme::Logo;
use crate::views::theme::palette::Palette;
use serde_json::Value;

/// What a project adds to the page; nothing of it by default.
#[derive(Clone, Debug, Default)]
pub struct Dress<'a> {
    /// Colours; the style sheet has its own.
    pub palette: Option<&'a Palette>,
    /// A sign above the title.
    pub logo: Option<&'a Logo>,
    /// Figures for the trial of other weights (试算), which the script of the page builds.
    pub trial: Option<Value>,
}

impl Dress<'_> {
    /// The palette as variables of the style sheet; empty without one.
    pub(super) fn colours(&self) -> String {
        let Some(palette) = self.palette else { return String::new() };
        let colours = [
            ("ink", palette.ink),
            ("soft", palette.quiet),
            ("line", palette.hairline),
            ("faint", palette.band),
            ("strip", palette.strip),
            ("paper", palette.paper),
            ("blue", palette.main),
            ("good", palette.green),
            ("poor", palette.red),
        ];
        let variables: Vec<String> =
            colours.iter().map(|(name, colour)| format!("--{name}: {};", colour.hex())).collect();
        format!(":root {{ {} }}", variables.join(" "))
    }

    /// The sign as a data URI. As an image, an SVG can run no script and reach nothing outside.
    pub(super) fn logo_uri(&self) -> Option<String> {
        let logo = self.logo?;
        let kind = if logo.name.ends_with(".svg") { "svg+xml" } else { "png" };
        Some(format!("data:image/{kind};base64,{}", base64(&logo.bytes)))
    }

    /// The figures as JSON that cannot end the element it stands in.
    pub(super) fn trial_json(&self) -> Option<String> {
        self.trial.as_ref().map(|trial| trial.to_string().replace('<', "\\u003c"))
    }
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * place)) as usize & 63]);
            out.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn base64_as_in_rfc_4648_section_10() {
        let pairs =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE=")];
        for (plain, coded) in pairs {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn a_name_cannot_end_the_element_of_the_figures() {
        let dress = Dress { trial: Some(json!({ "name": "</script><script>" })), ..Dress::default() };
        let text = dress.trial_json().expect("there are figures");
        assert!(!text.contains('<'));
        let back: Value = serde_json::from_str(&text).expect("still JSON");
        assert_eq!(back["name"], "</script><script>");
    }
}
