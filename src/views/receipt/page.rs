//! A receipt as a page: the same content, for reading on a screen or a phone and for printing.

use super::copy::SheetCopy;
use super::grids::SIGNATURE;
use super::line::{ANSWER, Line, letters, sign};
use super::sheets::{check_lines, file_rows, how_to};
use super::{Outcome, Receipt};
use crate::audit::{CellRef, Severity};
use crate::extract::values;
use crate::views::document::{Block, Card, Cell, Column, Document, Inline, Row, RowKind, Section, Table, Tone};
use crate::views::{html, pdf};
use std::collections::BTreeSet;

/// Rows of a sheet on the page; the workbook has more. Rows with marked cells come in addition.
const MOST_ROWS: usize = 300;
/// Columns of a sheet on the page.
const MOST_COLUMNS: usize = 60;
/// Findings on the page; the workbook has all.
const MOST_FINDINGS: usize = 2_000;
/// Units read back on the page.
const MOST_UNITS: usize = 500;

/// Takes a receipt, returns one self-contained page.
pub(super) fn page(receipt: &Receipt<'_>) -> anyhow::Result<String> {
    html::render(&document(receipt))
}

/// Takes a receipt, returns the sheets to print and sign: PDF bytes. The sheets that came are only in page and workbook.
pub(super) fn paper(receipt: &Receipt<'_>) -> anyhow::Result<Vec<u8>> {
    let mut document = document(receipt);
    document.sections.retain(|section| section.id != COPIES);
    pdf::document(&document, &receipt.head.palette)
}

/// Anchor of the section that is not on paper.
const COPIES: &str = "sheets";

/// The receipt as a document.
pub(super) fn document(receipt: &Receipt<'_>) -> Document {
    let head = &receipt.head;
    let tag = if head.watermark.is_empty() { String::new() } else { format!("（{}）", head.watermark) };
    let mut sections = vec![result(receipt), findings(receipt)];
    sections.extend(checks(receipt));
    sections.push(read_back(receipt));
    sections.extend(changes(receipt));
    sections.extend(copies(receipt));
    Document {
        title: format!("{} {}数据质量回执{tag}", receipt.name, head.period),
        subtitle: format!("{} · 报送截止 {} · 更正截止 {}", head.index, head.due, head.correction_due),
        watermark: (!head.watermark.is_empty()).then(|| head.watermark.clone()),
        disclaimer: (!head.disclaimer.is_empty()).then(|| head.disclaimer.clone()),
        footer_lines: vec![format!(
            "定义版本 {}；由 {} {} 生成。同名的 .xlsx 里有答复栏。",
            head.edition,
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION")
        )],
        sections,
    }
}

fn result(receipt: &Receipt<'_>) -> Section {
    let card = |severity: Severity| {
        let own = || receipt.findings.iter().filter(|found| found.severity() == severity);
        let answered = own().filter(|found| found.answer.is_some()).count();
        let note = if answered > 0 { format!("已答复 {answered}") } else { String::new() };
        Card::new(severity.word(), own().count().to_string(), note)
    };
    let task = receipt.task();
    let task = if receipt.outcome == Outcome::Accepted { Block::info(task) } else { Block::warning(task) };
    let mut cards = vec![Card::new("结果", receipt.outcome.word(), "")];
    cards.extend([Severity::Error, Severity::Warning, Severity::Question, Severity::Note].map(card));
    let mut section = Section::new("result", 1, "结果").with(Block::Cards(cards)).with(task);
    if receipt.files.is_empty() {
        section = section.with(Block::text("没有收到任何文件。"));
    } else {
        let heads = ["文件", "版次", "工作表", "识别为", "表头", "单位行", "说明"];
        let mut table = Table::new("files", "收到的文件", heads.map(Column::text).to_vec());
        for cells in receipt.files.iter().flat_map(file_rows) {
            table.rows.push(Row::new(cells.into_iter().map(words).collect()));
        }
        section = section.with(Block::Table(table));
    }
    let items = how_to(receipt).into_iter().map(|text| vec![Inline::text(text)]).collect();
    section.with(Block::List { ordered: false, items })
}

/// Words, or a dash.
fn words(text: impl Into<String>) -> Cell {
    let text = text.into();
    if text.is_empty() { Cell::text("—").tone(Tone::Muted) } else { Cell::text(text) }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Poor,
        Severity::Warning | Severity::Question => Tone::Middle,
        Severity::Note => Tone::Muted,
    }
}

