// What to paste into a report, from the page or by name.
import type { Door } from "@/ipc/door";
import { copyText } from "./clipboard";
import { tell } from "./notify";

export async function copyDiagnostics(door: Door): Promise<void> {
  await copyText(door.copyDiagnostics());
  tell("Diagnostics copied. They hold no secrets.");
}
