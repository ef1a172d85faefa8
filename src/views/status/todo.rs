//! What to do now, most urgent first, each in one sentence.

use super::party::{Open, Party, PartyState};
use super::step::{StepLine, StepState};
use super::{PeriodResult, Status};

/// Names in one sentence; the table has all of them.
const MOST_NAMES: usize = 6;

/// The sentences, never none.
pub(super) fn sentences(status: &Status, result: &PeriodResult) -> Vec<String> {
    let mut list = Vec::new();
    let calendar = &result.facts.calendar;
    let (on, due) = (status.on, status.due);
    let in_state = |state: PartyState| status.parties.iter().filter(move |party| party.state == state);
    let name = |party: &Party| party.name.clone();
    let overdue: Vec<String> = in_state(PartyState::Overdue).map(name).collect();
    if !overdue.is_empty() {
        let days = calendar.working_days_late(due, on);
        list.push(format!("催报({due} 截止,已迟 {days} 个工作日):{}", joined(&overdue)));
    }
    let outstanding: Vec<String> = in_state(PartyState::Outstanding).map(name).collect();
    // Before the period ends nobody can send anything.
    if !outstanding.is_empty() && on > status.period.last_day() {
        let days = calendar.working_days_late(on, due);
        let left =
            if days == 0 { "今日截止".to_owned() } else { format!("{due} 截止,还有 {days} 个工作日") };
        list.push(format!("等报送({left}):{}", joined(&outstanding)));
    }
    let refused: Vec<String> = in_state(PartyState::Refused).map(name).collect();
    if !refused.is_empty() {
        list.push(format!("请重报(含个人信息,已退回):{}", joined(&refused)));
    }
    let without_file: Vec<String> = in_state(PartyState::NoFile).map(name).collect();
    if !without_file.is_empty() {
        list.push(format!("找文件(登记已收到,文件夹里没有):{}", joined(&without_file)));
    }
    let lacking: Vec<String> = in_state(PartyState::Incomplete)
        .map(|party| format!("{} {} 项({})", party.name, party.missing.len(), joined(&party.missing)))
        .collect();
    if !lacking.is_empty() {
        list.push(format!("请补报:{}", joined(&lacking)));
    }
    let counts = |count: fn(&Open) -> usize| {
        let departments = status.parties.iter().map(|party| (party.name.as_str(), &party.open));
        let all = departments.chain([("不分部门", &status.project)]);
        let some = all.filter(|(_, open)| count(open) > 0);
        some.map(|(name, open)| format!("{name} {} 条", count(open))).collect::<Vec<_>>()
    };
    let errors = counts(|open| open.error_count);
    if !errors.is_empty() {
        list.push(format!("改错误:{}", joined(&errors)));
    }
    let questions = counts(|open| open.question_count);
    if !questions.is_empty() {
        list.push(format!("答疑问:{}", joined(&questions)));
    }
    if !errors.is_empty() || !questions.is_empty() {
        let last = list.last_mut().expect("a sentence was just added");
        last.push_str(&format!(";详见 yinxiang check {}", status.period));
    }
    if !status.unclaimed.is_empty() {
        list.push(format!("认文件(看不出哪个部门报的):{}", joined(&status.unclaimed)));
    }
    if list.is_empty() && on > status.period.last_day() {
        list.push("材料齐全,没有要改、要答的".to_owned());
    }
    list.extend(timetable(status));
    list
}

/// The steps of the day and those that come next.
fn timetable(status: &Status) -> Vec<String> {
    let mut list = Vec::new();
    let now = |state: StepState| status.steps.iter().filter(move |step| step.state == state);
    list.extend(now(StepState::Today).map(|step| format!("今日:{}", described(step))));
    list.extend(now(StepState::Running).map(|step| format!("进行中(到 {}):{}", step.to, described(step))));
    let upcoming = || now(StepState::Upcoming);
    if let Some(first) = upcoming().map(|step| step.from).min() {
        let next = upcoming().filter(|step| step.from == first);
        list.extend(next.map(|step| format!("接着({first} {}):{}", first.weekday_word(), described(step))));
    }
    if status.is_over() {
        let next = status.period.next();
        list.push(format!("这一期的时间表已走完;下一期看 yinxiang status {next}"));
    }
    list
}

/// `校核(分析人员):收到的表 → 回执`
fn described(step: &StepLine) -> String {
    let work = match (step.takes.as_str(), step.gives.as_str()) {
        ("", "") => String::new(),
        ("", gives) => format!(",产出{gives}"),
        (takes, "") => format!(",收进{takes}"),
        (takes, gives) => format!(":{takes} → {gives}"),
    };
    format!("{}({}){work}", step.name, step.who)
}

fn joined(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join("、");
    if names.len() > MOST_NAMES { format!("{shown} 等 {} 个", names.len()) } else { shown }
}