fn findings(receipt: &Receipt<'_>) -> Section {
    let section = Section::new("findings", 1, "问题清单");
    if receipt.findings.is_empty() {
        return section.with(Block::text("没有发现问题。"));
    }
    let unit_word = receipt.head.unit_word.as_str();
    let has_answers = receipt.findings.iter().any(|found| found.answer.is_some());
    let mut heads = vec!["序号", "编号", "级别", "位置", unit_word, "数据项", "原值", "问题", "允许", "建议"];
    heads.extend(has_answers.then_some("答复"));
    let columns = heads.into_iter().map(Column::text).collect();
    let mut table = Table::new("list", format!("共 {} 条", receipt.findings.len()), columns);
    for (number, found) in receipt.findings.iter().enumerate().take(MOST_FINDINGS) {
        let line = Line::of(found);
        // A single file need not be named in every line.
        let file =
            if receipt.files.len() > 1 || line.sheet.is_empty() && line.cell.is_empty() { &line.file } else { "" };
        let parts: Vec<&str> = [file, &line.sheet, &line.cell].into_iter().filter(|part| !part.is_empty()).collect();
        let place = match line.place.as_str() {
            "" => parts.join(" › "),
            position => format!("{}（{position}）", parts.join(" › ")),
        };
        let labels = ANSWER.iter().zip(&line.answer).skip(1).filter(|(_, text)| !text.is_empty());
        let mut answer = line.answer[0].clone();
        answer.extend(labels.map(|(label, text)| format!("；{label}：{text}")));
        let mut cells = vec![
            Cell::text((number + 1).to_string()),
            Cell { content: vec![Inline::Code(line.number)], ..Cell::default() },
            Cell { content: vec![Inline::strong(line.severity.word())], ..Cell::default() }.tone(tone(line.severity)),
            words(place),
            words(line.unit),
            words(line.item),
            words(line.found),
            Cell::text(line.message),
            words(line.expected),
            words(line.help),
        ];
        cells.extend(has_answers.then(|| words(answer)));
        table.rows.push(Row { anchor: Some(format!("finding-{}", number + 1)), ..Row::new(cells) });
    }
    if receipt.findings.len() > MOST_FINDINGS {
        table.notes.push(format!("这里列出前 {MOST_FINDINGS} 条，其余见同名的 .xlsx。"));
    }
    section.with(Block::Table(table))
}

fn checks(receipt: &Receipt<'_>) -> Option<Section> {
    let lines = check_lines(receipt);
    if lines.is_empty() {
        return None;
    }
    let columns =
        vec![Column::text("检查"), Column::number("核对（处）"), Column::number("不符（处）"), Column::text("结果")];
    let mut table = Table::new("checks-table", "做过的检查", columns);
    for (check, tested, found, verdict) in lines {
        let tone = if found > 0.0 { Tone::Middle } else { Tone::Good };
        let count = |count: f64| Cell::number(format!("{count}"), count);
        table.rows.push(Row::new(vec![Cell::text(check), count(tested), count(found), Cell::text(verdict).tone(tone)]));
    }
    Some(Section::new("checks", 1, "通过的检查").with(Block::Table(table)))
}

fn read_back(receipt: &Receipt<'_>) -> Section {
    let read = &receipt.read_back;
    let section = Section::new("read-back", 1, "复述");
    if read.items.is_empty() {
        return section.with(Block::text(receipt.nothing_to_read_back()));
    }
    let mut table = Table::new("read-back-table", "程序是这样读懂贵单位的数的，请核对", Vec::new());
    table.columns.push(Column::text(&receipt.head.unit_word));
    for item in &read.items {
        let unit = if item.unit.is_empty() { String::new() } else { format!("（{}）", item.unit) };
        table.columns.push(Column::number(format!("{}{unit}", item.name)));
    }
    for line in
        read.rows.iter().filter(|line| !line.is_own).take(MOST_UNITS).chain(read.rows.iter().filter(|l| l.is_own))
    {
        let mut cells = vec![Cell::text(&line.unit)];
        for value in &line.values {
            let sign = if value.is_corrected { " ※" } else { "" };
            let mut cell = Cell::text(format!("{}{sign}", value.words));
            cell.sort_key = value.number;
            if value.number.is_none() {
                cell.tone = Some(Tone::Middle);
            }
            cells.push(if value.source.is_empty() { cell } else { cell.source(&value.source) });
        }
        table.rows.push(Row::new(cells).kind(if line.is_own { RowKind::Total } else { RowKind::Plain }));
    }
    for (head, of) in [
        ("用途", &(|at: usize| read.items[at].uses.clone()) as &dyn Fn(usize) -> String),
        ("来源", &|at| span(receipt, at)),
    ] {
        let mut cells = vec![Cell::text(head)];
        cells.extend((0..read.items.len()).map(|at| words(of(at))));
        table.rows.push(Row::new(cells).kind(RowKind::Muted));
    }
    table.notes.push("“未采用”：原表有这一格，但不是可用的数（见问题清单），按未报处理；“未报”：所有文件里都没有；“不适用”：本单位没有这回事。".to_owned());
    for item in read.items.iter().filter(|item| item.is_fraction) {
        table.notes.push(format!("“{}”原表填的是小数，已乘 100 按百分数读。", item.name));
    }
    if !receipt.changes.is_empty() {
        table.notes.push("带 ※ 的数经后一版更正。".to_owned());
    }
    if read.rows.len() > MOST_UNITS {
        table.notes.push(format!("这里列出前 {MOST_UNITS} 个，其余见同名的 .xlsx。"));
    }
    section.with(Block::Table(table)).with(Block::Paragraph(vec![Inline::strong(SIGNATURE)]))
}

