// The designed states that every page shares: something failed, nothing here yet, still loading.
import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import { asIpcError } from "@/ipc/door";
import type { IpcError } from "@/ipc/types";
import { Copy } from "./copy";
import { sentence } from "./format";
import classes from "./states.module.css";

export function errorText(error: IpcError): string {
  return [error.message, error.hint, error.details].filter(Boolean).join("\n");
}

/** What happened, why, what to do; and a way to hand it on. */
export function ErrorNote(props: { error: unknown; tone?: "bad" | "warn"; children?: ReactNode }) {
  const error = asIpcError(props.error);
  return (
    <div className={classes.error} data-tone={props.tone ?? "bad"} role="alert">
      <p className={classes.message}>{sentence(error.message)}</p>
      {error.hint && <p>{error.hint}</p>}
      {error.details && (
        <details className={classes.details}>
          <summary>Details</summary>
          <pre className="mono">{error.details}</pre>
        </details>
      )}
      <div className={classes.actions}>
        {props.children}
        <Copy text={errorText(error)} />
      </div>
    </div>
  );
}

export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className={classes.emptyActions}>{action}</div>}
    </div>
  );
}

export function Loading({ rows = 6, label }: { rows?: number; label: string }) {
  return (
    <div aria-busy="true">
      <span className="visually-hidden" role="status">
        {label}
      </span>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <Skeleton key={i} height={16} mt={16} width={`${90 - ((i * 17) % 40)}%`} radius="sm" />
      ))}
    </div>
  );
}
