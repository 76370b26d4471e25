//! What a stored profile means.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::secret_store::{InMemory, Place};

fn dirs() -> (tempfile::TempDir, AppDirs) {
    let folder = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(folder.path().into())).unwrap();
    (folder, dirs)
}

fn profile(dirs: &AppDirs) -> StoredProfile {
    let mut profile = StoredProfile::new("One", &dirs.databases().join("One.sqlite")).unwrap();
    profile.source.url = "https://execute.example.com/base".to_owned();
    profile.source.key_id = "key-7".to_owned();
    profile.secret = Some(SecretReference { place: Place::Keychain, host: "execute.example.com".to_owned() });
    profile
}

async fn secrets(profile: &StoredProfile) -> Secrets {
    let secrets = Secrets::new(Arc::new(InMemory::default()), Arc::new(|_| Ok(None)));
    let reference = profile.secret.as_ref().unwrap();
    secrets.set(&profile.id, API_KEY, reference, &Secret::new("the key of a test".to_owned())).await.unwrap();
    secrets
}

fn option(name: &str, value: &str) -> (OptionName, String) {
    (OptionName::find(name).unwrap(), value.to_owned())
}

#[tokio::test]
async fn a_profile_resolves_to_what_the_same_settings_would_give() {
    let (_folder, dirs) = dirs();
    let mut stored = profile(&dirs);
    stored.options =
        [option("MAX_DOCUMENTS", "500"), option("INCLUDE_CALCS", "yes"), option("IDLE_TIMEOUT", "7")].into();
    stored.schedule.every = Every::Minutes(3);
    stored.check(&dirs).unwrap();
    let profile = stored.resolve(&secrets(&stored).await, &dirs).await.unwrap();
    assert_eq!(profile.source.url.to_string(), "https://execute.example.com/base");
    assert_eq!(profile.source.key_secret.expose(), "the key of a test");
    assert_eq!((profile.options.max_documents, profile.options.include_calcs), (500, true));
    assert_eq!((profile.source.idle_timeout_s, profile.wait_s), (7, 180));
    assert_eq!(profile.state_dir, dirs.data().join("profiles").join(&stored.id));
    let path = dirs.databases().join("One.sqlite");
    assert_eq!(profile.destination, crate::profile::DestinationSettings::Sqlite { path });
}

#[tokio::test]
async fn another_address_finds_no_secret() {
    let (_folder, dirs) = dirs();
    let mut stored = profile(&dirs);
    let secrets = secrets(&stored).await;
    for url in ["https://evil.example/base", "https://execute.example.com:8443/base"] {
        stored.source.url = url.to_owned();
        let error = stored.resolve(&secrets, &dirs).await.unwrap_err();
        assert_eq!((error.kind(), error.at_field()), (Kind::Secret, Some("EXECUTE_APIKEY_SECRET")), "{url}");
    }
    stored.source.url = "http://execute.example.com/base".to_owned();
    assert_eq!(stored.resolve(&secrets, &dirs).await.unwrap_err().at_field(), Some("EXECUTE_URL"));
    stored.source.allow_http = true;
    assert_eq!(stored.resolve(&secrets, &dirs).await.unwrap_err().kind(), Kind::Secret, "never in clear by accident");
    // The same host under another path is the same host.
    stored.source.url = "https://EXECUTE.example.com/other".to_owned();
    assert!(stored.resolve(&secrets, &dirs).await.is_ok());
    // A flag that names another host.
    let flags = [(settings::EXECUTE_URL.name, "https://evil.example".to_owned())];
    let sources = stored.sources(flags.into(), &dirs).unwrap();
    assert_eq!(stored.resolve_under(&sources, dirs.data(), &secrets).await.unwrap_err().kind(), Kind::Secret);
}

#[test]
fn what_is_wrong_is_named_by_its_field() {
    let (_folder, dirs) = dirs();
    type Spoil = fn(&mut StoredProfile);
    let wrong: [(Spoil, &str); 10] = [
        (|p| p.name = "a\u{7}".to_owned(), "name"),
        (|p| p.source.url = "execute.example.com".to_owned(), "EXECUTE_URL"),
        (|p| p.source.url = "http://execute.example.com".to_owned(), "EXECUTE_URL"),
        (|p| p.source.key_id = " ".to_owned(), "EXECUTE_APIKEY_ID"),
        (|p| p.options = [option("CHUNK_SIZE", "0")].into(), "CHUNK_SIZE"),
        (|p| p.options = [option("PROXY", "http://me:secret@proxy:1")].into(), "PROXY"),
        (|p| p.options = [option("CA_FILE", "ca.pem")].into(), "CA_FILE"),
        (|p| p.destination.kind = DestinationKind::Snowflake, "DATABASE_TYPE"),
        (|p| p.adopt_from = Some("afes".into()), "STATE_DIR"),
        (|p| p.destination.fields = [("path".to_owned(), "a.sqlite".to_owned())].into(), "path"),
    ];
    for (spoil, field) in wrong {
        let mut profile = profile(&dirs);
        profile.check(&dirs).unwrap();
        spoil(&mut profile);
        let error = profile.check(&dirs).unwrap_err();
        assert_eq!((error.kind(), error.at_field()), (Kind::Configuration, Some(field)), "{error}");
        assert!(error.remedy().is_some() && !error.message().contains("me:secret"), "{error}");
    }
}

#[tokio::test]
async fn the_sample_is_read_where_the_app_started_it() {
    let (_folder, dirs) = dirs();
    let mut stored = StoredProfile::new("Sample", &dirs.databases().join("Sample.sqlite")).unwrap();
    stored.sample = true;
    stored.check(&dirs).unwrap();
    let secret = Arc::new(Secret::new("the key of a sample".to_owned()));
    let profile = stored.resolve_sample("http://127.0.0.1:4711", "sample", secret, &dirs).unwrap();
    assert_eq!(profile.source.url.identity(), "sample:");
    let none = Secrets::new(Arc::new(InMemory::default()), Arc::new(|_| Ok(None)));
    assert_eq!(stored.resolve(&none, &dirs).await.unwrap_err().kind(), Kind::Configuration);
}
