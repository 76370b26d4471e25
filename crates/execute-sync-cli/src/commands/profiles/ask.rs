//! The secret of an API key, as a person or a script hands it over.

use std::io::{IsTerminal, Read};

use execute_sync::error::{Error, Kind, Result};
use execute_sync::profile::settings;
use execute_sync::secret::Secret;

/// No secret is longer.
const LONGEST_SECRET: u64 = 1 << 20;

/// From standard input, or asked for at a terminal, without echo.
pub(super) fn ask(stdin: bool) -> Result<Secret> {
    let text = if stdin {
        let mut text = String::new();
        std::io::stdin()
            .take(LONGEST_SECRET)
            .read_to_string(&mut text)
            .map_err(|e| Error::new(Kind::Secret, "the secret cannot be read from standard input").because(e))?;
        text
    } else if std::io::stdin().is_terminal() {
        rpassword::prompt_password("API key secret: ")
            .map_err(|e| Error::new(Kind::Secret, "the secret cannot be asked for").because(e))?
    } else {
        return Err(Error::new(Kind::Secret, "no secret is given, and there is no terminal to ask at")
            .hint("Use --secret-stdin, --secret-from-env VAR or --secret-file PATH")
            .field(settings::EXECUTE_APIKEY_SECRET.name));
    };
    let text = without_line_end(text);
    if text.is_empty() {
        return Err(Error::new(Kind::Secret, "the secret is empty")
            .hint("Enter it")
            .field(settings::EXECUTE_APIKEY_SECRET.name));
    }
    Ok(text)
}

/// The line end that came with it is no part of it, nor is the mark that some shells of Windows put first.
fn without_line_end(mut text: String) -> Secret {
    let length = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(length);
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Secret::new(text)
}
