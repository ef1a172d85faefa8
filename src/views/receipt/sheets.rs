//! The sheets of a receipt that are made of words: result, findings, checks, changes.

use super::line::{ANSWER, Line};
use super::received::ReceivedFile;
use super::workbook::{Look, Pen, height};
use super::{Outcome, Receipt};
use crate::audit::Severity;
use rust_xlsxwriter::{FormatAlign, ProtectionOptions, Worksheet, XlsxError};

const SEVERITIES: [Severity; 4] = [Severity::Error, Severity::Warning, Severity::Question, Severity::Note];

/// Widths of the columns of the first sheet.
const WIDTHS: [u16; 7] = [30, 16, 18, 12, 10, 12, 44];

/// 回执: result, what to do by when, counts, files.
pub(super) fn front(receipt: &Receipt<'_>) -> Result<Worksheet, XlsxError> {
    const LAST: u16 = 6;
    let mut pen = Pen::new(receipt, "回执")?;
    pen.widths(&WIDTHS)?;
    let whole: u16 = WIDTHS.iter().sum();
    let head = &receipt.head;
    let tag = if head.watermark.is_empty() { String::new() } else { format!("（{}）", head.watermark) };
    pen.span(0, (0, LAST), &format!("{} {}数据质量回执{tag}", receipt.name, head.period), &Look::title())?;
    pen.sheet.set_row_height(0, 30)?;
    let about = format!("{}　报送截止 {}　更正截止 {}", head.index, head.due, head.correction_due);
    pen.span(1, (0, LAST), &about, &Look::remark().set_align(FormatAlign::Center))?;
    let mut row = 2;
    if !head.disclaimer.is_empty() {
        pen.span(row, (0, LAST), &head.disclaimer, &Look::remark().set_align(FormatAlign::Center))?;
        pen.sheet.set_row_height(row, height(&head.disclaimer, whole, 10.0))?;
        row += 1;
    }
    pen.span(row, (0, LAST), &format!("结果：{}", receipt.outcome.word()), &Look::outcome(receipt.outcome))?;
    pen.sheet.set_row_height(row, 40)?;
    row += 1;
    let task = receipt.task();
    pen.span(row, (0, LAST), &task, &Look::words().set_font_size(12).set_bold())?;
    pen.sheet.set_row_height(row, height(&task, whole, 13.0) + 6.0)?;
    row += 2;
    row = counts(&mut pen, receipt, row)?;
    row = files(&mut pen, receipt, row)?;
    pen.text(row, 0, "怎么看、怎么办", &Look::section())?;
    row += 1;
    for text in how_to(receipt) {
        pen.span(row, (0, LAST), &text, &Look::words())?;
        pen.sheet.set_row_height(row, height(&text, whole, 11.0))?;
        row += 1;
    }
    Ok(pen.sheet)
}

/// Rows of findings by severity; the next free row.
fn counts(pen: &mut Pen, receipt: &Receipt<'_>, mut row: u32) -> Result<u32, XlsxError> {
    for (column, text) in (0..).zip(["级别", "共有", "已答复", "待处理"]) {
        pen.text(row, column, text, &Look::heading())?;
    }
    for severity in SEVERITIES {
        row += 1;
        let own = || receipt.findings.iter().filter(|found| found.severity() == severity);
        let answered = own().filter(|found| found.answer.is_some()).count();
        pen.text(row, 0, severity.word(), &Look::marked(Look::boxed(), severity))?;
        // A note asks for nothing.
        let open = if severity == Severity::Note { 0 } else { own().count() - answered };
        for (column, count) in (1..).zip([own().count(), answered, open]) {
            pen.number(row, column, f64::from(u32::try_from(count).unwrap_or(u32::MAX)), &Look::figure())?;
        }
    }
    Ok(row + 2)
}

fn files(pen: &mut Pen, receipt: &Receipt<'_>, mut row: u32) -> Result<u32, XlsxError> {
    pen.text(row, 0, "收到的文件", &Look::section())?;
    row += 1;
    if receipt.files.is_empty() {
        pen.text(row, 0, "没有收到。", &Look::base())?;
        return Ok(row + 2);
    }
    for (column, text) in (0..).zip(["文件", "版次", "工作表", "识别为", "表头", "单位行", "说明"]) {
        pen.text(row, column, text, &Look::heading())?;
    }
    row += 1;
    for file in &receipt.files {
        for cells in file_rows(file) {
            for (column, text) in (0..).zip(&cells) {
                pen.text(row, column, text, &Look::boxed())?;
            }
            let tallest = WIDTHS.iter().zip(&cells).map(|(width, text)| height(text, *width, 11.0));
            pen.sheet.set_row_height(row, tallest.fold(18.0, f64::max))?;
            row += 1;
        }
    }
    Ok(row + 1)
}

