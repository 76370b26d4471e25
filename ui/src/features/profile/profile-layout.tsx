// What stands over all pages of a profile: its name and sentence, what can be done, progress or trouble, the tabs.
import { NavLink, Outlet, useLocation, useParams } from "react-router";
import { useProfile } from "@/shared/app-state";
import { PageTitle } from "@/shared/page";
import { PROFILE_TABS, type ProfileTab, routes } from "@/shared/routes";
import { StateIcon } from "@/shared/state-icon";
import { Empty } from "@/shared/states";
import tabs from "@/shared/tabs.module.css";
import classes from "./profile.module.css";
import { ProfileActions } from "./profile-actions-bar";
import { ProfileDialogs } from "./profile-dialogs";
import { ProfileTrouble } from "./profile-trouble";
import { ProgressLine } from "./progress-line";

const TITLES: Record<ProfileTab, string> = {
  overview: "Overview",
  data: "Data",
  history: "History",
  settings: "Settings",
};

export function ProfileLayout() {
  const { id = "" } = useParams();
  const profile = useProfile(id);
  const { pathname } = useLocation();
  if (!profile) return <Empty title="This profile is not here any more">It may have been deleted.</Empty>;
  const inData = pathname.includes("/data");
  return (
    <div className={classes.layout}>
      <header className={classes.header}>
        <div className={classes.title}>
          <PageTitle>{profile.name}</PageTitle>
          <p className={classes.sentence}>
            <StateIcon state={profile.state} held={profile.openQuarantine > 0} />
            <span role="status">{profile.sentence}</span>
          </p>
        </div>
        <ProfileActions profile={profile} />
      </header>
      {profile.progress && <ProgressLine profile={profile} progress={profile.progress} />}
      {profile.error && !inData && <ProfileTrouble profile={profile} error={profile.error} />}
      <nav className={`${tabs.tabs} ${classes.tabs}`} aria-label={`Pages of ${profile.name}`}>
        {PROFILE_TABS.map((tab) => (
          <NavLink key={tab} to={routes.profile(id, tab)} className={`${tabs.tab} ${classes.tab}`}>
            {TITLES[tab]}
          </NavLink>
        ))}
      </nav>
      <div className={classes.body} key={id}>
        <Outlet />
      </div>
      <ProfileDialogs profile={profile} />
    </div>
  );
}
