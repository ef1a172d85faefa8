//! The container of an .xls file ([MS-CFB]), walked before calamine walks it: a chain of sectors that bites its own tail
//! would fill the memory.

const END: u32 = 0xFFFF_FFFE;
const RESERVED: u32 = 0xFFFF_FFFA;

/// Parts of the table of sectors that the header itself names.
const HEADER_PARTS: usize = 109;

/// The sectors of a file and which follows which.
struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    table: Vec<u32>,
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes(four.try_into().expect("chunks of four")))
}

impl<'a> Container<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let sector = match short(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut container = Container { bytes, sector, table: Vec::new() };
        let sector_count = bytes.len() / sector;
        let mut parts: Vec<u32> = longs(bytes.get(76..512)?).collect();
        let mut next = long(bytes, 68)?;
        let mut seen = 0;
        while next < RESERVED {
            seen += 1;
            parts.extend(longs(container.get(next)?));
            next = parts.pop()?;
            if seen > sector_count || parts.len() > sector_count + HEADER_PARTS + sector / 4 {
                return None;
            }
        }
        for part in parts.into_iter().filter(|part| *part < RESERVED) {
            // One entry a sector, the last part not full: a table whose parts are named twice grows beyond that.
            if container.table.len() > sector_count + sector / 4 {
                return None;
            }
            let entries: Vec<u32> = longs(container.get(part)?).collect();
            container.table.extend(entries);
        }
        Some(container)
    }

    fn get(&self, sector: u32) -> Option<&'a [u8]> {
        let start = self.sector.checked_mul(usize::try_from(sector).ok()? + 1)?;
        let end = (start + self.sector).min(self.bytes.len());
        self.bytes.get(start..end)
    }

    /// The bytes of a chain of sectors; `None` where it leads nowhere or in a circle.
    fn chain(&self, mut next: u32, length: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut seen = 0;
        while next != END && bytes.len() < length {
            bytes.extend_from_slice(self.get(next)?);
            seen += 1;
            if seen > self.bytes.len() / self.sector + 1 {
                return None;
            }
            next = *self.table.get(usize::try_from(next).ok()?)?;
        }
        bytes.truncate(length);
        Some(bytes)
    }
}

/// The stream of a workbook in its container; `None` where the container is damaged or holds none.
///
/// Every chain that calamine follows when it opens the container is followed here first.
pub(super) fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let container = Container::open(bytes)?;
    let directory = container.chain(long(bytes, 48)?, usize::MAX)?;
    let root = directory.get(..128)?;
    let small_count = usize::try_from(long(bytes, 64)?).ok()?;
    let (small_table, small) = if small_count > 0 {
        let small = container.chain(long(root, 116)?, usize::try_from(long(root, 120)?).ok()?)?;
        let length = small_count.checked_mul(container.sector)?;
        let table: Vec<u32> = longs(&container.chain(long(bytes, 60)?, length)?).collect();
        (table, small)
    } else {
        (Vec::new(), Vec::new())
    };
    let named = |wanted: &str| {
        directory.chunks_exact(128).find(|entry| {
            let letters = entry[..64].chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]]));
            let name: Vec<u16> = letters.take_while(|letter| *letter != 0).collect();
            String::from_utf16_lossy(&name).eq_ignore_ascii_case(wanted)
        })
    };
    let entry = named("Workbook").or_else(|| named("Book"))?;
    let (start, length) = (long(entry, 116)?, usize::try_from(long(entry, 120)?).ok()?);
    if length >= 4096 {
        return container.chain(start, length);
    }
    let inner = Container { bytes: &small, sector: 64, table: small_table };
    inner.small_chain(start, length)
}

impl Container<'_> {
    /// The same for the sectors inside of the stream of small streams, which has no header.
    fn small_chain(&self, mut next: u32, length: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        while next != END && bytes.len() < length {
            let start = self.sector.checked_mul(usize::try_from(next).ok()?)?;
            bytes.extend_from_slice(self.bytes.get(start..(start + self.sector).min(self.bytes.len()))?);
            if bytes.len() > self.bytes.len() {
                return None;
            }
            next = *self.table.get(usize::try_from(next).ok()?)?;
        }
        bytes.truncate(length);
        Some(bytes)
    }
}
