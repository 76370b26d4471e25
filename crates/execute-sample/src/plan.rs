//! The plan of a world: its size, its calendar, and which documents it has at any time.
//!
//! The plan never changes. All that happens in the world, past and future, is already in it; ticking only moves
//! the time up to which it is told.

use crate::afe::Chain;
use crate::catalogue::{Key, Kind, Life, accounts, afe_chains, afes, areas, budgets, costs, look_ups, projects, wells};
use crate::ids::{Id, Ids};
use crate::moment::{Moment, SECOND};
use crate::noise::{Aspect, Dice, Noise};
use crate::options::SampleOptions;

/// AFE chains of the standard world.
const STANDARD_CHAINS: u32 = 1200;

/// The smallest world still has every kind of document in every state that matters.
const FEWEST_CHAINS: u32 = 12;

/// Roughly the documents that do not grow with the number of chains.
const MASTER_DATA: u64 = 300;

/// When the operator moved its master data into the AFE system.
const MIGRATED: Moment = Moment::midnight(2018, 9, 3).plus_hours(8);

/// The first AFE is raised here, a Monday.
const OPENED: Moment = Moment::midnight(2019, 1, 7);

/// The time of a world that has not ticked yet, a Monday.
pub(crate) const PRESENT: Moment = Moment::midnight(2025, 9, 29);

/// Documents moved in one step of the migration; they share a mark.
const MIGRATED_TOGETHER: u32 = 6;

pub(crate) struct Plan {
    pub(crate) noise: Noise,
    ids: Ids,
    /// AFE chains raised until the present.
    pub(crate) chains: u32,
    /// Source-water wells, taken over with the land: they bring the number of documents to what was asked for.
    water_wells: u32,
    pub(crate) large_afe_lines: u32,
}

impl Plan {
    pub(crate) fn new(options: &SampleOptions) -> Plan {
        let noise = Noise::new(options.seed);
        let sized = |chains, water_wells| Plan {
            noise,
            ids: Ids::new(noise),
            chains,
            water_wells,
            large_afe_lines: options.large_afe_lines,
        };
        let Some(wanted) = options.documents else { return sized(STANDARD_CHAINS, 0) };
        // A world grows almost evenly with its chains, so a few straight guesses come close from below.
        let (mut chains, mut found) = (FEWEST_CHAINS, sized(FEWEST_CHAINS, 0).documents());
        let mut best = (chains, found);
        for _ in 0..6 {
            let fixed = MASTER_DATA.min(found / 2);
            let guess = u64::from(chains) * wanted.saturating_sub(fixed) / (found - fixed);
            chains = (guess as u32).max(FEWEST_CHAINS);
            found = sized(chains, 0).documents();
            if found <= wanted && found > best.1 {
                best = (chains, found);
            }
        }
        sized(best.0, wanted.saturating_sub(best.1) as u32)
    }

    pub(crate) fn users(&self) -> u32 {
        (self.chains / 14).clamp(14, 400)
    }

    /// The operator is partner 0.
    pub(crate) fn partners(&self) -> u32 {
        (self.chains / 20).clamp(12, 400)
    }

    pub(crate) fn vendors(&self) -> u32 {
        (self.chains / 13).clamp(15, 600)
    }

    /// The chain whose base AFE has an outsized list of line items.
    pub(crate) fn large_chain(&self) -> u32 {
        self.chains * 3 / 5
    }

    /// The chain whose base AFE was deleted.
    pub(crate) fn deleted_chain(&self) -> u32 {
        self.chains / 3
    }

    pub(crate) fn id(&self, kind: Kind, index: u32) -> Id {
        self.ids.of(Key { kind, index }.number())
    }

    /// The identity of a chain's base AFE.
    pub(crate) fn afe_id(&self, chain: u32) -> Id {
        self.id(Kind::Afe, afes::index(chain, 0))
    }

    /// What an identity names; it need not exist yet.
    pub(crate) fn key(&self, type_name: &str, id: &str) -> Option<Key> {
        self.ids.number(id).and_then(Key::from_number).filter(|key| key.kind.type_name() == type_name)
    }

    pub(crate) fn dice(&self, aspect: Aspect, subject: u32) -> Dice {
        self.noise.dice(aspect, u64::from(subject))
    }

    /// When a chain is raised. Later chains are raised later, also those after the present.
    pub(crate) fn raised(&self, chain: u32) -> Moment {
        let span = PRESENT.0 - OPENED.0;
        let slot = span / i64::from(self.chains);
        let into_slot = self.dice(Aspect::Raised, chain).below(slot as u64) as i64;
        OPENED.plus(span * i64::from(chain) / i64::from(self.chains) + into_slot).in_working_hours()
    }

