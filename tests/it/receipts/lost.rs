//! What a receipt says about files that did not come, came twice, or came and cannot be used.

use super::{whole, with_receipts};
use crate::project::{broken, small, write};
use std::fs;
use yinxiang::audit::Code;
use yinxiang::views::receipt::{Outcome, Receipt, Receipts, Standing};

fn of<'a>(receipts: &'a Receipts<'_>, name: &str) -> &'a Receipt<'a> {
    receipts.receipts.iter().find(|receipt| receipt.name == name).expect("a receipt")
}

/// Everything that a department's workbook and page say.
fn texts(receipts: &Receipts<'_>, name: &str) -> String {
    let files = receipts.render(None).expect("files");
    whole(&files[&format!("回执-{name}.xlsx")]) + &String::from_utf8_lossy(&files[&format!("回执-{name}.html")])
}

#[test]
fn a_file_that_is_too_large_came_and_is_sent_back() {
    with_receipts(broken("file-too-large").path(), |receipts, audit| {
        let receipt = of(receipts, "教育局");
        assert_eq!(receipt.outcome, Outcome::Returned);
        let files: Vec<(&str, Standing)> =
            receipt.files.iter().map(|file| (file.name.as_str(), file.standing)).collect();
        assert_eq!(files, [("教育局.xlsx", Standing::Unused)]);
        let missing = audit.diagnostics().iter().any(|found| found.code == Code::FileNotReceived);
        assert!(!missing, "it came");
    });
}

#[test]
fn a_table_of_another_period_is_not_one_without_a_header() {
    with_receipts(broken("period-wrong").path(), |receipts, _| {
        let because = &of(receipts, "教育局").files[0].tables[0].unused_because;
        assert!(because.contains("第一季度") && because.contains("不是本期"), "{because}");
        let texts = texts(receipts, "教育局");
        assert!(texts.contains(because.as_str()) && !texts.contains("没有找到表头"));
    });
    let root = small();
    write(root.path(), "data/2024Q2/教育局说明.csv", "学员情况,见附件\n");
    with_receipts(root.path(), |receipts, _| assert!(texts(receipts, "教育局").contains("没有找到表头")));
}

#[test]
fn a_department_whose_figures_are_fixed_for_the_year_is_not_asked_to_send_them() {
    let root = small();
    fs::remove_dir_all(root.path().join("data/frozen")).expect("removed");
    fs::remove_file(root.path().join("data/2024Q2/教育局.csv")).expect("removed");
    with_receipts(root.path(), |receipts, _| {
        let statistics = of(receipts, "统计局");
        assert_ne!(statistics.outcome, Outcome::NotReceived);
        assert!(!statistics.task().contains("尽快报送"), "{}", statistics.task());
        assert!(of(receipts, "教育局").task().contains("尽快报送"));
    });
}

#[test]
fn the_day_of_a_form_tells_the_version_and_not_its_name() {
    let root = small();
    write(root.path(), "data/2024Q2/教育局.csv", "填报日期:2024.7.3,\n代码,学员人数\n01,60\n02,约9\n03,84\n");
    write(root.path(), "data/2024Q2/教育局(更正).csv", "填报日期:2024.7.5,\n代码,学员人数\n02,90\n03,83\n");
    with_receipts(root.path(), |receipts, _| {
        let files = &of(receipts, "教育局").files;
        let files: Vec<(&str, usize, Standing)> =
            files.iter().map(|file| (file.name.as_str(), file.version, file.standing)).collect();
        let versions = [("教育局(更正).csv", 2, Standing::Used), ("教育局.csv", 1, Standing::PartlyReplaced)];
        assert_eq!(files, versions);
    });
}
