// The words for filters, and which comparisons make sense for which columns. Pure.
import type { ColumnKind, Filter, FilterTest } from "@/ipc/types";

export const TEST_WORDS: Record<FilterTest, string> = {
  contains: "contains",
  equals: "is",
  not_equals: "is not",
  starts_with: "begins with",
  at_least: "at least",
  at_most: "at most",
  empty: "is empty",
  not_empty: "is not empty",
};

const TEXT: FilterTest[] = ["contains", "equals", "not_equals", "starts_with", "empty", "not_empty"];
const ORDERED: FilterTest[] = ["equals", "not_equals", "at_least", "at_most", "empty", "not_empty"];
const BOOLEAN: FilterTest[] = ["equals", "empty", "not_empty"];

export function testsFor(kind: ColumnKind): FilterTest[] {
  switch (kind) {
    case "number":
    case "date":
      return ORDERED;
    case "boolean":
      return BOOLEAN;
    case "text":
    case "reference":
      return TEXT;
  }
}

export function needsValue(test: FilterTest): boolean {
  return test !== "empty" && test !== "not_empty";
}

export function filterWords(filter: Filter): string {
  const value = needsValue(filter.test) ? ` ${filter.value}` : "";
  return `${filter.column} ${TEST_WORDS[filter.test]}${value}`;
}

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** As this app writes numbers; a comma anywhere else may stand for the decimal point, so it is not guessed at. */
const GROUPED = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/;

/** A number that a person typed, as the core reads it; none if it is no number. */
export function readNumber(text: string): string | null {
  const typed = text.trim();
  const plain = GROUPED.test(typed) ? typed.replaceAll(",", "") : typed;
  return PLAIN.test(plain) && Number.isFinite(Number(plain)) ? plain : null;
}
