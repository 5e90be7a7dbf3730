import { assertEquals } from "@std/assert";
import { eventually } from "../support/eventually.ts";
import { makeCertificate } from "../support/certificates.ts";
import { isThere } from "../support/programs.ts";
import { groupRead, startRouterProcess } from "../support/router_process.ts";
import type { TempFolder } from "../support/temp_folder.ts";
import { deployed } from "./installed.ts";

const secret = "s3cret-of-the-house-0123";
const body = JSON.stringify({ sendID: "u1", receiveID: "u1", unreadMsgNum: 1 });

/** A proxy as deploy/ has it, on ports and files of a test's own. */
interface Proxy {
  readonly program: string;
  readonly args: readonly string[];
  /** Files in which the secret must not be. */
  readonly logs: readonly string[];
}

type Setup = (folder: TempFolder, port: number, router: number) => Promise<Proxy>;

const nginx: Setup = async (folder, port, router) => {
  const { certificate, key } = await makeCertificate(folder, "proxy");
  const logs = [`${folder.path}/access.log`, `${folder.path}/error.log`];
  const site = (await deployed("nginx.conf"))
    .replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
    .replace("    listen [::]:443 ssl;\n", "")
    .replace("server 127.0.0.1:10006", `server 127.0.0.1:${router}`)
    .replace("/etc/ssl/openim/callbacks.pem", certificate)
    .replace("/etc/ssl/openim/callbacks.key", key)
    .replace("/var/log/nginx/openim-callbacks.log", logs[0]!)
    .replace("/var/log/nginx/openim-callbacks.error.log", logs[1]!);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder.path}/${name};`).join("\n");
  const file = await folder.write(
    "nginx.conf",
    `daemon off; master_process off; pid ${folder.path}/pid; error_log ${folder.path}/error.log crit;
     events {} http { ${temporary} ${site} }`,
  );
  return { program: "nginx", args: ["-c", file, "-e", logs[1]!], logs };
};

const caddy: Setup = async (folder, port, router) => {
  const { certificate, key } = await makeCertificate(folder, "proxy");
  const log = `${folder.path}/caddy.log`;
  const site = (await deployed("Caddyfile"))
    .replace("{\n\t#", "{\n\tadmin off\n\tauto_https disable_redirects\n\t#")
    .replace("log {\n", `log {\n\t\toutput file ${log}\n`)
    .replace(
      "callbacks.example.com {",
      `https://127.0.0.1:${port} {\n\ttls ${certificate} ${key}\n\tbind 127.0.0.1\n\tlog`,
    )
    .replace("127.0.0.1:10006", `127.0.0.1:${router}`);
  const file = await folder.write("Caddyfile", site);
  return {
    program: "caddy",
    args: ["run", "--config", file, "--adapter", "caddyfile"],
    logs: [log],
  };
};

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

for (const [name, setup] of Object.entries({ nginx, caddy })) {
  Deno.test(`behind ${name} the caller's own address counts, and no log has the secret`, {
    ignore: !isThere(name),
  }, async () => {
    await using router = await startRouterProcess({
      server: { secret, callers: { allow: ["127.0.0.0/8"], trustedProxies: ["127.0.0.1/32"] } },
    });
    const { folder } = router;
    const port = freePort();
    const { program, args, logs } = await setup(folder, port, router.server.port);
    const process = new Deno.Command(program, {
      args: [...args],
      env: { HOME: folder.path, XDG_DATA_HOME: folder.path, XDG_CONFIG_HOME: folder.path },
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      await eventually("the proxy listens", async () => {
        const connection = await Deno.connect({ hostname: "127.0.0.1", port }).catch(() => null);
        connection?.close();
        return connection !== null;
      });
      const caCerts = [await Deno.readTextFile(`${folder.path}/proxy.pem`)];
      using client = Deno.createHttpClient({ caCerts });
      const post = async (path: string, headers: Record<string, string> = {}, text = body) => {
        const answer = await fetch(`https://127.0.0.1:${port}${path}`, {
          client,
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: text,
        });
        return { status: answer.status, ...await answer.json() };
      };
      const path = `/${secret}/${groupRead}`;
      assertEquals((await post(path)).errMsg, "Success");
      // what a caller claims to be is not believed: this one would be refused
      assertEquals((await post(path, { "x-forwarded-for": "203.0.113.9" })).errMsg, "Success");
      assertEquals((await post(`/${groupRead}`)).status, 401);
      const large = await post(path, {}, JSON.stringify({ more: "x".repeat(1_200_000) }));
      assertEquals([large.status, large.errCode, large.nextCode], [413, 5413, 0]);

      router.server.kill("SIGTERM");
      await router.server.status;
      const down = await post(path);
      assertEquals([down.status, down.actionCode, down.nextCode], [502, 1, 0]);
      const first = logs[0]!;
      await eventually(
        `the last request is in ${first}`,
        async () => (await Deno.readTextFile(first)).includes("502"),
      );
      for (const log of logs) {
        const text = await Deno.readTextFile(log).catch(() => "");
        assertEquals(text.includes(secret), false, `${log}: ${text}`);
      }
    } finally {
      process.kill("SIGTERM");
      await process.status;
    }
  });
}
