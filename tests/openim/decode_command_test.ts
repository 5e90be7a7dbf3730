import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { aBody, decoded, readAlias, readCommand, registerCommand, turnedAway } from "./incoming.ts";

const unnamed = aBody({ callbackCommand: undefined });

const naming = [
  `/${readCommand}`,
  `/callbackExample/${readCommand}`,
  `/hook/secret-token/${readCommand}`,
  `//${readCommand}`,
  `/callbackExample//${readCommand}`,
  `/${readCommand}/`,
  `//${readCommand}///`,
  `/hook%20one/${readCommand}`,
  "/callback%41fterGroupMsgReadCommand",
  "/%63allbackAfterGroupMsgReadComman%64",
];

for (const path of naming) {
  Deno.test(`the path ${path} alone names the command`, () => {
    assertEquals(decoded({ path, body: unnamed }).command, readCommand);
  });
}

for (const path of ["/", "", "//", "/callbackExample", "/callbackExample/", "/hook/%zz"]) {
  Deno.test(`the path "${path}" is a mere prefix: the body names the command`, () => {
    assertEquals(decoded({ path }).command, readCommand);
  });
}

Deno.test("?command= alone names the command", () => {
  const callback = decoded({ path: "/", commandParameter: readCommand, body: unnamed });
  assertEquals(callback.command, readCommand);
});

Deno.test("an empty ?command= names nothing", () => {
  assertEquals(decoded({ path: "/", commandParameter: "" }).command, readCommand);
});

Deno.test("the body alone names the command", () => {
  assertEquals(decoded({ path: "/" }).command, readCommand);
});

Deno.test("a command that is not formed like OpenIM's is found in the path", () => {
  const callback = decoded({ path: `/${registerCommand}`, body: unnamed });
  assertEquals(callback.command, registerCommand);
});

const aliased = {
  path: { path: `/${readAlias}`, body: unnamed },
  query: { path: "/", commandParameter: readAlias, body: unnamed },
  body: { path: "/", body: aBody({ callbackCommand: readAlias }) },
};

for (const [place, parts] of Object.entries(aliased)) {
  Deno.test(`an alias in the ${place} becomes the canonical name`, () => {
    const { command, calledAs } = decoded(parts);
    assertEquals({ command, calledAs }, { command: readCommand, calledAs: readAlias });
  });
}

Deno.test("a command and its alias in two places agree", () => {
  const callback = decoded({ body: aBody({ callbackCommand: readAlias }) });
  assertEquals(callback.command, readCommand);
});

Deno.test("three places that agree are one command", () => {
  assertEquals(decoded({ commandParameter: readCommand }).command, readCommand);
});

const mismatches = {
  "path and body": { body: aBody({ callbackCommand: registerCommand }) },
  "path and query": { commandParameter: registerCommand, body: unnamed },
  "query and body": {
    path: "/",
    commandParameter: readCommand,
    body: aBody({ callbackCommand: registerCommand }),
  },
  "path and query against the body": {
    commandParameter: readAlias,
    body: aBody({ callbackCommand: registerCommand }),
  },
};

for (const [places, parts] of Object.entries(mismatches)) {
  Deno.test(`${places} that name different commands are refused`, () => {
    const { problem, detail } = turnedAway(parts);
    assertEquals(problem, "commandMismatch");
    assertStringIncludes(detail, registerCommand);
  });
}

Deno.test("a mismatch says both places and both names", () => {
  const { detail } = turnedAway({ body: aBody({ callbackCommand: registerCommand }) });
  for (const part of ["path", readCommand, "body", registerCommand]) {
    assertStringIncludes(detail, part);
  }
});

const misspelt = "callbackAfterGroupMsgReedCommand";
const unknown = {
  path: { path: `/${misspelt}`, body: unnamed },
  query: { path: "/", commandParameter: misspelt, body: unnamed },
  body: { path: "/", body: aBody({ callbackCommand: misspelt }) },
};

for (const [place, parts] of Object.entries(unknown)) {
  Deno.test(`an unknown command in the ${place} is refused with the nearest name`, () => {
    const { problem, detail } = turnedAway(parts);
    assertEquals(problem, "unknownCommand");
    for (const part of [`the ${place}`, misspelt, `did you mean "${readCommand}"`]) {
      assertStringIncludes(detail, part);
    }
  });
}

Deno.test("an unknown command that is near to none is refused without a hint", () => {
  const { problem, detail } = turnedAway({ path: "/", body: aBody({ callbackCommand: "zzz" }) });
  assertEquals([problem, detail.includes("did you mean")], ["unknownCommand", false]);
});

for (
  const [place, parts] of Object.entries({
    path: { path: `/callback${"x".repeat(500)}Command`, body: unnamed },
    query: { path: "/", commandParameter: "x".repeat(500), body: unnamed },
    body: { path: "/", body: aBody({ callbackCommand: "x".repeat(500) }) },
  })
) {
  Deno.test(`an unknown command in the ${place} is told by its first 100 characters`, () => {
    const { problem, detail } = turnedAway(parts);
    assertEquals(problem, "unknownCommand");
    assertMatch(detail, /names "[A-Za-z]{100}\.\.\."/);
  });
}

Deno.test("an unknown command of 100 characters is told whole", () => {
  const { detail } = turnedAway({ path: "/", body: aBody({ callbackCommand: "x".repeat(100) }) });
  assertMatch(detail, /names "x{100}"/);
});

Deno.test("a known body does not excuse an unknown command in the path", () => {
  assertEquals(turnedAway({ path: "/callbackAfterNewThingCommand" }).problem, "unknownCommand");
});

Deno.test("command names are case-sensitive", () => {
  const { problem } = turnedAway({ path: `/${readCommand.toLowerCase()}`, body: unnamed });
  assertEquals(problem, "unknownCommand");
});

for (const name of ["__proto__", "constructor", "toString"]) {
  Deno.test(`"${name}" is no command`, () => {
    const { problem } = turnedAway({ path: "/", body: aBody({ callbackCommand: name }) });
    assertEquals(problem, "unknownCommand");
  });
}

for (const callbackCommand of [undefined, ""]) {
  Deno.test(`a body with callbackCommand ${JSON.stringify(callbackCommand)} names nothing`, () => {
    const { problem, detail } = turnedAway({ path: "/", body: aBody({ callbackCommand }) });
    assertEquals(problem, "malformed");
    assertStringIncludes(detail, 'no command: name one, such as "callbackAfterUserOnlineCommand"');
  });
}

for (const callbackCommand of [5, null, true, [readCommand], { name: readCommand }]) {
  const written = JSON.stringify(callbackCommand);
  for (const [where, path] of [["alone", "/"], ["beside a path's", `/${readCommand}`]] as const) {
    Deno.test(`the callbackCommand ${written} ${where} is refused as no string`, () => {
      const { problem, detail } = turnedAway({ path, body: aBody({ callbackCommand }) });
      assertEquals([problem, detail], ["invalidField", "callbackCommand: expected a string"]);
    });
  }
}
