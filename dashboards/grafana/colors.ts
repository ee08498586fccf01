import type { Severity } from "../../devices/kit/kind.ts";

/** Colours of severities, by Grafana's names, which hold in its light and its dark theme. */
export const severityColors: Readonly<Record<Severity, string>> = {
  critical: "red",
  major: "orange",
  minor: "yellow",
  info: "blue",
};

/** Severities, the worst first. */
export const severities = ["critical", "major", "minor", "info"] as const satisfies readonly Severity[];

/** Nothing is wrong. */
export const goodColor = "green";

/** Colours of values that are neither good nor bad, told apart by their order. */
export const plainColors = ["green", "blue", "purple", "light-blue", "light-purple"] as const;

/** Of a flag that says no, where neither answer is bad. */
export const offColor = "gray";
