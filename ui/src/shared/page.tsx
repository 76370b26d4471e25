// A page that scrolls: heading, one line on what it is for, its actions. The heading takes the focus on arrival, so
// that keyboard and screen reader start where the eye does.
import { type ReactNode, useEffect, useRef } from "react";
import classes from "./page.module.css";

type Props = { title: string; lead?: ReactNode; actions?: ReactNode; narrow?: boolean; children: ReactNode };

export function Page({ title, lead, actions, narrow, children }: Props) {
  return (
    <div className={classes.page}>
      <div className={classes.inner} data-narrow={narrow || undefined}>
        <div className={classes.head}>
          <div>
            <PageTitle>{title}</PageTitle>
            {lead && <p>{lead}</p>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
        {children}
      </div>
    </div>
  );
}

export function PageTitle({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = children === "Execute Sync" ? children : `${children} · Execute Sync`;
    heading.current?.focus({ preventScroll: true });
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1} style={{ outline: "none" }}>
      {children}
    </h1>
  );
}
