// The tree of data, a view's columns and size, a document.
import { useQuery } from "@tanstack/react-query";
import { useDoor } from "@/ipc/door-context";
import { queryKeys } from "@/ipc/keys";
import type { DataNode, Filter, GridQuery } from "@/ipc/types";

/** Nobody tells when the first page is stored: until there is something to show it is looked for. */
const UNTIL_FIRST_PAGE_MS = 3_000;

export function useTree(id: string, syncing: boolean) {
  const door = useDoor();
  return useQuery({
    queryKey: queryKeys.tree(id),
    queryFn: () => door.dataTree(id),
    refetchInterval: ({ state }) => syncing && (state.status === "error" || !state.data?.length) && UNTIL_FIRST_PAGE_MS,
  });
}

function useGridInfo(id: string, query: GridQuery) {
  const door = useDoor();
  return useQuery({ queryKey: queryKeys.grid(id, query), queryFn: () => door.openGrid(id, query) });
}

/** All columns of a view, and how many rows pass the filters: none while they are being counted. */
export function useView(id: string, view: string, filters: Filter[]) {
  const door = useDoor();
  const all: GridQuery = { view, columns: [], sort: [], filters: [] };
  const filtered: GridQuery = { ...all, filters };
  const info = useGridInfo(id, all);
  const size = useGridInfo(id, filtered);
  const counted = useQuery({
    queryKey: queryKeys.count(id, filtered),
    queryFn: () => door.gridCount(id, filtered),
    enabled: size.data?.rows === null,
  });
  return {
    columns: info.data?.columns ?? null,
    rows: size.data?.rows ?? counted.data ?? null,
    error: info.error ?? size.error ?? counted.error,
    retry: () => Promise.all([info, size, counted].map((query) => query.error && query.refetch())),
  };
}

export function useDocument(id: string, docType: string, documentId: string) {
  const door = useDoor();
  return useQuery({
    queryKey: queryKeys.document(id, docType, documentId),
    queryFn: () => door.document(id, docType, documentId),
    // Whoever walks down a list sees hundreds of documents; nobody goes back to most of them.
    gcTime: 30_000,
  });
}

/** The type whose view this is, or whose list: the root of the tree above it. */
export function rootOf(tree: DataNode[], view: string): DataNode | undefined {
  return tree.find((node) => node.view === view || node.children.some((child) => contains(child, view)));
}

function contains(node: DataNode, view: string): boolean {
  return node.view === view || node.children.some((child) => contains(child, view));
}

export function titleOf(tree: DataNode[], view: string): string {
  const root = rootOf(tree, view);
  const find = (node: DataNode): string | undefined =>
    node.view === view ? node.title : node.children.map(find).find((title) => title !== undefined);
  if (!root) return view;
  return root.view === view ? root.title : `${root.title} · ${find(root) ?? view}`;
}
