//! 承诺事项: what was promised for the year, what became of it, by commitment and by owner.

use super::cells::{self, Layout};
use crate::definitions::decimal::plain;
use crate::definitions::{Commitment, Direction};
use crate::support::commitments::{CommitmentYear, Outcome, OwnerLine, Report, Stage, Verdict};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Inline, RowKind, Section, Table, Tone};

/// This year's commitments, and last year's as they ended, where there are any.
pub(super) fn chapter(view: &Comparison<'_>) -> Vec<Section> {
    let last_year =
        view.assessment.periods.iter().rev().find(|result| result.period.year == view.current.period.year - 1);
    let before = last_year.and_then(|result| result.commitments.as_ref());
    let mut sections = Vec::new();
    let Some(now) = view.current.commitments.as_ref().or(before) else { return sections };
    let mut chapter = Section::new("commitments", 1, "承诺事项");
    let note = &view.definitions.commitments.rules.note;
    if !note.is_empty() {
        chapter = chapter.with(Block::info(note));
    }
    sections.push(filled(view, chapter, now, "commitments"));
    if let Some(before) = before.filter(|before| before.year != now.year) {
        let section = Section::new("commitments-before", 2, format!("上年（{}年）的承诺", before.year)).unlisted();
        sections.push(filled(view, section, before, "commitments-before"));
    }
    sections.push(method(view));
    sections
}

fn filled(view: &Comparison<'_>, section: Section, year: &CommitmentYear, id: &str) -> Section {
    let mut section = section
        .with(Block::Paragraph(vec![Inline::strong(year.sentence())]))
        .with(Block::Table(table(view, year, id)))
        .with(Block::Table(owners(view, year, id)));
    if let Some(table) = reports(view, year, id) {
        section =
            section.with(Block::Fold { summary: "汇报的情况和佐证".into(), blocks: vec![Block::Table(table)] });
    }
    match sources(view, year, id) {
        Some(table) => section.with(Block::Table(table)),
        None => section,
    }
}

fn about<'a>(view: &Comparison<'a>, outcome: &Outcome) -> &'a Commitment {
    &view.definitions.commitments.list[outcome.commitment]
}

fn table(view: &Comparison<'_>, year: &CommitmentYear, id: &str) -> Table {
    let has = |wanted: &dyn Fn(&Outcome) -> bool| year.outcomes.iter().any(wanted);
    let has_rank = has(&|outcome| about(view, outcome).rank.is_some());
    let has_peers = has(&|outcome| outcome.peers.count + outcome.peers.excluded_count > 0);
    let percent =
        |share: Option<f64>| share.map_or_else(cells::dash, |share| cells::percent(view.publish(share * 100.0)));
    let mut table = Layout::new()
        .column(Column::text("编号"), |outcome: &Outcome| Cell::text(&about(view, outcome).id))
        .column(Column::text("承诺单位"), |outcome| Cell::text(&about(view, outcome).owner.name))
        .column(Column::text("承诺事项"), |outcome| Cell::text(&about(view, outcome).task))
        .column(Column::number("目标"), |outcome| target(about(view, outcome)))
        .column(Column::number("年中").under("完成值"), move |outcome| {
            reached(view, outcome, outcome.mid.as_ref(), is_mid_due(view, year))
        })
        .column(Column::number("年底").under("完成值"), |outcome| {
            reached(view, outcome, outcome.end.as_ref(), year.is_over)
        })
        .column(Column::number(if year.is_over { "完成比例" } else { "完成比例（至今）" }), move |outcome| {
            percent(outcome.share.or(outcome.mid_share))
        })
        .column_if(has_rank, Column::text("目标").under("位次"), |outcome| rank_goal(about(view, outcome)))
        .column_if(has_rank, Column::number("实际").under("位次"), |outcome| rank(view, outcome))
        .column(Column::text("结果"), verdict)
        .column_if(has_peers, Column::number("份数").under("同事评分"), |outcome| {
            cells::count(outcome.peers.count)
        })
        .column_if(has_peers, Column::number("截尾平均").under("同事评分"), |outcome| {
            cells::score(view, outcome.peers.trimmed_mean)
        })
        .column(Column::number("得分"), |outcome| cells::score(view, outcome.score).tone(Tone::Leading))
        .table(id.to_owned() + "-all", format!("{}年承诺事项", year.year), year.outcomes.iter());
    table.row_header = 2;
    table.notes = notes(view, year, has_peers);
    table
}

/// From the middle of the year on, mid-year reports are due.
fn is_mid_due(view: &Comparison<'_>, year: &CommitmentYear) -> bool {
    year.year < view.current.period.year || view.current.period.last_day().month >= 6
}

