import type { VersionRange } from "./versions.ts";

/** That the server's own notifications come as a command, too, so that a refusal loses them. */
export interface Notifications {
  /** The versions in which they do. */
  readonly versions: VersionRange;
  /** Fields that have one value in all of them. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * The content types of notifications that rules are tried with: the ends of their range, and those
 * that OpenIM has.
 */
export const notificationTypes: readonly number[] = [
  ...[1000, 1201, 1202, 1203, 1204, 1205, 1206, 1207, 1208, 1209, 1210, 1301, 1303, 1304, 1400],
  ...[1501, 1502, 1503, 1504, 1505, 1506, 1507, 1508, 1509, 1510, 1511, 1512, 1513, 1514, 1515],
  ...[1516, 1517, 1518, 1519, 1520, 1601, 1602, 1603, 1701, 1702, 1703, 2001, 2004, 2101, 2102],
  ...[2200, 2300, 4999, 5000],
];
