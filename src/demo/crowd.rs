//! One large survey, to measure speed and memory: definitions as text, respondents part by part in columns.

use super::draws::Draws;
use std::fmt::Write;

/// How large the survey is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// Respondents in all.
    pub respondent_count: usize,
    /// Units.
    pub unit_count: usize,
    /// Questions.
    pub question_count: usize,
}

/// Some respondents, column by column.
#[derive(Clone, Debug, Default)]
pub struct CrowdPart {
    /// Name of the unit.
    pub units: Vec<String>,
    /// Name of the village.
    pub villages: Vec<String>,
    /// Design weight, with two decimals.
    pub weights: Vec<f64>,
    /// Code of the answer, by question: 1 to 5, and 9 for don't know.
    pub answers: Vec<Vec<u8>>,
}

const VILLAGES: usize = 40;

impl Crowd {
    /// The definition files, by path.
    pub fn definitions(&self) -> Vec<(String, String)> {
        let mut index = String::from(
            "format = 1\n\n[index]\nid = \"crowd\"\nname = \"大样本问卷\"\nedition = \"1\"\nillustrative = true\ndisclaimer = \"模拟数据,不代表任何实际情况\"\n\
             watermark = \"模拟数据\"\nfrequency = \"quarter\"\n\n[[grade]]\nid = \"all\"\nname = \"已评\"\nmin = 0\n\n[[department]]\n\
             code = \"D1\"\nname = \"调查单位\"\n\n[[element]]\ncode = \"S\"\nid = \"satisfaction\"\nname = \"满意度\"\nweight = 100\n\n\
             [[survey]]\nid = \"general\"\nname = \"大样本问卷\"\ndepartment = \"D1\"\nunit_column = \"单位名称\"\n\
             weight_column = \"权重\"\ncluster_column = \"村\"\nlonely_cluster = \"certainty\"\n\n[[scale]]\nid = \"five_level\"\nanswers = [\n",
        );
        for (code, word, points) in [
            ("1", "很满意", 100),
            ("2", "比较满意", 80),
            ("3", "一般", 60),
            ("4", "不太满意", 30),
            ("5", "很不满意", 0),
        ] {
            writeln!(index, "  {{ code = \"{code}\", word = \"{word}\", points = {points} }},")
                .expect("a text takes all");
        }
        index += "  { code = \"9\", word = \"说不清\" },\n]\n";
        for question in 1..=self.question_count {
            write!(
                index,
                "\n[[question]]\nid = \"q{question:02}\"\nsurvey = \"general\"\ntext = \"第{question}题\"\nscale = \"five_level\"\n\
                 statistic = \"mean\"\n\n[[indicator]]\ncode = \"S{question:02}\"\nid = \"s{question:02}\"\nname = \"满意度{question:02}\"\n\
                 element = \"S\"\nweight = 1\nunit = \"分\"\nquestion = \"q{question:02}\"\nbasis = \"period\"\n\
                 score = {{ efficacy = {{ target = 90, floor = 60 }} }}\nmissing = \"drop\"\n"
            )
            .expect("a text takes all");
        }
        let mut units = String::from("format = 1\n");
        for unit in 1..=self.unit_count {
            write!(units, "\n[[unit]]\ncode = \"U{unit:06}\"\nname = \"单位{unit:06}\"\nshort = \"单位{unit}\"\n")
                .expect("a text takes all");
        }
        vec![("indicators/index.toml".to_owned(), index), ("indicators/units.toml".to_owned(), units)]
    }

    /// Respondents from `first` on, `count` at most; each depends on the seed and its own part of a thousand only.
    pub fn part(&self, seed: u64, first: usize, count: usize) -> CrowdPart {
        const BLOCK: usize = 1_000;
        let end = (first + count).min(self.respondent_count);
        let mut part = CrowdPart { answers: vec![Vec::new(); self.question_count], ..CrowdPart::default() };
        for block in first / BLOCK..end.div_ceil(BLOCK) {
            let mut stream = Draws::new(seed).stream("crowd", "", "", &block.to_string());
            for row in block * BLOCK..(block + 1) * BLOCK {
                let unit = stream.below(self.unit_count.max(1));
                let village = stream.below(VILLAGES);
                let weight = (stream.between(0.5, 2.0) * 100.0).round() / 100.0;
                let shift = stream.uniform() * 0.2;
                let is_wanted = (first..end).contains(&row);
                for answers in &mut part.answers {
                    let place = stream.uniform() + shift;
                    let answer = match place {
                        place if place < 0.45 => 1,
                        place if place < 0.80 => 2,
                        place if place < 0.95 => 3,
                        place if place < 1.02 => 4,
                        place if place < 1.06 => 5,
                        _ => 9,
                    };
                    if is_wanted {
                        answers.push(answer);
                    }
                }
                if is_wanted {
                    part.units.push(format!("单位{:06}", unit + 1));
                    part.villages.push(format!("村{:02}", village + 1));
                    part.weights.push(weight);
                }
            }
        }
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Crowd = Crowd { respondent_count: 2_500, unit_count: 3, question_count: 4 };

    #[test]
    fn parts_put_together_are_the_whole() {
        let whole = SMALL.part(1, 0, 2_500);
        assert_eq!((whole.units.len(), whole.answers[3].len()), (2_500, 2_500));
        let (one, other) = (SMALL.part(1, 0, 1_700), SMALL.part(1, 1_700, 5_000));
        assert_eq!([one.answers[2].clone(), other.answers[2].clone()].concat(), whole.answers[2]);
        assert_eq!([one.villages, other.villages].concat(), whole.villages);
    }

    #[test]
    fn the_definitions_are_sound() {
        use crate::audit::{Audit, InputFile};
        let files: Vec<InputFile> = SMALL
            .definitions()
            .into_iter()
            .map(|(path, text)| InputFile { path: path.into(), bytes: text.into_bytes().into() })
            .collect();
        let mut audit = Audit::default();
        let definitions = crate::definitions::parse(&files, &mut audit).expect("sound definitions");
        assert!(audit.diagnostics().is_empty(), "{:?}", audit.diagnostics());
        assert_eq!((definitions.units.units.len(), definitions.indicators.len()), (3, 4));
    }
}