fn target(commitment: &Commitment) -> Cell {
    let Some(target) = commitment.target else { return Cell::text("定性").tone(Tone::Muted) };
    let sign = if commitment.direction == Direction::Lower { "≤ " } else { "" };
    Cell::number(format!("{sign}{}", cells::with_unit(target, &commitment.unit)), target)
}

/// The value reached; where a report says none, that there is one; where none came although it is due, that too.
fn reached(view: &Comparison<'_>, outcome: &Outcome, report: Option<&Report>, is_due: bool) -> Cell {
    match report {
        None if is_due => Cell::text("未报告").tone(Tone::Muted),
        None => cells::dash(),
        Some(Report { value: Some(value), .. }) => {
            let text = cells::with_unit(*value, &about(view, outcome).unit);
            Cell::number(text, *value).source(report.map(|report| report.place.to_string()).unwrap_or_default())
        }
        Some(_) => Cell::text("已报告"),
    }
}

fn rank_goal(commitment: &Commitment) -> Cell {
    let Some(rank) = &commitment.rank else { return cells::dash() };
    let baseline = rank.baseline.map(|baseline| format!("（原第{baseline}）")).unwrap_or_default();
    Cell::text(format!("{}前{}{baseline}", rank.scope, rank.goal))
}

/// The newest rank; one of mid-year is marked as such.
fn rank(view: &Comparison<'_>, outcome: &Outcome) -> Cell {
    let of = |report: &Option<Report>| report.as_ref().and_then(|report| report.rank);
    let Some(goal) = &about(view, outcome).rank else { return cells::dash() };
    match (of(&outcome.end), of(&outcome.mid)) {
        (Some(rank), _) => {
            let word = if rank <= goal.goal { "达到" } else { "未达到" };
            Cell::number(format!("第{rank}（{word}）"), f64::from(rank))
        }
        (None, Some(rank)) => Cell::number(format!("第{rank}（年中）"), f64::from(rank)).tone(Tone::Muted),
        (None, None) => cells::dash(),
    }
}

fn verdict(outcome: &Outcome) -> Cell {
    let mut word = outcome.verdict.word().to_owned();
    if outcome.is_self_rated {
        word.push_str("（自评）");
    }
    if outcome.is_pending {
        word.push_str("（待核）");
    }
    let tone = match outcome.verdict {
        _ if outcome.is_pending => Tone::Muted,
        Verdict::Done => Tone::Good,
        Verdict::Nearly => Tone::Middle,
        Verdict::Missed => Tone::Poor,
        Verdict::Unreported | Verdict::NotDue => Tone::Muted,
    };
    Cell::text(word).tone(tone)
}

fn notes(view: &Comparison<'_>, year: &CommitmentYear, has_peers: bool) -> Vec<String> {
    let rules = &view.definitions.commitments.rules;
    let mut notes = Vec::new();
    if year.total.pending_count > 0 {
        notes.push("待核：年底汇报没有佐证材料编号，补齐前不算完成，不计分。".to_owned());
    }
    if year.outcomes.iter().any(|outcome| outcome.is_self_rated) {
        notes.push("自评：没有目标值的承诺，结果是承诺单位自己的评价。".to_owned());
    }
    if has_peers {
        let own: usize = year.outcomes.iter().map(|outcome| outcome.peers.excluded_count).sum();
        let own = if own > 0 { format!("；另有本单位人员评的 {own} 份，不计") } else { String::new() };
        notes.push(format!("份数是计入的评分，少于 {} 份的不印平均分{own}。", rules.min_peers));
    }
    notes
}

fn owners(view: &Comparison<'_>, year: &CommitmentYear, id: &str) -> Table {
    let mut lines: Vec<&OwnerLine> = year.owners.iter().collect();
    if lines.len() > 1 {
        lines.push(&year.total);
    }
    let has_total = lines.len() > 1;
    let has_scores = year.total.scored_count > 0;
    let mut layout = Layout::new()
        .column(Column::text("承诺单位"), |line: &OwnerLine| Cell::text(&line.name))
        .column(Column::number("承诺"), |line| cells::count(line.count));
    for (at, verdict) in Verdict::ALL.into_iter().enumerate() {
        let is_wanted = year.total.by_verdict[at] > 0 || (verdict == Verdict::Done && year.has_results());
        layout =
            layout.column_if(is_wanted, Column::number(verdict.word()), move |line| cells::count(line.by_verdict[at]));
    }
    let mut table = layout
        .column_if(year.total.pending_count > 0, Column::number("待核"), |line| cells::count(line.pending_count))
        .column_if(has_scores, Column::number("有得分的"), |line| cells::count(line.scored_count))
        .column_if(has_scores, Column::number("平均得分"), |line| cells::score(view, line.mean_score))
        .table(id.to_owned() + "-owners", format!("{}年各单位兑现情况", year.year), lines.into_iter());
    if let Some(row) = table.rows.last_mut().filter(|_| has_total) {
        row.kind = RowKind::Total;
    }
    if has_scores {
        table.notes.push("平均得分只平均有得分的承诺；未报告的没有得分，不按 0 分计，也不算完成。".to_owned());
    }
    table
}

