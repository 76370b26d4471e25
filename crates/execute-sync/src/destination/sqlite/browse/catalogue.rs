//! Which views there are to look at: ours by the plan that stands in them, the older tool's by their opening words, and
//! the base views. Views of others are left out.

use rusqlite::Connection;

use super::types::DataNode;
use crate::destination::sqlite::{sql, views};
use crate::destination::view_plan::{Step, View};

/// How every helper view of the older tool begins.
const OLDER: &str = " AS SELECT EXECUTE_DOCUMENTS_LATEST.ID AS DOCUMENT_ID";

/// A view that can be looked at.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) origin: Origin,
}

/// Who made a view, and so how its rows are found.
pub(super) enum Origin {
    /// A base view, written anew: documents of all types, with all versions or the newest alone.
    Base { all_versions: bool },
    /// Ours.
    Ours(View),
    /// The older tool's.
    Older(Older),
}

/// What can be known of a view of the older tool from its text.
pub(super) struct Older {
    pub(super) doc_type: String,
    /// Its SELECT.
    pub(super) select: String,
    /// A row an item.
    pub(super) is_list: bool,
}

/// Everything there is to look at. `has_index`: ours is there, which makes looking documents up quick.
pub(super) struct Catalogue {
    pub(super) entries: Vec<Entry>,
    pub(super) has_index: bool,
}

impl Catalogue {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Catalogue> {
        let mut statement =
            connection.prepare("SELECT type, name, COALESCE(sql, '') FROM sqlite_schema ORDER BY rowid")?;
        let objects = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let objects: Vec<(String, String, String)> = objects.collect::<rusqlite::Result<_>>()?;
        let is = |kind: &str, name: &str| objects.iter().any(|o| o.0 == kind && o.1.eq_ignore_ascii_case(name));
        let mut entries = Vec::new();
        for (_, name, text) in objects.iter().filter(|object| object.0 == "view") {
            let origin = views::plan_of(text).map(Origin::Ours).or_else(|| older(text).map(Origin::Older));
            entries.extend(origin.map(|origin| Entry { name: name.clone(), origin }));
        }
        if is("table", "EXECUTE_DOCUMENTS") {
            for (base, all_versions) in [(sql::LATEST, false), (sql::LATEST_ALL_VERSIONS, true)] {
                entries.push(Entry { name: base.0.to_owned(), origin: Origin::Base { all_versions } });
            }
        }
        Ok(Catalogue { entries, has_index: is("index", "EXECUTE_DOCUMENTS_BY_VERSION") })
    }

    /// The view of that name.
    pub(super) fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The type's own view.
    pub(super) fn of_type(&self, doc_type: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.doc_type() == Some(doc_type) && entry.depth() == 0)
    }

    /// Types with their records and lists below them, then all documents.
    pub(super) fn tree(&self) -> Vec<DataNode> {
        let is_base = |entry: &&Entry| matches!(entry.origin, Origin::Base { .. });
        let mut tree: Vec<DataNode> = self
            .entries
            .iter()
            .filter(|entry| !is_base(entry) && entry.depth() == 0)
            .map(|entry| self.node(entry))
            .collect();
        tree.sort_by_key(|node| node.title.to_lowercase());
        // What the older tool could not make a type's view for stands by itself.
        let orphans = self.entries.iter().filter(|entry| {
            entry.depth() == 1 && entry.doc_type().is_some_and(|doc_type| self.of_type(doc_type).is_none())
        });
        tree.extend(orphans.map(|entry| DataNode { title: entry.name.clone(), ..self.node(entry) }));
        let mut base = self.entries.iter().filter(is_base).map(|entry| self.node(entry));
        if let Some(mut all) = base.next() {
            all.children = base.collect();
            tree.push(all);
        }
        tree
    }

    fn node(&self, entry: &Entry) -> DataNode {
        let is_child = |other: &&Entry| match (&entry.origin, &other.origin) {
            (Origin::Ours(view), Origin::Ours(child)) => {
                child.doc_type == view.doc_type
                    && child.steps.len() == view.steps.len() + 1
                    && child.steps.starts_with(&view.steps)
            }
            (Origin::Older(view), Origin::Older(child)) => {
                entry.depth() == 0 && other.depth() == 1 && child.doc_type == view.doc_type
            }
            _ => false,
        };
        DataNode {
            view: entry.name.clone(),
            title: entry.title(),
            doc_type: entry.doc_type().map(str::to_owned),
            children: self.entries.iter().filter(is_child).map(|child| self.node(child)).collect(),
        }
    }
}

impl Entry {
    /// Type of the documents it shows, if it is one.
    pub(super) fn doc_type(&self) -> Option<&str> {
        match &self.origin {
            Origin::Base { .. } => None,
            Origin::Ours(view) => Some(&view.doc_type),
            Origin::Older(older) => Some(&older.doc_type),
        }
    }

    /// How far inside a document its rows are. The older tool's names tell no more than that they are inside.
    fn depth(&self) -> usize {
        match &self.origin {
            Origin::Base { .. } => 0,
            Origin::Ours(view) => view.steps.len(),
            Origin::Older(older) => usize::from(!self.name.eq_ignore_ascii_case(&older.doc_type)),
        }
    }

    fn title(&self) -> String {
        match &self.origin {
            Origin::Base { all_versions: false } => "All documents".to_owned(),
            Origin::Base { all_versions: true } => "All versions".to_owned(),
            Origin::Ours(view) => match view.steps.last() {
                Some(Step::Record(name) | Step::Items(name)) => name.clone(),
                None => view.doc_type.clone(),
            },
            Origin::Older(older) => {
                let inside = self.name.strip_prefix(&older.doc_type).and_then(|rest| rest.strip_prefix('_'));
                inside.unwrap_or(&self.name).to_owned()
            }
        }
    }
}

fn older(text: &str) -> Option<Older> {
    // In ASCII upper case every byte stays where it is.
    let upper = text.to_ascii_uppercase();
    let select = text.get(upper.find(OLDER)? + " AS ".len()..)?;
    let (_, rest) = select.rsplit_once("EXECUTE_DOCUMENTS_LATEST.TYPE='")?;
    let (doc_type, _) = rest.split_once('\'')?;
    let is_list = select.contains(", json_each(");
    Some(Older { doc_type: doc_type.to_owned(), select: select.to_owned(), is_list })
}
