import { assertEquals } from "@std/assert";
import { nonPublicHost, nonPublicReason } from "../../src/values/public_addresses.ts";

const loopback = "a loopback address";
const ownName = "this machine's own name";
const private_ = "a private address";
const metadata = "a cloud's metadata address";
const reserved = "a reserved address";
const linkLocal = "a link-local address";
const multicast = "a multicast address";
const uniqueLocal = "a private (unique local) address";
const cgnat = "a carrier-grade NAT address";
const mapped = "an IPv4-mapped form of ";
const nat64 = "a NAT64 form of ";

/** Hosts as they may be written in a URL, and why deliveries do not go there. */
const hostile: readonly (readonly [host: string, reason: string])[] = [
  // IPv4 as it is meant to be written
  ["127.0.0.1", loopback],
  ["127.255.255.254", loopback],
  ["10.0.0.1", private_],
  ["10.255.255.255", private_],
  ["172.16.0.1", private_],
  ["172.31.255.255", private_],
  ["192.168.0.1", private_],
  ["192.168.255.255", private_],
  ["169.254.0.1", linkLocal],
  ["169.254.169.254", metadata],
  ["169.254.170.2", metadata],
  ["100.100.100.200", metadata],
  ["168.63.129.16", metadata],
  ["192.0.0.192", metadata],
  ["100.64.0.1", cgnat],
  ["100.127.255.255", cgnat],
  ["0.0.0.0", "the unspecified address"],
  ["0.1.2.3", "the unspecified address"],
  ["224.0.0.1", multicast],
  ["239.255.255.255", multicast],
  ["255.255.255.255", "the broadcast address"],
  ["240.0.0.1", reserved],
  ["192.0.0.1", reserved],
  ["192.0.2.1", reserved],
  ["198.18.0.1", reserved],
  ["198.51.100.1", reserved],
  ["203.0.113.1", reserved],
  ["192.88.99.1", reserved],
  // IPv4 in decimal, octal, hexadecimal, shortened, padded, and in other digits and dots
  ["2130706433", loopback],
  ["3232235521", private_],
  ["2852039166", metadata],
  ["017700000001", loopback],
  ["0177.0.0.1", loopback],
  ["0251.0376.0251.0376", metadata],
  ["0300.0250.0.1", private_],
  ["0x7f000001", loopback],
  ["0x7f.0x0.0x0.0x1", loopback],
  ["0xa9fea9fe", metadata],
  ["0x7f.1", loopback],
  ["127.1", loopback],
  ["127.0.1", loopback],
  ["10.1", private_],
  ["192.168.257", private_],
  ["0", "the unspecified address"],
  ["127.0.0.1.", loopback],
  ["0x0000007f.0.0.00001", loopback],
  ["%31%32%37.0.0.1", loopback],
  ["１２７.０.０.１", loopback],
  ["①②⑦.⓪.⓪.①", loopback],
  ["127。0。0。1", loopback],
  // who reads a URL otherwise than the connection does
  ["1.1.1.1@10.0.0.1", private_],
  ["1.1.1.1:80@127.0.0.1", loopback],
  // IPv6
  ["[::1]", loopback],
  ["[0:0:0:0:0:0:0:1]", loopback],
  ["[::]", "the unspecified address"],
  ["[fe80::1]", linkLocal],
  ["[febf::1]", linkLocal],
  ["[fec0::1]", "a private (site-local) address"],
  ["[fc00::1]", uniqueLocal],
  ["[fdff::1]", uniqueLocal],
  ["[fd00:ec2::254]", metadata],
  ["[FD00:0EC2:0:0:0:0:0:0254]", metadata],
  ["[fd20:ce::254]", metadata],
  ["[ff02::1]", multicast],
  ["[ff0e::1]", multicast],
  ["[2001:db8::1]", reserved],
  ["[100::1]", reserved],
  ["[2001::1]", reserved],
  ["[4000::1]", reserved],
  // IPv4 inside of IPv6: mapped, compatible, translated, NAT64, 6to4
  ["[::ffff:127.0.0.1]", mapped + loopback],
  ["[::ffff:7f00:1]", mapped + loopback],
  ["[0:0:0:0:0:ffff:a9fe:a9fe]", mapped + metadata],
  ["[::ffff:10.0.0.1]", mapped + private_],
  ["[::ffff:0.0.0.0]", `${mapped}the unspecified address`],
  ["[::127.0.0.1]", reserved],
  ["[::a00:1]", reserved],
  ["[::ffff:0:127.0.0.1]", reserved],
  ["[64:ff9b::127.0.0.1]", nat64 + loopback],
  ["[64:ff9b::a9fe:a9fe]", nat64 + metadata],
  ["[64:ff9b::10.0.0.1]", nat64 + private_],
  ["[64:ff9b:1::10.0.0.1]", reserved],
  ["[2002:7f00:1::]", reserved],
  ["[2002:a00:1::1]", reserved],
  // names of this machine
  ["localhost", ownName],
  ["LOCALHOST", ownName],
  ["localhost.", ownName],
  ["ｌｏｃａｌｈｏｓｔ", ownName],
  ["api.localhost", ownName],
];

Deno.test("the table of hostile hosts has at least 60 that differ", () => {
  assertEquals(new Set(hostile.map(([host]) => host)).size >= 60, true);
});

for (const [host, reason] of hostile) {
  Deno.test(`http://${host}/ is refused as ${reason}`, () => {
    assertEquals(nonPublicHost(new URL(`http://${host}/`).hostname), reason);
  });
}

const legitimate = [
  "1.1.1.1",
  "8.8.8.8",
  "134744072",
  "172.15.255.255",
  "172.32.0.1",
  "192.167.255.255",
  "100.63.255.255",
  "100.128.0.1",
  "223.255.255.255",
  "[2606:4700:4700::1111]",
  "[2a00:1450:4001:830::200e]",
  "[::ffff:8.8.8.8]",
  "[64:ff9b::8.8.8.8]",
  "analytics.example.com",
  "localhost.example.com",
  "notlocalhost",
];

for (const host of legitimate) {
  Deno.test(`http://${host}/ passes as public, or as a name to be looked up`, () => {
    assertEquals(nonPublicHost(new URL(`http://${host}/`).hostname), undefined);
  });
}

Deno.test("an address with a zone is what it is without", () => {
  assertEquals(nonPublicReason("fe80::1%eth0"), linkLocal);
});

Deno.test("what is no address is not taken for a public one", () => {
  for (const text of ["", "example.com", "1.2.3.4.5", "[]", "[::1"]) {
    assertEquals(nonPublicReason(text), "no IP address", text);
  }
});
