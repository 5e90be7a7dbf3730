import { createHash } from "node:crypto";

/** The longest key that is kept as it is, UTF-16 units. */
export const longestKey = 128;
/** How much of a longer one is kept in front of its hash, so that people know it again. */
const keptStart = 64;

/**
 * A caller's text in a form that may be kept and compared as a key. A text of up to
 * {@link longestKey} UTF-16 units stays as it is. Of a longer one the start and the SHA-256 are
 * kept: memory would be the caller's to fill, and V8's maps take all texts of more than 16,383
 * units and one length for neighbours, so that each look-up compares them one by one.
 *
 * No text can be made to meet another's key: what stands for a long text is itself longer than any
 * text that is kept as it is.
 */
export function boundedKey(text: string): string {
  return ownCopy(bounded(text));
}

/**
 * As {@link boundedKey}, for a map: V8's maps take whole numbers of up to ten digits for neighbours
 * if their lowest bits are the same, such as "65536" and "131072". With a mark in front they are
 * no numbers.
 */
export function mapKey(text: string): string {
  return ownCopy(markedKey(bounded(text)));
}

/** The {@link mapKey} of a {@link boundedKey}. */
export function markedKey(key: string): string {
  return `:${key}`;
}

/** The {@link boundedKey} of a {@link mapKey}. */
export function keyInMap(key: string): string {
  return key.slice(1);
}

function bounded(text: string): string {
  return text.length <= longestKey ? text : `${startOf(text)}... sha256:${hash(text)}`;
}

/** A cut through the middle of a character would make half of one. */
function startOf(text: string): string {
  return text.slice(0, keptStart).toWellFormed();
}

function hash(text: string): string {
  // UTF-8 has one form for all halves of characters
  const whole = text.isWellFormed() ? text : JSON.stringify(text);
  return createHash("sha256").update(whole).digest("hex");
}

/**
 * The same text in memory of its own. A part of a text, as `substring` gives it, would hold the
 * whole text in memory for as long as the part is kept.
 */
function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

/**
 * What stands in front of all keys of one owner, such as a rule's place in the rules file, which
 * may be longer than the keys themselves. It is as good as the owner's name in telling keys apart.
 */
export function keyPrefix(owner: string): string {
  return `${hash(owner).slice(0, 16)}\n`;
}
