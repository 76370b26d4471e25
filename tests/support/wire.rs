//! An answer of the fake server and how it travels: coding, framing, where it breaks off and how.
//!
//! HTTP/1.1 is written by hand, byte by byte, because no proper library lets one be wrong.

use std::sync::Arc;

use std::future::Future;
use std::task::{Context, Poll, Waker};

use async_compression::tokio::write::{GzipEncoder, ZstdEncoder};
use tokio::io::AsyncWriteExt;
use tokio::sync::Semaphore;

use super::seed::Rng;

/// How the body is packed and how its end is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Length,
    Chunked,
    GzipLength,
    GzipChunked,
    ZstdChunked,
    /// Nothing tells the end but the end of the connection.
    Close,
    /// The same in the older protocol.
    Http10,
}

impl Framing {
    /// Those that tell where a body ends.
    pub const DELIMITED: [Framing; 5] =
        [Framing::Length, Framing::Chunked, Framing::GzipLength, Framing::GzipChunked, Framing::ZstdChunked];

    fn coding(self) -> Option<&'static str> {
        match self {
            Framing::GzipLength | Framing::GzipChunked => Some("gzip"),
            Framing::ZstdChunked => Some("zstd"),
            Framing::Length | Framing::Chunked | Framing::Close | Framing::Http10 => None,
        }
    }

    fn is_chunked(self) -> bool {
        matches!(self, Framing::Chunked | Framing::GzipChunked | Framing::ZstdChunked)
    }

    fn has_length(self) -> bool {
        matches!(self, Framing::Length | Framing::GzipLength)
    }
}

/// Where an answer breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    BeforeHeaders,
    InHeaders,
    FirstRecord,
    Middle,
    /// Exactly between two records.
    Boundary,
    LastRecord,
    /// Every byte of the body is there; in chunks, all but the empty one that ends them.
    AfterLast,
}

/// What happens after the last byte that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Then {
    /// Nothing: the connection waits for the next request.
    KeepAlive,
    /// The connection is closed in order.
    Fin,
    /// The connection is reset.
    Reset,
    /// Nothing at all, for ever.
    Stall,
    /// Over TLS: closed without saying so in TLS.
    CutTls,
    /// These bytes, again and again; in chunks if the body is chunked.
    Forever(Vec<u8>),
}

/// How fast the bytes come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    AtOnce,
    /// So many bytes a write, each in a packet of its own.
    Sliced(usize),
    /// A byte every so many milliseconds, once half of the body is sent.
    DripMs(u64),
}

/// Holds answers back until it is opened.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    pub fn closed() -> Self {
        Gate(Arc::new(Semaphore::new(0)))
    }

    pub fn open(&self) {
        self.0.add_permits(1_000);
    }

    pub async fn passed(&self) {
        // A gate is never closed for good.
        let _ = self.0.acquire().await;
    }
}

/// Changes bytes that are packed already.
pub type Repack = Arc<dyn Fn(Vec<u8>) -> Vec<u8> + Send + Sync>;

/// An answer before it is written. A fault changes it.
#[derive(Clone)]
pub struct Reply {
    pub status: String,
    pub headers: Vec<(String, Vec<u8>)>,
    /// What the answer means, before it is packed.
    pub body: Vec<u8>,
    pub framing: Framing,
    /// What happens to the packed bytes before they are framed.
    pub repack: Option<Repack>,
    /// Added to the true Content-Length.
    pub length_off_by: i64,
    pub cut: Option<At>,
    pub then: Then,
    pub pace: Pace,
    /// After so many hundredths of its bytes it waits before this gate.
    pub held: Option<(usize, Gate)>,
    /// For positions inside a record.
    pub rng: Rng,
}

/// Bytes to write, and what follows them.
#[derive(Debug)]
pub struct Wire {
    pub bytes: Vec<u8>,
    /// Where the body begins.
    pub head: usize,
}

impl Reply {
    pub fn new(body: Vec<u8>, framing: Framing, rng: Rng) -> Self {
        Reply {
            status: "200 OK".to_owned(),
            headers: Vec::new(),
            body,
            framing,
            repack: None,
            length_off_by: 0,
            cut: None,
            then: Then::KeepAlive,
            pace: Pace::AtOnce,
            held: None,
            rng,
        }
    }

