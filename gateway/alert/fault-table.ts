import type { Severity, Text } from "../../devices/kit/kind.ts";
import { addedRules, isAdded } from "./added-rules.ts";

/** Something that is wrong with the gateway itself; also the rule of its alert. */
export type FaultName =
  | "disk-full"
  | "write-failed"
  | "frame-damaged"
  | "segment-missing"
  | "torn-tail"
  | "view-failed"
  | "series-failed"
  | "series-full"
  | "series-damaged"
  | "audit-damaged"
  | "audit-failed"
  | "audit-full"
  | "channel-failed"
  | "certificate-refused"
  | "certificate-ending"
  | "certificate-ended"
  | "backup-failed"
  | "settings-refused"
  | "self-test-failed";

/** What people read about a fault of the gateway. */
export interface Fault {
  readonly severity: Severity;
  readonly title: Text;
  readonly advice: Text;
  /** Only a person's resolve ends it: it happened once, and what was lost stays lost. */
  readonly isLasting: boolean;
}

/** Every fault of the gateway. Critical is what keeps alarms from people or messages from the disk. */
export const faultTable: Readonly<Record<FaultName, Fault>> = {
  "disk-full": {
    severity: "critical",
    title: { zh: "磁盘已满", en: "Disk is full" },
    advice: {
      zh: "立即清理磁盘空间；设备数据暂停接收，报警仍会送达",
      en: "Free disk space now; readings wait in the devices, alarms still reach people",
    },
    isLasting: false,
  },
  "write-failed": {
    severity: "critical",
    title: { zh: "磁盘写入失败", en: "Disk write failed" },
    advice: {
      zh: "检查磁盘健康状况，准备更换；未确认的数据由设备重发",
      en: "Check the health of the disk and prepare a new one; devices send again what was not acknowledged",
    },
    isLasting: false,
  },
  "frame-damaged": {
    severity: "major",
    title: { zh: "日志数据损坏", en: "Journal is damaged" },
    advice: {
      zh: "部分历史数据无法读取；检查磁盘并从备份恢复",
      en: "A part of the history cannot be read; check the disk, restore a backup if it matters",
    },
    isLasting: true,
  },
  "segment-missing": {
    severity: "major",
    title: { zh: "日志文件缺失", en: "Journal file is missing" },
    advice: {
      zh: "数据目录中的文件被删除或移动；从备份恢复",
      en: "A file of the data directory was deleted or moved; restore it from a backup",
    },
    isLasting: true,
  },
  "torn-tail": {
    severity: "info",
    title: { zh: "异常断电后已恢复", en: "Recovered after a hard stop" },
    advice: {
      zh: "已确认的数据没有丢失；建议配备不间断电源",
      en: "Nothing that was acknowledged is lost; a UPS avoids this",
    },
    isLasting: true,
  },
  "view-failed": {
    severity: "major",
    title: { zh: "数据库写入失败", en: "A view cannot be written" },
    advice: {
      zh: "检查数据库文件和磁盘；恢复后会从日志补齐",
      en: "Check the database file and the disk; the view catches up from the journal",
    },
    isLasting: false,
  },
  "series-failed": {
    severity: "major",
    title: { zh: "历史数据写入中断", en: "History is not written" },
    advice: {
      zh: "检查时序数据库服务、网络和磁盘；报警不受影响，恢复后会从日志补齐",
      en: "Check the time series store, its network and disk; alarms work, and what is missing comes from the journal",
    },
    isLasting: false,
  },
  "series-full": {
    severity: "major",
    title: { zh: "历史序列已满", en: "History takes no more series" },
    advice: {
      zh: "新设备或新字段没有历史记录，已有的不受影响；删除不用的设备，或调高 series.maxSeries、series.maxTexts 后重启",
      en: "New devices or fields have no history, the others go on; raise series.maxSeries or series.maxTexts and restart",
    },
    isLasting: false,
  },
  "series-damaged": {
    severity: "major",
    title: { zh: "历史数据库损坏，已重建", en: "History store was damaged" },
    advice: {
      zh: "已封存的日期和日志中的数据会自动恢复；检查磁盘健康状况，核对最近几天的历史",
      en: "It is made anew from its day files and the journal; check the disk's health and the last days of history",
    },
    isLasting: true,
  },
  "audit-damaged": {
    severity: "major",
    title: { zh: "审计记录被改动", en: "Audit trail was changed" },
    advice: {
      zh: "有人在网关之外修改了数据库，或磁盘损坏；停机保留 linli.db，运行 linli audit verify 查看位置，与外部保存的导出核对",
      en: "Somebody changed the database outside of the gateway, or the disk is damaged; keep a copy of linli.db, see where with linli audit verify, and compare with an export kept elsewhere",
    },
    isLasting: true,
  },
  "audit-failed": {
    severity: "major",
    title: { zh: "审计记录写入中断", en: "Audit trail is not written" },
    advice: {
      zh: "检查数据库文件和磁盘空间；恢复前拒绝修改，处理报警不受影响",
      en: "Check the database file and the disk; changes are refused until it works, answering alerts is not",
    },
    isLasting: false,
  },
  "audit-full": {
    severity: "major",
    title: { zh: "审计记录即将达到上限", en: "Audit trail is almost full" },
    advice: {
      zh: "用 linli audit export 导出备份，再调大 audit.maxRows 或调小 audit.keepDays；达到上限后将拒绝修改",
      en: "Export it with linli audit export, then raise audit.maxRows or lower audit.keepDays; when it is full, changes are refused",
    },
    isLasting: false,
  },
  "channel-failed": {
    severity: "major",
    title: { zh: "报警推送失败", en: "Alarms do not reach people by every way" },
    advice: {
      zh: "检查接收方服务、网络和 notify.targets 设置；屏幕报警不受影响，请以屏幕为准",
      en: "Check the receiver, the network and notify.targets; the screens show every alarm, so watch them meanwhile",
    },
    isLasting: false,
  },
  "certificate-refused": {
    severity: "major",
    title: { zh: "新证书无法使用", en: "A new certificate is refused" },
    advice: {
      zh: "旧证书仍在使用；查看日志中的原因，更换证书或私钥文件",
      en: "The one before stays in use; mend the certificate or key file, the log says what is wrong with it",
    },
    isLasting: false,
  },
  "certificate-ending": {
    severity: "major",
    title: { zh: "证书即将到期", en: "A certificate ends soon" },
    advice: {
      zh: "更新证书（自建证书：linli tls renew）；到期后设备和屏幕将无法连接",
      en: "Renew it (of your own authority: linli tls renew); after its end devices and screens do not connect",
    },
    isLasting: false,
  },
  "certificate-ended": {
    severity: "critical",
    title: { zh: "证书已到期", en: "A certificate has ended" },
    advice: {
      zh: "立即更新证书；校验证书的设备和屏幕无法连接，报警可能无法送达",
      en: "Renew it now; devices and screens that check it cannot connect, alarms may not arrive",
    },
    isLasting: false,
  },
  "backup-failed": {
    severity: "major",
    title: { zh: "自动备份失败", en: "A backup failed" },
    advice: {
      zh: "检查备份目录的空间、权限和网络连接；数据本身不受影响",
      en: "Check the backup folder: its free space, its rights, its network; the data itself is not touched",
    },
    isLasting: false,
  },
  "settings-refused": {
    severity: "minor",
    title: { zh: "新设置有误，未生效", en: "Changed settings are wrong" },
    advice: {
      zh: "原有设置继续有效；执行 linli config check 查看错误，改正后重新加载，否则下次无法启动",
      en: "The old settings hold; mend what linli config check says and reload, or the next start fails",
    },
    isLasting: false,
  },
  "self-test-failed": {
    severity: "critical",
    title: { zh: "报警通路自检失败", en: "Alarms may not get through" },
    advice: {
      zh: "立即派人值守现场，改用电话和对讲报警；按提示的环节（broker、judge、journal、screen、dispatcher）排查，必要时重启网关",
      en: "Watch the sites by eye and phone until it works; look at the stage that is named (broker, judge, journal, screen, dispatcher), restart the gateway if nothing else helps",
    },
    isLasting: false,
  },
};

/** What people read about a rule of the gateway's own alerts, or one that it adds to devices; undefined for any other rule. */
export function faultOf(rule: string): Omit<Fault, "isLasting"> | undefined {
  if (isAdded(rule)) return addedRules[rule];
  return Object.hasOwn(faultTable, rule) ? faultTable[rule as FaultName] : undefined;
}
