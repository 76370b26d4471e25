//! How much of what there is, and that it is always the same.

use std::collections::HashMap;

use super::{lines, parsed, small, small_world, version};
use crate::{SampleOptions, World};

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let first = lines(&small_world());
    assert_eq!(first, lines(&small_world()));
    let other = lines(&World::new(&SampleOptions { seed: 2, ..small() }));
    assert_eq!(other.iter().filter(|line| first.contains(line)).count(), 0);
}

#[test]
fn the_number_of_documents_is_what_was_asked_for() {
    for wanted in [400, 401, 555, 1000, 2500, 20_000] {
        let world = World::new(&SampleOptions { documents: Some(wanted), ..small() });
        assert_eq!(world.documents(), wanted);
        assert_eq!(world.ledger().take(10).count(), 10);
    }
    let smallest = World::new(&SampleOptions { documents: Some(1), ..small() });
    assert!((200..400).contains(&smallest.documents()));
    assert_eq!(lines(&smallest).len() as u64, smallest.documents());
}

#[test]
fn the_standard_world_has_what_it_promises() {
    let world = World::new(&SampleOptions::default());
    let mut of_type: HashMap<String, usize> = HashMap::new();
    let mut large = Vec::new();
    let mut deleted = Vec::new();
    let mut documents = 0;
    for line in world.lines(false) {
        let (document_type, id, _) = version(&line);
        documents += 1;
        if document_type == "AFE" && line.len() > 500_000 {
            assert_eq!(parsed(&line)["LINE_ITEMS"].as_array().map(Vec::len), Some(12_000));
            large.push(id.clone());
        }
        if line.contains("\"$DELETED\":true") {
            deleted.push((document_type.clone(), id));
        }
        *of_type.entry(document_type).or_default() += 1;
    }
    assert_eq!(documents, world.documents());
    assert!((6_000..=12_000).contains(&documents), "{documents} documents");
    assert_eq!(of_type["AFE_CHAIN"], 1200);
    assert!(of_type["AFE"] > 1500 && of_type["COST"] > 4000 && of_type["WELL"] > 900, "{of_type:?}");
    assert_eq!(large, [world.large_afe().expect("there is a large AFE")]);
    assert_eq!(deleted, [("AFE".to_owned(), world.deleted_afe())]);
}

#[test]
fn the_ledger_is_the_hashes_of_the_lines() {
    use sha2::{Digest, Sha256};
    let world = small_world();
    let mut ledger = world.ledger();
    for line in world.lines(false) {
        let entry = ledger.next().expect("the ledger has an entry for each line");
        let (document_type, id, number) = version(&line);
        assert_eq!((entry.document.document_type, entry.document.id), (document_type, id));
        assert_eq!((u64::from(entry.document.version), entry.size), (number, line.len()));
        assert_eq!(entry.sha256[..], Sha256::digest(line.as_bytes())[..]);
    }
    assert_eq!(ledger.next(), None);
}
