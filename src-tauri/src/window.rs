//! The window: built when it is opened, destroyed when it is closed, because a hidden web view would cost what a shown one
//! does. What belongs to it lives here; what is true without it lives in `core`.

use std::sync::Arc;

use tauri::utils::config::WindowConfig;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Emitter, Manager, WebviewWindow, WebviewWindowBuilder};

use crate::contract::Navigate;
use crate::core::Core;

/// Its label, as the capability file names it.
pub(crate) const MAIN: &str = "main";

/// Shows the window, at `path` if one is given; builds it if there is none.
pub(crate) fn open(app: &AppHandle, path: Option<&str>) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(MAIN) {
        window.unminimize()?;
        window.show()?;
        window.set_focus()?;
        if let Some(path) = path {
            app.emit("navigate", Navigate { path: path.to_owned() })?;
        }
        return Ok(());
    }
    let Some(config) = config(app) else { return Ok(()) };
    let window = build(app, &config, path)?;
    window.set_focus()
}

fn config(app: &AppHandle) -> Option<WindowConfig> {
    app.config().app.windows.iter().find(|window| window.label == MAIN).cloned()
}

fn build(app: &AppHandle, config: &WindowConfig, path: Option<&str>) -> tauri::Result<WebviewWindow> {
    let mut config = config.clone();
    if let Some(path) = path {
        // The router reads the route behind the mark; nothing is loaded by it.
        config.url = tauri::WebviewUrl::App(format!("index.html#{path}").into());
    }
    WebviewWindowBuilder::from_config(app, &config)?
        // What the pages remember lies with everything else of ours.
        .data_directory(app.state::<Arc<Core>>().dirs.data().join("window"))
        // Only the app's own pages, whatever a document or a bug asks for.
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()
}

fn is_own(url: &tauri::Url) -> bool {
    // macOS and Linux serve the app by a scheme of its own, Windows under a host name of its own.
    url.scheme() == "tauri" || (matches!(url.scheme(), "http" | "https") && url.host_str() == Some("tauri.localhost"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_window_goes_nowhere_else() {
        for own in ["tauri://localhost/", "tauri://localhost/index.html#/settings", "http://tauri.localhost/"] {
            assert!(is_own(&own.parse().unwrap()), "{own}");
        }
        for other in [
            "https://example.com/",
            "http://localhost/",
            "http://tauri.localhost.evil.example/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!is_own(&other.parse().unwrap()), "{other}");
        }
    }
}
