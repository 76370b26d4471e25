//! `gen`: an RSA key pair for Snowflake.

use std::io::IsTerminal;
use std::path::Path;

use clap::ArgMatches;
use execute_sync::error::{Error, Kind, Result};
use execute_sync::key_pair::{KeyPair, KeySize};
use execute_sync::paths;
use execute_sync::secret::Secret;

use crate::printer;

/// Makes the pair. The private key goes into a file of its own, or with `--stdout` to standard output.
pub(crate) fn generate(matches: &ArgMatches) -> Result<u8> {
    let bits: u32 = matches.get_one::<String>("bits").and_then(|text| text.parse().ok()).unwrap_or(3072);
    let size = KeySize::try_from(bits)?;
    let user = matches.get_one::<String>("user").map(String::as_str);
    if matches.get_flag("stdout") {
        let pair = KeyPair::generate(size)?;
        printer::line("Private key for the DSN (privateKey=…):");
        printer::line(pair.dsn_form()?.expose());
        printer::line("");
        printer::line(pair.private_pem(None)?.expose().trim_end());
        printer::line("");
        public(&pair, user)?;
        return Ok(0);
    }
    let path = Path::new(matches.get_one::<String>("out").map_or("execute_sync_key.p8", String::as_str));
    if path.symlink_metadata().is_ok() {
        return Err(Error::new(
            Kind::Configuration,
            format!("{} is there already, and a key is never written over", path.display()),
        )
        .hint("Name another file with --out, or move that one away."));
    }
    let folder = paths::folder_of(path);
    if !folder.is_dir() {
        return Err(Error::new(Kind::Configuration, format!("the folder {} does not exist", folder.display()))
            .hint("Create it, or name another file with --out."));
    }
    let passphrase = passphrase(matches)?;
    let pair = KeyPair::generate(size)?;
    pair.write_private(path, passphrase.as_ref())?;
    printer::line(&format!(
        "Private key: {} ({bits} bits, {})",
        path.display(),
        if passphrase.is_some() { "with a passphrase" } else { "without a passphrase" }
    ));
    public(&pair, user)?;
    Ok(0)
}

fn public(pair: &KeyPair, user: Option<&str>) -> Result<()> {
    printer::line(pair.public_pem()?.trim_end());
    printer::line("");
    printer::line(&format!("Fingerprint: {}", pair.fingerprint()?));
    printer::line("Register it in Snowflake (DESC USER then shows the fingerprint as RSA_PUBLIC_KEY_FP):");
    printer::line(&pair.alter_user_sql(user)?);
    Ok(())
}

/// From the file, or asked for at a terminal, where it may be empty; elsewhere none.
fn passphrase(matches: &ArgMatches) -> Result<Option<Secret>> {
    let text = if let Some(file) = matches.get_one::<String>("passphrase-file") {
        let text = std::fs::read_to_string(file).map_err(|e| {
            Error::new(Kind::Secret, format!("the passphrase file {file} cannot be read"))
                .hint("Check its path and rights.")
                .because(e)
        })?;
        if text.trim_end_matches(['\r', '\n']).is_empty() {
            return Err(Error::new(Kind::Secret, format!("the passphrase file {file} is empty"))
                .hint("Write the passphrase into it, or leave --passphrase-file out."));
        }
        text
    } else if std::io::stdin().is_terminal() {
        let ask = |prompt: &str| {
            rpassword::prompt_password(prompt)
                .map_err(|e| Error::new(Kind::Secret, "the passphrase cannot be asked for").because(e))
        };
        let first = ask("Passphrase for the private key (empty for none): ")?;
        if !first.is_empty() && first != ask("Once more: ")? {
            return Err(Error::new(Kind::Secret, "the two passphrases differ").hint("Run the command again."));
        }
        first
    } else {
        return Ok(None);
    };
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    Ok((!text.is_empty()).then(|| Secret::new(text)))
}
