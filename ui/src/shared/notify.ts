// Says briefly that something was done, or at length that it was not.
import { notifications } from "@mantine/notifications";
import { asIpcError } from "@/ipc/door";
import { sentence } from "./format";

const closeButtonProps = { "aria-label": "Close this message" };

export function tell(message: string): void {
  notifications.show({ message, autoClose: 4000, withBorder: true, role: "status", closeButtonProps });
}

/** Stays until it is closed: a failure that vanishes was not told. */
export function tellFailure(thrown: unknown): void {
  const error = asIpcError(thrown);
  notifications.show({
    title: sentence(error.message),
    message: error.hint ?? "",
    color: "var(--es-bad-fill)",
    autoClose: false,
    withBorder: true,
    role: "alert",
    closeButtonProps,
  });
}
