// Rows made from their number alone, so a million of them cost nothing until they are looked at.
import type { Cell, Column, ColumnKind, DataNode, DocumentView, Filter, GridQuery } from "../types";

type Make = (row: number) => string | null;
type FakeColumn = Column & { make: Make; label?: Make };
type FakeView = { title: string; rows: number; columns: FakeColumn[] };

const REGIONS = ["Montney", "Duvernay", "Cardium", "Viking", "Bakken", "Clearwater"];
const STATUS = ["Draft", "In review", "Approved", "Closed", "Rejected"];
const TYPES = ["Drilling", "Completion", "Facility", "Abandonment", "Workover"];
const PARTNERS = ["Caribou Energy", "Blackfoot Resources", "North Fork Oil", "Tamarack Petroleum", "Lynx Midstream"];
const PEOPLE = ["Ana Reyes", "Tom Willard", "Priya Natarajan", "Jean Bouchard", "Mei Chen"];

/** Spreads row numbers evenly over 2^32; the same number always lands in the same place. */
function mix(row: number, salt: number): number {
  let h = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return (h ^ (h >>> 13)) >>> 0;
}
const pick = (list: string[], salt: number) => (row: number) => list[mix(row, salt) % list.length] ?? null;
const id = (prefix: string, row: number) => `${prefix}${String(row).padStart(7, "0")}`;
const afeNumber = (row: number) => `AFE-${2019 + (row % 7)}-${String(row % 100000).padStart(5, "0")}`;
const money = (salt: number) => (row: number) => {
  const cents = mix(row, salt) % 900_000_000;
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
};
const day = (salt: number) => (row: number) => {
  const at = new Date(Date.UTC(2019, 0, 1) + (mix(row, salt) % 2500) * 86_400_000);
  return at.toISOString().slice(0, 10);
};
function column(name: string, kind: ColumnKind, make: Make, refersTo: string | null = null, label?: Make): FakeColumn {
  return label ? { name, kind, make, refersTo, label } : { name, kind, make, refersTo };
}

