/**
 * Text folding: what differs in case, width or form alone becomes the same.
 *
 * Each character is folded by itself, as in Unicode's NFKC_Casefold but decomposed (NFKD): "Ａ" and
 * "A" become "a", "ß" becomes "ss", half-width "ｶﾞ" and full-width "ガ" the same two units, and
 * what cannot be seen, such as a zero-width space or a soft hyphen, becomes nothing. Several accents
 * on a letter are in one order, whichever was typed first (of more than any writing has, thirty at a
 * time). One difference from Unicode: the dotless
 * "ı" is an "i".
 *
 * @module
 */

import { isMark, orderMarks } from "./mark_order.ts";

/** No fold is known yet. */
const unknown = 0;
/** The fold is not one unit; it stands in {@link longFolds}. */
const long = 0xffff;

/** The folds of single units, found out when they are first met. */
const folds = new Uint16Array(0x10000);
/** The folds that are no single unit, by code point. */
const longFolds = new Map<number, string>();

/** The fold of one character. */
function foldCharacter(codePoint: number): string {
  const character = String.fromCodePoint(codePoint);
  if (/^\p{Default_Ignorable_Code_Point}$/u.test(character)) return "";
  const parts = Array.from(character.normalize("NFKD"), (part) =>
    // by way of the upper case, which unites "ſ" with "s" and "ς" with "σ"; that of "ẞ" is its own
    Array.from(part.toLowerCase().toUpperCase(), (upper) => upper.toLowerCase()).join(""));
  return parts.join("").normalize("NFKD");
}

function learn(unit: number): number {
  const surrogate = unit >= 0xd800 && unit <= 0xdfff;
  const fold = surrogate ? "" : foldCharacter(unit);
  // a mark by itself takes the longer way, where marks are brought into order
  const alone = fold.length === 1 && !isMark(fold.charCodeAt(0));
  folds[unit] = alone ? fold.charCodeAt(0) : long;
  return folds[unit]!;
}

/** The fold of a unit where it is one unit whatever stands beside it; else -1. */
export function plainFold(unit: number): number {
  // without the first half of a pair, the second half stands for itself
  if (unit >= 0xdc00 && unit <= 0xdfff) return unit;
  const fold = folds[unit]! === unknown ? learn(unit) : folds[unit]!;
  return fold === long ? -1 : fold;
}

/**
 * What a unit folds to where {@link plainFold} has no answer: several units, or none for what cannot
 * be seen. It is so beside anything but a mark, which would be ordered among marks of the fold;
 * undefined, therefore, for what folds to a mark in front, and for half of a pair.
 */
export function severalFold(unit: number): string | undefined {
  if (unit >= 0xd800 && unit <= 0xdfff) return undefined;
  const fold = longFold(unit);
  return fold !== "" && isMark(fold.charCodeAt(0)) ? undefined : fold;
}

/** Whether a character of two units stands at a place of a text and folds to itself, as emoji do. */
export function isPlainPair(text: string, at: number): boolean {
  const codePoint = text.codePointAt(at)!;
  return codePoint > 0xffff && longFold(codePoint).codePointAt(0) === codePoint;
}

function longFold(codePoint: number): string {
  let fold = longFolds.get(codePoint);
  if (fold === undefined) {
    // a lone surrogate stands for itself
    const lone = codePoint >= 0xd800 && codePoint <= 0xdfff;
    fold = lone ? String.fromCharCode(codePoint) : foldCharacter(codePoint);
    longFolds.set(codePoint, fold);
  }
  return fold;
}

/** Folds one text after another into the same memory. */
export class TextFolder {
  /** The UTF-16 units of the folded text, of which {@link length} count. */
  units: Uint16Array<ArrayBuffer>;
  /** For each unit, where the character that it comes from starts in the original text. */
  origins: Uint32Array<ArrayBuffer>;
  length = 0;

  /** @param room for how many units there is room at first. */
  constructor(room = 1024) {
    this.units = new Uint16Array(room);
    this.origins = new Uint32Array(room);
  }

  fold(text: string): void {
    this.length = 0;
    this.#makeRoom(text.length);
    const { units, origins } = this;
    // most texts fold unit by unit
    for (let at = 0; at < text.length; at++) {
      const fold = folds[text.charCodeAt(at)]!;
      if (fold === unknown || fold === long) {
        this.length = at;
        this.#foldFrom(text, at);
        return;
      }
      units[at] = fold;
      origins[at] = at;
    }
    this.length = text.length;
  }

  /** Folds what may become longer or shorter. */
  #foldFrom(text: string, start: number): void {
    let { units, origins, length } = this;
    for (let at = start; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const fold = folds[unit]! === unknown ? learn(unit) : folds[unit]!;
      if (fold !== long) {
        units[length] = fold;
        origins[length++] = at;
        continue;
      }
      const codePoint = text.codePointAt(at)!;
      const several = longFold(codePoint);
      this.length = length;
      this.#makeRoom(several.length + text.length - at);
      ({ units, origins } = this);
      for (let index = 0; index < several.length; index++) {
        units[length] = several.charCodeAt(index);
        origins[length++] = at;
      }
      if (codePoint > 0xffff) at++;
    }
    this.length = length;
    orderMarks(units, origins, length);
  }

  /** The folded text, or a part of it, as a string. */
  text(from = 0, to = this.length): string {
    let text = "";
    for (let start = from; start < to; start += 4096) {
      const end = Math.min(start + 4096, to);
      text += String.fromCharCode(...this.units.subarray(start, end));
    }
    return text;
  }

  #makeRoom(more: number): void {
    if (this.length + more <= this.units.length) return;
    const room = 2 * (this.length + more);
    const units = new Uint16Array(room);
    const origins = new Uint32Array(room);
    units.set(this.units);
    origins.set(this.origins);
    this.units = units;
    this.origins = origins;
  }
}

/** The folded text of a string. */
export function foldText(text: string): string {
  const folder = new TextFolder(text.length);
  folder.fold(text);
  return folder.text();
}
