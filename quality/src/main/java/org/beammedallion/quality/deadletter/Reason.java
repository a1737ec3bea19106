package org.beammedallion.quality.deadletter;

/**
 * Why a record was rejected: a closed set, which is also the quarantine's partition, the metric's
 * name and a section of {@code docs/dead-letters.md}.
 */
public enum Reason {
  FILE_REFUSED(
      "the file as a whole cannot be read by the contract; none of its records is published"),
  MALFORMED("the bytes are not a record of the format that the contract names"),
  TYPE_MISMATCH("a field's value does not fit the field's type"),
  MISSING_REQUIRED("a required field is absent or null"),
  UNKNOWN_FIELD(
      "the record has a field that the contract does not know, and the pipeline enforces its schema"),
  RULE_VIOLATION("the record breaks a rule that every record must keep"),
  UNSUPPORTED_CHANGE("the change is not one of a single row, or does not say what the row becomes"),
  ORDER_UNKNOWN(
      "by its time the change is later than another change of its row, but earlier by its place in the source's log"),
  OVERSIZED("the record is larger than the limit"),
  LATE("the record lies further behind the pipeline's watermark than the allowed lateness"),
  GATE_FAILED("the cycle as a whole broke a rule, and none of its records were published");

  private final String description;

  Reason(String description) {
    this.description = description;
  }

  /** What it means, as a clause for a sentence. */
  public String description() {
    return description;
  }
}
