// The whole window with a core in memory, at any address.
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "@/app/app";
import { newQueryClient } from "@/app/query-client";
import { FakeDoor } from "@/ipc/fake/fake-door";
import type { Scenario } from "@/ipc/fake/scenarios";
import { queryKeys } from "@/ipc/keys";

/** `delay` stands for the time the core takes; the default takes none. */
export async function renderApp(scenario: Scenario, path = "/", delay: () => Promise<void> = async () => {}) {
  window.history.replaceState(null, "", `#${path}`);
  const door = new FakeDoor({ scenario, now: Date.now(), delay });
  const client = newQueryClient();
  await client.prefetchQuery({ queryKey: queryKeys.state, queryFn: () => door.appState() });
  render(<App door={door} client={client} />);
  return { door, client, user: userEvent.setup() };
}

/** A core that waits until it is told to go on. */
export function gate() {
  let open = () => {};
  const delay = () =>
    new Promise<void>((done) => {
      open = done;
    });
  return { delay, open: () => open() };
}
