//! The tables of the ledger of problems (整改销号台账): what people do about a problem, problems found by hand, and the
//! ledger itself as it is printed and read back.

use super::column;
use crate::definitions::ColumnKind::{Date, Text, Unit};
use crate::definitions::{ColumnKind, TableLayout};

/// Identifier, and stem of the files, of the table of what was done about problems (整改动态登记表).
pub const ACTIONS: &str = "actions";

/// Identifier, and stem of the files, of the table of problems found by hand (手工立项登记表).
pub const PROBLEMS: &str = "problems";

/// Identifier, and stem of the files, of the ledger that is printed, edited and read back.
pub const LEDGER: &str = "ledger";

/// The sheet of counts beside the ledger; nothing is read from it.
pub const LEDGER_COUNTS: &str = "进度";

/// The words in front of the period at whose end a printed ledger stood, above its header.
pub const LEDGER_EDITION: &str = "台账期次";

/// What can be done about a problem, in the order in which it is done on one day.
pub const ACTION_WORDS: [&str; 9] = ["交办", "签收", "进展", "延期", "申请销号", "核验", "长期坚持", "撤销", "回头看"];

/// The 28 columns of the printed ledger: identifier and header. The header of `unit` is what a unit is called.
pub const LEDGER_COLUMNS: [(&str, &str); 28] = [
    ("seq", "序号"),
    ("issue_id", "问题编号"),
    ("unit", "单位"),
    ("source", "问题来源"),
    ("indicator", "指标"),
    ("description", "问题描述"),
    ("severity", "问题等级"),
    ("measures", "整改措施"),
    ("exit_test", "整改目标(销号标准)"),
    ("owner", "牵头责任单位"),
    ("helper", "帮扶(配合)单位"),
    ("leader_post", "责任领导(职务)"),
    ("assigned_on", "交办日期"),
    ("accepted_on", "签收日期"),
    ("due_on", "整改时限"),
    ("extended_to", "批准延期至"),
    ("progress", "进展"),
    ("evidence_ids", "佐证材料编号"),
    ("close_requested_on", "申请销号日期"),
    ("verified", "核验单位/方式/日期"),
    ("verdict", "核验结论"),
    ("closed_on", "销号日期"),
    ("state", "状态"),
    ("overdue_days", "逾期工作日"),
    ("look_back", "回头看日期/结果"),
    ("red_streak", "连续红灯季数"),
    ("rule_hits", "关联加扣分"),
    ("note", "备注"),
];

/// Other headers of the printed ledger.
const LEDGER_ALIASES: [(&str, &[&str]); 4] = [
    ("unit", &["township", "单位名称"]),
    ("exit_test", &["销号标准"]),
    ("helper", &["帮扶单位", "配合单位"]),
    ("leader_post", &["责任领导"]),
];

pub(super) fn layouts(unit_word: &str) -> [TableLayout; 3] {
    [actions(), problems(unit_word), ledger(unit_word)]
}

fn table(id: &str, name: &str, columns: Vec<crate::definitions::TableColumn>) -> TableLayout {
    TableLayout { id: id.to_owned(), name: name.to_owned(), columns, within_period: false }
}

fn actions() -> TableLayout {
    table(
        ACTIONS,
        "整改动态登记表",
        vec![
            column("item", "问题编号", &["编号"], Text, true),
            column("date", "日期", &["办理日期"], Date, true),
            column("action", "动作", &["办理事项"], Text, true),
            column("by", "办理单位", &["核验单位"], Text, false),
            column("evidence", "佐证材料编号", &["佐证", "佐证材料"], Text, false),
            column("content", "内容", &["办理内容", "原因"], Text, false),
            column("how", "核验方式", &["方式"], Text, false),
            // Texts, because 60 and 60% mean the same here and a measured value is read in the unit of its indicator.
            column("percent", "完成比例", &["进度"], Text, false),
            column("measured", "实测值", &["实测"], Text, false),
            column("verdict", "结论", &["核验结论"], Text, false),
            column("until", "延期至", &["期限"], Date, false),
            column("approved_by", "审批", &["批准", "审批文号"], Text, false),
        ],
    )
}

fn problems(unit_word: &str) -> TableLayout {
    table(
        PROBLEMS,
        "手工立项登记表",
        vec![
            column("unit", or_unit(unit_word), &["单位", "单位名称"], Unit, true),
            column("source", "问题来源", &["来源"], Text, true),
            column("indicator", "指标", &["指标代码"], Text, false),
            column("description", "问题描述", &["问题"], Text, true),
            column("severity", "问题等级", &["等级"], Text, false),
            column("measures", "整改措施", &["措施"], Text, false),
            column("exit_test", "整改目标", &["销号标准"], Text, false),
            column("owner", "牵头责任单位", &["责任单位"], Text, false),
            column("helper", "帮扶单位", &["帮扶(配合)单位", "配合单位"], Text, false),
            column("leader_post", "责任领导(职务)", &["责任领导"], Text, false),
            column("assigned_on", "交办日期", &[], Date, false),
            column("due_on", "整改时限", &["时限"], Date, false),
            column("approved_by", "审批", &["批准", "审批文号"], Text, false),
            column("note", "备注", &[], Text, false),
        ],
    )
}

/// What the printed ledger holds; `within_period` is nothing here, because it tells of many periods.
fn ledger(unit_word: &str) -> TableLayout {
    let kind = |id: &str| -> ColumnKind {
        match id {
            "assigned_on" | "accepted_on" | "due_on" | "close_requested_on" | "closed_on" => Date,
            _ => Text,
        }
    };
    let columns = LEDGER_COLUMNS.iter().map(|&(id, name)| {
        let name = if id == "unit" { or_unit(unit_word) } else { name };
        let aliases = LEDGER_ALIASES.iter().find(|(of, _)| *of == id).map_or(&[][..], |(_, aliases)| aliases);
        column(id, name, aliases, kind(id), id == "issue_id")
    });
    table(LEDGER, "整改销号台账", columns.collect())
}

fn or_unit(unit_word: &str) -> &str {
    if unit_word.is_empty() { "单位" } else { unit_word }
}
