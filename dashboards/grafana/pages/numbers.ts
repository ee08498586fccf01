import type { Text } from "../../../devices/kit/kind.ts";
import { severities, severityColors } from "../colors.ts";
import type { Sized } from "../layout.ts";
import { metricNumbers } from "../panels/metric.ts";

const severityTitles: Readonly<Record<(typeof severities)[number], Text>> = {
  critical: { zh: "紧急报警", en: "Critical alerts" },
  major: { zh: "重要报警", en: "Major alerts" },
  minor: { zh: "一般报警", en: "Minor alerts" },
  info: { zh: "提示", en: "Notes" },
};

/** Alerts that stand, of all sites: the metrics of the gateway do not tell sites apart. */
export function alertNumbers(): Sized[] {
  return severities.map((severity) => ({
    panel: metricNumbers({
      title: severityTitles[severity],
      measures: [{ expr: `linli_alerts_open_${severity}`, legend: severity }],
      color: severityColors[severity],
    }),
    w: 4,
    h: 4,
  }));
}

/** Devices, and those that cannot be relied on. */
export function deviceNumbers(): Sized[] {
  return [
    {
      panel: metricNumbers({
        title: { zh: "设备", en: "Devices" },
        measures: [{ expr: "linli_devices", legend: "设备 Devices" }],
      }),
      w: 4,
      h: 4,
    },
    {
      panel: metricNumbers({
        title: { zh: "离线设备", en: "Devices offline" },
        measures: [{ expr: "linli_devices_quiet", legend: "离线 Offline" }],
        color: severityColors.minor,
      }),
      w: 4,
      h: 4,
    },
  ];
}
