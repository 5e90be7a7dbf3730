/**
 * Whether requests come from the version of OpenIM that the rules file names. A request does not say
 * its version; the place and the age of its command's name bound it.
 *
 * @module
 */
import type { Callback } from "./callback.ts";
import { isWithin, later, rangeText, type VersionRange } from "./versions.ts";

/** Where a request names its command first. */
export type CommandPlace = "path" | "query" | "body";

/** The versions that send a command, as its plugin declares them. */
export interface SentBy {
  readonly since: string;
  readonly until?: string;
  readonly renamed?: string;
}

/** What is looked at of a request. */
export interface SeenRequest {
  readonly callback: Callback;
  readonly place: CommandPlace;
  readonly sentBy: SentBy | undefined;
}

/** Compares requests with a version, and reports once each other range of versions. */
export class VersionWatch {
  readonly #version: string;
  readonly #report: (callback: Callback, shown: string) => void;
  readonly #reported = new Set<string>();
  /** Names by which requests were found to fit, each with its place. */
  readonly #fitting = new Set<string>();

  constructor(version: string, report: (callback: Callback, shown: string) => void) {
    this.#version = version;
    this.#report = report;
  }

  /** Looks at a request that named a known command. */
  see(request: SeenRequest): void {
    const { callback: { calledAs, dialect }, place } = request;
    const key = `${dialect} ${place} ${calledAs}`;
    if (this.#fitting.has(key)) return;
    const shown = shownVersions(request);
    if (isWithin(this.#version, shown)) {
      this.#fitting.add(key);
      return;
    }
    const words = rangeText(shown);
    if (this.#reported.has(words)) return;
    this.#reported.add(words);
    this.#report(request.callback, words);
  }
}

/** The versions that send such a request; every version if it shows none. */
export function shownVersions({ callback, place, sentBy }: SeenRequest): VersionRange {
  const range = narrowed(formRange(callback, place), callback, sentBy);
  // a form of no server, such as those of the documentation and of people's own tests
  return range.from !== undefined && !isWithin(range.from, range) ? {} : range;
}

/** The versions that name their commands in a place. */
function formRange({ dialect }: Callback, place: CommandPlace): VersionRange {
  if (dialect === "v2") return { from: "v2.0.2", to: "v2.3.3" };
  if (place === "query") return { from: "v3.0.0-alpha.0", to: "v3.4.0" };
  return place === "path" ? { from: "v3.4.2" } : {};
}

function narrowed(
  range: VersionRange,
  { calledAs, command }: Callback,
  sentBy: SentBy | undefined,
): VersionRange {
  // a body alone may be of anybody
  if (range.from === undefined || sentBy === undefined) return range;
  const { since, until, renamed } = sentBy;
  const isNewest = calledAs === command;
  const from = later(later(range.from, since), isNewest ? renamed ?? since : since);
  return {
    ...range,
    from,
    ...until !== undefined && { to: until },
    ...renamed !== undefined && !isNewest && { before: renamed },
  };
}
