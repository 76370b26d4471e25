// A moment: relative to read, absolute on hover and for machines.
import { absolute, relative } from "./format";
import { useNow } from "./use-now";

export function Time({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={absolute(at)}>
      {relative(at, now)}
    </time>
  );
}
