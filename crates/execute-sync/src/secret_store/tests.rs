//! What holds for every place of secrets.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::*;

const HOST: &str = "execute.example.com";

fn secrets(variables: &'static [(&'static str, &'static str)]) -> Secrets {
    let variable =
        move |name: &str| Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
    Secrets::new(Arc::new(InMemory::default()), Arc::new(variable))
}

fn at(place: Place) -> SecretReference {
    SecretReference { place, host: HOST.to_owned() }
}

#[tokio::test]
async fn a_secret_is_found_for_the_host_it_was_entered_for_and_for_no_other() {
    let (secrets, reference) = (secrets(&[]), at(Place::Keychain));
    secrets.set("1", API_KEY, &reference, &Secret::new("the key of a test".to_owned())).await.unwrap();
    assert_eq!(secrets.get("1", API_KEY, &reference, HOST).await.unwrap().expose(), "the key of a test");
    let error = secrets.get("1", API_KEY, &reference, "evil.example").await.unwrap_err();
    assert_eq!((error.kind(), error.at_field()), (Kind::Secret, Some("EXECUTE_APIKEY_SECRET")));
    assert!(error.message().contains(HOST) && error.message().contains("evil.example"), "{error}");
    // Both the address and the note beside the reference were changed by hand: there is no such entry.
    let edited = SecretReference { host: "evil.example".to_owned(), ..reference.clone() };
    let error = secrets.get("1", API_KEY, &edited, "evil.example").await.unwrap_err();
    assert_eq!(error.message(), "the keychain holds no secret for evil.example");
    assert!(secrets.get("2", API_KEY, &reference, HOST).await.is_err(), "another profile");
}

#[tokio::test]
async fn a_secret_is_gone_when_it_was_deleted() {
    let dirs = AppDirs::find(Some(std::env::temp_dir().into())).unwrap();
    let (secrets, reference) = (secrets(&[]), at(Place::Keychain));
    secrets.set("1", API_KEY, &reference, &Secret::new("the key of a test".to_owned())).await.unwrap();
    secrets.delete("1", API_KEY, &reference, &dirs).await.unwrap();
    secrets.delete("1", API_KEY, &reference, &dirs).await.unwrap();
    assert_eq!(secrets.get("1", API_KEY, &reference, HOST).await.unwrap_err().kind(), Kind::Secret);
}

#[tokio::test]
async fn a_variable_is_read_and_never_set() {
    let secrets = secrets(&[("OUR_KEY", "the key of a test\n")]);
    let reference = at(Place::from_word("environment", Some("OUR_KEY")).unwrap());
    assert_eq!(secrets.get("1", API_KEY, &reference, HOST).await.unwrap().expose(), "the key of a test");
    assert!(secrets.get("1", API_KEY, &reference, "evil.example").await.is_err());
    assert!(secrets.set("1", API_KEY, &reference, &Secret::new("another key".to_owned())).await.is_err());
    let absent = at(Place::from_word("environment", Some("NO_KEY")).unwrap());
    let error = secrets.get("1", API_KEY, &absent, HOST).await.unwrap_err();
    assert!(error.remedy().unwrap().contains("NO_KEY_FILE"), "{error:?}");
}

#[tokio::test]
async fn a_file_of_ours_belongs_to_one_host_and_is_removed_with_its_secret() {
    let home = tempfile::tempdir().unwrap();
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    let (secrets, ours) = (secrets(&[]), file_of(&dirs, "1", API_KEY, HOST));
    let others = [file_of(&dirs, "1", API_KEY, "http://execute.example.com:80"), file_of(&dirs, "2", API_KEY, HOST)];
    assert!(!others.contains(&ours) && others[0] != others[1]);
    assert!(is_file_of(&dirs, "1", API_KEY, &ours) && is_file_of(&dirs, "1", API_KEY, &others[0]));
    assert!(
        !is_file_of(&dirs, "1", API_KEY, &others[1])
            && !is_file_of(&dirs, "1", API_KEY, &home.path().join("1-api-key"))
    );
    let reference = at(Place::File { path: ours.clone() });
    secrets.set("1", API_KEY, &reference, &Secret::new("the key of a test".to_owned())).await.unwrap();
    assert_eq!(secrets.get("1", API_KEY, &reference, HOST).await.unwrap().expose(), "the key of a test");
    secrets.delete("1", API_KEY, &reference, &dirs).await.unwrap();
    assert!(!ours.exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_for_its_owner_alone_or_it_is_not_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secrets").join("key");
    let (secrets, reference) = (secrets(&[]), at(Place::File { path: path.clone() }));
    secrets.set("1", API_KEY, &reference, &Secret::new("the key of a test".to_owned())).await.unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(path.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(secrets.get("1", API_KEY, &reference, HOST).await.unwrap().expose(), "the key of a test");

    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    let error = secrets.get("1", API_KEY, &reference, HOST).await.unwrap_err();
    assert!(error.message().contains("can be read by other users"), "{error}");

    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    let link = folder.path().join("link");
    symlink(&path, &link).unwrap();
    let error = secrets.get("1", API_KEY, &at(Place::File { path: link }), HOST).await.unwrap_err();
    assert!(error.message().contains("symbolic link"), "{error}");
}

#[test]
fn a_reference_is_written_without_what_it_has_no_use_for() {
    let json = |place| serde_json::to_string(&at(place)).unwrap();
    assert_eq!(json(Place::Keychain), r#"{"place":"keychain","host":"execute.example.com"}"#);
    let path = if cfg!(windows) { "C:\\key" } else { "/key" };
    for place in [Place::Keychain, Place::Environment { name: "OUR_KEY".to_owned() }, Place::File { path: path.into() }]
    {
        assert_eq!(serde_json::from_str::<SecretReference>(&json(place.clone())).unwrap(), at(place));
    }
    for wrong in [
        r#"{"place":"cloud","host":"h"}"#,
        r#"{"place":"environment","host":"h"}"#,
        r#"{"place":"environment","name":"no name","host":"h"}"#,
        r#"{"place":"file","path":"relative","host":"h"}"#,
        r#"{"place":"keychain","host":"h","secret":"x"}"#,
        r#"{"place":"keychain"}"#,
    ] {
        assert!(serde_json::from_str::<SecretReference>(wrong).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn every_place_that_is_offered_can_be_chosen() {
    let offers = secrets(&[]).offers().await;
    assert_eq!(offers.iter().map(|offer| offer.word).collect::<Vec<_>>(), ["keychain", "environment", "file"]);
    assert!(offers.iter().all(|offer| offer.problem.is_none() && !offer.help.is_empty()));
    let path = if cfg!(windows) { "C:\\key" } else { "/key" };
    for (offer, named) in offers.iter().zip([None, Some("OUR_KEY"), Some(path)]) {
        assert_eq!(Place::from_word(offer.word, named).unwrap().word(), offer.word);
    }
}