/// What the reports say in words, and their evidence; `None` where nothing was reported.
fn reports(view: &Comparison<'_>, year: &CommitmentYear, id: &str) -> Option<Table> {
    let rows: Vec<(&Outcome, &Report)> = year
        .outcomes
        .iter()
        .flat_map(|outcome| outcome.mid.iter().chain(&outcome.end).map(move |report| (outcome, report)))
        .collect();
    let rank =
        |report: &Report| report.rank.map_or_else(cells::dash, |rank| Cell::number(rank.to_string(), rank.into()));
    (!rows.is_empty()).then(|| {
        Layout::new()
            .column(Column::text("编号"), |(outcome, _): (&Outcome, &Report)| Cell::text(&about(view, outcome).id))
            .column(Column::text("阶段"), |(_, report)| Cell::text(report.stage.word()))
            .column(Column::text("日期"), |(_, report)| Cell::text(report.date.to_string()))
            .column(Column::number("完成值"), |(outcome, report)| reached(view, outcome, Some(report), false))
            .column(Column::number("排名"), move |(_, report)| rank(report))
            .column(Column::text("情况"), |(_, report)| cells::words(&report.situation))
            .column(Column::text("佐证材料编号"), |(_, report)| cells::words(&report.evidence))
            .table(id.to_owned() + "-reports", "汇报的情况和佐证", rows.iter().copied())
    })
}

/// Where each was promised, and what a reader has to know; `None` where nothing is said.
fn sources(view: &Comparison<'_>, year: &CommitmentYear, id: &str) -> Option<Table> {
    let said = |outcome: &&Outcome| {
        let commitment = about(view, outcome);
        !(commitment.source.is_empty() && commitment.note.is_empty())
    };
    let rows: Vec<&Outcome> = year.outcomes.iter().filter(said).collect();
    (!rows.is_empty()).then(|| {
        Layout::new()
            .column(Column::text("编号"), |outcome: &Outcome| Cell::text(&about(view, outcome).id))
            .column(Column::text("承诺单位"), |outcome| Cell::text(&about(view, outcome).owner.name))
            .column(Column::text("出处"), |outcome| cells::words(&about(view, outcome).source))
            .column(Column::text("说明"), |outcome| cells::words(&about(view, outcome).note))
            .table(id.to_owned() + "-sources", "承诺的出处和说明", rows.iter().copied())
    })
}

fn method(view: &Comparison<'_>) -> Section {
    let rules = &view.definitions.commitments.rules;
    let percent = |share: f64| format!("{}%", plain(share * 100.0, 2));
    let number = |value: f64| plain(value, 4);
    let lines = [
        format!(
            "完成比例：完成值 ÷ 目标值；越小越好的，不超过目标值即 100%，超过的为目标值 ÷ 完成值。不低于 {} 为{}，不低于 {} 为{}，\
             再低为{}。没有目标值的看位次，没有位次的由承诺单位自评。",
            percent(rules.done),
            Verdict::Done.word(),
            percent(rules.nearly),
            Verdict::Nearly.word(),
            Verdict::Missed.word()
        ),
        "位次：年底位次达到目标的得 100 分；没有达到、但好于承诺时的，得 100 ×（原位次 − 年底位次）÷（原位次 − 目标位次）分；\
         不好于承诺时的得 0 分。不知道承诺时位次的，达到目标得 100 分，否则 0 分。"
            .to_owned(),
        format!(
            "同事评分：0–100 分，最高和最低各去掉份数 × {} （舍去小数）份，其余平均；承诺单位自己的人评的不计，少于 {} 份的不用。",
            number(rules.trim),
            rules.min_peers
        ),
        format!(
            "得分：完成值（完成比例 × 100，最高 100 分）、位次、同事评分按 {} : {} : {} 加权平均；没有的项不计，权重由其余的项按比例分摊。\
             {}的汇报到了、有佐证材料编号的才有得分；同一阶段有几份汇报的，以日期最近的为准。",
            number(rules.weight_value),
            number(rules.weight_rank),
            number(rules.weight_peer),
            Stage::End.word()
        ),
    ];
    let items = lines.into_iter().map(|line| vec![Inline::text(line)]).collect();
    Section::new("commitments-method", 2, "怎样评承诺").unlisted().with(Block::List { ordered: false, items })
}
