//! How scores come about (计算): formulas from scores and weights to the final score, with our values as their results.

use super::frame::{Frame, TOP};
use crate::definitions::decimal::Rounding;
use crate::definitions::{Aggregate, Child};
use crate::views::comparison::Comparison;
use crate::views::receipt::Look;
use rust_xlsxwriter::{Format, FormatAlign, Formula, Worksheet, XlsxError, utility};

/// Columns before the parts: unit, base in full, base, bonus, deduction, final.
const LEFT: u16 = 6;
/// More parts than this make a formula longer than a spreadsheet takes.
const MOST_PARTS: usize = 150;

/// What the base score of a unit is made of.
enum Parts {
    /// All indicators with their effective weights, where every step is a weighted mean.
    Indicators,
    /// What stands right below the root, with the weights as defined.
    Children(Aggregate),
}

struct Part {
    code: String,
    name: String,
}

pub(super) fn sheet(view: &Comparison<'_>) -> Result<Worksheet, XlsxError> {
    let elements = &view.definitions.elements;
    let is_plain = elements.iter().all(|element| element.aggregate == Aggregate::Arithmetic);
    let kind = if is_plain { Parts::Indicators } else { Parts::Children(elements[0].aggregate) };
    let parts = parts(view, &kind);
    let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
    let mut widths = vec![18, 16, 10, 9, 9, 10];
    widths.extend(std::iter::repeat_n(11, 2 * parts.len()));
    let title = format!("{}综合得分的计算", view.current.period.title());
    let mut frame = Frame::new(view, "计算", &title, widths)?;
    head(&mut frame, view, &parts, count)?;
    let first = TOP + 3;
    let mut row = first;
    for &unit in &view.ranking {
        line(&mut frame, view, &kind, unit, row, count)?;
        row += 1;
    }
    if row > first {
        frame.sheet.autofilter(first - 1, 0, row - 1, LEFT + 2 * count - 1)?;
    }
    frame.head(TOP, first - 1, LEFT)?;
    frame.sheet.set_repeat_columns(0, LEFT - 1)?;
    let last = frame.notes(row + 1, notes(view, &kind).iter().map(String::as_str))?;
    frame.done(last)
}

fn parts(view: &Comparison<'_>, kind: &Parts) -> Vec<Part> {
    let definitions = view.definitions;
    let indicator = |number: usize| {
        let own = &definitions.indicators[number];
        Part { code: own.code.clone(), name: own.name.clone() }
    };
    match kind {
        Parts::Indicators => view.indicators.iter().map(|&number| indicator(number)).collect(),
        Parts::Children(_) => definitions.elements[0]
            .children
            .iter()
            .map(|child| match *child {
                Child::Element(at) => {
                    let own = &definitions.elements[at];
                    Part { code: own.code.clone(), name: own.name.clone() }
                }
                Child::Indicator(number) => indicator(number),
            })
            .collect(),
    }
}

/// Score and weight of every part of a unit; no score and no weight where it is left out.
fn values(view: &Comparison<'_>, kind: &Parts, unit: usize) -> Vec<Option<(f64, f64)>> {
    let (definitions, scores) = (view.definitions, &view.current.scores);
    match kind {
        Parts::Indicators => {
            let of = |&number: &usize| {
                let own = scores.indicator(number, unit);
                own.score.map(|score| (score, own.weight))
            };
            view.indicators.iter().map(of).collect()
        }
        Parts::Children(_) => {
            let of = |child: &Child| match *child {
                Child::Element(at) => scores.element(at, unit).map(|score| (score, definitions.elements[at].weight)),
                Child::Indicator(number) => {
                    let score = scores.indicator(number, unit).score;
                    score.map(|score| (score, definitions.indicators[number].weight))
                }
            };
            definitions.elements[0].children.iter().map(of).collect()
        }
    }
}

