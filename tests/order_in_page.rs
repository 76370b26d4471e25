//! Within a page documents may be stored in another order than they came: of one document the order still counts.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use crate::loading;
use crate::support::oracle;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};

/// Enough text for several piles of documents that are put in order.
const LINES: usize = 12_000;
const FILLER: usize = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_version_that_comes_again_the_last_wins_however_far_apart_and_a_bad_line_keeps_its_place() {
    let mut rng = Rng::named(seed::base(), "order in page");
    let filler = "x".repeat(FILLER);
    let (mut lines, mut last, mut closed) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for number in 0..LINES {
        let (id, version) = (rng.between(0, 400), rng.between(1, 3));
        let head = format!(r#"{{"DOCUMENT_ID":"d{id}","$TYPE":"T","$VERSION":{version},"$DATE":"#);
        if rng.between(0, 199) == 0 {
            // Its date is no date: it waits for a good one of this version or a newer one behind it.
            lines.push(format!(r#"{head}"never","N":{number}}}"#));
            closed.insert((id, number), (version, false));
        } else {
            lines.push(format!(r#"{head}"2025-01-01","N":{number},"X":"{filler}"}}"#));
            last.insert((id, version), number);
            for (_, entry) in closed.range_mut((id, 0)..(id, number)) {
                entry.1 |= version >= entry.0;
            }
        }
    }
    let home = Home::in_memory();
    let mut destination = loading::sqlite(&home.database());
    loading::prepare(&mut destination).await;
    let written = loading::load(&mut destination, &lines, 1_000).await;
    assert_eq!(written.stored as usize, LINES - closed.len());

    let stored = oracle::rows(
        &home.database(),
        "SELECT SUBSTR(ID, 2) + 0, VERSION, json_extract(DATA, '$.N') FROM EXECUTE_DOCUMENTS ORDER BY 1, 2",
    );
    let expected: Vec<Vec<String>> =
        last.iter().map(|((id, version), number)| [*id, *version, *number].map(|n| n.to_string()).to_vec()).collect();
    assert_eq!(stored, expected);
    let open = oracle::rows(
        &home.database(),
        "SELECT LINE - 1 FROM EXECUTE_SYNC_QUARANTINE WHERE CLOSED_AT IS NULL ORDER BY ENTRY",
    );
    let mut expected: Vec<usize> =
        closed.iter().filter(|(_, entry)| !entry.1).map(|((_, number), _)| *number).collect();
    expected.sort_unstable();
    assert_eq!(open.concat(), expected.iter().map(ToString::to_string).collect::<Vec<_>>());
}
