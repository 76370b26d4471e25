// Marks what is known as old, so that it is asked for again where it is shown.
import type { Query, QueryClient, QueryKey } from "@tanstack/react-query";

const all = () => true;

/** What failed, is under way and may fail, or found nothing there. */
export const withNothing = ({ state }: Query) =>
  state.status !== "success" || (Array.isArray(state.data) && state.data.length === 0);

/**
 * Ends when everything shown has been asked for again. The library alone forgets the mark of what was being asked for
 * at that moment: the answer under way, made before the change, would stay for good.
 */
export async function markOld(
  client: QueryClient,
  queryKey: QueryKey,
  predicate: (query: Query) => boolean = all,
): Promise<void> {
  const underWay = new Set<Query>(client.getQueryCache().findAll({ queryKey, fetchStatus: "fetching", predicate }));
  const shown = client.invalidateQueries({ queryKey, predicate });
  // Of these the library itself asks again at once.
  for (const query of underWay) if (query.isActive() && query.state.data !== undefined) underWay.delete(query);
  await Promise.allSettled([...underWay].map((query) => query.promise));
  await client.invalidateQueries({ queryKey, predicate: (query) => underWay.has(query) });
  await shown;
}
