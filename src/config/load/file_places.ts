import { dirname, join, parse, relative, resolve } from "@std/path";
import { sep } from "node:path";

/** How many links are followed, as Linux does. */
const mostLinks = 40;

/**
 * The places where a change may put something else at a path: the file itself, and every link on
 * the way to it. A Kubernetes config map is changed at `..data`, a link to the folder with the
 * files, and the file at the path is a link by way of it.
 *
 * @returns full paths whose folders have no links in them.
 */
export async function placesOf(path: string): Promise<readonly string[]> {
  const places: string[] = [];
  let [at, ...parts] = split(path);
  while (parts.length > 0 && places.length <= mostLinks) {
    const next = join(at!, parts.shift()!);
    const link = await linkAt(next);
    if (link === undefined) {
      at = next;
      if (parts.length === 0) places.push(next);
      continue;
    }
    places.push(next);
    if (link === null) break;
    [at, ...parts] = [...split(resolve(at!, link)), ...parts];
  }
  return places;
}

/** The folders of places. */
export function foldersOf(places: Iterable<string>): ReadonlySet<string> {
  return new Set([...places].map((place) => dirname(place)));
}

/** Where a link leads to; undefined if none can be seen, null if there is nothing. */
async function linkAt(path: string): Promise<string | undefined | null> {
  try {
    return (await Deno.lstat(path)).isSymlink ? await Deno.readLink(path) : undefined;
  } catch (error) {
    // what may not be looked at is taken for a folder: the places in it may be known
    return error instanceof Deno.errors.NotCapable ? undefined : null;
  }
}

/** The root, then every part. */
function split(path: string): string[] {
  const { root } = parse(resolve(path));
  return [root, ...relative(root, resolve(path)).split(sep)];
}
