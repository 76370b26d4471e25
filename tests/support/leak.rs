//! Looks for secrets in what the program said and wrote, in every spelling. The search itself is a Python program beside
//! this file.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout};

use serde_json::json;

use super::python;

/// The searching process. It ends with its input.
pub struct Detector {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Detector {
    pub fn start() -> Self {
        let mut process = python::start("support/leak.py", None);
        let input = process.stdin.take();
        let output = BufReader::new(process.stdout.take().expect("its output is a pipe"));
        Detector { process, input, output }
    }

    /// Where the secrets stand: in these texts, and in the files under `folder` but those that were `planted` there.
    pub fn find(
        &mut self,
        secrets: &[&str],
        texts: &[(&str, &[u8])],
        folder: Option<&Path>,
        planted: &[PathBuf],
    ) -> Vec<String> {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let texts: Vec<_> = texts.iter().map(|(name, bytes)| json!([name, hex(bytes)])).collect();
        let request = json!({"secrets": secrets, "texts": texts, "folder": folder, "planted": planted});
        writeln!(self.input.as_mut().expect("it is open"), "{request}").expect("it listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).expect("it answers in JSON")
    }
}

impl Drop for Detector {
    fn drop(&mut self) {
        self.input.take();
        // It ends when its input does.
        let _ = self.process.wait();
    }
}
