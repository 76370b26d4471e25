// Documents that could not be stored: looked at, tried again, or closed by a person.
import { Button, Checkbox, Modal } from "@mantine/core";
import { useState } from "react";
import type { QuarantineView } from "@/ipc/types";
import { bytes, count, counted } from "@/shared/format";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { Time } from "@/shared/time";
import { useQuarantine, useQuarantineActions } from "./api";
import classes from "./history.module.css";

export function Quarantine({ id }: { id: string }) {
  const list = useQuarantine(id);
  const { retry, close } = useQuarantineActions(id);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [asking, setAsking] = useState(false);
  if (list.error) return <ErrorNote error={list.error} />;
  if (!list.data) return <Loading label="Loading the quarantine" />;
  const all = list.data.map((entry) => entry.entry);
  // Entries may have gone since they were ticked.
  const entries = all.filter((entry) => chosen.has(entry));
  const toggle = (entry: number) => {
    const next = new Set(chosen);
    if (!next.delete(entry)) next.add(entry);
    setChosen(next);
  };
  const error = retry.error ?? close.error;
  return (
    <div className={classes.quarantine}>
      {error && <ErrorNote error={error} />}
      {retry.data && (
        <p role="status" className={classes.result}>
          {counted(retry.data.stored, "document")} stored
          {retry.data.outdated > 0 && `; ${count(retry.data.outdated)} closed, as the same version came since`}
          {retry.data.stay.length > 0 &&
            `; ${count(retry.data.stay.length)} cannot be stored: ${retry.data.stay[0]?.[1]}`}
          .
        </p>
      )}
      {all.length === 0 ? (
        <Empty title="Nothing in quarantine">Documents that cannot be stored are kept here, with the reason.</Empty>
      ) : (
        <>
          <div className={classes.tools}>
            <Checkbox
              aria-label="All entries"
              checked={entries.length === all.length}
              indeterminate={entries.length > 0 && entries.length < all.length}
              onChange={() => setChosen(entries.length === all.length ? new Set() : new Set(all))}
            />
            <Button
              size="xs"
              loading={retry.isPending}
              onClick={() => retry.mutate(entries.length > 0 ? entries : all)}
            >
              {entries.length > 0 ? `Try ${count(entries.length)} again` : "Try all again"}
            </Button>
            <Button size="xs" variant="default" disabled={entries.length === 0} onClick={() => setAsking(true)}>
              Close…
            </Button>
          </div>
          <ul className={classes.entries}>
            {list.data.map((entry) => (
              <Entry
                key={entry.entry}
                entry={entry}
                chosen={chosen.has(entry.entry)}
                toggle={() => toggle(entry.entry)}
              />
            ))}
          </ul>
        </>
      )}
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Close ${counted(entries.length, "entry", "entries")}?`}
        closeButtonProps={{ "aria-label": "Cancel" }}
      >
        <p>
          They stay out of the data and are no longer counted. A document comes in once Execute sends it so that it can
          be stored.
        </p>
        <Button loading={close.isPending} onClick={() => close.mutate(entries, { onSettled: () => setAsking(false) })}>
          Close {counted(entries.length, "entry", "entries")}
        </Button>
      </Modal>
    </div>
  );
}

function Entry({ entry, chosen, toggle }: { entry: QuarantineView; chosen: boolean; toggle: () => void }) {
  const name = entry.id ? `${entry.docType ?? "Document"} ${entry.id}` : `Entry ${entry.entry}`;
  const [page, line] = entry.place;
  return (
    <li className={classes.entry}>
      <Checkbox aria-label={name} checked={chosen} onChange={toggle} mt={2} />
      <div>
        <p>
          <strong>{name}</strong>
          {entry.version && <span className="muted"> · version {entry.version}</span>}
        </p>
        <p>{entry.reason}</p>
        <p className="muted">
          Page {count(page)}, line {count(line)} · {bytes(entry.size)} · seen <Time at={entry.seen} />
        </p>
        <section
          className={`mono ${classes.text}`} // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
          tabIndex={0}
          aria-label={`Text of ${name}`}
        >
          {entry.text}
        </section>
      </div>
    </li>
  );
}
