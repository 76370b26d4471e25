//! The tray: puts the menu and the icon where the system shows them. What they show is decided in [`menu`].

pub(crate) mod menu;

use std::sync::{Mutex, PoisonError};

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, Wry};

use crate::contract::AppState;
use menu::{Action, Item, Shape, find, is_same_but_for_words, menu, shape};

/// The tray that is there, and what it shows.
#[derive(Default)]
pub(crate) struct Tray(Mutex<Option<Shown>>);

struct Shown {
    icon: TrayIcon<Wry>,
    shape: Shape,
    items: Vec<Item>,
    lines: Vec<Line>,
}

/// A line of the menu as it stands there.
enum Line {
    /// `Says` and `Does`.
    Item(MenuItem<Wry>),
    Sub(Submenu<Wry>, Vec<Line>),
    Separator,
}

impl Tray {
    /// Puts the icon there.
    pub(crate) fn show(&self, app: &AppHandle, state: &AppState) -> tauri::Result<()> {
        let (items, shape) = (menu(state), shape(state));
        let (built, lines) = build(app, &items)?;
        let icon = TrayIconBuilder::with_id("tray")
            .icon(image(shape)?)
            .icon_as_template(cfg!(target_os = "macos"))
            .menu(&built)
            .on_menu_event(|app, event| {
                if let Some(action) = app.state::<Tray>().action(event.id().as_ref()) {
                    crate::clicks::act(app, action);
                }
            })
            .build(app)?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Shown { icon, shape, items, lines });
        Ok(())
    }

    /// Shows another state. What has not changed is not touched, and other words are put into the lines that are there: a
    /// menu that is replaced while it is open would close.
    pub(crate) fn update(&self, app: &AppHandle, state: &AppState) -> tauri::Result<()> {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(shown) = shown.as_mut() else { return Ok(()) };
        let (items, shape) = (menu(state), shape(state));
        if shape != shown.shape {
            shown.icon.set_icon(Some(image(shape)?))?;
            shown.icon.set_icon_as_template(cfg!(target_os = "macos"))?;
            shown.shape = shape;
        }
        if is_same_but_for_words(&shown.items, &items) {
            put_words(&shown.lines, &shown.items, &items)?;
        } else {
            let (built, lines) = build(app, &items)?;
            shown.icon.set_menu(Some(built))?;
            shown.lines = lines;
        }
        shown.items = items;
        Ok(())
    }

    fn action(&self, id: &str) -> Option<Action> {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        find(&shown.as_ref()?.items, id)
    }
}

/// Puts the words of `now` into the lines that show `before`; both have the same lines.
fn put_words(lines: &[Line], before: &[Item], now: &[Item]) -> tauri::Result<()> {
    for (line, (before, now)) in lines.iter().zip(before.iter().zip(now)) {
        match (line, before, now) {
            (Line::Sub(sub, inner), Item::Sub(old, before), Item::Sub(text, now)) => {
                if old != text {
                    sub.set_text(text)?;
                }
                put_words(inner, before, now)?;
            }
            (Line::Item(item), before, Item::Says(_) | Item::Does(..)) if before.words() != now.words() => {
                item.set_text(now.words())?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn build(app: &AppHandle, items: &[Item]) -> tauri::Result<(Menu<Wry>, Vec<Line>)> {
    let lines = lines_of(app, items)?;
    let menu = Menu::new(app)?;
    for line in &lines {
        match line {
            Line::Item(item) => menu.append(item)?,
            Line::Sub(sub, _) => menu.append(sub)?,
            Line::Separator => menu.append(&PredefinedMenuItem::separator(app)?)?,
        }
    }
    Ok((menu, lines))
}

fn lines_of(app: &AppHandle, items: &[Item]) -> tauri::Result<Vec<Line>> {
    let line = |item: &Item| {
        Ok(match item {
            Item::Says(text) => Line::Item(MenuItem::new(app, text, false, None::<&str>)?),
            Item::Does(text, action) => Line::Item(MenuItem::with_id(app, action.id(), text, true, None::<&str>)?),
            Item::Line => Line::Separator,
            Item::Sub(text, inner) => {
                let (sub, inner) = (Submenu::new(app, text, true)?, lines_of(app, inner)?);
                for line in &inner {
                    match line {
                        Line::Item(item) => sub.append(item)?,
                        Line::Sub(within, _) => sub.append(within)?,
                        Line::Separator => sub.append(&PredefinedMenuItem::separator(app)?)?,
                    }
                }
                Line::Sub(sub, inner)
            }
        })
    };
    items.iter().map(line).collect()
}

fn image(shape: Shape) -> tauri::Result<Image<'static>> {
    macro_rules! icon {
        ($name:literal) => {
            if cfg!(target_os = "macos") {
                &include_bytes!(concat!("../../icons/tray/", $name, "-template.png"))[..]
            } else {
                &include_bytes!(concat!("../../icons/tray/", $name, ".png"))[..]
            }
        };
    }
    Image::from_bytes(match shape {
        Shape::UpToDate => icon!("up-to-date"),
        Shape::Syncing => icon!("syncing"),
        Shape::Paused => icon!("paused"),
        Shape::Offline => icon!("offline"),
        Shape::NeedsYou => icon!("needs-you"),
        Shape::Failed => icon!("failed"),
    })
}
