package org.beammedallion.quality.pipeline;

import static org.beammedallion.quality.yaml.Shape.Scalar.BOOLEAN;
import static org.beammedallion.quality.yaml.Shape.Scalar.TEXT;
import static org.beammedallion.quality.yaml.Shape.listOf;
import static org.beammedallion.quality.yaml.Shape.listOr;
import static org.beammedallion.quality.yaml.Shape.mapping;
import static org.beammedallion.quality.yaml.Shape.oneOf;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.beammedallion.quality.pipeline.SourceSpec.CsvSpec;
import org.beammedallion.quality.pipeline.SourceSpec.CsvValues;
import org.beammedallion.quality.yaml.Problems;
import org.beammedallion.quality.yaml.Shape;
import org.beammedallion.quality.yaml.YamlNode;

/** Reads {@code csv} of the source. */
record CsvOptions(YamlNode source, Problems problems) {

  static final Shape SHAPE =
      mapping("the CSV options")
          .texts("delimiter", "quote", "comment", "decimalSeparator", "thousandsSeparator")
          .with(BOOLEAN, "header", "trim")
          .with(oneOf("warn", "ignore"), "headerCase")
          .with(listOr(TEXT, TEXT), "nullValue")
          .with(listOf(TEXT), "trueValues", "falseValues");

  private static final String PARTS_OF_NUMBERS = "0123456789+-eE";

  CsvSpec read() {
    YamlNode csv = source.find("csv");
    if (csv == null) {
      return CsvSpec.DEFAULT;
    }
    char delimiter = ascii(csv, "delimiter", CsvSpec.DEFAULT.delimiter());
    char quote = ascii(csv, "quote", CsvSpec.DEFAULT.quote());
    char comment = ascii(csv, "comment", CsvSpec.DEFAULT.comment());
    if (delimiter == quote) {
      problems.add(csv.location(), "the delimiter and the quote of CSV must differ.");
    } else if (comment == delimiter || comment == quote) {
      problems.add(
          csv.locationOf("comment"),
          "'comment' must differ from the delimiter and the quote of CSV.");
    }
    YamlNode header = csv.find("header");
    return new CsvSpec(
        delimiter,
        quote,
        header == null ? CsvSpec.DEFAULT.hasHeader() : header.flag(),
        csv.text("headerCase", "warn").equals("ignore"),
        comment,
        values(csv));
  }

  private CsvValues values(YamlNode csv) {
    List<String> trues = csv.texts("trueValues");
    List<String> falses = csv.texts("falseValues");
    Set<String> both = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    both.addAll(trues);
    both.add("true");
    Set<String> others = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    others.addAll(falses);
    others.add("false");
    both.retainAll(others);
    if (!both.isEmpty()) {
      problems.add(
          csv.locationOf("falseValues"),
          "'" + both.iterator().next() + "' cannot stand for true and for false.");
    }
    char decimal = ofNumbers(csv, "decimalSeparator", CsvValues.DEFAULT.decimal());
    char thousands = ofNumbers(csv, "thousandsSeparator", CsvValues.DEFAULT.thousands());
    if (decimal == thousands) {
      problems.add(
          csv.locationOf("thousandsSeparator"),
          "'thousandsSeparator' must differ from 'decimalSeparator', which is '"
              + decimal
              + "' unless given.");
    }
    YamlNode trim = csv.find("trim");
    YamlNode nulls = csv.find("nullValue");
    return new CsvValues(
        trim != null && trim.flag(),
        nulls == null
            ? List.of()
            : nulls.isScalar()
                ? nulls.text().isEmpty() ? List.of() : List.of(nulls.text())
                : csv.texts("nullValue"),
        trues,
        falses,
        decimal,
        thousands);
  }

  private char ascii(YamlNode csv, String key, char otherwise) {
    String text = csv.text(key);
    if (text == null) {
      return otherwise;
    }
    String value = text.equals("\\t") ? "\t" : text;
    if (value.length() == 1
        && value.charAt(0) < 128
        && value.charAt(0) != '\n'
        && value.charAt(0) != '\r') {
      return value.charAt(0);
    }
    problems.add(
        csv.locationOf(key),
        "'" + key + "' must be one ASCII character, such as ',' or '\\t', and no line break.");
    return otherwise;
  }

  private char ofNumbers(YamlNode csv, String key, char otherwise) {
    String text = csv.text(key);
    if (text == null) {
      return otherwise;
    }
    boolean one = text.length() == 1 && PARTS_OF_NUMBERS.indexOf(text.charAt(0)) < 0;
    // Between whole and fraction nothing but a point and a comma is in use.
    if (one && (!key.equals("decimalSeparator") || text.equals(",") || text.equals("."))) {
      return text.charAt(0);
    }
    problems.add(
        csv.locationOf(key),
        key.equals("decimalSeparator")
            ? "'decimalSeparator' must be ',' or '.'."
            : "'thousandsSeparator' must be one character that is no part of a number, such as '.', ' ' or \"'\".");
    return otherwise;
  }
}
