import ipaddr from "ipaddr.js";

/** Ranges of addresses. */
export interface AddressRanges {
  /** Whether an address is in one of the ranges; never true of what is no address. */
  includes(address: string): boolean;
}

/** The longest address, characters: one of IPv6 takes 45, and a zone behind it has a short name. */
const longestAddress = 64;

/**
 * Compiles ranges such as `10.0.0.0/8`, `fd00::/8` and single addresses. An IPv4 address that is
 * written as one of IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
 *
 * @throws {Error} for what is no range.
 */
export function addressRanges(ranges: readonly string[]): AddressRanges {
  const parsed = ranges.map(parseRange);
  return {
    includes: (address) =>
      parsed.length > 0 && isAddress(address) && isIn(ipaddr.process(address), parsed),
  };
}

/** Whether a text is an address, an IPv4 one in its usual form of four decimal parts. */
export function isAddress(text: string): boolean {
  // an IPv6 address may name a zone of any length
  if (text.length > longestAddress) return false;
  return text.includes(":") ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
}

/**
 * What counts as one caller: an IPv4 address, even if it is written as one of IPv6; of an IPv6
 * address its /64, since one customer has all of it.
 */
export function networkOf(address: string): string {
  if (!address.includes(":") || !ipaddr.IPv6.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return `${parsed.parts.slice(0, 4).map((part) => part.toString(16)).join(":")}::/64`;
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

function parseRange(text: string): Range {
  if (text.includes("/")) {
    const [address, bits] = ipaddr.parseCIDR(text);
    const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
    return isMapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
  }
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

function isIn(address: ipaddr.IPv4 | ipaddr.IPv6, ranges: readonly Range[]): boolean {
  return ranges.some((range) => range[0].kind() === address.kind() && address.match(range));
}
