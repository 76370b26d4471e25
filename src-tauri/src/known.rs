//! What was read of the profiles last: states are made of this, so that making one touches no disk. When to read again
//! is decided by `core`.

use std::collections::BTreeMap;

use execute_sync::error::Result;
use execute_sync::paths::AppDirs;
use execute_sync::profile::store::{Loaded, Problem};

use crate::contract::{IpcError, ProfilesTrouble};
use crate::views;

/// The profiles as they are known.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) loaded: Loaded,
    /// What people read of each profile's database, by id.
    pub(crate) destinations: BTreeMap<String, String>,
    /// The last reading failed.
    pub(crate) trouble: Option<ProfilesTrouble>,
}

impl Known {
    /// Takes in what reading the file gave. When it failed, what was known stays. Gives what a person should be told once.
    pub(crate) fn take(&mut self, read: Result<Loaded>, file_is_there: bool, dirs: &AppDirs) -> Vec<Problem> {
        match read {
            Ok(mut loaded) => {
                let mut problems = std::mem::take(&mut loaded.problems);
                if !loaded.profiles.is_empty() {
                    self.trouble = None;
                } else if let Some(Problem { text, hint }) = problems.pop() {
                    // Nothing could be saved: that is no app without profiles, and a notice would not do.
                    self.trouble =
                        Some(ProfilesTrouble { message: text, hint: Some(hint), details: None, set_aside: true });
                } else if file_is_there || !self.was_set_aside() {
                    self.trouble = None;
                }
                self.destinations =
                    loaded.profiles.iter().map(|p| (p.id.clone(), views::destination(p, dirs))).collect();
                self.loaded = loaded;
                problems
            }
            Err(error) => {
                let IpcError { message, hint, details, .. } = IpcError::from(&error);
                self.trouble = Some(ProfilesTrouble { message, hint, details, set_aside: false });
                Vec::new()
            }
        }
    }

    /// Nobody tells us when a folder can be read again: it has to be tried.
    pub(crate) fn must_try_again(&self) -> bool {
        self.trouble.is_some() && !self.was_set_aside()
    }

    fn was_set_aside(&self) -> bool {
        self.trouble.as_ref().is_some_and(|trouble| trouble.set_aside)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use execute_sync::error::{Error, Kind};
    use execute_sync::profile::StoredProfile;

    use super::*;

    fn loaded(profiles: Vec<StoredProfile>, problems: &[&str]) -> Loaded {
        let problem = |text: &&str| Problem { text: (*text).to_owned(), hint: "Look".to_owned() };
        Loaded { profiles, problems: problems.iter().map(problem).collect(), ..Loaded::default() }
    }

    #[test]
    fn profiles_that_cannot_be_read_are_a_state_of_their_own_until_they_can() {
        let home = tempfile::tempdir().unwrap();
        let dirs = AppDirs::find(Some(home.path().into())).unwrap();
        let profile = || StoredProfile::new("Northern", &dirs.databases().join("n.sqlite")).unwrap();
        let refused = || Err(Error::new(Kind::Disk, "profiles.json cannot be read").because("denied"));
        let mut known = Known::default();

        assert!(known.take(refused(), true, &dirs).is_empty());
        let trouble = known.trouble.clone().unwrap();
        assert_eq!((trouble.message.as_str(), trouble.set_aside), ("profiles.json cannot be read", false));
        assert!(known.must_try_again());
        known.take(Ok(loaded(Vec::new(), &[])), false, &dirs);
        assert_eq!(known.trouble, None, "there never was one");

        assert!(
            known.take(Ok(loaded(Vec::new(), &["it was set aside"])), false, &dirs).is_empty(),
            "no notice as well"
        );
        assert!(known.trouble.as_ref().is_some_and(|trouble| trouble.set_aside) && !known.must_try_again());
        known.take(Ok(loaded(Vec::new(), &[])), false, &dirs);
        assert!(known.trouble.is_some(), "it is still set aside at the next look");
        known.take(Ok(loaded(vec![profile()], &[])), true, &dirs);
        assert_eq!((known.trouble.clone(), known.destinations.len()), (None, 1));

        let told = known.take(Ok(loaded(vec![profile()], &["the last good one is used"])), true, &dirs);
        assert_eq!((told.len(), known.trouble.clone()), (1, None), "with profiles it is a notice");
        known.take(refused(), true, &dirs);
        assert_eq!(known.loaded.profiles.len(), 1, "what was known stays");
        assert!(known.must_try_again());
    }
}
