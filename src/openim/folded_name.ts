/**
 * A name as Go's JSON decoder compares it: without regard to case, and with the long s taken for
 * an s and the Kelvin sign for a k. Two names of one folded name are one field to OpenIM.
 */
export function foldedName(name: string): string {
  return name.replaceAll("\u017f", "s").toLowerCase();
}
