import { defineArea } from "../../i18n/words.ts";

/** What the gateway refuses on any page, as a person in the office says it. */
export const faultArea = defineArea({
  empty: { zh: "请填写此项", en: "This is needed" },
  length: { zh: "请填 1 到 {most} 个字", en: "1 to {most} characters are taken" },
  tooLong: { zh: "最多 {most} 个字", en: "At most {most} characters" },
  control: { zh: "含有看不见的字符，请重新输入", en: "It holds invisible characters; type it anew" },
  notNumber: { zh: "请填写数字", en: "Enter a number" },
  tooSmall: { zh: "不能小于 {least}", en: "At least {least}" },
  tooLarge: { zh: "不能大于 {most}", en: "At most {most}" },
  notOption: { zh: "不是可选的值，可选：{known}", en: "Not one of {known}" },
  badId: { zh: "请用 1 到 64 个字母、数字、_ 或 -", en: "1 to 64 letters, digits, _ or -" },
  badPhone: { zh: "请填电话号码，如 0592-5551190", en: "A telephone number such as 0592-5551190" },
  badTime: { zh: "请填写完整的日期和时间", en: "A whole date and time is needed" },
  notFuture: { zh: "必须晚于现在", en: "It must lie in the future" },
  order: { zh: "开始要早于结束", en: "The beginning must lie before the end" },

  passwordShort: {
    zh: "至少 {least} 个字符，用一句短句最好记",
    en: "At least {least} characters; a short sentence is easy to remember",
  },
  passwordLong: { zh: "最多 {most} 个字符", en: "At most {most} characters" },
  passwordRepeats: { zh: "重复的字符太多", en: "It repeats too few characters" },
  passwordRun: { zh: "是连续的字符", en: "It is a row of neighbouring characters" },
  passwordGuessed: {
    zh: "太容易被猜到，例如姓名或常见密码",
    en: "It is guessed first, such as a name or a common password",
  },

  loginTaken: { zh: "登录名 {login} 已有人使用", en: "Somebody else logs in as {login}" },
  nameTaken: {
    zh: "已有 {name}。记录用姓名区分人，请加上能区分的字",
    en: "{name} is there already; records name people, so add what tells the two apart",
  },
  lastAdmin: {
    zh: "这是最后一位可用的系统管理员，请先把该角色给另一个人",
    en: "This is the last active administrator of all sites; give the role to somebody else first",
  },
  shutOut: { zh: "{name} 已停用，请先恢复", en: "{name} is shut out; let him in first" },
  siteTaken: { zh: "已有编号为 {site} 的小区", en: "There is a site {site} already" },
  buildingTaken: { zh: "已有“{building}”", en: "There is a building {building} already" },
  siteHasDevices: {
    zh: "小区还有 {count} 台设备，请先删除",
    en: "The site still has {count} devices; remove them first",
  },
  siteHasPeople: {
    zh: "还有 {count} 人的角色在这个小区，请先修改或删除",
    en: "{count} people have roles at this site; give them others, or remove them, first",
  },
  siteHasTokens: {
    zh: "还有 {count} 个令牌只用于这个小区，请先删除",
    en: "{count} API tokens are for this site alone; remove them first",
  },
  deviceTaken: { zh: "编号 {id} 已被 {device} 使用", en: "{device} has the id {id} already" },
  rowTaken: {
    zh: "编号 {id} 与第 {row} 台设备重复",
    en: "Device {row} of the table has the id {id} already",
  },
  hasChildren: {
    zh: "还有设备挂在它下面，请先改到别的上级",
    en: "Devices hang on it; give them another parent first",
  },
  accountTaken: { zh: "已有账户 {name}", en: "There is an account {name} already" },
  limitLow: {
    zh: "要大于同一规则的另一个值；两个都要改时，先改另一个",
    en: "It must stay above the other number of the rule; to move both, change the other first",
  },
  limitHigh: {
    zh: "要小于同一规则的另一个值；两个都要改时，先改另一个",
    en: "It must stay below the other number of the rule; to move both, change the other first",
  },
  outOfRange: { zh: "超出这个测量值可能的范围", en: "It lies outside of what can be measured" },
  notNegative: { zh: "时间不能是负数", en: "A time is not negative" },
  planChanged: {
    zh: "别人刚修改了这张平面图，请重新打开",
    en: "Somebody else has changed this plan meanwhile; load it again",
  },
  drillOpen: {
    zh: "本小区还有 {by} 发起的演练未结束，请先结束它",
    en: "A drill of {by} is still open at this site; end it first",
  },
  full: { zh: "已达到上限，不能再增加", en: "There are as many as may be" },
  acknowledgedBy: { zh: "{by} 已在 {at} 确认", en: "{by} acknowledged it at {at}" },
  resolvedBy: { zh: "{by} 已在 {at} 解除", en: "{by} resolved it at {at}" },
  clearedItself: { zh: "已在 {at} 自行恢复", en: "It cleared by itself at {at}" },
  noAssignee: { zh: "“{name}”不能处理这里的告警", en: "Nobody called “{name}” answers alerts here" },
  gone: { zh: "已经不存在", en: "It is not there any more" },

  badFile: {
    zh: "文件不是 UTF-8 或 GB 18030 编码的文本，请另存为 CSV",
    en: "The file is not text in UTF-8 or GB 18030; save it as CSV",
  },
  emptyFile: { zh: "文件是空的", en: "The file is empty" },
  manyDevices: { zh: "一次最多登记 {most} 台", en: "At most {most} devices at once" },
  twiceColumn: { zh: "这一列出现了两次", en: "This column is there twice" },
  lacksColumn: {
    zh: "第一行要写列名，缺少“{column}”",
    en: "The first line must name the columns, and {column} is missing",
  },
  noTitle: {
    zh: "第 {column} 列没有列名，却有内容",
    en: "Something stands in column {column}, which has no title",
  },
  badFlag: { zh: "请填是或否，现在是“{got}”", en: "Yes or no, got “{got}”" },
  badInterval: {
    zh: "请填 30s、10min 或 1h 这样的时间，现在是“{got}”",
    en: "A time such as 30s, 10min or 1h, got “{got}”",
  },
  intervalRange: {
    zh: "上报间隔超出范围（{least} 至 {most} 毫秒，0 为默认）",
    en: "{least} to {most} ms, or 0 for the kind's own",
  },
  noFact: { zh: "这种设备没有这项资料；可用：{known}", en: "The kind has no such fact; it knows {known}" },
  badFact: { zh: "值“{got}”不对（{fact}）", en: "“{got}” does not fit: {fact}" },
  noKind: { zh: "没有“{kind}”这种设备类型", en: "There is no kind “{kind}”" },
  unknownKey: { zh: "不认识这一项；可用：{known}", en: "Unknown; known are {known}" },
});
