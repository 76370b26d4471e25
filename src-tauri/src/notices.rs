//! Things to be told once, until a person dismisses them.

use std::sync::{Mutex, PoisonError};

use crate::contract::Notice;

/// What is to be told.
#[derive(Default)]
pub(crate) struct Notices(Mutex<Vec<Notice>>);

impl Notices {
    /// Tells something; the same text is not told twice.
    pub(crate) fn tell(&self, text: String, hint: Option<String>) {
        let mut notices = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !notices.iter().any(|notice| notice.text == text) {
            notices.push(Notice { id: format!("{:016x}", rand::random::<u64>()), text, hint });
        }
    }

    pub(crate) fn dismiss(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|notice| notice.id != id);
    }

    /// What was told is not so any more.
    pub(crate) fn take_back(&self, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|notice| notice.text != text);
    }

    pub(crate) fn all(&self) -> Vec<Notice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
