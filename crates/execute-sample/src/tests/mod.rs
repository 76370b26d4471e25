//! Tests of the crate as a whole, by what they are about.

mod documents;
mod fetching;
mod paging;
mod sizes;
mod ticking;

use serde_json::Value;

use crate::{SampleOptions, World};

/// A small world without the outsized AFE.
fn small() -> SampleOptions {
    SampleOptions { documents: Some(600), large_afe_lines: 0, ..SampleOptions::default() }
}

fn small_world() -> World {
    World::new(&small())
}

fn lines(world: &World) -> Vec<String> {
    world.lines(false).collect()
}

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).expect("a line is JSON")
}

/// Type, id and version of a line.
fn version(line: &str) -> (String, String, u64) {
    let document = parsed(line);
    let text = |key: &str| document[key].as_str().expect("type and id are texts").to_owned();
    (text("$TYPE"), text("DOCUMENT_ID"), document["$VERSION"].as_u64().expect("a version is a whole number"))
}
