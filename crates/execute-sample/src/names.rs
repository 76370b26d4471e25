//! Names of people and companies, all invented, and the remarks people write, with the characters people use.

/// The operator whose AFEs these are.
pub(crate) const OPERATOR: &str = "Larkspur Ridge Energy Ltd.";

const FIRST: [&str; 24] = [
    "Amélie", "Brent", "Chidi", "Dana", "Élodie", "Farid", "Grace", "Hamish", "Ingrid", "Jin", "Karla", "Liam",
    "Mónica", "Nadia", "Owen", "Priya", "Quentin", "Rosa", "Søren", "Tala", "Umar", "Vera", "Wes", "Zoë",
];

const LAST: [&str; 25] = [
    "Arsenault",
    "Bélanger",
    "Chen",
    "Dhaliwal",
    "Eriksen",
    "Fontaine",
    "Gauthier",
    "Hrynkiw",
    "Iverson",
    "Jacobs",
    "Kowalchuk",
    "Lefebvre",
    "MacLeod",
    "Nguyễn",
    "O'Neill",
    "Petrenko",
    "Quiring",
    "Reimer",
    "Singh",
    "Tremblay",
    "Ueda",
    "Villeneuve",
    "Whitford",
    "Yellowhorn",
    "Zaleski",
];

const COMPANY_FIRST: [&str; 28] = [
    "Amber",
    "Badger",
    "Cairn",
    "Drift",
    "Ember",
    "Foothill",
    "Granite",
    "Harrier",
    "Ironwood",
    "Juniper",
    "Kestrel",
    "Lodgepole",
    "Muskeg",
    "Nordegg",
    "Osprey",
    "Parkland",
    "Quarry",
    "Ravine",
    "Sable",
    "Tamarack",
    "Umber",
    "Vesper",
    "Willow",
    "Yarrow",
    "Aspen",
    "Birch",
    "Copper",
    "Dogwood",
];

const COMPANY_SECOND: [&str; 25] = [
    "Bay", "Bend", "Bluff", "Brook", "Butte", "Canyon", "Coulee", "Creek", "Crossing", "Falls", "Flats", "Fork",
    "Glen", "Hollow", "Lake", "Meadow", "Mesa", "Narrows", "Pass", "Peak", "Point", "Prairie", "Ridge", "Rock",
    "Valley",
];

const PARTNER_LAST: [&str; 6] =
    ["Resources Inc.", "Energy Corp.", "Petroleum Ltd.", "Exploration Partnership", "Royalty Trust", "Oil & Gas Co."];

const VENDOR_LAST: [&str; 9] = [
    "Drilling",
    "Well Service",
    "Trucking & Rentals",
    "Fracturing",
    "Inspection",
    "Environmental",
    "Wireline",
    "Fabrication",
    "Camps \"24/7\"",
];

/// First and last name of a person; 600 in a row have different ones.
pub(crate) fn person(index: u32) -> (&'static str, &'static str) {
    (FIRST[index as usize % FIRST.len()], LAST[(index as usize * 7 + 3) % LAST.len()])
}

/// The name of a partner; 700 in a row have different ones.
pub(crate) fn partner(index: u32) -> String {
    if index == 0 {
        return OPERATOR.to_owned();
    }
    company(index, PARTNER_LAST[index as usize * 5 % PARTNER_LAST.len()])
}

/// The name of a vendor; 700 in a row have different ones, none of them a partner's.
pub(crate) fn vendor(index: u32) -> String {
    company(index + 11, VENDOR_LAST[index as usize % VENDOR_LAST.len()])
}

fn company(index: u32, last: &str) -> String {
    let at = index as usize;
    format!("{} {} {last}", COMPANY_FIRST[at * 5 % COMPANY_FIRST.len()], COMPANY_SECOND[at * 7 % COMPANY_SECOND.len()])
}

/// Remarks, from the plain to the awkward: quotes, markup, line breaks, other scripts, emoji, U+2028.
pub(crate) const REMARKS: [&str; 18] = [
    "As discussed at the weekly drilling meeting.",
    "Surface access agreed with O'Neill & Söhne <land@example.com>.",
    "Tie-in < 2 km; \"hot tap\" at the partner's battery > 5,000 kPa.",
    "Spud after break-up 🛢️ – rig moves in 24 h 🚧",
    "Pièces jointes à l'AFE – voir « annexe B ».",
    "First line\u{2028}second line, pasted from a web page.",
    "Conditions:\n\t1) noise ≤ 40 dB(A)\n\t2) no winter access after 15 March",
    "Files: \\\\calgary\\afe$\\2024\\signed \"final (2)\".pdf",
    "日本側パートナーの承認待ち。",
    "Затраты уточнены после тендера.",
    "Cost-sharing per CAPL 2015, cl. 10.02(b); ¼ paid in advance.",
    "<b>Do not</b> release before J&V sign-off!",
    "Rates per MSA 2023-114, fuel surcharge 7½ %.",
    "Well control insurance: €2 M → C$3 M 💶",
    "Replaces e-mail of the 12th; ignore the \"old\" spreadsheet.",
    "Crew change on Thursdays 👷🏽‍♀️; camp is full until the 20th.",
    "See drawing A-104 rev. C; slope 1:3, ±0.5 °C at the separator.",
    "Zero-width\u{200b}space and non-breaking\u{a0}space from Word.",
];

/// Reasons for spending money.
pub(crate) const REASONS: [&str; 12] = [
    "Offset wells came on at 8.2 MMcf/d with 60 bbl/MMcf of condensate; this location is one spacing unit to the east.",
    "Economics at strip: payout in 14 months, P/I 1.4, IRR 48 % before tax.",
    "The lease expires unless drilling starts before the end of the quarter.",
    "Regulatory: required under Directive 088 within the closure quota of the year.",
    "Current line pressure limits production by 35 e3m3/d; looping the line removes the bottleneck.",
    "Integrity: the inline inspection of last fall found two features above the repair threshold.",
    "The partner holds 40 % and has already agreed by e-mail; the ballot follows.",
    "Deferral would cost a second mobilisation of the rig and the camp.",
    "Water comes from the third-party hub; trucking drops by 60 loads a well.",
    "Emissions: replaces 14 high-bleed controllers, eligible for offsets.",
    "Budgeted in the current year; scope unchanged from the capital book.",
    "Alternatives were looked at (do nothing, smaller compressor, third-party processing) and cost more over five years.",
];
