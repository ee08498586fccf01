import type { Text } from "../../../devices/kit/kind.ts";
import { severityColors } from "../colors.ts";
import { createDashboard } from "../dashboard.ts";
import type { Section, Sized } from "../layout.ts";
import type { Dashboard } from "../model.ts";
import { faults, gauge, quantile, rate, rateBy } from "../panels/measures.ts";
import { type Measure, metricChart, metricNumbers } from "../panels/metric.ts";
import { alertNumbers, deviceNumbers } from "./numbers.ts";

/** How the gateway itself is doing: load, refusals, disk, connections, faults. */
export function gatewayHealth(): Dashboard {
  return createDashboard({
    name: "gateway-health",
    title: "网关健康 Gateway health",
    description:
      "网关自身的指标；含义见运维手册。Metrics of the gateway itself; the operations page says what each means.",
    variables: [],
    from: "now-3h",
    sections: [now, messages, alerts, connections, journal, series, screens],
  });
}

const now: Section = {
  title: "现在 Now",
  panels: [
    {
      panel: metricNumbers({
        title: { zh: "网关可采集", en: "Gateway is scraped" },
        unit: "bool_on_off",
        measures: [{ expr: 'up{job="linli"}', legend: "网关 Gateway" }],
      }),
      w: 4,
      h: 4,
    },
    {
      panel: metricNumbers({
        title: { zh: "时间段内的故障（应为零）", en: "Faults in the chosen time, which should be none" },
        color: severityColors.major,
        measures: [
          faults("日志 Journal", "linli_journal_faults_total"),
          faults("丢弃段 Segments dropped", "linli_journal_dropped_segments_total"),
          faults("视图 Views", "linli_view_failures_total"),
          faults("报警簿 Alert book", "linli_alert_book_failures_total"),
          faults("规则 Rules", "linli_rule_errors_total"),
          faults("报警未送达 Alarms not sent", "linli_notifications_failed_total"),
          faults("MQTT", "linli_broker_faults_total"),
          faults("实时流 Live stream", "linli_live_unreadable_records_total"),
        ],
      }),
      w: 20,
      h: 4,
    },
    ...alertNumbers(),
    ...deviceNumbers(),
  ],
};

const messages: Section = {
  title: "消息 Messages",
  panels: [
    chart({ zh: "消息与读数", en: "Messages and readings" }, "cps", [
      rate("消息 Messages", "linli_messages_total"),
      rate("读数 Readings", "linli_readings_total"),
      rate("重复 Duplicates", "linli_duplicates_total"),
      rate("迟到 Late", "linli_late_readings_total"),
    ]),
    chart({ zh: "拒绝的消息（按原因）", en: "Refused messages by code" }, "cps", [
      rateBy("code", "linli_rejections_total"),
    ]),
    chart({ zh: "转换的取值（按方式）", en: "Values taken in another form" }, "cps", [
      rateBy("name", "linli_coercions_total"),
    ]),
  ],
};

const alerts: Section = {
  title: "报警与设备 Alerts and devices",
  panels: [
    chart({ zh: "未恢复的报警", en: "Alerts that stand" }, "none", [
      gauge("紧急 Critical", "linli_alerts_open_critical"),
      gauge("重要 Major", "linli_alerts_open_major"),
      gauge("一般 Minor", "linli_alerts_open_minor"),
      gauge("提示 Info", "linli_alerts_open_info"),
      gauge("待定 Pending", "linli_alerts_pending"),
    ]),
    chart({ zh: "新报警（按级别）", en: "New alerts by severity" }, "cps", [
      rateBy("severity", "linli_alerts_raised_total"),
    ]),
    chart({ zh: "设备", en: "Devices" }, "none", [
      gauge("登记 Registered", "linli_devices"),
      gauge("离线 Offline", "linli_devices_quiet"),
      gauge("从未上报 Never heard", "linli_devices_never_heard"),
      gauge("类型缺失 Kind missing", "linli_devices_unusable"),
    ]),
  ],
};

const connections: Section = {
  title: "连接 Connections",
  panels: [
    chart({ zh: "MQTT 连接", en: "MQTT connections" }, "none", [
      gauge("已认证 Authenticated", "linli_broker_connections"),
      gauge("套接字 Sockets", "linli_broker_sockets"),
      gauge("会话 Sessions", "linli_broker_sessions"),
    ]),
    chart({ zh: "连接结束与拒绝（按原因）", en: "Ended and refused by reason" }, "cps", [
      rateBy("reason", "linli_broker_connections_ended_total"),
      rateBy("reason", "linli_broker_refused_total"),
    ]),
    chart({ zh: "MQTT 报文", en: "MQTT packets" }, "cps", [
      rate("收到 Received", "linli_broker_messages_received_total"),
      rate("发出 Sent", "linli_broker_messages_sent_total"),
    ]),
  ],
};

const journal: Section = {
  title: "日志 Journal",
  panels: [
    chart({ zh: "落盘时间", en: "Time of a commit" }, "s", [
      quantile("p50", 0.5, "linli_journal_commit_seconds"),
      quantile("p99", 0.99, "linli_journal_commit_seconds"),
    ]),
    chart({ zh: "写入", en: "Written" }, "Bps", [rate("字节 Bytes", "linli_journal_bytes_total")]),
    chart({ zh: "占用与等待", en: "On disk and waiting" }, "bytes", [
      gauge("磁盘 On disk", "linli_journal_disk_bytes"),
      gauge("等待落盘 Waiting", "linli_journal_pending_bytes"),
      gauge("MQTT 等待 Waiting in MQTT", "linli_broker_pending_bytes"),
    ]),
    chart({ zh: "落后的记录数", en: "Records that are not read yet" }, "none", [
      gauge("列表 Lists", "linli_journal_lag_views"),
      gauge("设备状态 Device states", "linli_journal_lag_states"),
      gauge("时序库 Series store", "linli_journal_lag_series"),
    ]),
  ],
};

const series: Section = {
  title: "时序库 Series store",
  panels: [
    chart({ zh: "可用（1 为正常）", en: "Up, 1 is well" }, "none", [
      gauge("时序库 Store", "linli_series_up"),
    ]),
    chart({ zh: "拒绝", en: "Refused" }, "cps", [
      rate("读数 Readings", "linli_series_readings_refused_total"),
      rate("查询 Queries", "linli_series_queries_refused_total"),
    ]),
    chart({ zh: "本机占用", en: "On this machine's disk" }, "bytes", [
      gauge("字节 Bytes", "linli_series_bytes"),
    ]),
  ],
};

const screens: Section = {
  title: "接口与屏幕 API and screens",
  panels: [
    chart({ zh: "回答（按状态）", en: "Answers by status" }, "reqps", [
      rateBy("status", "linli_http_responses_total"),
    ]),
    chart({ zh: "回答时间", en: "Time to answer" }, "s", [
      quantile("p50", 0.5, "linli_http_response_seconds"),
      quantile("p99", 0.99, "linli_http_response_seconds"),
    ]),
    chart({ zh: "连接与屏幕", en: "Connections and screens" }, "none", [
      gauge("HTTP", "linli_http_connections"),
      gauge("屏幕 Screens", "linli_live_screens"),
    ]),
  ],
};

function chart(title: Text, unit: string, measures: readonly Measure[]): Sized {
  return { panel: metricChart({ title, unit, measures }), w: 8, h: 8 };
}
