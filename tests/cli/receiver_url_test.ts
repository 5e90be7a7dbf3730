import { assertEquals, assertThrows } from "@std/assert";
import { receiverURL } from "../../src/cli/receiver_url.ts";
import { UsageError } from "../../src/cli/terminal.ts";

const listen = "127.0.0.1:10006";
const plain = { listen, secret: "" };

for (
  const [address, url] of [
    [listen, "http://127.0.0.1:10006/callbackExample"],
    ["router.internal:80", "http://router.internal:80/callbackExample"],
    ["[::1]:7000", "http://[::1]:7000/callbackExample"],
    ["0.0.0.0:7000", "http://127.0.0.1:7000/callbackExample"],
    ["[::]:7000", "http://127.0.0.1:7000/callbackExample"],
  ] as const
) {
  Deno.test(`a router that listens on ${address} is posted to at ${url}`, () => {
    assertEquals(receiverURL(undefined, { ...plain, listen: address }), url);
  });
}

for (
  const [given, url] of [
    ["https://im.example.com/hook/s3cret", "https://im.example.com/hook/s3cret"],
    ["http://10.0.0.5:10006/openim//", "http://10.0.0.5:10006/openim"],
    ["http://10.0.0.5:10006", "http://10.0.0.5:10006"],
  ] as const
) {
  Deno.test(`the URL ${given} is written as ${url}`, () => {
    assertEquals(receiverURL(given, plain), url);
  });
}

for (const given of ["10.0.0.5:10006", "webhook://127.0.0.1:10008/x", "/openim", ""]) {
  Deno.test(`"${given}" is not a URL that OpenIM can post to`, () => {
    assertThrows(() => receiverURL(given, plain), UsageError, "expected an http or https URL");
  });
}

for (const given of ["http://127.0.0.1/x?token=1", "http://127.0.0.1/x?", "http://127.0.0.1/#x"]) {
  Deno.test(`${given} is refused, since OpenIM writes the command behind it`, () => {
    assertThrows(() => receiverURL(given, plain), UsageError, "into the path instead");
  });
}

Deno.test("a router that takes any free port needs --url", () => {
  assertThrows(
    () => receiverURL(undefined, { ...plain, listen: "127.0.0.1:0" }),
    UsageError,
    "--url",
  );
});

Deno.test("a secret and TLS are part of the URL that OpenIM posts to", () => {
  const tls = { certificate: "cert.pem", key: "key.pem" };
  const secret = ["new-0123456789abcdef", "old-0123456789abcdef"];
  assertEquals(
    receiverURL(undefined, { listen, secret, tls }),
    "https://127.0.0.1:10006/new-0123456789abcdef",
  );
});

for (const given of ["http://x/%zz", "http://x/a b", " http://x/a", "http://x/%2"]) {
  Deno.test(`${JSON.stringify(given)} is refused, since Go cannot read it`, () => {
    assertThrows(() => receiverURL(given, plain), UsageError, "two hex digits");
  });
}

Deno.test("a URL that is refused is named without what may be a secret in it", () => {
  for (
    const given of ["http://im.example/s3cret?x", "ftp://u:s3cret@im.example/", "http://x/s3 cret"]
  ) {
    const { message } = assertThrows(() => receiverURL(given, plain), UsageError);
    assertEquals(message.includes("s3"), false, message);
  }
});
