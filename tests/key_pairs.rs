//! Key pairs that Snowflake accepts and others cannot read: made by the real binary, judged by OpenSSL.
#![cfg(unix)] // Modes and links are not for Windows.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, Engine};

use crate::support::cli::{Cli, Output};
use crate::support::run::Home;
use crate::support::seed;

/// A passphrase that any encoding but UTF-8 would spoil.
const PHRASE: &str = "correct horse, bättery \"staple\" 😀";

/// What OpenSSL writes.
///
/// # Errors
/// What it complains about.
fn openssl(arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    use std::io::Write;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tests need openssl");
    // One that does not read its input has ended already.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(output.stdout) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn made(home: &Home, arguments: &[&str]) -> Output {
    let output = Cli::new(home).run(&[&["gen"], arguments].concat());
    assert_eq!((output.code, &*output.stderr), (Some(0), ""), "{arguments:?}: {output:?}");
    output
}

/// The part of a text between two lines, both included.
fn block(text: &str, label: &str) -> String {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let from = text.find(&begin).unwrap_or_else(|| panic!("there is no {label} in\n{text}"));
    format!("{}{end}\n", text[from..].split(&end).next().unwrap())
}

/// Key and what was printed of it belong together, and a signature by one is verified by the other.
fn is_a_pair(home: &Home, key: &Path, passphrase: &str, printed: &str, bits: usize) {
    let (key, pass) = (key.to_str().unwrap(), format!("pass:{passphrase}"));
    let checked = openssl(&["pkey", "-in", key, "-passin", &pass, "-check", "-noout"], b"").unwrap();
    assert_eq!(String::from_utf8_lossy(&checked), "Key is valid\n");
    let text = openssl(&["pkey", "-in", key, "-passin", &pass, "-text", "-noout"], b"").unwrap();
    assert!(String::from_utf8_lossy(&text).contains(&format!("({bits} bit")), "{printed}");
    let public = openssl(&["pkey", "-in", key, "-passin", &pass, "-pubout"], b"").unwrap();
    assert_eq!(block(printed, "PUBLIC KEY").as_bytes(), public, "the public key that is shown");
    let der = openssl(&["pkey", "-in", key, "-passin", &pass, "-pubout", "-outform", "DER"], b"").unwrap();
    let fingerprint = BASE64_STANDARD.encode(openssl(&["dgst", "-sha256", "-binary"], &der).unwrap());
    assert!(printed.contains(&format!("Fingerprint: SHA256:{fingerprint}\n")), "{fingerprint} is not in\n{printed}");
    assert!(printed.contains(&format!(" SET RSA_PUBLIC_KEY='{}';\n", BASE64_STANDARD.encode(&der))), "{printed}");
    let [message, signature, public_file] = ["message", "signature", "public.pem"].map(|name| home.path().join(name));
    std::fs::write(&message, "a token to be signed").unwrap();
    std::fs::write(&public_file, public).unwrap();
    let sign = [
        "dgst",
        "-sha256",
        "-sign",
        key,
        "-passin",
        &pass,
        "-out",
        signature.to_str().unwrap(),
        message.to_str().unwrap(),
    ];
    openssl(&sign, b"").unwrap();
    let verify = [
        "dgst",
        "-sha256",
        "-verify",
        public_file.to_str().unwrap(),
        "-signature",
        signature.to_str().unwrap(),
        message.to_str().unwrap(),
    ];
    assert_eq!(openssl(&verify, b"").unwrap(), b"Verified OK\n");
    // The largest thing that is ever kept of it must fit into a Windows credential.
    let private =
        openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", key, "-passin", &pass, "-outform", "DER"], b"").unwrap();
    assert!(private.len() <= 2560, "{} bytes", private.len());
}

#[test]
fn openssl_reads_what_gen_makes_and_each_key_is_another() {
    let mut moduli = std::collections::HashSet::new();
    let mut sizes = vec![2048, 2048, 3072];
    sizes.extend((0..seed::trials(0, 60)).map(|at| [2048, 3072, 4096][usize::try_from(at).unwrap() % 3]));
    for (at, bits) in sizes.into_iter().enumerate() {
        let home = Home::in_memory();
        let with_phrase = at % 2 == 0;
        std::fs::write(home.path().join("phrase"), format!("{PHRASE}\r\n")).unwrap();
        let mut arguments = vec!["--user", "SYNC_USER"];
        if with_phrase {
            arguments.extend(["--passphrase-file", "phrase"]);
        }
        let number = bits.to_string();
        if bits != 3072 {
            arguments.extend(["--bits", &number]);
        }
        let printed = made(&home, &arguments).stdout;
        let key = home.path().join("execute_sync_key.p8");
        let words = if with_phrase { "with a passphrase" } else { "without a passphrase" };
        assert!(
            printed.starts_with(&format!("Private key: execute_sync_key.p8 ({bits} bits, {words})\n")),
            "{printed}"
        );
        assert!(!printed.contains("PRIVATE KEY"), "{printed}");
        assert!(printed.contains("ALTER USER SYNC_USER SET RSA_PUBLIC_KEY="), "{printed}");
        let pem = std::fs::read_to_string(&key).unwrap();
        assert!(pem.starts_with(if with_phrase {
            "-----BEGIN ENCRYPTED PRIVATE KEY"
        } else {
            "-----BEGIN PRIVATE KEY"
        }));
        is_a_pair(&home, &key, PHRASE, &printed, bits);
        if with_phrase {
            for wrong in ["", "correct horse", &PHRASE.to_uppercase()] {
                let pass = format!("pass:{wrong}");
                assert!(
                    openssl(&["pkey", "-in", key.to_str().unwrap(), "-passin", &pass], b"").is_err(),
                    "{wrong:?} opens it"
                );
            }
            let form = openssl(&["asn1parse", "-in", key.to_str().unwrap()], b"").unwrap();
            let form = String::from_utf8_lossy(&form);
            for part in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc", "0927C0"] {
                assert!(form.contains(part), "{part} is not in\n{form}");
            }
        }
        assert!(moduli.insert(block(&printed, "PUBLIC KEY")), "two keys are equal");
    }
}

