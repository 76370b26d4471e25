// A question before something that was typed goes. Whatever is answered, the keyboard is back where it was.
import { Button, Group, Modal, Text } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";

type Props = {
  opened: boolean;
  title: string;
  children: ReactNode;
  /** What is done: a verb that names it. */
  yes: string;
  no: string;
  onYes: () => void;
  onNo: () => void;
  /** Which question it is, where the next one may come before this one has gone: that one takes the keyboard anew. */
  question?: string;
};

export function Confirm({ opened, title, children, yes, no, onYes, onNo, question }: Props) {
  const back = useFocusBack();
  const answer = (then: () => void) => () => {
    back();
    then();
  };
  return (
    <Modal
      key={question}
      opened={opened}
      onClose={answer(onNo)}
      title={title}
      closeButtonProps={{ "aria-label": "Close" }}
      returnFocus={false}
    >
      <Text>{children}</Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={answer(onNo)} data-autofocus>
          {no}
        </Button>
        <Button color="var(--es-bad-fill)" onClick={answer(onYes)}>
          {yes}
        </Button>
      </Group>
    </Modal>
  );
}

/**
 * Back to what had the focus last outside of any dialog. Not what had it as the question opened: asked from the command
 * palette, that is a field of the palette, which is gone by then.
 */
function useFocusBack(): () => void {
  const last = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const heard = ({ target }: FocusEvent) => {
      if (target instanceof HTMLElement && !target.closest("[role=dialog]")) last.current = target;
    };
    document.addEventListener("focusin", heard);
    return () => document.removeEventListener("focusin", heard);
  }, []);
  return () => last.current?.focus({ preventScroll: true });
}
