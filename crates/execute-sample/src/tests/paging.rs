//! Marks and pages: whatever the limit, the pages are the whole, each document once.

use std::collections::HashMap;

use super::{lines, parsed, small, small_world, version};
use crate::{BEGINNING, SampleOptions, UnknownMark, World};

/// Reads pages until the last, checking each, and gives the lines.
fn read_all(world: &World, limit: u64) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut mark = BEGINNING.to_owned();
    loop {
        let page = world.page(&mark, limit, false).expect("a given mark is known");
        let lines: Vec<String> = page.lines.collect();
        assert!(lines.len() as u64 >= limit || !page.truncated, "a page is full, or the last");
        assert!(page.mark > mark, "the mark moves on");
        all.extend(lines);
        mark = page.mark;
        if !page.truncated {
            assert_eq!(mark, world.mark());
            return all;
        }
    }
}

#[test]
fn the_pages_are_the_whole_at_every_limit() {
    let world = small_world();
    let whole = lines(&world);
    for limit in [1, 2, 3, 5, 7, 10, 64, 100, 599, 600, 601, 10_000, u64::MAX] {
        assert!(read_all(&world, limit) == whole, "pages of {limit} are not the whole");
    }
}

#[test]
fn a_page_ends_where_its_mark_ends() {
    let world = small_world();
    let whole = lines(&world);
    let (mut mark, mut read, mut longer) = (BEGINNING.to_owned(), 0, 0);
    loop {
        let page = world.page(&mark, 1, false).expect("a given mark is known");
        let count = page.lines.len();
        longer += usize::from(count > 1);
        read += count;
        let rest = world.page(&page.mark, u64::MAX, false).expect("a given mark is known");
        assert!(rest.lines.len() == whole.len() - read, "nothing before the mark comes again");
        if !page.truncated {
            break;
        }
        mark = page.mark;
    }
    assert!(longer > 20, "some documents share a mark");
}

#[test]
fn at_the_end_there_is_nothing_and_the_mark_stays() {
    let world = small_world();
    let page = world.page(&world.mark(), 10, false).expect("a given mark is known");
    assert_eq!((page.mark, page.truncated, page.lines.count()), (world.mark(), false, 0));
}

#[test]
fn an_inclusive_since_sends_the_documents_of_the_mark_again_and_still_moves_on() {
    let world = World::new(&SampleOptions { inclusive_since: true, ..small() });
    let whole = lines(&small_world());
    let (mut mark, mut fresh, mut again): (String, Vec<String>, Vec<String>) = (BEGINNING.into(), vec![], vec![]);
    loop {
        let page = world.page(&mark, 1, false).expect("a given mark is known");
        let lines: Vec<String> = page.lines.collect();
        assert!(lines.starts_with(&again), "what had the mark comes first");
        let new = lines[again.len()..].to_vec();
        assert!(!new.is_empty());
        fresh.extend(new.clone());
        (mark, again) = (page.mark, new);
        if !page.truncated {
            break;
        }
    }
    assert!(fresh == whole);
    let end = world.page(&mark, 1, false).expect("a given mark is known");
    assert_eq!((end.mark, end.truncated), (mark, false));
    assert!(end.lines.eq(again));
}

#[test]
fn marks_that_were_never_given_are_refused() {
    let world = small_world();
    let mark = world.mark();
    for bad in ["", "1900-01-02", "2025", &mark.replace('+', " "), &mark[..mark.len() - 1], "9999-01-01T00:00:00.000Z"]
    {
        assert_eq!(world.page(bad, 10, false).err(), Some(UnknownMark(bad.to_owned())));
    }
}

#[test]
fn every_version_is_sent_when_asked_for_and_the_last_is_the_current_one() {
    let every = World::new(&SampleOptions { all_versions: true, ..small() });
    let mut newest: HashMap<(String, String), (u64, String)> = HashMap::new();
    for line in read_all(&every, 50) {
        let (document_type, id, number) = version(&line);
        let before = newest.insert((document_type, id), (number, line));
        assert_eq!(before.map_or(0, |(number, _)| number) + 1, number, "versions come one after another");
    }
    let current = lines(&small_world());
    assert_eq!((newest.len(), every.documents()), (current.len(), current.len() as u64));
    for line in current {
        let (document_type, id, number) = version(&line);
        assert_eq!(newest[&(document_type, id)], (number, line));
    }
}

#[test]
fn documents_come_in_the_order_of_their_dates() {
    let date = |line: &String| parsed(line)["$DATE"].as_str().expect("a date is a text")[..19].to_owned();
    assert!(lines(&small_world()).iter().map(date).is_sorted());
}
