import type { Severity, Text } from "../../devices/kit/kind.ts";

/** Something that is wrong with the gateway itself; also the rule of its alert. */
export type FaultName =
  | "disk-full"
  | "write-failed"
  | "frame-damaged"
  | "segment-missing"
  | "torn-tail"
  | "view-failed"
  | "series-failed"
  | "series-damaged"
  | "backup-failed"
  | "settings-refused";

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
  "series-damaged": {
    severity: "major",
    title: { zh: "历史数据库损坏，已重建", en: "History store was damaged" },
    advice: {
      zh: "已封存的日期和日志中的数据会自动恢复；检查磁盘健康状况，核对最近几天的历史",
      en: "It is made anew from its day files and the journal; check the disk's health and the last days of history",
    },
    isLasting: true,
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
};

/** What people read about a rule of the gateway's own alerts; undefined for any other rule. */
export function faultOf(rule: string): Fault | undefined {
  return Object.hasOwn(faultTable, rule) ? faultTable[rule as FaultName] : undefined;
}
