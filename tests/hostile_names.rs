//! Whatever a server calls its types and fields, the views have those names and show those values, and nothing else
//! happens in the database: executed for real, and read by our own SQLite and by the older one of this machine.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use execute_sync::destination::contract_suite::Row;
use execute_sync::destination::sqlite::Sqlite;
use execute_sync::destination::view_plan::{Step, Value as Source, View, ViewPlan};
use execute_sync::destination::{Destination, ViewReport};
use execute_sync::error::Kind;
use execute_sync::source::schema::Schema;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use crate::hostile_corpus::names;
use crate::json_text::{Escapes, write};
use crate::loading;
use crate::shown::show;
use crate::support::cli::Cli;
use crate::support::execute::Execute;
use crate::support::ledger::Ledger;
use crate::support::oracle;
use crate::support::python;
use crate::support::run::Home;
use crate::support::seed::{self, Rng};

/// The corpus of one world.
const NAMES: usize = 5_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_the_source_are_data_and_never_sql() {
    for seed in seed::base()..seed::base() + seed::trials(1, 200) {
        let mut rng = Rng::named(seed, "hostile names");
        let world = World::new(&mut rng);
        if let Err(why) = judge(&world).await {
            panic!("{why}\n{}", seed::replay("hostile_names::names_of", "", seed));
        }
    }
}

/// A schema and a document of each of its types.
struct World {
    schema: String,
    documents: Vec<(String, String)>,
}

/// Hands out the names one after the other, and values that occur nowhere else.
struct Maker<'a> {
    rng: &'a mut Rng,
    names: std::vec::IntoIter<String>,
    values: u32,
}

impl World {
    fn new(rng: &mut Rng) -> World {
        let names = names(rng, NAMES);
        let mut make = Maker { rng, names: names.into_iter(), values: 0 };
        let (mut types, mut documents) = (Map::new(), Vec::new());
        while let Some(doc_type) = make.names.next() {
            let mut document = Map::new();
            let envelope = json!({"DOCUMENT_ID": "1", "$TYPE": doc_type, "$VERSION": 1, "$AUTHOR_ID": null,
                "$DATE": "2025-01-01", "$DELETED": false});
            document.extend(envelope.as_object().unwrap().clone());
            let mut fields = make.fields(6, &mut document);
            make.record(&mut fields, &mut document, 2);
            make.list(&mut fields, &mut document, 2);
            types.insert(doc_type.clone(), Value::Object(fields));
            let escapes = *make.rng.pick(&Escapes::ALL);
            documents.push((doc_type, write(&Value::Object(document), escapes)));
        }
        World { schema: Value::Object(types).to_string(), documents }
    }
}

impl Maker<'_> {
    fn fields(&mut self, count: usize, values: &mut Map<String, Value>) -> Map<String, Value> {
        let mut fields = Map::new();
        for number in 0..count {
            let Some(name) = self.names.next() else { break };
            self.values += 1;
            let (kind, value) = match number % 3 {
                0 => ("TEXT", json!(format!("text {}", self.values))),
                1 => ("INTEGER", json!(self.values)),
                _ => ("DOCUMENT", json!({"DOCUMENT_ID": format!("document {}", self.values)})),
            };
            // A field that is called like a part of the envelope shows that part.
            values.entry(name.clone()).or_insert(value);
            fields.insert(name, json!({"TYPE": kind, "DOCUMENT_TYPE": null}));
        }
        fields
    }

    fn record(&mut self, fields: &mut Map<String, Value>, values: &mut Map<String, Value>, depth: usize) {
        let Some(name) = self.names.next() else { return };
        let mut inside = Map::new();
        let mut members = self.fields(2, &mut inside);
        if depth > 1 {
            self.record(&mut members, &mut inside, depth - 1);
        }
        values.entry(name.clone()).or_insert(Value::Object(inside));
        fields.insert(name, json!({"TYPE": "RECORD", "RECORD_TYPE": members}));
    }

    fn list(&mut self, fields: &mut Map<String, Value>, values: &mut Map<String, Value>, depth: usize) {
        let Some(name) = self.names.next() else { return };
        let mut item = Map::new();
        self.values += 1;
        item.insert("LISTITEM_ID".to_owned(), format!("item {}", self.values).into());
        let mut members = self.fields(2, &mut item);
        if depth > 1 {
            self.record(&mut members, &mut item, 1);
            self.list(&mut members, &mut item, depth - 1);
        }
        let other = json!({"LISTITEM_ID": format!("other of {}", self.values)});
        values.entry(name.clone()).or_insert(Value::Array(vec![Value::Object(item), other]));
        fields.insert(name, json!({"TYPE": "RECORD LIST", "RECORD_TYPE": members}));
    }
}

