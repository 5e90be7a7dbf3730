import ipaddr from "ipaddr.js";
import { z } from "zod";

/** A range of addresses in CIDR form, `10.0.0.0/8` or `fd00::/8`, or a single address. */
export const addressRange = z.string().refine(isRange, {
  error: 'expected a range such as "10.0.0.0/8" or "fd00::/8", or an address',
});

function isRange(text: string): boolean {
  const [address = "", ...rest] = text.split("/");
  // "10.1" and "0x0a000001" are IPv4 addresses to the library, but hardly what is meant
  const isAddress = address.includes(":")
    ? ipaddr.IPv6.isValid(address)
    : ipaddr.IPv4.isValidFourPartDecimal(address);
  return isAddress && (rest.length === 0 || ipaddr.isValidCIDR(text));
}
