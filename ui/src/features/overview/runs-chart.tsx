// Runs by day as bars: failed ones on top and in red. The same as a table for whoever does not see it.
import { BarChart } from "@mantine/charts";
import { memo, useMemo } from "react";
import type { DayOfRuns } from "@/ipc/types";
import classes from "./overview.module.css";

const SERIES = [
  { name: "good", label: "Good", color: "var(--es-bar)" },
  { name: "quarantined", label: "With quarantine", color: "var(--es-warn)" },
  { name: "failed", label: "Failed", color: "var(--es-bad)" },
] as const;

// While a sync goes on the page hears of it twice a second; the bars change only when it is over.
export const RunsChart = memo(function RunsChart({ days: counted }: { days: DayOfRuns[] }) {
  const days = useMemo(() => counted.map((each) => ({ ...each, day: label(each.day) })), [counted]);
  return (
    <>
      <div aria-hidden="true">
        <BarChart
          h={176}
          data={days}
          dataKey="day"
          type="stacked"
          series={[...SERIES]}
          withYAxis={false}
          gridAxis="none"
          tickLine="none"
          maxBarWidth={14}
          barChartProps={{ accessibilityLayer: false }}
          barProps={{ isAnimationActive: false }}
          xAxisProps={{ interval: 6, tick: { fill: "var(--es-muted)", fontSize: 12 } }}
          tooltipAnimationDuration={0}
        />
        <div className={classes.legend}>
          {SERIES.map((series) => (
            <span key={series.name}>
              <i className="chart-mark" style={{ background: series.color }} />
              {series.label}
            </span>
          ))}
        </div>
      </div>
      <table className="visually-hidden">
        <caption>Syncs by day</caption>
        <thead>
          <tr>
            <th>Day</th>
            {SERIES.map((series) => (
              <th key={series.name}>{series.label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              {SERIES.map((series) => (
                <td key={series.name}>{day[series.name]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
});

/** Without an offset, so that it is midnight here. */
function label(day: string): string {
  return new Date(`${day}T00:00:00`).toLocaleDateString(undefined, { day: "numeric", month: "short" });
}
