//! Panels (联合考评): who scores which items, on what scale, and what is made of the scores.

/// Assessors of several departments who score the same items of every unit.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Identifier; the stem of its files is `panel-<id>` or begins with `panel-<id>-`.
    pub id: String,
    /// Name, as printed.
    pub name: String,
    /// Position of the department that runs it.
    pub department: usize,
    /// What is scored.
    pub items: Vec<PanelItem>,
    /// Lowest and highest score an assessor may give.
    pub scale: (f64, f64),
    /// Share of the scores that is dropped at each end before the mean is taken: at least 0, below one half.
    pub trim: f64,
    /// Fewer valid scores than this are shown and not scored; at least 1.
    pub min_assessors: u32,
    /// Who is expected to score.
    pub assessors: Vec<Assessor>,
}

/// One thing that is scored.
#[derive(Clone, Debug)]
pub struct PanelItem {
    /// Identifier: what indicators and files call it.
    pub id: String,
    /// Name, which files may use instead.
    pub name: String,
}

/// Somebody who is expected to score; a code, never a person's name.
#[derive(Clone, Debug)]
pub struct Assessor {
    /// Code, such as `MZ-1`.
    pub code: String,
    /// Position of the department that sent the assessor, where said.
    pub department: Option<usize>,
    /// Position of the unit the assessor belongs to and may not score, where there is one.
    pub unit: Option<usize>,
}

/// The stem of a file's name in, the position of the panel out whose scores the file holds.
///
/// `panel-<id>`, or `panel-<id>-<anything>` where every department sends a file of its own; the longest id wins.
pub fn panel_of_stem(panels: &[Panel], stem: &str) -> Option<usize> {
    let rest = stem.strip_prefix("panel-")?;
    let is_theirs =
        |id: &str| !id.is_empty() && rest.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let found = panels.iter().enumerate().filter(|(_, panel)| is_theirs(&panel.id));
    found.max_by_key(|(_, panel)| panel.id.len()).map(|(position, _)| position)
}

/// What codes are compared by: width, blanks and case do not matter.
pub fn assessor_key(text: &str) -> String {
    super::fold(text).to_uppercase()
}

/// Whether a text can be an assessor's code: it holds a digit or a Latin letter, which a Chinese name does not.
pub fn is_assessor_code(text: &str) -> bool {
    super::fold(text).chars().any(|letter| letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(id: &str) -> Panel {
        Panel {
            id: id.to_owned(),
            name: String::new(),
            department: 0,
            items: Vec::new(),
            scale: (0.0, 100.0),
            trim: 0.0,
            min_assessors: 1,
            assessors: Vec::new(),
        }
    }

    #[test]
    fn a_file_belongs_to_the_panel_with_the_longest_id_in_its_name() {
        let panels = [panel("visit"), panel("visit-night")];
        let of = |stem| panel_of_stem(&panels, stem);
        assert_eq!(
            [of("panel-visit"), of("panel-visit-民政局"), of("panel-visit-night-2")],
            [Some(0), Some(0), Some(1)]
        );
        assert_eq!([of("panel-visits"), of("panel-"), of("visit"), of("survey-visit")], [None; 4]);
    }

    #[test]
    fn a_code_is_told_from_a_name() {
        assert!(["MZ-1", "评委3", "民政局０１"].into_iter().all(is_assessor_code));
        assert!(!["张三", "评委甲", "—", ""].into_iter().any(is_assessor_code));
    }
}
