//! What the terminal shows: the ranking, the findings, colours where there are any.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _};
use unicode_width::UnicodeWidthStr;
use yinxiang::audit::{Audit, Diagnostic, Severity};
use yinxiang::definitions::decimal::Published;
use yinxiang::views::Assessment;
use yinxiang::views::receipt::Receipts;

/// Prints to the standard output. Where the reader went away there is nobody left to tell, so the program ends.
pub(crate) fn print(text: &str) {
    let mut output = std::io::stdout().lock();
    if output.write_all(text.as_bytes()).and_then(|()| output.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Findings shown for one code in one sheet; `findings.csv` has them all.
const SHOWN_PER_KIND: usize = 5;
/// Units shown in the ranking; `scores.csv` has them all.
const SHOWN_UNITS: usize = 60;

/// Colours text, or leaves it as it is.
pub(crate) struct Painter {
    has_colour: bool,
}

impl Painter {
    /// Colour only on a terminal, and not where `NO_COLOR` asks for none.
    pub(crate) fn for_stdout() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Painter { has_colour: std::io::stdout().is_terminal() && !refused }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.has_colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// A heading.
    pub(crate) fn strong(&self, text: &str) -> String {
        self.paint("1", text)
    }

    fn severity(&self, severity: Severity, text: &str) -> String {
        match severity {
            Severity::Error => self.paint("1;31", text),
            Severity::Warning => self.paint("33", text),
            Severity::Question => self.paint("36", text),
            Severity::Note => self.paint("2", text),
        }
    }
}

/// The ranking table of the current period.
pub(crate) fn ranking(assessment: &Assessment, painter: &Painter) -> String {
    let Some(result) = assessment.current() else { return String::new() };
    let definitions = &assessment.definitions;
    if definitions.indicators.is_empty() {
        // A project of commitments alone.
        return result.commitments.as_ref().map(|year| format!("{}\n", year.sentence())).unwrap_or_default();
    }
    let has_groups = !definitions.units.groups.is_empty();
    let mut header = vec!["位次"];
    if has_groups {
        header.push("组内");
    }
    header.extend([definitions.index.unit_word.as_str(), "基础分", "加分", "扣分", "综合得分", "等次", "覆盖率", ""]);
    let figure = |figure: Option<Published>| figure.map_or_else(|| "—".to_owned(), |figure| figure.to_string());
    let mut rows: Vec<Vec<String>> = vec![header.into_iter().map(str::to_owned).collect()];
    let order = result.settlement.ranking();
    for &unit in order.iter().take(SHOWN_UNITS) {
        let settled = &result.settlement.units[unit];
        let place = |rank: Option<yinxiang::rules::Rank>| match rank {
            Some(rank) if rank.is_shared => format!("{}=", rank.place),
            Some(rank) => rank.place.to_string(),
            None => "—".to_owned(),
        };
        let mut row = vec![place(settled.rank)];
        if has_groups {
            row.push(place(settled.group_rank));
        }
        row.extend([
            definitions.units.units[unit].name.clone(),
            figure(settled.base),
            settled.bonus.to_string(),
            settled.deduction.to_string(),
            figure(settled.final_score),
            settled.grade.map(|grade| definitions.grades[grade].name.clone()).unwrap_or_default(),
            format!("{}%", settled.coverage),
            settled.marks.iter().map(|mark| mark.sign()).collect::<Vec<_>>().join(" "),
        ]);
        rows.push(row);
    }
    let name_column = if has_groups { 2 } else { 1 };
    let index = &definitions.index;
    let watermark = if index.watermark.is_empty() { String::new() } else { format!("({})", index.watermark) };
    let title = format!("{} {}{watermark}", result.period.title(), index.name);
    let mut text = format!("{}\n", painter.paint("1", &title));
    text.push_str(&table(&rows, &[name_column], painter));
    if order.len() > SHOWN_UNITS {
        let _ = writeln!(text, "…… 共 {} 个{},其余见 scores.csv", order.len(), index.unit_word);
    }
    let shared = order.iter().any(|&unit| result.settlement.units[unit].rank.is_some_and(|rank| rank.is_shared));
    if shared {
        text.push_str("“=”为并列。");
    }
    if let Some(base) = result.scores.element_total(0) {
        let base = Published::round(base, index.decimals, index.rounding);
        let _ = writeln!(text, "{}基础分 {base}", index.total_word);
    }
    text
}

/// Aligns columns by display width: text in the `left` columns starts at the left, everything else ends at the right.
pub(crate) fn table(rows: &[Vec<String>], left: &[usize], painter: &Painter) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let space = " ".repeat(widths[column] - cell.width());
                if left.contains(&column) { format!("{cell}{space}") } else { format!("{space}{cell}") }
            })
            .collect();
        let line = cells.join("  ");
        let line = line.trim_end();
        text.push_str(&if number == 0 { painter.paint("2", line) } else { line.to_owned() });
        text.push('\n');
    }
    text
}

