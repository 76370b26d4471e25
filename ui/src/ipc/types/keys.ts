// Made from src-tauri/src/contract/keys.rs; never edited by hand.

/**
 * A key pair.
 */
export type KeyView = { 
/**
 * Names it in commands.
 */
id: string, 
/**
 * What people call it.
 */
name: string, 
/**
 * Bits.
 */
size: number, 
/**
 * `SHA256:…`.
 */
fingerprint: string, 
/**
 * When it was made.
 */
created: string, 
/**
 * `keychain`, or the path of the file.
 */
place: string, 
/**
 * Has it a passphrase?
 */
passphrase: boolean, 
/**
 * PEM of the public key.
 */
publicKey: string, 
/**
 * The SQL that registers it.
 */
sql: string, 
/**
 * Names of profiles that use it.
 */
usedBy: Array<string>, };

/**
 * A key pair to be made.
 */
export type KeyOrder = { 
/**
 * What people will call it.
 */
name: string, 
/**
 * 2048, 3072 or 4096.
 */
size: number, 
/**
 * `keychain` or `file` (then the core asks where).
 */
place: string, 
/**
 * User for the SQL.
 */
user: string | null, };
