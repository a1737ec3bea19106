package org.beammedallion.pipelines.cli;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the process says to a scheduler; a table in {@code docs/command-line.md}. */
public enum ExitCode {
  OK(0, "the command is done, also if nothing was new"),
  FAILED(1, "the command failed; run it again, and a cycle continues where it stopped"),
  USAGE(2, "an option or an argument is wrong; nothing was changed"),
  INVALID(
      3,
      "the contract, the pipeline file or the SQL is wrong, or a table cannot be changed to match the contract, or the lake has a newer format; nothing was changed"),
  FENCED(4, "another driver runs this pipeline; nothing was lost"),
  STORAGE(5, "a file, a folder or a topic could not be read or written"),
  HELD(6, "the pipeline's gate objected to the cycle; none of it is in any table"),
  REFUSED(
      7,
      "the cycle is complete, but files of the source cannot be read by the contract and are not in the lake"),
  NOTHING_PUBLISHED(
      8,
      "the cycle is complete, but no row was published: the records that it read were rejected or removed by the transform"),
  RULE_FAILED(
      9,
      "the cycle is complete, but a rule of the contract about the cycle failed; with `--strict` only"),
  STOPPED(
      10,
      "the process was asked to end and has left a cycle unfinished, which the next run completes; with an interval only");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /**
   * From the harmless to the grave: of several cycles or pipelines in one run the gravest counts.
   */
  private static final List<ExitCode> BY_GRAVITY =
      List.of(
          OK,
          REFUSED,
          RULE_FAILED,
          NOTHING_PUBLISHED,
          HELD,
          STOPPED,
          FENCED,
          USAGE,
          INVALID,
          STORAGE,
          FAILED);

  /** The graver one of two. */
  ExitCode worse(ExitCode other) {
    return BY_GRAVITY.indexOf(this) >= BY_GRAVITY.indexOf(other) ? this : other;
  }

  public String meaning() {
    return meaning;
  }

  /** Those of every command that reads a pipeline file and a lake. */
  private static final Set<ExitCode> OF_ANY =
      Collections.unmodifiableSet(EnumSet.of(OK, FAILED, USAGE, INVALID, STORAGE));

  /** Those that a command can end with. */
  static Set<ExitCode> of(String command) {
    return switch (command) {
      case "medallion", "run" -> EnumSet.allOf(ExitCode.class);
      case "rollback", "reset" -> with(FENCED);
      case "help" -> EnumSet.of(OK, USAGE);
      default -> OF_ANY;
    };
  }

  private static Set<ExitCode> with(ExitCode more) {
    Set<ExitCode> all = EnumSet.copyOf(OF_ANY);
    all.add(more);
    return all;
  }
}
