//! For tests: a core in a folder of its own, with a keychain in memory; a form; a server that writes down what it is asked.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use execute_sync::paths::AppDirs;
use execute_sync::secret_store::{InMemory, SecretStore, Secrets};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::activity::Activity;
use crate::contract::{ProfileDraft, ScheduleDraft};
use crate::core::Core;

/// The variables that the core's environment holds.
pub(crate) const VARIABLES: [(&str, &str); 2] = [("EXECUTE_KEY", "from the variable"), ("HOME_KEY", "private")];

pub(crate) fn core(home: &tempfile::TempDir) -> Arc<Core> {
    core_with(home, Arc::new(InMemory::default()))
}

/// The same with another keychain.
pub(crate) fn core_with(home: &tempfile::TempDir, keychain: Arc<dyn SecretStore>) -> Arc<Core> {
    let variable = |name: &str| Ok(VARIABLES.iter().find(|(known, _)| *known == name).map(|(_, v)| (*v).to_owned()));
    let secrets = Secrets::new(keychain, Arc::new(variable));
    let dirs = AppDirs::find(Some(home.path().into())).unwrap();
    let core = Core::with_secrets(dirs, Activity::default(), Arc::new(|_| {}), secrets).unwrap();
    core.reload();
    core
}

/// Who answers the core's questions.
#[derive(Default)]
pub(crate) struct Person {
    pub(crate) agrees: AtomicBool,
    asked: Mutex<Vec<String>>,
}

impl Person {
    pub(crate) fn before(core: &Core) -> Arc<Self> {
        let person = Arc::new(Person::default());
        let asked = Arc::clone(&person);
        core.consent.ask_by(Box::new(move |question| {
            let (answer, answered) = tokio::sync::oneshot::channel();
            asked.asked.lock().unwrap().push(question.lines().next().unwrap().to_owned());
            answer.send(asked.agrees.load(Ordering::SeqCst)).unwrap();
            answered
        }));
        person
    }

    /// What was asked since this was last called.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

/// A form for a new profile.
pub(crate) fn draft(url: &str) -> ProfileDraft {
    ProfileDraft {
        id: None,
        stamp: None,
        name: "Northern".to_owned(),
        url: url.to_owned(),
        key_id: "reporting".to_owned(),
        secret_place: "keychain".to_owned(),
        secret_name: None,
        allow_http: true,
        destination: "sqlite".to_owned(),
        fields: BTreeMap::new(),
        options: BTreeMap::new(),
        schedule: ScheduleDraft {
            every_minutes: None,
            daily_at: None,
            within_from: None,
            within_until: None,
            on_start: false,
            on_wake: false,
            full_refresh_at: None,
        },
    }
}

/// A server that gives a schema at `/fetch/document/schema` alone. It ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = vec![0; 8192];
                let size = stream.read(&mut bytes).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&bytes[..size]).into_owned();
                let (status, body) = if head.starts_with("GET /fetch/document/schema ") {
                    ("200 OK", r#"{"AFE":{"NAME":{"TYPE":"TEXT"}}}"#)
                } else {
                    ("404 Not Found", "nothing here")
                };
                hears.lock().unwrap().push(head);
                let length = body.len();
                let answer =
                    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Server { url, heard }
    }

    /// The paths it was asked for.
    pub(crate) fn paths(&self) -> Vec<String> {
        let path = |head: &String| head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.heard.lock().unwrap().iter().map(path).collect()
    }
}
