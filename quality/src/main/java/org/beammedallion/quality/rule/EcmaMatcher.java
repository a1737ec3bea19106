package org.beammedallion.quality.rule;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.rule.EcmaTranslation.Case;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an {@link EcmaPattern} in texts in UTF-8. Keeps buffers; not thread-safe.
 *
 * <p>The JDK's library begins, with a budget of steps, where it cannot need more stack than every
 * thread has. RE2/J takes over where the budget is used up, or the text too long.
 */
public final class EcmaMatcher {

  /** In bytes; the JDK's library takes some 200 bytes of stack for each nested repetition. */
  private static final int SHORT = 256;

  private static final long STEPS_PER_BYTE = 64;

  /** For patterns that no other library can take over. */
  private static final long MANY_STEPS = 1L << 26;

  private final Matcher backtracking;
  private final com.google.re2j.@Nullable Pattern linear;
  private final EcmaTranslation translation;
  private final CountedText counted = new CountedText();

  EcmaMatcher(
      Pattern backtracking, com.google.re2j.@Nullable Pattern linear, EcmaTranslation translation) {
    this.backtracking = backtracking.matcher("");
    this.linear = linear;
    this.translation = translation;
  }

  /** Whether the pattern matches somewhere in the text. */
  public boolean find(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return find(bytes, 0, bytes.length);
  }

  /**
   * Whether the pattern matches somewhere in the bytes, which are valid UTF-8. False where nobody
   * can tell: a pattern that looks around or refers back, and has not come to an end after some 67
   * million steps.
   */
  public boolean find(byte[] bytes, int start, int length) {
    boolean ascii = isAscii(bytes, start, length);
    long budget = (length + SHORT) * STEPS_PER_BYTE + (linear == null ? MANY_STEPS : 0);
    if (ascii) {
      counted.over(bytes, start, length, budget);
    } else {
      counted.over(new String(bytes, start, length, StandardCharsets.UTF_8), budget);
    }
    if (linear != null && isForLinear(length, ascii)) {
      return findLinear(linear);
    }
    try {
      return backtracking.reset(counted).find();
    } catch (CountedText.ExhaustedException e) {
      return linear != null && findLinear(linear);
    }
  }

  private boolean isForLinear(int length, boolean ascii) {
    return (translation.repeatsGroups() && length > SHORT)
        || translation.letterCase() == Case.IGNORED
        || (translation.letterCase() == Case.IGNORED_IN_ASCII && !ascii);
  }

  /** Over characters: of bytes, RE2/J 1.8 takes some texts for ended that are not. */
  private boolean findLinear(com.google.re2j.Pattern pattern) {
    counted.endless();
    return pattern.matcher(counted).find();
  }

  private static boolean isAscii(byte[] bytes, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }
}
