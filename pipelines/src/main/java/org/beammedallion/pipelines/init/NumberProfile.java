package org.beammedallion.pipelines.init;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the texts of a field are as numbers: how these are written, and what speaks against them.
 */
final class NumberProfile {

  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final Pattern LEADING_ZERO = Pattern.compile("[+-]?0\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  /** A point between whole and fraction, perhaps commas before groups of three digits. */
  private static final Pattern POINT_GROUPS =
      Pattern.compile("[+-]?[1-9]\\d{0,2}(,\\d{3})+(\\.\\d+)?");

  /** Of these a comma can be nothing else than what stands before groups. */
  private static final Pattern SURE_POINT_GROUPS =
      Pattern.compile("[+-]?\\d{1,3}(,\\d{3}){2,}(\\.\\d+)?|[+-]?\\d{1,3}(,\\d{3})+\\.\\d+");

  /** A comma between whole and fraction, perhaps points before groups of three digits. */
  private static final Pattern COMMA_NUMBER =
      Pattern.compile("[+-]?(\\d+(,\\d+)?|[1-9]\\d{0,2}(\\.\\d{3})+(,\\d+)?)");

  /** Of these a point may as well stand before a group. */
  private static final Pattern EITHER_POINT = Pattern.compile("[+-]?[1-9]\\d{0,2}\\.\\d{3}");

  /** A fraction by a point, in a number without an exponent. */
  private static final Pattern FRACTION = Pattern.compile("[+-]?\\d*\\.(\\d+)");

  /** Programs that write numbers with an exponent write a sign or a point, too. */
  private static final Pattern CODE_EXPONENT = Pattern.compile("\\d+[eE]\\d+");

  private static final int LONG_DIGITS = 18;
  private static final int GROUP = 3;

  /** Longer texts are no numbers of a table. */
  private static final int MOST_CHARACTERS = 60;

  private long count;
  private long whole;
  private long leadingZeros;
  private long plusSigns;
  private long tooLong;
  private long number;
  private long withPointGroups;
  private long surePointGroups;
  private long surePoints;
  private long commaNumbers;
  private long sureCommas;
  private long withComma;
  private long withPoint;
  private long eitherPoints;
  private long ungrouped;
  private int longest;
  private int shortestFraction = Integer.MAX_VALUE;
  private int longestWithZero;
  private final DecimalDigits digits = new DecimalDigits();
  private final Outlier outlier = new Outlier();
  private String codeExample = "";
  private String shortExample = "";
  private String zeroExample = "";
  private String exponentExample = "";

  /** Whether a text is a number in any way of writing. */
  static boolean isAnyNumber(String text) {
    return !LEADING_ZERO.matcher(text).matches()
        && (NUMBER.matcher(text).matches()
            || POINT_GROUPS.matcher(text).matches()
            || COMMA_NUMBER.matcher(text).matches());
  }

  /** Takes a text that stands for no missing value. */
  void add(String text) {
    count++;
    longest = Math.max(longest, text.length());
    if (WHOLE.matcher(text).matches()) {
      whole(text);
    } else if (exponentExample.isEmpty() && CODE_EXPONENT.matcher(text).matches()) {
      exponentExample = text;
    }
    withComma += text.indexOf(',') >= 0 ? 1 : 0;
    withPoint += text.indexOf('.') >= 0 ? 1 : 0;
    separators(text);
    fraction(text);
    value(text);
  }

  /** As a number with a point before the fraction. */
  private void value(String text) {
    if (text.length() <= MOST_CHARACTERS && NUMBER.matcher(text).matches()) {
      try {
        BigDecimal number = new BigDecimal(text);
        digits.add(number);
        outlier.add(text, number);
      } catch (NumberFormatException e) {
        // An exponent beyond 32 bits is no number of a table.
      }
    }
  }

  /** The digits that its numbers need, if a point stands before the fraction. */
  DecimalDigits digits() {
    return digits;
  }

  /** A number that may stand for a missing value. */
  Outlier outlier() {
    return outlier;
  }

  private void whole(String text) {
    whole++;
    tooLong += text.length() > LONG_DIGITS ? 1 : 0;
    plusSigns += text.charAt(0) == '+' ? 1 : 0;
    ungrouped += text.replaceFirst("^[+-]", "").length() > GROUP ? 1 : 0;
    if (LEADING_ZERO.matcher(text).matches()) {
      leadingZeros++;
      codeExample = codeExample.isEmpty() ? text : codeExample;
    }
  }

  private void separators(String text) {
    boolean pointGroups = POINT_GROUPS.matcher(text).matches();
    boolean comma = COMMA_NUMBER.matcher(text).matches();
    boolean plain = NUMBER.matcher(text).matches();
    boolean either = EITHER_POINT.matcher(text).matches();
    number += plain ? 1 : 0;
    withPointGroups += pointGroups ? 1 : 0;
    surePointGroups += SURE_POINT_GROUPS.matcher(text).matches() ? 1 : 0;
    surePoints += plain && text.indexOf('.') >= 0 && !either ? 1 : 0;
    eitherPoints += either ? 1 : 0;
    commaNumbers += comma ? 1 : 0;
    sureCommas += comma && !pointGroups && !plain ? 1 : 0;
  }

  private void fraction(String text) {
    Matcher matcher = FRACTION.matcher(text);
    if (!matcher.matches()) {
      return;
    }
    int digits = matcher.group(1).length();
    if (digits < shortestFraction) {
      shortestFraction = digits;
      shortExample = text;
    }
    if (text.endsWith("0") && digits > longestWithZero) {
      longestWithZero = digits;
      zeroExample = text;
    }
  }

  /** A text with zeros before its digits; empty where there is none. */
  String codeExample() {
    return codeExample;
  }

  boolean isWhole() {
    return count > 0 && whole == count && leadingZeros == 0 && tooLong == 0 && !allHavePlus();
  }

  /** Whether all are digits, some with zeros before them, or all with a plus as phone numbers. */
  boolean isCode() {
    return count > 0 && whole == count && (leadingZeros > 0 || allHavePlus());
  }

  boolean allHavePlus() {
    return count > 0 && plusSigns == count;
  }

  boolean isNumber() {
    return count > 0 && number == count && leadingZeros == 0 && !allHavePlus();
  }

  /** Whether all are whole numbers, of which some have more digits than 64 bits hold. */
  boolean isLongWhole() {
    return count > 0 && whole == count && leadingZeros == 0 && tooLong > 0;
  }

  /** The most characters that a text has. */
  int longest() {
    return longest;
  }

  /** Whether all are numbers where a comma stands before the fraction. */
  boolean isCommaNumber() {
    return count > 0 && commaNumbers == count && leadingZeros == 0 && !allHavePlus();
  }

  /** Whether all are numbers where a comma stands before groups of three digits. */
  boolean isGroupedNumber() {
    return count > 0 && number + withPointGroups == count && leadingZeros == 0;
  }

  /** Whether some text shows that a comma stands before the fraction. */
  boolean showsDecimalComma() {
    return isCommaNumber() && sureCommas > 0;
  }

  /** Whether some text shows that a point stands before the fraction. */
  boolean showsDecimalPoint() {
    return isGroupedNumber() && surePoints + surePointGroups > 0;
  }

  /** Whether all are numbers, and each reading of their commas is possible. */
  boolean isUnclear() {
    return withComma > 0 && isCommaNumber() && isGroupedNumber();
  }

  /**
   * Whether all are numbers, and each point may stand before a fraction or a group. A whole number
   * of four digits without a point shows that there are no groups.
   */
  boolean isUnclearPoint() {
    return eitherPoints > 0
        && eitherPoints == withPoint
        && withComma == 0
        && ungrouped == 0
        && isNumber();
  }

  /**
   * What makes numbers look like codes, which lose something as numbers: a zero at the end where
   * others have fewer digits behind the point, as in versions, or an exponent without a sign. Empty
   * where nothing does.
   */
  String looksLikeCode() {
    if (!isNumber()) {
      return "";
    } else if (!exponentExample.isEmpty()) {
      return exponentExample + ", which would be a power of ten";
    }
    return longestWithZero > shortestFraction
        ? zeroExample + " beside " + shortExample + ", which would lose its zero"
        : "";
  }

  /** Whether each text has a point. */
  boolean allHavePoint() {
    return withPoint == count;
  }

  boolean hasComma() {
    return withComma > 0;
  }

  boolean hasPoint() {
    return withPoint > 0;
  }
}