/// `县民政局.xlsx › 报送表 F4–F16`: where the figures of an item stand.
fn span(receipt: &Receipt<'_>, item: usize) -> String {
    let cells: BTreeSet<CellRef> = receipt.read_back.rows.iter().filter_map(|row| row.values.get(item)?.cell).collect();
    let columns: BTreeSet<u32> = cells.iter().map(|cell| cell.column).collect();
    let full = receipt.read_back.items[item].source.as_str();
    // A single file need not be named in every column.
    let source = match full.split_once(" › ") {
        Some((_, sheet)) if receipt.files.len() == 1 => sheet,
        None if receipt.files.len() == 1 => "",
        _ => full,
    };
    match (cells.first(), cells.last()) {
        (Some(first), Some(last)) if columns.len() == 1 && first != last => {
            format!("{source} {first}–{last}").trim().to_owned()
        }
        (Some(first), _) => format!("{source} {first} 等").trim().to_owned(),
        _ => source.to_owned(),
    }
}

fn changes(receipt: &Receipt<'_>) -> Option<Section> {
    if receipt.changes.is_empty() {
        return None;
    }
    let heads = [receipt.head.unit_word.as_str(), "数据项", "前一版", "后一版（采用）", "前一版来源", "后一版来源"];
    let mut table =
        Table::new("changes-table", "后一版与前一版不同的数，以后一版为准", heads.map(Column::text).to_vec());
    for change in receipt.changes.iter().take(MOST_FINDINGS) {
        let cells = [&change.unit, &change.item, &change.before.0, &change.after.0, &change.before.1, &change.after.1];
        table.rows.push(Row::new(cells.map(Cell::text).to_vec()));
    }
    Some(Section::new("changes", 1, "版本变化").with(Block::Table(table)))
}

fn copies(receipt: &Receipt<'_>) -> Option<Section> {
    if receipt.copies.is_empty() {
        return None;
    }
    let mut section = Section::new(COPIES, 1, "原表").on_new_page().with(Block::text(
        "报来的表按识别结果抄录；有问题的格子有底色和【错】【警】【疑】记号，点后面的序号看说明。填报人、审核人姓名和电话不抄。",
    ));
    for (number, copy) in receipt.copies.iter().enumerate() {
        section = section.with(Block::Table(sheet(number, copy)));
    }
    Some(section)
}

/// A sheet as a table with the letters of its columns and the numbers of its rows.
fn sheet(number: usize, copy: &SheetCopy<'_>) -> Table {
    let rows = &copy.table.rows[..copy.row_count];
    let widest = rows.iter().map(Vec::len).max().unwrap_or(0);
    let marked_end = copy.marks.keys().filter_map(|cell| cell.column.checked_sub(copy.table.origin.1)).max();
    let column_count = widest.max(marked_end.map_or(0, |last| last as usize + 1)).min(MOST_COLUMNS);
    let mut table = Table::new(format!("sheet-{}", number + 1), &copy.title, vec![Column::text("行")]);
    let letter = |column: usize| letters(copy.table.origin.1.saturating_add(u32::try_from(column).unwrap_or(0)));
    table.columns.extend((0..column_count).map(|column| Column::text(letter(column))));
    let covered = copy.covered();
    let is_covered = |place: CellRef| covered.get(&place).is_some_and(|first| *first != place);
    let marked_rows: BTreeSet<u32> = copy.marks.keys().map(|cell| cell.row).collect();
    let mut left_out = copy.left_out();
    for (at, cells) in rows.iter().enumerate() {
        let Some(place) = copy.place(at, 0) else { continue };
        if at >= MOST_ROWS && !marked_rows.contains(&place.row) {
            left_out += 1;
            continue;
        }
        let mut row = vec![Cell::text((place.row + 1).to_string())];
        for column in 0..column_count {
            let Some(place) = copy.place(at, column) else { continue };
            let text = match cells.get(column) {
                Some(value) if !is_covered(place) => values::text(&copy.value(place, value)),
                _ => String::new(),
            };
            row.push(copied(copy, place, text));
        }
        row.resize(column_count + 1, Cell::default());
        table.rows.push(Row::new(row));
    }
    if widest > column_count {
        table.notes.push(format!("右边还有 {} 列没有列出，见同名的 .xlsx。", widest - column_count));
    }
    if left_out > 0 {
        table.notes.push(format!("还有 {left_out} 行没有列出，见同名的 .xlsx。"));
    }
    table
}

fn copied(copy: &SheetCopy<'_>, place: CellRef, text: String) -> Cell {
    let Some(mark) = copy.marks.get(&place) else {
        return if text.is_empty() { Cell::default() } else { Cell::text(text) };
    };
    let mut content = vec![Inline::strong(format!("{}{text} ", sign(mark.severity)))];
    for &number in mark.findings.iter().filter(|number| **number < MOST_FINDINGS) {
        content.push(Inline::link(format!("finding-{}", number + 1), format!("({})", number + 1)));
    }
    Cell { content, ..Cell::default() }.tone(tone(mark.severity))
}
