//! What a helper view shows, worked out from its plan and a document's text without any SQL.
#![allow(clippy::unwrap_used)]

use execute_sync::destination::contract_suite::{Row, ViewRow};
use execute_sync::destination::view_plan::{Step, Value as Source, View};
use serde_json::Value;

/// What a view shows of one row of its documents.
pub(crate) fn show(view: &View, row: &Row) -> Vec<ViewRow> {
    let in_list = view.steps.iter().any(|step| matches!(step, Step::Items(_)));
    if (!in_list && row.chunk > 0) || (!view.steps.is_empty() && row.deleted) {
        return Vec::new();
    }
    let data: Value = serde_json::from_str(&row.data).unwrap();
    // Where the view's steps lead: a value each, and the ids of the items on the way there.
    let mut places: Vec<(&Value, Vec<Option<String>>)> = vec![(&data, Vec::new())];
    for step in &view.steps {
        places = match step {
            Step::Record(name) => places.into_iter().map(|(value, ids)| (&value[name.as_str()], ids)).collect(),
            Step::Items(name) => places
                .into_iter()
                .flat_map(|(value, ids)| {
                    let items = value[name.as_str()].as_array().into_iter().flatten().filter(|item| item.is_object());
                    items.map(move |item| (item, ids.iter().cloned().chain([text(&item["LISTITEM_ID"])]).collect()))
                })
                .collect(),
        };
    }
    let cell = |source: &Source, value: &Value, ids: &[Option<String>]| match source {
        Source::DocumentId => Some(row.id.clone()),
        Source::Deleted => Some(u8::from(row.deleted).to_string()),
        Source::Author => row.author.clone(),
        Source::Version => Some(row.version.to_string()),
        Source::Date => Some(row.date.clone()),
        Source::ListItemId => ids.last().cloned().flatten(),
        Source::ParentListItemId => ids.iter().rev().nth(1).cloned().flatten(),
        Source::Field(name) => text(&value[name.as_str()]),
        Source::Reference(name) => text(&value[name.as_str()]["DOCUMENT_ID"]),
    };
    let columns = |(value, ids): &(&Value, Vec<Option<String>>)| {
        view.columns.iter().map(|column| (column.name.clone(), cell(&column.value, value, ids))).collect()
    };
    places.iter().map(columns).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        other => Some(other.to_string()),
    }
}
