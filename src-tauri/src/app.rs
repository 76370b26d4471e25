//! The app's life: start, the tasks that keep window and tray up to date, what follows when the last window is closed.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use execute_sync::error::Result;
use execute_sync::logging;
use execute_sync::paths::{AppDirs, folder_of};
use execute_sync::profile::Environment;
use execute_sync::worker::{Tell, Told};
use tauri::{AppHandle, Emitter, Manager, RunEvent};
use tauri_plugin_autostart::MacosLauncher;
use tokio::runtime::Handle;

use crate::activity::{self, Activity};
use crate::commands;
use crate::core::Core;
use crate::shell::{News, Quitting, log_file, publish, quit, set_autostart, show, tell_of};
use crate::tray::Tray;
use crate::{clicks, consent, host, notify, settings, window};

/// Starts without a window.
const HIDDEN: &str = "--hidden";

/// Told once where there is no tray.
const NO_TRAY: &str = "This desktop shows no tray icons, so closing the window ends Execute Sync.";

/// So often the file of profiles is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Runs until the app is quit.
pub(crate) fn run() -> ExitCode {
    let kept_out = execute_sync::secret::keep_out_of_core_dumps();
    // A panic is a defect of ours and may quote data: what is written of it goes through the log's net.
    std::panic::set_hook(Box::new(|panic| log::error!("Internal error: {panic}")));
    let activity = Activity::default();
    let dirs = match AppDirs::find(Environment::home_of_process()) {
        Ok(dirs) => dirs,
        Err(error) => return fail(&error),
    };
    if let Err(error) = begin_log(&dirs, &activity) {
        return fail(&error);
    }
    if let Err(error) = kept_out {
        log::debug!("A crash could leave a core dump: {error}");
    }
    let hidden = std::env::args().any(|argument| argument == HIDDEN);
    // The worker has threads of its own: whatever a command does, runs go on.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            log::error!("The app cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let handle = runtime.handle().clone();
    let mut context = tauri::generate_context!();
    if cfg!(debug_assertions) {
        // A build for development is another app: it never meets the one that is installed.
        context.config_mut().identifier.push_str(".dev");
    }
    let app = tauri::Builder::default()
        // First of all plugins: a second start ends here and shows the window of the first.
        .plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| show(app, None)))
        .plugin(tauri_plugin_autostart::init(MacosLauncher::LaunchAgent, Some(vec![HIDDEN])))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_window_state::Builder::new().build())
        .manage(Quitting::default())
        .manage(News::default())
        .manage(Tray::default())
        .invoke_handler(commands::handler())
        .setup(move |app| begin(app.handle(), &handle, dirs, activity, hidden))
        .build(context);
    let app = match app {
        Ok(app) => app,
        Err(error) => {
            log::error!("The app cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    app.run(|app, event| {
        if let RunEvent::ExitRequested { api, code, .. } = event
            && code.is_none()
        {
            api.prevent_exit();
            closed(app);
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    ExitCode::SUCCESS
}

/// Starts what lives as long as the app, and shows the window.
fn begin(
    app: &AppHandle,
    worker: &Handle,
    dirs: AppDirs,
    activity: Activity,
    hidden: bool,
) -> std::result::Result<(), Box<dyn std::error::Error>> {
    let _on_worker = worker.enter();
    let core = Core::start(dirs, activity, told(app))?;
    core.consent.ask_by(consent::in_dialogs(app));
    app.manage(Arc::clone(&core));
    // This is the thread of windows and menus: it waits for no disk.
    let (app_first, core_first) = (app.clone(), Arc::clone(&core));
    worker.spawn_blocking(move || {
        core_first.reload();
        publish(&app_first);
    });
    worker.spawn(clicks::follow(app.clone(), Arc::clone(&core)));
    worker.spawn(follow_states(app.clone(), Arc::clone(&core)));
    worker.spawn(follow_profiles(app.clone(), Arc::clone(&core)));
    worker.spawn(follow_log(app.clone(), Arc::clone(&core)));
    worker.spawn(begin_tray(app.clone(), Arc::clone(&core)));
    let (app_then, core_then) = (app.clone(), Arc::clone(&core));
    worker.spawn_blocking(move || {
        if let Err(error) = set_autostart(&app_then, core_then.settings.get().start_at_login) {
            tell_of(&app_then, &core_then, &error);
        }
    });
    if !(hidden || core.settings.get().start_hidden) {
        window::open(app, None)?;
    }
    Ok(())
}

/// The last window was closed.
fn closed(app: &AppHandle) {
    let core = Arc::clone(&app.state::<Arc<Core>>());
    core.test.stop();
    // It may wait for a look that is under way, and this is the thread of windows and menus.
    tauri::async_runtime::spawn_blocking(move || core.close_browsers());
    if stays(app) {
        let app = app.clone();
        tauri::async_runtime::spawn_blocking(move || say_once_that_it_stays(&app));
    } else {
        quit(app)
    }
}

fn fail(error: &execute_sync::error::Error) -> ExitCode {
    log::error!("The app cannot start: {error}");
    ExitCode::from(error.kind().exit_code())
}

fn begin_log(dirs: &AppDirs, activity: &Activity) -> Result<()> {
    let file = log_file(dirs);
    dirs.ensure(dirs.data())?;
    dirs.ensure(folder_of(&file))?;
    logging::install(activity::log_settings(file, activity))
}

/// The one place from which window and tray are told how everything is, so that nothing older comes after something newer.
async fn follow_states(app: AppHandle, core: Arc<Core>) {
    let mut changes = core.worker.changes();
    let news = app.state::<News>();
    core.loaded().await;
    loop {
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            () = news.0.notified() => {}
        }
        changes.borrow_and_update();
        let state = core.state();
        if app.get_webview_window(window::MAIN).is_some()
            && let Err(error) = app.emit("state", &state)
        {
            log::debug!("The window cannot be told: {error}");
        }
        let handle = app.clone();
        // Menus belong to the main thread.
        let done = app.run_on_main_thread(move || {
            if let Err(error) = handle.state::<Tray>().update(&handle, &state) {
                log::warn!("The tray cannot be brought up to date: {error}");
            }
        });
        if let Err(error) = done {
            log::debug!("The tray is gone: {error}");
        }
    }
}

/// Without a window that listens, no line is lost: it asks when it opens.
async fn follow_log(app: AppHandle, core: Arc<Core>) {
    let mut heard = 0;
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let lines = core.activity.after(heard);
        let Some(last) = lines.last() else { continue };
        heard = last.seq;
        if app.get_webview_window(window::MAIN).is_some() {
            let _ = app.emit("log", &lines);
        }
    }
}

/// The command line, or a person, may change the profiles meanwhile.
async fn follow_profiles(app: AppHandle, core: Arc<Core>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let looking = Arc::clone(&core);
        // The disk may take its time, and runs have these threads.
        let look = tokio::task::spawn_blocking(move || {
            let is_outdated = looking.is_outdated();
            if is_outdated {
                looking.reload();
            }
            is_outdated
        });
        if matches!(look.await, Ok(true)) {
            publish(&app);
        }
    }
}