#[test]
fn the_key_file_is_its_owners_alone_whatever_the_umask() {
    for umask in ["000", "077"] {
        let home = Home::new();
        let wanted = Cli::new(&home).command(&["gen", "--bits", "2048"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("umask {umask}; exec \"$0\" gen --bits 2048")]).arg(wanted.get_program());
        let output = shell.current_dir(home.path()).env_clear().stdin(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let mode = home.path().join("execute_sync_key.p8").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "umask {umask}");
    }
}

#[test]
fn no_file_is_ever_written_over_and_no_link_followed() {
    let home = Home::new();
    let (there, nowhere) = (home.path().join("precious"), home.path().join("nowhere"));
    std::fs::write(&there, "a key in use").unwrap();
    symlink(&there, home.path().join("link")).unwrap();
    symlink(&nowhere, home.path().join("dangling")).unwrap();
    std::fs::create_dir(home.path().join("folder")).unwrap();
    for out in ["precious", "link", "dangling", "folder"] {
        let output = Cli::new(&home).run(&["gen", "--bits", "2048", "--out", out]);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{out}: {output:?}");
        let refused = format!("Error: {out} is there already, and a key is never written over\n");
        assert_eq!(output.stderr, refused + "       Name another file with --out, or move that one away.\n");
    }
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "a key in use");
    assert!(!nowhere.exists());
    let missing = Cli::new(&home).run(&["gen", "--bits", "2048", "--out", "no/such/key"]);
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert!(missing.stderr.contains("the folder no/such does not exist"), "{missing:?}");
}

#[test]
fn the_private_key_is_printed_only_on_request_in_the_three_forms_of_the_older_tool() {
    let home = Home::new();
    let printed = made(&home, &["--bits", "2048", "--stdout"]).stdout;
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0, "no file is written");
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "Private key for the DSN (privateKey=…):");
    // URL-safe, with padding, of the PKCS#8 DER.
    let der = BASE64_URL_SAFE.decode(lines[1]).unwrap();
    let pem = block(&printed, "PRIVATE KEY");
    let key = home.path().join("key.pem");
    std::fs::write(&key, &pem).unwrap();
    let same = openssl(&["pkcs8", "-topk8", "-nocrypt", "-in", key.to_str().unwrap(), "-outform", "DER"], b"").unwrap();
    assert_eq!(der, same, "the DSN form and the PEM are one key");
    is_a_pair(&home, &key, "", &printed, 2048);
    assert!(printed.lines().last().unwrap().starts_with("ALTER USER <user> SET RSA_PUBLIC_KEY='"), "{printed}");
}

#[test]
fn a_users_name_is_quoted_where_it_must_be() {
    let home = Home::new();
    for (user, sql) in [
        ("SYNC_USER", "SYNC_USER"),
        ("sync", "sync"),
        ("me@company", "\"me@company\""),
        ("a\"b; DROP", "\"a\"\"b; DROP\""),
    ] {
        let printed = made(&home, &["--bits", "2048", "--stdout", "--user", user]).stdout;
        assert!(printed.contains(&format!("\nALTER USER {sql} SET RSA_PUBLIC_KEY='")), "{printed}");
    }
}

#[test]
fn a_passphrase_file_that_cannot_be_read_ends_it_before_a_key_is_made() {
    let home = Home::new();
    let output = Cli::new(&home).run(&["gen", "--passphrase-file", "missing"]);
    assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
    assert!(
        output
            .stderr
            .starts_with("Error: the passphrase file missing cannot be read\n       Check its path and rights.\n"),
        "{output:?}"
    );
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn an_empty_passphrase_file_is_an_error_as_every_empty_secret_file_is() {
    let home = Home::new();
    for content in ["", "\n", "\r\n"] {
        std::fs::write(home.path().join("phrase"), content).unwrap();
        let output = Cli::new(&home).run(&["gen", "--bits", "2048", "--passphrase-file", "phrase"]);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
        assert!(output.stderr.starts_with("Error: the passphrase file phrase is empty\n"), "{output:?}");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1, "no key is made");
}

#[test]
fn a_key_that_is_printed_takes_neither_file_nor_passphrase() {
    let home = Home::new();
    std::fs::write(home.path().join("phrase"), "a phrase").unwrap();
    for more in [["--out", "key.p8"], ["--passphrase-file", "phrase"]] {
        let output = Cli::new(&home).run(&["gen", "--bits", "2048", "--stdout", more[0], more[1]]);
        assert_eq!((output.code, &*output.stdout), (Some(2), ""), "{output:?}");
        assert!(output.stderr.contains("cannot be used with") && output.stderr.contains(more[0]), "{output:?}");
    }
}
