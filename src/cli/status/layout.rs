//! The status on a terminal: tables first, what to do last, next to the prompt.

use crate::cli::terminal::{Painter, table};
use std::fmt::Write as _;
use yinxiang::definitions::Definitions;
use yinxiang::definitions::calendar::Date;
use yinxiang::definitions::decimal::plain;
use yinxiang::views::status::{PartyState, QualityRow, Status};

/// Arrivals from units that are shown; `--json` has them all.
const SHOWN_OTHERS: usize = 60;

/// Everything.
pub(crate) fn page(definitions: &Definitions, status: &Status, painter: &Painter) -> String {
    let index = &definitions.index;
    let watermark = if index.watermark.is_empty() { String::new() } else { format!("({})", index.watermark) };
    let (on, day) = (status.on, status.on.weekday_word());
    let title = format!("{} {}{watermark}", status.period.title(), index.name);
    let mut text = format!("{}\n{on} {day}。{}\n", painter.strong(&title), summary(definitions, status));
    text.push_str(&departments(status, painter));
    text.push_str(&others(definitions, status, painter));
    text.push_str(&quality(status, painter));
    text.push_str(&timetable(status, painter));
    text.push_str(&todo(status, painter));
    text
}

/// `报送截止 2022-10-12(期末后第 5 个工作日):已到 11 家,缺项 1 家`
fn summary(definitions: &Definitions, status: &Status) -> String {
    const STATES: [PartyState; 6] = [
        PartyState::Arrived,
        PartyState::Incomplete,
        PartyState::Refused,
        PartyState::NoFile,
        PartyState::Outstanding,
        PartyState::Overdue,
    ];
    let counted = STATES.iter().map(|&state| (state.word(), status.count(state))).filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counted.map(|(word, count)| format!("{word} {count} 家")).collect();
    let days = definitions.index.due_working_days;
    let counts = if counts.is_empty() { "没有应报的部门".to_owned() } else { counts.join(",") };
    format!("报送截止 {}(期末后第 {days} 个工作日):{counts}", status.due)
}

fn departments(status: &Status, painter: &Painter) -> String {
    if status.parties.is_empty() {
        return String::new();
    }
    let mut rows = vec![words(&["部门", "情况", "收到", "迟(工作日)", "缺项", "错误", "疑问", "警告"])];
    for party in &status.parties {
        let arrived = party.arrived_on.map(|date| short(date, status));
        let is_there = !matches!(party.state, PartyState::Outstanding | PartyState::Overdue);
        rows.push(vec![
            party.name.clone(),
            party.state.word().to_owned(),
            arrived.unwrap_or_else(|| if is_there && status.has_register { "未登记" } else { "" }.to_owned()),
            some(party.late_days as usize),
            some(if is_there { party.missing.len() } else { 0 }),
            some(party.open.error_count),
            some(party.open.question_count),
            some(party.open.warning_count),
        ]);
    }
    if status.project != Default::default() {
        let open = &status.project;
        let mut row = words(&["不分部门", "", "", "", ""]);
        row.extend([some(open.error_count), some(open.question_count), some(open.warning_count)]);
        rows.push(row);
    }
    let mut text = section("部门报送", &rows, &[0, 1], painter);
    if !status.unclaimed.is_empty() {
        let _ = writeln!(text, "看不出哪个部门报的文件:{}", status.unclaimed.join("、"));
    }
    text
}

fn others(definitions: &Definitions, status: &Status, painter: &Painter) -> String {
    let mut text = String::new();
    if !status.others.is_empty() {
        let unit = &definitions.index.unit_word;
        let mut rows = vec![words(&[unit, "报表", "收到", "迟(工作日)"])];
        for other in status.others.iter().take(SHOWN_OTHERS) {
            let unit = if other.unit.is_empty() { "(未写明)" } else { &other.unit };
            let late = some(other.late_days as usize);
            rows.push(vec![unit.to_owned(), other.table.clone(), short(other.arrived_on, status), late]);
        }
        text.push_str(&section(&format!("{unit}报送(收到登记表里的)"), &rows, &[0, 1], painter));
        if status.others.len() > SHOWN_OTHERS {
            let _ = writeln!(text, "…… 共 {} 行,其余见 --json", status.others.len());
        }
    }
    if status.later_arrival_count > 0 {
        let _ = writeln!(text, "登记表里有 {} 行的收到日期晚于 {},按还没有到计", status.later_arrival_count, status.on);
    }
    text
}

