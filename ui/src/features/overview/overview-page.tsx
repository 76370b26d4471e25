// A profile at a glance: four figures, the last 30 days, documents by type, where the database lies.
import { Anchor } from "@mantine/core";
import { lazy, memo, Suspense } from "react";
import { Link, useParams } from "react-router";
import { asIpcError } from "@/ipc/door";
import type { Overview, ProfileSummary } from "@/ipc/types";
import { useProfile } from "@/shared/app-state";
import { Facts } from "@/shared/facts";
import { bytes, count, duration } from "@/shared/format";
import { useProfileActions } from "@/shared/profile-actions";
import { routes } from "@/shared/routes";
import { Empty, ErrorNote, Loading } from "@/shared/states";
import { Time } from "@/shared/time";
import { useOverview } from "./api";
import classes from "./overview.module.css";

// The chart's library is the largest part of the window; the figures need not wait for it.
const RunsChart = lazy(() => import("./runs-chart").then((module) => ({ default: module.RunsChart })));

export function OverviewPage() {
  const { id = "" } = useParams();
  const profile = useProfile(id);
  const overview = useOverview(id, profile?.state);
  if (!profile) return null;
  // Nothing can be read, or the runs alone.
  const trouble = overview.error ?? overview.data?.uncounted ?? null;
  const told = trouble !== null && isToldAbove(profile, trouble);
  return (
    <div className={classes.page}>
      {trouble && !told && (
        <div className={classes.note}>
          <ErrorNote error={trouble} />
        </div>
      )}
      {overview.isPending && <Loading label="Loading the overview" />}
      {told && !overview.data && <Empty title="No figures">They are read again with the next sync.</Empty>}
      {overview.data && (
        <div className={classes.all} data-old={overview.isError || undefined}>
          {overview.isError && <Old since={overview.dataUpdatedAt} />}
          <Body profile={profile} overview={overview.data} />
        </div>
      )}
    </div>
  );
}

/** Why a profile failed stands above the tabs. */
function isToldAbove(profile: ProfileSummary, thrown: unknown): boolean {
  const { code, message } = asIpcError(thrown);
  return profile.error?.code === code && profile.error.message === message;
}

function Old({ since }: { since: number }) {
  return (
    <p className={classes.old} role="status">
      These figures are from <Time at={new Date(since).toISOString()} />. Newer ones cannot be read now.
    </p>
  );
}

function Body({ profile, overview }: { profile: ProfileSummary; overview: Overview }) {
  if (overview.databaseBytes === null && profile.lastSyncedAt !== null) {
    return (
      <Empty title="The database is not there">
        {overview.databasePath} was there before. Put it back, or sync to read everything into a new one.
      </Empty>
    );
  }
  if (overview.documents === 0 && overview.days.every((day) => day.good + day.quarantined + day.failed === 0)) {
    return (
      <Empty title={profile.progress ? "The first sync is under way" : "Nothing synced yet"}>
        {profile.progress
          ? "Figures appear here as it goes on. You can close the window; it goes on in the background."
          : "Press Sync now to bring the documents here."}
      </Empty>
    );
  }
  return (
    <>
      <Figures profile={profile} overview={overview} />
      <div className={classes.columns}>
        <section>
          <h2>Syncs of the last 30 days</h2>
          <Suspense fallback={<div className={classes.chart} />}>
            <RunsChart days={overview.days} />
          </Suspense>
        </section>
        {overview.types.length > 0 && <Types id={profile.id} types={overview.types} />}
      </div>
      <Database profile={profile} overview={overview} />
    </>
  );
}

function Figures({ profile, overview }: { profile: ProfileSummary; overview: Overview }) {
  const held = profile.openQuarantine;
  return (
    <dl className={classes.figures}>
      <div className={classes.figure}>
        <dt>Documents</dt>
        <dd>{overview.documents === null ? "–" : count(overview.documents)}</dd>
      </div>
      <div className={classes.figure}>
        <dt>Changed today</dt>
        <dd>{count(overview.changedToday)}</dd>
      </div>
      <div className={classes.figure}>
        <dt>Last sync took</dt>
        <dd>{overview.lastTookMs === null ? "–" : duration(overview.lastTookMs)}</dd>
      </div>
      <div className={classes.figure}>
        <dt>In quarantine</dt>
        <dd>{held === 0 ? "0" : <Link to={routes.quarantine(profile.id)}>{count(held)}</Link>}</dd>
      </div>
    </dl>
  );
}

const Types = memo(function Types({ id, types }: { id: string; types: Overview["types"] }) {
  return (
    <section>
      <h2>Documents by type</h2>
      <table className={classes.types}>
        <thead className="visually-hidden">
          <tr>
            <th>Type</th>
            <th>Documents</th>
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <tr key={type.name}>
              <th scope="row">
                <Anchor component={Link} to={routes.data(id, type.name)}>
                  {type.name}
                </Anchor>
              </th>
              <td>{count(type.documents)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
});

function Database({ profile, overview }: { profile: ProfileSummary; overview: Overview }) {
  const { openFolder } = useProfileActions();
  const facts: [string, React.ReactNode][] = [
    [
      "Database",
      <Anchor key="path" component="button" type="button" ta="left" onClick={() => openFolder(profile.id)}>
        {overview.databasePath}
      </Anchor>,
    ],
  ];
  if (overview.databaseBytes !== null) facts.push(["Size", bytes(overview.databaseBytes)]);
  if (overview.calculatedValuesAsOf) {
    facts.push([
      "Calculated values",
      <span key="calc">
        as of <Time at={overview.calculatedValuesAsOf} />
      </span>,
    ]);
  }
  return (
    <div className={classes.foot}>
      <Facts facts={facts} />
    </div>
  );
}
