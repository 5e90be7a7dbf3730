import { assertEquals } from "@std/assert";
import { sendRaw } from "../http/raw_request.ts";
import { eras, goDecode, refuses } from "../openim/go_decoder.ts";
import { commands } from "../support/catalogue.ts";
import { startRouterProcess } from "../support/router_process.ts";
import { type Sample, samples } from "../support/samples.ts";

const success = '{"actionCode":0,"errCode":0,"errMsg":"Success","errDlt":"","nextCode":0}';

/** How a request reaches the router, as OpenIM's versions differ in it. */
interface UrlForm {
  readonly path: string;
  readonly headers: readonly string[];
}

const traced = ["Operationid: 1754300000123"];

/** The URL forms of the versions that send a sample, and the one that the documentation shows. */
function urlForms({ command, version, fields }: Sample): readonly UrlForm[] {
  const name = String(fields.callbackCommand);
  const until = commands.find((facts) => facts.command === command)?.webhook.until;
  const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version ?? until ?? "") ?? [];
  const documented = { path: `?command=${name}&contenttype=json`, headers: traced };
  if (major === "2") return [{ path: "", headers: [] }, documented];
  if (major === "3" && Number(minor) <= 4) {
    return [{ path: `?command=${name}`, headers: traced }, documented];
  }
  const key = "key=eyJzZW5kSUQiOiIxNjk1NzY2MjM4In0%3D";
  return [
    { path: `/${name}`, headers: traced },
    { path: `/${name}?${key}`, headers: ["Operationid: "] },
    { path: `//${name}/`, headers: traced },
    documented,
  ];
}

const counted = `${samples.length} samples, ${samples.flatMap(urlForms).length} requests`;

Deno.test(`every sample gets consent in every URL form of its versions: ${counted}`, async (t) => {
  await using router = await startRouterProcess({});
  const { port, pathname } = new URL(router.url);
  for (const sample of samples) {
    const echoes = commands.some(({ command, echo }) => command === sample.command && echo);
    for (const { path, headers } of urlForms(sample)) {
      await t.step(`${sample.file} at "${path}"`, async () => {
        const length = new TextEncoder().encode(sample.body).length;
        const answer = await sendRaw(Number(port), {
          path: `${pathname}${path}`,
          headers: [
            "Content-Type: application/json; charset=utf-8",
            `Content-Length: ${length}`,
            ...headers,
          ],
          body: sample.body,
        });
        assertEquals(answer.status, 200);
        if (!echoes) return assertEquals(answer.body, success);
        for (const era of eras) {
          const { actionCode, nextCode } = goDecode(answer.body, era);
          assertEquals([actionCode, nextCode, refuses(answer.body, era)], [0, 0, false]);
        }
      });
    }
  }
});
