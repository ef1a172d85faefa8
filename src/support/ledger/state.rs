//! Where a problem stands, and what may be done about it there (reports.md §5).

use crate::definitions::standard::ACTION_WORDS;

/// Where a problem stands (reports.md §5). Overdue is a flag beside it, no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// 待交办
    Pending,
    /// 已交办
    Assigned,
    /// 已签收
    Accepted,
    /// 整改中
    InProgress,
    /// 申请销号
    CloseRequested,
    /// 退回
    Returned,
    /// 已销号
    Closed,
    /// 巩固
    Consolidated,
    /// 反弹
    Relapsed,
    /// 长期坚持
    LongTerm,
    /// 撤销
    Cancelled,
}

impl State {
    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            State::Pending => "待交办",
            State::Assigned => "已交办",
            State::Accepted => "已签收",
            State::InProgress => "整改中",
            State::CloseRequested => "申请销号",
            State::Returned => "退回",
            State::Closed => "已销号",
            State::Consolidated => "巩固",
            State::Relapsed => "反弹",
            State::LongTerm => "长期坚持",
            State::Cancelled => "撤销",
        }
    }

    /// Whether something is still to be done: neither closed nor put off for the cycle nor cancelled.
    pub fn is_open(self) -> bool {
        self <= State::Returned
    }

    /// What may be done about a problem in this state.
    pub fn allows(self) -> &'static [Verb] {
        match self {
            State::Pending => &[Verb::Assign, Verb::Cancel],
            State::Assigned => &[Verb::Assign, Verb::Accept, Verb::Extend, Verb::Cancel],
            State::Accepted | State::Returned => &[Verb::Progress, Verb::Extend, Verb::LongTerm, Verb::Cancel],
            State::InProgress => &[Verb::Progress, Verb::Extend, Verb::Request, Verb::LongTerm, Verb::Cancel],
            State::CloseRequested => &[Verb::Extend, Verb::Verify, Verb::LongTerm, Verb::Cancel],
            State::Closed | State::LongTerm => &[Verb::LookBack],
            State::Consolidated | State::Relapsed | State::Cancelled => &[],
        }
    }
}

/// What is done about a problem, in the order in which it is done on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// 交办
    Assign,
    /// 签收
    Accept,
    /// 进展
    Progress,
    /// 延期
    Extend,
    /// 申请销号
    Request,
    /// 核验
    Verify,
    /// 长期坚持
    LongTerm,
    /// 撤销
    Cancel,
    /// 回头看
    LookBack,
}

impl Verb {
    const ALL: [Verb; 9] = [
        Verb::Assign,
        Verb::Accept,
        Verb::Progress,
        Verb::Extend,
        Verb::Request,
        Verb::Verify,
        Verb::LongTerm,
        Verb::Cancel,
        Verb::LookBack,
    ];

    /// The word in the table of actions.
    pub fn word(self) -> &'static str {
        ACTION_WORDS[self as usize]
    }

    /// What a word in the table of actions means.
    pub fn read(word: &str) -> Option<Self> {
        Verb::ALL.into_iter().find(|verb| verb.word() == word)
    }
}

/// What was concluded on the spot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// 退回: what was asked to be closed is not.
    Return,
    /// 通过: it is.
    Pass,
    /// 巩固: what was closed still holds.
    Hold,
    /// 反弹: it does not.
    Relapse,
}

impl Verdict {
    /// The printed word.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Return => "退回",
            Verdict::Pass => "通过",
            Verdict::Hold => "巩固",
            Verdict::Relapse => "反弹",
        }
    }

    /// What a word means.
    pub fn read(word: &str) -> Option<Self> {
        [Verdict::Return, Verdict::Pass, Verdict::Hold, Verdict::Relapse].into_iter().find(|it| it.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ways_of_the_state_machine_are_open() {
        let words = |state: State| state.allows().iter().map(|verb| verb.word()).collect::<Vec<_>>().join("、");
        let expected = [
            (State::Pending, "交办、撤销"),
            (State::Assigned, "交办、签收、延期、撤销"),
            (State::Accepted, "进展、延期、长期坚持、撤销"),
            (State::InProgress, "进展、延期、申请销号、长期坚持、撤销"),
            (State::CloseRequested, "延期、核验、长期坚持、撤销"),
            (State::Returned, "进展、延期、长期坚持、撤销"),
            (State::Closed, "回头看"),
            (State::LongTerm, "回头看"),
            (State::Consolidated, ""),
            (State::Relapsed, ""),
            (State::Cancelled, ""),
        ];
        for (state, allowed) in expected {
            assert_eq!(words(state), allowed, "{}", state.word());
        }
        assert!(State::Returned.is_open() && !State::Closed.is_open() && !State::LongTerm.is_open());
        for verb in Verb::ALL {
            assert_eq!(Verb::read(verb.word()), Some(verb));
        }
    }
}