function views(afes: number): Record<string, FakeView> {
  const wells = Math.max(1, Math.floor(afes / 3));
  const well = (row: number) => mix(row, 9) % wells;
  const wide = Array.from({ length: 24 }, (_, i) => column(`COST_CODE_${8000 + i * 10}`, "number", money(40 + i)));
  return {
    AFE: {
      title: "AFE",
      rows: afes,
      columns: [
        column("DOCUMENT_ID", "text", (row) => id("a", row)),
        column("AFE_NUMBER", "text", afeNumber),
        column("NAME", "text", (row) => `${pick(TYPES, 1)(row)} ${pick(REGIONS, 2)(row)} ${row}`),
        column("STATUS", "text", pick(STATUS, 3)),
        column("TOTAL_GROSS", "number", money(4)),
        column("TOTAL_NET", "number", (row) => (mix(row, 5) % 11 === 0 ? null : money(5)(row))),
        column(
          "WELL",
          "reference",
          (row) => id("w", well(row)),
          "WELL",
          (row) => `${pick(REGIONS, 2)(row)} 0${well(row) % 9}-1${well(row) % 10}-042-06W5`,
        ),
        column("APPROVED_DATE", "date", (row) => (mix(row, 3) % 5 < 2 ? null : day(6)(row))),
        column("IS_SUPPLEMENT", "boolean", (row) => (mix(row, 7) % 6 === 0 ? "true" : "false")),
        column("OWNER", "text", pick(PEOPLE, 8)),
        ...wide,
      ],
    },
    AFE_CUSTOM: {
      title: "Custom fields",
      rows: afes,
      columns: [
        column("DOCUMENT_ID", "text", (row) => id("a", row)),
        column("REGION", "text", pick(REGIONS, 2)),
        column("BUDGET_YEAR", "number", (row) => String(2019 + (row % 7))),
      ],
    },
    AFE_LINE_ITEMS: {
      title: "Line items",
      rows: afes * 4,
      columns: [
        column("DOCUMENT_ID", "text", (row) => id("a", Math.floor(row / 4))),
        column("LIST_INDEX", "number", (row) => String(row % 4)),
        column("ACCOUNT", "text", (row) => `${8000 + (mix(row, 20) % 90) * 10}`),
        column("AMOUNT", "number", money(21)),
        column(
          "DESCRIPTION",
          "text",
          pick(["Casing", "Mud and chemicals", "Rig day rate", "Trucking", "Wireline"], 22),
        ),
      ],
    },
    AFE_PARTNERS: {
      title: "Partners",
      rows: afes * 2,
      columns: [
        column("DOCUMENT_ID", "text", (row) => id("a", Math.floor(row / 2))),
        column("PARTNER", "reference", (row) => id("c", mix(row, 30) % 5), "COMPANY", pick(PARTNERS, 30)),
        column("WORKING_INTEREST", "number", (row) => `${mix(row, 31) % 100}.${mix(row, 32) % 10}`),
      ],
    },
    WELL: {
      title: "WELL",
      rows: wells,
      columns: [
        column("DOCUMENT_ID", "text", (row) => id("w", row)),
        column("NAME", "text", (row) => `${pick(REGIONS, 2)(row)} 0${row % 9}-1${row % 10}-042-06W5`),
        column("REGION", "text", pick(REGIONS, 2)),
        column("SPUD_DATE", "date", day(50)),
        column("TOTAL_DEPTH", "number", (row) => String(1200 + (mix(row, 51) % 4000))),
      ],
    },
    COMPANY: {
      title: "COMPANY",
      rows: PARTNERS.length,
      columns: [
        column("DOCUMENT_ID", "text", (row) => id("c", row)),
        column("NAME", "text", (row) => PARTNERS[row] ?? null),
      ],
    },
    // Documents of every type: each row says whose it is.
    EXECUTE_DOCUMENTS_LATEST: {
      title: "All documents",
      rows: afes + wells,
      columns: [
        column("BATCH_DATE", "date", day(60)),
        column("TYPE", "text", (row) => (row < afes ? "AFE" : "WELL")),
        column("ID", "text", (row) => (row < afes ? id("a", row) : id("w", row - afes))),
        column("VERSION", "number", (row) => String(1 + (mix(row, 61) % 40))),
        column("DATA", "text", (row) => `{"DOCUMENT_ID":"${row}"}`),
      ],
    },
    // Nothing in it: an empty view is a state of its own.
    RFE: {
      title: "RFE",
      rows: 0,
      columns: [column("DOCUMENT_ID", "text", () => null), column("NAME", "text", () => null)],
    },
  };
}

export class FakeData {
  private readonly views: Record<string, FakeView>;
  private readonly orders = new Map<string, Uint32Array>();

  constructor(readonly afes: number) {
    this.views = views(afes);
  }

  tree(): DataNode[] {
    const leaf = (view: string, docType = view): DataNode => ({
      view,
      title: this.views[view]?.title ?? view,
      docType,
      children: [],
    });
    const lists = ["AFE_CUSTOM", "AFE_LINE_ITEMS", "AFE_PARTNERS"].map((view) => leaf(view, "AFE"));
    const all = { ...leaf("EXECUTE_DOCUMENTS_LATEST"), docType: null };
    return [{ ...leaf("AFE"), children: lists }, leaf("WELL"), leaf("COMPANY"), leaf("RFE"), all];
  }

  columns(query: GridQuery): Column[] {
    return this.chosen(query).map(({ name, kind, refersTo }) => ({ name, kind, refersTo }));
  }

  count(query: GridQuery): number {
    return this.order(query)?.length ?? this.view(query).rows;
  }

  rows(query: GridQuery, offset: number, limit: number): Cell[][] {
    const order = this.order(query);
    const columns = this.chosen(query);
    const until = Math.min(offset + limit, this.count(query));
    const rows: Cell[][] = [];
    for (let at = offset; at < until; at += 1) {
      const row = order ? (order[at] ?? 0) : at;
      rows.push(
        columns.map((c) => {
          const label = c.label?.(row);
          return label ? { text: c.make(row), label } : { text: c.make(row) };
        }),
      );
    }
    return rows;
  }

