//! 体检单: one leaf for each unit, two sides. What it scored and why, what to do by when, and where to object.

mod back;
mod front;

use super::chapters;
use super::comparison::Comparison;
use super::document::punctuation;
use super::figures::{Pictures, watermark};
use super::pdf::{self, Leaf};
use anyhow::Context;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Mutex;

const TEMPLATE: &str = include_str!("checkup.typ");

/// The leaves of all units that have a section in the report: file name below `checkup/` and PDF bytes. `hash` is the
/// short hash of everything that was read.
///
/// # Errors
/// A leaf that cannot be set; the unit is named.
pub(super) fn sheets(view: &Comparison<'_>, pictures: &Pictures, hash: &str) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let units: Vec<usize> = view.presented().collect();
    let names = file_names(view, &units);
    let wanted: Vec<(usize, String)> = units.into_iter().zip(names).collect();
    // The leaves look alike: the scales of the one before are the best guess for the next. A guess saves work and changes
    // nothing, so it does not matter which thread is first.
    let guess = Mutex::new(vec![0, 0]);
    let set = |(unit, name): &(usize, String)| {
        let about = &view.definitions.units.units[*unit].name;
        let first = guess.lock().map_or_else(|_| vec![0, 0], |guess| guess.clone());
        let leaf = sheet(view, pictures, *unit, hash, &first);
        let leaf = leaf.with_context(|| format!("“{about}”的体检单排不出来"))?;
        if let Ok(mut guess) = guess.lock() {
            guess.clone_from(&leaf.scales);
        }
        anyhow::Ok((name.clone(), leaf.pdf))
    };
    pdf::side_by_side(&wanted, set).into_iter().collect()
}

/// `101-甲镇.pdf`; what a file system does not like becomes `-`, and no two are equal.
fn file_names(view: &Comparison<'_>, units: &[usize]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let name = |&unit: &usize| {
        let about = &view.definitions.units.units[unit];
        let safe = |letter: char| if letter.is_alphanumeric() || "-_（）()".contains(letter) { letter } else { '-' };
        let stem: String = format!("{}-{}", about.code, about.name).chars().map(safe).take(60).collect();
        let stem = if taken.contains(&stem.to_lowercase()) { format!("{stem}-{}", unit + 1) } else { stem };
        taken.insert(stem.to_lowercase());
        format!("checkup/{stem}.pdf")
    };
    units.iter().map(name).collect()
}

/// A leaf; `scales` are those of its sides to try first.
fn sheet(
    view: &Comparison<'_>,
    pictures: &Pictures,
    unit: usize,
    hash: &str,
    scales: &[usize],
) -> anyhow::Result<Leaf> {
    let index = &view.definitions.index;
    let about = &view.definitions.units.units[unit];
    let watermark = watermark(view);
    let dots = pictures.dots.get(&unit);
    let mut data = json!({
        "title": format!("{} {}体检单", about.name, view.current.period.title()),
        "index": index.name,
        "group": about.group,
        "code": about.code,
        "logo": view.assessment.theme.logo.as_ref().map(|logo| logo.name),
        "front": front::side(view, unit, dots.is_some()),
        "back": back::side(view, unit),
        "small_print": format!(
            "{}，定义版本 {}，数据截止 {}，材料校验值 {hash}；由 {} {} 生成",
            index.name, index.edition, view.current.facts.cut_off, env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")
        ),
        "watermark": if watermark.is_empty() { Value::Null } else { json!(watermark) },
        "disclaimer": chapters::disclaimer(view),
    });
    punctuation::mend_data(&mut data);
    let mut pictures: Vec<(String, Vec<u8>)> =
        dots.map(|svg| (front::DOTS.to_owned(), svg.clone().into_bytes())).into_iter().collect();
    let logo = view.assessment.theme.logo.as_ref();
    pictures.extend(logo.map(|logo| (logo.name.to_owned(), logo.bytes.to_vec())));
    pdf::leaf(TEMPLATE, data, &pictures, &view.assessment.theme.palette, scales)
}
