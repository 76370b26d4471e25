// Every address in the window, in one place: features link to each other by these, never by importing.
export const routes = {
  home: "/",
  welcome: "/welcome",
  connect: (step: ConnectStep = "execute") => `/connect/${step}`,
  import: "/import",
  profile: (id: string, tab: ProfileTab = "overview") => `/profiles/${encodeURIComponent(id)}/${tab}`,
  data: (id: string, view: string) => `/profiles/${encodeURIComponent(id)}/data/${encodeURIComponent(view)}`,
  run: (id: string, runId: string) => `/profiles/${encodeURIComponent(id)}/history/${encodeURIComponent(runId)}`,
  quarantine: (id: string) => `/profiles/${encodeURIComponent(id)}/history?show=quarantine`,
  keys: "/keys",
  activity: "/activity",
  settings: "/settings",
};

export const PROFILE_TABS = ["overview", "data", "history", "settings"] as const;
export type ProfileTab = (typeof PROFILE_TABS)[number];
export const CONNECT_STEPS = ["execute", "destination", "schedule", "review"] as const;
export type ConnectStep = (typeof CONNECT_STEPS)[number];
