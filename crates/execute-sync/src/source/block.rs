//! Cuts the bytes of a page into lines and hands them on in blocks, each line parsed as a document or named as bad.
//!
//! Memory does not grow with the page: a block is a few hundred kilobytes, or one line that is longer than that. A line
//! above the limit keeps its head, length and hash only.

use std::ops::Range;

use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};

use crate::document::{self, Body, Defect, Document, DocumentLimits};
use crate::error::{Error, Kind, Result};

/// A block is handed on once it holds this much.
pub const BLOCK_BYTES: usize = 256 * 1024;

/// What is kept of a line above the limit.
const HEAD_BYTES: usize = 64 * 1024;

/// A line may be so many times as long as the largest document, or so many bytes: then its head and hash are kept. One
/// that goes on is no line but a server without an end.
const MAX_OVERSIZE: u64 = 256;
const MAX_OVERSIZE_ANYWAY_BYTES: u64 = 16 * 1024 * 1024;

/// Blank bytes in a row after which a page is no page.
const MAX_BLANK_BYTES: usize = 1024 * 1024;

/// A stretch of a page.
#[derive(Debug)]
pub struct Block {
    /// The text that the documents' ranges refer to.
    pub text: String,
    /// Its lines in their order, blank ones left out.
    pub lines: Vec<Line>,
}

/// What a line takes besides its text: its own fields and the short strings in them.
const LINE_BYTES: usize = 320;

impl Block {
    /// About how much memory it takes.
    pub fn memory_bytes(&self) -> usize {
        let of_line = |line: &Line| match line {
            Line::Document(Document { body: Body::Whole(_), .. }) => LINE_BYTES,
            Line::Document(Document { body: Body::Sliced(rows), .. }) => {
                LINE_BYTES + rows.iter().map(|row| size_of::<String>() + row.len()).sum::<usize>()
            }
            Line::Bad(bad) => LINE_BYTES + bad.bytes.len(),
        };
        self.text.len() + self.lines.iter().map(of_line).sum::<usize>()
    }
}

/// A line that is not blank.
#[derive(Debug)]
pub enum Line {
    /// It can be stored.
    Document(Document),
    /// It cannot.
    Bad(BadDocument),
}

/// A line that cannot be stored, with what the quarantine keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadDocument {
    /// Why, and what is known of its identity.
    pub defect: Defect,
    /// Its number in the page, from 1, blank lines counted.
    pub line: u64,
    /// The bytes that came without the line end, or their first 64 KiB.
    pub bytes: Vec<u8>,
    /// How many bytes came.
    pub size: u64,
    /// SHA-256 of all bytes that came.
    pub sha256: [u8; 32],
}

impl BadDocument {
    /// A bad line of which all bytes are at hand.
    pub fn new(defect: Defect, line: u64, bytes: Vec<u8>) -> Self {
        let sha256 = Sha256::digest(&bytes).into();
        BadDocument { defect, line, size: bytes.len() as u64, bytes, sha256 }
    }

    /// Whether something is missing at its end. `last` is its last byte that is no blank: of a line above the limit no
    /// more is known.
    fn breaks_off(&self, last: Option<u8>) -> bool {
        if self.bytes.len() as u64 == self.size { is_beginning(&self.bytes) } else { last != Some(b'}') }
    }
}

/// Cuts one page. Feed it with [`push`](Cutter::push), then call [`finish`](Cutter::finish) once the body ended well.
pub struct Cutter {
    limits: DocumentLimits,
    max_document_bytes: u64,
    buffer: Vec<u8>,
    /// Up to here the buffer is known to hold no line end.
    searched: usize,
    oversize: Option<Oversize>,
    line: u64,
    blank_bytes: usize,
    started: bool,
}

struct Oversize {
    head: Vec<u8>,
    size: u64,
    hash: Sha256,
    /// Its last byte that is no blank.
    last: u8,
}

impl Cutter {
    /// A cutter for one page.
    pub fn new(limits: DocumentLimits, max_document_bytes: u64) -> Self {
        Cutter {
            limits,
            max_document_bytes,
            buffer: Vec::with_capacity(BLOCK_BYTES * 2),
            searched: 0,
            oversize: None,
            line: 0,
            blank_bytes: 0,
            started: false,
        }
    }

