//! Key pairs, judged by the `openssl` program.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use super::*;
use crate::paths::fake::StrictFake;

/// One pair for all tests: making one takes seconds in a build that is not optimised.
static PAIR: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Bits2048).unwrap());

/// The most that a Windows credential holds.
const WINDOWS_CREDENTIAL_BYTES: usize = 2560;

fn passphrase() -> Secret {
    Secret::new("correct horse ä \"battery\" staple".into())
}

/// A file in a folder of its own, which goes at the end of the test.
fn file(dir: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

/// Runs `openssl`, which must be there; its standard output, or its complaint.
fn openssl(passphrase: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("openssl").args(arguments).env("P", passphrase).output();
    let output = output.expect("the openssl program is needed by these tests");
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn reason(result: Result<KeyPair>) -> (Kind, String) {
    let error = result.err().expect("this key is refused");
    assert!(error.remedy().is_some(), "{error}");
    (error.kind(), error.message().to_owned())
}

#[test]
fn openssl_reads_the_key_and_verifies_what_it_signed_with_our_public_key() {
    let dir = tempfile::tempdir().unwrap();
    let private = file(&dir, "private.pem", PAIR.private_pem(None).unwrap().expose());
    let public = file(&dir, "public.pem", &PAIR.public_pem().unwrap());
    let text = file(&dir, "text", "signed");
    let (private, public, text) = (private.to_str().unwrap(), public.to_str().unwrap(), text.to_str().unwrap());
    let signature = dir.path().join("signature");
    let signature = signature.to_str().unwrap();
    openssl("", &["pkey", "-in", private, "-check", "-noout"]).unwrap();
    openssl("", &["dgst", "-sha256", "-sign", private, "-out", signature, text]).unwrap();
    openssl("", &["dgst", "-sha256", "-verify", public, "-signature", signature, text]).unwrap();
    let der = openssl("", &["pkcs8", "-topk8", "-nocrypt", "-in", private, "-outform", "DER"]).unwrap();
    assert_eq!(*PAIR.private_der().unwrap(), der);
}

#[test]
fn the_fingerprint_is_the_one_that_openssl_computes() {
    let dir = tempfile::tempdir().unwrap();
    let public = file(&dir, "public.pem", &PAIR.public_pem().unwrap());
    let der = openssl("", &["pkey", "-pubin", "-in", public.to_str().unwrap(), "-outform", "DER"]).unwrap();
    let der_file = dir.path().join("public.der");
    fs::write(&der_file, &der).unwrap();
    let digest = openssl("", &["dgst", "-sha256", "-r", der_file.to_str().unwrap()]).unwrap();
    let hex = String::from_utf8(digest).unwrap();
    let bytes: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
    assert_eq!(PAIR.fingerprint().unwrap(), format!("SHA256:{}", BASE64_STANDARD.encode(bytes)));
    let sql = PAIR.alter_user_sql(Some("LOADER")).unwrap();
    assert_eq!(sql, format!("ALTER USER LOADER SET RSA_PUBLIC_KEY='{}';", BASE64_STANDARD.encode(&der)));
}

#[test]
fn openssl_decrypts_with_the_passphrase_and_refuses_a_wrong_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("execute_sync_key.p8");
    PAIR.write_private(&path, Some(&passphrase())).unwrap();
    let key = path.to_str().unwrap();
    let decrypt = ["pkcs8", "-in", key, "-passin", "env:P", "-topk8", "-nocrypt", "-outform", "DER"];
    assert_eq!(openssl(passphrase().expose(), &decrypt).unwrap(), *PAIR.private_der().unwrap());
    openssl("correct horse", &decrypt).unwrap_err();
    let structure = String::from_utf8(openssl("", &["asn1parse", "-in", key]).unwrap()).unwrap();
    // 0x927C0 rounds are 600,000.
    for part in ["PBES2", "PBKDF2", "hmacWithSHA256", "INTEGER           :0927C0", "aes-256-cbc"] {
        assert!(structure.contains(part), "{part}: {structure}");
    }

    let pem = fs::read_to_string(&path).unwrap();
    assert!(KeyPair::read(&pem, Some(&passphrase())).unwrap().0 == PAIR.0);
    let wrong = Secret::new("correct horse".into());
    let refused = (Kind::Secret, "The private key does not open with this passphrase".into());
    assert_eq!(reason(KeyPair::read(&pem, Some(&wrong))), refused);
    let encrypted = (Kind::Secret, "The private key is encrypted".to_owned());
    assert_eq!(reason(KeyPair::read(&pem, None)), encrypted);
    assert_eq!(reason(KeyPair::read(&pem, Some(&Secret::new(String::new())))), encrypted);
}

#[test]
fn the_largest_key_fits_into_a_windows_credential_even_encrypted() {
    let pair = KeyPair::generate(KeySize::Bits4096).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let private = file(&dir, "private.pem", pair.private_pem(None).unwrap().expose());
    let text = openssl("", &["pkey", "-in", private.to_str().unwrap(), "-check", "-noout", "-text"]).unwrap();
    assert!(String::from_utf8(text).unwrap().contains("(4096 bit"));
    assert!(pair.private_der().unwrap().len() <= WINDOWS_CREDENTIAL_BYTES);
    let encrypted = pair.encrypted_der(&passphrase()).unwrap();
    assert!(encrypted.len() <= WINDOWS_CREDENTIAL_BYTES, "{}", encrypted.len());
    let bare = BASE64_STANDARD.encode(&*encrypted);
    assert!(KeyPair::read(&bare, Some(&passphrase())).unwrap().0 == pair.0);
}

#[test]
fn a_key_that_openssl_made_is_read_and_no_two_keys_are_equal() {
    let made = openssl("", &["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]).unwrap();
    let pairs = [
        KeyPair::read(&String::from_utf8(made).unwrap(), None).unwrap(),
        KeyPair::generate(KeySize::Bits2048).unwrap(),
        KeyPair::generate(KeySize::Bits2048).unwrap(),
    ];
    for (i, pair) in pairs.iter().enumerate() {
        assert!(
            pairs[..i].iter().chain([&*PAIR]).all(|other| other.fingerprint().unwrap() != pair.fingerprint().unwrap())
        );
    }
}

#[test]
fn a_key_is_read_from_every_form_in_which_people_keep_it() {
    let pem = PAIR.private_pem(None).unwrap();
    let dsn = PAIR.dsn_form().unwrap();
    let der = PAIR.private_der().unwrap();
    assert_eq!(dsn.expose(), BASE64_URL_SAFE.encode(&*der));
    let body: String = pem.expose().lines().filter(|l| !l.starts_with('-')).collect();
    for text in [
        pem.expose(),
        dsn.expose(),
        dsn.expose().trim_end_matches('='),
        &BASE64_STANDARD.encode(&*der),
        &BASE64_STANDARD_NO_PAD.encode(&*der),
        &body,
        &body.as_bytes().chunks(76).map(|c| std::str::from_utf8(c).unwrap()).collect::<Vec<_>>().join("\r\n  "),
        &pem.expose().replace('\n', "\r\n"),
        &pem.expose().replace('\n', "\\n"),
        &pem.expose().replace('\n', " "),
        &format!("\u{feff}a comment\n\n{}\nanother", pem.expose()),
        &format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", dsn.expose()),
    ] {
        assert!(KeyPair::read(text, None).unwrap_or_else(|e| panic!("{e:?}: {text}")).0 == PAIR.0);
    }
}

#[test]
fn what_is_no_key_is_named_without_showing_any_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let pem = PAIR.private_pem(None).unwrap();
    let private = file(&dir, "private.pem", pem.expose());
    let private = private.to_str().unwrap();
    let text = |arguments: &[&str]| String::from_utf8(openssl("passphrase", arguments).unwrap()).unwrap();
    let pkcs1 = text(&["rsa", "-in", private, "-traditional"]);
    let elliptic = text(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    let short = text(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
    let outdated = text(&["pkcs8", "-topk8", "-in", private, "-v1", "PBE-SHA1-3DES", "-passout", "env:P"]);
    let triple_des = text(&["pkcs8", "-topk8", "-in", private, "-v2", "des3", "-passout", "env:P"]);
    let scrypt = text(&["pkcs8", "-topk8", "-in", private, "-scrypt", "-passout", "env:P"]);
    let given = Secret::new("passphrase".into());
    assert!(KeyPair::read(&scrypt, Some(&given)).unwrap().0 == PAIR.0);
    for (text, why) in [
        ("", "is empty"),
        ("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "is empty"),
        ("-----BEGIN PRIVATE KEY", "is cut off"),
        (&pem.expose()[..800], "is cut off"),
        (PAIR.dsn_form().unwrap().expose().get(..800).unwrap(), "is not in PKCS#8 or is cut off"),
        ("not a key!", "is not Base64"),
        ("bm90IGEga2V5", "is not in PKCS#8 or is cut off"),
        (&PAIR.public_pem().unwrap(), "is a public key"),
        ("-----BEGIN MIIEvQIBADANBgkqhkiG-----", "is not in PKCS#8"),
        (&pkcs1, "is in the form \"RSA PRIVATE KEY\", not in PKCS#8"),
        (&elliptic, "is not an RSA key"),
        (&short, "is shorter than 2048 bits, which Snowflake refuses"),
        (&outdated, "is encrypted in a way that is not read here"),
        (&triple_des, "is encrypted in a way that is not read here"),
    ] {
        assert_eq!(reason(KeyPair::read(text, Some(&given))), (Kind::Secret, format!("The private key {why}")));
    }
}

#[test]
fn a_key_file_is_private_and_never_written_over_anything() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("execute_sync_key.p8");
    PAIR.write_private(&path, None).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), PAIR.private_pem(None).unwrap().expose());
    let error = PAIR.write_private(&path, None).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
    assert!(error.message().contains("execute_sync_key.p8 exists already"), "{error}");
    assert!(error.remedy().unwrap().contains("name another file"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        let (link, target) = (dir.path().join("link.p8"), dir.path().join("target"));
        symlink(&target, &link).unwrap();
        assert_eq!(PAIR.write_private(&link, None).unwrap_err().kind(), Kind::Configuration);
        assert!(!target.exists());
    }
    let error = PAIR.write_private(&dir.path().join("missing/key.p8"), None).unwrap_err();
    assert_eq!(error.kind(), Kind::Disk);

    let home = StrictFake::with_folder("/Users/Zoë");
    home.put(Path::new("/Users/Zoë/EXECUTE_SYNC_KEY.P8"), b"another key");
    let error = PAIR.write_private_in(&home, Path::new("/Users/Zoë/execute_sync_key.p8"), None).unwrap_err();
    assert_eq!(error.kind(), Kind::Configuration);
}

#[test]
fn the_forms_of_a_private_key_are_redacted_wherever_they_appear() {
    let (pem, dsn) = (PAIR.private_pem(None).unwrap(), PAIR.dsn_form().unwrap());
    let line = pem.expose().lines().nth(7).unwrap();
    assert_eq!(crate::secret::redact(&format!("{line} privateKey={}", dsn.expose())), "[secret] privateKey=[secret]");
}

#[test]
fn the_public_key_is_never_taken_for_a_part_of_the_private_one() {
    for size in [KeySize::Bits2048, KeySize::Bits3072, KeySize::Bits4096] {
        let pair = KeyPair::generate(size).unwrap();
        let _known = (pair.private_pem(None).unwrap(), pair.dsn_form().unwrap());
        for text in [pair.public_pem().unwrap(), pair.alter_user_sql(None).unwrap(), pair.fingerprint().unwrap()] {
            assert_eq!(crate::secret::redact(&text), text, "{size:?}");
        }
    }
}

#[test]
fn user_names_are_quoted_where_they_must_be() {
    let sql = |user| PAIR.alter_user_sql(user).unwrap().split(" SET ").next().unwrap().to_owned();
    assert_eq!(sql(None), "ALTER USER <user>");
    assert_eq!(sql(Some("svc_Loader$1")), "ALTER USER svc_Loader$1");
    assert_eq!(sql(Some("zoe@example.com")), "ALTER USER \"zoe@example.com\"");
    assert_eq!(sql(Some("a\"; DROP USER b; --")), "ALTER USER \"a\"\"; DROP USER b; --\"");
    assert_eq!(sql(Some("1st")), "ALTER USER \"1st\"");
}

#[test]
fn only_the_offered_sizes_are_made() {
    for size in [KeySize::Bits2048, KeySize::Bits3072, KeySize::Bits4096] {
        assert_eq!(KeySize::try_from(u32::try_from(size.bits()).unwrap()).unwrap(), size);
    }
    assert_eq!(KeySize::default(), KeySize::Bits3072);
    assert_eq!(KeySize::try_from(1024).unwrap_err().kind(), Kind::Configuration);
    assert_eq!(PAIR.0.size() * 8, 2048);
}