async fn judge(world: &World) -> Result<(), String> {
    let home = Home::in_memory();
    let mut destination = loading::sqlite(&home.database());
    loading::prepare(&mut destination).await;
    Connection::open(home.database())
        .unwrap()
        .execute_batch("CREATE TABLE CANARY (SECRET TEXT); INSERT INTO CANARY VALUES ('sings')")
        .unwrap();
    let lines: Vec<&str> = world.documents.iter().map(|(_, text)| text.as_str()).collect();
    let written = loading::load(&mut destination, &lines, 10_000).await;
    // A type without a name has no documents.
    let nameless = world.documents.iter().filter(|(doc_type, _)| doc_type.is_empty()).count() as u64;
    same("quarantined", &written.quarantined, &nameless)?;
    let before = objects(&home.database());
    let schema = Schema::parse(world.schema.as_bytes()).unwrap();
    let plan = ViewPlan::new(&schema, false, Sqlite::NAME_RULES);
    let report = destination.create_views(&plan).await.unwrap();
    same("refused views", &report.refused, &Vec::new())?;
    nothing_else(&home.database(), before, &plan)?;
    names_are_kept(&schema, &plan)?;
    let again = destination.create_views(&plan).await.unwrap();
    same("what making them again changes", &again, &ViewReport::default())?;
    destination.settle().await.unwrap();
    read_with_ours(&home.database(), &expected(world, &plan))?;
    // SQLite before 3.45 cuts a key at its NUL: what has a NUL in its name is NULL there, in every tool that reads with it.
    let mut readable = plan;
    readable
        .views
        .retain(|view| !view.steps.iter().any(|(Step::Record(name) | Step::Items(name))| name.contains('\0')));
    for view in &mut readable.views {
        view.columns
            .retain(|column| !matches!(&column.value, Source::Field(n) | Source::Reference(n) if n.contains('\0')));
    }
    read_with_older(&home.database(), &expected(world, &readable))
}

/// View, columns, rows.
type Expected = Vec<(String, Vec<String>, Vec<Vec<Option<String>>>)>;

fn expected(world: &World, plan: &ViewPlan) -> Expected {
    let row = |(doc_type, text): &(String, String)| Row {
        doc_type: doc_type.clone(),
        id: "1".to_owned(),
        version: 1,
        batch_date: String::new(),
        chunk: 0,
        author: None,
        date: "2025-01-01".to_owned(),
        deleted: false,
        data: text.clone(),
    };
    let rows: BTreeMap<String, Row> =
        world.documents.iter().filter(|(t, _)| !t.is_empty()).map(|d| (d.0.clone(), row(d))).collect();
    let shown = |view: &View| {
        let mut shown: Vec<Vec<Option<String>>> = rows
            .get(&view.doc_type)
            .map(|row| show(view, row))
            .unwrap_or_default()
            .into_iter()
            .map(|cells| cells.into_iter().map(|(_, value)| value).collect())
            .collect();
        // As Python sorts: nothing comes before any text.
        shown.sort();
        (view.name.clone(), view.columns.iter().map(|c| c.name.clone()).collect(), shown)
    };
    plan.views.iter().map(shown).collect()
}

