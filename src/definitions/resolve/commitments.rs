//! Annual commitments: every figure makes sense, every rank goal is better than what there was.

use super::{Codes, required};
use crate::audit::{Audit, Code, Diagnostic};
use crate::definitions::lenient::Item;
use crate::definitions::raw::{RawCommitment, RawCommitments};
use crate::definitions::{
    Commitment, CommitmentBook, CommitmentRules, Department, Direction, Owner, RankGoal, units::fold,
};

/// Largest target and weight: shares and sums of such figures stay far from the end of f64.
const LARGEST: f64 = 1e9;
/// Years that a commitment may be for.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// The commitments in file order; mistakes are noted.
pub(super) fn commitments(
    rules: &[Item<RawCommitments>],
    items: &[Item<RawCommitment>],
    departments: &[Department],
    audit: &mut Audit,
) -> CommitmentBook {
    if let Some(second) = rules.get(1) {
        audit.note(
            Diagnostic::new(Code::DuplicateCode, second.place(""), "[commitments] 只能有一个").help("删去多余的一个"),
        );
    }
    let mut codes = Codes::default();
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        let id = required(item, "id", &item.value.id, audit);
        codes.add(item, "id", &id, audit);
        list.push(commitment(item, id, departments, audit));
    }
    let rules = match (rules.first(), items.first()) {
        (Some(item), _) => parameters(item, audit),
        (None, Some(item)) => {
            audit.note(
                Diagnostic::new(Code::MissingKey, item.place(""), "有 [[commitment]],却没有写 [commitments](怎样评分)")
                    .expected("[commitments]")
                    .help("写上 [commitments] 和它的 trim、done、nearly、weight_value、weight_rank、weight_peer、min_peers"),
            );
            CommitmentRules::default()
        }
        (None, None) => CommitmentRules::default(),
    };
    CommitmentBook { rules, list }
}

fn parameters(item: &Item<RawCommitments>, audit: &mut Audit) -> CommitmentRules {
    let raw = &item.value;
    let rules = CommitmentRules {
        trim: required(item, "trim", &raw.trim, audit),
        done: required(item, "done", &raw.done, audit),
        nearly: required(item, "nearly", &raw.nearly, audit),
        weight_value: required(item, "weight_value", &raw.weight_value, audit),
        weight_rank: required(item, "weight_rank", &raw.weight_rank, audit),
        weight_peer: required(item, "weight_peer", &raw.weight_peer, audit),
        min_peers: required(item, "min_peers", &raw.min_peers, audit),
        note: raw.note.clone().unwrap_or_default(),
    };
    if !(0.0..0.5).contains(&rules.trim) {
        let help = "两头各去掉一成写 trim = 0.10,一份不去写 0";
        wrong(item, "trim", "两头去掉的比例应不小于 0、小于 0.5", &rules.trim.to_string(), "0–0.5", help, audit);
    }
    if let (Some(done), Some(nearly)) = (raw.done, raw.nearly)
        && !(0.0 < nearly && nearly <= done && done <= 10.0)
    {
        let help = "写成目标值的比例,例如 done = 1.0、nearly = 0.9";
        let found = format!("done = {done}、nearly = {nearly}");
        wrong(item, "nearly", "基本完成的界线应大于 0、不高于完成的界线", &found, "0 < nearly ≤ done", help, audit);
    }
    let weights =
        [("weight_value", rules.weight_value), ("weight_rank", rules.weight_rank), ("weight_peer", rules.weight_peer)];
    for (key, weight) in weights {
        if !(0.0..=LARGEST).contains(&weight) {
            let message = format!("“{key}”应是不小于 0 的权重");
            wrong(item, key, &message, &weight.to_string(), "≥ 0", "不计的写 0", audit);
        }
    }
    let is_written = [raw.weight_value, raw.weight_rank, raw.weight_peer].iter().all(Option::is_some);
    if is_written && weights.iter().all(|(_, weight)| *weight <= 0.0) {
        wrong(item, "weight_value", "三项权重不能都是 0", "0、0、0", "至少一项大于 0", "例如 50、20、30", audit);
    }
    if raw.min_peers == Some(0) {
        wrong(item, "min_peers", "“min_peers”至少是 1", "0", "≥ 1", "例如 5:少于 5 份不印平均分", audit);
    }
    rules
}

