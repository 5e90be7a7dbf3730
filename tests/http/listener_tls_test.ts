import { assertEquals, assertRejects } from "@std/assert";
import { CertificateError } from "../../src/http/certificate.ts";
import { type CertificateFile, makeCertificate } from "../support/own_certificate.ts";
import { type TempFolder, tempFolder } from "../support/temp_folder.ts";
import { serveListener } from "./listener_server.ts";

/** A client that trusts one certificate alone, and may keep its connections. */
async function clientFor({ certificate }: CertificateFile): Promise<Deno.HttpClient> {
  return Deno.createHttpClient({ caCerts: [await Deno.readTextFile(certificate)] });
}

async function get(port: number, client: Deno.HttpClient): Promise<string> {
  return await (await fetch(`https://127.0.0.1:${port}/`, { client })).text();
}

/** Puts a certificate in the place of the one in use. */
async function install(folder: TempFolder, { certificate, key }: CertificateFile) {
  await Deno.copyFile(certificate, `${folder.path}/used.pem`);
  await Deno.copyFile(key, `${folder.path}/used.key`);
  return { certificate: `${folder.path}/used.pem`, key: `${folder.path}/used.key` };
}

Deno.test("new connections get a new certificate, and open ones stay", async () => {
  await using folder = await tempFolder();
  const [one, two] = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serveListener({ tls: await install(folder, one) });
  using before = await clientFor(one);
  using after = await clientFor(two);
  assertEquals(await get(server.port, before), "ok");
  await assertRejects(() => get(server.port, after));
  await install(folder, two);
  await server.listener.renewCertificate();
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
  await using server = await serveListener({ tls: await install(folder, one) });
  await install(folder, two);
  server.clock.advance(10_000);
  // the files are read behind the timer's back; asking again waits for the same files
  await server.listener.renewCertificate();
  using client = await clientFor(two);
  assertEquals(await get(server.port, client), "ok");
});

Deno.test("a certificate that cannot be used changes nothing, and is told once", async () => {
  await using folder = await tempFolder();
  const [one, two] = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serveListener({ tls: await install(folder, one) });
  await Deno.copyFile(two.certificate, `${folder.path}/used.pem`);
  await server.listener.renewCertificate();
  await server.listener.renewCertificate();
  assertEquals([server.failed.length, server.renewed.length], [1, 0]);
  using client = await clientFor(one);
  assertEquals(await get(server.port, client), "ok");
});

Deno.test("requests on open connections are all served during fifty renewals", async () => {
  await using folder = await tempFolder();
  const both = [await makeCertificate(folder, "one"), await makeCertificate(folder, "two")];
  await using server = await serveListener({ tls: await install(folder, both[0]!) });
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
    await server.listener.renewCertificate();
  }
  renewing = false;
  await calling;
  assertEquals([server.renewed.length, served > 0], [50, true]);
});

Deno.test("a certificate that is not there keeps the listener from starting", async () => {
  const tls = { certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem" };
  await assertRejects(() => serveListener({ tls }), CertificateError, "/nowhere/cert.pem");
});

Deno.test("a port that another listener with TLS has is taken", async () => {
  await using folder = await tempFolder();
  const tls = await makeCertificate(folder, "one");
  await using server = await serveListener({ tls });
  await assertRejects(() => serveListener({ tls, port: server.port }), Deno.errors.AddrInUse);
});
