// Component and flow tests: jsdom, the fake door, no browser.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: { __WITH_FAKE_DOOR__: "true" },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}", "test/**/*.test.{ts,tsx}"],
    setupFiles: ["test/setup.ts"],
    // Two workers: more only slows a small machine down.
    maxWorkers: 2,
    testTimeout: 60_000,
    css: false,
  },
});
