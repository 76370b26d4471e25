// Which page stands at which address. A hash router: the app's own scheme serves one file. A page is read when
// somebody goes there, but for those on which the window opens most often: at its start it reads these and no more.
import { createHashRouter, Navigate, type RouteObject } from "react-router";
import { OverviewPage } from "@/features/overview/overview-page";
import { ProfileLayout } from "@/features/profile/profile-layout";
import { WelcomePage } from "@/features/welcome/welcome-page";
import { useAppState } from "@/shared/app-state";
import { routes } from "@/shared/routes";
import { Broken } from "./broken";
import { Frame } from "./frame";
import { ReadableProfiles, UnreadableProfiles } from "./unreadable-profiles";

function Home() {
  const { profiles, profilesTrouble } = useAppState();
  const first = profiles[0];
  if (!first && profilesTrouble) return <UnreadableProfiles trouble={profilesTrouble} />;
  return <Navigate replace to={first ? routes.profile(first.id) : routes.welcome} />;
}

const activityPage = async () => ({ Component: (await import("@/features/activity/activity-page")).ActivityPage });
const connectPage = async () => ({ Component: (await import("@/features/connect/connect-page")).ConnectPage });
const dataPage = async () => ({ Component: (await import("@/features/data/data-page")).DataPage });
const historyPage = async () => ({ Component: (await import("@/features/history/history-page")).HistoryPage });
const importPage = async () => ({ Component: (await import("@/features/import/import-page")).ImportPage });
const keysPage = async () => ({ Component: (await import("@/features/keys/keys-page")).KeysPage });
const profileSettingsPage = async () => ({
  Component: (await import("@/features/profile-settings/profile-settings-page")).ProfileSettingsPage,
});
const settingsPage = async () => ({ Component: (await import("@/features/settings/settings-page")).SettingsPage });

const pages: RouteObject[] = [
  {
    element: <Frame />,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        // For the blink in which the files of the first page are read, the frame stands alone.
        HydrateFallback: () => null,
        children: [
          { path: "/", element: <Home /> },
          {
            element: <ReadableProfiles />,
            children: [
              { path: "/welcome", element: <WelcomePage /> },
              { path: "/connect/:step", lazy: connectPage },
              { path: "/import", lazy: importPage },
            ],
          },
          {
            path: "/profiles/:id",
            element: <ProfileLayout />,
            children: [
              { index: true, element: <Navigate replace to="overview" /> },
              { path: "overview", element: <OverviewPage /> },
              { path: "data/:view?", lazy: dataPage },
              { path: "history/:runId?", lazy: historyPage },
              { path: "settings", lazy: profileSettingsPage },
            ],
          },
          { path: "/keys", lazy: keysPage },
          { path: "/activity", lazy: activityPage },
          { path: "/settings", lazy: settingsPage },
          { path: "*", element: <Navigate replace to="/" /> },
        ],
      },
    ],
  },
];

export const createAppRouter = () => createHashRouter(pages);
