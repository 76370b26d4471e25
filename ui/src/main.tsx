// Where the window begins: open the door, know the state, then draw.
import "@mantine/core/styles.css";
import "@mantine/charts/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./shared/global.css";
import "./shared/forced-colors.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { goToLastPlace } from "./app/last-place";
import { newQueryClient } from "./app/query-client";
import { queryKeys } from "./ipc/keys";
import { openDoor } from "./ipc/open-door";
import type { AppState } from "./ipc/types";

async function start(root: HTMLElement): Promise<void> {
  const door = await openDoor();
  const client = newQueryClient();
  // Known before the first drawing, so that nobody sees a welcome page flash by.
  await client.prefetchQuery({ queryKey: queryKeys.state, queryFn: () => door.appState() });
  goToLastPlace(client.getQueryData<AppState>(queryKeys.state)?.profiles ?? []);
  createRoot(root).render(<App door={door} client={client} />);
}

const root = document.getElementById("root");
if (root) {
  start(root).catch((error: unknown) => {
    root.textContent = error instanceof Error ? error.message : "Execute Sync could not start its window.";
  });
}
