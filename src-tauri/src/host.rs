//! What this desktop offers: is there a tray that would show our icon?

use std::time::Duration;

/// So often it is looked for at first ...
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// ... and after so many looks, which is five minutes, ...
const MANY_LOOKS: u32 = 150;
/// ... so often.
const LOOK_SELDOM: Duration = Duration::from_secs(30);

/// After so many looks, which is half a minute, it counts as not there.
const FEW_LOOKS: u32 = 15;

/// Returns once there is a tray. Without one for half a minute `without` is called, once.
pub(crate) async fn tray_comes(
    has_tray: impl AsyncFn() -> bool,
    sleep: impl AsyncFn(Duration),
    without: impl FnOnce(),
) {
    let mut without = Some(without);
    let mut looks: u32 = 0;
    while !has_tray().await {
        looks = looks.saturating_add(1);
        if looks > FEW_LOOKS
            && let Some(without) = without.take()
        {
            without();
        }
        sleep(if looks < MANY_LOOKS { LOOK_EVERY } else { LOOK_SELDOM }).await;
    }
}

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

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// How long was waited for a tray that is there at the look of this number, and when it was said that there is none.
    async fn waited(comes_at: u32) -> (Duration, Vec<Duration>) {
        let (looks, passed, said) = (Cell::new(0), Cell::new(Duration::ZERO), RefCell::new(Vec::new()));
        let has_tray = async || {
            looks.set(looks.get() + 1);
            looks.get() >= comes_at
        };
        tray_comes(has_tray, async |time| passed.set(passed.get() + time), || said.borrow_mut().push(passed.get()))
            .await;
        (passed.get(), said.into_inner())
    }

    #[tokio::test]
    async fn a_tray_that_comes_late_is_noticed_and_one_that_is_there_is_not_waited_for() {
        let seconds = Duration::from_secs;
        assert_eq!(waited(1).await, (Duration::ZERO, vec![]));
        assert_eq!(waited(10).await, (seconds(18), vec![]));
        assert_eq!(waited(100).await, (seconds(198), vec![seconds(30)]));
        assert_eq!(waited(152).await, (seconds(149 * 2 + 60), vec![seconds(30)]));
    }
}
