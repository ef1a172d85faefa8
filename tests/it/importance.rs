//! What people find important beside the scores: recomputed by hand from what `result.json` says.

use crate::command::{read_json, run, yinxiang};
use crate::project::repository;
use serde_json::Value;
use std::collections::BTreeMap;

fn demonstration() -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let target = folder.path().join("report");
    let ran =
        run(yinxiang().args(["run", "--only", "result.json", "-C"]).arg(repository(".")).arg("--out").arg(&target));
    assert_eq!(ran.code, 0, "{ran:?}");
    read_json(&target.join("result.json"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn weights_base_scores_places_and_fields_can_be_recomputed() {
    let result = demonstration();
    let own = &result["importance"];
    let aspects = own["aspects"].as_array().expect("aspects");
    assert_eq!(aspects.len(), 5);
    let sum = |of: &dyn Fn(&Value) -> f64| aspects.iter().map(of).sum::<f64>();
    let all = sum(&|aspect| number(&aspect["total"]["importance"]));
    let weight = sum(&|aspect| number(&aspect["weight"]));
    let mut weights = BTreeMap::new();
    for aspect in aspects {
        let expected = weight * number(&aspect["total"]["importance"]) / all;
        let given = number(&aspect["weight_by_importance"]);
        assert!((given - expected).abs() < 1e-9, "{aspect}");
        weights.insert(aspect["code"].as_str().expect("a code"), given);
        let total = number(&result["total"]["elements"][aspect["code"].as_str().expect("a code")]);
        assert!((number(&aspect["total"]["score"]) - total).abs() < 1e-12);
    }
    let centre = (number(&own["centre"]["importance"]), number(&own["centre"]["score"]));
    assert!((centre.0 - all / 5.0).abs() < 1e-12);
    assert!((centre.1 - sum(&|aspect| number(&aspect["total"]["score"])) / 5.0).abs() < 1e-9);
    let units = result["units"].as_array().expect("units");
    let lines = own["units"].as_array().expect("units");
    let mut bases = Vec::new();
    for (unit, line) in units.iter().zip(lines) {
        assert_eq!(unit["code"], line["unit"]);
        let base = weights.iter().map(|(code, weight)| weight * number(&unit["elements"][*code])).sum::<f64>() / weight;
        assert!((number(&line["base_by_importance"]) - base).abs() <= 0.005 + 1e-9, "{line} {base}");
        bases.push(number(&line["base_by_importance"]));
        for (aspect, standing) in aspects.iter().zip(line["aspects"].as_array().expect("aspects")) {
            let score = number(&unit["elements"][aspect["code"].as_str().expect("a code")]);
            assert!((number(&standing["score"]) - score).abs() < 1e-12);
            let field = match (number(&standing["importance"]) >= centre.0, score >= centre.1) {
                (true, false) => "improve",
                (true, true) => "keep",
                (false, false) => "later",
                (false, true) => "hold",
            };
            assert_eq!(standing["quadrant"], field);
        }
    }
    for (line, own) in lines.iter().zip(&bases) {
        let better = bases.iter().filter(|other| *other > own).count();
        assert_eq!(line["base_rank_by_importance"]["place"].as_u64(), Some(better as u64 + 1), "{line}");
    }
    let moved = lines.iter().filter(|line| line["base_rank"]["place"] != line["base_rank_by_importance"]["place"]);
    assert!(moved.count() > 0, "other weights move somebody");
}
