package org.beammedallion.pipelines.init;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.beammedallion.pipelines.init.TextProfile.Quotes;
import org.jspecify.annotations.Nullable;

/** What the values of a field are, counted by kind; of objects and arrays also what is in them. */
final class ValueProfile {

  private final TextProfile texts = new TextProfile();
  private final Map<String, ValueProfile> members = new LinkedHashMap<>();
  private @Nullable ValueProfile elements;

  private long present;
  private long nulls;
  private long textCount;
  private long integers;
  private long decimals;
  private long booleans;
  private long objects;
  private long arrays;
  private final DecimalDigits digits = new DecimalDigits();
  private final Outlier outlier = new Outlier();
  private @Nullable BigDecimal least;
  private @Nullable BigDecimal greatest;

  /** Takes a text, as CSV has it, or null. */
  void addText(@Nullable String text, Quotes how) {
    present++;
    if (text == null) {
      nulls++;
    } else {
      textCount++;
      texts.add(text, how);
    }
  }

  /** Takes a value of JSON. */
  void add(JsonNode value) {
    if (value.isTextual()) {
      addText(value.textValue(), Quotes.BARE);
      return;
    }
    present++;
    if (value.isNull()) {
      nulls++;
    } else if (value.isBoolean()) {
      booleans++;
    } else if (value.isNumber()) {
      addNumber(value);
    } else if (value.isObject()) {
      objects++;
      value
          .fields()
          .forEachRemaining(
              member ->
                  members
                      .computeIfAbsent(member.getKey(), name -> new ValueProfile())
                      .add(member.getValue()));
    } else {
      arrays++;
      if (elements == null) {
        elements = new ValueProfile();
      }
      value.forEach(elements::add);
    }
  }

  private void addNumber(JsonNode value) {
    if (value.isDouble() && Double.isInfinite(value.doubleValue())) {
      decimals++;
      digits.addBeyondRange("1e309 or more");
      return;
    }
    BigDecimal number = value.decimalValue();
    if (value.isIntegralNumber()) {
      integers++;
    } else {
      decimals++;
    }
    digits.add(number);
    outlier.add(value.asText(), number);
    least = least == null ? number : least.min(number);
    greatest = greatest == null ? number : greatest.max(number);
  }

  /** How many records have the field, even as null. */
  long present() {
    return present;
  }

  long values() {
    return present - nulls;
  }

  TextProfile texts() {
    return texts;
  }

  Map<String, ValueProfile> members() {
    return members;
  }

  /** What is in the arrays; null where there are none, or nothing is in them. */
  @Nullable ValueProfile elements() {
    return elements;
  }

  long textCount() {
    return textCount;
  }

  long integers() {
    return integers;
  }

  long numbers() {
    return integers + decimals;
  }

  long booleans() {
    return booleans;
  }

  long scalars() {
    return textCount + numbers() + booleans;
  }

  long objects() {
    return objects;
  }

  long arrays() {
    return arrays;
  }

  /** The digits that its numbers need. */
  DecimalDigits digits() {
    return digits;
  }

  /** A number that may stand for a missing value. */
  Outlier outlier() {
    return outlier;
  }

  @Nullable BigDecimal least() {
    return least;
  }

  @Nullable BigDecimal greatest() {
    return greatest;
  }
}