/// Name and kind of everything in the file.
fn objects(database: &Path) -> BTreeSet<(String, String)> {
    let connection = Connection::open(database).unwrap();
    let mut statement = connection.prepare("SELECT name, type FROM sqlite_schema").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The views of the plan have come, the base views, and nothing else; the canary sings.
fn nothing_else(database: &Path, mut expected: BTreeSet<(String, String)>, plan: &ViewPlan) -> Result<(), String> {
    let views = plan.views.iter().map(|view| view.name.clone());
    let base = ["EXECUTE_DOCUMENTS_LATEST", "EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS"].map(str::to_owned);
    expected.extend(views.chain(base).map(|name| (name, "view".to_owned())));
    let found = objects(database);
    let more: Vec<_> = found.difference(&expected).collect();
    let fewer: Vec<_> = expected.difference(&found).collect();
    same("objects too many and too few", &(more, fewer), &(Vec::new(), Vec::new()))?;
    let connection = Connection::open(database).unwrap();
    let canary: String = connection.query_row("SELECT GROUP_CONCAT(SECRET) FROM CANARY", [], |row| row.get(0)).unwrap();
    same("the canary", &canary.as_str(), &"sings")?;
    let files = std::fs::read_dir(database.parent().unwrap()).unwrap().count();
    same("files in the folder", &files, &1)
}

/// A name that is empty, has a NUL or that only SQLite may use is changed, and one of a clash; no other is.
fn names_are_kept(schema: &Schema, plan: &ViewPlan) -> Result<(), String> {
    let may_change = |name: &str| name.is_empty() || name.contains('\0') || name.to_lowercase().starts_with("sqlite_");
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for doc_type in &schema.types {
        *taken.entry(doc_type.name.to_lowercase()).or_default() += 1;
    }
    for view in plan.views.iter().filter(|view| view.steps.is_empty()) {
        let is_ours = view.doc_type.to_lowercase().starts_with("execute_");
        let clashes = taken[&view.doc_type.to_lowercase()] > 1 || is_ours;
        if view.name != view.doc_type && !may_change(&view.doc_type) && !clashes {
            return Err(format!("the type {:?} has the view {:?}", view.doc_type, view.name));
        }
    }
    for view in &plan.views {
        let lower: Vec<String> = view.columns.iter().map(|column| column.name.to_lowercase()).collect();
        for column in &view.columns {
            let (Source::Field(name) | Source::Reference(name)) = &column.value else { continue };
            let clashes = lower.contains(&name.to_lowercase()) || ["true", "false"].contains(&&*name.to_lowercase());
            if column.name != *name && !may_change(name) && !clashes {
                return Err(format!("the field {name:?} is the column {:?} of {:?}", column.name, view.name));
            }
        }
    }
    Ok(())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn read_with_ours(database: &Path, expected: &Expected) -> Result<(), String> {
    let connection = Connection::open(database).unwrap();
    for (view, columns, rows) in expected {
        let all = connection.prepare(&format!("SELECT * FROM {}", quoted(view)));
        let told: Vec<String> = all.unwrap().column_names().map(str::to_owned).collect();
        same(&format!("the columns of {view:?}"), &told, columns)?;
        let list: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
        let sql = format!("SELECT {} FROM {}", list.join(", "), quoted(view));
        let mut statement = connection.prepare(&sql).map_err(|error| format!("{view:?}: {error}"))?;
        let cell = |value: rusqlite::types::Value| match value {
            rusqlite::types::Value::Null => None,
            rusqlite::types::Value::Integer(number) => Some(number.to_string()),
            rusqlite::types::Value::Text(text) => Some(text),
            other => Some(format!("{other:?}")),
        };
        let found = statement.query_map([], |row| (0..columns.len()).map(|i| row.get(i).map(cell)).collect());
        let found: Result<Vec<Vec<_>>, _> = found.unwrap().collect();
        let mut found = found.map_err(|error| format!("{view:?}: {error}"))?;
        found.sort();
        same(&format!("the rows of {view:?} with {columns:?}"), &found, rows)?;
    }
    Ok(())
}

fn read_with_older(database: &Path, expected: &Expected) -> Result<(), String> {
    let answer = python::ask("hostile_names.py", &json!({"db": database, "views": expected}));
    let problems: Vec<&Value> = answer["problems"].as_array().unwrap().iter().take(5).collect();
    same(&format!("what SQLite {} sees", answer["version"]), &problems, &Vec::new())
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, expected: &T) -> Result<(), String> {
    if got == expected { Ok(()) } else { Err(format!("{what}: {got:?}, expected {expected:?}")) }
}

#[test]
fn planned_names_are_unique_and_legal_whatever_is_wanted() {
    let worlds = seed::trials(20, 400);
    for seed in seed::base()..seed::base() + worlds {
        let schema = World::new(&mut Rng::named(seed, "planned names")).schema;
        let plan = loading::plan(&schema);
        let unique = |names: Vec<&String>| names.iter().map(|name| name.to_lowercase()).collect::<BTreeSet<_>>().len();
        let legal =
            |name: &String| !name.is_empty() && !name.contains('\0') && !name.to_lowercase().starts_with("sqlite_");
        let views: Vec<&String> = plan.views.iter().map(|view| &view.name).collect();
        let mut good = views.iter().all(|name| legal(name)) && unique(views.clone()) == views.len();
        for view in &plan.views {
            let columns: Vec<&String> = view.columns.iter().map(|column| &column.name).collect();
            good &= columns.iter().all(|name| legal(name)) && unique(columns.clone()) == columns.len();
        }
        assert!(good, "{}", seed::replay("hostile_names::planned", "", seed));
    }
    println!("{} names planned", worlds * NAMES as u64);
}

/// Loads the documents, makes the views, and gives what was refused.
async fn made(home: &Home, schema: &str, documents: &[String]) -> Vec<(String, String)> {
    let mut destination = loading::sqlite(&home.database());
    loading::prepare(&mut destination).await;
    loading::load(&mut destination, documents, 10_000).await;
    destination.create_views(&loading::plan(schema)).await.unwrap().refused
}

fn document(members: &str) -> String {
    format!(r#"{{"DOCUMENT_ID":"1","$TYPE":"T","$VERSION":1,"$DATE":"2025-01-01",{members}}}"#)
}

#[tokio::test]
async fn a_view_of_two_thousand_columns_is_made_and_one_more_is_refused_alone() {
    let home = Home::in_memory();
    let fields = |count: usize| {
        let fields = (1..=count).map(|number| (format!("F{number}"), json!({"TYPE": "INTEGER"})));
        Value::Object(fields.collect())
    };
    let schema = json!({"TOO_MANY": fields(1_996), "T": fields(1_995), "U": fields(1)}).to_string();
    let refused = made(&home, &schema, &[document(r#""F1":1,"F1995":1995"#)]).await;
    assert_eq!(refused.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["TOO_MANY"]);
    let row = oracle::rows(&home.database(), "SELECT F1, F1995, F2 FROM T");
    assert_eq!(row, [["1", "1995", ""]]);
    assert_eq!(oracle::value(&home.database(), "SELECT COUNT(*) FROM U"), "0");
}

#[tokio::test]
async fn records_and_lists_as_deep_as_the_plan_goes_can_be_read() {
    let home = Home::in_memory();
    let nested = |kind: &str, depth: usize| {
        let inner = json!({"V": {"TYPE": "TEXT"}});
        (0..depth).fold(inner, |inside, _| json!({"N": {"TYPE": kind, "RECORD_TYPE": inside}}))
    };
    let schema = json!({"T": {
        "R": {"TYPE": "RECORD", "RECORD_TYPE": nested("RECORD", 14)},
        "L": {"TYPE": "RECORD LIST", "RECORD_TYPE": nested("RECORD LIST", 14)},
    }});
    let record = format!("{}{{\"V\":\"deep\"}}{}", "{\"N\":".repeat(14), "}".repeat(14));
    let list = format!("{}[{{\"V\":\"deep\"}}]{}", "[{\"N\":".repeat(14), "}]".repeat(14));
    let refused = made(&home, &schema.to_string(), &[document(&format!("\"R\":{record},\"L\":{list}"))]).await;
    assert_eq!(refused, []);
    for kind in ["R", "L"] {
        let view = format!("T_{kind}{}", "_N".repeat(14));
        assert_eq!(oracle::rows(&home.database(), &format!("SELECT V FROM {view}")), [["deep"]], "{view}");
    }
    // Far deeper than any record goes: cut with a warning, or refused as no schema; never a crash.
    for depth in [17, 50, 63, 64, 200, 100_000] {
        let levels = r#"{"N":{"TYPE":"RECORD","RECORD_TYPE":"#.repeat(depth);
        match Schema::parse(format!(r#"{{"T":{levels}{{}}{}}}"#, "}}".repeat(depth)).as_bytes()) {
            Ok(schema) => assert!(schema.warnings[0].contains("nested deeper"), "{:?}", schema.warnings),
            Err(error) => assert!(depth > 50 && error.kind() == Kind::BadData, "{depth}: {error:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_odd_in_a_schema_costs_only_its_own_column() {
    let home = Home::in_memory();
    let schema = r#"{"T":{"GOOD":{"TYPE":"TEXT"},"A":{"TYPE":"RECORD","RECORD_TYPE":null},"B":{"TYPE":"GEOSHAPE"},"C":null,"D":7,
        "E":{"TYPE":["TEXT"]},"F":{"TYPE":"DOCUMENT","DOCUMENT_TYPE":null},"G":{"TYPE":"DOCUMENT","DOCUMENT_TYPE":"T"},
        "H":{"TYPE":"RECORD LIST"},"I":{"TYPE":"TEXT","ACTIVE":"no","FORMULA":{"x":1},"SIZE":-1},"GOOD":{"TYPE":"INTEGER"}},
        "x_y":{"z":{"TYPE":"RECORD","RECORD_TYPE":{"P":{"TYPE":"TEXT"}}}},
        "x":{"y_z":{"TYPE":"RECORD","RECORD_TYPE":{"Q":{"TYPE":"TEXT"}}}},"BAD":[1],"":{}}"#;
    let members =
        r#""GOOD":5,"A":{},"F":{"DOCUMENT_ID":"f"},"G":{"DOCUMENT_ID":"g"},"H":[{"LISTITEM_ID":"h"}],"I":"i""#;
    assert_eq!(made(&home, schema, &[document(members)]).await, []);
    let rows = |sql: &str| oracle::rows(&home.database(), sql);
    assert_eq!(rows("SELECT GOOD, F, G, I FROM T"), [["5", "f", "g", "i"]]);
    assert_eq!(rows("SELECT LISTITEM_ID FROM T_H"), [["h"]]);
    let views = rows("SELECT name FROM sqlite_master WHERE type = 'view' AND name NOT LIKE 'EXECUTE%' ORDER BY rowid");
    assert_eq!(views.concat(), ["T", "T_A", "T_H", "x_y", "x_y_z", "x", "x_y_z_2", "unnamed"]);
    assert_eq!(rows("SELECT name FROM pragma_table_info('x_y_z_2')").concat(), ["DOCUMENT_ID", "Q"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_type_named_like_a_table_of_ours_gets_another_name_and_stands_in_the_way_of_nothing() {
    let names = ["EXECUTE_SYNC_CHECK", "EXECUTE_SYNC_STATE", "EXECUTE_SYNC_QUARANTINE", "EXECUTE_DOCUMENTS"];
    let types: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"A": {"TYPE": "TEXT"}}))).collect();
    let server = Execute::start(Ledger::default()).await;
    server.set_schema(Value::Object(types).to_string());
    let home = Home::in_memory();
    let cli = Cli::patient(&home, &server.url());
    assert_eq!(cli.run(&["push"]).code, Some(0));
    let output = cli.run(&["test"]);
    assert_eq!(output.code, Some(0), "{output:?}");
    let views = objects(&home.database()).into_iter().filter(|(_, kind)| kind == "view").count();
    assert_eq!(views, names.len() + 2);
}