  document(docType: string, documentId: string): DocumentView | null {
    const view = this.views[docType];
    const row = Number(documentId.slice(1));
    if (!view || !(row < view.rows)) return null;
    const fields = view.columns.slice(1).map((c) => {
      const value = c.make(row);
      const to = c.refersTo && value ? { docType: c.refersTo, id: value, name: c.label?.(row) ?? value } : null;
      return { path: c.name, value, reference: to, items: null };
    });
    if (docType === "AFE") {
      fields.push({ path: "CUSTOM.REGION", value: pick(REGIONS, 2)(row), reference: null, items: null });
      fields.push({ path: "LINE_ITEMS", value: null, reference: null, items: 4 } as never);
    }
    const raw = Object.fromEntries(fields.map((f) => [f.path, f.value]));
    return {
      docType,
      id: documentId,
      version: String(3_000_000_000_000_000_000n + BigInt(row)),
      name: fields.find((f) => f.path === "NAME")?.value ?? null,
      author: { docType: "USER", id: `u${row % 5}`, name: pick(PEOPLE, 8)(row) ?? "" },
      date: "2026-10-02T14:21:00Z",
      deleted: false,
      fields,
      raw: `${JSON.stringify({ DOCUMENT_ID: documentId, $TYPE: docType, ...raw }).slice(0, -1)},"NOTE":"<b>text, not markup</b>"}`,
      rawCut: false,
    };
  }

  private view(query: GridQuery): FakeView {
    const view = this.views[query.view];
    if (!view) throw new Error(`no view ${query.view}`);
    return view;
  }

  private chosen(query: GridQuery): FakeColumn[] {
    const { columns } = this.view(query);
    if (query.columns.length === 0) return columns;
    return query.columns.flatMap((name) => columns.filter((c) => c.name === name));
  }

  /** Row numbers after filter and sort; none where the natural order is asked for. */
  private order(query: GridQuery): Uint32Array | null {
    if (query.sort.length === 0 && query.filters.length === 0) return null;
    const key = JSON.stringify([query.view, query.sort, query.filters]);
    const known = this.orders.get(key);
    if (known) return known;
    const view = this.view(query);
    const found: number[] = [];
    for (let row = 0; row < view.rows; row += 1) {
      if (query.filters.every((filter) => passes(view, filter, row))) found.push(row);
    }
    for (const { column: name, descending } of query.sort.toReversed()) {
      const by = view.columns.find((c) => c.name === name);
      if (!by) continue;
      const value = (row: number) => (by.kind === "number" ? Number(by.make(row) ?? Number.NaN) : (by.make(row) ?? ""));
      const values = new Map(found.map((row) => [row, value(row)]));
      const get = (row: number) => values.get(row) ?? "";
      found.sort((a, b) => (get(a) < get(b) ? -1 : get(a) > get(b) ? 1 : 0) * (descending ? -1 : 1));
    }
    const order = Uint32Array.from(found);
    this.orders.set(key, order);
    return order;
  }
}

function passes(view: FakeView, filter: Filter, row: number): boolean {
  const by = view.columns.find((c) => c.name === filter.column);
  const text = by?.make(row) ?? null;
  const shown = by?.label?.(row) ?? text ?? "";
  const number = by?.kind === "number";
  switch (filter.test) {
    case "empty":
      return text === null;
    case "not_empty":
      return text !== null;
    case "contains":
      return shown.toLowerCase().includes(filter.value.toLowerCase());
    case "equals":
      return text === filter.value;
    case "not_equals":
      return text !== filter.value;
    case "starts_with":
      return shown.startsWith(filter.value);
    case "at_least":
      return text !== null && (number ? Number(text) >= Number(filter.value) : text >= filter.value);
    case "at_most":
      return text !== null && (number ? Number(text) <= Number(filter.value) : text <= filter.value);
  }
}
