//! The contract suite on SQLite, read by the `sqlite3` program, and on the destination in memory; and that the suite bites:
//! each of a list of planted defects is found.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use execute_sync::destination::Destination;
use execute_sync::destination::contract_suite::{self, CaseResult, ProvingGround, Row, Table, ViewRow};
use execute_sync::destination::sqlite::{Sqlite, Waiting};
use execute_sync::destination::view_plan::NameRules;
use execute_sync::error::Result;
use tokio_util::sync::CancellationToken;

use crate::defective::{Defect, Defective};
use crate::memory::{MAX_COLUMNS, Memory};
use crate::shown::show;

#[tokio::test]
async fn sqlite_keeps_the_contract_as_the_sqlite3_program_sees_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut ground = SqliteGround { folder: folder.path().to_owned(), databases: 0 };
    all_kept(&contract_suite::run(&mut ground).await);
}

#[tokio::test]
async fn the_destination_in_memory_keeps_the_contract() {
    all_kept(&contract_suite::run(&mut MemoryGround::default()).await);
}

#[tokio::test]
async fn each_planted_defect_breaks_its_rule() {
    for (defect, rule) in Defect::ALL {
        let mut ground = MemoryGround { memory: Memory::default(), defect: Some(defect) };
        let results = contract_suite::run(&mut ground).await;
        let broken: Vec<&str> = results.iter().filter(|r| r.outcome.is_err()).map(|r| r.name).collect();
        assert!(broken.contains(&rule), "{defect:?} is noticed by {broken:#?} alone");
    }
}

fn all_kept(results: &[CaseResult]) {
    assert_eq!(results.len(), contract_suite::RULES.len());
    let broken: Vec<String> = results
        .iter()
        .filter_map(|result| Some(format!("{}: {}", result.name, result.outcome.as_ref().err()?)))
        .collect();
    assert!(broken.is_empty(), "{} of {} rules are broken:\n{}", broken.len(), results.len(), broken.join("\n"));
}

/// SQLite files, one after the other in a folder.
struct SqliteGround {
    folder: PathBuf,
    databases: usize,
}

impl SqliteGround {
    fn file(&self) -> PathBuf {
        self.folder.join(format!("{}.sqlite", self.databases))
    }

    /// Rows as the `sqlite3` program gives them: every value in hex, so that nothing in it can be taken for a separator.
    fn ask(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        let output = Command::new("sqlite3").args(["-batch", "-list", "-noheader"]).arg(self.file()).arg(sql).output();
        let output = output.unwrap_or_else(|error| panic!("the sqlite3 program cannot be run: {error}"));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        let value = |cell: &str| {
            let hex = cell.strip_prefix('x')?;
            let bytes = (0..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap());
            Some(String::from_utf8(bytes.collect()).unwrap())
        };
        text.lines().map(|line| line.split('|').map(value).collect()).collect()
    }

    /// Every row of a table or view with these columns.
    fn read(&self, name: &str, columns: &[String]) -> Vec<Vec<Option<String>>> {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        let cell = |column: &String| format!("IIF({0} IS NULL, '', 'x' || HEX(CAST({0} AS TEXT)))", quoted(column));
        let cells: Vec<String> = columns.iter().map(cell).collect();
        self.ask(&format!("SELECT {} FROM {}", cells.join(", "), quoted(name)))
    }

    fn columns(&self, name: &str) -> Vec<String> {
        if !self.file().exists() {
            return Vec::new();
        }
        let rows = self.ask(&format!("SELECT 'x' || HEX(name) FROM pragma_table_info('{name}') ORDER BY cid"));
        rows.into_iter().map(|mut row| row.remove(0).unwrap()).collect()
    }
}

#[async_trait]
impl ProvingGround for SqliteGround {
    async fn clear(&mut self) -> Result<()> {
        self.databases += 1;
        Ok(())
    }

    async fn open(&mut self) -> Result<Box<dyn Destination>> {
        let waiting =
            Waiting { cancel: CancellationToken::new(), on_wait: Arc::new(|| {}), limit: Duration::from_secs(10) };
        Ok(Box::new(Sqlite::new(self.file(), waiting)))
    }

    async fn rows(&mut self, table: Table) -> Result<Option<Vec<Row>>> {
        let names = ["TYPE", "ID", "VERSION", "BATCH_DATE", "CHUNK", "AUTHOR", "DATE", "DELETED", "DATA"];
        let mut columns = self.columns(table.name());
        if columns.is_empty() {
            return Ok(None);
        }
        let here = ["BATCH_DATE", "TYPE", "ID", "VERSION", "CHUNK", "AUTHOR", "DATE", "DELETED", "DATA"];
        assert_eq!(columns, here, "the columns of {}", table.name());
        columns = names.map(str::to_owned).to_vec();
        let row = |row: Vec<Option<String>>| {
            let [doc_type, id, version, batch_date, chunk, author, date, deleted, data] = row.try_into().unwrap();
            Row {
                doc_type: doc_type.unwrap(),
                id: id.unwrap(),
                version: version.unwrap().parse().unwrap(),
                batch_date: batch_date.unwrap(),
                chunk: chunk.unwrap().parse().unwrap(),
                author,
                date: date.unwrap(),
                deleted: deleted.unwrap() == "1",
                data: data.unwrap(),
            }
        };
        Ok(Some(self.read(table.name(), &columns).into_iter().map(row).collect()))
    }

    async fn view(&mut self, name: &str) -> Result<Option<Vec<ViewRow>>> {
        let columns = self.columns(name);
        if columns.is_empty() {
            return Ok(None);
        }
        let rows = self.read(name, &columns);
        Ok(Some(rows.into_iter().map(|row| columns.iter().cloned().zip(row).collect()).collect()))
    }

    async fn plant_table(&mut self, name: &str) -> Result<()> {
        self.ask(&format!("CREATE TABLE {name} (X)"));
        Ok(())
    }

    fn name_rules(&self) -> NameRules {
        Sqlite::NAME_RULES
    }

    fn too_many_columns(&self) -> usize {
        2_001
    }
}

/// The destination in memory; with a defect it is wrapped.
#[derive(Default)]
struct MemoryGround {
    memory: Memory,
    defect: Option<Defect>,
}

#[async_trait]
impl ProvingGround for MemoryGround {
    async fn clear(&mut self) -> Result<()> {
        self.memory = Memory::default();
        Ok(())
    }

    async fn open(&mut self) -> Result<Box<dyn Destination>> {
        let memory = self.memory.clone();
        Ok(match self.defect {
            None => Box::new(memory),
            Some(defect) => Box::new(Defective { memory, defect }),
        })
    }

    async fn rows(&mut self, table: Table) -> Result<Option<Vec<Row>>> {
        Ok(self.memory.rows(table))
    }

    async fn view(&mut self, name: &str) -> Result<Option<Vec<ViewRow>>> {
        if self.memory.has_planted(name) {
            return Ok(Some(Vec::new()));
        }
        let Some(view) = self.memory.view(name) else { return Ok(None) };
        let rows = self.memory.rows(Table::Latest).unwrap_or_default();
        Ok(Some(rows.iter().filter(|row| row.doc_type == view.doc_type).flat_map(|row| show(&view, row)).collect()))
    }

    async fn plant_table(&mut self, name: &str) -> Result<()> {
        self.memory.plant(name);
        Ok(())
    }

    fn name_rules(&self) -> NameRules {
        Sqlite::NAME_RULES
    }

    fn too_many_columns(&self) -> usize {
        MAX_COLUMNS + 1
    }
}