/// Findings grouped by department, worst first, capped per code and sheet; only errors when quiet.
pub(crate) fn findings(audit: &Audit, painter: &Painter, is_quiet: bool) -> String {
    let mut groups: BTreeMap<(bool, &str), Vec<&Diagnostic>> = BTreeMap::new();
    for diagnostic in audit.diagnostics() {
        let is_answered = diagnostic.answer.is_some();
        if is_answered || is_quiet && diagnostic.severity() != Severity::Error {
            continue;
        }
        let department = diagnostic.department.as_deref();
        groups.entry((department.is_some(), department.unwrap_or("项目"))).or_default().push(diagnostic);
    }
    let mut text = String::new();
    for ((_, department), mut diagnostics) in groups {
        diagnostics.sort_by_key(|diagnostic| diagnostic.severity());
        let _ = writeln!(text, "{}", painter.paint("1", &format!("【{department}】")));
        let mut shown: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for diagnostic in diagnostics {
            let sheet = format!("{:?}{:?}", diagnostic.place.file, diagnostic.place.sheet);
            let count = shown.entry((diagnostic.code.id(), sheet)).or_insert(0);
            *count += 1;
            if *count <= SHOWN_PER_KIND {
                let message = diagnostic.to_string();
                let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
                let _ = writeln!(text, "{}", painter.severity(diagnostic.severity(), first));
                if !rest.is_empty() {
                    let _ = writeln!(text, "{rest}");
                }
            }
        }
        for ((id, _), count) in shown {
            if count > SHOWN_PER_KIND {
                let _ =
                    writeln!(text, "  [{id}] 同一张表里还有 {} 条,见 findings.csv 或 --json", count - SHOWN_PER_KIND);
            }
        }
    }
    let tally = audit.tally();
    if !is_quiet && !audit.diagnostics().is_empty() {
        let _ = write!(
            text,
            "错误 {} 条,警告 {} 条,疑问 {} 条,提示 {} 条",
            tally.error_count, tally.warning_count, tally.question_count, tally.note_count
        );
        if tally.answered_count > 0 {
            let _ = write!(text, ";另有 {} 条已答复,列在报告里", tally.answered_count);
        }
        text.push('\n');
    }
    text
}

/// A line for each department, or for one of them: its result and how much was found.
pub(crate) fn receipt_lines(receipts: &Receipts<'_>, only: Option<usize>, painter: &Painter) -> String {
    let mut rows = vec![["部门", "结果", "错误", "警告", "疑问", "提示", "已答复"].map(str::to_owned).to_vec()];
    for receipt in receipts.receipts.iter().filter(|receipt| only.is_none_or(|only| receipt.department == only)) {
        let open = receipt.tally;
        let counts = [open.error_count, open.warning_count, open.question_count, open.note_count, open.answered_count];
        let mut row = vec![receipt.name.clone(), receipt.outcome.word().to_owned()];
        row.extend(counts.map(|count| count.to_string()));
        rows.push(row);
    }
    if rows.len() > 1 { table(&rows, &[0], painter) } else { String::new() }
}

/// The findings for programs.
pub(crate) fn findings_json(audit: &Audit) -> Value {
    let one = |diagnostic: &Diagnostic| {
        json!({
            "severity": diagnostic.severity().id(),
            "id": diagnostic.code.id(),
            "department": diagnostic.department,
            "file": diagnostic.place.file.as_deref(),
            "sheet": diagnostic.place.sheet.as_deref(),
            "cell": diagnostic.place.cell.map(|cell| cell.to_string()),
            "line": diagnostic.place.line.map(|(line, _)| line),
            "unit": diagnostic.unit,
            "item": diagnostic.item,
            "message": diagnostic.message,
            "found": diagnostic.found,
            "expected": diagnostic.expected,
            "help": diagnostic.help,
            "number": diagnostic.number(),
            "answer": diagnostic.answer.as_ref().map(|answer| answer.text.as_str()),
        })
    };
    audit.diagnostics().iter().map(one).collect()
}

/// The ranking for programs, in ranking order.
pub(crate) fn ranking_json(assessment: &Assessment) -> Value {
    let Some(result) = assessment.current() else { return Value::Null };
    let one = |unit: usize| {
        let settled = &result.settlement.units[unit];
        json!({
            "code": assessment.definitions.units.units[unit].code,
            "name": assessment.definitions.units.units[unit].name,
            "base": settled.base.map(Published::value),
            "bonus": settled.bonus.value(),
            "deduction": settled.deduction.value(),
            "final": settled.final_score.map(Published::value),
            "grade": settled.grade.map(|grade| assessment.definitions.grades[grade].name.as_str()),
            "rank": settled.rank.map(|rank| rank.place),
            "group_rank": settled.group_rank.map(|rank| rank.place),
            "coverage": settled.coverage.value(),
        })
    };
    result.settlement.ranking().into_iter().map(one).collect()
}
