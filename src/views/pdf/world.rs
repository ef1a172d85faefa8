//! What the typesetter may see: one template, its data, its pictures, the embedded fonts. Nothing outside memory.

use crate::views::theme::{BOLD_FONT, REGULAR_FONT, SERIF_BOLD_FONT, SERIF_FONT};
use std::sync::OnceLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

/// Path of the template; paths are the same for every document, since the typesetter keeps each path for ever.
const TEMPLATE: &str = "main.typ";
/// Path of the data that a template reads.
const DATA: &str = "data.json";

/// One document's world.
pub(super) struct Desk {
    main: FileId,
    source: Source,
    files: Vec<(FileId, Bytes)>,
}

struct Shelf {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

fn shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let embedded = [REGULAR_FONT, BOLD_FONT, SERIF_FONT, SERIF_BOLD_FONT];
        let fonts: Vec<Font> = embedded.into_iter().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect();
        Shelf { library: LazyHash::new(Library::default()), book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    })
}

fn file_id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("our paths are plain names");
    FileId::new(RootedPath::new(VirtualRoot::Project, path))
}

impl Desk {
    /// A template, what it reads as `data.json`, and pictures by the names that the data use.
    pub(super) fn new(template: &str, data: Vec<u8>, pictures: Vec<(String, Vec<u8>)>) -> Self {
        let main = file_id(TEMPLATE);
        let mut files = vec![(file_id(DATA), Bytes::new(data))];
        files.extend(pictures.into_iter().map(|(name, bytes)| (file_id(&name), Bytes::new(bytes))));
        Desk { main, source: Source::new(main, template.to_owned()), files }
    }
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &shelf().library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &shelf().book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main { Ok(self.source.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let own = self.files.iter().find(|(known, _)| *known == id);
        own.map(|(_, bytes)| bytes.clone()).ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        shelf().fonts.get(index).cloned()
    }

    /// No clock: dates are inputs.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