/// A file as rows of a table, one for each of its sheets: 文件, 版次, 工作表, 识别为, 表头, 单位行, 说明.
pub(super) fn file_rows(file: &ReceivedFile) -> Vec<[String; 7]> {
    let version = format!("第{}版，{}", file.version, file.standing.words());
    let mut about = Vec::new();
    if let Some(date) = file.received_on {
        about.push(format!("{date} 收到"));
    }
    if !file.hash.is_empty() {
        about.push(format!("校验值 {}", file.hash));
    }
    if file.tables.is_empty() {
        let empty = String::new;
        return vec![[file.name.clone(), version, empty(), empty(), empty(), empty(), about.join("；")]];
    }
    let row = |table: &super::ReceivedTable| {
        let mut about = about.clone();
        // The title only repeats the name of the form.
        let meta = table.meta.iter().filter(|(key, _)| key != "表题");
        about.extend(meta.map(|(key, value)| format!("{key}：{value}")));
        if !table.unused_because.is_empty() {
            about.push(table.unused_because.clone());
        } else if !table.columns.is_empty() {
            about.push(format!("读到 {} 项：{}", table.columns.len(), table.columns.join("、")));
        }
        if !table.layout.is_empty() && table.layout.contains("数据项") {
            about.push(table.layout.clone());
        }
        if !table.fractions.is_empty() {
            about.push(format!("小数按百分数读：{}", table.fractions.join("、")));
        }
        [
            file.name.clone(),
            version.clone(),
            table.sheet.clone(),
            table.recognised.clone(),
            table.header.clone(),
            table.rows.clone(),
            about.join("；"),
        ]
    };
    file.tables.iter().map(row).collect()
}

/// What the reader has to know, in both dialects.
pub(super) fn how_to(receipt: &Receipt<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if receipt.outcome != Outcome::NotReceived {
        lines.push(
            "错误：这一格、这一行或整份文件没有采用，要改正原表后重新报送。警告：已照用，请核实。疑问：要贵单位说明，答复之前按谨慎的办法处理。提示：不必改动。"
                .to_owned(),
        );
    }
    lines.push(
        "答复：在“问题清单”的黄色格里填写答复、答复人岗位（不写姓名）、日期和理由（四栏都要填），把这个 .xlsx 原样发回，文件名不改。错误不能靠答复放行，要改原表。"
            .to_owned(),
    );
    if !receipt.copies.is_empty() {
        lines.push("后面的“原表”是报来的表按识别结果抄录的，单元格位置不变；有问题的格子有底色、边框和批注，填报人、审核人姓名和电话不抄。".to_owned());
    }
    if receipt.head.is_draft {
        lines.push("本期材料（各部门合计）还有错误，正式报告要等改正后才出。".to_owned());
    }
    lines
}

