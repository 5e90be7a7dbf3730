import ipaddr from "ipaddr.js";
import QuickLRU from "quick-lru";

/** Ranges of addresses. */
export interface AddressRanges {
  /** Whether an address is in one of the ranges; never true of what is no address. */
  includes(address: string): boolean;
}

/** How many addresses' answers are kept: callers are few, and come again with every request. */
const mostKept = 1000;

/**
 * Compiles ranges such as `10.0.0.0/8`, `fd00::/8` and single addresses. An IPv4 address that is
 * written as one of IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
 *
 * @throws {Error} for what is no range.
 */
export function addressRanges(ranges: readonly string[]): AddressRanges {
  const parsed = ranges.map(parseRange);
  const kept = new QuickLRU<string, boolean>({ maxSize: mostKept });
  return {
    includes(address) {
      if (parsed.length === 0) return false;
      const known = kept.get(address);
      if (known !== undefined) return known;
      const found = isAddress(address) && isIn(ipaddr.process(address), parsed);
      kept.set(address, found);
      return found;
    },
  };
}

/** Whether a text is an address, an IPv4 one in its usual form of four decimal parts. */
export function isAddress(text: string): boolean {
  return text.includes(":") ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

function parseRange(text: string): Range {
  if (text.includes("/")) return ipaddr.parseCIDR(text);
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly Range[]): boolean {
  return ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
}
