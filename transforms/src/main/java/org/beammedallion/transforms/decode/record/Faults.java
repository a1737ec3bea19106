package org.beammedallion.transforms.decode.record;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a record that is well-formed, and the fields that were left out of it. The
 * gravest fault is the reason why it is rejected, and of equal ones the first; those of other
 * fields stand behind it, so that all can be mended at once. Not thread-safe.
 */
public final class Faults {

  /** Number of faults of a record that are told besides the first; the others are counted. */
  static final int MOST_FURTHER = 9;

  private static final Pattern LABEL =
      Pattern.compile("Field '[^']+'(?: \\('[^']*' in the source\\))?");

  private @Nullable Reason reason;
  private String detail = "";
  private final List<String> further = new ArrayList<>();

  /** What is told by field, so that an array with many bad elements is told of once. */
  private final Map<String, Fault> fields = new HashMap<>();

  private int untold;
  private final UnknownFields unknown = new UnknownFields();

  public void clear() {
    unknown.clear();
    if (reason != null) {
      reason = null;
      detail = "";
      further.clear();
      fields.clear();
      untold = 0;
    }
  }

  /** Notes a value that does not fit. */
  public void mismatch(Mismatch mismatch, FieldPlan field, String shown) {
    ofField(Reason.TYPE_MISMATCH, field.label(), mismatch.detail(field, shown));
  }

  /** Notes that no object stands where fields of the row are looked for. */
  public void noObject(ObjectPlan.Passage passage, String shown) {
    String label = passage.first().label();
    ofField(
        Reason.TYPE_MISMATCH,
        label,
        label + ": expected an object as '" + passage.path() + "', found " + shown + ".");
  }

  /** Notes a required field without a value. */
  public void missing(FieldPlan field, String why) {
    ofField(
        Reason.MISSING_REQUIRED, field.label(), field.label() + " is required, but " + why + ".");
  }

  private void ofField(Reason of, String field, String what) {
    Fault fault = new Fault(of, what);
    Fault before = fields.get(field);
    if (before == null || gravity(of) > gravity(before.reason())) {
      fields.put(field, fault);
      if (before != null) {
        forget(before);
      }
      add(fault);
    }
  }

  /** Only a missing value is less grave than another fault of its field. */
  private void forget(Fault fault) {
    if (!detail.equals(fault.detail())) {
      further.remove(fault.detail());
    } else if (further.isEmpty()) {
      reason = null;
      detail = "";
    } else {
      detail = further.remove(0);
    }
  }

  /** Notes that a change cannot be applied, which is graver than any value. */
  public void unsupported(String why) {
    add(new Fault(Reason.UNSUPPORTED_CHANGE, why));
  }

  /** Notes a fault of any kind; one of a field begins with its label. */
  public void note(Fault fault) {
    Matcher label = LABEL.matcher(fault.detail());
    if (gravity(fault.reason()) <= gravity(Reason.TYPE_MISMATCH) && label.lookingAt()) {
      ofField(fault.reason(), label.group(), fault.detail());
    } else {
      add(fault);
    }
  }

  private void add(Fault fault) {
    Reason before = reason;
    if (before == null) {
      reason = fault.reason();
      detail = fault.detail();
    } else if (gravity(fault.reason()) > gravity(before)) {
      tellBehind(0, before, detail);
      reason = fault.reason();
      detail = fault.detail();
    } else {
      tellBehind(further.size(), fault.reason(), fault.detail());
    }
  }

  /** What is wrong with a record that cannot be used as a whole says nothing of its values. */
  private void tellBehind(int at, Reason of, String what) {
    if (gravity(of) > gravity(Reason.TYPE_MISMATCH)) {
      return;
    } else if (further.size() < MOST_FURTHER) {
      further.add(at, what);
    } else {
      untold++;
    }
  }

  private static int gravity(Reason reason) {
    return switch (reason) {
      case MALFORMED -> 3;
      case UNSUPPORTED_CHANGE -> 2;
      case TYPE_MISMATCH -> 1;
      default -> 0;
    };
  }

  /** The fields that the contract does not know. */
  public UnknownFields unknown() {
    return unknown;
  }

  /** Whether the record has a value that does not fit. */
  public boolean hasMismatch() {
    return reason == Reason.TYPE_MISMATCH;
  }

  /** Whether what is wrong is a value, or that one is missing. */
  public boolean isOfValues() {
    return reason != null && reason != Reason.UNSUPPORTED_CHANGE;
  }

  /** Why the record is rejected; null for nothing. */
  public @Nullable Reason reason() {
    return reason;
  }

  /** All that is wrong, a sentence for each fault, the gravest first. */
  public String detail() {
    if (further.isEmpty() || (reason != null && gravity(reason) > gravity(Reason.TYPE_MISMATCH))) {
      return detail;
    }
    StringBuilder all = new StringBuilder(detail);
    further.forEach(what -> all.append(' ').append(what));
    if (untold > 0) {
      all.append(" Further fields with a fault: ").append(untold).append('.');
    }
    return all.toString();
  }
}
