//! What the checks of the field work looked at, what they found, and what chance would give.

use super::{Arrived, question_name};
use crate::definitions::FieldworkTerms;
use crate::definitions::decimal::plain;
use crate::facts::survey::fieldwork::{CLOSE, Fieldwork, MOST_COMPARED};
use crate::facts::survey::quality::{FALSE_ALARMS, InterviewerTest, ItemCell, Missing, TimeProblem};
use crate::views::chapters::cells::{self, Layout};
use crate::views::comparison::Comparison;
use crate::views::document::{Block, Cell, Column, Table};
use std::collections::BTreeMap;

/// Row numbers printed in one cell, and groups of equal forms.
const MOST_ROWS: usize = 60;
const MOST_GROUPS: usize = 60;

pub(super) fn blocks(view: &Comparison<'_>, own: Arrived<'_>) -> Vec<Block> {
    let Some(found) = &own.result.fieldwork else {
        return vec![Block::text("这份问卷没有作访问质量检查。")];
    };
    let mut blocks = vec![Block::Table(summary(view, own, found))];
    blocks.extend(interviewers(own, found).map(Block::Table));
    blocks.extend(nonresponse(view, own, found).map(Block::Table));
    if let Some(table) = respondents(own, found) {
        blocks.push(Block::Fold {
            summary: "列出的答卷（文件里的行号）".into(), blocks: vec![Block::Table(table)]
        });
    }
    blocks
}

/// One check.
struct Line {
    name: &'static str,
    looked_at: String,
    observed: String,
    expected: String,
    flagged: String,
    alarms: String,
}

const UNCHECKED: &str = "未检查";

impl Line {
    fn unmade(name: &'static str, why: String) -> Self {
        let none = String::new;
        Line { name, looked_at: why, observed: UNCHECKED.to_owned(), expected: none(), flagged: none(), alarms: none() }
    }
}

fn summary(view: &Comparison<'_>, own: Arrived<'_>, found: &Fieldwork) -> Table {
    let terms = &own.survey.fieldwork;
    let lines = [
        straight(found, terms),
        alike(found, terms),
        times(found),
        effect(found, &view.definitions.index.unit_word),
        blanks(found, &view.definitions.index.unit_word),
    ];
    let mut table = Layout::new()
        .column(Column::text("检查"), |line: &Line| Cell::text(line.name))
        .column(Column::text("看什么"), |line| Cell::text(&line.looked_at))
        .column(Column::text("发现"), |line| cells::words(&line.observed))
        .column(Column::text("凭机会"), |line| cells::words(&line.expected))
        .column(Column::text("需要复看"), |line| cells::words(&line.flagged))
        .column(Column::text("正常调查也会有"), |line| cells::words(&line.alarms))
        .table(own.anchor("checks"), format!("{}：访问质量检查", own.survey.name), lines.iter());
    let rates = FALSE_ALARMS;
    let none = [rates.straightlining, rates.duplicates, rates.mean, rates.nonresponse]
        .iter()
        .map(|rate| 1.0 - rate / 100.0)
        .product::<f64>();
    table.notes = vec![
        format!(
            "“需要复看”是检验的结果：每项检查按全部访问员（或全部单位、题目）校正，整项的显著性水平 {}。没有问题的调查，各项合起来也约有 {}% 至少被提示一处。",
            plain(terms.level, 4),
            plain((1.0 - none) * 100.0, 0)
        ),
        "“正常调查也会有”是在模拟的正常调查上测得的误报率（6 题，显著性水平 0.05）。题目少、答案集中时，如实的答卷也会彼此相同，单份答卷的名单只供抽查，以访问员一栏为准。".to_owned(),
    ];
    table
}

fn flagged(tests: &[InterviewerTest], has_interviewers: bool) -> String {
    match tests.iter().filter(|test| test.stands_out).count() {
        _ if !has_interviewers => "没有访问员列".to_owned(),
        0 => "没有".to_owned(),
        count => format!("{count} 名访问员"),
    }
}

fn rate(rate: f64) -> String {
    format!("{}%", plain(rate, 1))
}

