//! Data on screen: the tree, pages of a grid, a document, and everything as CSV. The engine reads; nothing here knows SQL.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use execute_sync::destination::sqlite::browse;
use execute_sync::error::{Error, Kind};
use tauri::AppHandle;
use tauri::ipc::Channel;
use tauri_plugin_dialog::DialogExt;

use super::choosing::answer_of;
use super::{Answer, TheCore, blocking, guarded};
use crate::contract::{
    Cell, Column, ColumnKind, DataNode, DocumentView, ExportDone, ExportProgress, FieldValue, FilterTest, GridInfo,
    GridQuery, GridRows, Reference,
};
use crate::core::Core;

/// The window asks for no more at once, whatever it says.
const MOST_ROWS: u32 = 500;

/// The views of a profile's database: types with their lists; none where there is no database.
#[tauri::command]
pub(crate) async fn data_tree(core: TheCore<'_>, id: String) -> Answer<Vec<DataNode>> {
    let core = Arc::clone(&core);
    blocking(move || {
        let tree = if core.has_database(&id)? { core.browser(&id)?.tree()? } else { Vec::new() };
        Ok(tree.into_iter().map(node).collect())
    })
    .await
}

/// Opens a grid.
#[tauri::command]
pub(crate) async fn open_grid(core: TheCore<'_>, id: String, query: GridQuery) -> Answer<GridInfo> {
    let core = Arc::clone(&core);
    blocking(move || {
        let info = core.browser(&id)?.grid_info(&asked(query))?;
        Ok(GridInfo { columns: info.columns.into_iter().map(column).collect(), rows: info.rows })
    })
    .await
}

/// Rows of a grid, at most 500.
#[tauri::command]
pub(crate) async fn grid_rows(
    core: TheCore<'_>,
    id: String,
    query: GridQuery,
    offset: u64,
    limit: u32,
) -> Answer<GridRows> {
    let core = Arc::clone(&core);
    blocking(move || {
        let rows = core.browser(&id)?.rows(&asked(query), offset, limit.min(MOST_ROWS))?;
        let row = |cells: Vec<browse::Cell>| cells.into_iter().map(cell).collect();
        Ok(GridRows { offset: rows.offset, rows: rows.rows.into_iter().map(row).collect() })
    })
    .await
}

/// How many rows a grid has; takes as long as counting takes.
#[tauri::command]
pub(crate) async fn grid_count(core: TheCore<'_>, id: String, query: GridQuery) -> Answer<u64> {
    let core = Arc::clone(&core);
    blocking(move || core.browser(&id)?.count(&asked(query))).await
}

/// A document for the inspector.
#[tauri::command]
pub(crate) async fn document(
    core: TheCore<'_>,
    id: String,
    doc_type: String,
    document_id: String,
) -> Answer<DocumentView> {
    let core = Arc::clone(&core);
    blocking(move || {
        core.browser(&id)?.document(&doc_type, &document_id)?.map(shown).ok_or_else(|| {
            Error::new(Kind::Configuration, "this document is not in this database")
                .hint("It was removed, or it was never sent to this API key")
        })
    })
    .await
}

/// Writes all rows of a grid into a file that the person names; none if they thought better of it.
#[tauri::command]
pub(crate) async fn export_csv(
    app: AppHandle,
    core: TheCore<'_>,
    id: String,
    query: GridQuery,
    on_progress: Channel<ExportProgress>,
) -> Answer<Option<ExportDone>> {
    let core = Arc::clone(&core);
    guarded(async move {
        let name = format!("{}.csv", file_name(&query.view));
        let dialog = app.dialog().file().set_title("Export").add_filter("CSV", &["csv"]).set_file_name(name);
        let Some(chosen) = answer_of(|answer| dialog.save_file(answer)).await else { return Ok(None) };
        let target = with_ending(&chosen)?;
        let cancel = core.begin_export();
        let done = blocking(move || export(&core, &id, query, &target, &on_progress, &cancel)).await?;
        Ok(Some(done))
    })
    .await
}

fn export(
    core: &Core,
    id: &str,
    query: GridQuery,
    target: &Path,
    on_progress: &Channel<ExportProgress>,
    cancel: &tokio_util::sync::CancellationToken,
) -> execute_sync::error::Result<ExportDone> {
    let mut progress = |at: browse::ExportProgress| {
        // A window that is gone hears nothing; the file is written all the same.
        let _ = on_progress.send(ExportProgress { rows: at.rows, of: at.of });
    };
    let done = core.browser(id)?.export_csv(&asked(query), target, &mut progress, cancel)?;
    Ok(ExportDone { path: done.path.display().to_string(), rows: done.rows })
}

/// Stops the export under way; the file that was there stays.
#[tauri::command]
pub(crate) async fn cancel_export(core: TheCore<'_>) -> Answer<()> {
    core.cancel_export();
    Ok(())
}

