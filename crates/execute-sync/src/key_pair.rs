//! RSA key pairs for Snowflake's key-pair login: made, written in the forms that Snowflake, OpenSSL and the older tool
//! use, and read again from any of them. What logs in with them is not here.

#[cfg(test)]
mod tests;

use std::path::Path;

use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, Engine};
use rsa::PrivateKey;
use rsa::pkcs8::der::asn1::OctetStringRef;
use rsa::pkcs8::pkcs5::pbes2;
use rsa::pkcs8::{
    DecodePrivateKey, EncodePrivateKey, EncodePublicKey, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef,
    SecretDocument,
};
use rsa::rand_core::TryRng;
use rsa::traits::PublicKeyParts;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{Error, Kind, Result};
use crate::paths::{FileSystem, System, create_private_file_in};
use crate::secret::Secret;

/// What OWASP asks of PBKDF2 with SHA-256; half a second, once.
const PASSPHRASE_ROUNDS: u32 = 600_000;

/// The label of a private key in PEM, and of an encrypted one.
const PEM_LABEL: &str = "PRIVATE KEY";
const ENCRYPTED_PEM_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// The remedy for a key in another form.
const CONVERT: &str = "Convert it with `openssl pkcs8 -topk8 -in KEY -out KEY.p8`";

/// The sizes that are offered. Snowflake takes 2048 bits and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySize {
    /// The smallest that Snowflake takes.
    Bits2048,
    /// Good until 2030 and beyond, by the usual recommendations.
    #[default]
    Bits3072,
    /// The largest whose encrypted form fits into a Windows credential (2,560 bytes).
    Bits4096,
}

impl KeySize {
    /// The length of the modulus.
    pub fn bits(self) -> usize {
        match self {
            KeySize::Bits2048 => 2048,
            KeySize::Bits3072 => 3072,
            KeySize::Bits4096 => 4096,
        }
    }
}

impl TryFrom<u32> for KeySize {
    type Error = Error;

    fn try_from(bits: u32) -> Result<Self> {
        match bits {
            2048 => Ok(KeySize::Bits2048),
            3072 => Ok(KeySize::Bits3072),
            4096 => Ok(KeySize::Bits4096),
            _ => Err(Error::new(Kind::Configuration, format!("A key of {bits} bits is not offered"))
                .hint("Use 2048, 3072 or 4096")),
        }
    }
}

/// A private key and its public key. Wiped from memory when dropped, and not printable: it has no `Debug`.
pub struct KeyPair(PrivateKey);

impl KeyPair {
    /// Makes a new pair from the system's randomness. Takes up to some seconds of computing, by size and luck: not on a
    /// thread that has anything else to do.
    pub fn generate(size: KeySize) -> Result<Self> {
        PrivateKey::new(&mut rand::rngs::SysRng, size.bits())
            .map(KeyPair)
            .map_err(|error| Error::new(Kind::Internal, "The key pair cannot be made").because(error))
    }

    /// Reads a private key: PKCS#8 in PEM or its bare Base64, of either alphabet, with or without padding, PEM lines,
    /// blanks, line ends and the two characters `\n` in place of them; encrypted ones with their passphrase.
    ///
    /// Errors are of kind `Secret`, without any part of the key, and say which of these it is not.
    pub fn read(text: &str, passphrase: Option<&Secret>) -> Result<Self> {
        let der = der_of(text)?;
        let key = if PrivateKeyInfoRef::try_from(der.as_slice()).is_ok() {
            PrivateKey::from_pkcs8_der(&der)
                .map_err(|error| refuse("is not an RSA key", "Use an RSA key pair, as `gen` makes it").because(error))?
        } else {
            decrypt(&der, text.contains(ENCRYPTED_PEM_LABEL), passphrase)?
        };
        if key.size() * 8 < KeySize::Bits2048.bits() {
            return Err(refuse("is shorter than 2048 bits, which Snowflake refuses", "Make a new one with `gen`"));
        }
        Ok(KeyPair(key))
    }

