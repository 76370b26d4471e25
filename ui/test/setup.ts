// What jsdom lacks: sizes, observers, media queries. Nothing that a test would rely on to pass.
import "@testing-library/jest-dom/vitest";
import { notifications } from "@mantine/notifications";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// A busy machine is slow, not wrong: waiting ends as soon as the thing is there.
configure({ asyncUtilTimeout: 10_000 });

class NoObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
vi.stubGlobal("ResizeObserver", NoObserver);
vi.stubGlobal("matchMedia", (media: string) => ({
  media,
  // Transitions would only be waited for.
  matches: media.includes("reduced-motion"),
  addEventListener: () => {},
  removeEventListener: () => {},
  addListener: () => {},
  removeListener: () => {},
}));
const size = (name: string, value: number) =>
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
size("clientHeight", 600);
size("clientWidth", 1000);
size("offsetHeight", 600);
size("offsetWidth", 1000);
HTMLElement.prototype.scrollIntoView = () => {};
HTMLElement.prototype.scrollTo = () => {};

afterEach(() => {
  cleanup();
  notifications.clean();
  localStorage.clear();
  vi.useRealTimers();
});
