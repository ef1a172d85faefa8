use super::super::document::Figure;
use super::markup::Markup;
use anyhow::{Context, ensure};
use std::collections::BTreeSet;

/// From this width in pixels on, a picture scrolls inside its box on a phone instead of shrinking until it cannot be read.
const WIDE: f64 = 480.0;

/// Writes a picture and its caption.
pub(super) fn figure(out: &mut Markup, figure: &Figure) -> anyhow::Result<()> {
    let svg = inline(&figure.svg, &format!("page-{}", figure.id))
        .with_context(|| format!("图“{}”（{}）", figure.caption, figure.id))?;
    let wide = width(&svg).is_some_and(|width| width >= WIDE);
    out.open("figure", &[("id", &figure.id), ("class", if wide { "wide" } else { "" })]);
    if wide {
        let name = if figure.caption.is_empty() { &figure.alt } else { &figure.caption };
        out.open("div", &[("class", "scroll"), ("tabindex", "0"), ("role", "group"), ("aria-label", name)]);
    }
    out.open("div", &[("class", "picture"), ("role", "img"), ("aria-label", &figure.alt)]);
    out.raw(&svg);
    out.close("div");
    if wide {
        out.close("div");
    }
    if !figure.caption.is_empty() {
        out.element("figcaption", &[], &figure.caption);
    }
    out.close_line("figure");
    Ok(())
}

/// The `<svg>` element for use inside a page: no prologue, no namespaces, ids made unique by `prefix`.
///
/// Fails if it holds script or foreign markup, or refers to something outside itself.
fn inline(svg: &str, prefix: &str) -> anyhow::Result<String> {
    let start = svg.find("<svg").context("不是 SVG 图")?;
    let end = svg.rfind("</svg>").filter(|end| *end > start).context("SVG 图不完整")? + "</svg>".len();
    let element = without_namespaces(&svg[start..end]);
    let lower = element.to_ascii_lowercase();
    for forbidden in ["<script", "<foreignobject", "<iframe", "@import", "javascript:"] {
        ensure!(!lower.contains(forbidden), "SVG 图含有不允许的内容 {forbidden}");
    }
    for reference in ["href=\"", "href='", "src=\"", "src='", "url("] {
        for rest in lower.split(reference).skip(1) {
            let target = rest.trim_start_matches(['"', '\'', ' ']);
            ensure!(target.starts_with('#') || target.starts_with("data:image/"), "SVG 图引用了外部内容");
        }
    }
    Ok(with_own_ids(&element, prefix))
}

/// Inside HTML the namespaces are known; declaring them would only be mistaken for an address.
fn without_namespaces(element: &str) -> String {
    let Some(head_end) = element.find('>') else { return element.to_string() };
    let (mut head, tail) = (element[..head_end].to_string(), &element[head_end..]);
    while let Some(start) = head.find(" xmlns") {
        let value = head[start..].find(['"', '\'']).map(|quote| start + quote);
        let close = value.and_then(|open| head[open + 1..].find(&head[open..=open]).map(|length| open + 1 + length));
        let Some(close) = close else { break };
        head.replace_range(start..=close, "");
    }
    head + tail
}

/// Puts the figure's id before every id inside, and before every use of one: two pictures may both have a `clip0`.
fn with_own_ids(element: &str, prefix: &str) -> String {
    let ids: BTreeSet<&str> =
        element.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|id| !id.is_empty()).collect();
    ids.into_iter().fold(element.to_string(), |text, id| {
        text.replace(&format!(" id=\"{id}\""), &format!(" id=\"{prefix}-{id}\""))
            .replace(&format!("url(#{id})"), &format!("url(#{prefix}-{id})"))
            .replace(&format!("href=\"#{id}\""), &format!("href=\"#{prefix}-{id}\""))
    })
}

/// The third number of the `viewBox`.
fn width(svg: &str) -> Option<f64> {
    let view = svg.split("viewBox=\"").nth(1)?.split('"').next()?;
    view.split([' ', ',']).filter(|part| !part.is_empty()).nth(2)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prologue_and_namespaces_go() {
        let svg = "<?xml version=\"1.0\"?>\n<svg width=\"9\" xmlns=\"http://www.w3.org/2000/svg\" \
                   xmlns:xlink='http://www.w3.org/1999/xlink'><g/></svg>\n";
        assert_eq!(inline(svg, "f").expect("a plain picture"), "<svg width=\"9\"><g/></svg>");
    }

    #[test]
    fn two_pictures_may_use_the_same_ids() {
        let svg = "<svg><clipPath id=\"a\"/><g clip-path=\"url(#a)\"/><use href=\"#a\"/></svg>";
        let expected = "<svg><clipPath id=\"f-a\"/><g clip-path=\"url(#f-a)\"/><use href=\"#f-a\"/></svg>";
        assert_eq!(inline(svg, "f").expect("a plain picture"), expected);
    }

    #[test]
    fn a_picture_that_reaches_outside_is_refused() {
        for inside in [
            "<image href=\"https://a.b/c.png\"/>",
            "<image xlink:href='//a.b/c.png'/>",
            "<g fill=\"url('http://a.b')\"/>",
            "<style>@import 'a'</style>",
            "<SCRIPT/>",
            "<foreignObject/>",
        ] {
            assert!(inline(&format!("<svg>{inside}</svg>"), "f").is_err(), "{inside}");
        }
    }

    #[test]
    fn what_is_not_a_picture_is_refused() {
        assert!(inline("", "f").is_err());
        assert!(inline("<svg>", "f").is_err());
        assert!(inline("</svg><svg>", "f").is_err());
    }

    #[test]
    fn the_width_is_the_view_boxs() {
        assert_eq!(width("<svg viewBox=\"0 0 960 540\">"), Some(960.0));
        assert_eq!(width("<svg>"), None);
    }
}