    /// PKCS#8, not encrypted.
    pub fn private_der(&self) -> Result<Zeroizing<Vec<u8>>> {
        Ok(Zeroizing::new(self.private_document()?.as_bytes().to_vec()))
    }

    /// PKCS#8, encrypted with a passphrase: PBES2, PBKDF2 with HMAC-SHA-256, AES-256-CBC, which OpenSSL and the
    /// drivers of Snowflake can read (scrypt not all of them). Another salt each time.
    pub fn encrypted_der(&self, passphrase: &Secret) -> Result<Zeroizing<Vec<u8>>> {
        Ok(Zeroizing::new(self.encrypted_document(passphrase)?.as_bytes().to_vec()))
    }

    /// PKCS#8 in PEM; encrypted when there is a passphrase that is not empty.
    pub fn private_pem(&self, passphrase: Option<&Secret>) -> Result<Secret> {
        let (document, label) = match passphrase.filter(|passphrase| !passphrase.is_empty()) {
            Some(passphrase) => (self.encrypted_document(passphrase)?, ENCRYPTED_PEM_LABEL),
            None => (self.private_document()?, PEM_LABEL),
        };
        let pem = document.to_pem(label, LineEnding::LF).map_err(unwritable)?;
        Ok(Secret::new(pem.to_string()))
    }

    /// The older tool's form for `privateKey=` in a DSN: PKCS#8, not encrypted, in URL-safe Base64 with padding.
    pub fn dsn_form(&self) -> Result<Secret> {
        Ok(Secret::new(BASE64_URL_SAFE.encode(self.private_document()?.as_bytes())))
    }

    /// The public key in PEM.
    pub fn public_pem(&self) -> Result<String> {
        self.0.as_ref().to_public_key_pem(LineEnding::LF).map_err(unwritable)
    }

    /// The SQL that lets `user` log in with this key; where none is given, `<user>` stands for it.
    pub fn alter_user_sql(&self, user: Option<&str>) -> Result<String> {
        let user = user.map_or_else(|| "<user>".to_owned(), quoted_unless_plain);
        // Base64 holds no quote and no backslash.
        Ok(format!("ALTER USER {user} SET RSA_PUBLIC_KEY='{}';", BASE64_STANDARD.encode(self.public_der()?)))
    }

    /// `SHA256:` and the Base64 of the SHA-256 of the public key's DER, as `DESC USER` shows it in `RSA_PUBLIC_KEY_FP`.
    pub fn fingerprint(&self) -> Result<String> {
        Ok(format!("SHA256:{}", BASE64_STANDARD.encode(Sha256::digest(self.public_der()?))))
    }

    /// Writes the private key in PEM to a new file that only its owner can read, durably; encrypted when there is a
    /// passphrase that is not empty.
    ///
    /// A file or a link that has the name already stays as it is: error of kind `Configuration`.
    pub fn write_private(&self, path: &Path, passphrase: Option<&Secret>) -> Result<()> {
        self.write_private_in(&System, path, passphrase)
    }

    fn write_private_in(&self, fs: &dyn FileSystem, path: &Path, passphrase: Option<&Secret>) -> Result<()> {
        let pem = self.private_pem(passphrase)?;
        create_private_file_in(fs, path, pem.expose().as_bytes()).map_err(|error| match error.kind() {
            Kind::Configuration => error.hint("Move that key away, if it is not needed any more, or name another file"),
            _ => error,
        })
    }

    fn public_der(&self) -> Result<Vec<u8>> {
        Ok(self.0.as_ref().to_public_key_der().map_err(unwritable)?.into_vec())
    }

    fn private_document(&self) -> Result<SecretDocument> {
        self.0.to_pkcs8_der().map_err(unwritable)
    }

    fn encrypted_document(&self, passphrase: &Secret) -> Result<SecretDocument> {
        let (mut salt, mut iv) = ([0; 16], [0; 16]);
        for random in [&mut salt, &mut iv] {
            rand::rngs::SysRng.try_fill_bytes(random).map_err(unwritable)?;
        }
        let scheme = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(PASSPHRASE_ROUNDS, &salt, iv);
        let scheme = scheme.map_err(unwritable)?;
        let encrypted = scheme.encrypt(passphrase.expose(), self.private_document()?.as_bytes()).map_err(unwritable)?;
        let encrypted_data = OctetStringRef::new(&encrypted).map_err(unwritable)?;
        let info = EncryptedPrivateKeyInfoRef { encryption_algorithm: scheme.into(), encrypted_data };
        SecretDocument::try_from(info).map_err(unwritable)
    }
}

