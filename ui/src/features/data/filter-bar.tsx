// The filters in force, each of which can be taken away, and the popover that adds one.
import { Button, Group, Pill, Popover, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Column, Filter, FilterTest } from "@/ipc/types";
import { FilterIcon } from "@/shared/icons";
import classes from "./data.module.css";
import { filterWords, needsValue, readNumber, TEST_WORDS, testsFor } from "./filters";

type Props = {
  columns: Column[];
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
  /** The column the popover is open for; none = closed. */
  adding: string | null;
  setAdding: (column: string | null) => void;
};

export function FilterButton({ columns, filters, onChange, adding, setAdding }: Props) {
  return (
    <Popover
      opened={adding !== null}
      onChange={(opened) => !opened && setAdding(null)}
      position="bottom-start"
      shadow="md"
      trapFocus
      returnFocus
      withinPortal
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<FilterIcon size={14} />}
          onClick={() => setAdding(adding === null ? (columns[0]?.name ?? null) : null)}
        >
          Filter
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Add a filter">
        {adding !== null && (
          <FilterForm
            key={adding}
            columns={columns}
            first={adding}
            add={(filter) => {
              onChange([...filters, filter]);
              setAdding(null);
            }}
          />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

export function FilterPills({ filters, onChange }: Pick<Props, "filters" | "onChange">) {
  if (filters.length === 0) return null;
  return (
    <div className={classes.pills}>
      {filters.map((filter, i) => (
        <Pill
          key={filterWords(filter)}
          withRemoveButton
          removeButtonProps={{
            "aria-label": `Remove the filter ${filterWords(filter)}`,
            tabIndex: 0,
            "aria-hidden": false,
          }}
          onRemove={() => onChange(filters.filter((_, at) => at !== i))}
        >
          {filterWords(filter)}
        </Pill>
      ))}
    </div>
  );
}

function FilterForm({ columns, first, add }: { columns: Column[]; first: string; add: (filter: Filter) => void }) {
  const kindOf = (name: string) => columns.find((column) => column.name === name)?.kind ?? "text";
  const [column, setColumn] = useState(first);
  const [test, setTest] = useState<FilterTest>(testsFor(kindOf(first))[0] ?? "equals");
  const [value, setValue] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const kind = kindOf(column);
  const ready = !needsValue(test) || value !== "";
  const submit = () => {
    if (!needsValue(test)) return add({ column, test, value: "" });
    const read = kind === "number" ? readNumber(value) : value;
    if (read !== null) return add({ column, test, value: read });
    setProblem("This is not a number. Write it like 1250.75 or 1,000,000.");
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) submit();
      }}
    >
      <Stack gap="sm" w={260}>
        <Select
          label="Column"
          size="xs"
          searchable
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          data={columns.map((each) => each.name)}
          value={column}
          onChange={(next) => {
            if (!next) return;
            setColumn(next);
            setTest(testsFor(kindOf(next))[0] ?? "equals");
            setProblem(null);
          }}
        />
        <Select
          label="Comparison"
          size="xs"
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          data={testsFor(kind).map((each) => ({ value: each, label: TEST_WORDS[each] }))}
          value={test}
          onChange={(next) => next && setTest(next as FilterTest)}
        />
        {needsValue(test) && (
          <TextInput
            label="Value"
            size="xs"
            data-autofocus
            inputMode={kind === "number" ? "decimal" : "text"}
            placeholder={kind === "date" ? "2026-01-31" : kind === "boolean" ? "true or false" : ""}
            value={value}
            error={problem}
            onChange={(event) => {
              setValue(event.currentTarget.value);
              setProblem(null);
            }}
          />
        )}
        <Group justify="flex-end">
          <Button type="submit" size="xs" disabled={!ready}>
            Add filter
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
