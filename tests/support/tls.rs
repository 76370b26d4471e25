//! The fake server's end of a connection, with or without TLS, and certificates of every quality.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A connection that a client opened.
pub enum Conn {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Conn {
    pub async fn accept(stream: TcpStream, tls: Option<&TlsAcceptor>) -> io::Result<Conn> {
        match tls {
            None => Ok(Conn::Plain(stream)),
            Some(tls) => Ok(Conn::Tls(Box::new(tls.accept(stream).await?))),
        }
    }

    fn tcp(&mut self) -> &mut TcpStream {
        match self {
            Conn::Plain(stream) => stream,
            Conn::Tls(stream) => stream.get_mut().0,
        }
    }

    /// The name that TLS was asked for; an address has none.
    pub fn server_name(&self) -> Option<String> {
        match self {
            Conn::Plain(_) => None,
            Conn::Tls(stream) => stream.get_ref().1.server_name().map(str::to_owned),
        }
    }

    /// Closes in order, over TLS with its goodbye, and waits until the client has closed too, or bytes that are on their
    /// way could be lost.
    pub async fn close(mut self) -> io::Result<()> {
        self.shutdown().await?;
        self.drain().await
    }

    /// Closes the connection below TLS: nothing says that the answer is over.
    pub async fn cut_tls(mut self) -> io::Result<()> {
        self.tcp().shutdown().await?;
        drain(self.tcp()).await
    }

    /// Resets the connection: the client's next read fails.
    pub fn reset(mut self) -> io::Result<()> {
        self.tcp().set_zero_linger()
    }

    /// Says nothing until the client leaves.
    pub async fn drain(mut self) -> io::Result<()> {
        drain(self.tcp()).await
    }
}

async fn drain(stream: &mut TcpStream) -> io::Result<()> {
    let mut ignored = [0; 1024];
    while stream.read(&mut ignored).await? > 0 {}
    Ok(())
}

impl AsyncRead for Conn {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Conn::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Conn::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Conn {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Conn::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Conn::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Conn::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Conn::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Conn::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Conn::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

/// A certificate authority of a test; nobody trusts it unless told to.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = params(&[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        Authority(CertifiedIssuer::self_signed(params, key()).expect("the certificate can be made"))
    }

    /// What goes into a CA file.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A server with a certificate of this authority for `hosts`, after `change` had its way with it.
    pub fn server(&self, hosts: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Arc<rustls::ServerConfig> {
        let (mut params, key) = (params(hosts), key());
        change(&mut params);
        let certificate = params.signed_by(&key, &self.0).expect("the certificate can be made");
        server(certificate.der().clone(), &key, rustls::ALL_VERSIONS)
    }

    /// The same, speaking only one version of TLS.
    pub fn server_of(
        &self,
        hosts: &[&str],
        version: &'static rustls::SupportedProtocolVersion,
    ) -> Arc<rustls::ServerConfig> {
        let key = key();
        let certificate = params(hosts).signed_by(&key, &self.0).expect("the certificate can be made");
        server(certificate.der().clone(), &key, &[version])
    }
}

/// A server whose certificate vouches for itself, and that certificate as PEM.
pub fn self_signed(hosts: &[&str]) -> (Arc<rustls::ServerConfig>, String) {
    self_signed_with(hosts, |_| {})
}

/// As [`self_signed`], after `change` had its way with the certificate.
pub fn self_signed_with(
    hosts: &[&str],
    change: impl FnOnce(&mut CertificateParams),
) -> (Arc<rustls::ServerConfig>, String) {
    let (mut params, key) = (params(hosts), key());
    change(&mut params);
    let certificate = params.self_signed(&key).expect("the certificate can be made");
    (server(certificate.der().clone(), &key, rustls::ALL_VERSIONS), certificate.pem())
}

fn params(hosts: &[&str]) -> CertificateParams {
    CertificateParams::new(hosts.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>()).expect("hosts are names")
}

fn key() -> KeyPair {
    KeyPair::generate().expect("this machine has randomness")
}

fn server(
    certificate: rustls::pki_types::CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Arc<rustls::ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .expect("ring speaks these versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("key and certificate belong together");
    Arc::new(config)
}
