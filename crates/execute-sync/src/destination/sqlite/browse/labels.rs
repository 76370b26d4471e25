//! Names of documents: what a reference shows instead of an id.

use std::collections::HashMap;
use std::fmt;
use std::rc::Rc;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// The members of a JSON object in their order, values as the text that they are.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Reading).map(Members)
    }
}

/// A document that a reference was followed to.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) doc_type: String,
    pub(super) name: Option<String>,
    deleted: bool,
}

/// Looks names up, each once.
pub(super) struct Labels<'c> {
    connection: &'c Connection,
    /// Without the index a look at a document is a look at all of them: then nothing is found.
    has_index: bool,
    types: Option<Rc<[String]>>,
    found: HashMap<(Option<String>, String), Option<Found>>,
}

/// By the index: the newest row of a document.
pub(super) const NEWEST: &str =
    "SELECT DELETED <> 0, DATA FROM EXECUTE_DOCUMENTS WHERE TYPE = ?1 AND ID = ?2 AND CHUNK = 0
    ORDER BY VERSION DESC, BATCH_DATE DESC LIMIT 1";

/// The types in the order of their bytes, each by one step in the index.
pub(super) const TYPES: &str = "WITH RECURSIVE t (x) AS (SELECT MIN(TYPE) FROM EXECUTE_DOCUMENTS
    UNION ALL SELECT (SELECT MIN(TYPE) FROM EXECUTE_DOCUMENTS WHERE TYPE > x) FROM t WHERE x IS NOT NULL)
    SELECT x FROM t WHERE x IS NOT NULL";

const INDEX: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'index' AND name = 'EXECUTE_DOCUMENTS_BY_VERSION'";

impl<'c> Labels<'c> {
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Labels<'c>> {
        let has_index = connection.prepare_cached(INDEX)?.query_row([], |row| row.get(0))?;
        Ok(Labels { connection, has_index, types: None, found: HashMap::new() })
    }

    /// The document of that id; of any type where none is known.
    pub(super) fn find(&mut self, doc_type: Option<&str>, id: &str) -> rusqlite::Result<Option<Found>> {
        if !self.has_index {
            return Ok(None);
        }
        let key = (doc_type.map(str::to_owned), id.to_owned());
        if let Some(found) = self.found.get(&key) {
            return Ok(found.clone());
        }
        let found = match doc_type {
            Some(doc_type) => self.newest(doc_type, id)?,
            None => self.of_any_type(id)?,
        };
        self.found.insert(key, found.clone());
        Ok(found)
    }

    /// Ids are unique within a type, so several types may have it and nothing says which is meant. One that stands and has
    /// a name is the likeliest; among equals the first type by its bytes, so that the same data shows the same name
    /// everywhere and every time.
    fn of_any_type(&mut self, id: &str) -> rusqlite::Result<Option<Found>> {
        let mut best: Option<Found> = None;
        for doc_type in self.types()?.iter() {
            let Some(found) = self.newest(doc_type, id)? else { continue };
            let rank = |found: &Found| (!found.deleted, found.name.is_some());
            if best.as_ref().is_none_or(|best| rank(&found) > rank(best)) {
                let is_likeliest = rank(&found) == (true, true);
                best = Some(found);
                if is_likeliest {
                    break;
                }
            }
        }
        Ok(best)
    }

    fn newest(&self, doc_type: &str, id: &str) -> rusqlite::Result<Option<Found>> {
        let mut statement = self.connection.prepare_cached(NEWEST)?;
        let read = |row: &Row<'_>| {
            let name = row.get_ref(1)?.as_str().ok().and_then(name_of);
            Ok(Found { doc_type: doc_type.to_owned(), name, deleted: row.get(0)? })
        };
        statement.query_row([doc_type, id], read).optional()
    }

    fn types(&mut self) -> rusqlite::Result<Rc<[String]>> {
        if let Some(types) = &self.types {
            return Ok(Rc::clone(types));
        }
        let mut statement = self.connection.prepare_cached(TYPES)?;
        let types: rusqlite::Result<Rc<[String]>> = statement.query_map([], |row| row.get(0))?.collect();
        Ok(Rc::clone(self.types.insert(types?)))
    }
}

/// The name in a document: the first of `NAME`, `…_NAME`, `…_NUMBER`, `CODE`, `DESCRIPTION` that is there.
pub(super) fn name_of(data: &str) -> Option<String> {
    let members: Members<'_> = serde_json::from_str(data).ok()?;
    let tests: [fn(&str) -> bool; 5] = [
        |key| key == "NAME",
        |key| key.ends_with("_NAME"),
        |key| key.ends_with("_NUMBER"),
        |key| key == "CODE",
        |key| key == "DESCRIPTION",
    ];
    tests.iter().find_map(|test| members.0.iter().filter(|(key, _)| test(key)).find_map(|(_, value)| words(value)))
}

/// A text that is not empty, or a number.
fn words(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(value.get()).ok().filter(|text| !text.trim().is_empty()),
        b'-' | b'0'..=b'9' => Some(value.get().to_owned()),
        _ => None,
    }
}
