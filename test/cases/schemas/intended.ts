/** What a migration means to change in rows that were there; everything else of an older database must come through as it was. */
export interface Intent {
  /** `table` or `table.column` that is no more, or has another meaning now. */
  readonly gone: readonly string[];
  /** The sentence that a reviewer reads. */
  readonly because: string;
}

/** By the name of the migration. */
export const intended: Readonly<Record<string, Intent>> = {
  "005-device-credentials.sql": {
    gone: ["device_credentials", "accounts.hash"],
    because: "mqtt_passwords holds the passwords of devices and accounts",
  },
};
