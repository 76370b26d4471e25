// Made from src-tauri/src/contract/error.rs; never edited by hand.

/**
 * A failed command. Nobody matches on text: `code` is the kind's code (`configuration`, `secret`, …).
 */
export type IpcError = { 
/**
 * Code of the kind.
 */
code: string, 
/**
 * One sentence that names the object.
 */
message: string, 
/**
 * The remedy.
 */
hint: string | null, 
/**
 * The setting at fault, such as `EXECUTE_URL`.
 */
field: string | null, 
/**
 * The value that would do for that setting, if one is known.
 */
suggestion: string | null, 
/**
 * What the window may offer as one click.
 */
offer?: Offer | null, 
/**
 * The words of the driver underneath.
 */
details: string | null, };

/**
 * What the window may offer as one click, where the remedy is an order to the engine.
 */
export type Offer = "refresh_with_removals";
