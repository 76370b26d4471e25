// How the window's files are built. Three modes: production (no fake door in it), e2e (with it, into dist-e2e), dev.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig(({ mode }) => ({
  plugins: [react()],
  base: "./",
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  define: { __WITH_FAKE_DOOR__: JSON.stringify(mode !== "production") },
  build: {
    outDir: mode === "e2e" ? "dist-e2e" : "dist",
    emptyOutDir: true,
    // WebKitGTK 2.40 (Debian 12, Ubuntu 22.04) is the oldest web view the app runs in.
    target: ["es2022", "safari16"],
    modulePreload: { polyfill: false },
    // The policy allows no data: fonts and scripts; a file of its own for everything keeps it simple.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
}));
