//! Which helper views there are, with which columns, under which names: the same for every database. How a view is written
//! in SQL is each destination's own.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::source::schema::{Field, FieldKind, Schema};

/// The helper views of a schema, parents before children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ViewPlan {
    /// The views.
    pub views: Vec<View>,
    /// Every name that had to change.
    pub renamed: Vec<Renamed>,
}

/// A name that could not be as the source has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renamed {
    /// The view, as it is called.
    pub view: String,
    /// What is called how, in a sentence.
    pub sentence: String,
}

/// One view.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct View {
    /// Its name, unique without regard to case.
    pub name: String,
    /// `$TYPE` of the documents it shows.
    pub doc_type: String,
    /// The way from a document to what one row shows; empty for the type's own view.
    pub steps: Vec<Step>,
    /// Its columns in order.
    pub columns: Vec<Column>,
}

/// One step into a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Into a record.
    Record(String),
    /// Into each item of a list.
    Items(String),
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Column {
    /// Its name, unique in its view without regard to case.
    pub name: String,
    /// Where its value comes from.
    pub value: Value,
    /// What its value is.
    pub kind: ColumnKind,
    /// For a reference, the type it points at where the schema says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refers_to: Option<String>,
}

/// Where a column's value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// The row's ID.
    DocumentId,
    /// The row's DELETED.
    Deleted,
    /// The row's AUTHOR.
    Author,
    /// The row's VERSION.
    Version,
    /// The row's DATE.
    Date,
    /// LISTITEM_ID of the item of the list around the list.
    ParentListItemId,
    /// LISTITEM_ID of the item.
    ListItemId,
    /// A field of the document, record or item.
    Field(String),
    /// DOCUMENT_ID of the reference in a field.
    Reference(String),
}

/// What a column's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text.
    Text,
    /// 64-bit whole number.
    Integer,
    /// Decimal number.
    Decimal,
    /// Yes or no.
    Boolean,
    /// Date and time with a zone.
    Timestamp,
    /// Wall-clock date and time.
    WallClock,
}

/// What a database allows as a name.
#[derive(Debug, Clone, Copy)]
pub struct NameRules {
    /// Longest name in UTF-16 units; `None` = no limit.
    pub max_units: Option<usize>,
    /// Prefixes (lower case) that only the database itself may use.
    pub reserved_prefixes: &'static [&'static str],
    /// Names (lower case) that no column can have, as if another column had them already.
    pub reserved_columns: &'static [&'static str],
}

/// Names that are ours or the older tool's, whatever the schema holds. In SQLite an index and a view cannot share one.
const OUR_OBJECTS: [&str; 8] = [
    "EXECUTE_DOCUMENTS",
    "EXECUTE_DOCUMENTS_BY_VERSION",
    "EXECUTE_DOCUMENTS_LATEST",
    "EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS",
    "EXECUTE_SYNC_CHECK",
    "EXECUTE_SYNC_STATE",
    "EXECUTE_SYNC_QUARANTINE",
    "EXECUTE_SYNC_QUARANTINE_BY_HASH",
];

impl ViewPlan {
    /// Plans the views of `schema`; with `hide_inactive`, retired fields leave them, nested ones too.
    pub fn new(schema: &Schema, hide_inactive: bool, rules: NameRules) -> ViewPlan {
        let mut drafts = Vec::new();
        for doc_type in &schema.types {
            let fields = visible(&doc_type.fields, hide_inactive);
            // The schema lists the document's own id; it is the row's.
            let fields: Vec<&Field> = fields.into_iter().filter(|f| f.name != "DOCUMENT_ID").collect();
            add_view(&mut drafts, None, &doc_type.name, &doc_type.name, Vec::new(), &fields, hide_inactive);
        }
        name_all(drafts, rules)
    }
}

/// A view before names are settled: children are named after their parent.
struct Draft {
    parent: Option<usize>,
    /// The type's or the field's own name.
    own_name: String,
    doc_type: String,
    steps: Vec<Step>,
    columns: Vec<Column>,
}

fn visible(fields: &[Field], hide_inactive: bool) -> Vec<&Field> {
    fields.iter().filter(|f| f.active || !hide_inactive).collect()
}

fn add_view(
    drafts: &mut Vec<Draft>,
    parent: Option<usize>,
    own_name: &str,
    doc_type: &str,
    steps: Vec<Step>,
    fields: &[&Field],
    hide_inactive: bool,
) {
    let lists = steps.iter().filter(|s| matches!(s, Step::Items(_))).count();
    let fixed = |name: &str, value, kind| Column { name: name.to_owned(), value, kind, refers_to: None };
    let mut columns = vec![fixed("DOCUMENT_ID", Value::DocumentId, ColumnKind::Text)];
    if steps.is_empty() {
        columns.push(fixed("_DELETED", Value::Deleted, ColumnKind::Boolean));
        columns.push(fixed("_AUTHOR", Value::Author, ColumnKind::Text));
        columns.push(fixed("_VERSION", Value::Version, ColumnKind::Integer));
        columns.push(fixed("_DATE", Value::Date, ColumnKind::Timestamp));
    }
    if lists > 1 {
        columns.push(fixed("PARENT_LISTITEM_ID", Value::ParentListItemId, ColumnKind::Text));
    }
    if lists > 0 {
        columns.push(fixed("LISTITEM_ID", Value::ListItemId, ColumnKind::Text));
    }
    let in_items = matches!(steps.last(), Some(Step::Items(_)));
    columns.extend(fields.iter().filter(|f| !(in_items && f.name == "LISTITEM_ID")).filter_map(|f| column(f)));

    let index = drafts.len();
    drafts.push(Draft {
        parent,
        own_name: own_name.to_owned(),
        doc_type: doc_type.to_owned(),
        steps: steps.clone(),
        columns,
    });
    for field in fields {
        let (step, members) = match &field.kind {
            FieldKind::Record(members) => (Step::Record(field.name.clone()), members),
            FieldKind::RecordList(members) => (Step::Items(field.name.clone()), members),
            _ => continue,
        };
        let steps = steps.iter().cloned().chain([step]).collect();
        add_view(drafts, Some(index), &field.name, doc_type, steps, &visible(members, hide_inactive), hide_inactive);
    }
}

