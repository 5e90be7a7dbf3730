/** Whether a program is on this machine; what needs it is skipped elsewhere, visibly. */
export function isThere(program: string): boolean {
  try {
    return new Deno.Command("sh", { args: ["-c", `command -v ${program}`], stdout: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
