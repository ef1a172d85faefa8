//! One thing done about a problem, and what it makes of the problem.

use super::closing;
use super::state::{State, Verb, Verdict};
use super::{Item, ProgressNote};
use crate::audit::{Code, Diagnostic, Place};
use crate::definitions::Definitions;
use crate::definitions::calendar::Date;
use crate::facts::Facts;
use crate::index::Scores;

/// One thing done about a problem.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deed {
    pub(super) date: Date,
    pub(super) verb: Verb,
    pub(super) verdict: Option<Verdict>,
    pub(super) by: String,
    pub(super) how: String,
    pub(super) content: String,
    pub(super) evidence: Vec<String>,
    pub(super) percent: Option<f64>,
    pub(super) measured: Option<f64>,
    pub(super) until: Option<Date>,
    pub(super) approved_by: String,
    pub(super) place: Place,
}

impl Deed {
    pub(super) fn new(date: Date, verb: Verb, place: Place) -> Self {
        Deed {
            date,
            verb,
            verdict: None,
            by: String::new(),
            how: String::new(),
            content: String::new(),
            evidence: Vec::new(),
            percent: None,
            measured: None,
            until: None,
            approved_by: String::new(),
            place,
        }
    }

    /// By what deeds are put in order: the day and what was done, never the row they stand in.
    pub(super) fn key(&self) -> impl Ord + '_ {
        let bits = |number: Option<f64>| number.map(f64::to_bits);
        let texts = (&self.by, &self.how, &self.content, &self.evidence, &self.approved_by);
        (
            (self.date, self.verb, self.verdict),
            texts,
            (bits(self.percent), bits(self.measured), self.until),
            &self.place,
        )
    }
}

/// What deeds are judged by.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) facts: &'a Facts,
    pub(super) scores: &'a Scores,
}

