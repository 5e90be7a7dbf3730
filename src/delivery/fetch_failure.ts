import { messageOf } from "../values/thrown.ts";

/**
 * Why a request to a target failed, in words for logs and dead letters. The path and the query of a
 * URL may be secrets: of a target only its host is named.
 */
export function describeFetchFailure(error: unknown, { host }: Pick<URL, "host">): string {
  return `no answer from ${host}: ${reasonOf(error)}`;
}

function reasonOf(error: unknown): string {
  // a name with several addresses, none of which could be connected to
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return messageOf(error);
}
