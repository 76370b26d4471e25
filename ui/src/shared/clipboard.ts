// The clipboard, for text that is still to come. A web view lets a page copy only while the click or key is fresh, and
// the core's answer may take longer; so the clipboard is asked at once and gets the text when it is there.

/** Puts `text` into the clipboard; fails as `text` does, or as the web view does. */
export async function copyText(text: Promise<string>): Promise<void> {
  if (typeof ClipboardItem === "undefined" || !navigator.clipboard.write) {
    return navigator.clipboard.writeText(await text);
  }
  const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
  const [written, had] = await Promise.allSettled([
    navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]),
    text,
  ]);
  // Why there is no text says more than that the clipboard got none.
  if (had.status === "rejected") throw had.reason;
  if (written.status === "rejected") throw written.reason;
}
