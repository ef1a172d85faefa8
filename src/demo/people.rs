//! People of a unit by class: who lives there, and who of them a survey reaches.

use super::delimited::{self, Encoding};
use super::draws::Draws;
use super::forms::Cell;
use crate::definitions::{RespondentClass, Survey};

/// Shares of the age bands and sexes that surveys usually ask for; other classes are equally large.
const SHARES: [(&str, f64); 6] =
    [("60-64岁", 0.28), ("65-69岁", 0.3), ("70-79岁", 0.3), ("80岁及以上", 0.12), ("女", 0.54), ("男", 0.46)];

/// How far cells of a unit stray from the usual shares, and how much better some are reached than others.
const STRAY: (f64, f64) = (0.94, 1.06);
const REACHED: (f64, f64) = (0.9, 1.15);

/// People of a unit in every combination of the classes, the last class fastest: whole numbers that add up to `total`.
pub(super) fn cells(draws: Draws, classes: &[RespondentClass], code: &str, total: f64) -> Vec<f64> {
    let mut shares = vec![1.0];
    for class in classes {
        let known = |value: &String| SHARES.iter().find(|(name, _)| name == value).map_or(0.25, |(_, share)| *share);
        let own: Vec<f64> = class.values.iter().map(known).collect();
        shares = shares.iter().flat_map(|share| own.iter().map(move |own| share * own)).collect();
    }
    stray(draws, "people", code, &mut shares, STRAY);
    whole(&shares, total)
}

/// The cell of each of `count` respondents of a unit, cell by cell: surveyors fill quotas and do not quite hit the shares
/// of the people.
pub(super) fn reached(draws: Draws, people: &[f64], code: &str, count: usize) -> Vec<usize> {
    let mut shares = people.to_vec();
    stray(draws, "reached", code, &mut shares, REACHED);
    #[expect(clippy::cast_precision_loss, reason = "counts of respondents are far below 2^53")]
    let counts = whole(&shares, count as f64);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and no more than `count`")]
    let repeated = |(cell, count): (usize, f64)| std::iter::repeat_n(cell, count as usize);
    counts.into_iter().enumerate().flat_map(repeated).collect()
}

fn stray(draws: Draws, purpose: &str, code: &str, shares: &mut [f64], range: (f64, f64)) {
    for (cell, share) in shares.iter_mut().enumerate() {
        *share *= draws.stream(purpose, "", code, &cell.to_string()).between(range.0, range.1);
    }
}

/// Whole numbers that add up to `total`, in proportion to the shares: the largest remainders are rounded up.
fn whole(shares: &[f64], total: f64) -> Vec<f64> {
    let sum: f64 = shares.iter().sum();
    let exact: Vec<f64> = shares.iter().map(|share| share / sum.max(f64::MIN_POSITIVE) * total).collect();
    let mut numbers: Vec<f64> = exact.iter().map(|exact| exact.floor()).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&one, &other| exact[other].fract().total_cmp(&exact[one].fract()).then(one.cmp(&other)));
    let mut left = total - numbers.iter().sum::<f64>();
    for place in order {
        if left < 0.5 {
            break;
        }
        numbers[place] += 1.0;
        left -= 1.0;
    }
    numbers
}

/// The values of the classes in a cell.
pub(super) fn values(classes: &[RespondentClass], mut cell: usize) -> Vec<&str> {
    let mut values: Vec<&str> = Vec::with_capacity(classes.len());
    for class in classes.iter().rev() {
        let count = class.values.len().max(1);
        values.push(class.values.get(cell % count).map_or("", String::as_str));
        cell /= count;
    }
    values.reverse();
    values
}

/// The population table a survey is weighted by. `units` are codes, names and numbers of people.
pub(super) fn table(draws: Draws, survey: &Survey, units: &[(&str, &str, f64)]) -> Vec<u8> {
    let mut header = vec![survey.unit_column.clone()];
    header.extend(survey.classes.iter().map(|class| class.column.clone()));
    header.push("人数".to_owned());
    let rows = units.iter().flat_map(|&(code, name, total)| {
        let cells = cells(draws, &survey.classes, code, total).into_iter().enumerate();
        cells.map(move |(cell, people)| {
            let mut row = vec![Cell::Text(name.to_owned())];
            row.extend(values(&survey.classes, cell).into_iter().map(|value| Cell::Text(value.to_owned())));
            row.push(Cell::Number(people));
            row
        })
    });
    delimited::table(&header, rows, Encoding::Utf8Bom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Vec<RespondentClass> {
        let class = |id: &str, column: &str, values: &[&str]| RespondentClass {
            id: id.to_owned(),
            column: column.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        vec![class("age", "年龄段", &["60-64岁", "80岁及以上"]), class("sex", "性别", &["男", "女"])]
    }

    #[test]
    fn people_of_all_classes_add_up_to_the_units_people() {
        let people = cells(Draws::new(3), &classes(), "U1", 9001.0);
        assert_eq!(people.len(), 4);
        assert!((people.iter().sum::<f64>() - 9001.0).abs() < 1e-9, "{people:?}");
        assert!(people[1] > people[0] && people[1] > people[3], "women of the larger band are the most: {people:?}");
        assert_eq!(values(&classes(), 1), ["60-64岁", "女"]);
        assert_eq!(values(&classes(), 2), ["80岁及以上", "男"]);
    }

    #[test]
    fn respondents_fill_quotas_near_the_shares_of_the_people() {
        let people = [4000.0, 5000.0, 1000.0];
        let reached = reached(Draws::new(3), &people, "U1", 100);
        assert_eq!(reached.len(), 100);
        for (cell, people) in people.iter().enumerate() {
            let count = reached.iter().filter(|&&own| own == cell).count();
            let share = f64::from(u32::try_from(count).expect("few")) / 100.0;
            assert!((share - people / 1e4).abs() < 0.1, "{cell}: {share}");
        }
    }
}