/// The file to write: not every system's dialog adds the ending. One of that name is not replaced, since the dialog asked
/// about the other.
fn with_ending(chosen: &Path) -> execute_sync::error::Result<PathBuf> {
    // The last part of `AFEs of v1.2` is no ending.
    let is_ending = |end: &str| !end.is_empty() && end.chars().all(|c| c.is_ascii_alphabetic());
    if chosen.extension().is_some_and(|end| end.to_str().is_some_and(is_ending)) {
        return Ok(chosen.to_owned());
    }
    let mut name = chosen.file_name().unwrap_or_default().to_owned();
    name.push(".csv");
    let target = chosen.with_file_name(name);
    if target.symlink_metadata().is_ok() {
        return Err(Error::new(Kind::Configuration, format!("{} is there already", target.display()))
            .hint("Export again, and choose that very file to replace it, or another name"));
    }
    Ok(target)
}

/// A view's name as a file's: names come from the source and may hold anything.
fn file_name(view: &str) -> String {
    let plain: String =
        view.chars().map(|c| if c.is_alphanumeric() || "-_ .".contains(c) { c } else { '_' }).take(80).collect();
    let plain = plain.trim_matches(['.', ' ']);
    if plain.is_empty() { "export".to_owned() } else { plain.to_owned() }
}

fn asked(query: GridQuery) -> browse::GridQuery {
    let test = |test: FilterTest| match test {
        FilterTest::Contains => browse::FilterTest::Contains,
        FilterTest::Equals => browse::FilterTest::Equals,
        FilterTest::NotEquals => browse::FilterTest::NotEquals,
        FilterTest::StartsWith => browse::FilterTest::StartsWith,
        FilterTest::AtLeast => browse::FilterTest::AtLeast,
        FilterTest::AtMost => browse::FilterTest::AtMost,
        FilterTest::Empty => browse::FilterTest::Empty,
        FilterTest::NotEmpty => browse::FilterTest::NotEmpty,
    };
    browse::GridQuery {
        view: query.view,
        columns: query.columns,
        sort: query
            .sort
            .into_iter()
            .map(|key| browse::SortKey { column: key.column, descending: key.descending })
            .collect(),
        filters: query
            .filters
            .into_iter()
            .map(|filter| browse::Filter { column: filter.column, test: test(filter.test), value: filter.value })
            .collect(),
    }
}

fn node(node: browse::DataNode) -> DataNode {
    DataNode {
        view: node.view,
        title: node.title,
        doc_type: node.doc_type,
        children: node.children.into_iter().map(self::node).collect(),
    }
}

fn column(column: browse::Column) -> Column {
    Column {
        name: column.name,
        kind: match column.kind {
            browse::ColumnKind::Text => ColumnKind::Text,
            browse::ColumnKind::Number => ColumnKind::Number,
            browse::ColumnKind::Date => ColumnKind::Date,
            browse::ColumnKind::Boolean => ColumnKind::Boolean,
            browse::ColumnKind::Reference => ColumnKind::Reference,
        },
        refers_to: column.refers_to,
    }
}

fn cell(cell: browse::Cell) -> Cell {
    Cell { text: cell.text, cut: cell.cut, label: cell.label, doc_type: cell.doc_type }
}

fn reference(reference: browse::Reference) -> Reference {
    Reference { doc_type: reference.doc_type, id: reference.id, name: reference.name }
}

fn shown(document: browse::DocumentView) -> DocumentView {
    DocumentView {
        doc_type: document.doc_type,
        id: document.id,
        version: document.version.to_string(),
        name: document.name,
        author: document.author.map(reference),
        date: document.date,
        deleted: document.deleted,
        fields: document
            .fields
            .into_iter()
            .map(|field| FieldValue {
                path: field.path,
                value: field.value,
                reference: field.reference.map(reference),
                items: field.items,
            })
            .collect(),
        raw: document.raw,
        raw_cut: document.raw_cut,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{file_name, with_ending};

    #[test]
    fn an_export_gets_its_ending_and_takes_the_place_of_nothing_that_was_not_asked_about() {
        let home = tempfile::tempdir().unwrap();
        let of = |name: &str| with_ending(&home.path().join(name));
        for (chosen, target) in
            [("AFE", "AFE.csv"), ("of v1.2", "of v1.2.csv"), ("a.csv", "a.csv"), ("a.CSV", "a.CSV"), ("a.txt", "a.txt")]
        {
            assert_eq!(of(chosen).unwrap(), home.path().join(target));
        }
        std::fs::write(home.path().join("AFE.csv"), "").unwrap();
        assert!(of("AFE").is_err());
        assert_eq!(of("AFE.csv").unwrap(), home.path().join("AFE.csv"), "that is what the dialog asked about");
    }

    #[test]
    fn a_views_name_becomes_a_files_name() {
        for (view, name) in
            [("AFE", "AFE"), ("Well \"Name\"", "Well _Name_"), ("../../etc", "_.._etc"), ("..", "export")]
        {
            assert_eq!(file_name(view), name);
        }
    }
}
