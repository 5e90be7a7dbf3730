/**
 * A target that closes the connections that the router keeps to it, as every server does when it is
 * started anew, with the router in a process of its own.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { DeliveryError } from "../../src/delivery/delivery_error.ts";
import { aTarget } from "../delivery/builders.ts";
import { postOnce } from "../delivery/posting.ts";
import { certificates } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { countingTarget } from "./counting_target.ts";
import { burst, print, startForwarding } from "./forwarding.ts";

const restarts = 3;
const callbacks = 40;

Deno.test("a target over https that is started anew gets everything, and ends nothing here", async () => {
  const { ca, ...tls } = await certificates();
  await using folder = await tempFolder();
  await using target = countingTarget(tls);
  const retry = { attempts: 100, delays: ["50ms"] };
  // by its name: with an address no protocol is agreed on
  const url = target.url.replace("127.0.0.1", "localhost");
  await using router = await startForwarding({
    secure: { url, ca: await folder.write("ca.pem", ca), retry, breaker: false },
  });
  const answered: string[] = [];
  const allArrived = () => answered.every((operation) => target.received.has(operation));
  for (let restart = 1; restart <= restarts; restart++) {
    answered.push(...await burst(router, callbacks, { prefix: `up-${restart}` }));
    await eventually("all have arrived", allArrived);
    // the router's connections are idle now, and are told that they end
    await target.down();
    answered.push(...await burst(router, callbacks, { prefix: `down-${restart}` }));
    target.up();
    await eventually("what was answered meanwhile has arrived too", allArrived);
  }
  print(`a target over https, started anew ${restarts} times: ${answered.length} answered, 0 lost`);
  assertEquals(answered.length, restarts * 2 * callbacks);
});

Deno.test("HTTP/2 is not agreed on, whose end by the target would end this process", async () => {
  const { ca, ...tls } = await certificates();
  await using folder = await tempFolder();
  using listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    alpnProtocols: ["h2", "http/1.1"],
    ...tls,
  });
  const agreed = (async () => {
    using connection = await listener.accept();
    return (await connection.handshake()).alpnProtocol;
  })();
  const url = `https://localhost:${listener.addr.port}/`;
  const target = aTarget({ url, ca: await folder.write("ca.pem", ca) });
  await assertRejects(() => postOnce(target), DeliveryError);
  assertEquals(await agreed, "http/1.1");
});
