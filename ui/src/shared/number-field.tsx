// A whole number to be typed. What stands in the field is what counts: no digit lives on in a field that looks empty.
import { NumberInput } from "@mantine/core";
import { useRef, useState } from "react";
import { count } from "./format";

type Props = {
  label: string;
  description?: string;
  w: number;
  min: number;
  max: number;
  value: number;
  onChange: (value: number) => void;
  /** Tells only what was settled by Enter or by leaving the field, where each telling takes effect at once. */
  settled?: boolean;
  error?: string | undefined;
  "data-field"?: string;
};

export function NumberField({ value, onChange, settled = false, error, ...others }: Props) {
  const { min, max } = others;
  /** What was typed, until the field is left. The input itself corrects it just before that. */
  const typed = useRef<string | number | null>(null);
  const [shown, setShown] = useState<string | number | null>(null);
  const [entered, setEntered] = useState(value);
  /** What counts again as soon as there is no number to take its place. */
  const before = settled ? value : entered;

  const type = (next: string | number | null) => {
    typed.current = next;
    setShown(next);
  };
  const read = (text: string | number | null) => (text === null ? value : numberIn(text, min, max));
  const tell = (next: number) => next !== value && onChange(next);
  const settle = () => tell(read(typed.current) ?? before);
  const isWrong = read(shown) === null;
  return (
    <NumberInput
      {...others}
      allowDecimal={false}
      allowNegative={false}
      value={shown ?? value}
      error={isWrong ? `Enter a number from ${count(min)} to ${count(max)}.` : error}
      onFocus={() => setEntered(value)}
      onChange={(next) => {
        type(next);
        if (!settled) tell(read(next) ?? before);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        // A form is not handed in with a number that nobody sees.
        if (isWrong) event.preventDefault();
        else settle();
      }}
      onBlur={() => {
        settle();
        type(null);
      }}
    />
  );
}

function numberIn(text: string | number, min: number, max: number): number | null {
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}