    /// Bytes held back, waiting for their line's end.
    pub fn pending_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Takes the next bytes; gives a block once enough whole lines are there.
    ///
    /// # Errors
    /// [`Kind::BadData`] if this is no page of documents: it starts with `<`, or holds blank lines or a line without end.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Option<Block>> {
        if self.oversize.is_some() {
            let Some(end) = memchr::memchr(b'\n', bytes) else {
                self.swallow(bytes)?;
                return Ok(None);
            };
            self.swallow(&bytes[..end])?;
            bytes = &bytes[end + 1..];
            let block = self.end_oversize();
            // The rest of this chunk starts a fresh block; a chunk is far smaller than a block can be.
            self.buffer.extend_from_slice(bytes);
            return Ok(Some(block));
        }
        self.buffer.extend_from_slice(bytes);
        if !self.started {
            self.look_at_start()?;
        }
        if self.buffer.len() < BLOCK_BYTES {
            return Ok(None);
        }
        let Some(end) = memchr::memrchr(b'\n', &self.buffer[self.searched..]).map(|i| self.searched + i + 1) else {
            self.searched = self.buffer.len();
            if self.buffer.len() as u64 > self.max_document_bytes {
                self.begin_oversize()?;
            }
            return Ok(None);
        };
        let mut rest = Vec::with_capacity(BLOCK_BYTES * 2);
        rest.extend_from_slice(&self.buffer[end..]);
        self.buffer.truncate(end);
        let whole = std::mem::replace(&mut self.buffer, rest);
        self.searched = 0;
        self.cut(whole).map(Some)
    }

    /// Gives what is left: the last line may lack its end.
    ///
    /// # Errors
    /// As [`push`](Cutter::push), and [`Kind::SourceUnreachable`] if the last line lacks its end and breaks off in the
    /// middle of a document: then more than this line may be missing, whatever HTTP said of the body's end.
    pub fn finish(mut self) -> Result<Option<Block>> {
        if let Some(oversize) = &self.oversize {
            return if oversize.last == b'}' { Ok(Some(self.end_oversize())) } else { Err(breaks_off()) };
        }
        let rest = std::mem::take(&mut self.buffer);
        if rest.is_empty() {
            return Ok(None);
        }
        let lacks_its_end = !rest.ends_with(b"\n");
        let last = rest.iter().rfind(|byte| !byte.is_ascii_whitespace()).copied();
        let block = self.cut(rest)?;
        match block.lines.last() {
            Some(Line::Bad(bad)) if lacks_its_end && bad.breaks_off(last) => Err(breaks_off()),
            _ => Ok(Some(block)),
        }
    }

    fn look_at_start(&mut self) -> Result<()> {
        if self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        if let Some(name) = foreign_encoding(&self.buffer) {
            return Err(not_a_page(name));
        }
        match self.buffer.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'<') => Err(not_a_page("it is an HTML or XML page")),
            Some(_) => {
                // A mark of one or two bytes of a BOM that is still coming is not a start yet.
                self.started = self.buffer.len() >= 3;
                Ok(())
            }
            None if self.buffer.len() > MAX_BLANK_BYTES => Err(not_a_page("it consists of blank lines")),
            None => Ok(()),
        }
    }

    fn cut(&mut self, bytes: Vec<u8>) -> Result<Block> {
        let (text, spans) = match String::from_utf8(bytes) {
            Ok(text) => {
                let mut spans = Vec::with_capacity(128);
                let mut start = 0;
                for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain(std::iter::once(text.len())) {
                    if start < text.len() {
                        spans.push(Span::Text(trim_line_end(&text, start..end)));
                    }
                    start = end + 1;
                }
                (text, spans)
            }
            Err(error) => salvage(error.as_bytes()),
        };
        let mut lines = Vec::with_capacity(spans.len());
        for span in spans {
            self.line += 1;
            match span {
                Span::Text(range) if text.as_bytes()[range.clone()].iter().all(u8::is_ascii_whitespace) => {
                    self.blank_bytes += range.len() + 1;
                    if self.blank_bytes > MAX_BLANK_BYTES {
                        return Err(not_a_page("it holds more than a megabyte of blank lines in a row"));
                    }
                }
                Span::Text(range) => {
                    self.blank_bytes = 0;
                    lines.push(self.parse(&text, range));
                }
                Span::NotUtf8(bytes) => {
                    self.blank_bytes = 0;
                    let defect = Defect::unreadable("it is not valid UTF-8");
                    lines.push(Line::Bad(BadDocument::new(defect, self.line, bytes)));
                }
            }
        }
        Ok(Block { text, lines })
    }

    fn parse(&self, text: &str, range: Range<usize>) -> Line {
        if range.len() as u64 > self.max_document_bytes {
            let bytes = &text.as_bytes()[range];
            let head = bytes[..bytes.len().min(HEAD_BYTES)].to_vec();
            let whole = BadDocument::new(self.too_large(&head), self.line, bytes.to_vec());
            return Line::Bad(BadDocument { bytes: head, ..whole });
        }
        match document::parse(text, range.clone(), &self.limits) {
            Ok(document) => Line::Document(document),
            Err(defect) => Line::Bad(BadDocument::new(defect, self.line, text.as_bytes()[range].to_vec())),
        }
    }

    fn begin_oversize(&mut self) -> Result<()> {
        let bytes = std::mem::replace(&mut self.buffer, Vec::with_capacity(BLOCK_BYTES * 2));
        self.searched = 0;
        self.oversize =
            Some(Oversize { head: Vec::with_capacity(HEAD_BYTES), size: 0, hash: Sha256::new(), last: b' ' });
        self.swallow(&bytes)
    }

    fn swallow(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(oversize) = &mut self.oversize {
            let room = HEAD_BYTES - oversize.head.len();
            oversize.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
            oversize.size += bytes.len() as u64;
            oversize.hash.update(bytes);
            if let Some(last) = bytes.iter().rfind(|byte| !byte.is_ascii_whitespace()) {
                oversize.last = *last;
            }
            if oversize.size > self.max_document_bytes.saturating_mul(MAX_OVERSIZE).max(MAX_OVERSIZE_ANYWAY_BYTES) {
                return Err(not_a_page("it holds a line without end"));
            }
        }
        Ok(())
    }

    fn end_oversize(&mut self) -> Block {
        self.line += 1;
        self.blank_bytes = 0;
        let lines = self.oversize.take().map(|oversize| {
            Line::Bad(BadDocument {
                defect: self.too_large(&oversize.head),
                line: self.line,
                bytes: oversize.head,
                size: oversize.size,
                sha256: oversize.hash.finalize().into(),
            })
        });
        Block { text: String::new(), lines: lines.into_iter().collect() }
    }

    fn too_large(&self, head: &[u8]) -> Defect {
        let max = self.max_document_bytes;
        let reason =
            format!("it is larger than {max} bytes (raise EXECUTESYNC_MAX_DOCUMENT_BYTES, then run a full refresh)");
        document::identified(reason, head, &self.limits)
    }
}

