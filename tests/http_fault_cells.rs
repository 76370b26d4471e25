//! What a line of the table of HTTP faults is, and the cells it leads to: a fault, in one place, once or for ever.

use execute_sync::error::Kind;
use execute_sync::profile::SourceSettings;

use crate::support::execute::{Fault, What};
use crate::support::ledger::Size;
use crate::support::wire::Framing;

/// What a run makes of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Nothing: the answer is whole, if unusual.
    Harmless,
    /// It comes through, whether or not it has to ask again: whether the fault is seen is a race between the two ends.
    Survived,
    /// It tries again. A fault that stays ends it as unreachable, once the attempts are used up.
    Transient,
    /// It ends at once with this kind.
    Fatal(Kind),
}

/// One line of the table.
pub struct Row {
    name: String,
    class: Class,
    fault: Fault,
    what: What,
    pages: &'static [usize],
    times: &'static [Times],
    size: Size,
    waits: bool,
    settings: fn(&mut SourceSettings),
    poison: Vec<Vec<u8>>,
}

/// How often a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    Once,
    ForEver,
}

/// A fault in one place.
pub struct Cell {
    pub name: String,
    pub class: Class,
    pub fault: Fault,
    /// Which requests are hit: the one with this number, or it and all later ones.
    pub what: What,
    pub number: usize,
    pub times: Times,
    /// How healthy answers are framed.
    pub framing: Framing,
    pub size: Size,
    /// A limit of time ends it.
    pub waits: bool,
    pub settings: fn(&mut SourceSettings),
    /// Lines that belong into the quarantine, added to what the server has.
    pub poison: Vec<Vec<u8>>,
}

/// A fault that strikes the page in the middle of a run, once and, in another cell, for ever.
pub fn row(name: impl Into<String>, class: Class, fault: Fault) -> Row {
    Row {
        name: name.into(),
        class,
        fault,
        what: What::Page,
        pages: &[2],
        times: &[Times::Once, Times::ForEver],
        size: Size::Small,
        waits: false,
        settings: |_| {},
        poison: Vec::new(),
    }
}

impl Row {
    /// On every page: before the first nothing is stored, and the last ends the run.
    pub fn on_each_page(self) -> Self {
        Row { pages: &[1, 2, 3], ..self }
    }

    /// In the answer to the question for the schema.
    pub fn in_schema(self) -> Self {
        Row { what: What::Schema, pages: &[1], ..self }
    }

    /// For ever would only take longer, or is no fault at all.
    pub fn once(self) -> Self {
        Row { times: &[Times::Once], ..self }
    }

    /// While a part of the page is already on its way into the database.
    pub fn large(self) -> Self {
        Row { size: Size::Large, name: format!("{}, large", self.name), ..self }
    }

    /// Until a limit of time is up.
    pub fn waits(self) -> Self {
        Row { waits: true, ..self }
    }

    pub fn with(self, settings: fn(&mut SourceSettings)) -> Self {
        Row { settings, ..self }
    }

    /// The server has this line too.
    pub fn poison(self, line: impl AsRef<[u8]>) -> Self {
        Row { poison: vec![line.as_ref().to_vec()], ..self }
    }
}

/// Every line in every place.
pub fn cells(rows: Vec<Row>) -> Vec<Cell> {
    let mut cells = Vec::new();
    for row in rows {
        for &number in row.pages {
            for &times in row.times {
                let place = match row.what {
                    What::Schema => "schema".to_owned(),
                    What::Page | What::Other => format!("page {number}"),
                };
                cells.push(Cell {
                    name: format!("{}, {place}, {times:?}", row.name),
                    class: row.class,
                    fault: row.fault.clone(),
                    what: row.what,
                    number,
                    times,
                    framing: Framing::DELIMITED[cells.len() % Framing::DELIMITED.len()],
                    size: row.size,
                    waits: row.waits,
                    settings: row.settings,
                    poison: row.poison.clone(),
                });
            }
        }
    }
    cells
}
