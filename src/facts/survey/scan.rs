//! A respondent file of any size in, the results of its survey out: parts of it go by, and only sums are kept.

mod columns;

use super::encode::{self, Codebook, Columns, Names, Weights};
use super::reader::{Respondents, settle};
use super::say::Say;
use super::table::Header;
use super::tally::Batch;
use super::{SurveyResult, population};
use crate::audit::{Audit, Code, Place};
use crate::definitions::{Definitions, Survey};
use crate::extract::{RawTable, ScannedFile, personal, values};
use crate::facts::Facts;
use columns::{answers, numbers, texts};
use polars::prelude::{DataFrame, Engine, PlanCallback, PolarsError, PolarsResult, by_name};
use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Rows that are looked at before the file is gone through.
const FIRST_ROWS: u32 = 200;
/// Rows in a part.
const PART_ROWS: usize = 1 << 18;
/// Parts that wait to be summed.
const WAITING: usize = 2;
/// Messages about single rows; how many more there are is told as a number.
const MOST_NOTES: usize = 1_000;

/// Reads a scanned respondent file into the facts.
pub(in crate::facts) fn read(
    definitions: &Definitions,
    position: usize,
    scanned: &ScannedFile,
    frozen: &[&RawTable],
    previous: Option<&Facts>,
    facts: &mut Facts,
    audit: &mut Audit,
) {
    let survey = &definitions.surveys[position];
    let say = Say { definitions, survey };
    let place = Place::file(scanned.path.clone());
    let first = match scanned.head(FIRST_ROWS) {
        Ok(first) => first,
        Err(error) => return say.unreadable(&place, &error, audit),
    };
    if let Some(hit) = personal::scan(&first) {
        audit.note(personal::refusal(place, hit.what));
        facts.refused.insert(scanned.path.clone());
        return;
    }
    let names: Vec<String> = first.rows[0].iter().map(values::text).collect();
    let Some(header) = Header::find(survey, &names) else {
        return say.headless(&place, audit);
    };
    say.missing(&header, &place, audit);
    let has_classes = encode::weighting_classes(survey).iter().all(|&class| header.classes[class].is_some());
    let population = if has_classes { population::read(definitions, survey, frozen, audit) } else { None };
    let mut parts = Parts { say, scanned, header, names };
    let result = settle(&say, facts, previous, population.as_ref(), &place, &mut parts, audit);
    if let Some(result) = result {
        facts.surveys[position] = SurveyResult { has_arrived: true, source: scanned.path.to_string(), ..result };
    }
}

/// A file that is gone through part by part.
struct Parts<'a> {
    say: Say<'a>,
    scanned: &'a ScannedFile,
    header: Header,
    names: Vec<String>,
}

impl Respondents for Parts<'_> {
    fn pass(&mut self, take: &mut dyn FnMut(&Batch), audit: &mut Audit) -> Option<Names> {
        let Say { definitions, survey } = self.say;
        let mut codebook = Codebook::new(definitions, survey);
        let mut noted = Audit::default();
        let mut note_count = 0_usize;
        let mut row_count = 0_usize;
        let path = self.scanned.path.clone();
        let outcome = self.each(|frame| {
            let columns = self.columns(survey, &frame)?;
            let above = row_count;
            // The first line holds the names.
            let line = |row: usize| u32::try_from(above + row + 2).unwrap_or(u32::MAX);
            let place = |row: usize, _| Place::line(path.clone(), line(row), 1);
            let mut own = Audit::default();
            let batch = codebook.encode(&columns, &place, &mut own);
            row_count += columns.row_count;
            for diagnostic in own.diagnostics() {
                note_count += 1;
                if note_count <= MOST_NOTES {
                    noted.note(diagnostic.clone());
                }
            }
            take(&batch);
            Ok(())
        });
        let place = Place::file(self.scanned.path.clone());
        audit.extend(noted);
        if note_count > MOST_NOTES {
            let message = format!("还有 {} 处同样的问题没有逐条列出", note_count - MOST_NOTES);
            let help = "先改正列出的各处,再检查一次";
            self.say.note(Code::AnswerInvalid, place.clone(), message, &survey.name, help, audit);
        }
        if let Err(error) = outcome {
            self.say.unreadable(&place, &error.to_string(), audit);
            return None;
        }
        self.say.out_of_turn(&codebook, &place, audit);
        Some(codebook.names())
    }
}

impl Parts<'_> {
    /// Calls for every part of the wanted columns, in the order of the file.
    fn each(&self, mut call: impl FnMut(DataFrame) -> PolarsResult<()>) -> PolarsResult<()> {
        let wanted: Vec<&str> = self.wanted().into_iter().map(|column| self.names[column].as_str()).collect();
        let frame = self.scanned.frame.clone().select([by_name(wanted, true, false).as_expr()]);
        let (sender, receiver): (SyncSender<DataFrame>, Receiver<DataFrame>) = sync_channel(WAITING);
        // Polars stops when nobody listens any more.
        let hand_over = move |part: DataFrame| -> PolarsResult<bool> { Ok(sender.send(part).is_err()) };
        let callback = PlanCallback::new(hand_over);
        let query = frame.sink_batches(callback, true, NonZeroUsize::new(PART_ROWS))?;
        std::thread::scope(|scope| {
            let runner = scope.spawn(move || query.collect_with_engine(Engine::Streaming).map(drop));
            let mut outcome = Ok(());
            for part in receiver {
                outcome = call(part);
                if outcome.is_err() {
                    break;
                }
            }
            let ran = runner.join().unwrap_or_else(|_| Err(PolarsError::ComputeError("读取中断".into())));
            outcome.and(ran)
        })
    }

    /// The columns that are looked at, each once.
    fn wanted(&self) -> Vec<usize> {
        let header = &self.header;
        let mut wanted: Vec<usize> = [Some(header.unit), header.weight, header.stratum, header.cluster]
            .into_iter()
            .chain(header.classes.iter().copied())
            .chain(header.answers.iter().copied())
            .flatten()
            .collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    fn columns(&self, survey: &Survey, frame: &DataFrame) -> PolarsResult<Columns> {
        let (header, names) = (&self.header, &self.names);
        let of = |column: usize| frame.column(&names[column]);
        let text = |column: Option<usize>| column.map(|column| texts(of(column)?)).transpose();
        let by = encode::weighting_classes(survey);
        let class = |(position, column): (usize, &Option<usize>)| text(column.filter(|_| by.contains(&position)));
        let weights = || -> PolarsResult<Option<Weights>> {
            Ok(match header.weight {
                None => None,
                Some(column) if of(column)?.dtype().is_primitive_numeric() => {
                    Some(Weights::Numbers(numbers(of(column)?)?))
                }
                Some(column) => Some(Weights::Texts(texts(of(column)?)?)),
            })
        };
        let answer = |column: &Option<usize>| column.map(|column| answers(of(column)?)).transpose();
        // Texts take longest; the columns are read beside each other.
        let ((units, weights), (clusters, answers)) = rayon::join(
            || (of(header.unit).and_then(texts), weights()),
            || (text(header.cluster), header.answers.iter().map(answer).collect::<PolarsResult<Vec<_>>>()),
        );
        Ok(Columns {
            row_count: frame.height(),
            units: units?,
            strata: text(header.stratum)?,
            clusters: clusters?,
            weights: weights?,
            classes: header.classes.iter().enumerate().map(class).collect::<PolarsResult<_>>()?,
            answers: answers?,
        })
    }
}
