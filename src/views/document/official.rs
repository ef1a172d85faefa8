use super::{Block, Section};

/// An official paper (公文) as a value, in the order of GB/T 9704—2012: marks, title, addressee, body, annexes.
///
/// It has neither red head nor number nor seal: what this program writes is a draft for the office to take over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Official {
    /// Words in the corner above the title, such as 代拟稿.
    pub marks: Vec<String>,
    /// Title, a line each, from the top.
    pub title: Vec<String>,
    /// 主送, with its colon; empty for none.
    pub addressee: String,
    /// The body: headings of level 1 carry 一、, those of level 2 （一）.
    pub body: Vec<Section>,
    /// Lines at the right below the body: issuer and date.
    pub signature: Vec<String>,
    /// What is annexed, in order.
    pub annexes: Vec<Annex>,
    /// Lines in small type at the very end: edition, cut-off, hash.
    pub small_print: Vec<String>,
    /// Faint text behind every page.
    pub watermark: Option<String>,
    /// Line on every page that says what the paper is not.
    pub disclaimer: Option<String>,
}

/// One annex; it starts on a sheet of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Annex {
    /// Title, without its number.
    pub title: String,
    /// Whether its sheets lie on their side.
    pub is_landscape: bool,
    /// Contents in order.
    pub blocks: Vec<Block>,
}
