//! A leaf of paper whose sides are set as large as fits: one page a side, whatever it holds.

use super::paper::COMMON;
use super::{export, set};
use crate::views::theme::palette::Palette;
use anyhow::Context;
use serde_json::{Value, json};
use typst::foundations::{Label, Selector};
use typst::introspection::{Introspector, PagedPosition};
use typst::layout::{Abs, Ratio, Size, Transform};
use typst::model::Document;
use typst::utils::PicoStr;
use typst_layout::{Page, PagedDocument};

/// Scales that a side may have, largest first.
const SCALES: [f64; 10] = [1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.6, 0.5, 0.4, 0.3];
/// Label at the end of each side.
const END: &str = "end-of-side";
/// A4, in millimetres.
const A4: (f64, f64) = (210.0, 297.0);
/// Margins of a side above and below, in millimetres, as the templates have them.
const MARGINS: (f64, f64) = (13.0, 16.0);
/// Room of a side from top to bottom, in millimetres.
const TALL: f64 = A4.1 - MARGINS.0 - MARGINS.1;

/// Places in [`SCALES`], one a side.
pub(in crate::views) type Scales = Vec<usize>;

/// A leaf that is set.
pub(in crate::views) struct Leaf {
    pub(in crate::views) pdf: Vec<u8>,
    pub(in crate::views) scales: Scales,
}

/// A template of sides and its data in, a leaf of A4 pages out, each side at the largest scale at which it fits. The template
/// reads the scales as `scales`, sets each side on a page that is larger by as much, and labels its end. `first` are the scales
/// to try first, for leaves that look alike; they save work and change nothing.
///
/// # Errors
/// As for any sheet.
pub(in crate::views) fn leaf(
    template: &str,
    mut data: Value,
    pictures: &[(String, Vec<u8>)],
    palette: &Palette,
    first: &[usize],
) -> anyhow::Result<Leaf> {
    let mut searches: Vec<Search> = first.iter().map(|&at| Search::from(at)).collect();
    let template = format!("{COMMON}\n{template}");
    loop {
        let scales: Scales = searches.iter().map(|search| search.at).collect();
        data["scales"] = json!(scales.iter().map(|&at| SCALES[at]).collect::<Vec<f64>>());
        let document = set(&template, data.clone(), pictures.to_vec(), palette)?;
        let heights = heights(&document, searches.len())?;
        let mut is_settled = true;
        for (search, height) in searches.iter_mut().zip(heights) {
            is_settled &= search.settles(height);
        }
        if is_settled {
            return Ok(Leaf { pdf: export(&on_a4(&document))?, scales });
        }
    }
}

/// The way to the largest scale that fits.
struct Search {
    /// Scale to try now.
    at: usize,
    /// Scales before this one are known to be too large.
    floor: usize,
}

impl Search {
    fn from(at: usize) -> Self {
        Search { at, floor: 0 }
    }

    /// Whether the scale just tried is the one, by the height in millimetres that the side takes before it is made smaller;
    /// otherwise goes on to the next scale to try.
    fn settles(&mut self, height: f64) -> bool {
        let fits = height * SCALES[self.at] <= TALL;
        // A wider sheet is never taller, so a side that is too tall on this one is too tall on a narrower one.
        let larger = (self.floor..self.at).find(|&at| height * SCALES[at] <= TALL);
        let smallest = SCALES.len() - 1;
        match (fits, larger) {
            (true, None) => true,
            (true, Some(larger)) => {
                self.at = larger;
                false
            }
            (false, _) if self.at == smallest => true,
            (false, _) => {
                self.floor = self.at + 1;
                // As if all of it were text that fills the wider lines.
                let grown = |&at: &usize| height * SCALES[at] * SCALES[at] / SCALES[self.at] <= TALL;
                self.at = (self.floor..=smallest).find(grown).unwrap_or(smallest);
                false
            }
        }
    }
}

/// Height of each side in millimetres before it is made smaller, over all its pages.
fn heights(document: &PagedDocument, count: usize) -> anyhow::Result<Vec<f64>> {
    let introspector = document.introspector();
    let label = Label::new(PicoStr::intern(END)).context("the label has a name")?;
    let ends = introspector.query(&Selector::Label(label));
    let ends: Vec<PagedPosition> = ends.iter().filter_map(|end| introspector.position(end.location()?)).collect();
    anyhow::ensure!(ends.len() == count, "排版失败：{count} 面里只有 {} 面有末尾", ends.len());
    let mut before = 0;
    let height = |end: &PagedPosition| {
        let page = end.page.get();
        let full = page - before - 1;
        before = page;
        let scale = document.pages()[page - 1].frame.width().to_mm() / A4.0;
        #[expect(clippy::cast_precision_loss, reason = "a few pages")]
        let above = full as f64 * TALL;
        above * scale + end.point.y.to_mm() - MARGINS.0 * scale
    };
    Ok(ends.iter().map(height).collect())
}

/// The pages, each brought to A4.
fn on_a4(document: &PagedDocument) -> PagedDocument {
    let size = Size::new(Abs::mm(A4.0), Abs::mm(A4.1));
    let page = |page: &Page| {
        let mut page = page.clone();
        let scale = Ratio::new(size.x / page.frame.width());
        page.frame.transform(Transform::scale(scale, scale));
        page.frame.set_size(size);
        page
    };
    PagedDocument::new(document.pages().iter().map(page).collect(), document.info().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::pdf::side_by_side;

    /// On a thread with room for it.
    fn alone<R: Send>(set: impl Fn() -> R + Sync) -> R {
        side_by_side(&[()], |()| set()).pop().expect("one item, one result")
    }

    const TEMPLATE: &str = "#for at in range(2) { let part = data.scales.at(at)
  page(width: 210mm / part, height: 297mm / part, margin: (top: 13mm / part, bottom: 16mm / part, x: 12mm / part),
    { for line in range(data.lines.at(at)) { block(height: 10mm, spacing: 0mm, [x]) }; [#metadata(none)#label(\"end-of-side\")] }) }";

    fn scales(lines: [usize; 2], first: [usize; 2]) -> Vec<f64> {
        let data = json!({ "lines": lines });
        let set = || leaf(TEMPLATE, data.clone(), &[], &Palette::default(), &first).expect("lines can be set");
        alone(set).scales.iter().map(|&at| SCALES[at]).collect()
    }

    #[test]
    fn a_side_is_as_large_as_its_page_has_room_for() {
        // 268 mm: 26 lines of 10 mm as they are, 38 at 0.7, 44 at 0.6.
        assert_eq!(scales([26, 44], [0, 0]), [1.0, 0.6]);
        assert_eq!(scales([27, 38], [0, 0]), [0.94, 0.7]);
    }

    #[test]
    fn where_the_search_begins_changes_nothing() {
        for lines in [[1, 26], [27, 33], [53, 89]] {
            let expected = scales(lines, [0, 0]);
            for first in [[9, 9], [3, 5], [6, 0]] {
                assert_eq!(scales(lines, first), expected, "{lines:?} from {first:?}");
            }
        }
    }

    #[test]
    fn what_no_scale_can_hold_goes_on_to_another_page_and_is_not_cut_off() {
        assert_eq!(scales([100, 1], [0, 0]), [0.3, 1.0]);
    }
}
