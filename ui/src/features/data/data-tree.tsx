// Types and their lists, as links.
import { useState } from "react";
import { Link } from "react-router";
import type { DataNode } from "@/ipc/types";
import { ChevronDownIcon, ChevronRightIcon } from "@/shared/icons";
import { routes } from "@/shared/routes";
import { rootOf } from "./api";
import classes from "./data.module.css";

type Props = { id: string; tree: DataNode[]; view: string };

export function DataTree({ id, tree, view }: Props) {
  const here = rootOf(tree, view)?.view;
  const [toggled, setToggled] = useState<Record<string, boolean>>({});
  return (
    <nav className={classes.tree} aria-label="Types and lists">
      <ul>
        {tree.map((node) => {
          const open = toggled[node.view] ?? node.view === here;
          return (
            <li key={node.view}>
              <div className={classes.node}>
                {node.children.length > 0 ? (
                  <button
                    type="button"
                    className={classes.toggle}
                    aria-expanded={open}
                    aria-label={`Lists of ${node.title}`}
                    onClick={() => setToggled({ ...toggled, [node.view]: !open })}
                  >
                    {open ? <ChevronDownIcon size={14} /> : <ChevronRightIcon size={14} />}
                  </button>
                ) : (
                  <span className={classes.toggle} style={{ cursor: "default" }} />
                )}
                <NodeLink id={id} node={node} view={view} />
              </div>
              {open && node.children.length > 0 && <Branch id={id} nodes={node.children} view={view} />}
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

function Branch({ id, nodes, view }: { id: string; nodes: DataNode[]; view: string }) {
  return (
    <ul>
      {nodes.map((node) => (
        <li key={node.view}>
          <div className={classes.node}>
            <NodeLink id={id} node={node} view={view} />
          </div>
          {node.children.length > 0 && <Branch id={id} nodes={node.children} view={view} />}
        </li>
      ))}
    </ul>
  );
}

function NodeLink({ id, node, view }: { id: string; node: DataNode; view: string }) {
  return (
    <Link
      to={routes.data(id, node.view)}
      className={classes.nodeLink ?? ""}
      title={node.view}
      {...(node.view === view ? { "aria-current": "page" as const } : {})}
    >
      {node.title}
    </Link>
  );
}

/** The same for a narrow window, as a list to choose from. */
export function flatten(nodes: DataNode[], above = ""): { value: string; label: string }[] {
  return nodes.flatMap((node) => {
    const label = above === "" ? node.title : `${above} · ${node.title}`;
    return [{ value: node.view, label }, ...flatten(node.children, label)];
  });
}
