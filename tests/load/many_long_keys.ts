/** Sends callbacks with 25,000 keys of 16 kB; a process with little memory ends if they are kept. */
import { sending } from "../rules/long_keys.ts";

await sending(25_000, 16_000);
