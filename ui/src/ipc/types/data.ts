// Made from src-tauri/src/contract/data.rs; never edited by hand.

/**
 * A node of the tree of data.
 */
export type DataNode = { 
/**
 * The view.
 */
view: string, 
/**
 * What people read.
 */
title: string, 
/**
 * Type of the documents it shows; none where it shows all of them.
 */
docType: string | null, 
/**
 * The records and lists inside.
 */
children: Array<DataNode>, };

/**
 * What a grid shows.
 */
export type GridQuery = { 
/**
 * The view.
 */
view: string, 
/**
 * Columns in order; empty = all.
 */
columns: Array<string>, 
/**
 * The strongest first.
 */
sort: Array<SortKey>, 
/**
 * All must hold.
 */
filters: Array<Filter>, };

/**
 * One key of a sort.
 */
export type SortKey = { 
/**
 * The column.
 */
column: string, 
/**
 * Largest first.
 */
descending: boolean, };

/**
 * One filter.
 */
export type Filter = { 
/**
 * The column.
 */
column: string, 
/**
 * How it is compared.
 */
test: FilterTest, 
/**
 * With what; not for `empty` and `not_empty`.
 */
value: string, };

/**
 * How a value is compared.
 */
export type FilterTest = "contains" | "equals" | "not_equals" | "starts_with" | "at_least" | "at_most" | "empty" | "not_empty";

/**
 * A grid that was opened.
 */
export type GridInfo = { 
/**
 * Its columns.
 */
columns: Array<Column>, 
/**
 * How many rows; none while they are still being counted.
 */
rows: number | null, };

/**
 * A column.
 */
export type Column = { 
/**
 * Its name.
 */
name: string, 
/**
 * What it holds.
 */
kind: ColumnKind, 
/**
 * For `reference`, the type it points at, if it is always the same.
 */
refersTo: string | null, };

/**
 * What a column holds.
 */
export type ColumnKind = "text" | "number" | "date" | "boolean" | "reference";

/**
 * Rows of a grid.
 */
export type GridRows = { 
/**
 * Number of the first row.
 */
offset: number, 
/**
 * A cell a column.
 */
rows: Array<Array<Cell>>, };

/**
 * A cell: its text exactly as stored, and for a reference the name of what it points at.
 */
export type Cell = { 
/**
 * None for NULL.
 */
text: string | null, 
/**
 * The text goes on: this is its beginning.
 */
cut?: boolean, 
/**
 * The name behind a reference.
 */
label?: string, 
/**
 * The type of the document that a reference points at, where its column does not say it.
 */
docType?: string, };

/**
 * A document for the inspector.
 */
export type DocumentView = { 
/**
 * Its type.
 */
docType: string, 
/**
 * Its id.
 */
id: string, 
/**
 * The version shown, the newest; as text.
 */
version: string, 
/**
 * Its name, if it has one.
 */
name: string | null, 
/**
 * Who wrote it.
 */
author: Reference | null, 
/**
 * When.
 */
date: string, 
/**
 * Deleted at the source?
 */
deleted: boolean, 
/**
 * Its fields, in order.
 */
fields: Array<FieldValue>, 
/**
 * The bytes as they came; cut after a megabyte.
 */
raw: string, 
/**
 * Whether `raw` was cut.
 */
rawCut: boolean, };

/**
 * A field of a document.
 */
export type FieldValue = { 
/**
 * Path from the top, `CUSTOM.REGION`.
 */
path: string, 
/**
 * The value as text; none for null.
 */
value: string | null, 
/**
 * Where it points.
 */
reference: Reference | null, 
/**
 * For a list: how many items.
 */
items: number | null, };

/**
 * A document that another one points at.
 */
export type Reference = { 
/**
 * Its type; none if it is not here and nothing says it: then it cannot be followed.
 */
docType: string | null, 
/**
 * Its id.
 */
id: string, 
/**
 * Its name; else the id.
 */
name: string, };

/**
 * How far an export is.
 */
export type ExportProgress = { 
/**
 * Rows written.
 */
rows: number, 
/**
 * Of how many.
 */
of: number | null, };

/**
 * An export that is done.
 */
export type ExportDone = { 
/**
 * Where it lies.
 */
path: string, 
/**
 * Rows written.
 */
rows: number, };
