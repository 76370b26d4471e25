//! The keychain of the system: Secret Service, macOS Keychain, Windows Credential Manager.
//!
//! A locked one may ask a person for a password and answer only then, so each question is put on a thread of its own and
//! waited for with a limit.

use std::time::Duration;

use async_trait::async_trait;
use keyring_core::Entry;
use zeroize::Zeroizing;

use super::{Account, CHOICES, FIELD, SecretBytes, SecretStore};
use crate::error::{Error, Kind, Result};
use crate::paths::APP_NAME;

/// How long an answer is waited for. Without a person it comes in milliseconds.
const LIMIT: Duration = Duration::from_secs(5);

/// What Windows holds in one entry, in bytes.
const LARGEST_BYTES: usize = 2560;

/// The keychain of the user who is logged in. Opened anew each time, since it may come and go with a session.
#[derive(Debug, Clone)]
pub struct Keychain {
    service: String,
    limit: Duration,
}

impl Keychain {
    /// Under the name of the program.
    pub fn of_system() -> Self {
        Keychain { service: APP_NAME.to_owned(), limit: LIMIT }
    }

    async fn ask<T: Send + 'static>(
        &self,
        account: &Account,
        question: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (service, account) = (self.service.clone(), account.as_str().to_owned());
        let answer = move || entry(&service, &account).and_then(|entry| question(&entry));
        self.within_limit(move || answer().map_err(unusable)).await
    }

    /// A thread that waits for a person is left to itself; it ends with the person's answer or with the process.
    async fn within_limit<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let (tell, told) = tokio::sync::oneshot::channel();
        let started = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
            // Whoever asked may have gone away.
            let _ = tell.send(work());
        });
        started.map_err(|error| Error::new(Kind::Internal, "the keychain cannot be asked").because(error))?;
        match tokio::time::timeout(self.limit, told).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Error::new(Kind::Secret, "the keychain failed").hint(CHOICES).field(FIELD)),
            Err(_) => {
                let message =
                    format!("the keychain did not answer within {} seconds: it is locked, or asks somebody", {
                        self.limit.as_secs()
                    });
                Err(Error::new(Kind::Secret, message).hint(CHOICES).field(FIELD))
            }
        }
    }
}

#[async_trait]
impl SecretStore for Keychain {
    async fn get(&self, account: &Account) -> Result<Option<SecretBytes>> {
        self.ask(account, |entry| found(entry.get_secret().map(Zeroizing::new))).await
    }

    async fn set(&self, account: &Account, secret: &[u8]) -> Result<()> {
        if secret.len() > LARGEST_BYTES {
            let message = format!("the secret is larger than the {LARGEST_BYTES} bytes that every keychain holds");
            return Err(Error::new(Kind::Secret, message)
                .hint("Keep it in a file that only you can read")
                .field(FIELD));
        }
        let secret = Zeroizing::new(secret.to_vec());
        self.ask(account, move |entry| entry.set_secret(&secret)).await
    }

    async fn delete(&self, account: &Account) -> Result<()> {
        self.ask(account, |entry| found(entry.delete_credential()).map(|_| ())).await
    }
}

fn found<T>(answer: keyring_core::Result<T>) -> keyring_core::Result<Option<T>> {
    match answer {
        Err(keyring_core::Error::NoEntry) => Ok(None),
        other => other.map(Some),
    }
}

#[cfg(target_os = "linux")]
fn entry(service: &str, account: &str) -> keyring_core::Result<Entry> {
    use keyring_core::api::CredentialStoreApi;
    zbus_secret_service_keyring_store::Store::new()?.build(service, account, None)
}

#[cfg(target_os = "macos")]
fn entry(service: &str, account: &str) -> keyring_core::Result<Entry> {
    use keyring_core::api::CredentialStoreApi;
    apple_native_keyring_store::keychain::Store::new()?.build(service, account, None)
}

#[cfg(windows)]
fn entry(service: &str, account: &str) -> keyring_core::Result<Entry> {
    use keyring_core::api::CredentialStoreApi;
    // On this machine alone, as the profile is: by default Windows would carry it to others of the same domain.
    let modifiers = [("persistence", "Local")].into();
    windows_native_keyring_store::Store::new()?.build(service, account, Some(&modifiers))
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn entry(_service: &str, _account: &str) -> keyring_core::Result<Entry> {
    Err(keyring_core::Error::NoDefaultStore)
}

/// Why the keychain cannot be used. Of its own words only those about access are kept: others may quote the entry.
fn unusable(error: keyring_core::Error) -> Error {
    use keyring_core::Error as Theirs;
    let (message, cause) = match error {
        Theirs::NoStorageAccess(cause) => ("the keychain is locked, or was not allowed to answer", Some(cause)),
        Theirs::PlatformFailure(cause) => ("there is no keychain that answers", Some(cause)),
        Theirs::NoDefaultStore => ("there is no keychain on this system", None),
        Theirs::TooLong(..) => ("the secret is too long for the keychain", None),
        Theirs::Ambiguous(_) => ("the keychain holds the secret more than once", None),
        _ => ("the keychain cannot be used", None),
    };
    let error = Error::new(Kind::Secret, message).hint(CHOICES).field(FIELD);
    match cause {
        Some(cause) => error.because(cause),
        None => error,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_keychain_that_asks_somebody_is_not_waited_for() {
        let keychain = Keychain { service: "test".to_owned(), limit: Duration::from_millis(20) };
        let (answer, question) = std::sync::mpsc::channel::<()>();
        let error = keychain.within_limit(move || Ok(question.recv())).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Secret);
        assert!(error.remedy().unwrap().contains("environment variable"), "{error:?}");
        drop(answer);
    }

    #[tokio::test]
    async fn what_windows_cannot_hold_is_refused_everywhere() {
        let account = Account::new("0", "key", "host");
        let error = Keychain::of_system().set(&account, &[b'x'; LARGEST_BYTES + 1]).await.unwrap_err();
        assert!(error.message().contains("2560"), "{error}");
    }
}
