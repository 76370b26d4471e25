// Keys, log lines, quarantine entries and an older tool's folder, as the fake core has them.
import type {
  AppState,
  ImportPreview,
  KeyOrder,
  KeyView,
  LogLine,
  ProfileSummary,
  QuarantineView,
  Route,
} from "../types";
import { northernDraft } from "./fake-form";

const PEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo
4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u
-----END PUBLIC KEY-----
`;

export function fakeKey(order: KeyOrder, passphrase: boolean, number: number): KeyView {
  const user = order.user ?? "EXECUTE_SYNC";
  return {
    id: `k${number}`,
    name: order.name,
    size: order.size,
    fingerprint: `SHA256:${"nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8".slice(number)}${"=".repeat(number)}`,
    created: "2026-09-14T08:12:00Z",
    place: order.place === "keychain" ? "keychain" : "/home/ana/keys/execute-sync.p8",
    passphrase,
    publicKey: PEM,
    sql: `ALTER USER ${user} SET RSA_PUBLIC_KEY='MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePz';`,
    usedBy: [],
  };
}

export function fakeKeys(): KeyView[] {
  const order = { name: "Warehouse loader", size: 3072, place: "keychain", user: "LOADER" };
  return [
    { ...fakeKey(order, false, 1), usedBy: ["Northern AFEs"] },
    fakeKey({ ...order, name: "Spare", size: 2048, place: "file", user: null }, true, 2),
  ];
}

const LINES: [LogLine["level"], string][] = [
  ["info", "Run began: from the mark of the run before"],
  ["debug", "GET /fetch?max=10000 answered 200 in 84 ms"],
  ["info", "Page 1: 412 documents, 964 kB, stored in 0.3 s"],
  ["info", "Views follow the schema: AFE gained CUSTOM.REGION"],
  ["warn", "1 line of page 1 was put into the quarantine: $VERSION is not a whole number"],
  ["info", "Run ended: 412 documents in 1.2 s"],
  ["error", "northern.example.com cannot be found. It is tried again in 4 min."],
];

export function fakeLog(now: number, profiles: ProfileSummary[]): LogLine[] {
  if (profiles.length === 0) return [];
  return Array.from({ length: 400 }, (_, i) => {
    const [level, text] = LINES[i % LINES.length] ?? ["info", ""];
    return {
      seq: i + 1,
      at: new Date(now - (400 - i) * 47_000).toISOString(),
      level,
      profile: profiles[Math.floor(i / LINES.length) % profiles.length]?.id ?? null,
      runId: `r${Math.floor(i / LINES.length)}`,
      text,
    };
  });
}

export function fakeQuarantine(): QuarantineView[] {
  const entry = (number: number, reason: string, text: string): QuarantineView => ({
    entry: number,
    docType: number === 2 ? null : "AFE",
    id: number === 2 ? null : `a000${number}`,
    version: number === 2 ? null : "3000000000000000123",
    reason,
    seen: "2026-11-22T09:30:00Z",
    place: [number, 118],
    size: text.length,
    text,
  });
  return [
    entry(1, "DOCUMENT_ID stands there twice", '{"DOCUMENT_ID":"a0001","DOCUMENT_ID":"a0001b","$TYPE":"AFE"}'),
    entry(2, "not JSON: ended inside a string", '{"DOCUMENT_ID":"a0002","$TYPE":"AFE","NAME":"Drill'),
    entry(3, "$VERSION is not a whole number", '{"DOCUMENT_ID":"a0003","$TYPE":"AFE","$VERSION":"<script>1</script>"}'),
  ];
}

export const importPreview: ImportPreview = {
  token: "t1",
  folder: "/home/ana/execute-sync",
  file: ".env",
  draft: { ...northernDraft, id: null, stamp: null, name: "Imported AFEs" },
  hasSecret: true,
  mark: "2026-11-22T09:30:00Z",
  notes: ["LOG_FILE was left behind: the app keeps its own log.", "WAIT=600 became “every 10 minutes”."],
};

export function fakeBundle(state: AppState): string {
  const profiles = state.profiles.map((p) => `PROFILE ${p.name}\n${p.sentence}\nAPI Key Secret: ***\n`).join("\n");
  return `Execute Sync ${state.version}\nSystem: linux x86_64\n\n${profiles}\nEND OF THE LOG\n2026/11/22 09:30:00 INFO Starting Sync\n`;
}

/** The first goes through the system's proxy, the second through one of its own, the rest directly. */
export function fakeRoute(profile: ProfileSummary, at: number): Route {
  const proxy = [`http://proxy.example.com:3128`, "socks5://jump.example.com:1080"][at] ?? null;
  const certificates = at === 1 ? "/etc/company/ca.pem" : null;
  return { id: profile.id, proxy: profile.sample ? null : proxy, proxyOfSystem: at === 0, certificates };
}
