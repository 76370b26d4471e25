// Begins the connection test, and stops it while it runs. One button, so that the keyboard stays where it is.
import { Button } from "@mantine/core";
import type { ConnectionTest } from "./use-test";

export function TestButton({ test, run }: { test: ConnectionTest; run: () => void }) {
  const running = test.state === "running";
  return (
    <Button variant="default" onClick={running ? test.stop : run}>
      {running ? "Stop" : "Test"}
    </Button>
  );
}
