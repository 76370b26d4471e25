//! A source that changes: documents come, change, are deleted and brought back, vanish, go back to an old version, and are
//! sometimes such that they cannot be stored. It answers as an honest server may: with every version or the newest alone,
//! with documents that share a mark, or with the last one once more.

use std::collections::BTreeMap;

use crate::support::seed::Rng;

/// The source.
#[derive(Debug, Default)]
pub(crate) struct Moving {
    /// What it has to send, oldest change first.
    entries: Vec<Change>,
    clock: u64,
    documents: usize,
    /// It sends every version of a document and not only the newest.
    sends_all: bool,
    /// `since` includes what has that very mark.
    is_inclusive: bool,
    /// Every page it has sent since this was last emptied.
    pub sent: Vec<Sent>,
}

#[derive(Debug, Clone)]
struct Change {
    mark: u64,
    document: usize,
    version: i64,
    form: Form,
}

/// What a line looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Good,
    Deleted,
    /// It cannot be stored, but says whose it is.
    Bad,
    /// It cannot even be told whose it is.
    Nameless,
}

/// A page as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub lines: Vec<Line>,
    pub mark: String,
    pub truncated: bool,
    /// It was broken off on its way.
    pub is_broken: bool,
}

/// A line, and what it should be taken for.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub text: String,
    /// Type and id, if it says so.
    pub document: Option<(String, String)>,
    pub version: i64,
    pub is_good: bool,
}

/// Who asks for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct View {
    /// Another key, which does not see every document.
    pub other_key: bool,
    pub calcs: bool,
}

const BEGINNING: &str = "1900-01-01";

impl Moving {
    pub(crate) fn new(rng: &mut Rng) -> Moving {
        Moving { sends_all: rng.between(0, 1) == 0, is_inclusive: rng.between(0, 2) == 0, ..Moving::default() }
    }

    /// Changes a few documents.
    pub(crate) fn edit(&mut self, rng: &mut Rng) {
        for number in 0..rng.between(1, 6) {
            // Neighbours in one breath may share a mark; what comes later never has a mark that was given out.
            if number == 0 || self.is_inclusive || rng.between(0, 2) > 0 {
                self.clock += 1;
            }
            let document = if self.documents == 0 { 0 } else { rng.between(0, self.documents - 1) };
            let newest = self.entries.iter().filter(|c| c.document == document).map(|c| c.version).max();
            match (rng.between(0, 15), newest) {
                (0..=4, _) | (_, None) => {
                    self.documents += 1;
                    self.push(self.documents - 1, 1, Form::Good);
                }
                (5..=8, Some(version)) => self.push(document, version + 1, Form::Good),
                (9 | 10, Some(version)) => self.push(document, version, Form::Good),
                (11, Some(version)) => self.push(document, version + 1, Form::Deleted),
                (12, Some(version)) => self.push(document, version + 1, Form::Bad),
                (13, Some(version)) if rng.between(0, 2) == 0 => self.push(document, version + 1, Form::Nameless),
                (14, _) => self.entries.retain(|change| change.document != document),
                (_, Some(version)) => {
                    // Restored from a backup: the newest version is gone, the one before is sent again.
                    self.entries.retain(|change| change.document != document || change.version < version);
                    let before = self.entries.iter().rev().find(|c| c.document == document).map(|c| c.version);
                    if let Some(version) = before {
                        self.push(document, version, Form::Good);
                    }
                }
            }
        }
    }

    fn push(&mut self, document: usize, version: i64, form: Form) {
        self.entries.retain(|change| change.document != document || change.version != version);
        self.entries.push(Change { mark: self.clock, document, version, form });
    }

    /// Answers a request for a page, and remembers what it sent.
    pub(crate) fn answer(&mut self, since: &str, limit: usize, view: View, is_broken: bool) -> Sent {
        let from = if since == BEGINNING { 0 } else { number_of(since) };
        let mut newest: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, change) in self.entries.iter().enumerate() {
            newest.insert(change.document, index);
        }
        let rest: Vec<&Change> = self
            .entries
            .iter()
            .enumerate()
            .filter(|(index, change)| self.sends_all || newest[&change.document] == *index)
            .map(|(_, change)| change)
            .filter(|change| change.mark > from || (self.is_inclusive && change.mark == from))
            .filter(|change| !view.other_key || change.document % 3 > 0)
            .collect();
        let mut take = limit.min(rest.len());
        while take > 0 && take < rest.len() && rest[take].mark == rest[take - 1].mark {
            take += 1;
        }
        let sent = Sent {
            lines: rest[..take].iter().map(|change| change.line(view.calcs)).collect(),
            mark: rest[..take].last().map_or_else(|| since.to_owned(), |change| mark_of(change.mark)),
            truncated: take < rest.len(),
            is_broken,
        };
        self.sent.push(sent.clone());
        sent
    }
}

/// Marks are opaque to everybody else, and hold what a URL must escape.
fn mark_of(number: u64) -> String {
    format!("2025-03-14 {number:06}+&=#%41")
}

fn number_of(mark: &str) -> u64 {
    mark.get(11..17).and_then(|number| number.parse().ok()).unwrap_or_default()
}

impl Change {
    fn line(&self, calcs: bool) -> Line {
        let (doc_type, id) = (["AFE", "WELL"][self.document % 2], format!("d{}", self.document));
        let date = if self.form == Form::Bad { "soon" } else { "2025-01-31T09:30:00Z" };
        let items = vec!["{\"LISTITEM_ID\":\"i\"}"; (self.document * 7 + self.mark as usize * 3) % 13].join(",");
        let calculated = if calcs { ",\"GROSS_TOTAL\":1.50" } else { "" };
        let text = format!(
            r#"{{"DOCUMENT_ID":"{id}","$TYPE":"{doc_type}","$VERSION":{},"$DATE":"{date}","$DELETED":{},"MARK":{}{calculated},"LINE_ITEMS":[{items}]}}"#,
            self.version,
            self.form == Form::Deleted,
            self.mark,
        );
        Line {
            text: if self.form == Form::Nameless { format!("cut {} {}", self.document, self.mark) } else { text },
            document: (self.form != Form::Nameless).then(|| (doc_type.to_owned(), id)),
            version: self.version,
            is_good: matches!(self.form, Form::Good | Form::Deleted),
        }
    }
}