    /// The first chain of the year in which `chain` is raised: AFE numbers are counted from it.
    pub(crate) fn first_of_year(&self, chain: u32, raised: Moment) -> u32 {
        let new_year = Moment::midnight(raised.year(), 1, 1);
        let span = PRESENT.0 - OPENED.0;
        let guess = (new_year.0 - OPENED.0).max(0) * i64::from(self.chains) / span;
        // Working hours move a chain by at most three days against the straight line.
        let near = i64::from(self.chains) * 4 / (span / (24 * 3600 * SECOND)) + 2;
        let (mut low, mut high) = ((guess - near).max(0), (guess + near).min(i64::from(chain)));
        while low < high {
            let middle = (low + high) / 2;
            if self.raised(middle as u32) < new_year {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low as u32
    }

    /// When a document of the master data was moved in.
    pub(crate) fn migrated(&self, kind: Kind, index: u32) -> Moment {
        MIGRATED.plus(kind as i64 * 600 * SECOND + i64::from(index / MIGRATED_TOGETHER) * 250)
    }

    /// The life of a document that exists at `until`.
    pub(crate) fn life_of_existing(&self, key: Key, until: Moment) -> Option<Life> {
        let planned = match key.kind {
            Kind::Project => true,
            Kind::Well => wells::is_planned(key.index, self.water_wells),
            Kind::AfeChain => true,
            Kind::Afe => afes::part_of(key.index) < Chain::new(self, afes::chain_of(key.index)).parts(),
            Kind::Cost => costs::month_of(key.index) < Chain::new(self, costs::chain_of(key.index)).cost_months(),
            Kind::AfeStatus
            | Kind::AfeType
            | Kind::CostCategory
            | Kind::Formation
            | Kind::Currency
            | Kind::Region
            | Kind::Area
            | Kind::User
            | Kind::Partner
            | Kind::Vendor
            | Kind::Account
            | Kind::Budget => key.index < self.fixed(key.kind),
        };
        planned.then(|| self.life(key)).filter(|life| life.stage(until) > 0)
    }

    fn life(&self, key: Key) -> Life {
        let index = key.index;
        match key.kind {
            Kind::AfeStatus
            | Kind::AfeType
            | Kind::CostCategory
            | Kind::Formation
            | Kind::Currency
            | Kind::Region
            | Kind::Area => Life::from(self.migrated(key.kind, index)),
            Kind::User | Kind::Partner | Kind::Vendor | Kind::Account => self.master_life(key),
            Kind::Budget => budgets::life(index),
            Kind::Project => projects::life(self, index),
            Kind::Well => wells::life(self, index),
            Kind::AfeChain => afe_chains::life(self, &Chain::new(self, index)),
            Kind::Afe => afes::life(self, &Chain::new(self, afes::chain_of(index)), afes::part_of(index)),
            Kind::Cost => costs::life(self, &Chain::new(self, costs::chain_of(index)), costs::month_of(index)),
        }
    }

    /// Every document that exists at `until`, in no particular order.
    pub(crate) fn for_each(&self, until: Moment, mut tell: impl FnMut(Key, &Life)) {
        let mut tell = |kind, index, life: &Life| {
            if life.stage(until) > 0 {
                tell(Key { kind, index }, life);
            }
        };
        for kind in Kind::ALL {
            for index in 0..self.fixed(kind) {
                tell(kind, index, &self.life(Key { kind, index }));
            }
        }
        for index in wells::water_well_indexes(self.water_wells) {
            tell(Kind::Well, index, &wells::life(self, index));
        }
        let from_zero_until = |first: fn(&Plan, u32) -> Moment| (0..).take_while(move |n| first(self, *n) <= until);
        for index in from_zero_until(projects::opened) {
            tell(Kind::Project, index, &projects::life(self, index));
        }
        for index in from_zero_until(wells::licensed).flat_map(wells::of_pad) {
            tell(Kind::Well, index, &wells::life(self, index));
        }
        for number in from_zero_until(Plan::raised) {
            let chain = Chain::new(self, number);
            tell(Kind::AfeChain, number, &afe_chains::life(self, &chain));
            for part in 0..chain.parts() {
                tell(Kind::Afe, afes::index(number, part), &afes::life(self, &chain, part));
            }
            for month in 0..chain.cost_months() {
                tell(Kind::Cost, costs::index(number, month), &costs::life(self, &chain, month));
            }
        }
    }

    /// How many documents of a kind there are when their number does not follow from the calendar.
    fn fixed(&self, kind: Kind) -> u32 {
        match kind {
            Kind::AfeStatus => look_ups::AFE_STATUS_COUNT,
            Kind::AfeType => look_ups::AFE_TYPE_COUNT,
            Kind::CostCategory => look_ups::COST_CATEGORY_COUNT,
            Kind::Formation => look_ups::FORMATION_COUNT,
            Kind::Currency => look_ups::CURRENCY_COUNT,
            Kind::Region => areas::REGION_COUNT,
            Kind::Area => areas::AREA_COUNT,
            Kind::Budget => budgets::COUNT,
            Kind::User => self.users(),
            Kind::Partner => self.partners(),
            Kind::Vendor => self.vendors(),
            Kind::Account => accounts::COUNT,
            Kind::Project | Kind::Well | Kind::AfeChain | Kind::Afe | Kind::Cost => 0,
        }
    }

    fn documents(&self) -> u64 {
        let mut documents = 0;
        self.for_each(PRESENT, |_, _| documents += 1);
        documents
    }

    /// Master data moves in, is corrected in part, and some of it goes out of use.
    fn master_life(&self, key: Key) -> Life {
        let mut life = Life::from(self.migrated(key.kind, key.index));
        let mut dice = self.dice(Aspect::Master, key.index << 5 | key.kind as u32);
        let years = |dice: &mut Dice| OPENED.plus_days(dice.between(30, 2_400)).in_working_hours();
        if key.index > 0 && dice.chance(35) {
            life.then(years(&mut dice));
            if dice.chance(25) {
                life.then(years(&mut dice));
            }
        }
        life
    }
}
