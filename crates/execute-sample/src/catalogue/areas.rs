//! Where the operator works: regions, their areas, and the survey system that names the land there.

use super::{Kind, Version};
use crate::json::Json;
use crate::noise::Aspect;
use crate::plan::Plan;
use crate::schema::{DOCUMENT_ID, Field, Type};

const CODE: Field = Field::new("CODE", "Code", Type::Text(10)).required();
const NAME: Field = Field::new("NAME", "Name", Type::Text(80)).required();
const ORDER: Field = Field::new("ORDER", "Display Order", Type::Integer).required();

pub(crate) const REGION_FIELDS: &[Field] = &[
    DOCUMENT_ID,
    CODE,
    NAME,
    ORDER,
    Field::new("PROVINCE", "Province", Type::Text(2)).required(),
    Field::new("MANAGER", "Regional Manager", Type::Document(Kind::User)),
];

pub(crate) const AREA_FIELDS: &[Field] =
    &[DOCUMENT_ID, CODE, NAME, ORDER, Field::new("REGION", "Region", Type::Document(Kind::Region)).required()];

/// How land is named.
pub(crate) enum Survey {
    /// Dominion Land Survey: townships and ranges west of a meridian, each the first one and how many.
    Dominion { townships: (u32, u32), ranges: (u32, u32), meridian: u32 },
    /// National Topographic System: a map series and the letters of its areas.
    Topographic { series: u32, letters: &'static [u8] },
}

pub(crate) struct Region {
    code: &'static str,
    name: &'static str,
    province: &'static str,
    areas: [&'static str; 4],
    /// How many of a hundred pads lie here.
    pads: u64,
    pub(crate) survey: Survey,
}

/// No two regions share land, so that no two wells share an identifier.
pub(crate) const REGIONS: [Region; 6] = [
    Region {
        code: "DEEP",
        name: "Deep Basin",
        province: "AB",
        areas: ["Wapiti", "Kakwa", "Elmworth", "Gold Creek"],
        pads: 26,
        survey: Survey::Dominion { townships: (60, 13), ranges: (2, 11), meridian: 6 },
    },
    Region {
        code: "MONT",
        name: "Montney North",
        province: "BC",
        areas: ["Altares", "Blueberry", "Inga", "Town"],
        pads: 22,
        survey: Survey::Topographic { series: 94, letters: b"ABGH" },
    },
    Region {
        code: "KAYB",
        name: "Kaybob Duvernay",
        province: "AB",
        areas: ["Kaybob", "Fox Creek", "Waskahigan", "Simonette"],
        pads: 18,
        survey: Survey::Dominion { townships: (56, 10), ranges: (16, 11), meridian: 5 },
    },
    Region {
        code: "PEMB",
        name: "Pembina Cardium",
        province: "AB",
        areas: ["Pembina", "Willesden Green", "Ferrier", "Brazeau"],
        pads: 16,
        survey: Survey::Dominion { townships: (38, 13), ranges: (3, 11), meridian: 5 },
    },
    Region {
        code: "PEACE",
        name: "Peace River / Rivière de la Paix",
        province: "AB",
        areas: ["Dawson", "Gordondale", "Valhalla", "Progress"],
        pads: 10,
        survey: Survey::Dominion { townships: (76, 9), ranges: (5, 10), meridian: 6 },
    },
    Region {
        code: "SASK",
        name: "West Saskatchewan",
        province: "SK",
        areas: ["Kindersley", "Dodsland", "Lucky Hills", "Plover Lake"],
        pads: 8,
        survey: Survey::Dominion { townships: (27, 9), ranges: (18, 10), meridian: 3 },
    },
];

pub(crate) const REGION_COUNT: u32 = REGIONS.len() as u32;

const AREAS_A_REGION: u32 = 4;

pub(crate) const AREA_COUNT: u32 = REGION_COUNT * AREAS_A_REGION;

/// Where a pad lies: the indexes of its region and area.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) region: u32,
    pub(crate) area: u32,
}

impl Place {
    pub(crate) fn of_pad(plan: &Plan, pad: u32) -> Place {
        let mut dice = plan.dice(Aspect::Pad, pad);
        let mut left = dice.below(100);
        let mut region = 0;
        while left >= REGIONS[region].pads {
            left -= REGIONS[region].pads;
            region += 1;
        }
        let region = region as u32;
        Place { region, area: region * AREAS_A_REGION + dice.below(u64::from(AREAS_A_REGION)) as u32 }
    }

    pub(crate) fn survey(self) -> &'static Survey {
        &REGIONS[self.region as usize].survey
    }

    pub(crate) fn province(self) -> &'static str {
        REGIONS[self.region as usize].province
    }

    pub(crate) fn area_name(self) -> &'static str {
        area_name(self.area)
    }
}

fn area_name(area: u32) -> &'static str {
    REGIONS[(area / AREAS_A_REGION) as usize].areas[(area % AREAS_A_REGION) as usize]
}

pub(crate) fn write_region(version: &Version<'_>, json: &mut Json<'_>) {
    let region = &REGIONS[version.index as usize];
    json.text("CODE", region.code);
    json.text("NAME", region.name);
    json.integer("ORDER", i64::from(version.index + 1) * 10);
    json.text("PROVINCE", region.province);
    json.reference("MANAGER", version.plan.id(Kind::User, 1 + version.index));
}

pub(crate) fn write_area(version: &Version<'_>, json: &mut Json<'_>) {
    let region = version.index / AREAS_A_REGION;
    let code = format!("{}-{}", REGIONS[region as usize].code, version.index % AREAS_A_REGION + 1);
    json.text("CODE", &code);
    json.text("NAME", area_name(version.index));
    json.integer("ORDER", i64::from(version.index + 1) * 10);
    json.reference("REGION", version.plan.id(Kind::Region, region));
}
