//! The hierarchy: parents before children, no cycles, no empty branches, weights that add up.

use super::{root_aggregate, unknown_reference};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawElement, RawIndex, RawIndicator};
use crate::definitions::resolve::required;
use crate::definitions::{Child, Element, Indicator};
use std::collections::BTreeMap;

/// Elements with the place of each weight, so that a wrong sum can be shown where it is written.
pub(super) struct Elements {
    /// The root first, every parent before its children.
    pub(super) list: Vec<Element>,
    places: Vec<crate::audit::Place>,
}

pub(super) fn elements(index: Option<&Item<RawIndex>>, items: &[Item<RawElement>], audit: &mut Audit) -> Elements {
    let aggregate = root_aggregate(index);
    let root = Element {
        code: String::new(),
        id: "index".to_owned(),
        name: index.and_then(|item| item.value.name.clone()).unwrap_or_default(),
        short: "综合".to_owned(),
        parent: None,
        weight: 1.0,
        aggregate,
        children: Vec::new(),
    };
    let mut elements =
        Elements { list: vec![root], places: vec![index.map(|item| item.place("weight_total")).unwrap_or_default()] };
    let mut placed: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting: Vec<&Item<RawElement>> = Vec::new();
    for item in items {
        let code = required(item, "code", &item.value.code, audit);
        if !code.is_empty() && waiting.iter().any(|other| other.value.code.as_ref() == Some(&code)) {
            audit.note(
                Diagnostic::new(Code::DuplicateCode, item.place("code"), format!("“{code}”定义了两次"))
                    .found(&code)
                    .help("改用别的代码,或删去其中一个"),
            );
        } else {
            waiting.push(item);
        }
    }
    // Parents may stand below their children or in another file: place whatever has a placed parent, until nothing moves.
    loop {
        let before = waiting.len();
        waiting.retain(|item| {
            let parent = match &item.value.parent {
                None => Some(0),
                Some(code) => placed.get(code).copied(),
            };
            let Some(parent) = parent else { return true };
            let element = element(item, parent, aggregate, audit);
            let position = elements.list.len();
            placed.insert(element.code.clone(), position);
            elements.list[parent].children.push(Child::Element(position));
            elements.places.push(item.place("weight"));
            elements.list.push(element);
            false
        });
        if waiting.is_empty() || waiting.len() == before {
            break;
        }
    }
    let codes: Vec<&str> = items.iter().filter_map(|item| item.value.code.as_deref()).collect();
    for item in waiting {
        let parent = item.value.parent.as_deref().unwrap_or_default();
        let code = item.value.code.as_deref().unwrap_or_default();
        if codes.contains(&parent) {
            let message = format!("“{code}”的上级绕成了环,接不到最上层");
            audit.note(
                Diagnostic::new(Code::HierarchyCycle, item.place("parent"), message)
                    .found(parent)
                    .help("检查各级的 parent;最上一级不写 parent"),
            );
        } else {
            audit.note(unknown_reference(item.place("parent"), "上级", parent, &codes));
        }
    }
    elements
}

fn element(
    item: &Item<RawElement>,
    parent: usize,
    aggregate: crate::definitions::Aggregate,
    audit: &mut Audit,
) -> Element {
    let raw = &item.value;
    let code = required(item, "code", &raw.code, audit);
    let name = required(item, "name", &raw.name, audit);
    let weight = required(item, "weight", &raw.weight, audit);
    check_weight(item, weight, audit);
    Element {
        id: raw.id.clone().unwrap_or_else(|| code.clone()),
        short: raw.short.clone().unwrap_or_else(|| name.clone()),
        parent: Some(parent),
        weight,
        aggregate: raw.aggregate.unwrap_or(aggregate),
        children: Vec::new(),
        code,
        name,
    }
}

/// Largest weight and largest border of the scale: sums and products of such figures stay far from the end of f64.
pub(super) const LARGEST: f64 = 1e6;

pub(super) fn check_weight<R>(item: &Item<R>, weight: f64, audit: &mut Audit) {
    if !(0.0..=LARGEST).contains(&weight) {
        audit.note(
            Diagnostic::new(
                Code::WeightNegative,
                item.place("weight"),
                format!("权重应为 0 到 {LARGEST} 之间的数,实为 {weight}"),
            )
            .found(weight.to_string())
            .expected(format!("0–{LARGEST}"))
            .help("不参与合成的写 0"),
        );
    }
}

/// Hangs the indicators under their elements and checks sums and empty branches.
pub(super) fn attach(
    elements: &mut Elements,
    items: &[Item<RawIndicator>],
    indicators: &[Indicator],
    index: Option<&Item<RawIndex>>,
    audit: &mut Audit,
) {
    for (position, indicator) in indicators.iter().enumerate() {
        elements.list[indicator.parent].children.push(Child::Indicator(position));
    }
    if let Some(code) = indicators.iter().find_map(|indicator| {
        elements.list.iter().skip(1).find(|element| element.code == indicator.code).map(|element| &element.code)
    }) {
        let place = items.iter().find(|item| item.value.code.as_ref() == Some(code)).map(|item| item.place("code"));
        audit.note(
            Diagnostic::new(Code::DuplicateCode, place.unwrap_or_default(), format!("“{code}”既是层级又是指标的代码"))
                .found(code)
                .help("改用别的代码"),
        );
    }
    let total = index.and_then(|item| item.value.weight_total);
    for (position, element) in elements.list.iter().enumerate() {
        let place = elements.places[position].clone();
        if element.children.is_empty() {
            audit.note(
                Diagnostic::new(Code::EmptyElement, place, format!("“{}”下面没有任何指标", element.name))
                    .item(&element.name)
                    .help("删去它,或在它下面写上指标(element = 它的代码)"),
            );
            continue;
        }
        let weights: Vec<(&str, f64)> = element
            .children
            .iter()
            .map(|child| match *child {
                Child::Element(child) => (elements.list[child].code.as_str(), elements.list[child].weight),
                Child::Indicator(child) => (indicators[child].code.as_str(), indicators[child].weight),
            })
            .collect();
        let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
        let parts: Vec<String> = weights.iter().map(|(code, weight)| format!("{code} {weight}")).collect();
        let place = first_child_place(elements, position, items).unwrap_or(place);
        match total {
            Some(total) if (sum - total).abs() > 1e-9 * total.abs().max(1.0) => {
                let sum = crate::definitions::decimal::plain(sum, 6);
                audit.note(
                    Diagnostic::new(
                        Code::WeightSum,
                        place,
                        format!("“{}”下的权重合计为 {sum},应为 {total}", element.name),
                    )
                    .item(&element.name)
                    .found(sum)
                    .expected(total.to_string())
                    .help(format!("现有:{}", parts.join("、"))),
                );
            }
            _ if sum <= 0.0 => audit.note(
                Diagnostic::new(Code::WeightSum, place, format!("“{}”下的权重全是 0", element.name))
                    .item(&element.name)
                    .expected("> 0")
                    .help(format!("现有:{}", parts.join("、"))),
            ),
            _ => {}
        }
    }
}

fn first_child_place(
    elements: &Elements,
    position: usize,
    items: &[Item<RawIndicator>],
) -> Option<crate::audit::Place> {
    match elements.list[position].children.first()? {
        Child::Element(child) => elements.places.get(*child).cloned(),
        Child::Indicator(_) => {
            let code = &elements.list[position].code;
            items.iter().find(|item| item.value.element.as_ref() == Some(code)).map(|item| item.place("weight"))
        }
    }
}
