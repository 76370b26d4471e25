// Made from src-tauri/src/contract/settings.rs; never edited by hand.

/**
 * The app's own settings.
 */
export type AppSettings = { 
/**
 * Start when the person logs in.
 */
startAtLogin: boolean, 
/**
 * Start without a window.
 */
startHidden: boolean, 
/**
 * Closing the window leaves the worker running.
 */
closeToTray: boolean, 
/**
 * Light, dark or the system's.
 */
theme: Theme, 
/**
 * Tell failures that last, and their recovery.
 */
notifications: boolean, 
/**
 * Tell when nothing was synced for so many hours; 0 = never.
 */
staleAfterHours: number, 
/**
 * Profiles that may sync at the same time.
 */
parallelRuns: number, };

/**
 * Light or dark.
 */
export type Theme = "system" | "light" | "dark";

/**
 * How a profile reaches Execute.
 */
export type Route = { 
/**
 * The profile.
 */
id: string, 
/**
 * Its proxy, without a login; none = directly.
 */
proxy: string | null, 
/**
 * The proxy is the system's, not one that the profile names.
 */
proxyOfSystem: boolean, 
/**
 * A file of certificates that count besides the system's.
 */
certificates: string | null, };
