//! What this desktop offers: is there a tray that would show our icon?

/// On Linux somebody must watch for status notifiers; plain GNOME has nobody who does.
#[cfg(target_os = "linux")]
pub(crate) async fn has_tray() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let Ok(bus) = zbus::Connection::session().await else { return false };
    let Ok(proxy) = zbus::fdo::DBusProxy::new(&bus).await else { return false };
    let Ok(name) = zbus::names::BusName::try_from(WATCHER) else { return false };
    proxy.name_has_owner(name).await.unwrap_or(false)
}

/// The tray belongs to the system.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn has_tray() -> bool {
    true
}
