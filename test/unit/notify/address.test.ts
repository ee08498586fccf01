import { expect, test } from "vitest";
import { isWithin, parseRange, reachOf } from "../../../gateway/notify/address.ts";

test.each([
  ["8.8.8.8", "public"],
  ["172.15.255.255", "public"],
  ["172.32.0.0", "public"],
  ["100.63.255.255", "public"],
  ["2606:4700:4700::1111", "public"],
  ["2a00:1450:4001:81b::200e", "public"],
  ["127.0.0.1", "local"],
  ["127.255.255.254", "local"],
  ["10.0.0.1", "local"],
  ["172.16.0.1", "local"],
  ["172.31.255.255", "local"],
  ["192.168.1.1", "local"],
  ["100.64.0.1", "local"],
  ["::1", "local"],
  ["fd12:3456::1", "local"],
  ["fc00::1", "local"],
  ["0.0.0.0", "never"],
  ["0.1.2.3", "never"],
  ["169.254.169.254", "never"],
  ["100.100.100.200", "never"],
  ["192.0.0.192", "never"],
  ["224.0.0.1", "never"],
  ["239.255.255.250", "never"],
  ["255.255.255.255", "never"],
  ["::", "never"],
  ["fe80::1", "never"],
  ["fe80::1%eth0", "never"],
  ["febf::1", "never"],
  ["ff02::1", "never"],
  ["fd00:ec2::254", "never"],
  ["2001:db8::1", "never"],
  ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "never"],
  ["4000::1", "never"],
  ["100::1", "never"],
  // IPv6 addresses that lead to an IPv4 address: mapped, compatible, translated, NAT64, 6to4.
  ["::ffff:127.0.0.1", "local"],
  ["::ffff:7f00:1", "local"],
  ["::ffff:169.254.169.254", "never"],
  ["::ffff:8.8.8.8", "public"],
  ["::10.0.0.1", "local"],
  ["::ffff:0:10.0.0.1", "local"],
  ["64:ff9b::7f00:1", "local"],
  ["64:ff9b::a9fe:a9fe", "never"],
  ["64:ff9b::808:808", "public"],
  ["64:ff9b:1::7f00:1", "never"],
  ["2002:7f00:1::", "local"],
  ["2002:a9fe:a9fe::1", "never"],
  ["2002:808:808::1", "public"],
  ["", "never"],
  ["localhost", "never"],
  ["1.2.3", "never"],
  ["1.2.3.256", "never"],
  ["0x7f.1", "never"],
  ["::1::", "never"],
])("%s is %s", (address, reach) => {
  expect(reachOf(address)).toBe(reach);
});

test.each([
  ["10.0.0.0/8", "10.9.8.7", true],
  ["10.0.0.0/8", "11.0.0.0", false],
  ["10.0.0.0/8", "::ffff:10.1.1.1", true],
  ["192.168.1.128/25", "192.168.1.127", false],
  ["192.168.1.7", "192.168.1.7", true],
  ["0.0.0.0/0", "1.2.3.4", true],
  ["fd00::/8", "fd12::1", true],
  ["fd00::/8", "fe00::1", false],
  ["fd00::/8", "10.0.0.1", false],
])("%s holds %s: %s", (range, address, isHeld) => {
  expect(isWithin(address, parseRange(range)!)).toBe(isHeld);
});

test.each(["", "host", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "::/129", "10.0.0.0/-1"])(
  "%j is no range",
  (text) => {
    expect(parseRange(text)).toBeUndefined();
  },
);
