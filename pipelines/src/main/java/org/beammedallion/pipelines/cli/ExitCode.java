package org.beammedallion.pipelines.cli;

/** What the process says to a scheduler; a table in {@code docs/command-line.md}. */
public enum ExitCode {
  OK(0, "everything that was asked for is done, also where there was nothing new"),
  FAILED(1, "the command failed; run it again, and a cycle goes on where it stopped"),
  USAGE(2, "an option or an argument is wrong; nothing was touched"),
  INVALID(
      3,
      "the contract, the pipeline file or the SQL is wrong, or a table may not follow the contract; nothing was touched"),
  FENCED(4, "another driver runs this pipeline; nothing was lost"),
  STORAGE(5, "a file or folder could not be read or written"),
  HELD(6, "the pipeline's gate objected to the cycle; none of it is in any table");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
