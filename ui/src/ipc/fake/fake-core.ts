// What the fake core is like now, what is changed by a word alone, and how it tells.
import type { DoorEvents } from "../door";
import type { AppSettings, AppState, PauseFor, ProfileSummary } from "../types";
import { summary } from "./scenarios";

export class FakeCore {
  private readonly hearers = new Map<string, Set<(payload: never) => void>>();
  private lastId = 0;

  constructor(public state: AppState) {}

  async appState(): Promise<AppState> {
    return structuredClone(this.state);
  }

  async dismissNotice(id: string): Promise<void> {
    this.change((state) => ({ ...state, notices: state.notices.filter((notice) => notice.id !== id) }));
  }

  async pause(id: string | null, duration: PauseFor): Promise<void> {
    const words = { hour: "for 1 hour", tomorrow: "until tomorrow", resumed: "until you resume" }[duration];
    const until = duration === "resumed" ? null : new Date(Date.now() + 3_600_000).toISOString();
    for (const profile of this.state.profiles.filter((p) => id === null || p.id === id)) {
      this.changeProfile(profile.id, { state: "paused", sentence: `Paused ${words}`, paused: { until } });
    }
  }

  async resume(id: string | null): Promise<void> {
    for (const profile of this.state.profiles.filter((p) => p.paused && (id === null || p.id === id))) {
      this.changeProfile(profile.id, {
        ...summary(profile.id, profile.name, "up_to_date", Date.now()),
        stamp: profile.stamp,
      });
    }
  }

  async saveSettings(settings: AppSettings): Promise<void> {
    this.change((state) => ({ ...state, settings }));
  }

  on<Name extends keyof DoorEvents>(name: Name, hear: (payload: DoorEvents[Name]) => void): () => void {
    const set = this.hearers.get(name) ?? new Set();
    this.hearers.set(name, set);
    set.add(hear as (payload: never) => void);
    return () => set.delete(hear as (payload: never) => void);
  }

  emit<Name extends keyof DoorEvents>(name: Name, payload: DoorEvents[Name]): void {
    for (const hear of this.hearers.get(name) ?? []) (hear as (payload: DoorEvents[Name]) => void)(payload);
  }

  changeProfile(id: string, patch: Partial<ProfileSummary>): void {
    this.change((state) => ({
      ...state,
      profiles: state.profiles.map((profile) => (profile.id === id ? { ...profile, ...patch } : profile)),
    }));
  }

  change(how: (state: AppState) => AppState): void {
    const number = this.state.number + 1;
    this.state = { ...how(this.state), number };
    this.emit("state", structuredClone(this.state));
  }

  protected nextId(): number {
    this.lastId += 1;
    return this.lastId;
  }

  protected profile(id: string): ProfileSummary | undefined {
    return this.state.profiles.find((profile) => profile.id === id);
  }
}
