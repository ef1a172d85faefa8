//! What is wrong with the material, and where: codes, places and the list that collects them.
//!
//! A stage never stops at the first problem. It notes a [`Diagnostic`] in the [`Audit`] and goes on as far as it can.

mod answers;
mod code;
mod listing;

pub use answers::Answer;
pub use code::{Code, Severity};
pub use listing::{Tally, defused, to_csv};

use std::fmt;
use std::sync::Arc;

/// Zero-based row and column of a cell; displays as `F7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRef {
    /// Zero-based row.
    pub row: u32,
    /// Zero-based column.
    pub column: u32,
}

impl fmt::Display for CellRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut letters = Vec::new();
        let mut rest = self.column + 1;
        while rest > 0 {
            letters.push(b'A' + u8::try_from((rest - 1) % 26).expect("a remainder of 26 fits a byte"));
            rest = (rest - 1) / 26;
        }
        letters.reverse();
        let letters = String::from_utf8(letters).expect("letters are ASCII");
        write!(formatter, "{letters}{}", self.row + 1)
    }
}

/// A file as it was delivered.
#[derive(Clone, Debug)]
pub struct InputFile {
    /// Path relative to the project folder, with `/`: `data/2022Q3/县民政局.xlsx`.
    pub path: Arc<str>,
    /// Its bytes, untouched.
    pub bytes: Arc<[u8]>,
}

/// Where something stands: a file, perhaps a sheet, perhaps a cell or a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Path relative to the project folder, with `/`.
    pub file: Option<Arc<str>>,
    /// Sheet of a workbook.
    pub sheet: Option<Arc<str>>,
    /// Cell in a table.
    pub cell: Option<CellRef>,
    /// One-based line and column in a text file.
    pub line: Option<(u32, u32)>,
}

impl Place {
    /// The whole file.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Place { file: Some(path.into()), ..Place::default() }
    }

    /// A line and column (both one-based) of a text file.
    pub fn line(path: impl Into<Arc<str>>, line: u32, column: u32) -> Self {
        Place { file: Some(path.into()), line: Some((line, column)), ..Place::default() }
    }
}

/// `data/2022Q3/县民政局.xlsx [养老服务!F7]`, `indicators/health.toml:10:10`, or nothing where there is no place.
impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(file) = &self.file else { return Ok(()) };
        write!(formatter, "{file}")?;
        if let Some((line, column)) = self.line {
            write!(formatter, ":{line}:{column}")?;
        }
        match (&self.sheet, self.cell) {
            (Some(sheet), Some(cell)) => write!(formatter, " [{sheet}!{cell}]"),
            (Some(sheet), None) => write!(formatter, " [{sheet}]"),
            (None, Some(cell)) => write!(formatter, " [{cell}]"),
            (None, None) => Ok(()),
        }
    }
}

/// One message about the material: what, where, what was found, what is allowed, how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// Where it is.
    pub place: Place,
    /// Name of the department whose file it is, where known.
    pub department: Option<String>,
    /// Name of the unit concerned, where known.
    pub unit: Option<String>,
    /// Name of the measure or indicator concerned, where known.
    pub item: Option<String>,
    /// One Chinese sentence without the place.
    pub message: String,
    /// What stands there, where it can be quoted.
    pub found: String,
    /// What is allowed there.
    pub expected: String,
    /// How to mend it.
    pub help: String,
    /// What somebody answered to it; then it is not open any more.
    pub answer: Option<Arc<Answer>>,
}

impl Diagnostic {
    /// A message at a place; the builder methods add what else is known.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            place,
            department: None,
            unit: None,
            item: None,
            message: message.into(),
            found: String::new(),
            expected: String::new(),
            help: String::new(),
            answer: None,
        }
    }

    /// A short number that stays the same as long as the finding says the same: what answers refer to.
    pub fn number(&self) -> String {
        const DIGITS: usize = 8;
        let place = &self.place;
        let cell = place.cell.map(|cell| cell.to_string()).unwrap_or_default();
        let parts = [
            self.code.id(),
            place.file.as_deref().unwrap_or_default(),
            place.sheet.as_deref().unwrap_or_default(),
            &cell,
            self.unit.as_deref().unwrap_or_default(),
            self.item.as_deref().unwrap_or_default(),
            &self.found,
            &self.message,
        ];
        // The letter keeps spreadsheet programs from taking 12345678 or 1234E567 for a number.
        format!("N{}", hash(parts.join("\u{1F}").as_bytes())[..DIGITS].to_uppercase())
    }

    /// Names the department.
    #[must_use]
    pub fn department(mut self, name: impl Into<String>) -> Self {
        self.department = Some(name.into());
        self
    }

    /// Names the unit.
    #[must_use]
    pub fn unit(mut self, name: impl Into<String>) -> Self {
        self.unit = Some(name.into());
        self
    }

    /// Names the measure or indicator.
    #[must_use]
    pub fn item(mut self, name: impl Into<String>) -> Self {
        self.item = Some(name.into());
        self
    }

    /// Quotes what was found.
    #[must_use]
    pub fn found(mut self, text: impl Into<String>) -> Self {
        self.found = text.into();
        self
    }

    /// Says what is allowed.
    #[must_use]
    pub fn expected(mut self, text: impl Into<String>) -> Self {
        self.expected = text.into();
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }

    /// Severity of the code.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// `错误[weight-sum] indicators/health.toml:10:10:…` with the help on a second line.
impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}[{}]", self.severity().word(), self.code.id())?;
        if self.place.file.is_some() {
            write!(formatter, " {}", self.place)?;
        }
        write!(formatter, ":{}", self.message)?;
        if let Some(answer) = &self.answer {
            write!(formatter, "\n  已答复:{}({},{})", answer.text, answer.by, answer.on)?;
        } else if !self.help.is_empty() {
            write!(formatter, "\n  建议:{}", self.help)?;
        }
        Ok(())
    }
}

/// The list of everything found wrong so far.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    diagnostics: Vec<Diagnostic>,
    answers: Vec<answers::Heard>,
}

impl Audit {
    /// Adds one message.
    pub fn note(&mut self, mut diagnostic: Diagnostic) {
        if !self.answers.is_empty() {
            self.settle(&mut diagnostic);
        }
        self.diagnostics.push(diagnostic);
    }

    /// All messages in the order they were noted.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Whether anything of severity error was noted.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }
}

/// BLAKE3 hash of what can be read to its end, as lower-case hexadecimal.
///
/// # Errors
/// Reading fails.
pub fn hash_of(source: impl std::io::Read) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(source)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// BLAKE3 hash of bytes, as lower-case hexadecimal.
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}
