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
    /// Takes in what reading the file gave, with [`destinations`] of it. When it failed, what was known stays. Gives what a
    /// person should be told once. Looks at no disk: whoever draws a window waits for what is known.
    pub(crate) fn take(
        &mut self,
        read: Result<Loaded>,
        destinations: BTreeMap<String, String>,
        file_is_there: bool,
    ) -> Vec<Problem> {
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
                self.destinations = destinations;
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

/// What people read of each database. It may look at the disk, so it is made before anything is taken in.
pub(crate) fn destinations(read: &Result<Loaded>, dirs: &AppDirs) -> BTreeMap<String, String> {
    let profiles = read.iter().flat_map(|loaded| &loaded.profiles);
    profiles.map(|profile| (profile.id.clone(), views::destination(profile, dirs))).collect()
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
        let take = |known: &mut Known, read: Result<Loaded>, file_is_there| {
            let destinations = destinations(&read, &dirs);
            known.take(read, destinations, file_is_there)
        };
        let mut known = Known::default();

        assert!(take(&mut known, refused(), true).is_empty());
        let trouble = known.trouble.clone().unwrap();
        assert_eq!((trouble.message.as_str(), trouble.set_aside), ("profiles.json cannot be read", false));
        assert!(known.must_try_again());
        take(&mut known, Ok(loaded(Vec::new(), &[])), false);
        assert_eq!(known.trouble, None, "there never was one");

        assert!(take(&mut known, Ok(loaded(Vec::new(), &["it was set aside"])), false).is_empty(), "no notice as well");
        assert!(known.trouble.as_ref().is_some_and(|trouble| trouble.set_aside) && !known.must_try_again());
        take(&mut known, Ok(loaded(Vec::new(), &[])), false);
        assert!(known.trouble.is_some(), "it is still set aside at the next look");
        take(&mut known, Ok(loaded(vec![profile()], &[])), true);
        assert_eq!((known.trouble.clone(), known.destinations.len()), (None, 1));

        let told = take(&mut known, Ok(loaded(vec![profile()], &["the last good one is used"])), true);
        assert_eq!((told.len(), known.trouble.clone()), (1, None), "with profiles it is a notice");
        take(&mut known, refused(), true);
        assert_eq!(known.loaded.profiles.len(), 1, "what was known stays");
        assert!(known.must_try_again());
    }
}
