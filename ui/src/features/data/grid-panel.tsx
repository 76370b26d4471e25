// A view: its tools, its filters, its grid.
import { Button, Select } from "@mantine/core";
import { type ReactNode, useMemo, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { useDoor } from "@/ipc/door-context";
import type { Column, DataNode, Filter } from "@/ipc/types";
import { counted } from "@/shared/format";
import { ExportIcon } from "@/shared/icons";
import { routes } from "@/shared/routes";
import { Empty, Loading } from "@/shared/states";
import { rootOf, titleOf, useView } from "./api";
import { ColumnChooser } from "./column-chooser";
import { copyRange } from "./copy-range";
import classes from "./data.module.css";
import { flatten } from "./data-tree";
import { ExportDialog } from "./export-dialog";
import { FilterButton, FilterPills } from "./filter-bar";
import { Grid } from "./grid";
import { type DocumentKey, identityOf, useGridQuery, useGridTable } from "./grid-columns";
import { OpenIn } from "./open-in";
import { ViewFailed } from "./view-failed";

type Props = {
  id: string;
  view: string;
  tree: DataNode[];
  openDocument: DocumentKey | null;
  onOpen: (document: DocumentKey) => void;
  onClose: () => void;
};

/** What a link to a view may bring along. */
export type Given = { filters?: Filter[] } | null;

export function GridPanel(props: Props) {
  const given = (useLocation().state as Given)?.filters;
  const [filters, setFilters] = useState<Filter[]>(given ?? []);
  const view = useView(props.id, props.view, filters);
  const failed = view.error && (
    <ViewFailed
      error={view.error}
      retry={() => void view.retry()}
      clear={filters.length > 0 ? () => setFilters([]) : null}
    />
  );
  if (!view.columns) {
    if (failed) return <div style={{ flex: 1 }}>{failed}</div>;
    return (
      <div style={{ padding: "0 16px", flex: 1 }}>
        <Loading label="Loading the view" rows={12} />
      </div>
    );
  }
  return <LoadedPanel {...props} {...{ columns: view.columns, rows: view.rows, failed, filters, setFilters }} />;
}

type LoadedProps = Props & {
  columns: Column[];
  rows: number | null;
  /** Why there are no rows to show; the filters stay, since one of them may be the reason. */
  failed: ReactNode;
  filters: Filter[];
  setFilters: (filters: Filter[]) => void;
};

function LoadedPanel({
  id,
  view,
  tree,
  columns,
  rows,
  failed,
  filters,
  setFilters,
  openDocument,
  onOpen,
  onClose,
}: LoadedProps) {
  const door = useDoor();
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const root = rootOf(tree, view);
  const docType = root?.docType ?? null;
  const identity = useMemo(() => identityOf(columns, docType), [columns, docType]);
  const table = useGridTable(id, view, columns, identity);
  const query = useGridQuery(view, table, columns, filters);
  const [adding, setAdding] = useState<string | null>(null);
  const title = titleOf(tree, view);
  const setAsk = (ask: string | null) =>
    setSearch((now) => {
      if (ask === null) now.delete("ask");
      else now.set("ask", ask);
      return now;
    });
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.tools}>
        <Select
          className={classes.pick ?? ""}
          size="xs"
          aria-label="View"
          searchable
          allowDeselect={false}
          data={flatten(tree)}
          value={view}
          onChange={(next) => next && void navigate(routes.data(id, next))}
        />
        <h2 className={classes.title}>{title}</h2>
        <span className="muted" role="status">
          {failed ? "" : rows === null ? "Counting…" : counted(rows, "row")}
        </span>
        <span className={classes.spring} />
        <FilterButton columns={columns} filters={filters} onChange={setFilters} adding={adding} setAdding={setAdding} />
        <ColumnChooser table={table} />
        <OpenIn id={id} />
        <Button
          size="xs"
          variant="default"
          leftSection={<ExportIcon size={14} />}
          disabled={rows === 0 || failed !== null}
          onClick={() => setAsk("export")}
        >
          Export…
        </Button>
      </div>
      <FilterPills filters={filters} onChange={setFilters} />
      {failed ??
        (rows === 0 ? (
          <Nothing filtered={filters.length > 0} clear={() => setFilters([])} />
        ) : (
          <Grid
            id={id}
            label={title}
            query={query}
            table={table}
            columns={columns}
            rows={rows}
            filters={filters}
            docType={docType}
            identity={identity}
            openDocument={openDocument}
            onOpen={onOpen}
            onClose={onClose}
            onCopy={(range, chosen) => void copyRange(door, id, query, range, chosen)}
            onFilter={setAdding}
          />
        ))}
      <ExportDialog
        opened={search.get("ask") === "export"}
        close={() => setAsk(null)}
        id={id}
        title={title}
        query={query}
        rows={rows}
        columns={table.getVisibleLeafColumns().length}
      />
    </section>
  );
}

function Nothing({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  if (!filtered) return <Empty title="No rows">Execute has none of these so far.</Empty>;
  return (
    <Empty
      title="No row matches"
      action={
        <Button variant="default" onClick={clear}>
          Clear the filters
        </Button>
      }
    >
      Widen or remove a filter.
    </Empty>
  );
}
