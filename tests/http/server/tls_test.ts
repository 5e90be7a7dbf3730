import { assertEquals, assertRejects } from "@std/assert";
import { CertificateError } from "../../../src/http/server/certificate.ts";
import { type CertificateFiles, makeCertificate } from "../../support/certificates.ts";
import { eventually } from "../../support/eventually.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";
import { serve } from "./served.ts";

/** A client that trusts one certificate alone, and may keep its connections. */
async function clientFor({ certificate }: CertificateFiles): Promise<Deno.HttpClient> {
  return Deno.createHttpClient({ caCerts: [await Deno.readTextFile(certificate)] });
}

async function get(port: number, client: Deno.HttpClient): Promise<string> {
  return await (await fetch(`https://127.0.0.1:${port}/`, { client })).text();
}

/** Puts a certificate in the place of the one in use. */
async function install(folder: TempFolder, { certificate, key }: CertificateFiles) {
  await Deno.copyFile(certificate, `${folder.path}/used.pem`);
  await Deno.copyFile(key, `${folder.path}/used.key`);
  return { certificate: `${folder.path}/used.pem`, key: `${folder.path}/used.key` };
}

Deno.test("new connections get a new certificate, and open ones stay", async () => {
  await using folder = await tempFolder();
  const [one, two] = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serve({ tls: await install(folder, one) });
  using before = await clientFor(one);
  using after = await clientFor(two);
  assertEquals(await get(server.port, before), "ok");
  await assertRejects(() => get(server.port, after));
  await install(folder, two);
  await server.server.renewCertificate();
  assertEquals(server.renewed.length, 1);
  assertEquals(await get(server.port, after), "ok");
  // on the connection that it has: a new one would not trust the new certificate
  assertEquals(await get(server.port, before), "ok");
  using late = await clientFor(one);
  await assertRejects(() => get(server.port, late));
});

Deno.test("the certificate's files are looked at every ten seconds", async () => {
  await using folder = await tempFolder();
  const [one, two] = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serve({ tls: await install(folder, one) });
  using before = await clientFor(one);
  // a server to which nobody connects is tried in the meantime
  assertEquals(await get(server.port, before), "ok");
  await install(folder, two);
  server.clock.advance(10_000);
  // the files are read behind the timer's back; asking again waits for the same files
  await server.server.renewCertificate();
  using client = await clientFor(two);
  assertEquals(await get(server.port, client), "ok");
});

Deno.test("a certificate that cannot be used changes nothing, and is reported once", async () => {
  await using folder = await tempFolder();
  const [one, two] = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serve({ tls: await install(folder, one) });
  await Deno.copyFile(two.certificate, `${folder.path}/used.pem`);
  await server.server.renewCertificate();
  await server.server.renewCertificate();
  assertEquals([server.failed.length, server.renewed.length], [1, 0]);
  using client = await clientFor(one);
  assertEquals(await get(server.port, client), "ok");
});

Deno.test("requests on open connections are all served during fifty renewals", async () => {
  await using folder = await tempFolder();
  const both = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serve({ tls: await install(folder, both[0]!) });
  using client = await clientFor(both[0]!);
  // opens the connection that all others then use
  assertEquals(await get(server.port, client), "ok");
  let renewing = true;
  let served = 0;
  const caller = async () => {
    while (renewing) {
      assertEquals(await get(server.port, client), "ok");
      served++;
    }
  };
  const calling = caller();
  for (let round = 1; round <= 50; round++) {
    await install(folder, both[round % 2]!);
    await server.server.renewCertificate();
  }
  renewing = false;
  await calling;
  assertEquals([server.renewed.length, served > 0], [50, true]);
});

Deno.test("handshakes that are not finished are counted once, and hold up neither others nor a stop", async () => {
  await using folder = await tempFolder();
  const tls = await makeCertificate(folder, "one");
  const server = await serve({ tls });
  const halves = [[], [0x16, 3, 1, 2, 0, 1]].map(async (bytes) => {
    const half = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await half.write(Uint8Array.from(bytes));
    return half;
  });
  const open = await Promise.all(halves);
  using client = await clientFor(tls);
  assertEquals(await get(server.port, client), "ok");
  await eventually("they are told", () => {
    server.clock.advance(1000);
    return server.ended.length > 0;
  });
  assertEquals(await get(server.port, client), "ok");
  server.clock.advance(1000);
  assertEquals(server.ended.map(({ slowHead }) => slowHead), [2]);
  assertEquals(await get(server.port, client), "ok");
  await server.stop();
  for (const half of open) half.close();
});

Deno.test("a handshake that is not finished makes room for another connection", async () => {
  await using folder = await tempFolder();
  const tls = await makeCertificate(folder, "one");
  await using server = await serve({ tls, limits: { connectionsPerCaller: 1 } });
  using half = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await half.write(Uint8Array.of(0x16));
  using client = await clientFor(tls);
  assertEquals(await get(server.port, client), "ok");
});

Deno.test("HTTP without TLS on a port with TLS is hung up on, and the next request is served", async () => {
  await using folder = await tempFolder();
  const tls = await makeCertificate(folder, "one");
  await using server = await serve({ tls });
  using plain = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await plain.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  const buffer = new Uint8Array(1024);
  let text = "";
  for (
    let read = await plain.read(buffer);
    read;
    read = await plain.read(buffer).catch(() => null)
  ) {
    text += new TextDecoder("latin1").decode(buffer.subarray(0, read));
  }
  assertEquals(text.includes("HTTP/"), false);
  using client = await clientFor(tls);
  assertEquals(await get(server.port, client), "ok");
});

Deno.test("a certificate that is not there keeps the listener from starting", async () => {
  const tls = { certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem" };
  await assertRejects(() => serve({ tls }), CertificateError, "/nowhere/cert.pem");
});

Deno.test("a port that another listener with TLS has is taken", async () => {
  await using folder = await tempFolder();
  const tls = await makeCertificate(folder, "one");
  await using server = await serve({ tls });
  await assertRejects(() => serve({ tls, port: server.port }), Error, "EADDRINUSE");
});