/// At login we may be there before what shows the icon, and by much: it is looked for as long as there is none.
async fn begin_tray(app: AppHandle, core: Arc<Core>) {
    host::tray_comes(host::has_tray, tokio::time::sleep, || without_tray(&app, &core)).await;
    core.notices.take_back(NO_TRAY);
    let (handle, shown) = (app.clone(), Arc::clone(&core));
    let done = app.run_on_main_thread(move || match handle.state::<Tray>().show(&handle, &shown.state()) {
        Ok(()) => {
            shown.set_tray(true);
            publish(&handle);
        }
        Err(error) => log::warn!("The tray cannot be shown: {error}"),
    });
    if let Err(error) = done {
        log::warn!("The tray cannot be shown: {error}");
    }
}

fn without_tray(app: &AppHandle, core: &Core) {
    let handle = app.clone();
    // With neither an icon nor a window nobody could reach the app.
    let _ = app.run_on_main_thread(move || {
        if handle.get_webview_window(window::MAIN).is_none() {
            show(&handle, None);
        }
    });
    log::info!("This desktop shows no tray: closing the window ends the app");
    if core.settings.get().close_to_tray && is_first_time(core, "told-that-there-is-no-tray") {
        let hint = "Leave the window open or minimised, or start `execute-sync sync --profile` in the background";
        core.notices.tell(NO_TRAY.to_owned(), Some(hint.to_owned()));
        publish(app);
    }
}

fn told(app: &AppHandle) -> Told {
    let app = app.clone();
    Arc::new(move |tell: Tell| {
        let Some(core) = app.try_state::<Arc<Core>>() else { return };
        if settings::is_told(&core.settings.get(), tell.what)
            && let Ok(profile) = core.profile(&tell.id)
        {
            notify::tell(&app, &profile.name, &tell);
        }
    })
}

/// Does the app go on without a window?
fn stays(app: &AppHandle) -> bool {
    let core = app.state::<Arc<Core>>();
    !app.state::<Quitting>().0.load(Ordering::SeqCst) && core.settings.get().close_to_tray && core.has_tray()
}

fn say_once_that_it_stays(app: &AppHandle) {
    let core = app.state::<Arc<Core>>();
    if is_first_time(&core, "told-that-it-stays") {
        notify::show(app, "Execute Sync", "Execute Sync goes on in the tray. Quit it from its menu there.");
    }
}

/// Once for each person and machine; if that cannot be written down, once more.
fn is_first_time(core: &Core, what: &str) -> bool {
    let told = core.dirs.data().join(what);
    let is_first = !told.exists();
    if is_first {
        let _ = std::fs::write(told, "");
    }
    is_first
}
