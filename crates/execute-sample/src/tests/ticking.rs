//! A world that goes on, by itself and by hand.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{lines, parsed, small, small_world, version};
use crate::{Change, ChangeError, DocumentVersion, SampleOptions, World};

fn told(lines: impl Iterator<Item = String>) -> Vec<(String, String, u64)> {
    lines.map(|line| version(&line)).collect()
}

fn named(changed: &[DocumentVersion]) -> Vec<(String, String, u64)> {
    let name = |one: &DocumentVersion| (one.document_type.clone(), one.id.clone(), u64::from(one.version));
    changed.iter().map(name).collect()
}

fn since(world: &World, mark: &str) -> Vec<String> {
    world.page(mark, u64::MAX, false).expect("a given mark is known").lines.collect()
}

#[test]
fn a_tick_changes_what_it_says_and_nothing_else() {
    let world = small_world();
    for _ in 0..20 {
        let (before, mark) = (lines(&world), world.mark());
        let tick = world.tick();
        let fresh = since(&world, &mark);
        assert_eq!(told(fresh.iter().cloned()), named(&tick.changed));
        assert_eq!(tick.mark, world.mark());
        let some = |document_type: &str, versions: std::ops::RangeInclusive<u32>| {
            tick.changed.iter().any(|one| one.document_type == document_type && versions.contains(&one.version))
        };
        // In a world as small as this a tick is weeks long, so costs may be posted and settled within one.
        assert!(some("AFE_CHAIN", 1..=1) && some("AFE", 2..=9) && some("COST", 1..=9), "{tick:?}");
        assert!(tick.changed.len() < 200);

        let gone: HashSet<_> = tick.changed.iter().map(|one| one.id.clone()).collect();
        let kept = before.into_iter().filter(|line| !gone.contains(&version(line).1));
        assert!(lines(&world) == kept.chain(fresh).collect::<Vec<_>>(), "the rest stays as it is");
        assert_eq!(lines(&world).len() as u64, world.documents());
    }
}

#[test]
fn the_same_ticks_bring_the_same_changes() {
    let (one, other) = (small_world(), small_world());
    for _ in 0..10 {
        assert_eq!(one.tick(), other.tick());
    }
    assert!(lines(&one) == lines(&other));
    let every = World::new(&SampleOptions { all_versions: true, ..small() });
    for _ in 0..10 {
        every.tick();
    }
    let newest: HashMap<_, _> = lines(&every).into_iter().map(|line| (version(&line).1, line)).collect();
    assert!(lines(&one).iter().all(|line| newest[&version(line).1] == *line));
}

#[test]
fn a_tick_changes_calculated_values_of_documents_that_are_not_sent_again() {
    let world = small_world();
    let actuals = |world: &World| -> HashMap<String, Value> {
        let chains = world.lines(true).map(|line| parsed(&line)).filter(|one| one["$TYPE"] == "AFE_CHAIN");
        chains.map(|one| (one["DOCUMENT_ID"].to_string(), one["ACTUAL_GROSS"].clone())).collect()
    };
    let (before, mark) = (actuals(&world), world.mark());
    for _ in 0..5 {
        world.tick();
    }
    let sent: HashSet<String> =
        since(&world, &mark).iter().map(|line| parsed(line)["DOCUMENT_ID"].to_string()).collect();
    let silent = actuals(&world)
        .into_iter()
        .filter(|(id, actual)| !sent.contains(id) && before.get(id).is_some_and(|before| before != actual));
    assert!(silent.count() > 0);
}

fn touch(line: &str) -> Change {
    let (document_type, id, _) = version(line);
    Change::Touch { document_type, id }
}

#[test]
fn changes_by_hand_share_a_mark_and_come_last() {
    let world = small_world();
    let (before, mark) = (lines(&world), world.mark());
    let (document_type, id, number) = version(&before[300]);
    let delete = Change::Delete { document_type, id: id.clone() };
    let guest = |fields: &str| Change::Put { document_type: "GUEST".into(), id: "g".into(), fields: fields.into() };
    let changes = [touch(&before[100]), delete, guest(r#" {"N": 1.50, "ORDER":"x"} "#), touch(&before[100])];
    let changed = world.change(&changes).expect("the documents exist");

    let fresh = since(&world, &mark);
    assert_eq!(since(&world, &changed).len(), 0);
    assert_eq!(world.page(&mark, 1, false).expect("a given mark is known").lines.count(), 3);
    let dates: HashSet<_> = fresh.iter().map(|line| parsed(line)["$DATE"].to_string()).collect();
    assert_eq!(dates.len(), 1);
    let (_, deleted_id, deleted_version) = version(&fresh[0]);
    assert_eq!((&deleted_id, deleted_version), (&id, number + 1));
    assert!(fresh[0].contains("\"$DELETED\":true"));
    assert_eq!(version(&fresh[1]), ("GUEST".into(), "g".into(), 1));
    assert!(fresh[1].ends_with(r#","$DELETED":false,"N": 1.50, "ORDER":"x"}"#), "{}", fresh[1]);
    let mut expected = version(&before[100]);
    expected.2 += 2;
    assert_eq!(version(&fresh[2]), expected);
    assert_eq!(world.documents(), before.len() as u64 + 1);

    // A touched guest keeps its fields, and a world with guests still ticks; what is deleted stays so.
    world.change(&[Change::Touch { document_type: "GUEST".into(), id: "g".into() }]).expect("the guest is here");
    for _ in 0..30 {
        assert!(world.tick().changed.iter().all(|one| one.id != id));
    }
    let guests: Vec<String> = lines(&world).into_iter().filter(|line| line.contains("\"GUEST\"")).collect();
    assert!(guests.len() == 1 && guests[0].contains(r#""$VERSION":2,"#) && guests[0].contains("1.50"));
}

#[test]
fn a_change_that_cannot_be_made_changes_nothing() {
    let world = small_world();
    let before = lines(&world);
    let unknown = Change::Touch { document_type: "AFE".into(), id: "nobody".into() };
    let put = |id: &str, fields: &str| Change::Put { document_type: "T".into(), id: id.into(), fields: fields.into() };
    for bad in [unknown, put("a", "[]"), put("a", "{\"$VERSION\":1}"), put("a", "{\n}"), put("", "{}"), put("a", "{")] {
        let result = world.change(&[touch(&before[0]), bad.clone()]);
        match bad {
            Change::Touch { document_type, id } => {
                assert_eq!(result, Err(ChangeError::UnknownDocument(document_type, id)));
            }
            _ => assert!(matches!(result, Err(ChangeError::BadFields(_))), "{result:?}"),
        }
    }
    assert!(lines(&world) == before);
}

#[test]
fn the_schema_can_be_changed_and_restored() {
    let world = small_world();
    let own = world.schema(false);
    world.set_schema(Some("{}".into()));
    assert_eq!(world.schema(true), "{}");
    world.set_schema(None);
    assert_eq!(world.schema(false), own);
}