impl Bench<'_> {
    /// What is wrong with a deed.
    pub(super) fn refusal(&self, code: Code, item: &Item, place: &Place, message: String) -> Diagnostic {
        Diagnostic::new(code, place.clone(), format!("{}:{message}", item.id))
            .unit(&self.definitions.units.units[item.unit].name)
            .item(&item.id)
    }

    /// What the deed makes of the problem, or what is wrong with it; then the problem is as it was.
    pub(super) fn apply(&self, item: &mut Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        if !item.state.allows().contains(&deed.verb) {
            return Err(Box::new(self.illegal(item, deed)));
        }
        match deed.verb {
            Verb::Assign => self.assign(item, deed)?,
            Verb::Accept => {
                item.accepted_on = Some(deed.date);
                item.state = State::Accepted;
            }
            Verb::Progress => {
                item.progress = Some(ProgressNote { on: deed.date, percent: deed.percent, text: deed.content.clone() });
                item.state = State::InProgress;
            }
            Verb::Extend => self.extend(item, deed)?,
            Verb::Request => {
                item.close_requested_on = Some(deed.date);
                item.close_requested_by.clone_from(&deed.by);
                item.state = State::CloseRequested;
            }
            Verb::Verify => self.verify(item, deed)?,
            Verb::LongTerm | Verb::Cancel => self.leave(item, deed)?,
            Verb::LookBack => self.look_back(item, deed)?,
        }
        for id in &deed.evidence {
            if !item.evidence.contains(id) {
                item.evidence.push(id.clone());
            }
            item.stale_evidence.retain(|stale| stale != id);
        }
        if item.state == State::Returned && deed.verb == Verb::Verify {
            item.stale_evidence.clone_from(&item.evidence);
        }
        item.place = deed.place.clone();
        Ok(())
    }

    fn illegal(&self, item: &Item, deed: &Deed) -> Diagnostic {
        let allowed: Vec<&str> = item.state.allows().iter().map(|verb| verb.word()).collect();
        let (state, verb) = (item.state.word(), deed.verb.word());
        let help = match (item.state, deed.verb) {
            (State::Pending, _) => "交办以后才能办理;交办日期早于程序自动交办的,先登记一行“交办”".to_owned(),
            (State::Assigned, Verb::Progress) => "先登记“签收”,再登记“进展”".to_owned(),
            (State::Accepted | State::Returned, Verb::Request) => "先登记“进展”,再“申请销号”".to_owned(),
            (State::Accepted | State::InProgress | State::Returned, Verb::Verify) => {
                "先登记“申请销号”,再“核验”".to_owned()
            }
            (State::CloseRequested, Verb::Progress) => "已申请销号,核验退回后才能再登记进展".to_owned(),
            _ if allowed.is_empty() => "已经办结的问题不再变动;又出现的问题会另立新号".to_owned(),
            _ => format!("现在可以登记:{};请核对日期和动作", allowed.join("、")),
        };
        self.refusal(
            Code::LedgerTransition,
            item,
            &deed.place,
            format!("{} 时是“{state}”,不能“{verb}”,这一行没有采用", deed.date),
        )
        .found(verb)
        .expected(if allowed.is_empty() { "无".to_owned() } else { allowed.join("、") })
        .help(help)
    }

    fn unapproved(&self, item: &Item, deed: &Deed, what: &str) -> Box<Diagnostic> {
        let message = format!("“{}”{what}没有写明由谁批准,这一行没有采用", deed.verb.word());
        let refusal = self.refusal(Code::ApprovalMissing, item, &deed.place, message);
        Box::new(refusal.expected("审批单位或文号").help("在“审批”一列写上批准的单位或文号"))
    }

    fn assign(&self, item: &mut Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        if let Some(until) = deed.until {
            if until < deed.date {
                let message = format!("整改时限 {until} 早于交办日期 {},这一行没有采用", deed.date);
                let refusal = self.refusal(Code::RowInvalid, item, &deed.place, message);
                return Err(Box::new(refusal.found(until.to_string()).help("核对交办日期和时限")));
            }
            if until > item.deadline() && deed.approved_by.is_empty() {
                return Err(self.unapproved(item, deed, "时放宽整改时限"));
            }
            // Told before, it is an extension by another name.
            if until > item.deadline() && item.assigned_on.is_some() {
                self.in_time(item, deed)?;
            }
            item.due_on = until;
            item.extended_to = None;
            item.extension.clear();
        }
        item.assigned_on = Some(deed.date);
        item.state = State::Assigned;
        Ok(())
    }

    /// A deadline moves only before it has passed, or nothing would ever be overdue.
    fn in_time(&self, item: &Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        let deadline = item.deadline();
        if deed.date <= deadline {
            return Ok(());
        }
        let what = if deed.verb == Verb::Extend { "批准的延期" } else { "另定的时限" };
        let message = format!("时限 {deadline} 已过,{} 才{what}不算,这一行没有采用", deed.date);
        let refusal = self.refusal(Code::LedgerTransition, item, &deed.place, message);
        let expected = format!("{deadline} 以前批准");
        let help = "延期要在到期以前批准;批准日期登记错了的请改正";
        Err(Box::new(refusal.found(deed.date.to_string()).expected(expected).help(help)))
    }

    fn extend(&self, item: &mut Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        let deadline = item.deadline();
        let Some(until) = deed.until.filter(|until| *until > deadline) else {
            let message = format!("延期要写明延到哪一天,且晚于现在的时限 {deadline},这一行没有采用");
            let refusal = self.refusal(Code::RowInvalid, item, &deed.place, message);
            let found = deed.until.map(|until| until.to_string()).unwrap_or_default();
            return Err(Box::new(refusal.found(found).expected(format!("{deadline} 以后的日期")).help("填写“延期至”")));
        };
        if deed.approved_by.is_empty() {
            return Err(self.unapproved(item, deed, ""));
        }
        self.in_time(item, deed)?;
        item.extended_to = Some(until);
        item.extension = format!("{},{}", deed.approved_by, deed.date);
        item.approved_by.clone_from(&deed.approved_by);
        Ok(())
    }

    fn verify(&self, item: &mut Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        let verdict = match deed.verdict {
            Some(Verdict::Pass) => {
                let proof = closing::proof(self, item, deed)?;
                item.closed_on = Some(deed.date);
                item.left_on = Some(deed.date);
                item.state = State::Closed;
                item.count_overdue(&self.facts.calendar, deed.date);
                format!("{}{proof}", Verdict::Pass.word())
            }
            Some(Verdict::Return) if !deed.content.is_empty() => {
                item.state = State::Returned;
                format!("{}({})", Verdict::Return.word(), deed.content)
            }
            Some(Verdict::Return) => {
                let message = "核验退回要写明原因,这一行没有采用".to_owned();
                let refusal = self.refusal(Code::RowInvalid, item, &deed.place, message);
                return Err(Box::new(refusal.expected("退回的原因").help("在“内容”一列写上退回的原因")));
            }
            _ => return Err(self.no_verdict(item, deed, "通过、退回")),
        };
        item.verified_by.clone_from(&deed.by);
        item.verified_how.clone_from(&deed.how);
        item.verified_on = Some(deed.date);
        item.verdict = verdict;
        Ok(())
    }

    fn no_verdict(&self, item: &Item, deed: &Deed, expected: &str) -> Box<Diagnostic> {
        let message = format!("“{}”没有写明结论,这一行没有采用", deed.verb.word());
        let refusal = self.refusal(Code::RowInvalid, item, &deed.place, message);
        let found = deed.verdict.map_or("", Verdict::word);
        Box::new(refusal.found(found).expected(expected).help(format!("“结论”一列填 {expected}")))
    }

    fn leave(&self, item: &mut Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        if deed.approved_by.is_empty() {
            return Err(self.unapproved(item, deed, ""));
        }
        if deed.verb == Verb::LongTerm {
            item.state = State::LongTerm;
            item.count_overdue(&self.facts.calendar, deed.date);
        } else {
            item.state = State::Cancelled;
            item.overdue_days = 0;
        }
        item.left_on = Some(deed.date);
        item.approved_by.clone_from(&deed.approved_by);
        let reason = if deed.content.is_empty() { String::new() } else { format!(":{}", deed.content) };
        item.add_note(&format!("{} {}({}){reason}", deed.date, deed.verb.word(), deed.approved_by));
        Ok(())
    }

    fn look_back(&self, item: &mut Item, deed: &Deed) -> Result<(), Box<Diagnostic>> {
        let verdict = match deed.verdict {
            Some(verdict @ (Verdict::Hold | Verdict::Relapse)) => verdict,
            _ => return Err(self.no_verdict(item, deed, "巩固、反弹")),
        };
        item.looked_back_on = Some(deed.date);
        verdict.word().clone_into(&mut item.look_back);
        match (verdict, item.state) {
            (Verdict::Relapse, _) => item.state = State::Relapsed,
            // What takes years is looked at again every year.
            (_, State::LongTerm) => {}
            _ => item.state = State::Consolidated,
        }
        if !deed.content.is_empty() {
            item.add_note(&format!("{} 回头看:{}", deed.date, deed.content));
        }
        Ok(())
    }
}