fn straight(found: &Fieldwork, terms: &FieldworkTerms) -> Line {
    const NAME: &str = "一答到底";
    let Some(own) = &found.straightlining else {
        return Line::unmade(NAME, format!("同一量表的题目不足 {} 题", terms.straight_items));
    };
    Line {
        name: NAME,
        looked_at: format!("同一量表的 {} 题，至少答了 {} 题，全选同一项", found.block.len(), terms.straight_items),
        observed: format!("{} 份", own.respondents.len()),
        expected: format!("{} 份（各题互不相干时）", plain(own.expected_if_independent, 1)),
        flagged: flagged(&own.interviewers, !found.interviewers.is_empty()),
        alarms: format!(
            "{}的调查有访问员被提示；{}的答卷被列出",
            rate(FALSE_ALARMS.straightlining),
            rate(FALSE_ALARMS.straight_respondents)
        ),
    }
}

fn alike(found: &Fieldwork, terms: &FieldworkTerms) -> Line {
    const NAME: &str = "答卷雷同";
    let Some(own) = &found.duplicates else {
        let why = if found.interviewers.is_empty() {
            "没有访问员列".to_owned()
        } else if found.rows.len() > MOST_COMPARED {
            format!("答卷超过 {MOST_COMPARED} 份，没有两两比较")
        } else {
            format!("题目不足 {} 题，答得一样很平常", terms.straight_items)
        };
        return Line::unmade(NAME, why);
    };
    Line {
        name: NAME,
        looked_at: format!("{} 题中至少 {}% 答得一样", found.questions.len(), plain(CLOSE * 100.0, 0)),
        observed: format!("{} 对；同一访问员完全相同的 {} 组", own.close_pairs, own.identical.len()),
        expected: format!("{} 对（各题互不相干时）", plain(own.expected_if_independent, 1)),
        flagged: flagged(&own.interviewers, true),
        alarms: format!(
            "{}的调查有访问员被提示；{}的答卷有雷同的",
            rate(FALSE_ALARMS.duplicates),
            rate(FALSE_ALARMS.close_respondents)
        ),
    }
}

fn times(found: &Fieldwork) -> Line {
    const NAME: &str = "访问时间";
    let Some(warnings) = &found.times else {
        return Line::unmade(NAME, "没有可用的开始、结束时间".to_owned());
    };
    let mut respondents: Vec<usize> = warnings.iter().map(|warning| warning.respondent).collect();
    respondents.dedup();
    Line {
        name: NAME,
        looked_at: format!("{} 份记录了时间：长短、早晚、日期、重叠", found.timed_count),
        observed: format!("{} 份", respondents.len()),
        expected: String::new(),
        flagged: if respondents.is_empty() { "没有" } else { "逐份核对" }.to_owned(),
        alarms: format!("{}的答卷被列出", rate(FALSE_ALARMS.timed_respondents)),
    }
}

fn effect(found: &Fieldwork, unit_word: &str) -> Line {
    const NAME: &str = "访问员之间";
    let Some(own) = &found.effect else {
        let why = if found.interviewers.is_empty() {
            "没有访问员列".to_owned()
        } else {
            format!("同一{unit_word}里没有两名访问员，或回答没有差别")
        };
        return Line::unmade(NAME, why);
    };
    let p = own.permutation_p.unwrap_or(own.p);
    Line {
        name: NAME,
        looked_at: format!("同一{unit_word}里不同访问员问到的平均分"),
        observed: format!(
            "组内相关 {}，方差大 {} 倍，p {}",
            plain(own.correlation, 3),
            plain(own.design_effect, 2),
            probability(p)
        ),
        expected: "组内相关 0".to_owned(),
        flagged: flagged(&own.interviewers, true),
        alarms: format!("{}整体显著；{}有访问员被提示", rate(FALSE_ALARMS.effect), rate(FALSE_ALARMS.mean)),
    }
}

fn blanks(found: &Fieldwork, unit_word: &str) -> Line {
    const NAME: &str = "漏答和说不清";
    let Some(own) = &found.nonresponse else { return Line::unmade(NAME, "没有可看的题目".to_owned()) };
    let cells = own.cells.iter().filter(|cell| cell.stands_out).count();
    Line {
        name: NAME,
        looked_at: format!("各{unit_word}、各题的空答和说不清，与全体相比"),
        observed: format!("空答过多的 {} 份", own.respondents.len()),
        expected: String::new(),
        flagged: if cells == 0 { "没有".to_owned() } else { format!("{cells} 处") },
        alarms: format!(
            "{}的调查有一处被提示；{}的答卷被列出",
            rate(FALSE_ALARMS.nonresponse),
            rate(FALSE_ALARMS.blank_respondents)
        ),
    }
}