fn quality(status: &Status, painter: &Painter) -> String {
    // Before anything is due or came there is nothing to mark.
    let is_marked = |lines: &&Vec<QualityRow>| lines.iter().any(|line| line.marks.is_some());
    let Some(lines) = status.quality.as_ref().filter(is_marked) else { return String::new() };
    let mut rows = vec![words(&["部门", "应报", "按时", "迟报", "错误", "更正", "未复", "质量分"])];
    for line in lines {
        let counts = [
            line.owed_tables,
            line.on_time_count,
            line.late_days as usize,
            line.error_count,
            line.correction_count,
            line.open_question_count,
        ];
        let mut row = vec![line.name.clone()];
        row.extend(counts.map(|count| count.to_string()));
        row.push(line.marks.map_or_else(|| "—".to_owned(), |marks| plain(marks, 2)));
        rows.push(row);
    }
    section("报送质量(迟报按工作日,未复指疑问;按部门次序,不排名)", &rows, &[0], painter)
}

fn timetable(status: &Status, painter: &Painter) -> String {
    if status.steps.is_empty() {
        return String::new();
    }
    let mut rows = vec![words(&["步骤", "日期", "", "情况", "由谁"])];
    for step in &status.steps {
        let from = short(step.from, status);
        let days = if step.from == step.to {
            from
        } else if step.from.year == step.to.year {
            format!("{from} 至 {}", &step.to.to_string()[5..])
        } else {
            format!("{from} 至 {}", step.to)
        };
        let cells = [&step.name, &days, &step.words, step.state.word(), &step.who];
        rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    }
    let mut text = section("时间表(T 为期末最后一天;T 以后按工作日)", &rows, &[0, 1, 2, 3, 4], painter);
    text.push_str("除报送以外,做没做完程序不记,只看日期。\n");
    if !status.uncharted_years.is_empty() {
        let years: Vec<String> = status.uncharted_years.iter().map(i32::to_string).collect();
        let years = years.join("、");
        let _ =
            writeln!(text, "data/frozen 里还没有 {years} 年的工作日历,{years} 年的日子先按周一至周五推算,放假会推后。");
    }
    text
}

/// What to do now.
pub(crate) fn todo(status: &Status, painter: &Painter) -> String {
    let mut text = format!("\n{}\n", painter.strong("【要做的】"));
    for (number, sentence) in status.todo.iter().enumerate() {
        let _ = writeln!(text, "{}. {sentence}", number + 1);
    }
    text
}

/// A titled table without the columns in which nothing stands.
fn section(title: &str, rows: &[Vec<String>], left: &[usize], painter: &Painter) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_used = |column: usize| rows.iter().skip(1).any(|row| row.get(column).is_some_and(|cell| !cell.is_empty()));
    let kept: Vec<usize> = (0..columns).filter(|&column| is_used(column)).collect();
    let pick = |row: &Vec<String>| kept.iter().filter_map(|&column| row.get(column).cloned()).collect();
    let rows: Vec<Vec<String>> = rows.iter().map(pick).collect();
    let left: Vec<usize> = (0..kept.len()).filter(|&at| left.contains(&kept[at])).collect();
    format!("\n{}\n{}", painter.strong(&format!("【{title}】")), table(&rows, &left, painter))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A count, or nothing where there is none: what stands out has to be looked at.
fn some(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}

/// `10-12`, with the year where it is not that of the period.
fn short(date: Date, status: &Status) -> String {
    let text = date.to_string();
    if date.year == status.period.year { text[5..].to_owned() } else { text }
}
