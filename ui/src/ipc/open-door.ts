// Chooses the door once, at start. The fake exists only in builds that ask for it.
import type { Door } from "./door";
import { tauriDoor } from "./tauri-door";

declare const __WITH_FAKE_DOOR__: boolean;

export async function openDoor(): Promise<Door> {
  if ("__TAURI_INTERNALS__" in window) return tauriDoor;
  if (__WITH_FAKE_DOOR__) {
    const { fakeDoorFor } = await import("./fake/fake-door");
    return fakeDoorFor(new URLSearchParams(window.location.search));
  }
  throw new Error("Execute Sync's window only works inside the app.");
}