fn head(frame: &mut Frame, view: &Comparison<'_>, parts: &[Part], count: u16) -> Result<(), XlsxError> {
    let heading = Look::heading();
    let heads = [view.definitions.index.unit_word.as_str(), "基础分（未修约）", "基础分", "加分", "扣分", "综合得分"];
    for (column, name) in (0..).zip(heads) {
        frame.sheet.merge_range(TOP, column, TOP + 1, column, "", &heading)?;
        frame.text(TOP, column, name, &heading)?;
        frame.text(TOP + 2, column, "", &heading)?;
    }
    for (start, name) in [(LEFT, "得分"), (LEFT + count, "权重")] {
        if count > 1 {
            frame.sheet.merge_range(TOP, start, TOP, start + count - 1, "", &heading)?;
        }
        frame.text(TOP, start, name, &heading)?;
        for (column, part) in (start..).zip(parts) {
            frame.text(TOP + 1, column, &part.code, &heading)?;
            frame.text(TOP + 2, column, &part.name, &heading.clone().set_font_size(9))?;
        }
    }
    frame.fit_row(TOP + 2, (LEFT..).zip(parts.iter().map(|part| part.name.as_str())))
}

fn line(
    frame: &mut Frame,
    view: &Comparison<'_>,
    kind: &Parts,
    unit: usize,
    row: u32,
    count: u16,
) -> Result<(), XlsxError> {
    let settled = &view.current.settlement.units[unit];
    let values = values(view, kind, unit);
    frame.text(row, 0, &view.definitions.units.units[unit].name, &Look::boxed())?;
    let (exact, figure) = (number(12), number(usize::from(view.definitions.index.decimals)));
    for (column, value) in (LEFT..).zip(&values) {
        match value {
            Some((score, weight)) => {
                frame.number(row, column, *score, &number(6))?;
                frame.number(row, column + count, *weight, &number(6))?;
            }
            None => {
                frame.text(row, column, "", &exact)?;
                frame.text(row, column + count, "", &exact)?;
            }
        }
    }
    frame.number(row, 3, settled.bonus.value(), &figure)?;
    frame.number(row, 4, settled.deduction.value(), &figure)?;
    let (Some(base), Some(rounded), Some(last)) = (view.current.scores.base(unit), settled.base, settled.final_score)
    else {
        for column in [1, 2, 5] {
            frame.text(row, column, "—", &figure)?;
        }
        return Ok(());
    };
    let cell = |column: u16| utility::row_col_to_cell(row, column);
    match base_formula(kind, &values, row, count, view.definitions.index.scale.0) {
        Some(formula) => write(frame, row, 1, &formula, base, &exact)?,
        None => frame.number(row, 1, base, &exact)?,
    }
    let index = &view.definitions.index;
    write(frame, row, 2, &rounding_formula(&cell(1), index.decimals, index.rounding), rounded.value(), &figure)?;
    let sum = format!("=ROUND({}+{}-{},{})", cell(2), cell(3), cell(4), index.decimals);
    write(frame, row, 5, &sum, last.value(), &figure.clone().set_bold())
}

fn write(
    frame: &mut Frame,
    row: u32,
    column: u16,
    formula: &str,
    value: f64,
    format: &Format,
) -> Result<(), XlsxError> {
    let formula = Formula::new(formula).set_result(value.to_string());
    frame.sheet.write_formula_with_format(row, column, formula, format)?;
    Ok(())
}

fn number(decimals: usize) -> Format {
    let format = Look::figure().set_align(FormatAlign::Right);
    // Long ones may be shown shorter, they stay what they are.
    let decimals = if decimals == 12 { 6 } else { decimals };
    if decimals == 0 {
        format.set_num_format("0")
    } else {
        format.set_num_format(format!("0.{}", "0".repeat(decimals)))
    }
}

