//! The definition files of a synthetic project, as TOML.

use super::{ANSWERS, ELEMENT_SIZE, GROUPS, SATISFACTION, Size};

pub(super) fn index(size: &Size) -> String {
    let mut text = String::from(
        r#"format = 1

[index]
id = "synthetic"
name = "合成指数"
edition = "1"
illustrative = true
disclaimer = "模拟数据,不代表任何实际情况"
watermark = "模拟数据"
frequency = "quarter"
units_required = true

[[grade]]
id = "excellent"
name = "优秀"
min = 90

[[grade]]
id = "good"
name = "良好"
min = 80

[[grade]]
id = "pass"
name = "合格"
min = 70

[[grade]]
id = "weak"
name = "待提升"
min = 0

[[department]]
code = "D1"
name = "数据部门"
"#,
    );
    for element in 1..=size.indicator_count.div_ceil(ELEMENT_SIZE) {
        element_text(&mut text, &format!("E{element:02}"), &format!("维度{element:02}"));
    }
    if size.respondent_count > 0 {
        element_text(&mut text, "S", "满意度");
        let (target, floor) = SATISFACTION;
        let answers: Vec<String> = ANSWERS
            .iter()
            .map(|(code, word, points)| {
                let points = points.map(|points| format!(", points = {points}")).unwrap_or_default();
                format!("  {{ code = \"{code}\", word = \"{word}\"{points} }},\n")
            })
            .collect();
        let answers = answers.concat();
        let count = size.respondent_count;
        text += &format!(
            r#"
[[survey]]
id = "general"
name = "满意度调查"
department = "D1"
unit_column = "单位名称"
weight_column = "权重"
typical = {count}

[[scale]]
id = "five_level"
answers = [
{answers}]

[[question]]
id = "q1"
survey = "general"
text = "总的来说,您满意吗?"
scale = "five_level"
statistic = "mean"

[[indicator]]
code = "S001"
name = "满意度"
element = "S"
weight = 1
unit = "分"
question = "q1"
score = {{ efficacy = {{ target = {target}, floor = {floor} }} }}
missing = "carry"
"#
        );
    }
    text
}

fn element_text(text: &mut String, code: &str, name: &str) {
    *text += &format!("\n[[element]]\ncode = \"{code}\"\nname = \"{name}\"\nweight = 10\n");
}

/// Target and floor of an indicator, by its number: various sizes, and for every fifth less is better.
pub(super) fn goal(number: usize) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "below 100")]
    let target = (20 + number * 37 % 80) as f64;
    if number.is_multiple_of(5) { (target, target * 1.5) } else { (target, target * 0.6) }
}

pub(super) fn measures(size: &Size) -> String {
    let mut text = "format = 1\n".to_owned();
    for number in 1..=size.indicator_count {
        let element = number.div_ceil(ELEMENT_SIZE);
        let (target, floor) = goal(number);
        text += &format!(
            r#"
[[measure]]
id = "m{number:03}"
name = "数据{number:03}"
department = "D1"
unit = "个"
basis = "period"

[[indicator]]
code = "I{number:03}"
name = "指标{number:03}"
element = "E{element:02}"
weight = 1
unit = "个"
measure = "m{number:03}"
basis = "period"
score = {{ efficacy = {{ target = {target}, floor = {floor} }} }}
missing = "carry"
"#
        );
    }
    text
}

pub(super) fn units(size: &Size) -> String {
    let mut text =
        "format = 1\n\n[register]\nname_columns = [\"单位名称\"]\ncode_columns = [\"单位代码\"]\n".to_owned();
    for number in 1..=size.unit_count {
        let group = GROUPS[number % GROUPS.len()];
        text += &format!("\n[[unit]]\ncode = \"U{number:06}\"\nname = \"单位{number:06}\"\ngroup = \"{group}\"\n");
    }
    text
}
