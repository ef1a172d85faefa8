//! How often the checks find something where nothing is wrong: the measured rates of the table in [`super`].

/// Rates measured on simulated clean surveys, in percent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FalseAlarms {
    /// Surveys in which an interviewer stands out for straight-lining.
    pub straightlining: f64,
    /// Respondents listed for it.
    pub straight_respondents: f64,
    /// Surveys in which an interviewer stands out for forms that agree.
    pub duplicates: f64,
    /// Respondents with a close form.
    pub close_respondents: f64,
    /// Respondents listed for their times.
    pub timed_respondents: f64,
    /// Surveys in which the interviewers together have an effect, by permutation.
    pub effect: f64,
    /// Surveys in which the mean of an interviewer stands out.
    pub mean: f64,
    /// Surveys in which a unit stands out for blanks or don't-knows.
    pub nonresponse: f64,
    /// Respondents listed for a blank form.
    pub blank_respondents: f64,
}

/// The rates of the table, at α = 0.05.
pub const FALSE_ALARMS: FalseAlarms = FalseAlarms {
    straightlining: 3.0,
    straight_respondents: 16.2,
    duplicates: 3.7,
    close_respondents: 37.6,
    timed_respondents: 0.3,
    effect: 4.7,
    mean: 5.3,
    nonresponse: 2.7,
    blank_respondents: 0.6,
};

#[cfg(test)]
mod tests {
    use super::FALSE_ALARMS;

    #[test]
    fn the_rates_that_are_printed_are_those_that_were_measured() {
        let rates = FALSE_ALARMS;
        let rows = [
            format!("straight-lining | {:.1} % | {:.1} %", rates.straightlining, rates.straight_respondents),
            format!("duplicates (6 of 6 alike) | {:.1} % | {:.1} %", rates.duplicates, rates.close_respondents),
            format!("times | – | {:.1} %", rates.timed_respondents),
            format!("interviewer effect, permutation | {:.1} % | –", rates.effect),
            format!("interviewer's mean | {:.1} % | –", rates.mean),
            format!("item non-response | {:.1} % | {:.1} %", rates.nonresponse, rates.blank_respondents),
        ];
        for row in rows {
            assert!(include_str!("mod.rs").contains(&format!("//! | {row} |\n")), "{row}");
        }
    }
}
