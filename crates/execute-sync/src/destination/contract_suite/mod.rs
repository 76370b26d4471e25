//! What every destination must do, as cases that run against a real database: the contract in [`super::contract`], rule by
//! rule, for any destination. It needs nothing of the destination but the trait, and of the database that it may be filled,
//! emptied and read.
//!
//! No faults here: what happens when a disk is full or a process is killed belongs to each destination's own tests.

mod stand;

mod start;

mod pages;
mod rows;

mod quarantine;
mod refresh;

mod view_rows;
mod views;

use async_trait::async_trait;

use super::Destination;
use super::view_plan::NameRules;
use crate::error::Result;

use stand::Stand;

/// A database that the suite may fill and empty as it likes. Whoever calls the suite brings it.
#[async_trait]
pub trait ProvingGround: Send {
    /// Makes it a database that nobody has ever written to. What was opened before is no longer used.
    async fn clear(&mut self) -> Result<()>;

    /// A destination for the database, as a program that has just started makes it. Several may be in use at a time.
    async fn open(&mut self) -> Result<Box<dyn Destination>>;

    /// Every row of a table of ours, in any order, read without the destination's help; `None` if it is not there.
    async fn rows(&mut self, table: Table) -> Result<Option<Vec<Row>>>;

    /// Every row of a helper view, read likewise; `None` if there is no view or table of that name.
    async fn view(&mut self, name: &str) -> Result<Option<Vec<ViewRow>>>;

    /// Puts a table that has nothing to do with us into the database.
    async fn plant_table(&mut self, name: &str) -> Result<()>;

    /// What the database allows as a name.
    fn name_rules(&self) -> NameRules;

    /// So many columns that no view of this database can have them.
    fn too_many_columns(&self) -> usize;

    /// Whether DATA gives back the very text that was stored. A database that parses JSON gives the same value.
    fn keeps_text(&self) -> bool {
        true
    }
}

/// The tables and views with the columns of EXECUTE_DOCUMENTS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// `EXECUTE_DOCUMENTS`
    Documents,
    /// `EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS`
    LatestAllVersions,
    /// `EXECUTE_DOCUMENTS_LATEST`
    Latest,
}

impl Table {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Table::Documents => "EXECUTE_DOCUMENTS",
            Table::LatestAllVersions => "EXECUTE_DOCUMENTS_LATEST_ALL_VERSIONS",
            Table::Latest => "EXECUTE_DOCUMENTS_LATEST",
        }
    }
}

/// A row of EXECUTE_DOCUMENTS. Dates read `2025-01-31T09:30:00Z`, whatever the column's type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the columns' names")]
pub struct Row {
    pub doc_type: String,
    pub id: String,
    pub version: i64,
    pub batch_date: String,
    pub chunk: i64,
    pub author: Option<String>,
    pub date: String,
    pub deleted: bool,
    pub data: String,
}

/// A row of a helper view: columns in their order, values as text, booleans as `0` and `1`.
pub type ViewRow = Vec<(String, Option<String>)>;

/// What became of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseResult {
    /// The rule, as a sentence.
    pub name: &'static str,
    /// How it was broken.
    pub outcome: std::result::Result<(), String>,
}

macro_rules! cases {
    ($($name:literal => $module:ident::$case:ident,)+) => {
        /// Every rule, in the order in which they are tried.
        pub const RULES: &[&str] = &[$($name),+];

        /// Tries every rule, each in a database of its own. A broken one keeps none of the others from being tried.
        pub async fn run(ground: &mut dyn ProvingGround) -> Vec<CaseResult> {
            let mut results = Vec::with_capacity(RULES.len());
            $(
                let outcome = match Stand::new(ground).await {
                    Ok(mut stand) => $module::$case(&mut stand).await,
                    Err(why) => Err(why),
                };
                results.push(CaseResult { name: $name, outcome });
            )+
            results
        }
    };
}

cases! {
    "a check of a new database passes and creates nothing" => start::check_creates_nothing,
    "looking at a new database finds nothing and creates nothing" => start::looking_creates_nothing,
    "preparing twice is preparing once" => start::prepare_is_idempotent,
    "preparing for views alone makes tables without a state row" => start::prepare_without_state,
    "the state row comes back as it was written" => start::state_round_trip,
    "the state row is written against the fence" => start::state_is_fenced,

    "a page's rows and its state are there together" => pages::committed_together,
    "an error in the feed changes nothing, wherever it comes" => pages::feed_error,
    "a feed that ends without a word changes nothing" => pages::feed_dropped,
    "counts that do not agree change nothing" => pages::counts_must_agree,
    "an empty page is committed only if it says something new" => pages::empty_page,
    "ten bad documents are borne, and one in a hundred" => pages::some_bad_documents,
    "more than ten and more than one in a hundred fail the page" => pages::too_many_bad_documents,
    "a writer whose number is stale changes nothing" => pages::stale_writer,

    "what is stored is what was sent" => rows::stored_as_sent,
    "long lists are rows of their own, and all there" => rows::long_lists,
    "batch dates are whole seconds that never repeat or go back" => rows::batch_dates,
    "batch dates are later than every row, whoever wrote it" => rows::batch_date_after_foreign_rows,
    "the same page twice leaves the same rows" => rows::same_page_twice,
    "the last of a repeated version wins, with all its rows" => rows::last_one_wins,
    "superseded rows go, or stay if they are to" => rows::superseded,
    "an older version is never superseded" => rows::older_versions_stay,
    "a document that went back is counted" => rows::went_back,
    "pruning takes superseded rows and nothing else" => rows::prune,

    "a bad line keeps its bytes, reason and place" => quarantine::entry_is_complete,
    "the same bytes have one entry, however often they come" => quarantine::one_entry_per_bytes,
    "a good version of the document closes its entry" => quarantine::closed_by_document,
    "an entry without a version is closed by a newer one in a later run alone" => quarantine::unknown_version,
    "a bad line after the good one stays open" => quarantine::order_in_page_counts,
    "what a person closed stays closed" => quarantine::closed_by_person,
    "what a document closed opens again with the same bytes" => quarantine::opens_again,
    "an entry whose line is stored once more is closed, of whatever identity" => quarantine::requeued,
    "a refresh that removes closes the entries that it did not see" => quarantine::unseen_by_refresh,
    "of every version it is known under which batch date it is stored" => quarantine::stored_under,
    "a page that fails puts nothing into quarantine" => quarantine::failed_page,

    "a refresh removes what it did not see" => refresh::unseen_go,
    "a refresh keeps older versions and removes newer ones of what it saw" => refresh::versions_of_seen,
    "a refresh keeps what is in quarantine" => refresh::quarantined_stay,
    "a refresh over several pages has one batch date and forgets none" => refresh::several_pages,
    "up to 100 documents or 5 % of a type go without asking" => refresh::guard_lets_few_go,
    "more than 100 and 5 % of a type are held back, and go if allowed" => refresh::guard_holds_back,
    "lines without identity hold removals back" => refresh::unidentified_hold_back,
    "lines without identity hold back versions above the delivered ones" => refresh::unidentified_keep_versions,

    "helper views are created, left alone, changed and dropped" => views::follow_the_schema,
    "an object that is not ours is left alone and named" => views::foreign_objects,
    "a view that cannot be made leaves the previous one" => views::failing_view,
    "a type's view shows its newest versions, deleted ones too" => view_rows::types,
    "a record's view shows its members" => view_rows::records,
    "a list's view shows every item, of long lists too" => view_rows::lists,
    "a list in a list has a view" => view_rows::lists_in_lists,
}