/// Bytes that show, at the start of a page, that it is text in no way we can read.
fn foreign_encoding(start: &[u8]) -> Option<&'static str> {
    match start {
        [0x1f, 0x8b, ..] => Some("it is packed with gzip although its headers do not say so"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("it is packed with zstd although its headers do not say so"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, ..] | [_, 0, ..] => Some("it is not UTF-8 text"),
        _ => None,
    }
}

enum Span {
    Text(Range<usize>),
    NotUtf8(Vec<u8>),
}

/// Splits a block that is not UTF-8 as a whole: good lines are kept, bad ones carry their bytes.
fn salvage(bytes: &[u8]) -> (String, Vec<Span>) {
    let mut text = String::with_capacity(bytes.len());
    let mut spans = Vec::new();
    let body = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for line in body.split(|&b| b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(good) => {
                let start = text.len();
                text.push_str(good);
                spans.push(Span::Text(trim_line_end(&text, start..text.len())));
            }
            Err(_) => spans.push(Span::NotUtf8(line.strip_suffix(b"\r").unwrap_or(line).to_vec())),
        }
    }
    (text, spans)
}

fn trim_line_end(text: &str, range: Range<usize>) -> Range<usize> {
    let line = &text[range.clone()];
    range.start..range.start + line.strip_suffix('\r').unwrap_or(line).len()
}

/// Is this how a JSON value begins, with something still missing?
fn is_beginning(bytes: &[u8]) -> bool {
    let ends_early = |bytes: &[u8]| serde_json::from_slice::<IgnoredAny>(bytes).is_err_and(|error| error.is_eof());
    // Inside a number the parser does not say so: to it `1.` is wrong rather than short.
    ends_early(bytes)
        || (matches!(bytes.last(), Some(b'.' | b'e' | b'E' | b'+' | b'-')) && ends_early(&[bytes, b"0"].concat()))
}

fn breaks_off() -> Error {
    Error::new(Kind::SourceUnreachable, "the server's answer breaks off in the middle of a document")
        .hint("Try again; if it stays, lower EXECUTESYNC_MAX_DOCUMENTS and look at proxies on the way.")
}

pub(crate) fn not_a_page(why: &str) -> Error {
    Error::new(Kind::BadData, format!("the server's answer is not a page of documents: {why}")).hint(
        "Check EXECUTESYNC_EXECUTE_URL: it should be the address of Execute itself, not of a login page or a proxy. Open it in a browser to see what answers.",
    )
}

#[cfg(test)]
mod tests;
