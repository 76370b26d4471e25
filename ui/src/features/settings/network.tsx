// How each profile reaches Execute. A proxy and certificates are a profile's own matter; here is what is in force.
import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { Route } from "@/ipc/types";
import { useAppState } from "@/shared/app-state";
import { routes } from "@/shared/routes";
import { ErrorNote, Loading } from "@/shared/states";
import classes from "./settings.module.css";

export function Network() {
  const door = useDoor();
  const { profiles } = useAppState();
  // The system's settings may change at any time, and nobody tells.
  const found = useQuery({ queryKey: queryKeys.routes, queryFn: () => door.routes(), staleTime: 0 });
  if (profiles.length === 0) return null;
  return (
    <section className={classes.section}>
      <h2>Proxy and certificates</h2>
      <p className="muted">The system's are used, unless a profile has its own in its Settings.</p>
      {found.error && <ErrorNote error={found.error} />}
      {found.isPending && <Loading rows={2} label="Looking for proxies" />}
      <ul className={classes.network}>
        {profiles.map((profile) => {
          const route = found.data?.find(({ id }) => id === profile.id);
          return (
            route && (
              <li key={profile.id}>
                <Anchor component={Link} to={routes.profile(profile.id, "settings")}>
                  {profile.name}
                </Anchor>
                <span>{through(profile.sample, route)}</span>
              </li>
            )
          );
        })}
      </ul>
    </section>
  );
}

function through(sample: boolean, { proxy, proxyOfSystem, certificates }: Route): string {
  if (sample) return "Stays on this machine";
  const way =
    proxy === null ? "Directly" : `Through ${proxy}, ${proxyOfSystem ? "the system's proxy" : "its own proxy"}`;
  return certificates === null ? way : `${way} · certificates of ${certificates} besides the system's`;
}
