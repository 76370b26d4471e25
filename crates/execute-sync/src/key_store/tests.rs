//! Making and forgetting key pairs: nothing is left of one that was not made.
#![allow(clippy::unwrap_used)]
use std::sync::Arc;

use super::*;
use crate::secret_store::{Account, InMemory, SecretBytes, SecretStore};

struct Stand {
    home: tempfile::TempDir,
    store: KeyStore,
    secrets: Secrets,
}

fn stand() -> Stand {
    let home = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    dirs.ensure(dirs.config()).unwrap();
    let secrets = Secrets::new(Arc::new(InMemory::default()), Arc::new(|_: &str| Ok(None)));
    Stand { store: KeyStore::new(&dirs), home, secrets }
}

impl Stand {
    async fn make(&self, wanted: KeyWanted, passphrase: Option<&Secret>) -> Result<StoredKey> {
        let stop = CancellationToken::new();
        self.store.generate(wanted, passphrase, &self.secrets, "2025-01-31T09:30:00Z", &stop).await
    }
}

fn wanted(name: &str, place: KeyPlace) -> KeyWanted {
    KeyWanted { name: name.into(), size: KeySize::try_from(2048).unwrap(), place, user: Some("SYNC".into()) }
}

#[tokio::test]
async fn a_key_goes_to_the_keychain_as_bytes_and_leaves_it_when_it_is_forgotten() {
    let stand = stand();
    let made = stand.make(wanted("Warehouse", KeyPlace::Keychain), None).await.unwrap();
    assert_eq!(stand.store.list().unwrap(), std::slice::from_ref(&made));
    assert!(made.fingerprint.starts_with("SHA256:") && made.sql.contains("ALTER USER"), "{made:?}");
    let der = stand.secrets.key(&made.id).await.unwrap().unwrap();
    assert!(der.len() < 2560, "Windows holds no more");
    let written = std::fs::read_to_string(stand.home.path().join("config/keys.json")).unwrap();
    assert!(!written.contains("PRIVATE"), "{written}");
    let again = stand.make(wanted("warehouse", KeyPlace::Keychain), None).await;
    assert_eq!(again.unwrap_err().at_field(), Some("name"));
    stand.store.delete(&made.id, &stand.secrets).await.unwrap();
    assert!(stand.store.list().unwrap().is_empty() && stand.secrets.key(&made.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_key_file_is_never_written_over_and_stays_when_the_key_is_forgotten() {
    let stand = stand();
    let path = stand.home.path().join("key.p8");
    let passphrase = Secret::new("correct horse battery".into());
    let file = || wanted("Laptop", KeyPlace::File(path.clone()));
    let made = stand.make(file(), Some(&passphrase)).await.unwrap();
    assert!(made.passphrase && std::fs::read_to_string(&path).unwrap().contains("ENCRYPTED PRIVATE KEY"));
    assert!(check_key_file(&path).is_err());
    stand.store.delete(&made.id, &stand.secrets).await.unwrap();
    let again = stand.make(file(), None).await;
    assert!(again.is_err() && stand.store.list().unwrap().is_empty() && path.exists());
}

/// A keychain whose person presses Cancel while it asks them.
#[derive(Default)]
struct Slow {
    kept: InMemory,
    accounts: std::sync::Mutex<Vec<Account>>,
    stop: CancellationToken,
}

#[async_trait::async_trait]
impl SecretStore for Slow {
    async fn get(&self, account: &Account) -> Result<Option<SecretBytes>> {
        self.kept.get(account).await
    }

    async fn set(&self, account: &Account, secret: &[u8]) -> Result<()> {
        self.accounts.lock().unwrap().push(account.clone());
        self.stop.cancel();
        self.kept.set(account, secret).await
    }

    async fn delete(&self, account: &Account) -> Result<()> {
        self.kept.delete(account).await
    }
}

#[tokio::test]
async fn a_key_that_was_stopped_is_nowhere_however_late_the_stop_came() {
    let mut stand = stand();
    let keychain = Arc::new(Slow::default());
    stand.secrets = Secrets::new(Arc::clone(&keychain) as Arc<dyn SecretStore>, Arc::new(|_: &str| Ok(None)));
    // The second one is stopped before it has begun to compute.
    for _ in 0..2 {
        let wanted = wanted("Warehouse", KeyPlace::Keychain);
        let stopped = stand.store.generate(wanted, None, &stand.secrets, "x", &keychain.stop).await.unwrap_err();
        assert_eq!(stopped.kind(), Kind::Cancelled, "{stopped}");
        assert!(stand.store.list().unwrap().is_empty());
    }
    let accounts = keychain.accounts.lock().unwrap().clone();
    assert_eq!(accounts.len(), 1);
    assert!(keychain.kept.get(&accounts[0]).await.unwrap().is_none(), "its private half was taken back");
}

#[tokio::test]
async fn of_two_keys_of_one_name_that_are_made_at_once_one_is_refused_and_its_file_goes() {
    let stand = stand();
    let path = |name: &str| stand.home.path().join(name);
    let make = |file: &str| stand.make(wanted("Warehouse", KeyPlace::File(path(file))), None);
    let (first, second) = tokio::join!(make("first.p8"), make("second.p8"));
    let refused = if first.is_ok() { second.as_ref() } else { first.as_ref() };
    assert_eq!(refused.unwrap_err().at_field(), Some("name"));
    assert_eq!(stand.store.list().unwrap().len(), 1);
    assert_eq!((path("first.p8").exists(), path("second.p8").exists()), (first.is_ok(), second.is_ok()));
}
