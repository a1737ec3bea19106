package org.beammedallion.transforms.decode.csv;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.beammedallion.transforms.decode.record.FieldPlan;
import org.beammedallion.transforms.decode.record.MalformedRecord;
import org.beammedallion.transforms.decode.record.ObjectPlan;
import org.beammedallion.transforms.decode.record.Utf8;
import org.beammedallion.transforms.raw.Bom;
import org.beammedallion.transforms.raw.CsvFormat;
import org.jspecify.annotations.Nullable;

/**
 * The columns that a CSV file's header names, and the fields that they are: by the same name, or
 * else by a name that differs only in case, in blanks around it or in how accents are composed,
 * where one column alone is like one field alone. Immutable.
 *
 * @param names of the columns
 * @param columns the field of each column, null for a column that the contract does not know
 * @param alike the column of each field that was matched by a name that is not the same
 */
record CsvHeader(
    List<String> names, List<@Nullable FieldPlan> columns, Map<FieldPlan, String> alike) {

  /** White space, no-break spaces, byte order marks and characters of no width. */
  private static final Pattern AROUND =
      Pattern.compile("^[\\p{IsWhite_Space}\\p{Cf}]+|[\\p{IsWhite_Space}\\p{Cf}]+$");

  /**
   * Reads a header.
   *
   * @throws MalformedRecord where it is no CSV, or a field's column is not clear
   */
  static CsvHeader of(ObjectPlan plan, CsvFormat format, byte[] header) throws MalformedRecord {
    List<String> names = names(format, header);
    List<@Nullable FieldPlan> columns = new ArrayList<>();
    Set<FieldPlan> named = new HashSet<>();
    boolean unknown = false;
    for (String name : names) {
      byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
      int index = plan.indexOf(utf8, 0, utf8.length);
      if (index >= 0 && !named.add(plan.fields[index])) {
        throw new MalformedRecord(
            "the column '"
                + name
                + "' appears twice. Give each column a name of its own in the file, or take the field '"
                + name
                + "' out of the contract: then both are left out.");
      }
      unknown |= index < 0;
      columns.add(index < 0 ? null : plan.fields[index]);
    }
    Map<FieldPlan, String> alike = new HashMap<>();
    if (unknown) {
      matchAlike(plan, named, names, columns, alike);
    }
    return new CsvHeader(names, columns, alike);
  }

  /** The names as they stand in the file, without quotes. */
  static List<String> names(CsvFormat format, byte[] header) throws MalformedRecord {
    int invalid = Utf8.firstInvalid(header, 0, header.length);
    if (invalid >= 0) {
      throw new MalformedRecord("invalid UTF-8 at byte " + invalid + ".");
    }
    CsvSplitter splitter = new CsvSplitter(format);
    splitter.reset(header, Bom.skip(header, 0, header.length), header.length);
    List<String> names = new ArrayList<>();
    while (splitter.hasNext()) {
      splitter.advance();
      names.add(
          new String(
              splitter.text(),
              splitter.from(),
              splitter.to() - splitter.from(),
              StandardCharsets.UTF_8));
    }
    return names;
  }

  private static void matchAlike(
      ObjectPlan plan,
      Set<FieldPlan> named,
      List<String> names,
      List<@Nullable FieldPlan> columns,
      Map<FieldPlan, String> alike)
      throws MalformedRecord {
    Map<String, List<FieldPlan>> fields = new TreeMap<>();
    for (FieldPlan field : plan.fields) {
      if (!named.contains(field)) {
        fields.computeIfAbsent(folded(nameOf(field)), key -> new ArrayList<>()).add(field);
      }
    }
    Map<String, Integer> found = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String key = folded(names.get(i));
      List<FieldPlan> candidates = fields.get(key);
      if (columns.get(i) != null || candidates == null) {
        continue;
      }
      Integer other = found.putIfAbsent(key, i);
      if (other != null || candidates.size() > 1) {
        throw new MalformedRecord(
            other == null
                ? "the column '"
                    + names.get(i)
                    + "' may be '"
                    + nameOf(candidates.get(0))
                    + "' or '"
                    + nameOf(candidates.get(1))
                    + "'. Give each field its name in the file as 'physicalName' in the contract."
                : "the columns '"
                    + names.get(other)
                    + "' and '"
                    + names.get(i)
                    + "' may both be '"
                    + nameOf(candidates.get(0))
                    + "'. Give the field its name in the file as 'physicalName' in the contract.");
      }
      columns.set(i, candidates.get(0));
      alike.put(candidates.get(0), names.get(i));
    }
  }

  static String nameOf(FieldPlan field) {
    return new String(field.name, StandardCharsets.UTF_8);
  }

  /** What names that are alike have in common. */
  static String folded(String name) {
    return Normalizer.normalize(AROUND.matcher(name).replaceAll(""), Normalizer.Form.NFC)
        .toUpperCase(Locale.ROOT)
        .toLowerCase(Locale.ROOT);
  }

  boolean has(FieldPlan field) {
    return columns.contains(field);
  }
}
