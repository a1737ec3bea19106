package org.beammedallion.pipelines.sample;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Provenance;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.transforms.row.FieldCounts;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * What of a sample would be rejected, grouped by what is wrong: reason, field and rule. Not
 * thread-safe.
 */
public final class RejectedSample {

  private static final int SHOWN_EXAMPLES = 3;

  /**
   * So many values of a field with digits, and so many without, are kept to tell what they have in
   * common.
   */
  private static final int KEPT_VALUES = 200;

  /** How messages about values name a field and the value, see {@code Mismatch}. */
  private static final Pattern VALUE =
      Pattern.compile(
          "Field '(?<field>[^']+)'(?: \\('(?<source>.*?)' in the source\\))?: "
              + "(?:expected (?<type>.+?), found (?<found>.*)\\.|(?<whole>.*) is not a whole number.*)",
          Pattern.DOTALL);

  private static final Pattern FIELD = Pattern.compile("Field '(?<field>[^']+)'.*", Pattern.DOTALL);

  /** How a detail begins to say how many more fields have a fault. */
  private static final String UNTOLD = "Further fields with a fault: ";

  /** Between the faults of a record, see {@code Faults}. */
  private static final Pattern NEXT_FAULT = Pattern.compile("(?<=\\.) (?=Field '|" + UNTOLD + ")");

  /** How a message says that a field has no value. */
  private static final Pattern MISSING =
      Pattern.compile("Field '[^']+'( \\('.*?' in the source\\))? is required, but ");

  /**
   * A record with the fault.
   *
   * @param detail what is wrong with this field, or with the record as a whole
   */
  public record Example(Provenance provenance, String detail) {}

  /**
   * Records with one fault; a record with several is in several groups.
   *
   * @param field of the contract, or empty where the record as a whole is wrong
   * @param rule that was broken, or empty
   * @param expected type as the message names it, or empty
   * @param values that do not fit; some of them, with and without digits
   * @param examples the first details
   */
  public record Group(
      Reason reason,
      String field,
      String rule,
      String expected,
      List<String> values,
      List<Example> examples,
      long count) {}

  private final Map<List<String>, Collected> groups = new LinkedHashMap<>();
  private long read;
  private long rejected;
  private long untold;
  private FieldCounts unknown = FieldCounts.NONE;

  /** Takes a batch of the sample. */
  public void add(RowBatch batch) {
    read += batch.read();
    rejected += batch.rejects().size();
    unknown = unknown.plus(batch.unknown());
    batch.rejects().forEach(this::add);
  }

  private void add(DeadLetter reject) {
    String[] faults =
        reject.rule() == null && reject.detail().startsWith("Field")
            ? NEXT_FAULT.split(reject.detail())
            : new String[] {reject.detail()};
    for (int i = 0; i < faults.length; i++) {
      if (faults[i].startsWith(UNTOLD)) {
        untold++;
        continue;
      }
      Reason reason =
          i == 0
              ? reject.reason()
              : MISSING.matcher(faults[i]).lookingAt()
                  ? Reason.MISSING_REQUIRED
                  : Reason.TYPE_MISMATCH;
      add(reason, reject, faults[i]);
    }
  }

  private void add(Reason reason, DeadLetter reject, String detail) {
    Matcher value = VALUE.matcher(detail);
    Matcher named = FIELD.matcher(detail);
    boolean ofValue = value.matches();
    String field = ofValue ? value.group("field") : named.matches() ? named.group("field") : "";
    String rule = reject.rule() == null ? "" : reject.rule();
    Collected group =
        groups.computeIfAbsent(
            List.of(reason.name(), field, rule),
            key ->
                new Collected(
                    reason,
                    field,
                    rule,
                    ofValue && value.group("type") != null ? value.group("type") : ""));
    group.add(new Example(reject.provenance(), detail), ofValue ? found(value) : null);
  }

  private static String found(Matcher value) {
    String found = value.group("whole") == null ? value.group("found") : value.group("whole");
    boolean quoted =
        found.length() > 1
            && (found.startsWith("'") || found.startsWith("\""))
            && found.charAt(0) == found.charAt(found.length() - 1);
    return quoted ? found.substring(1, found.length() - 1) : found;
  }

  /** How many records were read. */
  public long read() {
    return read;
  }

  /** How many of them would be rejected. */
  public long rejected() {
    return rejected;
  }

  /** How many records have more faults than the groups count. */
  public long untold() {
    return untold;
  }

  /** Values of fields that the contract does not know. */
  public FieldCounts unknown() {
    return unknown;
  }

  /** The groups, the largest first. */
  public List<Group> groups() {
    return groups.values().stream()
        .map(Collected::group)
        .sorted(Comparator.comparing(Group::count).reversed())
        .toList();
  }

  private static final class Collected {
    private final Reason reason;
    private final String field;
    private final String rule;
    private final String expected;
    private final List<String> values = new ArrayList<>();
    private long words;
    private final List<Example> examples = new ArrayList<>();
    private long count;

    Collected(Reason reason, String field, String rule, String expected) {
      this.reason = reason;
      this.field = field;
      this.rule = rule;
      this.expected = expected;
    }

    void add(Example example, @Nullable String value) {
      count++;
      if (examples.size() < SHOWN_EXAMPLES) {
        examples.add(example);
      }
      if (value == null) {
        return;
      }
      boolean word = value.chars().noneMatch(Character::isDigit);
      long kept = word ? words : values.size() - words;
      if (kept < KEPT_VALUES) {
        values.add(value);
        words += word ? 1 : 0;
      }
    }

    Group group() {
      return new Group(
          reason, field, rule, expected, List.copyOf(values), List.copyOf(examples), count);
    }
  }
}
