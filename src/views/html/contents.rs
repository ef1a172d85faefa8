use super::super::document::Section;
use super::markup::Markup;

/// Takes the sections, returns the nested list of those that want to be listed; empty if none does.
pub(super) fn list(sections: &[Section]) -> String {
    let mut out = Markup::default();
    let mut open: Vec<u8> = Vec::new();
    for section in sections.iter().filter(|section| section.nav) {
        while open.len() > 1 && open.last().is_some_and(|level| *level > section.level) {
            open.pop();
            out.close("li");
            out.close_line("ol");
        }
        if open.last().is_some_and(|level| *level >= section.level) {
            out.close_line("li");
        } else {
            out.open("ol", &[]);
            open.push(section.level);
        }
        out.open("li", &[]);
        out.element("a", &[("href", &format!("#{}", section.id))], &section.title);
    }
    for _ in open {
        out.close("li");
        out.close_line("ol");
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(levels: &[u8]) -> String {
        let sections: Vec<_> = levels.iter().map(|level| Section::new(format!("s{level}"), *level, "节")).collect();
        list(&sections).replace('\n', "")
    }

    #[test]
    fn deeper_sections_make_a_list_inside_the_item_above() {
        let item = |level: u8| format!("<li><a href=\"#s{level}\">节</a>");
        let expected = format!("<ol>{}<ol>{}</li>{}</li></ol></li>{}</li></ol>", item(1), item(2), item(2), item(1));
        assert_eq!(shape(&[1, 2, 2, 1]), expected);
    }

    #[test]
    fn lists_stay_balanced_whatever_the_levels() {
        for levels in [&[3, 1, 2][..], &[1, 3, 2, 1], &[2, 2, 5, 1, 4], &[]] {
            let html = shape(levels);
            assert_eq!(html.matches("<ol>").count(), html.matches("</ol>").count(), "{levels:?}");
            assert_eq!(html.matches("<li>").count(), html.matches("</li>").count(), "{levels:?}");
            assert_eq!(html.matches("<li>").count(), levels.len(), "{levels:?}");
        }
    }

    #[test]
    fn unlisted_sections_are_left_out() {
        assert_eq!(list(&[Section::new("a", 1, "甲").unlisted()]), "");
    }
}