fn unwritable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Kind::Internal, "The key cannot be written in this form").because(error)
}

fn refuse(why: &str, remedy: &str) -> Error {
    Error::new(Kind::Secret, format!("The private key {why}")).hint(remedy)
}

/// The bytes under PEM lines and Base64.
fn der_of(text: &str) -> Result<Zeroizing<Vec<u8>>> {
    const REMEDY: &str = "Give the whole text of the key file, from -----BEGIN to END-----, or its Base64 alone";
    let text = text.trim().trim_start_matches('\u{feff}');
    let body = match text.find("-----BEGIN ") {
        None => text,
        Some(begin) => {
            // Other text may stand before and after.
            let rest = &text[begin + "-----BEGIN ".len()..];
            let (label, rest) = rest.split_once("-----").ok_or_else(|| refuse("is cut off", REMEDY))?;
            match label {
                PEM_LABEL | ENCRYPTED_PEM_LABEL => {}
                "PUBLIC KEY" => return Err(refuse("is a public key", "Give the other half of the pair")),
                // Only what looks like a label is shown: a garbled text could have the key in its place.
                _ if label.len() < 40 && label.bytes().all(|b| b.is_ascii_uppercase() || b == b' ') => {
                    return Err(refuse(&format!("is in the form {label:?}, not in PKCS#8"), CONVERT));
                }
                _ => return Err(refuse("is not in PKCS#8", CONVERT)),
            }
            rest.split_once("-----END ").ok_or_else(|| refuse("is cut off", REMEDY))?.0
        }
    };
    // Room for all of it at once: a text that grows leaves copies behind.
    let mut plain = Zeroizing::new(String::with_capacity(body.len()));
    // Environment variables often carry line ends as two characters; no alphabet of Base64 has a backslash.
    for piece in body.split("\\n").flat_map(|piece| piece.split("\\r")) {
        plain.extend(piece.chars().filter(|c| !c.is_whitespace()).map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        }));
    }
    if plain.is_empty() {
        return Err(refuse("is empty", REMEDY));
    }
    // The decoder's own error would name a character of the key.
    let der = BASE64_STANDARD_NO_PAD.decode(plain.trim_end_matches('='));
    der.map(Zeroizing::new).map_err(|_| refuse("is not Base64", REMEDY))
}

fn decrypt(der: &[u8], labelled: bool, passphrase: Option<&Secret>) -> Result<PrivateKey> {
    let outdated = "Encrypt it again with `openssl pkcs8 -topk8 -v2 aes256 -in KEY -out KEY.p8`";
    let info = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|error| {
        if labelled {
            refuse("is encrypted in a way that is not read here", outdated).because(error)
        } else {
            refuse("is not in PKCS#8 or is cut off", CONVERT).because(error)
        }
    })?;
    let Some(passphrase) = passphrase.filter(|passphrase| !passphrase.is_empty()) else {
        return Err(refuse("is encrypted", "Give its passphrase, or a key without one"));
    };
    let supported = info.encryption_algorithm.pbes2().is_some();
    let plain = info.decrypt(passphrase.expose()).map_err(|error| {
        if supported {
            refuse("does not open with this passphrase", "Check the passphrase").because(error)
        } else {
            refuse("is encrypted in a way that is not read here", outdated).because(error)
        }
    })?;
    // A wrong passphrase looks like a right one once in about 256 times, and then makes no key.
    PrivateKey::from_pkcs8_der(plain.as_bytes())
        .map_err(|error| refuse("does not open with this passphrase", "Check the passphrase").because(error))
}

/// Snowflake keeps a plain name in upper case, quoted or not; any other is quoted as it is.
fn quoted_unless_plain(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$'));
    if plain { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}
