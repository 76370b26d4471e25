// One document: its fields, its text as it came, and what it points at. Content is only ever text.
import { ActionIcon, Anchor, CloseButton, SegmentedControl } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import type { DataNode, DocumentView, FieldValue } from "@/ipc/types";
import { Copy } from "@/shared/copy";
import { counted } from "@/shared/format";
import { BackIcon } from "@/shared/icons";
import { routes } from "@/shared/routes";
import { ErrorNote, Loading } from "@/shared/states";
import { Time } from "@/shared/time";
import { rootOf, useDocument } from "./api";
import classes from "./data.module.css";
import type { DocumentKey } from "./grid-columns";

type Props = DocumentKey & {
  id: string;
  tree: DataNode[];
  onFollow: (to: DocumentKey) => void;
  onClose: () => void;
};

export function Inspector({ id, docType, documentId, tree, onFollow, onClose }: Props) {
  const document = useDocument(id, docType, documentId);
  const [tab, setTab] = useState<"fields" | "raw">("fields");
  const { trail, go } = useTrail({ docType, documentId }, onFollow);
  const body = useRef<HTMLElement>(null);
  const back = trail.at(-1);
  const follow = (to: DocumentKey) => go(to, [...trail, { docType, documentId }]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another document is the reason to go to its top
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0;
  }, [docType, documentId, tab]);
  return (
    <aside
      className={classes.inspector}
      aria-label="Document"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div className={classes.inspectorHead}>
        {back && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Back to ${back.docType} ${back.documentId}`}
            onClick={() => go(back, trail.slice(0, -1))}
          >
            <BackIcon />
          </ActionIcon>
        )}
        <div className={classes.inspectorTitle}>
          <h2>{document.data?.name ?? documentId}</h2>
          <p className="muted">
            {docType} · {documentId}
          </p>
          {document.data && <Written document={document.data} />}
        </div>
        <CloseButton aria-label="Close the document" onClick={onClose} />
      </div>
      <div className={classes.inspectorTabs}>
        <SegmentedControl
          size="xs"
          aria-label="Show"
          value={tab}
          onChange={(next) => setTab(next as "fields" | "raw")}
          data={[
            { value: "fields", label: "Fields" },
            { value: "raw", label: "As it came" },
          ]}
        />
      </div>
      <section
        ref={body}
        className={classes.inspectorBody}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={tab === "fields" ? "Fields" : "Text as it came"}
      >
        {document.isPending && <Loading label="Loading the document" />}
        {document.error && <ErrorNote error={document.error} />}
        {document.data && tab === "fields" && <Fields id={id} tree={tree} document={document.data} follow={follow} />}
        {document.data && tab === "raw" && <Raw document={document.data} />}
      </section>
    </aside>
  );
}

/** The documents from which this one was reached by following; none if it was opened in another way, as in the grid. */
function useTrail({ docType, documentId }: DocumentKey, onFollow: (to: DocumentKey) => void) {
  const [way, setWay] = useState<{ to: DocumentKey; trail: DocumentKey[] } | null>(null);
  const isThere = way?.to.docType === docType && way.to.documentId === documentId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step is taken before its document is there
  useEffect(() => {
    if (!isThere) setWay(null);
  }, [docType, documentId]);
  const go = (to: DocumentKey, trail: DocumentKey[]) => {
    setWay({ to, trail });
    onFollow(to);
  };
  return { trail: isThere ? way.trail : [], go };
}

function Written({ document }: { document: DocumentView }) {
  return (
    <p className="muted">
      Version {document.version} · <Time at={document.date} />
      {document.author && ` · ${document.author.name}`}
      {document.deleted && " · deleted in Execute"}
    </p>
  );
}

type FieldsProps = { id: string; tree: DataNode[]; document: DocumentView; follow: (to: DocumentKey) => void };

function Fields({ id, tree, document, follow }: FieldsProps) {
  return (
    <dl style={{ margin: 0 }}>
      {document.fields.map((field) => (
        <div key={field.path} className={classes.field}>
          <dt>{field.path}</dt>
          <dd>
            <Value id={id} tree={tree} document={document} field={field} follow={follow} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ id, tree, document, field, follow }: FieldsProps & { field: FieldValue }) {
  const { reference } = field;
  if (reference) {
    const { docType } = reference;
    // Nothing says what it points at, so there is nowhere to follow it to.
    if (docType === null) return reference.name;
    return (
      <Anchor
        component="button"
        type="button"
        ta="left"
        title={`${docType} ${reference.id}`}
        onClick={() => follow({ docType, documentId: reference.id })}
      >
        {reference.name}
      </Anchor>
    );
  }
  if (field.items !== null) {
    const view = `${document.docType}_${field.path.replaceAll(".", "_")}`;
    const there = rootOf(tree, view) !== undefined;
    const words = counted(field.items, "item");
    if (!there) return words;
    const filters = [{ column: "DOCUMENT_ID", test: "equals", value: document.id }];
    return (
      <Anchor component={Link} to={routes.data(id, view)} state={{ filters }}>
        {words}
      </Anchor>
    );
  }
  return field.value === null ? <span className="muted">–</span> : field.value;
}

function Raw({ document }: { document: DocumentView }) {
  return (
    <>
      <Copy text={document.raw} mb="xs" />
      {document.rawCut && <p className="muted">Only the first megabyte is shown.</p>}
      <pre className={`mono ${classes.raw}`}>{document.raw}</pre>
    </>
  );
}
