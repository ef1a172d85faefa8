//! A project's own colours: names and `#RRGGBB` in, a palette that still works in grey print out, or all mistakes.

use super::palette::{Colour, Palette};
use std::collections::BTreeMap;

/// Least difference of lightness (of 255) between the strong colours of two lights; their shapes do the rest.
const LIGHTS_APART: f64 = 8.0;
/// How much darker the background of red must be than those of yellow and green.
const RED_DARKER: f64 = 15.0;
/// How much each grade must be lighter than the better one.
const GRADES_APART: f64 = 20.0;
/// Least difference of lightness between letters and what they stand on.
const LEGIBLE: f64 = 100.0;

/// A light's own name, its colour's name in the palette, and the colour.
type Named = (&'static str, Colour);

impl Palette {
    /// Names that may be overridden, in the order of the fields; `grade_1` is the best grade.
    pub const NAMES: [&'static str; 19] = [
        "ink",
        "quiet",
        "hairline",
        "band",
        "strip",
        "paper",
        "main",
        "main_pale",
        "other",
        "green",
        "yellow",
        "red",
        "green_pale",
        "yellow_pale",
        "red_pale",
        "grade_1",
        "grade_2",
        "grade_3",
        "grade_4",
    ];

    /// Colours by name (see [`Palette::NAMES`]) as `#RRGGBB` in, the default palette with these out.
    ///
    /// Fails with all mistakes, each a Chinese sentence: a name that is none, with the nearest; a colour that is none;
    /// two lights or two grades that a grey print cannot tell apart (difference of Rec. 601 luma); letters too pale.
    pub fn from_overrides(overrides: &BTreeMap<String, String>) -> Result<Palette, Vec<String>> {
        let mut palette = Palette::default();
        let mut mistakes = Vec::new();
        for (name, text) in overrides {
            match (palette.slot(name), Colour::parse(text.trim())) {
                (None, _) => mistakes.push(format!("没有叫“{name}”的颜色：{}", suggestion(name))),
                (Some(_), None) => {
                    mistakes
                        .push(format!("“{name}”的颜色“{text}”读不懂：应写成 #RRGGBB，如 {}", Palette::example(name)));
                }
                (Some(slot), Some(colour)) => *slot = colour,
            }
        }
        mistakes.extend(palette.grey_mistakes());
        if mistakes.is_empty() { Ok(palette) } else { Err(mistakes) }
    }

    fn slot(&mut self, name: &str) -> Option<&mut Colour> {
        Some(match name {
            "ink" => &mut self.ink,
            "quiet" => &mut self.quiet,
            "hairline" => &mut self.hairline,
            "band" => &mut self.band,
            "strip" => &mut self.strip,
            "paper" => &mut self.paper,
            "main" => &mut self.main,
            "main_pale" => &mut self.main_pale,
            "other" => &mut self.other,
            "green" => &mut self.green,
            "yellow" => &mut self.yellow,
            "red" => &mut self.red,
            "green_pale" => &mut self.green_pale,
            "yellow_pale" => &mut self.yellow_pale,
            "red_pale" => &mut self.red_pale,
            "grade_1" => &mut self.grades[0],
            "grade_2" => &mut self.grades[1],
            "grade_3" => &mut self.grades[2],
            "grade_4" => &mut self.grades[3],
            _ => return None,
        })
    }

    /// The default colour of a name.
    fn example(name: &str) -> String {
        let mut palette = Palette::default();
        palette.slot(name).map(|colour| colour.hex()).unwrap_or_default()
    }

    /// What a grey print could not show.
    fn grey_mistakes(&self) -> Vec<String> {
        let lights = [("green", self.green), ("yellow", self.yellow), ("red", self.red)];
        let pales = [("green_pale", self.green_pale), ("yellow_pale", self.yellow_pale)];
        let red_pale = ("red_pale", self.red_pale);
        let grades = ["grade_1", "grade_2", "grade_3", "grade_4"].into_iter().zip(self.grades);
        let grades: Vec<Named> = grades.collect();
        let mut mistakes = Vec::new();
        for (number, one) in lights.iter().enumerate() {
            for other in &lights[number + 1..] {
                if (one.1.lightness() - other.1.lightness()).abs() < LIGHTS_APART {
                    mistakes.push(format!(
                        "{}和{}印成黑白后一样深，两种灯分不清：请把其中一个调深或调浅",
                        told(*one),
                        told(*other)
                    ));
                }
            }
        }
        for pale in pales {
            if red_pale.1.lightness() + RED_DARKER > pale.1.lightness() {
                mistakes.push(format!(
                    "{}印成黑白后不比{}深，红灯的格子不突出：请把前者调深或把后者调浅",
                    told(red_pale),
                    told(pale)
                ));
            }
        }
        if self.green_pale == self.yellow_pale {
            mistakes.push(format!("{}和{}是同一种颜色，绿灯和黄灯的格子分不清", told(pales[0]), told(pales[1])));
        }
        for pair in grades.windows(2) {
            if pair[0].1.lightness() + GRADES_APART > pair[1].1.lightness() {
                mistakes.push(format!(
                    "{}应比{}明显深：等次从好到差由深到浅，印成黑白才分得清",
                    told(pair[0]),
                    told(pair[1])
                ));
            }
        }
        let letters = [("ink", self.ink), ("quiet", self.quiet)];
        let grounds = [("paper", self.paper), ("band", self.band), ("strip", self.strip)];
        let pairs = letters.into_iter().flat_map(|letter| grounds.map(|ground| (letter, ground)));
        let on_lights = [pales[0], pales[1], red_pale, ("main_pale", self.main_pale)].map(|pale| (letters[0], pale));
        for (letter, ground) in pairs.chain(on_lights) {
            if ground.1.lightness() - letter.1.lightness() < LEGIBLE {
                mistakes.push(format!("{}的文字在{}上看不清：请把文字调深或把底色调浅", told(letter), told(ground)));
            }
        }
        mistakes
    }
}

fn told((name, colour): Named) -> String {
    format!("“{name}”（{}）", colour.hex())
}

/// “是否想写 …”, or the list of what there is.
fn suggestion(name: &str) -> String {
    let similarity = |known: &str| strsim::normalized_damerau_levenshtein(&name.to_lowercase(), known);
    let nearest = Palette::NAMES
        .into_iter()
        .map(|known| (similarity(known), known))
        .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(left.1)));
    match nearest {
        Some((similarity, known)) if similarity >= 0.5 => format!("是否想写“{known}”？"),
        _ => format!("可用的有：{}", Palette::NAMES.join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Palette, Vec<String>> {
        let overrides = pairs.iter().map(|(name, colour)| ((*name).to_owned(), (*colour).to_owned()));
        Palette::from_overrides(&overrides.collect())
    }

    #[test]
    fn the_default_colours_keep_their_own_rules() {
        assert_eq!(read(&[]), Ok(Palette::default()));
        let same: Vec<(&str, String)> = Palette::NAMES.map(|name| (name, Palette::example(name))).into();
        let same: Vec<(&str, &str)> = same.iter().map(|(name, colour)| (*name, colour.as_str())).collect();
        assert_eq!(read(&same), Ok(Palette::default()));
    }

    #[test]
    fn a_colour_takes_the_place_of_the_default_and_the_others_stay() {
        let palette = read(&[("main", "#123456"), ("grade_4", "#ffffff")]).expect("legible colours");
        assert_eq!((palette.main, palette.grades[3]), (Colour(0x12, 0x34, 0x56), Colour(0xFF, 0xFF, 0xFF)));
        assert_eq!(palette.other, Palette::default().other);
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let mistakes = read(&[("gren", "#00FF00"), ("main", "blue"), ("红灯", "#FF0000")]).expect_err("three mistakes");
        assert_eq!(mistakes.len(), 3, "{mistakes:?}");
        assert_eq!(mistakes[0], "没有叫“gren”的颜色：是否想写“green”？");
        assert_eq!(mistakes[1], "“main”的颜色“blue”读不懂：应写成 #RRGGBB，如 #1F627E");
        assert!(mistakes[2].starts_with("没有叫“红灯”的颜色：可用的有：ink、quiet"), "{}", mistakes[2]);
    }

    #[test]
    fn pure_red_and_a_green_of_the_same_grey_are_refused() {
        // Luma of #FF0000 is 76.2, of #008200 76.3: a grey print shows one grey.
        let mistakes = read(&[("green", "#008200"), ("red", "#FF0000")]).expect_err("one grey");
        assert_eq!(
            mistakes,
            ["“green”（#008200）和“red”（#FF0000）印成黑白后一样深，两种灯分不清：请把其中一个调深或调浅"]
        );
    }

    #[test]
    fn a_red_background_lighter_than_the_yellow_one_is_refused() {
        let mistakes = read(&[("red_pale", "#FFF0F0")]).expect_err("too pale");
        assert_eq!(mistakes.len(), 2, "{mistakes:?}");
        assert!(mistakes.iter().all(|mistake| mistake.contains("red_pale")));
    }

    #[test]
    fn grades_that_do_not_fall_and_letters_too_pale_are_refused() {
        let mistakes = read(&[("grade_2", "#103040"), ("quiet", "#B0B0B0")]).expect_err("two mistakes");
        assert!(mistakes[0].contains("grade_1") && mistakes[0].contains("由深到浅"), "{mistakes:?}");
        assert!(mistakes[1].contains("“quiet”（#B0B0B0）的文字在“paper”（#FFFFFF）上看不清"), "{mistakes:?}");
    }
}
