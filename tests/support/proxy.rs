//! A fake proxy for HTTPS: it answers CONNECT as it is told and remembers what it was asked.
//!
//! For plain HTTP the fake Execute server is its own proxy: it does not mind a request that names the whole address.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::execute::listener;

/// What the proxy does with a connection.
#[derive(Debug, Clone)]
pub enum Manner {
    /// Connects to this address, whatever name was asked for.
    Tunnel(SocketAddr),
    /// The same, spoken to in SOCKS 5.
    Socks(SocketAddr),
    /// These bytes, and then the end of the connection.
    Answer(&'static str),
    /// Nothing at all.
    Stall,
}

/// The proxy. It ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Proxy {
    pub async fn start(manner: Manner) -> Self {
        let listener = listener().await;
        let address = listener.local_addr().expect("a listener has an address");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let task = tokio::spawn(accept(listener, manner, Arc::clone(&heard)));
        Proxy { address, heard, task }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was said to it before it connected anything: one text a connection.
    pub fn heard(&self) -> Vec<String> {
        self.heard.lock().expect("pushing does not panic").clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, manner: Manner, heard: Arc<Mutex<Vec<String>>>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let (manner, heard) = (manner.clone(), Arc::clone(&heard));
        // A side that leaves ends its tunnel, and nothing else.
        connections.spawn(async move { serve(stream, manner, &heard).await.unwrap_or_default() });
    }
}

async fn serve(mut client: TcpStream, manner: Manner, heard: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let hear = |bytes: &[u8]| {
        heard.lock().expect("pushing does not panic").push(String::from_utf8_lossy(bytes).into_owned());
    };
    match manner {
        Manner::Socks(to) => {
            let mut hello = [0; 2];
            client.read_exact(&mut hello).await?;
            client.read_exact(&mut vec![0; hello[1].into()]).await?;
            client.write_all(&[5, 0]).await?;
            let mut wish = [0; 5];
            client.read_exact(&mut wish).await?;
            // A name with its length before it, and the port.
            let mut name = vec![0; usize::from(wish[4]) + 2];
            client.read_exact(&mut name).await?;
            hear(&name[..name.len() - 2]);
            client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
            tunnel(client, to).await
        }
        Manner::Tunnel(to) => {
            hear(&head(&mut client).await?);
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            tunnel(client, to).await
        }
        Manner::Answer(answer) => {
            hear(&head(&mut client).await?);
            client.write_all(answer.as_bytes()).await?;
            client.shutdown().await
        }
        Manner::Stall => {
            hear(&head(&mut client).await?);
            client.read_to_end(&mut Vec::new()).await.map(|_| ())
        }
    }
}

async fn tunnel(mut client: TcpStream, to: SocketAddr) -> std::io::Result<()> {
    let mut server = TcpStream::connect(to).await?;
    copy_bidirectional(&mut client, &mut server).await.map(|_| ())
}

async fn head(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    Ok(head)
}
