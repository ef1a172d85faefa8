//! A progress line for stages that take longer than half a second, and how long each stage took.

use indicatif::{ProgressBar, ProgressStyle};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use yinxiang::workflow::Stage;

/// How long a stage stays silent.
const PATIENCE: Duration = Duration::from_millis(500);
const TICK: Duration = Duration::from_millis(100);

struct Current {
    name: String,
    since: Instant,
}

/// Watches the stages of a run. Prints to the terminal's error stream only, and only if it is one.
pub(crate) struct Progress {
    current: Arc<Mutex<Option<Current>>>,
    timings: Vec<(String, f64)>,
    watcher: Option<(mpsc::Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Starts watching; a silent one only measures.
    pub(crate) fn start(is_silent: bool) -> Self {
        let current = Arc::new(Mutex::new(None));
        let watcher = (!is_silent).then(|| watch(current.clone()));
        Progress { current, timings: Vec::new(), watcher }
    }

    /// A new stage begins.
    pub(crate) fn stage(&mut self, name: &str) {
        let next = Current { name: name.to_owned(), since: Instant::now() };
        self.switch(Some(next));
    }

    /// A stage of the pipeline begins.
    pub(crate) fn pipeline(&mut self, stage: Stage) {
        match stage {
            Stage::Definitions => self.stage("读定义"),
            Stage::Extract => self.stage("读报表"),
            Stage::Score(period) => self.stage(&format!("核对与计分 {period}")),
        }
    }

    /// Ends the last stage and returns the seconds of each.
    pub(crate) fn finish(mut self) -> Vec<(String, f64)> {
        self.switch(None);
        std::mem::take(&mut self.timings)
    }

    fn switch(&mut self, next: Option<Current>) {
        let before = std::mem::replace(&mut *self.current.lock().unwrap_or_else(PoisonError::into_inner), next);
        if let Some(before) = before {
            self.timings.push((before.name, before.since.elapsed().as_secs_f64()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.watcher.take() {
            drop(stop);
            // A watcher that failed has nothing left to clear.
            let _ = thread.join();
        }
    }
}

fn watch(current: Arc<Mutex<Option<Current>>>) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        let mut bar: Option<ProgressBar> = None;
        while stopped.recv_timeout(TICK) == Err(mpsc::RecvTimeoutError::Timeout) {
            let slow = {
                let guard = current.lock().unwrap_or_else(PoisonError::into_inner);
                guard.as_ref().filter(|stage| stage.since.elapsed() > PATIENCE).map(|stage| stage.name.clone())
            };
            match slow {
                Some(name) => {
                    let bar = bar.get_or_insert_with(|| {
                        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
                        ProgressBar::new_spinner()
                            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
                    });
                    bar.set_message(format!("{name}…"));
                    bar.tick();
                }
                None => {
                    if let Some(bar) = bar.take() {
                        bar.finish_and_clear();
                    }
                }
            }
        }
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    });
    (stop, thread)
}
