// Which columns are shown, and which stay in view.
import { ActionIcon, Button, Checkbox, Popover, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { ColumnsIcon, PinIcon } from "@/shared/icons";
import classes from "./data.module.css";
import { type GridTable, togglePin } from "./grid-columns";

export function ColumnChooser({ table }: { table: GridTable }) {
  const [find, setFind] = useState("");
  const all = table.getAllLeafColumns();
  const shown = table.getVisibleLeafColumns().length;
  const found = all.filter((column) => column.id.toLowerCase().includes(find.toLowerCase()));
  return (
    <Popover position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<ColumnsIcon size={14} />}>
          {shown === all.length ? "Columns" : `Columns (${shown} of ${all.length})`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Stack gap="sm" w={260}>
          <TextInput
            size="xs"
            aria-label="Find a column"
            placeholder="Find a column"
            data-autofocus
            value={find}
            onChange={(event) => setFind(event.currentTarget.value)}
          />
          <div className={classes.columnList}>
            {found.map((column) => (
              <div key={column.id} className={classes.columnRow}>
                <Checkbox
                  size="xs"
                  label={column.id}
                  checked={column.getIsVisible()}
                  disabled={!column.getCanHide()}
                  onChange={(event) => column.toggleVisibility(event.currentTarget.checked)}
                />
                {column.getCanPin() && (
                  <ActionIcon
                    size="sm"
                    variant="subtle"
                    color={column.getIsPinned() ? "accent" : "gray"}
                    aria-label={`Pin ${column.id}`}
                    aria-pressed={column.getIsPinned() !== false}
                    onClick={() => togglePin(column)}
                  >
                    <PinIcon size={14} filled={column.getIsPinned() !== false} />
                  </ActionIcon>
                )}
              </div>
            ))}
          </div>
          <Button.Group>
            <Button size="xs" variant="default" onClick={() => table.toggleAllColumnsVisible(true)}>
              Show all
            </Button>
            <Button size="xs" variant="default" onClick={() => table.toggleAllColumnsVisible(false)}>
              Hide all but the first
            </Button>
          </Button.Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