fn commitment(item: &Item<RawCommitment>, id: String, departments: &[Department], audit: &mut Audit) -> Commitment {
    let raw = &item.value;
    let owner = required(item, "owner", &raw.owner, audit);
    let year = required(item, "year", &raw.year, audit);
    if raw.year.is_some() && !YEARS.contains(&year) {
        audit.note(
            Diagnostic::new(Code::WrongType, item.place("year"), format!("承诺的年份不对:{year}"))
                .item(&id)
                .found(year.to_string())
                .expected(format!("{}–{}", YEARS.start(), YEARS.end()))
                .help("写四位的公历年份,例如 year = 2022"),
        );
    }
    let task = required(item, "task", &raw.task, audit);
    if let Some(target) = raw.target
        && !(target > 0.0 && target <= LARGEST)
    {
        let help = "写承诺的数;没有数的,或目标就是 0 的,删去 target,作为定性承诺由自评说明";
        wrong(item, "target", "承诺的目标值应大于 0", &target.to_string(), "> 0", help, audit);
    }
    if raw.target.is_some() {
        required(item, "unit", &raw.unit, audit);
    } else {
        let needless = [("unit", raw.unit.is_some()), ("direction", raw.direction.is_some())];
        for (key, _) in needless.into_iter().filter(|(_, is_written)| *is_written && !item.is_broken("target")) {
            let message = format!("没有 target 的定性承诺,写了“{key}”没有用处");
            wrong(item, key, &message, key, "target", "补上 target,或删去这一项", audit);
        }
    }
    Commitment {
        owner: owner_of(&owner, departments),
        year,
        task,
        target: raw.target,
        unit: raw.unit.clone().unwrap_or_default(),
        direction: raw.direction.unwrap_or(Direction::Higher),
        rank: rank_goal(item, audit),
        source: raw.source.clone().unwrap_or_default(),
        note: raw.note.clone().unwrap_or_default(),
        id,
    }
}

/// A department by code or any of its names; any other text is a name of its own.
fn owner_of(text: &str, departments: &[Department]) -> Owner {
    let department = departments.iter().position(|department| {
        [&department.code, &department.name].into_iter().chain(&department.aliases).any(|name| fold(name) == fold(text))
    });
    let name = department.map_or_else(|| text.to_owned(), |department| departments[department].name.clone());
    Owner { name, department }
}

fn rank_goal(item: &Item<RawCommitment>, audit: &mut Audit) -> Option<RankGoal> {
    let raw = &item.value;
    let Some(goal) = raw.rank_goal else {
        let lonely = [("rank_scope", raw.rank_scope.is_some()), ("baseline_rank", raw.baseline_rank.is_some())];
        for (key, _) in lonely.into_iter().filter(|(_, is_written)| *is_written && !item.is_broken("rank_goal")) {
            let message = format!("写了“{key}”,却没有位次目标");
            wrong(item, key, &message, key, "rank_goal", "补上 rank_goal,或删去这一项", audit);
        }
        return None;
    };
    for (key, rank) in [("rank_goal", Some(goal)), ("baseline_rank", raw.baseline_rank)] {
        if rank == Some(0) {
            wrong(item, key, "位次从 1 起", "0", "≥ 1", "第一名写 1", audit);
        }
    }
    if let Some(baseline) = raw.baseline_rank.filter(|baseline| *baseline > 0 && goal > *baseline) {
        let message = format!("位次目标前 {goal} 名,比承诺时的第 {baseline} 名还差");
        let help = "核对两个位次有没有写反;保住现有位次的,rank_goal 写成与 baseline_rank 相同";
        wrong(item, "rank_goal", &message, &goal.to_string(), &format!("1–{baseline}"), help, audit);
    }
    Some(RankGoal { goal, scope: required(item, "rank_scope", &raw.rank_scope, audit), baseline: raw.baseline_rank })
}

