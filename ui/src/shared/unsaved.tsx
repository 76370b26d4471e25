// Asks before a page is left with what was typed and not saved, however it is left: by a link, the palette, the tray.
import { useRef } from "react";
import { useBlocker } from "react-router";
import { Confirm } from "./confirm";

/** The state of a navigation that needs no question: what was typed has no place any more. */
export const UNASKED = { unasked: true };

type Props = {
  when: boolean;
  /** What the changes are to. */
  of: string;
};

export function AskBeforeLeaving({ when, of }: Props) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      when && currentLocation.pathname !== nextLocation.pathname && !isUnasked(nextLocation.state),
  );
  // An answer is drawn when there is time for it, and on a busy machine together with the next question.
  const asked = useRef("");
  asked.current = blocker.location?.key ?? asked.current;
  return (
    <Confirm
      question={asked.current}
      opened={blocker.state === "blocked"}
      title="Leave without saving?"
      yes="Leave without saving"
      no="Stay"
      onYes={() => blocker.proceed?.()}
      onNo={() => blocker.reset?.()}
    >
      What you changed in the settings of {of} is not saved.
    </Confirm>
  );
}

function isUnasked(state: unknown): boolean {
  return (state as typeof UNASKED | null)?.unasked === true;
}
