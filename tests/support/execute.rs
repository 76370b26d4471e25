//! A fake Execute server that can be wrong in every way: on a raw socket, so that each fault of the wire can be made.
//!
//! By default it answers as the fetch API says, from its ledger. A plan injects a fault into single answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use super::ledger::{Ledger, SCHEMA};
pub use super::request::{Ask, What};
use super::seed::Rng;
use super::tls::Conn;
use super::wire::{Framing, Pace, Reply, Then, Wire};

/// The login of every test.
pub const KEY_ID: &str = "test-key-7";
pub const KEY_SECRET: &str = "a secret: of the tests";

/// Changes an answer.
pub type Fault = Arc<dyn Fn(&mut Reply) + Send + Sync>;

/// Says which answers are changed, and how.
pub type Plan = Arc<dyn Fn(&Ask) -> Option<Fault> + Send + Sync>;

/// The server. It ends when it is dropped.
pub struct Execute {
    address: SocketAddr,
    scheme: &'static str,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    state: Mutex<State>,
    /// Told whenever a request came.
    came: Notify,
    tls: Option<TlsAcceptor>,
}

struct State {
    ledger: Arc<Ledger>,
    schema: String,
    /// What the Basic header holds.
    login: String,
    framing: Framing,
    plan: Option<Plan>,
    log: Vec<Ask>,
    connections: usize,
    rng: Rng,
}

impl Execute {
    /// Serves `ledger` on a free port of this machine.
    pub async fn start(ledger: Ledger) -> Self {
        Self::start_on(listener().await, ledger, None)
    }

    /// The same over TLS.
    pub async fn start_tls(ledger: Ledger, tls: Arc<rustls::ServerConfig>) -> Self {
        Self::start_on(listener().await, ledger, Some(tls))
    }

    pub fn start_on(listener: TcpListener, ledger: Ledger, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let scheme = if tls.is_some() { "https" } else { "http" };
        let state = State {
            ledger: Arc::new(ledger),
            schema: SCHEMA.to_owned(),
            login: STANDARD.encode(format!("{KEY_ID}:{KEY_SECRET}")),
            framing: Framing::Chunked,
            plan: None,
            log: Vec::new(),
            connections: 0,
            rng: Rng::new(0),
        };
        let address = listener.local_addr().expect("a listener has an address");
        let shared =
            Arc::new(Shared { state: Mutex::new(state), came: Notify::new(), tls: tls.map(TlsAcceptor::from) });
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Execute { address, scheme, shared, task }
    }

    /// Its base URL, by number.
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }

    /// Its base URL under another name of this machine.
    pub fn url_of(&self, host: &str) -> String {
        format!("{}://{host}:{}", self.scheme, self.address.port())
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How whole answers are framed from now on; `rng` moves positions inside records.
    pub fn framing(&self, framing: Framing, rng: Rng) {
        let mut state = self.shared.lock();
        state.framing = framing;
        state.rng = rng;
    }

    /// From now on, answers are changed as `plan` says. It must not ask the server anything: that waits for the plan.
    pub fn plan(&self, plan: impl Fn(&Ask) -> Option<Fault> + Send + Sync + 'static) {
        self.shared.lock().plan = Some(Arc::new(plan));
    }

    /// Changes the answer to the request for a page with this number, once.
    pub fn fault_at(&self, number: usize, fault: Fault) {
        self.plan(move |ask| (ask.what == What::Page && ask.number == number).then(|| Arc::clone(&fault)));
    }

    /// No more faults.
    pub fn clear(&self) {
        self.shared.lock().plan = None;
    }

    pub fn ledger(&self) -> Arc<Ledger> {
        Arc::clone(&self.shared.lock().ledger)
    }

    /// Lets the source change.
    pub fn set_ledger(&self, ledger: Ledger) {
        self.shared.lock().ledger = Arc::new(ledger);
    }

    /// Serves another schema from now on.
    pub fn set_schema(&self, schema: impl Into<String>) {
        self.shared.lock().schema = schema.into();
    }

    /// From now on this login is the only one.
    pub fn set_login(&self, key_id: &str, secret: &str) {
        self.shared.lock().login = STANDARD.encode(format!("{key_id}:{secret}"));
    }

    /// Returns once so many requests of a kind have come.
    pub async fn arrived(&self, what: What, number: usize) {
        loop {
            let more = self.shared.came.notified();
            if self.asked(what) >= number {
                return;
            }
            more.await;
        }
    }

    /// Every request so far.
    pub fn log(&self) -> Vec<Ask> {
        self.shared.lock().log.clone()
    }

    /// How many requests of a kind came so far.
    pub fn asked(&self, what: What) -> usize {
        self.shared.lock().log.iter().filter(|ask| ask.what == what).count()
    }

    /// How many connections came so far.
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }
}

impl Drop for Execute {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A listener on a free port of this machine.
pub async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("this machine has a free port")
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics while it holds the server's state")
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Aborting this task drops the set, and with it every connection.
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let shared = Arc::clone(&shared);
        while connections.try_join_next().is_some() {}
        connections.spawn(async move {
            let number = {
                let mut state = shared.lock();
                state.connections += 1;
                state.connections
            };
            // A client that leaves, also in the middle of a handshake, is none of our business.
            let _ = serve(stream, number, &shared).await;
        });
    }
}

