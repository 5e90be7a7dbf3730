import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { TextLineStream } from "@std/streams";
import { root } from "../support/server_process.ts";
import { newestSample } from "../support/samples.ts";
import { tempFolder } from "../support/temp_folder.ts";

const command = "callbackBeforeSendGroupMsgCommand";

Deno.test("examples/own_application.ts answers callbacks beside pages of its own", async () => {
  await using folder = await tempFolder();
  const rules = await folder.write(
    "rules.json",
    JSON.stringify({
      server: { secret: "a-secret-of-enough-length" },
      callbacks: {
        "callbackBeforeSendGroupMsgCommand": { rules: [{ use: "refuse", message: "no" }] },
      },
    }),
  );
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", join(root, "examples/own_application.ts"), rules, "0"],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = process.stderr.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  let url = "";
  for await (const line of lines.values({ preventCancel: true }) as AsyncIterable<string>) {
    [url = ""] = /http:\/\/\S+/.exec(line) ?? [];
    if (url !== "") break;
  }
  void lines.cancel();
  const post = async (path: string) => {
    const headers = { "content-type": "application/json" };
    const { body } = newestSample(command);
    const answer = await fetch(`${url}${path}`, { method: "POST", headers, body });
    const { errCode, errMsg, nextCode } = await answer.json();
    return [answer.status, errCode, errMsg, nextCode];
  };
  try {
    assertEquals(await post(`/a-secret-of-enough-length/${command}`), [200, 5001, "no", 1]);
    assertEquals((await post(`/${command}`))[0], 401, "the secret is behind the app's own path");
    const page = await fetch(new URL("/hello", url));
    assertEquals(await page.text(), "this page is mine");
  } finally {
    process.kill("SIGTERM");
  }
  assertEquals((await process.status).code, 0);
});