/// 问题清单: every finding with room for an answer.
pub(super) fn list(receipt: &Receipt<'_>) -> Result<Worksheet, XlsxError> {
    let unit_word = receipt.head.unit_word.as_str();
    let columns: [(&str, u16); 13] = [
        ("编号", 10),
        ("级别", 6),
        ("代码", 12),
        ("文件", 18),
        ("工作表", 9),
        ("单元格", 7),
        ("位置", 10),
        (unit_word, 10),
        ("数据项", 13),
        ("原值", 11),
        ("问题", 32),
        ("允许", 12),
        ("建议", 24),
    ];
    let widths: Vec<u16> = columns.iter().map(|(_, width)| *width).chain([12, 11, 10, 16]).collect();
    let mut pen = Pen::new(receipt, "问题清单")?;
    pen.widths(&widths)?;
    let last = u16::try_from(widths.len() - 1).expect("17 columns");
    let title = match receipt.findings.len() {
        0 => "没有发现问题。".to_owned(),
        count => format!("共 {count} 条。请在右边黄色的四栏里答复；标题行可以筛选。"),
    };
    pen.text(0, 0, &title, &Look::section())?;
    pen.sheet.set_row_height(0, 24)?;
    for (column, text) in (0..).zip(columns.iter().map(|(text, _)| *text).chain(ANSWER)) {
        pen.text(1, column, text, &Look::heading())?;
    }
    for (row, found) in (2..).zip(&receipt.findings) {
        let line = Line::of(found);
        let cells = [
            line.number.as_str(),
            line.severity.word(),
            line.id,
            &line.file,
            &line.sheet,
            &line.cell,
            &line.place,
            &line.unit,
            &line.item,
            &line.found,
            &line.message,
            &line.expected,
            &line.help,
        ];
        for (column, text) in (0..).zip(cells) {
            let format = if column == 1 { Look::marked(Look::boxed(), line.severity) } else { Look::boxed() };
            pen.text(row, column, text, &format)?;
        }
        for (column, text) in (13..).zip(&line.answer) {
            pen.text(row, column, text, &Look::answer())?;
        }
        let tallest = widths.iter().zip(cells).map(|(width, text)| height(text, *width, 11.0));
        pen.sheet.set_row_height(row, tallest.fold(18.0, f64::max))?;
    }
    let end = u32::try_from(receipt.findings.len() + 1).unwrap_or(1);
    pen.sheet.autofilter(1, 0, end.max(2), last)?;
    pen.sheet.set_freeze_panes(2, 1)?;
    pen.sheet.set_repeat_rows(0, 1)?;
    // Without a password: it only keeps a slip of the hand out of the text.
    pen.sheet.protect_with_options(&ProtectionOptions {
        use_autofilter: true,
        sort: true,
        format_columns: true,
        format_rows: true,
        ..ProtectionOptions::default()
    });
    Ok(pen.sheet)
}

/// 通过的检查, and those that found something.
pub(super) fn checks(receipt: &Receipt<'_>) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new(receipt, "通过的检查")?;
    pen.widths(&[36, 14, 14, 40])?;
    let lines = check_lines(receipt);
    let title = if lines.is_empty() { "没有可以检查的数据。" } else { "做过的检查" };
    pen.text(0, 0, title, &Look::section())?;
    if !lines.is_empty() {
        for (column, text) in (0..).zip(["检查", "核对（处）", "不符（处）", "结果"]) {
            pen.text(1, column, text, &Look::heading())?;
        }
    }
    for (row, (words, tested, found, result)) in (2..).zip(&lines) {
        pen.text(row, 0, words, &Look::boxed())?;
        pen.number(row, 1, *tested, &Look::figure())?;
        pen.number(row, 2, *found, &Look::figure())?;
        pen.text(row, 3, result, &Look::boxed())?;
    }
    Ok(pen.sheet)
}

/// Words of a check, how often it was made, how often it found something, and the verdict; passed ones first.
pub(super) fn check_lines(receipt: &Receipt<'_>) -> Vec<(&'static str, f64, f64, String)> {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let mut checks = receipt.checks.clone();
    checks.sort_by_key(|(check, tally)| (tally.found_count > 0, *check));
    let line = |(check, tally): &(crate::facts::Check, crate::facts::CheckTally)| {
        let verdict = match tally.found_count {
            0 => "✓ 通过".to_owned(),
            _ => "【不符】见问题清单".to_owned(),
        };
        (check.words(), count(tally.tested_count), count(tally.found_count), verdict)
    };
    checks.iter().map(line).collect()
}

/// 版本变化: what later versions changed.
pub(super) fn changes(receipt: &Receipt<'_>) -> Result<Worksheet, XlsxError> {
    let mut pen = Pen::new(receipt, "版本变化")?;
    pen.widths(&[16, 30, 14, 14, 44, 44])?;
    pen.text(0, 0, "后一版与前一版不同的数，以后一版为准", &Look::section())?;
    let heads = [receipt.head.unit_word.as_str(), "数据项", "前一版", "后一版（采用）", "前一版来源", "后一版来源"];
    for (column, text) in (0..).zip(heads) {
        pen.text(1, column, text, &Look::heading())?;
    }
    for (row, change) in (2..).zip(&receipt.changes) {
        let cells = [&change.unit, &change.item, &change.before.0, &change.after.0, &change.before.1, &change.after.1];
        for (column, text) in (0..).zip(cells) {
            pen.text(row, column, text, &Look::boxed())?;
        }
    }
    pen.sheet.set_freeze_panes(2, 0)?;
    Ok(pen.sheet)
}
