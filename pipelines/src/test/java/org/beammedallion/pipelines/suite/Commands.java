package org.beammedallion.pipelines.suite;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.beammedallion.pipelines.cli.CommandLines;

/** Commands as a user gives them, in this process. */
final class Commands {

  private Commands() {}

  /** What a command said, and its exit code. */
  record Result(int code, String out, String err) {
    String all() {
      return out + err;
    }
  }

  static Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = CommandLines.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Result(code, out.toString(), err.toString());
  }
}
