package org.beammedallion.transforms.decode;

import org.beammedallion.quality.deadletter.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The gravest fault found so far in a record that is well-formed, and the fields that were left out
 * of it. Not thread-safe.
 */
final class Faults {

  private @Nullable Reason reason;
  private String detail = "";
  private final UnknownFields unknown = new UnknownFields();

  void clear() {
    unknown.clear();
    reason = null;
    detail = "";
  }

  /** Notes a value that does not fit; the first one in the record counts. */
  void mismatch(Mismatch mismatch, FieldPlan field, String shown) {
    if (reason != Reason.TYPE_MISMATCH && reason != Reason.UNSUPPORTED_CHANGE) {
      reason = Reason.TYPE_MISMATCH;
      detail = mismatch.detail(field, shown);
    }
  }

  /** Notes a required field without a value; the first one counts, and a mismatch counts more. */
  void missing(FieldPlan field, String why) {
    if (reason == null) {
      reason = Reason.MISSING_REQUIRED;
      detail = field.label() + " is required, but " + why + ".";
    }
  }

  /**
   * Notes that a change cannot be applied, which is graver than anything else; the first one
   * counts.
   */
  void unsupported(String why) {
    if (reason != Reason.UNSUPPORTED_CHANGE) {
      reason = Reason.UNSUPPORTED_CHANGE;
      detail = why;
    }
  }

  /** The fields that the contract does not know. */
  UnknownFields unknown() {
    return unknown;
  }

  /** Whether the record has a value that does not fit. */
  boolean hasMismatch() {
    return reason == Reason.TYPE_MISMATCH;
  }

  /** Whether what is wrong is a value, or that one is missing. */
  boolean isOfValues() {
    return reason != null && reason != Reason.UNSUPPORTED_CHANGE;
  }

  /** What is wrong; null for nothing. */
  @Nullable Reason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }
}
