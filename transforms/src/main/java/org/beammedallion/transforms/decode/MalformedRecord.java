package org.beammedallion.transforms.decode;

/**
 * Ends the reading of a record that is not of its format. Costs little: it carries no stack trace.
 */
final class MalformedRecord extends Exception {

  private static final long serialVersionUID = 1L;

  private final String detail;

  MalformedRecord(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  /** What is wrong and at which byte, in words for a person. */
  String detail() {
    return detail;
  }
}
