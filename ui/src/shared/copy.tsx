// A button that copies text and says so.
import { Button, type ButtonProps } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { CheckIcon, CopyIcon } from "./icons";

export function Copy({ text, children = "Copy", ...rest }: { text: string; children?: string } & ButtonProps) {
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={clipboard.copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
      onClick={() => clipboard.copy(text)}
      {...rest}
    >
      {clipboard.copied ? "Copied" : children}
    </Button>
  );
}
