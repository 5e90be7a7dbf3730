/**
 * Which IP addresses belong to somebody out on the internet, and which to this machine, its network
 * or nobody at all. A request to one of the latter may reach what only insiders may reach.
 *
 * @module
 */
import ipaddr from "ipaddr.js";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** What `ipaddr.js` calls a range, in words that go on after "which is". */
const ranges: Readonly<Record<string, string>> = {
  unspecified: "the unspecified address",
  broadcast: "the broadcast address",
  loopback: "a loopback address",
  private: "a private address",
  uniqueLocal: "a private (unique local) address",
  linkLocal: "a link-local address",
  deprecatedSiteLocal: "a private (site-local) address",
  carrierGradeNat: "a carrier-grade NAT address",
  multicast: "a multicast address",
};

/**
 * Addresses at which clouds tell a machine its own credentials. Most lie in a refused range anyway;
 * Azure's does not.
 */
const metadata = new Set([
  "169.254.169.254", // AWS, Google Cloud, Azure and others
  "169.254.170.2", // AWS ECS
  "100.100.100.200", // Alibaba Cloud
  "168.63.129.16", // Azure's host agent
  "192.0.0.192", // Oracle Cloud
  "fd00:ec2::254", // AWS
  "fd20:ce::254", // Google Cloud
]);

/** What IANA gives out to the internet; whatever lies outside of it is no one's. */
const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
/** NAT64's own prefix: how networks without IPv4 write the addresses of those that have it. */
const nat64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/**
 * Why an IP address is not one of the public internet, such as `a loopback address`; undefined for
 * one that is. An IPv4 address inside of an IPv6 one counts as what it is. Brackets are allowed.
 */
export function nonPublicReason(text: string): string | undefined {
  const bare = /^\[(.*)\]$/.exec(text)?.[1] ?? text;
  if (!ipaddr.isValid(bare)) return "no IP address";
  return reasonFor(ipaddr.parse(bare));
}

function reasonFor(address: Address): string | undefined {
  if (metadata.has(address.toString())) return "a cloud's metadata address";
  if (address instanceof ipaddr.IPv6) return reasonForIPv6(address);
  const range = address.range();
  return range === "unicast" ? undefined : ranges[range] ?? "a reserved address";
}

function reasonForIPv6(address: ipaddr.IPv6): string | undefined {
  if (address.isIPv4MappedAddress()) return inside(address, "an IPv4-mapped form of");
  if (address.match(nat64)) return inside(address, "a NAT64 form of");
  const range = address.range();
  if (range !== "unicast") return ranges[range] ?? "a reserved address";
  // also the IPv4-compatible forms, ::a.b.c.d, which ipaddr.js takes for unicast
  return address.match(globalUnicast) ? undefined : "a reserved address";
}

/** What to say of the IPv4 address in an IPv6 address's last four bytes. */
function inside(address: ipaddr.IPv6, form: string): string | undefined {
  const reason = reasonFor(new ipaddr.IPv4(address.toByteArray().slice(-4)));
  return reason === undefined ? undefined : `${form} ${reason}`;
}

/** Whether a URL's host is an IP address rather than a name; `URL` has normalised its spelling. */
export function isAddressHost(hostname: string): boolean {
  return hostname.startsWith("[") || ipaddr.IPv4.isValidFourPartDecimal(hostname);
}

/**
 * Why a URL's host is not one of the public internet, as far as that is known without asking
 * anyone: for IP addresses, and for `localhost`, which is this machine by definition (RFC 6761).
 */
export function nonPublicHost(hostname: string): string | undefined {
  if (isAddressHost(hostname)) return nonPublicReason(hostname);
  return /(^|\.)localhost\.?$/.test(hostname) ? "this machine's own name" : undefined;
}
