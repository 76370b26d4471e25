//! A Tauri app with a window, a tray and nothing else, built with the features of ours: what `make bench` measures the
//! desktop app against. It opens, closes and stays as ours does.
//!
//! bare-app LOG [--hidden]: a line goes to LOG each time that the page is ready.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, RunEvent, State, WebviewWindowBuilder};

struct Log(PathBuf);

#[tauri::command]
fn ready(log: State<'_, Log>) -> Result<(), String> {
    let mut file = OpenOptions::new().append(true).create(true).open(&log.0).map_err(|e| e.to_string())?;
    writeln!(file, "The window is ready").map_err(|e| e.to_string())
}

fn open(app: &AppHandle) -> tauri::Result<()> {
    let config = app.config().app.windows.first().cloned();
    match config {
        Some(config) => WebviewWindowBuilder::from_config(app, &config)?.build().map(|_| ()),
        None => Ok(()),
    }
}

fn show_tray(app: &AppHandle) -> tauri::Result<()> {
    let (opens, quits) = (
        MenuItem::with_id(app, "open", "Open", true, None::<&str>)?,
        MenuItem::with_id(app, "quit", "Quit", true, None::<&str>)?,
    );
    let mut tray = TrayIconBuilder::new().menu(&Menu::with_items(app, &[&opens, &quits])?);
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.on_menu_event(|app, event| match event.id.as_ref() {
        // Nobody looks at this app: what fails shows in the measurement that ends in vain.
        "open" => drop(open(app)),
        _ => app.exit(0),
    })
    .build(app)?;
    Ok(())
}

fn main() -> tauri::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let hidden = arguments.iter().any(|argument| argument == "--hidden");
    let log = arguments.iter().find(|argument| !argument.starts_with("--")).map(PathBuf::from).unwrap_or_default();
    let app = tauri::Builder::default()
        .manage(Log(log))
        .invoke_handler(tauri::generate_handler![ready])
        .setup(move |app| {
            show_tray(app.handle())?;
            if !hidden {
                open(app.handle())?;
            }
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|_, event| {
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            // The last window was closed; the tray stays.
            api.prevent_exit();
        }
    });
    Ok(())
}
