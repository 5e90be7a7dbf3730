import type { RouterEvents } from "../../src/observe/events.ts";

/** Events that nobody hears of. */
export const silent: RouterEvents = {
  linkFailed() {},
  overridesDropped() {},
  storingLate() {},
  storedLate() {},
  notStored() {},
  turnedAway() {},
  attempted() {},
  targetChanged() {},
  connectionsEnded() {},
  certificateRenewed() {},
  certificateFailed() {},
  pluginFailed() {},
  notDisposed() {},
  tallied() {},
  listensAgain() {},
  notListening() {},
  deadLettersDeleted() {},
  storeNotOpen() {},
  storeOpened() {},
  fileReplaced() {},
  outboxFailed() {},
  waiting() {},
  otherVersion() {},
};
