//! The kinds of documents, one module a kind (or a family of small ones): its fields, when its versions are made,
//! and how one is written.

pub(crate) mod look_ups;

pub(crate) mod accounts;
pub(crate) mod areas;
pub(crate) mod budgets;
pub(crate) mod people;

pub(crate) mod projects;
pub(crate) mod wells;

pub(crate) mod afe_chains;
pub(crate) mod afe_lists;
pub(crate) mod afes;
pub(crate) mod costs;

use crate::json::Json;
use crate::moment::{Moment, SECOND};
use crate::plan::Plan;
use crate::schema::Field;

/// The document types, in the schema's order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    AfeStatus,
    AfeType,
    CostCategory,
    Formation,
    Currency,
    Region,
    Area,
    User,
    Partner,
    Vendor,
    Account,
    Budget,
    Project,
    Well,
    AfeChain,
    Afe,
    Cost,
}

impl Kind {
    pub(crate) const ALL: [Kind; 17] = [
        Kind::AfeStatus,
        Kind::AfeType,
        Kind::CostCategory,
        Kind::Formation,
        Kind::Currency,
        Kind::Region,
        Kind::Area,
        Kind::User,
        Kind::Partner,
        Kind::Vendor,
        Kind::Account,
        Kind::Budget,
        Kind::Project,
        Kind::Well,
        Kind::AfeChain,
        Kind::Afe,
        Kind::Cost,
    ];

    pub(crate) const fn type_name(self) -> &'static str {
        match self {
            Kind::AfeStatus => "AFE_STATUS",
            Kind::AfeType => "AFE_TYPE",
            Kind::CostCategory => "COST_CATEGORY",
            Kind::Formation => "FORMATION",
            Kind::Currency => "CURRENCY",
            Kind::Region => "REGION",
            Kind::Area => "AREA",
            Kind::User => "USER",
            Kind::Partner => "PARTNER",
            Kind::Vendor => "VENDOR",
            Kind::Account => "ACCOUNT",
            Kind::Budget => "BUDGET",
            Kind::Project => "PROJECT",
            Kind::Well => "WELL",
            Kind::AfeChain => "AFE_CHAIN",
            Kind::Afe => "AFE",
            Kind::Cost => "COST",
        }
    }

    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Kind::AfeStatus | Kind::AfeType | Kind::CostCategory | Kind::Formation => look_ups::FIELDS,
            Kind::Currency => look_ups::CURRENCY_FIELDS,
            Kind::Region => areas::REGION_FIELDS,
            Kind::Area => areas::AREA_FIELDS,
            Kind::User => people::USER_FIELDS,
            Kind::Partner => people::PARTNER_FIELDS,
            Kind::Vendor => people::VENDOR_FIELDS,
            Kind::Account => accounts::FIELDS,
            Kind::Budget => budgets::FIELDS,
            Kind::Project => projects::FIELDS,
            Kind::Well => wells::FIELDS,
            Kind::AfeChain => afe_chains::FIELDS,
            Kind::Afe => afes::FIELDS,
            Kind::Cost => costs::FIELDS,
        }
    }
}

/// A document of the plan: what it is and which one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key {
    pub(crate) kind: Kind,
    pub(crate) index: u32,
}

impl Key {
    pub(crate) fn number(self) -> u64 {
        u64::from(self.kind as u8) << 32 | u64::from(self.index)
    }

    pub(crate) fn from_number(number: u64) -> Option<Key> {
        let kind = *Kind::ALL.get(usize::try_from(number >> 32).ok()?)?;
        Some(Key { kind, index: number as u32 })
    }
}

/// When the planned versions of a document are made. Version n of an untouched document is stage n of its life.
pub(crate) struct Life {
    stages: [Moment; Life::LONGEST],
    len: u8,
    ends_deleted: bool,
}

impl Life {
    const LONGEST: usize = 8;

    /// A life whose first stage begins at `at`.
    pub(crate) fn from(at: Moment) -> Life {
        Life { stages: [at; Life::LONGEST], len: 1, ends_deleted: false }
    }

    /// A further stage at `at`, or just after the one before it, whichever is later.
    pub(crate) fn then(&mut self, at: Moment) {
        debug_assert!((self.len as usize) < Life::LONGEST, "a life has at most eight stages");
        self.stages[self.len as usize] = at.max(self.at(self.len).plus(SECOND));
        self.len += 1;
    }

    /// The document is deleted at `at`.
    pub(crate) fn then_deleted(&mut self, at: Moment) {
        self.then(at);
        self.ends_deleted = true;
    }

    /// The stage reached at `until`; 0 before the first.
    pub(crate) fn stage(&self, until: Moment) -> u8 {
        self.stages[..self.len as usize].iter().filter(|at| **at <= until).count() as u8
    }

    /// When a stage began, counted from 1.
    pub(crate) fn at(&self, stage: u8) -> Moment {
        self.stages[stage as usize - 1]
    }

    /// Whether a further stage is planned.
    pub(crate) fn is_followed(&self, stage: u8) -> bool {
        stage < self.len
    }

    pub(crate) fn is_deletion(&self, stage: u8) -> bool {
        self.ends_deleted && stage == self.len
    }
}

/// Who made a version.
pub(crate) enum Author {
    /// The user with this index.
    User(u32),
    /// Sent as null: nobody.
    Nobody,
    /// Not sent: an interface.
    Unnamed,
}

/// What a version is of, and how it is asked for.
pub(crate) struct Version<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) index: u32,
    pub(crate) stage: u8,
    /// The world's time, when calculated fields are asked for.
    pub(crate) calculated_at: Option<Moment>,
}

impl Kind {
    pub(crate) fn author(self, version: &Version<'_>) -> Author {
        match self {
            Kind::AfeStatus
            | Kind::AfeType
            | Kind::CostCategory
            | Kind::Formation
            | Kind::Currency
            | Kind::Region
            | Kind::Area => Author::Nobody,
            Kind::User | Kind::Partner | Kind::Vendor | Kind::Account | Kind::Budget => match version.stage {
                1 => Author::Nobody,
                _ => Author::User(0),
            },
            Kind::Project => projects::author(version),
            Kind::Well => wells::author(version),
            Kind::AfeChain | Kind::Afe => afes::author(self, version),
            Kind::Cost => costs::author(version),
        }
    }

    /// The fields of a version, without those that every document has.
    pub(crate) fn write(self, version: &Version<'_>, json: &mut Json<'_>) {
        match self {
            Kind::AfeStatus => look_ups::write_afe_status(version, json),
            Kind::AfeType => look_ups::write_afe_type(version, json),
            Kind::CostCategory => look_ups::write_cost_category(version, json),
            Kind::Formation => look_ups::write_formation(version, json),
            Kind::Currency => look_ups::write_currency(version, json),
            Kind::Region => areas::write_region(version, json),
            Kind::Area => areas::write_area(version, json),
            Kind::User => people::write_user(version, json),
            Kind::Partner => people::write_partner(version, json),
            Kind::Vendor => people::write_vendor(version, json),
            Kind::Account => accounts::write(version, json),
            Kind::Budget => budgets::write(version, json),
            Kind::Project => projects::write(version, json),
            Kind::Well => wells::write(version, json),
            Kind::AfeChain => afe_chains::write(version, json),
            Kind::Afe => afes::write(version, json),
            Kind::Cost => costs::write(version, json),
        }
    }
}
