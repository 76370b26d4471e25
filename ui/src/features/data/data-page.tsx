// The data of a profile: the tree on the left, a view as a grid, a document beside it.
import { Button } from "@mantine/core";
import { useState } from "react";
import { Navigate, useLocation, useParams, useSearchParams } from "react-router";
import { asIpcError } from "@/ipc/door";
import type { ProfileSummary } from "@/ipc/types";
import { useProfile } from "@/shared/app-state";
import { routes } from "@/shared/routes";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { rootOf, useTree } from "./api";
import classes from "./data.module.css";
import { DataTree } from "./data-tree";
import type { DocumentKey } from "./grid-columns";
import { type Given, GridPanel } from "./grid-panel";
import { Inspector } from "./inspector";

export function DataPage() {
  const { id = "", view } = useParams();
  const profile = useProfile(id);
  const tree = useTree(id, Boolean(profile?.progress));
  const [search, setSearch] = useSearchParams();
  const begun = useBegun();
  if (!profile) return null;
  if (!tree.data && isBeforeFirstPage(profile, tree)) return <NoData profile={profile} />;
  if (tree.error) {
    return (
      <div style={{ padding: 24 }}>
        <ErrorNote error={tree.error}>
          <Button size="xs" variant="default" onClick={() => void tree.refetch()}>
            Try again
          </Button>
        </ErrorNote>
      </div>
    );
  }
  if (!tree.data) {
    return (
      <div style={{ padding: 24 }}>
        <Loading label="Loading the types" />
      </div>
    );
  }
  const first = tree.data[0];
  if (!first) return <NoData profile={profile} />;
  if (view === undefined || !rootOf(tree.data, view)) return <Navigate replace to={routes.data(id, first.view)} />;

  const docType = search.get("type");
  const documentId = search.get("doc");
  const shown: DocumentKey | null = docType !== null && documentId !== null ? { docType, documentId } : null;
  const open = (to: DocumentKey) =>
    setSearch({ type: to.docType, doc: to.documentId }, { replace: documentId !== null });
  const close = () => setSearch({});
  return (
    <div className={classes.page}>
      <DataTree id={id} tree={tree.data} view={view} />
      <div className={classes.main}>
        <GridPanel
          key={`${id}/${view}/${begun}`}
          id={id}
          view={view}
          tree={tree.data}
          openDocument={shown}
          onOpen={open}
          onClose={close}
        />
        {shown && <Inspector id={id} {...shown} tree={tree.data} onFollow={open} onClose={close} />}
      </div>
    </div>
  );
}

/** Names the last link that brought filters: it begins a view anew, even the one that is shown. A document opened does not. */
function useBegun(): string {
  const { key, state } = useLocation();
  const [begun, setBegun] = useState(key);
  const isNew = key !== begun && (state as Given)?.filters !== undefined;
  if (isNew) setBegun(key);
  return isNew ? key : begun;
}

/** Never synced, there is no database to be read yet; while it is looked for again and again, that is no failure either. */
function isBeforeFirstPage(profile: ProfileSummary, tree: { error: unknown; errorUpdateCount: number }): boolean {
  if (profile.lastSyncedAt !== null) return false;
  return profile.progress ? tree.errorUpdateCount > 0 : asIpcError(tree.error).code === "configuration";
}

function NoData({ profile }: { profile: ProfileSummary }) {
  if (profile.progress) {
    return <Empty title="The first documents are on their way">They appear here after the first page.</Empty>;
  }
  if (profile.lastSyncedAt === null) {
    return <Empty title="No data yet">Sync this profile to see its documents here.</Empty>;
  }
  return (
    <Empty title="The database is not there">
      It was there before. Put it back, or sync to read everything into a new one.
    </Empty>
  );
}
