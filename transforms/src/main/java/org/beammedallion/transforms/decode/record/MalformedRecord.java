package org.beammedallion.transforms.decode.record;

/**
 * Ends the reading of a record that is not of its format. Costs little: it carries no stack trace.
 */
public final class MalformedRecord extends Exception {

  private static final long serialVersionUID = 1L;

  private final String detail;

  public MalformedRecord(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  /** What is wrong and at which byte, in words for a person. */
  public String detail() {
    return detail;
  }
}
