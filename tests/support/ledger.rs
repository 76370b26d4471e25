//! What the fake server has to deliver, in its order: the truth that every database is judged by.

use serde_json::{Value, json};

use super::seed::Rng;

/// One line of the source.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The high-water mark once this line was delivered. Neighbours may share it.
    pub mark: String,
    /// The bytes of the line without its end.
    pub line: Vec<u8>,
    /// Type, id and version; `None` for a line that belongs into the quarantine.
    pub key: Option<(String, String, i64)>,
}

/// Every line of the source, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub entries: Vec<Entry>,
}

/// How large documents are: small ones fit a page into one network packet or two; of large ones a part of the page is
/// already on its way into the transaction when the rest breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    Small,
    Large,
}

/// What a correct server answers.
pub struct Answer {
    pub lines: Vec<Vec<u8>>,
    pub mark: String,
    pub truncated: bool,
}

impl Ledger {
    /// `count` documents as Execute might send them: several versions, lists that get sliced, text in other scripts,
    /// numbers no float can hold, marks that neighbours share.
    pub fn world(rng: &mut Rng, count: usize, size: Size) -> Self {
        let mut ledger = Ledger::default();
        for number in 0..count {
            let older = (number % 4 == 3).then(|| number - rng.between(1, 3));
            let id = format!("{:08x}-ab{:06}", older.unwrap_or(number) * 7919, older.unwrap_or(number));
            let doc_type = if older.unwrap_or(number) % 3 == 2 { "WELL" } else { "AFE" };
            let version = 3 + i64::from(older.is_some());
            // Two neighbours in three share a mark, which holds what a URL must escape.
            let mark = Self::mark(number / 2 * 2 + usize::from(number % 6 == 1));
            ledger.push(&mark, document(rng, doc_type, &id, version, number, size).into_bytes());
        }
        ledger
    }

    /// The mark with this number, as opaque as a real one.
    pub fn mark(number: usize) -> String {
        format!("2025-03-14T16:20:{:02}.0000001+00:00 /{number}?&=#%41", number % 60)
    }

    /// Adds a line. It counts as a document if it is a JSON object with an identity, else as one for the quarantine.
    pub fn push(&mut self, mark: &str, line: Vec<u8>) {
        let key = serde_json::from_slice::<Value>(&line).ok().and_then(|document| {
            Some((
                document.get("$TYPE")?.as_str()?.to_owned(),
                document.get("DOCUMENT_ID")?.as_str()?.to_owned(),
                document.get("$VERSION")?.as_i64()?,
            ))
        });
        self.entries.push(Entry { mark: mark.to_owned(), line, key });
    }

    /// The page after `since`. It ends between two marks, never between documents that share one, so it may be longer
    /// than `limit`.
    pub fn answer(&self, since: &str, limit: usize) -> Answer {
        let from = self.entries.iter().rposition(|entry| entry.mark == since).map_or(0, |at| at + 1);
        let rest = &self.entries[from..];
        let mut take = limit.min(rest.len());
        while take > 0 && take < rest.len() && rest[take].mark == rest[take - 1].mark {
            take += 1;
        }
        Answer {
            lines: rest[..take].iter().map(|entry| entry.line.clone()).collect(),
            mark: rest[..take].last().map_or(since, |entry| &entry.mark).to_owned(),
            truncated: take < rest.len(),
        }
    }

    /// For the judge.
    pub fn to_json(&self) -> Value {
        self.entries
            .iter()
            .map(|entry| match std::str::from_utf8(&entry.line) {
                Ok(line) => json!({"mark": entry.mark, "key": entry.key, "line": line}),
                Err(_) => {
                    let hex: String = entry.line.iter().map(|byte| format!("{byte:02x}")).collect();
                    json!({"mark": entry.mark, "key": entry.key, "hex": hex})
                }
            })
            .collect()
    }
}

/// The smallest line that is a document.
pub fn tiny(id: &str, version: i64) -> Vec<u8> {
    format!(r#"{{"DOCUMENT_ID":"{id}","$TYPE":"AFE","$VERSION":{version},"$DATE":"2025-01-31T09:30:00Z"}}"#)
        .into_bytes()
}

fn document(rng: &mut Rng, doc_type: &str, id: &str, version: i64, number: usize, size: Size) -> String {
    let author = ["null", "\"5f1c\"", "\"ünïcode\""][number % 3];
    let items = if number % 5 == 2 { rng.between(21, 29) } else { rng.between(0, 3) };
    let items: Vec<String> = (0..items)
        .map(|item| format!(r#"{{"LISTITEM_ID":"i{item}","ACCOUNT":{{"DOCUMENT_ID":"acc"}},"AMOUNT":{item}.50}}"#))
        .collect();
    let filler = match size {
        Size::Small => rng.between(40, 600),
        Size::Large => rng.between(40_000, 90_000),
    };
    // Every script, so that wherever a packet ends it is now and then inside a character.
    let note: String = "Drill <b>&amp;\\\" ' é漢😀\u{2028} ".chars().cycle().take(filler).collect();
    format!(
        r#"{{"DOCUMENT_ID":"{id}","$TYPE":"{doc_type}","$VERSION":{version},"$AUTHOR_ID":{author},"$DATE":"2025-03-14T16:20:11Z","$DELETED":{},"AFE_NUMBER":"25D{number:04}","GROSS_TOTAL":1250000.00,"BIG":9223372036854775807123,"NOTE":"{}","ORDER":{number},"LINE_ITEMS":[{}]}}"#,
        number % 7 == 6,
        // A cut escape would make the line another one; these are whole.
        note.trim_end_matches('\\'),
        items.join(","),
    )
}

/// The schema of these documents.
pub const SCHEMA: &str = r#"{
 "AFE":{"AFE_NUMBER":{"NAME":"AFE_NUMBER","ACTIVE":true,"TYPE":"TEXT","NULLABLE":false},
  "GROSS_TOTAL":{"NAME":"GROSS_TOTAL","ACTIVE":true,"TYPE":"DECIMAL","NULLABLE":true},
  "ORDER":{"NAME":"ORDER","ACTIVE":true,"TYPE":"INTEGER","NULLABLE":true},
  "LINE_ITEMS":{"NAME":"LINE_ITEMS","ACTIVE":true,"TYPE":"RECORD LIST","NULLABLE":true,"RECORD_TYPE":
   {"AMOUNT":{"NAME":"AMOUNT","ACTIVE":true,"TYPE":"DECIMAL","NULLABLE":true}}}},
 "WELL":{"NOTE":{"NAME":"NOTE","ACTIVE":true,"TYPE":"TEXT","NULLABLE":true}}}"#;
