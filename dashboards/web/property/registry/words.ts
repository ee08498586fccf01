import { defineArea } from "../../i18n/words.ts";

/** Texts of the registry. */
export const registryArea = defineArea({
  title: { zh: "登记", en: "Registry" },
  subtitle: {
    zh: "小区、楼栋和设备在这里登记；没有登记的设备，消息会被拒收。",
    en: "Sites, buildings and devices. Messages of a device that is not registered are refused.",
  },
  sites: { zh: "小区", en: "Sites" },
  addSite: { zh: "新建小区", en: "Add a site" },
  changeSite: { zh: "修改小区", en: "Change the site" },
  siteId: {
    zh: "编号（字母、数字、_ 和 -，写入每个主题）",
    en: "Id: letters, digits, _ and -; it stands in every topic",
  },
  siteName: { zh: "名称", en: "Name" },
  address: { zh: "地址（报 119 时宣读）", en: "Postal address, read out to the fire brigade" },
  phone: { zh: "值班电话（119 回拨）", en: "Duty room's telephone, where the brigade calls back" },
  noAddress: { zh: "未登记地址，报警时说不清位置", en: "No address: 119 cannot be told where" },
  noPhone: { zh: "未登记值班电话", en: "No telephone number" },
  counts: { zh: "{devices} 台设备 · {buildings} 栋楼", en: "{devices} devices · {buildings} buildings" },
  removeSite: { zh: "删除小区", en: "Remove the site" },
  removeSiteText: {
    zh: "小区、楼栋、值班安排和平面图都会删除，不能恢复。还有设备时会被拒绝。",
    en: "The site with its buildings, rosters and plans is removed for good. It is refused while there are devices.",
  },
  saved: { zh: "已保存", en: "Saved" },

  addBuilding: { zh: "新建楼栋", en: "Add a building" },
  addBuildingText: {
    zh: "设备登记时可以选楼栋，火警按楼栋合并。例如 12号楼。",
    en: "Devices stand in buildings, and alarms of one building are one incident. For example: Block 12.",
  },
  addDevice: { zh: "登记设备", en: "Register a device" },
  kind: { zh: "类型", en: "Kind" },
  deviceId: { zh: "编号", en: "Id" },
  deviceName: { zh: "名称", en: "Name" },
  building: { zh: "楼栋", en: "Building" },
  floor: { zh: "楼层", en: "Floor" },
  facts: { zh: "安装资料", en: "Facts of the installation" },
  secretTitle: { zh: "{name} 的密码，只显示这一次", en: "Password of {name}, shown this once" },

  import: { zh: "从 CSV 导入", en: "Import from CSV" },
  importText: {
    zh: "第一行写列名：类型、编号、名称、楼栋、楼层、上级、间隔、认领码，资料列写 fact.名称。也可用英文列名。先检查，全部正确才会登记。",
    en: "The first line names the columns: kind, id, name, building, floor, parent, interval, claim, and fact.<name> for facts. Chinese names work too. The file is checked first and registered whole or not at all.",
  },
  example: { zh: "下载示例", en: "Download an example" },
  exampleName: { zh: "1号楼1单元", en: "Block 1, entrance 1" },
  exampleBuilding: { zh: "1号楼", en: "Block 1" },
  exampleFloor: { zh: "1层", en: "1" },
  chooseFile: { zh: "选择文件", en: "Choose a file" },
  paste: { zh: "或粘贴表格内容", en: "Or paste the table" },
  check: { zh: "检查", en: "Check" },
  register: { zh: "登记 {count} 台设备", en: "Register {count} devices" },
  allRight: { zh: "{count} 行全部正确", en: "All {count} rows are right" },
  wrong: { zh: "{count} 处错误，改正后再检查", en: "{count} faults; mend them and check again" },
  line: { zh: "第 {line} 行", en: "Line {line}" },
  done: {
    zh: "已登记 {count} 台设备。密码只显示这一次，请下载保存。",
    en: "{count} devices are registered. Their passwords are shown this once: download them.",
  },
  download: { zh: "下载密码表", en: "Download the passwords" },
  export: { zh: "导出设备清单", en: "Export the devices" },
});