    /// Sets a header, replacing those of that name.
    pub fn set(&mut self, name: &str, value: impl AsRef<[u8]>) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    }

    /// The bytes, up to where they break off.
    pub fn encode(&self) -> Wire {
        let mut entity = match self.framing.coding() {
            Some(coding) => pack(coding, &self.body),
            None => self.body.clone(),
        };
        if let Some(repack) = &self.repack {
            entity = repack(entity);
        }
        let mut bytes = self.head(entity.len());
        let head = bytes.len();
        match self.cut {
            Some(At::BeforeHeaders) => bytes.clear(),
            Some(At::InHeaders) => bytes.truncate(head / 2),
            None => self.append_body(&mut bytes, &entity, entity.len(), true),
            Some(at) => self.append_body(&mut bytes, &entity, self.offset(at, &entity), false),
        }
        Wire { head: head.min(bytes.len()), bytes }
    }

    fn head(&self, entity_bytes: usize) -> Vec<u8> {
        let version = if self.framing == Framing::Http10 { "1.0" } else { "1.1" };
        let mut out = format!("HTTP/{version} {}\r\n", self.status).into_bytes();
        let mut header = |name: &str, value: &[u8]| {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        };
        for (name, value) in &self.headers {
            header(name, value);
        }
        let given = |name: &str| self.headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        if let Some(coding) = self.framing.coding().filter(|_| !given("Content-Encoding")) {
            header("Content-Encoding", coding.as_bytes());
        }
        if self.framing.is_chunked() {
            header("Transfer-Encoding", b"chunked");
        } else if self.framing.has_length() && !given("Content-Length") {
            let length = i64::try_from(entity_bytes).unwrap_or(i64::MAX) + self.length_off_by;
            header("Content-Length", length.to_string().as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        out
    }

    /// Appends `entity` up to `end`; the last chunk and the empty one after it only if the answer is `whole`.
    fn append_body(&self, out: &mut Vec<u8>, entity: &[u8], end: usize, whole: bool) {
        if !self.framing.is_chunked() {
            out.extend_from_slice(&entity[..end]);
            return;
        }
        for (at, chunk) in entity.chunks(entity.len() / 7 + 1).enumerate() {
            let begin = at * (entity.len() / 7 + 1);
            if begin >= end {
                break;
            }
            out.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            out.extend_from_slice(&chunk[..chunk.len().min(end - begin)]);
            if begin + chunk.len() <= end {
                out.extend_from_slice(b"\r\n");
            }
        }
        if whole && !matches!(self.then, Then::Forever(_)) {
            out.extend_from_slice(b"0\r\n\r\n");
        }
    }

    /// How much of the packed body is sent.
    fn offset(&self, at: At, entity: &[u8]) -> usize {
        let mut rng = self.rng.clone();
        let all = entity.len();
        if at == At::AfterLast || all == 0 {
            return all;
        }
        if self.framing.coding().is_some() || self.repack.is_some() {
            return match at {
                At::FirstRecord => rng.between(1, all / 4),
                At::Middle | At::Boundary => rng.between(all / 4, all * 3 / 4),
                _ => rng.between(all * 3 / 4, all - 1),
            };
        }
        let ends: Vec<usize> = line_ends(entity).collect();
        let last_end = ends.last().copied().unwrap_or(all);
        let before = |end: usize| ends.iter().rev().find(|&&e| e < end).copied().unwrap_or(0);
        let middle = ends.get(ends.len() / 2).copied().unwrap_or(all);
        match at {
            At::FirstRecord => rng.between(1, ends.first().copied().unwrap_or(all) - 1),
            At::Middle => rng.between(before(middle) + 1, middle - 1),
            At::Boundary => ends.get(rng.between(0, ends.len().saturating_sub(2))).copied().unwrap_or(all),
            // The newline itself may be all that is missing.
            _ => rng.between(before(last_end) + 1, last_end - 1),
        }
    }
}

/// Where each line ends, its newline included.
fn line_ends(bytes: &[u8]) -> impl Iterator<Item = usize> {
    bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1)
}

/// Packs bytes.
pub fn pack(coding: &str, bytes: &[u8]) -> Vec<u8> {
    const NEVER: &str = "a vector takes everything at once";
    let packing = async {
        if coding == "zstd" {
            let mut encoder = ZstdEncoder::new(Vec::new());
            encoder.write_all(bytes).await.expect(NEVER);
            encoder.shutdown().await.expect(NEVER);
            return encoder.into_inner();
        }
        let mut encoder = GzipEncoder::new(Vec::new());
        encoder.write_all(bytes).await.expect(NEVER);
        encoder.shutdown().await.expect(NEVER);
        encoder.into_inner()
    };
    match std::pin::pin!(packing).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(packed) => packed,
        Poll::Pending => panic!("{NEVER}"),
    }
}
