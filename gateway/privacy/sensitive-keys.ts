/** What a key of JSON says about its value. `person`: it names somebody. `secret`: nobody needs it. `image`: it may be a picture. */
export type Sensitivity = "person" | "secret" | "image";

/** Says what is known of a key. */
export type Sensitive = (key: string) => Sensitivity | undefined;

/** Makes the judge of keys; `more` are further ones that name a person. Letters' case, `_` and `-` make no difference. */
export function createSensitive(more: readonly string[]): Sensitive {
  const known = new Map<string, Sensitivity>([
    ...persons.map((key) => [key, "person"] as const),
    ...secrets.map((key) => [key, "secret"] as const),
    ...more.map((key) => [plain(key), "person"] as const),
  ]);
  return (key) => {
    const name = plain(key);
    return known.get(name) ?? (image.test(name) ? "image" : undefined);
  };
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[\s_.-]/g, "");
}

/** Among them what face terminals send (`persionName` is how they spell it). */
const persons = [
  ...["person", "personid", "personno", "personname", "personuuid", "persionname", "resident", "residentid"],
  ...[
    "name",
    "realname",
    "fullname",
    "username",
    "userid",
    "customid",
    "customerid",
    "visitor",
    "visitorname",
  ],
  ...[
    "idcard",
    "idcardno",
    "idcardnum",
    "idnumber",
    "idno",
    "idnum",
    "identity",
    "identityno",
    "identitycard",
  ],
  ...["certno", "certificateno", "certificatenumber", "passport", "passportno", "employeeno", "employeeid"],
  ...["phone", "phoneno", "phonenumber", "telephone", "tel", "telnum", "telnumber", "mobile", "mobilephone"],
  ...["mobileno", "mobilenumber", "email", "mail", "wechat", "openid", "unionid", "faceid", "fingerid"],
  ...["card", "cardid", "cardno", "cardnum", "cardnum2", "cardnumber", "rfidcard", "rfidcardno", "iccard"],
  ...["plate", "plateno", "platenumber", "licenseplate", "carno", "carnumber"],
  ...["姓名", "身份证", "身份证号", "电话", "手机", "手机号", "卡号", "车牌", "车牌号", "工号"],
];

const secrets = [
  ...["password", "passwd", "pwd", "token", "accesstoken", "secret", "authorization", "apikey", "accesskey"],
  ...["privatekey", "address", "homeaddress", "birthday", "birthdate", "birth", "gender", "sex", "nation"],
  ...[
    "native",
    "nativeplace",
    "密码",
    "地址",
    "住址",
    "生日",
    "性别",
    "民族",
    "籍贯",
    "facefeature",
    "feature",
  ],
];

const image = /(pic|picture|image|img|photo|snap|snapshot|照片|图片|抓拍)(url|data|base64)?\d*$/;