fn wrong<R>(item: &Item<R>, key: &str, message: &str, found: &str, expected: &str, help: &str, audit: &mut Audit) {
    audit.note(
        Diagnostic::new(Code::ScoringParameters, item.place(key), message)
            .item(key)
            .found(found)
            .expected(expected)
            .help(help),
    );
}

#[cfg(test)]
mod tests {
    use crate::audit::{Audit, InputFile};
    use crate::definitions::parse;

    const RULES: &str = "[commitments]\ntrim = 0.1\ndone = 1.0\nnearly = 0.9\nweight_value = 50\nweight_rank = 20\nweight_peer = 30\nmin_peers = 5\n";

    /// What is said about a project that holds nothing but commitments.
    fn findings(text: &str) -> Vec<String> {
        let text = format!("format = 1\n[index]\nid = \"c\"\nname = \"承诺\"\nedition = \"1\"\n{text}");
        let file = InputFile { path: "indicators/c.toml".into(), bytes: text.into_bytes().into() };
        let mut audit = Audit::default();
        parse(&[file], &mut audit);
        let printed = |found: &crate::audit::Diagnostic| format!("{} {}", found.place, found.message);
        audit.diagnostics().iter().map(printed).collect()
    }

    #[test]
    fn commitments_alone_are_a_project_and_need_their_parameters() {
        let one =
            "[[commitment]]\nid = \"a\"\nowner = \"甲\"\nyear = 2022\ntask = \"建站\"\ntarget = 5\nunit = \"家\"\n";
        assert_eq!(findings(&format!("{RULES}{one}")), Vec::<String>::new());
        let without = findings(one);
        assert!(without.len() == 1 && without[0].contains("[commitments]"), "{without:?}");
    }

    #[test]
    fn every_slip_of_a_commitment_is_told_at_once_and_where() {
        let text = format!(
            "{RULES}[[commitment]]\nid = \"a\"\nowner = \"甲\"\ntask = \"建站\"\ntarget = 0\nunit = \"家\"\n\
             [[commitment]]\nid = \"a\"\nowner = \"甲\"\nyear = 2022\ntask = \"争先\"\nrank_goal = 8\nrank_scope = \"全省\"\nbaseline_rank = 5\n\
             [[commitment]]\nid = \"b\"\nowner = \"甲\"\nyear = 22\ntask = \"修志\"\nunit = \"本\"\nbaseline_rank = 5\n"
        );
        let found = findings(&text);
        for (place, words) in [
            (":14:1 ", "缺少必填的“year”"),
            (":18:10 ", "目标值应大于 0"),
            (":21:6 ", "“a”定义了两次"),
            (":25:13 ", "前 8 名,比承诺时的第 5 名还差"),
            (":31:8 ", "年份不对"),
            (":33:8 ", "定性承诺"),
            (":34:17 ", "没有位次目标"),
        ] {
            assert!(
                found.iter().any(|line| line.contains(place) && line.contains(words)),
                "{place}{words}: {found:#?}"
            );
        }
        assert_eq!(found.len(), 7, "{found:#?}");
    }

    #[test]
    fn parameters_that_contradict_one_another_are_told() {
        let bad = RULES
            .replace("trim = 0.1", "trim = 0.5")
            .replace("nearly = 0.9", "nearly = 1.1")
            .replace("weight_rank = 20", "weight_rank = -1")
            .replace("min_peers = 5", "min_peers = 0");
        let one = "[[commitment]]\nid = \"a\"\nowner = \"甲\"\nyear = 2022\ntask = \"修志\"\n";
        assert_eq!(findings(&format!("{bad}{one}")).len(), 4);
    }
}