/// The base score from the cells of a row; `None` where a spreadsheet has no formula of that length.
fn base_formula(kind: &Parts, values: &[Option<(f64, f64)>], row: u32, count: u16, bottom: f64) -> Option<String> {
    let range = |start: u16| utility::cell_range(row, start, row, start + count - 1);
    let (scores, weights) = (range(LEFT), range(LEFT + count));
    match kind {
        Parts::Indicators | Parts::Children(Aggregate::Arithmetic) => {
            Some(format!("=SUMPRODUCT({scores},{weights})/SUM({weights})"))
        }
        Parts::Children(Aggregate::Geometric) => {
            let used: Vec<(String, String)> = (LEFT..)
                .zip(values)
                .filter(|(_, value)| value.is_some_and(|(_, weight)| weight > 0.0))
                .map(|(column, _)| {
                    (utility::row_col_to_cell(row, column), utility::row_col_to_cell(row, column + count))
                })
                .collect();
            if used.is_empty() || used.len() > MOST_PARTS {
                return None;
            }
            let least: Vec<&str> = used.iter().map(|(score, _)| score.as_str()).collect();
            let terms: Vec<String> =
                used.iter().map(|(score, weight)| format!("{weight}*LN({score}-{bottom})")).collect();
            let sum: Vec<&str> = used.iter().map(|(_, weight)| weight.as_str()).collect();
            let mean = format!("EXP(({})/({}))+{bottom}", terms.join("+"), sum.join("+"));
            // No formula takes more than 255 arguments, and here there are fewer.
            Some(format!("=IF(MIN({})<={bottom},{bottom},{mean})", least.join(",")))
        }
    }
}

/// As the program rounds: what a computer cannot hold exactly is mended at the ninth decimal first.
fn rounding_formula(cell: &str, decimals: u8, rounding: Rounding) -> String {
    match rounding {
        Rounding::HalfUp => format!("=ROUND(ROUND({cell},9),{decimals})"),
        Rounding::HalfEven => {
            let steps = format!("ROUND({cell}*10^{decimals},{})", 9 - decimals.min(9));
            format!("=IF(MOD({steps},2)=0.5,{steps}-0.5,ROUND({steps},0))/10^{decimals}")
        }
    }
}

fn notes(view: &Comparison<'_>, kind: &Parts) -> Vec<String> {
    let element_word = &view.definitions.index.element_word;
    let base = match kind {
        Parts::Indicators => {
            "基础分 = Σ（得分 × 有效权重）÷ Σ 有效权重。有效权重是不计的指标把权重分摊以后各指标占基础分的百分比。"
                .to_owned()
        }
        Parts::Children(Aggregate::Arithmetic) => {
            format!(
                "基础分 = Σ（得分 × 权重）÷ Σ 权重，只算有得分的。{element_word}以下有的按几何平均合成，这里取合成以后的得分。"
            )
        }
        Parts::Children(Aggregate::Geometric) => {
            format!(
                "基础分是各{element_word}得分的加权几何平均：EXP（Σ 权重 × LN 得分 ÷ Σ 权重），只算有得分的；有一项在最低分，就是最低分。"
            )
        }
    };
    vec![base, "综合得分 = 基础分 + 加分 − 扣分。得分、权重不修约，可以改了看结果；这里改动不影响别的表。".to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weighted_mean_is_a_sumproduct_over_scores_and_weights() {
        let formula = base_formula(&Parts::Indicators, &[Some((80.0, 60.0)), Some((90.0, 40.0))], 9, 2, 0.0);
        assert_eq!(formula.as_deref(), Some("=SUMPRODUCT(G10:H10,I10:J10)/SUM(I10:J10)"));
    }

    #[test]
    fn a_geometric_mean_leaves_out_what_has_no_score() {
        let values = [Some((80.0, 60.0)), None, Some((90.0, 40.0))];
        let formula = base_formula(&Parts::Children(Aggregate::Geometric), &values, 9, 3, 0.0);
        let expected = "=IF(MIN(G10,I10)<=0,0,EXP((J10*LN(G10-0)+L10*LN(I10-0))/(J10+L10))+0)";
        assert_eq!(formula.as_deref(), Some(expected));
    }

    #[test]
    fn rounding_half_to_even_takes_the_even_neighbour_only_at_the_half() {
        let formula = rounding_formula("B10", 2, Rounding::HalfEven);
        assert_eq!(formula, "=IF(MOD(ROUND(B10*10^2,7),2)=0.5,ROUND(B10*10^2,7)-0.5,ROUND(ROUND(B10*10^2,7),0))/10^2");
        assert_eq!(rounding_formula("B10", 2, Rounding::HalfUp), "=ROUND(ROUND(B10,9),2)");
    }
}
