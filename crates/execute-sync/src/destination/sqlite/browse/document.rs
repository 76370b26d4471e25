//! One document for the inspector: its fields as a flat list, and its text.

use std::collections::HashMap;

use rusqlite::Connection;
use serde_json::value::RawValue;

use super::catalogue::{Catalogue, Origin};
use super::labels::{Labels, Members, name_of};
use super::types::{DocumentView, FieldValue, Reference};
use crate::destination::view_plan::{Step, Value};

/// More text than this is not shown.
const RAW_BYTES: usize = 1024 * 1024;

/// Records deeper than this are shown as their text.
const MAX_DEPTH: usize = 16;

/// What the inspector shows above the fields.
const ENVELOPE: [&str; 6] = ["DOCUMENT_ID", "$TYPE", "$VERSION", "$AUTHOR_ID", "$DATE", "$DELETED"];

/// All rows of the newest batch of the newest version.
const ROWS: &str = "SELECT VERSION, AUTHOR, DATE, DELETED, CAST(DATA AS TEXT) FROM EXECUTE_DOCUMENTS
    WHERE TYPE = ?1 AND ID = ?2 AND (VERSION, BATCH_DATE) = (SELECT VERSION, BATCH_DATE FROM EXECUTE_DOCUMENTS
        WHERE TYPE = ?1 AND ID = ?2 ORDER BY VERSION DESC, BATCH_DATE DESC LIMIT 1)
    ORDER BY CHUNK";

pub(super) fn read(connection: &Connection, doc_type: &str, id: &str) -> rusqlite::Result<Option<DocumentView>> {
    // One moment for the document and the names in it.
    let moment = connection.unchecked_transaction()?;
    let mut labels = Labels::new(&moment)?;
    let mut statement = moment.prepare(ROWS)?;
    let mut rows = statement.query([doc_type, id])?;
    let mut document: Option<DocumentView> = None;
    let mut found = Fields::default();
    while let Some(row) = rows.next()? {
        let data = String::from_utf8_lossy(row.get_ref(4)?.as_bytes().unwrap_or_default()).into_owned();
        match &mut document {
            None => {
                let author: Option<String> = row.get(1)?;
                let author = author.map(|id| reference(&mut labels, None, id)).transpose()?;
                found.add("", &data, 0, true);
                document = Some(DocumentView {
                    doc_type: doc_type.to_owned(),
                    id: id.to_owned(),
                    version: row.get(0)?,
                    name: name_of(&data),
                    author,
                    date: row.get(2)?,
                    deleted: row.get(3)?,
                    fields: Vec::new(),
                    raw: String::new(),
                    raw_cut: false,
                });
            }
            Some(_) => found.add("", &data, 0, true),
        }
        if let Some(document) = &mut document {
            append(document, &data);
        }
    }
    drop(rows);
    let Some(mut document) = document else { return Ok(None) };
    let targets = targets(&moment, doc_type)?;
    for (mut field, points_at) in found.fields {
        if let Some(id) = points_at {
            field.reference = Some(reference(&mut labels, targets.get(&field.path).map(String::as_str), id)?);
        }
        document.fields.push(field);
    }
    Ok(Some(document))
}

/// Adds a row's text to what is shown, as far as it goes.
fn append(document: &mut DocumentView, data: &str) {
    if document.raw_cut {
        return;
    }
    if !document.raw.is_empty() {
        document.raw.push('\n');
    }
    let room = RAW_BYTES.saturating_sub(document.raw.len());
    let end = (0..=room.min(data.len())).rev().find(|&i| data.is_char_boundary(i)).unwrap_or(0);
    document.raw.push_str(&data[..end]);
    document.raw_cut = end < data.len();
}

fn reference(labels: &mut Labels<'_>, doc_type: Option<&str>, id: String) -> rusqlite::Result<Reference> {
    let found = labels.find(doc_type, &id)?;
    let known = doc_type.map(str::to_owned);
    Ok(match found {
        Some(found) => Reference { doc_type: Some(found.doc_type), name: found.name.unwrap_or_else(|| id.clone()), id },
        None => Reference { doc_type: known, name: id.clone(), id },
    })
}

/// Which type the references of a document point at, by path, as our views know it.
fn targets(connection: &Connection, doc_type: &str) -> rusqlite::Result<HashMap<String, String>> {
    let mut targets = HashMap::new();
    for entry in Catalogue::read(connection)?.entries {
        let Origin::Ours(view) = entry.origin else { continue };
        let records: Option<String> = view
            .steps
            .iter()
            .map(|step| match step {
                Step::Record(name) => Some(format!("{name}.")),
                Step::Items(_) => None,
            })
            .collect();
        let Some(path) = records.filter(|_| view.doc_type == doc_type) else { continue };
        for column in view.columns {
            if let (Value::Reference(name), Some(to)) = (column.value, column.refers_to) {
                targets.insert(format!("{path}{name}"), to);
            }
        }
    }
    Ok(targets)
}

/// Fields, each with the id that it points at.
#[derive(Default)]
struct Fields {
    fields: Vec<(FieldValue, Option<String>)>,
}

impl Fields {
    /// Adds the members of an object. A list that is there already grows: its slices come one after another.
    fn add(&mut self, path: &str, text: &str, depth: usize, is_top: bool) {
        let Ok(Members(members)) = serde_json::from_str(text) else {
            return self.put(path, Some(text.to_owned()));
        };
        for (name, value) in members.into_iter().filter(|(name, _)| !is_top || !ENVELOPE.contains(&name.as_str())) {
            let path = if path.is_empty() { name } else { format!("{path}.{name}") };
            self.value(&path, value.get(), depth);
        }
    }

    fn value(&mut self, path: &str, text: &str, depth: usize) {
        match text.as_bytes().first() {
            Some(b'{') if depth < MAX_DEPTH => match points_at(text) {
                Some(id) => {
                    self.put(path, Some(id.clone()));
                    if let Some(field) = self.fields.last_mut() {
                        field.1 = Some(id);
                    }
                }
                None => self.add(path, text, depth + 1, false),
            },
            Some(b'[') => {
                let items = serde_json::from_str::<Vec<&RawValue>>(text).map_or(0, |items| items.len() as u64);
                let before = self.fields.iter_mut().find(|(field, _)| field.path == path && field.items.is_some());
                match before {
                    Some((field, _)) => field.items = Some(field.items.unwrap_or_default() + items),
                    None => {
                        self.put(path, None);
                        if let Some(field) = self.fields.last_mut() {
                            field.0.items = Some(items);
                        }
                    }
                }
            }
            Some(b'"') => self.put(path, serde_json::from_str(text).ok().or_else(|| Some(text.to_owned()))),
            Some(b'n') | None => self.put(path, None),
            Some(_) => self.put(path, Some(text.to_owned())),
        }
    }

    fn put(&mut self, path: &str, value: Option<String>) {
        self.fields.push((FieldValue { path: path.to_owned(), value, reference: None, items: None }, None));
    }
}

/// The id in a reference: an object with nothing else in it.
fn points_at(text: &str) -> Option<String> {
    let Members(members) = serde_json::from_str(text).ok()?;
    match members.as_slice() {
        [(name, value)] if name == "DOCUMENT_ID" => serde_json::from_str(value.get()).ok(),
        _ => None,
    }
}