fn column(field: &Field) -> Option<Column> {
    let plain = || Value::Field(field.name.clone());
    let (value, kind) = match &field.kind {
        FieldKind::Text => (plain(), ColumnKind::Text),
        FieldKind::Integer => (plain(), ColumnKind::Integer),
        FieldKind::Decimal => (plain(), ColumnKind::Decimal),
        FieldKind::Boolean => (plain(), ColumnKind::Boolean),
        FieldKind::DateTime { unzoned: false } => (plain(), ColumnKind::Timestamp),
        FieldKind::DateTime { unzoned: true } => (plain(), ColumnKind::WallClock),
        FieldKind::Reference { .. } => (Value::Reference(field.name.clone()), ColumnKind::Text),
        FieldKind::Record(_) | FieldKind::RecordList(_) => return None,
    };
    let refers_to = match &field.kind {
        FieldKind::Reference { to } => to.clone(),
        _ => None,
    };
    Some(Column { name: field.name.clone(), value, kind, refers_to })
}

fn name_all(drafts: Vec<Draft>, rules: NameRules) -> ViewPlan {
    let mut plan = ViewPlan::default();
    let mut names: Vec<String> = vec![String::new(); drafts.len()];
    let mut taken: HashSet<String> = OUR_OBJECTS.iter().map(|n| n.to_lowercase()).collect();
    // Types first: they win over {PARENT}_{FIELD}. Children follow level by level, after their parents have names.
    let deepest = drafts.iter().map(|d| d.steps.len()).max().unwrap_or(0);
    for level in 0..=deepest {
        let members: Vec<usize> = (0..drafts.len()).filter(|&i| drafts[i].steps.len() == level).collect();
        let wanted: Vec<String> = members
            .iter()
            .map(|&i| match drafts[i].parent {
                Some(parent) => format!("{}_{}", names[parent], drafts[i].own_name),
                None => drafts[i].own_name.clone(),
            })
            .collect();
        for ((index, given), wanted) in members.into_iter().zip(settle(&wanted, &mut taken, rules)).zip(&wanted) {
            if given != *wanted {
                let sentence = format!("the view for {wanted:?} is called {given:?}");
                plan.renamed.push(Renamed { view: given.clone(), sentence });
            }
            names[index] = given;
        }
    }
    for (draft, name) in drafts.into_iter().zip(names) {
        let wanted: Vec<String> = draft.columns.iter().map(|c| c.name.clone()).collect();
        let mut columns = draft.columns;
        let mut taken = rules.reserved_columns.iter().map(|name| (*name).to_owned()).collect();
        for ((column, given), wanted) in columns.iter_mut().zip(settle(&wanted, &mut taken, rules)).zip(wanted) {
            if given != wanted {
                let sentence = format!("the column for {wanted:?} of the view {name:?} is called {given:?}");
                plan.renamed.push(Renamed { view: name.clone(), sentence });
            }
            column.name = given;
        }
        plan.views.push(View { name, doc_type: draft.doc_type, steps: draft.steps, columns });
    }
    plan
}

/// Gives each wanted name itself or, where that cannot be, the nearest free one. The first of a clash keeps the name.
fn settle(wanted: &[String], taken: &mut HashSet<String>, rules: NameRules) -> Vec<String> {
    let legal: Vec<String> = wanted.iter().map(|name| legalise(name, rules)).collect();
    let mut given: Vec<Option<String>> =
        legal.iter().map(|name| taken.insert(name.to_lowercase()).then(|| name.clone())).collect();
    let mut next: HashMap<String, usize> = HashMap::new();
    for (slot, name) in given.iter_mut().zip(&legal) {
        if slot.is_some() {
            continue;
        }
        let counter = next.entry(name.to_lowercase()).or_insert(2);
        *slot = Some(loop {
            let suffix = format!("_{counter}");
            *counter += 1;
            let candidate = format!("{}{suffix}", shorten(name, rules.max_units.map(|max| max - suffix.len())));
            if taken.insert(candidate.to_lowercase()) {
                break candidate;
            }
        });
    }
    given.into_iter().flatten().collect()
}

fn legalise(name: &str, rules: NameRules) -> String {
    let mut name = name.replace('\0', "");
    if name.is_empty() {
        name.push_str("unnamed");
    }
    let lower = name.to_lowercase();
    if rules.reserved_prefixes.iter().any(|prefix| lower.starts_with(prefix)) {
        name.insert(0, '_');
    }
    shorten(&name, rules.max_units)
}

fn shorten(name: &str, max_units: Option<usize>) -> String {
    let Some(max) = max_units else { return name.to_owned() };
    let mut units = 0;
    name.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= max
        })
        .collect()
}

#[cfg(test)]
mod tests;
