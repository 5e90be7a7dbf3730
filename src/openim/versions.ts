/**
 * OpenIM's versions and ranges of them, by which plugins say which servers a fact concerns.
 *
 * @module
 */

/** A range of OpenIM's versions, its ends included; an end that is left out is open. */
export interface VersionRange {
  /** The first version, such as `v3.7.0`; `main` for the development branch. */
  readonly from?: string;
  /** The last version. */
  readonly to?: string;
  /** The first version that is beyond the range. */
  readonly before?: string;
}

/** What comes before a release, and after it; a plain version lies between. */
const stages: Readonly<Record<string, number>> = {
  alpha: -3,
  beta: -2,
  bate: -2,
  rc: -1,
  patch: 1,
};

const form = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:-([a-z]+)\.?(\d{1,6})?)?$/;

/** Whether a text names a version, such as `3.8.3`, `v3.8.3-patch.16` or `main`. */
export function isVersion(text: string): boolean {
  return placeOf(text) !== undefined;
}

/** Whether a fact about a range of versions concerns a server; it does when its version is not known. */
export function concerns(version: string | undefined, range: VersionRange): boolean {
  return version === undefined || isWithin(version, range);
}

/** Whether a version lies in a range. */
export function isWithin(version: string, { from, to, before }: VersionRange): boolean {
  return (from === undefined || compare(version, from) >= 0) &&
    (to === undefined || compare(version, to) <= 0) &&
    (before === undefined || compare(version, before) < 0);
}

/** The later one of two versions. */
export function later(one: string, other: string): string {
  return compare(one, other) < 0 ? other : one;
}

/** A range in words, such as `3.7.0 to 3.8.1`. */
export function rangeText({ from, to, before }: VersionRange): string {
  if (from === "main") return "the main branch";
  if (from === undefined) {
    if (to !== undefined) return `up to ${plain(to)}`;
    return before === undefined ? "every version" : `before ${plain(before)}`;
  }
  if (to !== undefined) return `${plain(from)} to ${plain(to)}`;
  const open = `${plain(from)} and later`;
  return before === undefined ? open : `${open}, before ${plain(before)}`;
}

function plain(version: string): string {
  return version === "main" ? "the main branch" : version.replace(/^v/, "");
}

/** A negative number if one version is older than the other, a positive one if it is newer. */
function compare(one: string, other: string): number {
  const [left, right] = [placeOf(one)!, placeOf(other)!];
  const different = left.findIndex((part, index) => part !== right[index]);
  return different === -1 ? 0 : left[different]! - right[different]!;
}

/** Where a version stands among all; undefined for a text that is none. */
function placeOf(text: string): readonly number[] | undefined {
  if (text === "main") return [Infinity, 0, 0, 0, 0];
  const [, major, minor, fix, stage, number = "0"] = form.exec(text) ?? [];
  if (major === undefined || stage !== undefined && stages[stage] === undefined) return undefined;
  const place = stage === undefined ? 0 : stages[stage]!;
  return [Number(major), Number(minor), Number(fix), place, Number(number)];
}
