// Puts the window together: door, cache, theme, routes.
import { MantineProvider } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Notifications } from "@mantine/notifications";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, startTransition, useEffect, useState } from "react";
import { RouterProvider } from "react-router";
import type { Door } from "@/ipc/door";
import { DoorProvider } from "@/ipc/door-context";
import { usePartOfState } from "@/shared/app-state";
import { cssVariables, theme } from "@/shared/theme";
import { rememberPlace } from "./last-place";
import { createAppRouter } from "./router";
import { followCore } from "./state-sync";

export function App({ door, client }: { door: Door; client: QueryClient }) {
  const [router] = useState(createAppRouter);
  useEffect(() => followCore(door, client, (path) => void router.navigate(path)), [door, client, router]);
  useEffect(() => router.subscribe(({ location }) => rememberPlace(location.pathname + location.search)), [router]);
  const drawn = useDrawn(router);
  useEffect(() => {
    if (drawn) void door.uiReady();
  }, [door, drawn]);
  return (
    <DoorProvider door={door}>
      <QueryClientProvider client={client}>
        <Themed>
          <Notifications position="bottom-right" limit={3} />
          <RouterProvider router={router} />
        </Themed>
      </QueryClientProvider>
    </DoorProvider>
  );
}

/** Is the first page drawn? Its files may have to be read before. */
function useDrawn(router: ReturnType<typeof createAppRouter>): boolean {
  const [drawn, setDrawn] = useState(router.state.initialized);
  useEffect(
    () =>
      router.subscribe(({ initialized }) => {
        // With the page, which the router draws in a transition too.
        if (initialized) startTransition(() => setDrawn(true));
      }),
    [router],
  );
  return drawn;
}

/** The scheme is the app's setting; the web view keeps none of its own. */
function Themed({ children }: { children: ReactNode }) {
  // Everything below the provider is drawn anew with it.
  const chosen = usePartOfState((state) => state.settings.theme);
  const systemDark = useMediaQuery("(prefers-color-scheme: dark)", false, { getInitialValueInEffect: false });
  const scheme = chosen === "system" ? (systemDark ? "dark" : "light") : chosen;
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={scheme}
      // jsdom never ends a transition, so component tests go without.
      env={import.meta.env.MODE === "test" ? "test" : "default"}
    >
      {children}
    </MantineProvider>
  );
}
