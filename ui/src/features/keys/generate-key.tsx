// Generating a key pair. The passphrase is handed to the core, and cleared here once there is a key with it.
import { Button, Group, Modal, PasswordInput, Radio, SegmentedControl, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import { markOld } from "@/shared/mark-old";
import { tell, tellFailure } from "@/shared/notify";
import { focusField } from "@/shared/profile-form/draft";
import { ErrorNote } from "@/shared/states";

const SIZES = ["2048", "3072", "4096"];

export function GenerateKey({ opened, close }: { opened: boolean; close: () => void }) {
  return (
    <Modal opened={opened} onClose={close} title="Generate a key" closeButtonProps={{ "aria-label": "Close" }}>
      <GenerateForm opened={opened} close={close} />
    </Modal>
  );
}

function GenerateForm({ opened, close }: { opened: boolean; close: () => void }) {
  const door = useDoor();
  const client = useQueryClient();
  const [order, setOrder] = useState({ name: "", size: "3072", place: "keychain", user: "" });
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [missing, setMissing] = useState(false);
  const differ = again !== "" && again !== passphrase;
  const making = useMaking(opened);

  // Not a mutation of the cache: that would keep the passphrase as its variables.
  const generate = async () => {
    if (order.name.trim() === "") {
      setMissing(true);
      focusField("KEY_NAME");
      return;
    }
    if (passphrase !== again) {
      setAgain((now) => now || " ");
      focusField("KEY_PASSPHRASE_AGAIN");
      return;
    }
    setBusy(true);
    setError(null);
    const mine = making.begin();
    try {
      const { name, size, place, user } = order;
      const key = await door.generateKey({ name, size: Number(size), place, user: user || null }, passphrase || null);
      // None: the person closed the dialog that asks where the file goes.
      if (key === null) return;
      // Not before: the next try would make the key without a passphrase.
      setPassphrase("");
      setAgain("");
      await markOld(client, queryKeys.keys);
      tell(mine.isStopped ? `${key.name} was made before it could be stopped.` : `${key.name} was made.`);
      if (!mine.isStopped) close();
    } catch (thrown) {
      if (!mine.isStopped) setError(thrown);
    } finally {
      making.end();
      setBusy(false);
    }
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void generate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          data-field="KEY_NAME"
          data-autofocus
          value={order.name}
          error={missing && order.name.trim() === "" ? "Give the key a name." : undefined}
          onChange={(event) => setOrder({ ...order, name: event.currentTarget.value })}
        />
        <div>
          <div id="key-size">Size in bits</div>
          <SegmentedControl
            aria-labelledby="key-size"
            data={SIZES}
            value={order.size}
            onChange={(size) => setOrder({ ...order, size })}
          />
        </div>
        <Radio.Group label="Kept in" value={order.place} onChange={(place) => setOrder({ ...order, place })}>
          <Group mt={4}>
            <Radio value="keychain" label="The keychain" />
            <Radio value="file" label="A file" />
          </Group>
        </Radio.Group>
        <TextInput
          label="Database user"
          description="For the SQL that registers the key. Can be left empty."
          value={order.user}
          onChange={(event) => setOrder({ ...order, user: event.currentTarget.value })}
        />
        <PasswordInput
          label="Passphrase"
          description="Can be left empty. It cannot be recovered."
          autoComplete="new-password"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": "Show what you typed" }}
        />
        {passphrase !== "" && (
          <PasswordInput
            label="Passphrase again"
            data-field="KEY_PASSPHRASE_AGAIN"
            autoComplete="new-password"
            value={again}
            error={differ ? "The two are not the same." : undefined}
            onChange={(event) => setAgain(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": "Show what you typed again" }}
          />
        )}
        {error !== null && <ErrorNote error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Generate
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Who leaves the dialog, however, stops the key that is being made in it. */
function useMaking(opened: boolean) {
  const door = useDoor();
  const underWay = useRef<{ isStopped: boolean } | null>(null);
  const stop = () => {
    if (underWay.current === null) return;
    underWay.current.isStopped = true;
    underWay.current = null;
    void door.stopKey().catch(tellFailure);
  };
  const stopOnLeaving = useRef(stop);
  stopOnLeaving.current = stop;
  // A dialog that closes stays for as long as it fades.
  useEffect(() => {
    if (!opened) stopOnLeaving.current();
  }, [opened]);
  useEffect(() => () => stopOnLeaving.current(), []);
  return {
    begin: () => {
      underWay.current = { isStopped: false };
      return underWay.current;
    },
    end: () => {
      underWay.current = null;
    },
  };
}
