package org.beammedallion.pipelines.init;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A property of a contract that is being written, with what its guesses rest on. Mutable. */
final class ColumnDraft {

  /** What a value is. */
  enum Logical {
    STRING,
    INTEGER,
    NUMBER,
    BOOLEAN,
    DATE,
    TIME,
    TIMESTAMP,
    OBJECT,
    ARRAY
  }

  /** The field's name in its record, or the names that lead to it. */
  final List<String> source;

  String name = "";
  Logical logical;
  @Nullable String physical;
  boolean required;
  boolean takesScalars;

  /** The first year that two digits mean; null where the format has none. */
  @Nullable Integer shortYearsFrom;

  /** Whether a person has to decide what it is. */
  boolean undecided;

  final Map<String, String> options = new LinkedHashMap<>();
  final List<String> evidence = new ArrayList<>();

  /** Lines that may be made part of the contract by taking away what makes them comments. */
  final List<String> choices = new ArrayList<>();

  final List<ColumnDraft> properties = new ArrayList<>();
  @Nullable ColumnDraft items;

  ColumnDraft(List<String> source, Logical logical) {
    this.source = List.copyOf(source);
    this.logical = logical;
  }

  /** What the contract calls the field in the source. */
  String physicalName() {
    return source.size() == 1 ? literal(source.get(0)) : path();
  }

  /** A name that looks like a path must be written as one. */
  private static String literal(String name) {
    return name.startsWith("$.") || name.startsWith("$[") ? "$['" + escaped(name) + "']" : name;
  }

  private String path() {
    StringBuilder path = new StringBuilder("$");
    for (String each : source) {
      boolean plain = each.matches("[^.\\[\\]*'\"\\\\]+");
      path.append(plain ? "." + each : "['" + escaped(each) + "']");
    }
    return path.toString();
  }

  private static String escaped(String name) {
    return name.replace("\\", "\\\\").replace("'", "\\'");
  }
}
