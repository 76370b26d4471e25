// Runs in the page, as whoever takes the page over could: asks for each call in turn, waits for its answer and hands all
// answers to the driver. Two arguments: [command, arguments][], and the longest time that an answer may take.
const [calls, limit, done] = arguments;
const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
const nested = (depth) => {
  let value = 1;
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
};
const makers = {
  long: () => "x".repeat(2 ** 20),
  huge: () => "x".repeat(2 ** 21),
  deep: () => nested(2000),
  wide: () => new Array(50_000).fill("x"),
  surrogate: () => "a\ud800b",
  nan: () => Number.NaN,
  nothing: () => undefined,
  bytes: () => new Uint8Array([123, 255, 0, 125]),
  channel: () => `__CHANNEL__:${transformCallback(() => undefined)}`,
};
const made = (value) => {
  if (Array.isArray(value)) return value.map(made);
  if (value === null || typeof value !== "object") return value;
  if (Object.keys(value).length === 1 && makers[value.$]) return makers[value.$]();
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, made(part)]));
};
const late = {};
const patience = () => new Promise((resolve) => setTimeout(resolve, limit, late));
(async () => {
  const answers = [];
  for (const [command, given] of calls) {
    const began = performance.now();
    try {
      const answer = await Promise.race([invoke(command, made(given)), patience()]);
      answers.push(answer === late ? ["late", ""] : ["ok", JSON.stringify(answer) ?? "null"]);
    } catch (error) {
      answers.push(["error", error instanceof Error ? String(error) : JSON.stringify(error)]);
    }
    answers.at(-1).push(Math.round(performance.now() - began));
  }
  done(answers);
})();
