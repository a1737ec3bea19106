package org.beammedallion.pipelines.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints rows. */
abstract class RowPrinter {

  /** How rows look. */
  enum Format {
    text,
    json,
    csv
  }

  static RowPrinter of(Format format, PrintWriter out, List<String> columns) {
    return switch (format) {
      case text -> new Text(out, columns);
      case json -> new Lines(out);
      case csv -> new Csv(out, columns);
    };
  }

  abstract void row(Map<String, @Nullable Object> row) throws JsonProcessingException;

  void end() {}

  /** Lists and objects as JSON, everything else as it is. */
  private static String text(@Nullable Object value, String nothing)
      throws JsonProcessingException {
    if (value == null) {
      return nothing;
    }
    return value instanceof Map || value instanceof List
        ? Json.MAPPER.writeValueAsString(value)
        : value instanceof java.math.BigDecimal decimal
            ? decimal.toPlainString()
            : value.toString();
  }

  /** One object a line. */
  private static final class Lines extends RowPrinter {
    private final PrintWriter out;

    Lines(PrintWriter out) {
      this.out = out;
    }

    @Override
    void row(Map<String, @Nullable Object> row) throws JsonProcessingException {
      out.println(Json.MAPPER.writeValueAsString(row));
    }
  }

  /** RFC 4180 with a header; an empty field is null, an empty text is in quotes. */
  private static final class Csv extends RowPrinter {
    private final PrintWriter out;

    Csv(PrintWriter out, List<String> columns) {
      this.out = out;
      line(columns.stream().map(Csv::quoted).toList());
    }

    @Override
    void row(Map<String, @Nullable Object> row) throws JsonProcessingException {
      List<String> fields = new ArrayList<>();
      for (Object value : row.values()) {
        fields.add(value == null ? "" : quoted(text(value, "")));
      }
      line(fields);
    }

    private void line(List<String> fields) {
      out.print(String.join(",", fields));
      out.print("\r\n");
    }

    private static String quoted(String text) {
      boolean plain =
          !text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c < ' ');
      return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
  }

  /** Columns under each other, as wide as the first rows need; very long values are cut. */
  private static final class Text extends RowPrinter {
    private static final int ROWS_MEASURED = 100;

    /** Of a value; other formats have the whole. */
    private static final int MAX_WIDTH = 200;

    private final PrintWriter out;
    private final List<List<String>> held = new ArrayList<>();
    private int[] widths;
    private boolean measured;

    Text(PrintWriter out, List<String> columns) {
      this.out = out;
      widths = new int[columns.size()];
      held.add(columns);
    }

    @Override
    void row(Map<String, @Nullable Object> row) throws JsonProcessingException {
      List<String> fields = new ArrayList<>();
      for (Object value : row.values()) {
        fields.add(VisibleText.of(shortened(text(value, "null"))));
      }
      if (measured) {
        line(fields);
      } else {
        held.add(fields);
        if (held.size() > ROWS_MEASURED) {
          end();
        }
      }
    }

    private static String shortened(String text) {
      return text.length() <= MAX_WIDTH
          ? text
          : text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, MAX_WIDTH - 1)))
              + "…";
    }

    @Override
    void end() {
      if (!measured) {
        measured = true;
        for (List<String> fields : held) {
          for (int i = 0; i < fields.size(); i++) {
            widths[i] = Math.max(widths[i], fields.get(i).length());
          }
        }
        held.forEach(this::line);
        held.clear();
      }
    }

    private void line(List<String> fields) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < fields.size(); i++) {
        String field = fields.get(i);
        line.append(field).append(" ".repeat(Math.max(0, widths[i] - field.length()) + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
