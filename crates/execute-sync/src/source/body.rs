//! The body of an answer: decoded, counted, timed, and known to have ended as HTTP says it must.
//!
//! reqwest's own decoders would drop the headers that tell how a body is delimited, so decoding is done here.

use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_compression::tokio::bufread::{GzipDecoder, ZstdDecoder};
use futures_util::{Stream, StreamExt, TryStreamExt};
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::{Instant, timeout};
use tokio_util::bytes::Bytes;
use tokio_util::io::StreamReader;

use super::http_error;
use crate::error::{Error, Kind, Result};

/// Fewer bytes than this within the idle time count as silence, or a server could hold a run for ever a byte at a time.
const TRICKLE_BYTES: usize = 256;

/// Decoded bytes after which the compression ratio is watched, and the ratio that no honest document reaches.
const RATIO_FROM_BYTES: u64 = 1024 * 1024;
const MAX_RATIO: u64 = 200;

/// The body of a successful answer.
pub(super) struct Body {
    reader: Reader,
    wire_bytes: Arc<AtomicU64>,
    decoded_bytes: u64,
    idle: Duration,
    /// The time spent waiting for the bytes after the last [`TRICKLE_BYTES`], and how many of them came. While nobody asks
    /// for more, because the database is busy, the clock stands.
    waited: Duration,
    trickled: usize,
}

enum Reader {
    Plain(Pin<Box<dyn Stream<Item = std::io::Result<Bytes>> + Send>>),
    Coded(Pin<Box<dyn AsyncRead + Send>>, Vec<u8>),
}

impl Body {
    /// Takes over the body of `response`.
    ///
    /// # Errors
    /// [`Kind::BadData`] for an encoding that was not asked for, or a body that ends with the connection alone (over plain
    /// HTTP nothing tells such an end from a cut) unless `allow_close_delimited`.
    pub(super) fn new(response: reqwest::Response, idle: Duration, allow_close_delimited: bool) -> Result<Self> {
        let delimited = is_delimited(response.version(), response.headers());
        if !delimited && response.url().scheme() == "http" && !allow_close_delimited {
            return Err(Error::new(
                Kind::BadData,
                "the server's answer ends with the connection alone, so a cut answer cannot be told from a whole one",
            )
            .hint("Use https, or put a proxy in front that sends Content-Length or chunks; EXECUTESYNC_ALLOW_CLOSE_DELIMITED=true takes the risk."));
        }
        let encoding = encoding(response.headers())?;
        let wire_bytes = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&wire_bytes);
        let stream = response.bytes_stream().map_err(std::io::Error::other).inspect_ok(move |bytes| {
            counter.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        });
        let coded = |decoder: Pin<Box<dyn AsyncRead + Send>>| Reader::Coded(decoder, vec![0; 64 * 1024]);
        let reader = match encoding {
            Encoding::Identity => Reader::Plain(Box::pin(stream)),
            Encoding::Gzip => {
                let mut decoder = GzipDecoder::new(StreamReader::new(stream));
                decoder.multiple_members(true);
                coded(Box::pin(decoder))
            }
            Encoding::Zstd => {
                let mut decoder = ZstdDecoder::new(StreamReader::new(stream));
                decoder.multiple_members(true);
                coded(Box::pin(decoder))
            }
        };
        Ok(Body { reader, wire_bytes, decoded_bytes: 0, idle, waited: Duration::ZERO, trickled: 0 })
    }

    /// The next decoded bytes; `None` once the body ended well.
    ///
    /// # Errors
    /// [`Kind::SourceUnreachable`] if the body broke off, stood still or trickled; [`Kind::BadData`] for a decompression bomb.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        let began = Instant::now();
        let next = async {
            match &mut self.reader {
                Reader::Plain(stream) => stream.next().await.transpose(),
                Reader::Coded(decoder, buffer) => match decoder.read(buffer).await {
                    Ok(0) => Ok(None),
                    Ok(n) => Ok(Some(Bytes::copy_from_slice(&buffer[..n]))),
                    // Some servers pack nothing into no bytes at all. A body that broke off is another kind of error.
                    Err(error)
                        if error.kind() == ErrorKind::UnexpectedEof && self.wire_bytes.load(Ordering::Relaxed) == 0 =>
                    {
                        Ok(None)
                    }
                    Err(error) => Err(error),
                },
            }
        };
        let idle_s = self.idle.as_secs();
        let chunk = timeout(self.idle.saturating_sub(self.waited), next)
            .await
            .map_err(|_| {
                Error::new(Kind::SourceUnreachable, format!("the server's answer stood still for {idle_s} seconds"))
                    .hint("Try again; if it stays, lower EXECUTESYNC_MAX_DOCUMENTS or raise EXECUTESYNC_IDLE_TIMEOUT.")
            })?
            .map_err(http_error::broken_body)?;
        self.waited += began.elapsed();
        if let Some(bytes) = &chunk {
            self.count(bytes.len())?;
        }
        Ok(chunk)
    }

    /// Reads a small body whole.
    ///
    /// # Errors
    /// As [`chunk`](Body::chunk), and [`Kind::BadData`] above `limit` bytes.
    pub(super) async fn read_all(mut self, limit: usize) -> Result<Vec<u8>> {
        let mut all = Vec::new();
        while let Some(bytes) = self.chunk().await? {
            if all.len() + bytes.len() > limit {
                return Err(Error::new(Kind::BadData, format!("the server's answer is larger than {limit} bytes")));
            }
            all.extend_from_slice(&bytes);
        }
        Ok(all)
    }

    fn count(&mut self, bytes: usize) -> Result<()> {
        self.decoded_bytes += bytes as u64;
        self.trickled += bytes;
        if self.trickled >= TRICKLE_BYTES {
            self.waited = Duration::ZERO;
            self.trickled = 0;
        }
        let wire = self.wire_bytes.load(Ordering::Relaxed).max(1);
        if self.decoded_bytes > RATIO_FROM_BYTES && self.decoded_bytes / wire > MAX_RATIO {
            return Err(Error::new(
                Kind::BadData,
                format!("the server's answer unpacks to more than {MAX_RATIO} times its size, as only a decompression bomb does"),
            )
            .hint("Ask whoever runs the Execute server or the proxy before it."));
        }
        Ok(())
    }
}

/// Whether HTTP itself says where the body ends. A transfer encoding whose last step is not `chunked` does not, whatever
/// Content-Length says besides.
fn is_delimited(version: reqwest::Version, headers: &HeaderMap) -> bool {
    if version >= reqwest::Version::HTTP_2 {
        return true;
    }
    match headers.get_all(TRANSFER_ENCODING).iter().next_back() {
        Some(coding) => coding
            .to_str()
            .is_ok_and(|list| list.rsplit(',').next().is_some_and(|last| last.trim().eq_ignore_ascii_case("chunked"))),
        None => headers.contains_key(CONTENT_LENGTH),
    }
}

enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

fn encoding(headers: &HeaderMap) -> Result<Encoding> {
    let names: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| {
            String::from_utf8_lossy(value.as_bytes())
                .split(',')
                .map(|s| s.trim().to_ascii_lowercase())
                .collect::<Vec<_>>()
        })
        .filter(|name| !name.is_empty() && name != "identity")
        .collect();
    match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Ok(Encoding::Identity),
        ["gzip" | "x-gzip"] => Ok(Encoding::Gzip),
        ["zstd"] => Ok(Encoding::Zstd),
        other => Err(Error::new(
            Kind::BadData,
            format!("the server's answer is encoded as {}, which was not asked for", other.join(", ")),
        )
        .hint("Ask whoever runs the Execute server or the proxy before it.")),
    }
}
