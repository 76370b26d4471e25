// The data of a profile: the tree on the left, a view as a grid, a document beside it.
import { Button } from "@mantine/core";
import { Navigate, useParams, useSearchParams } from "react-router";
import { useProfile } from "@/shared/app-state";
import { routes } from "@/shared/routes";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { rootOf, useTree } from "./api";
import classes from "./data.module.css";
import { DataTree } from "./data-tree";
import type { DocumentKey } from "./grid-columns";
import { GridPanel } from "./grid-panel";
import { Inspector } from "./inspector";

export function DataPage() {
  const { id = "", view } = useParams();
  const profile = useProfile(id);
  const tree = useTree(id);
  const [search, setSearch] = useSearchParams();
  if (!profile) return null;
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
  if (!first) {
    return (
      <Empty title={profile.progress ? "The first documents are on their way" : "No data yet"}>
        {profile.progress ? "They appear here after the first page." : "Sync this profile to see its documents here."}
      </Empty>
    );
  }
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
          key={`${id}/${view}`}
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
