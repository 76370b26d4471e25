// The app's own settings. Each takes effect at once; there is nothing to save.
import { Anchor, SegmentedControl, Stack, Switch } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import type { AppSettings, Theme } from "@/ipc/types";
import { useAppState } from "@/shared/app-state";
import { tellFailure } from "@/shared/notify";
import { NumberField } from "@/shared/number-field";
import { Page } from "@/shared/page";
import { Network } from "./network";
import classes from "./settings.module.css";

export function SettingsPage() {
  const { settings, tray, version } = useAppState();
  const door = useDoor();
  const save = useMutation({ mutationFn: (next: AppSettings) => door.saveSettings(next), onError: tellFailure });
  // A switch shows its new state at once, even before the core has said so.
  const shown = save.isPending ? save.variables : settings;
  const change = (patch: Partial<AppSettings>) => save.mutate({ ...shown, ...patch });
  const toggle = (name: "startAtLogin" | "startHidden" | "closeToTray" | "notifications") => ({
    checked: shown[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => change({ [name]: event.currentTarget.checked }),
  });
  return (
    <Page title="Settings" narrow>
      <section className={classes.section}>
        <h2>Look</h2>
        <SegmentedControl
          aria-label="Theme"
          value={shown.theme}
          onChange={(theme) => change({ theme: theme as Theme })}
          data={[
            { value: "system", label: "As the system" },
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
        />
      </section>
      <section className={classes.section}>
        <h2>In the background</h2>
        <Stack gap="md">
          <Switch label="Start when I log in" {...toggle("startAtLogin")} />
          <Switch
            label="Start without a window"
            description="In the tray alone. When you log in it always starts so."
            {...toggle("startHidden")}
          />
          <Switch
            label="Closing the window leaves syncing on"
            description={
              tray
                ? "The icon in the tray brings the window back."
                : "This desktop shows no tray icons, so closing quits."
            }
            disabled={!tray}
            {...toggle("closeToTray")}
            checked={tray && shown.closeToTray}
          />
          <NumberField
            label="Profiles that sync at the same time"
            w={260}
            min={1}
            max={8}
            value={shown.parallelRuns}
            onChange={(parallelRuns) => change({ parallelRuns })}
            settled
          />
        </Stack>
      </section>
      <section className={classes.section}>
        <h2>Notifications</h2>
        <Stack gap="md">
          <Switch
            label="Tell me about failures that last"
            description="And when they are over. Never about success."
            {...toggle("notifications")}
          />
          <NumberField
            label="Tell me when nothing was synced for so many hours"
            description="0 = never"
            w={360}
            min={0}
            max={8760}
            value={shown.staleAfterHours}
            onChange={(staleAfterHours) => change({ staleAfterHours })}
            settled
          />
        </Stack>
      </section>
      <Network />
      <section className={classes.section}>
        <h2>About</h2>
        <p className={classes.about}>
          Execute Sync {version} · <Link name="documentation">Documentation</Link> ·{" "}
          <Link name="releases">Releases</Link> · <Link name="report">Report a problem</Link>
        </p>
      </section>
    </Page>
  );
}

function Link({ name, children }: { name: "documentation" | "report" | "releases"; children: string }) {
  const door = useDoor();
  return (
    <Anchor component="button" type="button" onClick={() => void door.openLink(name).catch(tellFailure)}>
      {children}
    </Anchor>
  );
}
