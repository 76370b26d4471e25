//! A store that is gone with the process: for tests, and for what must leave no trace.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::{Account, SecretBytes, SecretStore};
use crate::error::Result;

/// Secrets in memory.
#[derive(Default)]
pub struct InMemory(Mutex<BTreeMap<Account, SecretBytes>>);

#[async_trait]
impl SecretStore for InMemory {
    async fn get(&self, account: &Account) -> Result<Option<SecretBytes>> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(account).cloned())
    }

    async fn set(&self, account: &Account, secret: &[u8]) -> Result<()> {
        let secret = Zeroizing::new(secret.to_vec());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(account.clone(), secret);
        Ok(())
    }

    async fn delete(&self, account: &Account) -> Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
        Ok(())
    }
}
