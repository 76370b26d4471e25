// Hands the door to every component, so that tests can hand in another one.
import { createContext, type ReactNode, useContext } from "react";
import type { Door } from "./door";

const DoorContext = createContext<Door | null>(null);

export function DoorProvider({ door, children }: { door: Door; children: ReactNode }) {
  return <DoorContext value={door}>{children}</DoorContext>;
}

export function useDoor(): Door {
  const door = useContext(DoorContext);
  if (door === null) throw new Error("useDoor outside of DoorProvider");
  return door;
}
