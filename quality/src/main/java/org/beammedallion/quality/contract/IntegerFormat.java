package org.beammedallion.quality.contract;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The range of one of the standard's formats for whole numbers.
 *
 * @param minimum inclusive
 * @param maximum inclusive
 */
record IntegerFormat(BigInteger minimum, BigInteger maximum) {

  static List<String> names() {
    return List.of("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128");
  }

  static @Nullable IntegerFormat of(String name) {
    if (!names().contains(name)) {
      return null;
    }
    int bits = Integer.parseInt(name.substring(1));
    BigInteger one = BigInteger.ONE;
    return name.startsWith("u")
        ? new IntegerFormat(BigInteger.ZERO, one.shiftLeft(bits).subtract(one))
        : new IntegerFormat(
            one.shiftLeft(bits - 1).negate(), one.shiftLeft(bits - 1).subtract(one));
  }
}
