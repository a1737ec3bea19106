package org.beammedallion.transforms.decode.record;

import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The gravest fault found so far in a record that is well-formed, and the fields that were left out
 * of it. Not thread-safe.
 */
public final class Faults {

  private @Nullable Reason reason;
  private String detail = "";
  private final UnknownFields unknown = new UnknownFields();

  public void clear() {
    unknown.clear();
    reason = null;
    detail = "";
  }

  /** Notes a value that does not fit; the first one in the record counts. */
  public void mismatch(Mismatch mismatch, FieldPlan field, String shown) {
    if (reason != Reason.TYPE_MISMATCH && reason != Reason.UNSUPPORTED_CHANGE) {
      reason = Reason.TYPE_MISMATCH;
      detail = mismatch.detail(field, shown);
    }
  }

  /** Notes that no object stands where fields of the row are looked for. */
  public void noObject(ObjectPlan.Passage passage, String shown) {
    if (reason == null || gravity(Reason.TYPE_MISMATCH) > gravity(reason)) {
      reason = Reason.TYPE_MISMATCH;
      detail =
          passage.first().label()
              + ": expected an object as '"
              + passage.path()
              + "', found "
              + shown
              + ".";
    }
  }

  /** Notes a fault of any kind; the gravest counts, and of equal ones the first. */
  public void note(Fault fault) {
    if (reason == null || gravity(fault.reason()) > gravity(reason)) {
      reason = fault.reason();
      detail = fault.detail();
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

  /** Notes a required field without a value; the first one counts, and a mismatch counts more. */
  public void missing(FieldPlan field, String why) {
    if (reason == null) {
      reason = Reason.MISSING_REQUIRED;
      detail = field.label() + " is required, but " + why + ".";
    }
  }

  /**
   * Notes that a change cannot be applied, which is graver than anything else; the first one
   * counts.
   */
  public void unsupported(String why) {
    if (reason != Reason.UNSUPPORTED_CHANGE) {
      reason = Reason.UNSUPPORTED_CHANGE;
      detail = why;
    }
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

  /** What is wrong; null for nothing. */
  public @Nullable Reason reason() {
    return reason;
  }

  public String detail() {
    return detail;
  }
}