async fn serve(stream: TcpStream, connection: usize, shared: &Shared) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut conn = Conn::accept(stream, shared.tls.as_ref()).await?;
    while let Some(head) = read_head(&mut conn).await? {
        let ask = Ask { server_name: conn.server_name(), ..Ask::parse(&head, connection) };
        // Told before it is done: a test that sees the answer also sees the request.
        let reply = respond(ask, shared);
        let mut wire = reply.encode();
        shared.came.notify_waiters();
        if let Some((share, gate)) = &reply.held {
            let before = wire.bytes.len() * share / 100;
            conn.write_all(&wire.bytes[..before]).await?;
            conn.flush().await?;
            gate.passed().await;
            wire.bytes.drain(..before);
            wire.head = wire.head.saturating_sub(before);
        }
        write(&mut conn, &wire, reply.pace).await?;
        match reply.then {
            Then::KeepAlive => {}
            Then::Fin => return conn.close().await,
            Then::Reset => return conn.reset(),
            Then::Stall => return conn.drain().await,
            Then::CutTls => return conn.cut_tls().await,
            Then::Forever(block) => {
                let block = match reply.framing {
                    Framing::Chunked | Framing::GzipChunked | Framing::ZstdChunked => {
                        [format!("{:x}\r\n", block.len()).as_bytes(), &block, b"\r\n"].concat()
                    }
                    Framing::Length | Framing::GzipLength | Framing::Close | Framing::Http10 => block,
                };
                loop {
                    conn.write_all(&block).await?;
                }
            }
        }
    }
    Ok(())
}

async fn write(conn: &mut Conn, wire: &Wire, pace: Pace) -> std::io::Result<()> {
    match pace {
        Pace::AtOnce => conn.write_all(&wire.bytes).await?,
        Pace::Sliced(bytes) => {
            // The first lines and the end of the last as asked, the rest coarser: every byte of it in a packet of its
            // own would take longer and show no more.
            let (fine, coarse) = (wire.head + 300, wire.bytes.len().saturating_sub(100));
            let mut at = 0;
            while at < wire.bytes.len() {
                let size = if at < wire.head || (fine..coarse).contains(&at) { 211 } else { bytes };
                let slice = &wire.bytes[at..(at + size).min(wire.bytes.len())];
                conn.write_all(slice).await?;
                conn.flush().await?;
                tokio::task::yield_now().await;
                at += slice.len();
            }
        }
        Pace::DripMs(every_ms) => {
            let half = wire.head + (wire.bytes.len() - wire.head) / 2;
            conn.write_all(&wire.bytes[..half]).await?;
            for byte in &wire.bytes[half..] {
                conn.write_all(&[*byte]).await?;
                conn.flush().await?;
                tokio::time::sleep(Duration::from_millis(every_ms)).await;
            }
        }
    }
    conn.flush().await
}

/// The head of the next request; `None` once the client has closed the connection.
async fn read_head(conn: &mut Conn) -> std::io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut byte = [0; 512];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = conn.read(&mut byte).await?;
        if read == 0 {
            return Ok(None);
        }
        head.extend_from_slice(&byte[..read]);
    }
    Ok(Some(String::from_utf8_lossy(&head).into_owned()))
}

fn respond(mut ask: Ask, shared: &Shared) -> Reply {
    let mut state = shared.lock();
    ask.number = state.log.iter().filter(|before| before.what == ask.what).count() + 1;
    let mut reply = match ask.what {
        _ if !is_login(&state, &ask) => status(&state, "401 Unauthorized"),
        What::Schema => Reply::new(state.schema.clone().into_bytes(), Framing::Length, state.rng.clone()),
        What::Page => page(&state, &ask),
        What::Other => status(&state, "404 Not Found"),
    };
    if let Some(fault) = state.plan.as_ref().and_then(|plan| plan(&ask)) {
        fault(&mut reply);
    }
    state.rng.next();
    state.log.push(ask);
    reply
}

fn is_login(state: &State, ask: &Ask) -> bool {
    ask.header("authorization") == Some(&format!("Basic {}", state.login))
}

fn status(state: &State, status: &str) -> Reply {
    Reply { status: status.to_owned(), ..Reply::new(b"no".to_vec(), Framing::Length, state.rng.clone()) }
}

fn page(state: &State, ask: &Ask) -> Reply {
    let limit = ask.query("limit").and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let answer = state.ledger.answer(ask.query("since").unwrap_or_default(), limit);
    let mut body = answer.lines.join(&b'\n');
    if !body.is_empty() {
        body.push(b'\n');
    }
    let mut reply = Reply::new(body, state.framing, state.rng.clone());
    reply.set("Content-Type", "application/x-ndjson");
    reply.set("X-Sync-Highwater-Mark", &answer.mark);
    reply.set("X-Sync-Truncated", if answer.truncated { "TRUE" } else { "FALSE" });
    if matches!(state.framing, Framing::Close | Framing::Http10) {
        reply.then = Then::Fin;
    }
    reply
}
