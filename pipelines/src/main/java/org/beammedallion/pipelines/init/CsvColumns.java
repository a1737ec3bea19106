package org.beammedallion.pipelines.init;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.beammedallion.pipelines.init.ColumnDraft.Logical;

/**
 * What the columns of a CSV file are, and which texts stand for missing values in all of them.
 *
 * @param columns without names
 * @param texts how numbers are written
 * @param nullWords texts that are null in every column
 * @param nullEvidence what these rest on, where they are no words that are known to mean it
 */
record CsvColumns(
    List<ColumnDraft> columns, TextGuess texts, Set<String> nullWords, List<String> nullEvidence) {

  /** Tells which fields have a text without quotes, among others perhaps. */
  interface Holders {
    Set<String> of(String text) throws IOException;
  }

  /**
   * @param delimiter between fields: where it is a comma, a point stands before the fraction
   */
  static CsvColumns of(Map<String, ValueProfile> fields, char delimiter, Holders holders)
      throws IOException {
    return new Guess(fields, delimiter, holders).columns();
  }

  private static final class Guess {
    private final Map<String, ValueProfile> fields;
    private final Holders holders;
    private final TextGuess texts;
    private final Set<String> nullWords = new TreeSet<>();

    /** Fields that are more than texts but for a text that stands for missing values. */
    private final Map<String, MissingMarker> marked = new LinkedHashMap<>();

    Guess(Map<String, ValueProfile> fields, char delimiter, Holders holders) {
      this.fields = fields;
      this.holders = holders;
      this.texts =
          TextGuess.of(
              fields.values().stream()
                  .filter(field -> field.texts().markers() == 0 || MissingMarker.isRare(field))
                  .map(ValueProfile::texts)
                  .toList(),
              delimiter);
    }

    CsvColumns columns() throws IOException {
      markers();
      words();
      List<ColumnDraft> columns = new ArrayList<>();
      fields.forEach((name, field) -> columns.add(column(name, field)));
      List<String> evidence = new ArrayList<>();
      marked.forEach(
          (name, marker) -> {
            if (marker.isTaken()) {
              evidence.add(marker.shown() + " among the values of " + name);
            }
          });
      return new CsvColumns(columns, texts, nullWords, evidence);
    }

    private void markers() throws IOException {
      Map<String, List<String>> byText = new TreeMap<>();
      for (Map.Entry<String, ValueProfile> field : fields.entrySet()) {
        MissingMarker marker = MissingMarker.of(field.getKey(), field.getValue(), texts);
        if (marker != null) {
          marked.put(field.getKey(), marker);
          if (marker.isLikely()) {
            byText.computeIfAbsent(marker.text(), text -> new ArrayList<>()).add(field.getKey());
          }
        }
      }
      for (Map.Entry<String, List<String>> each : byText.entrySet()) {
        Set<String> others = new TreeSet<>(holders.of(each.getKey()));
        each.getValue().forEach(others::remove);
        if (others.isEmpty()) {
          each.getValue().forEach(name -> marked.computeIfPresent(name, (n, m) -> m.taken()));
        } else {
          each.getValue()
              .forEach(name -> marked.computeIfPresent(name, (n, m) -> m.alsoIn(others)));
        }
      }
    }

    /** A word is null in every column, so no text may have it as a value. */
    private void words() {
      Set<String> ofTexts = new TreeSet<>();
      Set<String> wanted = new TreeSet<>();
      fields.forEach(
          (name, field) ->
              (isTyped(name, field) ? wanted : ofTexts)
                  .addAll(field.texts().missingWords().keySet()));
      wanted.removeAll(ofTexts);
      nullWords.addAll(wanted);
      marked.values().stream()
          .filter(MissingMarker::isTaken)
          .forEach(marker -> nullWords.add(marker.text()));
    }

    private boolean isTyped(String name, ValueProfile field) {
      MissingMarker marker = marked.get(name);
      return texts.isTyped(field.texts())
          && (field.texts().markers() == 0 || (marker != null && marker.isTaken()));
    }

    private ColumnDraft column(String name, ValueProfile field) {
      TextProfile profile = field.texts();
      MissingMarker marker = marked.get(name);
      ColumnDraft column = new ColumnDraft(List.of(name), Logical.STRING);
      if (profile.markers() > 0 && (marker == null || !marker.isTaken())) {
        if (marker != null) {
          marker.offer(column);
        }
        return column;
      }
      Set<String> words = new TreeSet<>(profile.missingWords().keySet());
      words.removeAll(nullWords);
      if (isTyped(name, field) && !words.isEmpty()) {
        column.evidence.add(
            "would be no text but for "
                + words
                + ", which other columns have as texts: 'csv: {nullValue: …}' in the pipeline file holds for all");
        return column;
      }
      texts.type(column, profile, true);
      if (isTyped(name, field) && !profile.missingWords().isEmpty()) {
        column.evidence.add("missing where it is " + profile.missingWords());
      }
      if (marker != null) {
        column.evidence.add("missing where it is " + marker.shown());
      }
      return column;
    }
  }

  /** The texts that are null, as the pipeline file's {@code nullValue} has them. */
  static String nullValue(Set<String> words) {
    return "nullValue: "
        + words.stream()
            .map(word -> '"' + word.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(", ", "[", "]"));
  }

  static String counted(long part, long whole) {
    return String.format(Locale.ROOT, "%,d of %,d", part, whole);
  }
}
