import { assert } from "@std/assert";
import { MemoryCounter } from "../../src/stores/memory_counter.ts";
import { sending } from "../rules/long_keys.ts";

Deno.test("many keys of 16 kB take no more memory than short ones", async () => {
  // the keys alone would be 380 MiB: more than this process is given
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--v8-flags=--max-old-space-size=160",
      import.meta.resolve("./many_long_keys.ts"),
    ],
    stdout: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr).slice(0, 2000));
});

Deno.test("keys of one length beyond 16,383 cost the same however many there are", async () => {
  await sending(200, 20_000);
  const few = await sending(500, 20_000);
  const many = await sending(4000, 20_000);
  // 8 where each key costs the same, 64 where each is compared with all others
  assert(many < 24 * few, `${many.toFixed(0)} ms for 4000, ${few.toFixed(0)} ms for 500`);
});

Deno.test("numbers that V8's maps take for neighbours cost the same as others", () => {
  const timeOf = (step: number) => {
    const counter = new MemoryCounter([{ label: "1m", milliseconds: 60_000 }], 100_000);
    const began = performance.now();
    for (let index = 1; index < 2 ** 14; index++) counter.add(String(index * step), 1, 0);
    return performance.now() - began;
  };
  const others = timeOf(262_147);
  const neighbours = timeOf(262_144);
  // otherwise some 50 times as long
  assert(neighbours < 10 * others, `${neighbours} ms, and ${others} ms`);
});
