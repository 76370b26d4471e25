// Which page stands at which address. A hash router: the app's own scheme serves one file.
import { createHashRouter, Navigate, type RouteObject } from "react-router";
import { ActivityPage } from "@/features/activity/activity-page";
import { ConnectPage } from "@/features/connect/connect-page";
import { DataPage } from "@/features/data/data-page";
import { HistoryPage } from "@/features/history/history-page";
import { ImportPage } from "@/features/import/import-page";
import { KeysPage } from "@/features/keys/keys-page";
import { OverviewPage } from "@/features/overview/overview-page";
import { ProfileLayout } from "@/features/profile/profile-layout";
import { ProfileSettingsPage } from "@/features/profile-settings/profile-settings-page";
import { SettingsPage } from "@/features/settings/settings-page";
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

const pages: RouteObject[] = [
  {
    element: <Frame />,
    errorElement: <Broken />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { path: "/", element: <Home /> },
          {
            element: <ReadableProfiles />,
            children: [
              { path: "/welcome", element: <WelcomePage /> },
              { path: "/connect/:step", element: <ConnectPage /> },
              { path: "/import", element: <ImportPage /> },
            ],
          },
          {
            path: "/profiles/:id",
            element: <ProfileLayout />,
            children: [
              { index: true, element: <Navigate replace to="overview" /> },
              { path: "overview", element: <OverviewPage /> },
              { path: "data/:view?", element: <DataPage /> },
              { path: "history/:runId?", element: <HistoryPage /> },
              { path: "settings", element: <ProfileSettingsPage /> },
            ],
          },
          { path: "/keys", element: <KeysPage /> },
          { path: "/activity", element: <ActivityPage /> },
          { path: "/settings", element: <SettingsPage /> },
          { path: "*", element: <Navigate replace to="/" /> },
        ],
      },
    ],
  },
];

export const createAppRouter = () => createHashRouter(pages);
