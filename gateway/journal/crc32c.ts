/** Castagnoli polynomial, bit-reversed (RFC 3720, appendix B.4). */
const polynomial = 0x82f63b78;

/**
 * Checksum of bytes, continuing from `before` (the checksum of what precedes them; 0 at the beginning).
 * Slicing by 16: about 2 GB/s on one core.
 */
export function crc32c(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let i = 0;
  for (const last = bytes.length - 15; i < last; i += 16) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      t15[crc & 255]! ^
      t14[(crc >>> 8) & 255]! ^
      t13[(crc >>> 16) & 255]! ^
      t12[crc >>> 24]! ^
      t11[bytes[i + 4]!]! ^
      t10[bytes[i + 5]!]! ^
      t9[bytes[i + 6]!]! ^
      t8[bytes[i + 7]!]! ^
      t7[bytes[i + 8]!]! ^
      t6[bytes[i + 9]!]! ^
      t5[bytes[i + 10]!]! ^
      t4[bytes[i + 11]!]! ^
      t3[bytes[i + 12]!]! ^
      t2[bytes[i + 13]!]! ^
      t1[bytes[i + 14]!]! ^
      t0[bytes[i + 15]!]!;
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

const t0 = tableOfBits();
const t1 = tableAfter(t0);
const t2 = tableAfter(t1);
const t3 = tableAfter(t2);
const t4 = tableAfter(t3);
const t5 = tableAfter(t4);
const t6 = tableAfter(t5);
const t7 = tableAfter(t6);
const t8 = tableAfter(t7);
const t9 = tableAfter(t8);
const t10 = tableAfter(t9);
const t11 = tableAfter(t10);
const t12 = tableAfter(t11);
const t13 = tableAfter(t12);
const t14 = tableAfter(t13);
const t15 = tableAfter(t14);

function tableOfBits(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc;
  });
}

/** The effect of a byte that lies one place further back. */
function tableAfter(table: Int32Array): Int32Array {
  return table.map((crc) => (crc >>> 8) ^ t0[crc & 255]!);
}