fn probability(p: f64) -> String {
    if p < 0.001 { "<0.001".to_owned() } else { format!("={}", plain(p, 3)) }
}

/// Interviewers that stand out, check by check.
fn interviewers(own: Arrived<'_>, found: &Fieldwork) -> Option<Table> {
    let checks = [("一答到底", "份"), ("答卷雷同", "对（按罕见程度加权）"), ("访问员之间", "分（与同单位平均相比）")];
    let rows: Vec<(&str, &str, InterviewerTest)> = checks
        .iter()
        .zip(found.interviewer_tests())
        .flat_map(|(&(name, unit), tests)| tests.iter().map(move |test| (name, unit, *test)))
        .filter(|(_, _, test)| test.stands_out)
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut table = Layout::new()
        .column(Column::text("检查"), |(name, ..): (&str, &str, InterviewerTest)| Cell::text(name))
        .column(Column::text("访问员"), |(_, _, test)| Cell::text(interviewer(found, test.interviewer)))
        .column(Column::number("访问份数"), |(_, _, test)| cells::count(test.interviews as usize))
        .column(Column::number("实际"), |(_, _, test)| cells::number(test.observed, 2))
        .column(Column::number("凭机会"), |(_, _, test)| cells::number(test.expected, 2))
        .column(Column::text("计量"), |(_, unit, _)| Cell::text(unit))
        .column(Column::text("校正后的 p"), |(_, _, test)| {
            Cell::text(probability(test.adjusted).trim_start_matches('='))
        })
        .table(own.anchor("interviewers"), format!("{}：需要复看的访问员", own.survey.name), rows.iter().copied());
    table.row_header = 1;
    table.notes.push("需要复看不等于有问题：请抽查录音或回访，再下结论。".to_owned());
    Some(table)
}

/// The code of an interviewer; where that may be a name, the row of an interview of theirs.
fn interviewer(found: &Fieldwork, number: u32) -> String {
    let Some(own) = found.interviewers.get(number as usize) else { return String::new() };
    own.code.clone().unwrap_or_else(|| format!("第 {} 行答卷的访问员", own.first_row))
}

/// Units with significantly many blanks or don't-knows. Where a figure of the unit is withheld, so are these: the number of
/// missing answers would give the number of valid ones away.
fn nonresponse(view: &Comparison<'_>, own: Arrived<'_>, found: &Fieldwork) -> Option<Table> {
    let rows: Vec<ItemCell> =
        found.nonresponse.iter().flat_map(|found| &found.cells).filter(|cell| cell.stands_out).copied().collect();
    if rows.is_empty() {
        return None;
    }
    let question = |cell: ItemCell| found.questions.get(cell.question).copied().unwrap_or(0);
    let is_open = |cell: ItemCell| {
        let unit = own.result.questions[question(cell)].units.get(cell.unit as usize).copied().flatten();
        super::open(unit).is_some()
    };
    let guarded = |cell: ItemCell, shown: Cell| if is_open(cell) { shown } else { Cell::text("隐去") };
    let percent = |share: f64| format!("{}%", plain(share * 100.0, 1));
    let mut table = Layout::new()
        .column(Column::text(&view.definitions.index.unit_word), |cell: ItemCell| unit(view, cell.unit as usize))
        .column(Column::text("题目"), |cell| Cell::text(question_name(&own.survey.questions[question(cell)])))
        .column(Column::text("情况"), |cell| {
            Cell::text(match cell.missing {
                Missing::Blank => "空答",
                Missing::DontKnow => "说不清",
            })
        })
        .column(Column::number("份数"), |cell| guarded(cell, cells::count(cell.count as usize)))
        .column(Column::number("占比"), |cell| {
            let share = f64::from(cell.count) / f64::from(cell.base.max(1));
            guarded(cell, Cell::number(percent(share), share))
        })
        .column(Column::text("区间"), |cell| {
            guarded(cell, Cell::text(format!("{}–{}", percent(cell.low), percent(cell.high))))
        })
        .column(Column::number("全体"), |cell| guarded(cell, Cell::number(percent(cell.whole), cell.whole)))
        .column(Column::text("校正后的 p"), |cell| {
            guarded(cell, Cell::text(probability(cell.adjusted).trim_start_matches('=')))
        })
        .table(
            own.anchor("missing"),
            format!("{}：漏答、说不清明显多于全体的地方", own.survey.name),
            rows.iter().copied(),
        );
    table.notes.push("空答的占比以问到的为分母，说不清的占比以作答的为分母。".to_owned());
    Some(table)
}

