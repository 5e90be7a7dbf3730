import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { FileWatch, type FileWatchOptions } from "../../../src/config/load/file_watch.ts";
import { ReadFiles } from "../../../src/config/load/read_files.ts";
import { eventually } from "../../support/eventually.ts";
import { FakeClock } from "../../support/fake_clock.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

/** A watch that reads the files again whenever they changed, as the router does. */
function watching(paths: readonly string[], options: Partial<FileWatchOptions> = {}) {
  const clock = new FakeClock();
  const changes: string[] = [];
  let following: Promise<void> = Promise.resolve();
  const follow = async () => {
    const files = new ReadFiles();
    for (const path of paths) files.note(path, await Deno.readFile(path).catch(() => undefined));
    await watch.follow(files);
  };
  const watch = new FileWatch({
    clock,
    settle: 100,
    // only what the system reports counts here
    lookEvery: 3_600_000,
    changed() {
      changes.push(read(paths[0]!));
      following = follow();
    },
    failed(error) {
      throw error;
    },
    ...options,
  });
  /**
   * Lets time pass until there were `count` changes. No time passes after the last of them: a look
   * that it starts would still run while the test goes on, and see a file that is half replaced.
   */
  const changed = async (count: number) => {
    await eventually(`${count} changes`, () => {
      if (changes.length >= count) return true;
      clock.advance(options.lookEvery ?? 100);
      return false;
    });
    await following;
  };
  return {
    follow,
    clock,
    changes,
    changed,
    async seen(...texts: string[]) {
      await changed(texts.length);
      assertEquals(changes, texts);
    },
    [Symbol.dispose]: () => watch[Symbol.dispose](),
  };
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "none";
  }
}

/** Every way in which a file gets another content. */
const changes: Readonly<Record<string, (folder: TempFolder, text: string) => Promise<void>>> = {
  async "is written"(folder, text) {
    await folder.write("rules.json", text);
  },
  async "is replaced by renaming another over it"(folder, text) {
    const other = await folder.write(".rules.json.swp", text);
    await Deno.rename(other, join(folder.path, "rules.json"));
  },
  async "is moved away and made again"(folder, text) {
    await Deno.rename(join(folder.path, "rules.json"), join(folder.path, "rules.json~"));
    await folder.write("rules.json", text);
  },
  async "is deleted and made again"(folder, text) {
    await Deno.remove(join(folder.path, "rules.json"));
    await folder.write("rules.json", text);
  },
};

for (const [what, change] of Object.entries(changes)) {
  Deno.test(`a file that ${what} is seen, each time once`, async () => {
    await using folder = await tempFolder();
    using watch = watching([await folder.write("rules.json", "1")]);
    await watch.follow();
    await change(folder, "2");
    await watch.seen("2");
    await change(folder, "3");
    await watch.seen("2", "3");
  });
}

Deno.test("a config map's change is seen, each time once", async () => {
  await using folder = await tempFolder();
  const data = join(folder.path, "..data");
  const publish = async (version: string) => {
    await folder.write(`..${version}/rules.json`, version);
    await Deno.symlink(`..${version}`, `${data}_tmp`);
    await Deno.rename(`${data}_tmp`, data);
  };
  await publish("1");
  await Deno.symlink("..data/rules.json", join(folder.path, "rules.json"));
  using watch = watching([join(folder.path, "rules.json")]);
  await watch.follow();
  await publish("2");
  await watch.seen("2");
  await Deno.remove(join(folder.path, "..1"), { recursive: true });
  await publish("3");
  await watch.seen("2", "3");
});

Deno.test("a link's file in another folder is seen, also after the link was changed", async () => {
  await using folder = await tempFolder();
  const one = await folder.write("one/rules.json", "1");
  const other = await folder.write("other/rules.json", "2");
  const link = join(folder.path, "rules.json");
  await Deno.symlink(one, link);
  using watch = watching([link]);
  await watch.follow();
  await Deno.remove(link);
  await Deno.symlink(other, link);
  await watch.seen("2");
  await Deno.writeTextFile(other, "3");
  await watch.seen("2", "3");
});

Deno.test("each of several files is watched, also one that is not there yet", async () => {
  await using folder = await tempFolder();
  const rules = await folder.write("rules.json", "rules");
  const list = await folder.write("lists/spam.txt", "casino");
  using watch = watching([rules, list, join(folder.path, "more/rude.txt")]);
  await watch.follow();
  await Deno.writeTextFile(list, "casino, bet");
  await watch.changed(1);
  await folder.write("more/rude.txt", "damn");
  await watch.changed(2);
});

Deno.test("what was changed between reading and watching is told at once", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("rules.json", "2");
  const files = new ReadFiles();
  files.note(path, new TextEncoder().encode("1"));
  let told = 0;
  using watch = new FileWatch({
    clock: new FakeClock(),
    changed: () => void told++,
    failed: (error) => {
      throw error;
    },
  });
  await watch.follow(files);
  assertEquals(told, 1);
});

Deno.test("what the system does not report is found by looking now and then", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("conf/rules.json", "1");
  using watch = watching([path], { lookEvery: 5000 });
  await watch.follow();
  await Deno.rename(join(folder.path, "conf"), join(folder.path, "before"));
  await folder.write("conf/rules.json", "2");
  await watch.seen("2");
});

Deno.test("a closed watch has no timer and tells nothing", async () => {
  await using folder = await tempFolder();
  const watch = watching([await folder.write("rules.json", "1")]);
  const { clock } = watch;
  await watch.follow();
  assertEquals(clock.timers, 1);
  watch[Symbol.dispose]();
  assertEquals(clock.timers, 0);
  await folder.write("rules.json", "2");
  clock.advance(3_600_000);
  assertEquals(watch.changes, []);
});

Deno.test("a folder that the system is not asked about is looked at every second", async () => {
  await using folder = await tempFolder();
  const path = await folder.write("rules.json", "1");
  const unwatched = new Set([await Deno.realPath(folder.path)]);
  using watched = watching([path], { unwatched });
  await watched.follow();
  await Deno.writeTextFile(path, "22");
  await eventually("the look finds the change", () => {
    watched.clock.advance(1000);
    return watched.changes.length === 1;
  });
});
