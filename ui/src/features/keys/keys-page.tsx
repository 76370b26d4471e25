// Key pairs for destinations that are opened with one: fingerprint, where it is kept, the SQL that registers it.
import { Button, Group, Modal, Text } from "@mantine/core";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { KeyView } from "@/ipc/types";
import { Copy } from "@/shared/copy";
import { Facts } from "@/shared/facts";
import { PlusIcon } from "@/shared/icons";
import { Page } from "@/shared/page";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { Time } from "@/shared/time";
import { useDeleteKey, useKeys } from "./api";
import { GenerateKey } from "./generate-key";
import classes from "./keys.module.css";

export function KeysPage() {
  const keys = useKeys();
  const [search, setSearch] = useSearchParams();
  const generate = (
    <Button leftSection={<PlusIcon />} onClick={() => setSearch({ ask: "generate" })}>
      Generate a key
    </Button>
  );
  const some = keys.data !== undefined && keys.data.length > 0;
  return (
    <Page
      title="Keys"
      lead="Key pairs for warehouses. The private half never leaves this computer."
      actions={some && generate}
    >
      {keys.error && <ErrorNote error={keys.error} />}
      {keys.isPending && <Loading label="Loading keys" />}
      {keys.data?.length === 0 && (
        <Empty title="No keys yet" action={generate}>
          SQLite needs none. Generate one to be ready for a destination that does.
        </Empty>
      )}
      {some && (
        <ul className={classes.list}>
          {keys.data.map((key) => (
            <Key key={key.id} pair={key} />
          ))}
        </ul>
      )}
      <GenerateKey opened={search.get("ask") === "generate"} close={() => setSearch({})} />
    </Page>
  );
}

function Key({ pair }: { pair: KeyView }) {
  const [asking, setAsking] = useState(false);
  const remove = useDeleteKey();
  const used = pair.usedBy.length > 0;
  return (
    <li className={classes.key}>
      <div className={classes.head}>
        <h2>{pair.name}</h2>
        <Button variant="default" size="xs" disabled={used} onClick={() => setAsking(true)}>
          Delete…
        </Button>
      </div>
      <Facts
        facts={[
          [
            "Fingerprint",
            <span key="f" className="mono">
              {pair.fingerprint}
            </span>,
          ],
          ["Size", `${pair.size} bits`],
          ["Kept in", pair.place === "keychain" ? "The keychain" : pair.place],
          ["Passphrase", pair.passphrase ? "Yes" : "No"],
          ["Made", <Time key="t" at={pair.created} />],
          ["Used by", used ? pair.usedBy.join(", ") : "No profile"],
        ]}
      />
      <section
        className={`mono ${classes.sql}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={`SQL that registers ${pair.name}`}
      >
        {pair.sql}
      </section>
      <div className={classes.buttons}>
        <Copy text={pair.sql}>Copy SQL</Copy>
        <Copy text={pair.publicKey}>Copy public key</Copy>
        <Copy text={pair.fingerprint}>Copy fingerprint</Copy>
      </div>
      <Modal
        opened={asking}
        onClose={() => setAsking(false)}
        title={`Delete ${pair.name}?`}
        closeButtonProps={{ "aria-label": "Close" }}
      >
        <Text mb="md">
          {pair.place === "keychain"
            ? "Its private half cannot be brought back. Databases that know its public half will no longer open for it."
            : `It goes from this list; its file stays: ${pair.place}`}
        </Text>
        {remove.error && <ErrorNote error={remove.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setAsking(false)}>
            Cancel
          </Button>
          <Button color="var(--es-bad-fill)" loading={remove.isPending} onClick={() => remove.mutate(pair.id)}>
            Delete {pair.name}
          </Button>
        </Group>
      </Modal>
    </li>
  );
}
