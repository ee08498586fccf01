/** Fewest characters of a password. */
export const passwordChars = { least: 10, most: 200 } as const;

/** Why a password is too easy to guess; undefined when it may be taken. `words` are known of the person: log-in, name. */
export function faultOfPassword(password: string, words: readonly string[]): string | undefined {
  const length = [...password].length;
  if (length < passwordChars.least)
    return `must have at least ${passwordChars.least} characters; a short sentence is easy to remember`;
  if (length > passwordChars.most) return `must have at most ${passwordChars.most} characters`;
  const plain = password.normalize("NFKC").toLowerCase();
  if (new Set(plain).size < 5) return "repeats too few characters";
  if (isRun(plain)) return "is a row of neighbouring characters";
  const rest = [...words.map((word) => word.toLowerCase()), ...common].reduce(
    (text, word) => (word.length < 4 ? text : text.replaceAll(word, "")),
    plain,
  );
  if ([...rest].length < 5)
    return "consists of words that are guessed first, such as your name or a common password";
  return undefined;
}

/** What lists of leaked passwords have most often, as parts. */
const common = [
  ...[
    "password",
    "passwort",
    "passw0rd",
    "p@ssw0rd",
    "123456789",
    "12345678",
    "1234567",
    "123456",
    "12345",
    "1234",
  ],
  ...[
    "111111",
    "000000",
    "888888",
    "666666",
    "123123",
    "5201314",
    "woaini",
    "qwertyuiop",
    "qwerty",
    "asdfgh",
    "zxcvbn",
  ],
  ...[
    "1qaz2wsx",
    "admin",
    "administrator",
    "welcome",
    "letmein",
    "changeme",
    "iloveyou",
    "linli",
    "abc123",
    "abcdef",
  ],
];

function isRun(text: string): boolean {
  const codes = [...text].map((char) => char.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - codes[index]!);
  const even = steps.filter((step) => step === 1 || step === -1).length;
  return even >= steps.length - 1;
}
