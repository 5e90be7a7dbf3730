import { assertEquals } from "@std/assert";
import { fillIn } from "../../../src/config/load/environment.ts";
import { maskedRules, maskedURL } from "../../../src/config/load/masked_rules.ts";
import { rulesFile } from "../../../src/config/sections/rules_file.ts";

/** The sections of a written file as the operator sees them. */
function masked(written: unknown, environment: Record<string, string> = {}) {
  const { value } = fillIn(written, (name) => environment[name]);
  // deno-lint-ignore no-explicit-any -- a test looks into whatever section it likes
  return maskedRules(rulesFile.parse(value), written) as any;
}

const target = (parts: object) => ({ targets: { t: { url: "http://t.example", ...parts } } });
const rule = (parts: object) => ({ callbacks: { "*": { rules: [{ use: "x", ...parts }] } } });

Deno.test("defaults are filled in, and what is no secret stands as it is", () => {
  const { targets, counters, callbacks } = masked({
    ...target({ timeout: "3s" }),
    ...rule({ when: "sendID == 'u1'", fields: ["sendID"], rate: 0.5, wait: true }),
  });
  assertEquals(targets.t, {
    url: "http://t.example",
    timeout: "3s",
    concurrency: 8,
    headers: {},
    body: "original",
    breaker: { failures: 10, pause: "5s", longest: "5m" },
    network: "public",
    order: "none",
    redirects: 0,
    retry: { maxAge: "7d" },
  });
  assertEquals(counters, { maxKeys: 100_000 });
  assertEquals(callbacks["*"].rules[0], {
    ...{ use: "x", when: "sendID == 'u1'", fields: ["sendID"], rate: 0.5, wait: true },
  });
});

Deno.test("a target's proofs of identity and the keys of its signatures are masked", () => {
  const proofs = [
    { auth: { bearer: "s3cret" } },
    { auth: { basic: { user: "s3cret", password: "s3cret" } } },
    { auth: { header: "x-key", value: "s3cret" } },
    { secret: "s3cret" },
    { secrets: ["s3cret", "s3cret"] },
  ];
  for (const proof of proofs) {
    const shown = JSON.stringify(masked(target(proof)));
    assertEquals(shown.includes("s3cret"), false, shown);
  }
});

Deno.test("the values of headers are masked, wherever they stand, and their names are not", () => {
  const headers = { "x-team": "chat", authorization: "Bearer s3cret" };
  const hidden = { "x-team": "***", authorization: "***" };
  assertEquals(masked(target({ headers })).targets.t.headers, hidden);
  assertEquals(masked(rule({ headers })).callbacks["*"].rules[0].headers, hidden);
});

Deno.test("settings whose names say that they are secrets are masked with all that is in them", () => {
  const secrets = {
    token: "s3cret",
    clientSecret: "s3cret",
    api_key: ["s3cret"],
    password: { of: { bob: "s3cret", pin: 4711 } },
  };
  assertEquals(masked(rule(secrets)).callbacks["*"].rules[0], {
    use: "x",
    token: "***",
    clientSecret: "***",
    api_key: ["***"],
    password: { of: { bob: "***", pin: "***" } },
  });
});

Deno.test("a variable stands by its name, whatever it is filled in with", () => {
  const environment = { WORD: "s3cret", TOKEN: "a-token-that-is-s3cret" };
  const written = {
    operator: { token: "${TOKEN}" },
    ...rule({ message: "say ${WORD}", to: "${WORD:-nothing}" }),
  };
  const { operator, callbacks } = masked(written, environment);
  assertEquals(operator.token, "${TOKEN}");
  assertEquals(callbacks["*"].rules[0].message, "say ${WORD}");
  assertEquals(callbacks["*"].rules[0].to, "${WORD:-nothing}");
});

Deno.test("of a secret's variable neither the default nor what stands around it is shown", () => {
  const { headers } = masked(
    target({ headers: { one: "${ONE:-s3cret}", two: "Bearer s3cret ${ONE}" } }),
    { ONE: "1" },
  ).targets.t;
  assertEquals(headers, { one: "${ONE}", two: "***" });
});

for (
  const [url, shown] of [
    ["https://hooks.example.com/services/T0/s3cret", "https://hooks.example.com/***"],
    ["https://bob:s3cret@example.com:8443", "https://example.com:8443"],
    ["https://example.com/?key=s3cret", "https://example.com/***"],
    ["https://example.com?key=s3cret", "https://example.com/***"],
    ["https://example.com/", "https://example.com/"],
    ["https://bob:s3@cret@example.com/x", "https://example.com/***"],
    ["${URL:-https://u:s3cret@example.com/s3cret}", "${URL:-https://example.com/***}"],
    ["https://${HOST}/s3cret", "https://${HOST}/***"],
    ["https://example.com/'\"}s3cret", "https://example.com/***"],
    ["https://${HOST:-u:s3@cret@example.com}:8443/x", "https://${HOST:-example.com}:8443/***"],
    ["https://s3cret:${PASSWORD}@${HOST}?s3cret", "https://${HOST}/***"],
  ] as const
) {
  Deno.test(`of the URL ${url} is shown ${shown}`, () => {
    const written = target({ url });
    const environment = {
      URL: "https://example.com/s3cret",
      HOST: "example.com",
      PASSWORD: "s3cret",
    };
    assertEquals(masked(written, environment).targets.t.url, shown);
    assertEquals(
      masked(rule({ message: url }), environment).callbacks["*"].rules[0].message,
      shown,
    );
  });
}

for (
  const [written, shown] of [
    ["${BASE}/services/T0/s3cret", "${BASE}/***"],
    ["${SCHEME}://u:s3cret@example.com/s3cret", "${SCHEME}://example.com/***"],
    ["${SCHEME:-https}://example.com/s3cret", "${SCHEME:-https}://example.com/***"],
    ["${URL:-https://u:s3cret@example.com/s3cret}/s3cret", "${URL:-https://example.com/***}/***"],
    ["HTTPS://EXAMPLE.com#s3cret", "HTTPS://EXAMPLE.com/***"],
    ["https://[2001:db8::1]:8443/s3cret", "https://[2001:db8::1]:8443/***"],
    ["", ""],
  ] as const
) {
  Deno.test(`of "${written}" in place of a URL is shown "${shown}"`, () => {
    assertEquals(maskedURL(written), shown);
    const settings = rulesFile.parse(target({}));
    assertEquals(maskedRules(settings, target({ url: written })).targets, {
      t: { ...settings.targets.t, url: shown },
    });
  });
}
