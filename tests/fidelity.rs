//! What arrives is what is stored: random documents and every edge of numbers and Unicode, through whole runs, in one piece
//! or in slices that join again. Judged by the oracle: bytes where a document is one row, values with numbers as text
//! where it is several.
#![allow(clippy::unwrap_used, clippy::panic)]

use execute_sync::profile::SyncOptions;
use execute_sync::source::Source;

use crate::random_json::{NUMBERS, TEXTS, Writer, has_surrogate};
use crate::support::execute::Execute;
use crate::support::ledger::{Entry, Ledger};
use crate::support::oracle;
use crate::support::run::{self, Home, How};
use crate::support::seed::{self, Rng};
use crate::support::wire::Framing;

/// Documents of one database.
const DOCUMENTS: usize = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_documents_arrive_as_they_were_sent() {
    let worlds = seed::trials(4, 200);
    for seed in seed::base()..seed::base() + worlds {
        let mut rng = Rng::named(seed, "fidelity");
        let lines: Vec<String> =
            (0..DOCUMENTS).map(|number| Writer { rng: &mut rng }.document(&number.to_string(), 1)).collect();
        let chunk_size = rng.between(1, 12);
        let framing = *rng.pick(&Framing::DELIMITED);
        if let Err(why) = arrives(&lines, chunk_size, framing, &mut rng).await {
            panic!("lists of {chunk_size}, {framing:?}: {why}\n{}", seed::replay("fidelity::random", "", seed));
        }
    }
    println!("{} random documents", worlds * DOCUMENTS as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_edge_of_numbers_and_unicode_arrives_in_every_place() {
    let digits =
        ["9".repeat(400), format!("-0.{}", "7".repeat(400)), format!("{}e-{}", "3".repeat(400), "1".repeat(9))];
    let mut values: Vec<String> = NUMBERS.iter().map(|&n| n.to_owned()).chain(digits).collect();
    values.extend(TEXTS.iter().map(|text| format!("\"{text}\"")));
    // Every character of the Basic Multilingual Plane, a hundred a text, and every escape of it.
    let planes: Vec<char> = (0x20..=0xffff).filter_map(char::from_u32).filter(|c| !"\"\\".contains(*c)).collect();
    values.extend(planes.chunks(100).map(|chunk| format!("\"{}\"", chunk.iter().collect::<String>())));
    values.extend((0..=0xffff_u32).step_by(100).map(|from| {
        format!("\"{}\"", (from..(from + 100).min(0x1_0000)).map(|code| format!("\\u{code:04x}")).collect::<String>())
    }));
    let lines: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(number, value)| {
            let name = if value.starts_with('"') { value.clone() } else { format!("\"{value}\"") };
            let field = if has_surrogate(&name) { "\"F\"" } else { &name };
            format!(
                r#"{{"DOCUMENT_ID":"{number}","$TYPE":"T","$VERSION":1,"$DATE":"2025-01-01","V":{value},"L":[{value},[{value}],{{{name}:{value}}},{value}],{field}:{{{name}:{value}}}}}"#
            )
        })
        .collect();
    for chunk_size in [1, 3, 4] {
        arrives(&lines, chunk_size, Framing::Chunked, &mut Rng::new(1)).await.unwrap();
    }
    println!("{} edges in 6 places", values.len());
}

/// Brings the lines through a run and asks the oracle.
async fn arrives(lines: &[String], chunk_size: usize, framing: Framing, rng: &mut Rng) -> Result<(), String> {
    let entry = |(number, line): (usize, &String)| Entry {
        mark: Ledger::mark(number),
        line: line.clone().into_bytes(),
        key: Some(("T".to_owned(), number.to_string(), 1)),
    };
    let ledger = Ledger { entries: lines.iter().enumerate().map(entry).collect() };
    let server = Execute::start(ledger).await;
    server.framing(framing, rng.clone());
    let source = Source::new(run::settings(&server.url())).unwrap();
    let home = Home::in_memory();
    let options = SyncOptions { max_documents: rng.between(500, 3_000) as u64, chunk_size, ..SyncOptions::default() };
    let ran = run::sync_run(&source, &home, &How { options, ..How::default() }).await?;
    if ran.finished.result.is_err() || ran.finished.summary.quarantined > 0 {
        return Err(format!("{}; {} quarantined", ran.told(), ran.finished.summary.quarantined));
    }
    oracle::complete(&home, &server.ledger()).check().map(|_| ())
}