/// A page without an index has no sections of units to lead to.
fn unit(view: &Comparison<'_>, unit: usize) -> Cell {
    if view.has_index() { cells::unit(view, unit) } else { Cell::text(&view.definitions.units.units[unit].name) }
}

/// Respondents on the lists, by the rows of the file.
fn respondents(own: Arrived<'_>, found: &Fieldwork) -> Option<Table> {
    let terms = &own.survey.fieldwork;
    let mut lines: Vec<(&str, String, Vec<usize>)> = Vec::new();
    if let Some(straight) = &found.straightlining {
        let rows = straight.respondents.iter().map(|entry| entry.respondent).collect();
        lines.push(("一答到底", "全选同一项".to_owned(), rows));
    }
    let identical = found.duplicates.iter().flat_map(|duplicates| &duplicates.identical);
    let mut group_count = 0;
    for group in identical {
        group_count += 1;
        if group_count <= MOST_GROUPS {
            lines.push(("答卷雷同", "同一访问员完全相同的一组".to_owned(), group.respondents.clone()));
        }
    }
    let mut problems: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for warning in found.times.iter().flatten() {
        problems.entry(problem(warning.problem, terms)).or_default().push(warning.respondent);
    }
    lines.extend(problems.into_iter().map(|(problem, rows)| ("访问时间", problem, rows)));
    if let Some(blank) = &found.nonresponse {
        let what = format!("空答超过 {}%", plain(terms.blank_share * 100.0, 1));
        lines.push(("漏答", what, blank.respondents.iter().map(|entry| entry.respondent).collect()));
    }
    lines.retain(|(_, _, rows)| !rows.is_empty());
    if lines.is_empty() {
        return None;
    }
    let list = |rows: &[usize]| {
        let numbers = rows.iter().filter_map(|&row| found.rows.get(row)).take(MOST_ROWS).map(u32::to_string);
        let more = if rows.len() > MOST_ROWS { "……" } else { "" };
        numbers.collect::<Vec<_>>().join("、") + more
    };
    let mut table = Layout::new()
        .column(Column::text("检查"), |line: &(&str, String, Vec<usize>)| Cell::text(line.0))
        .column(Column::text("情况"), |line| Cell::text(&line.1))
        .column(Column::number("份数"), |line| cells::count(line.2.len()))
        .column(Column::text("行号"), |line| Cell::text(list(&line.2)))
        .table(own.anchor("respondents"), format!("{}：列出的答卷", own.survey.name), lines.iter());
    if group_count > MOST_GROUPS {
        table.notes.push(format!("完全相同的共 {group_count} 组，这里列出前 {MOST_GROUPS} 组。"));
    }
    table.notes.push("如实的答卷也会在名单上；名单供抽查，没有剔除。".to_owned());
    Some(table)
}

fn problem(problem: TimeProblem, terms: &FieldworkTerms) -> String {
    let hour = |hour: f64| plain(hour, 2);
    match problem {
        TimeProblem::EndBeforeStart => "结束早于开始".to_owned(),
        TimeProblem::TooShort { .. } => format!("不到 {} 分钟", plain(terms.min_minutes, 1)),
        TimeProblem::TooLong { .. } => format!("超过 {} 分钟", plain(terms.max_minutes, 1)),
        TimeProblem::OutsideHours => format!("不在 {}–{} 点之间", hour(terms.from_hour), hour(terms.to_hour)),
        TimeProblem::OutsideDates => "不在本期之内".to_owned(),
        TimeProblem::Overlaps { .. } => "与同一访问员的另一份时间重叠".to_owned(),
        TimeProblem::NoTravel { .. } => "与同一访问员在别处的另一份间隔太短".to_owned(),
    }
}
