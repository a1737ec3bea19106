package org.beammedallion.pipelines.cli;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a user is told of errors of the JVM. */
class FailureTest {

  @Test
  void tellsHowToGetMoreMemory() {
    Failure failure = Failure.of(new OutOfMemoryError("Java heap space"));
    assertThat(failure.code(), is(ExitCode.FAILED));
    assertThat(
        failure.sentence(),
        allOf(containsString("Out of memory (Java heap space)"), containsString("-Xmx")));
  }

  @Test
  void tellsWhichClassIsMissing() {
    Failure failure = Failure.of(new NoClassDefFoundError("org/slf4j/LoggerFactory"));
    assertThat(
        failure.sentence(),
        allOf(containsString("org/slf4j/LoggerFactory"), containsString("`engines`")));
  }

  @Test
  void anErrorIsReportedAndEndsWithAnExitCode() {
    StringWriter err = new StringWriter();
    int code =
        CommandLines.execute(
            new CommandLine(new Dying()),
            new PrintWriter(new StringWriter()),
            new PrintWriter(err));
    assertThat(code, is(1));
    assertThat(
        err.toString().lines().toList().get(0),
        is("medallion: java.lang.StackOverflowError: too deep"));
  }

  @CommandLine.Command
  private static final class Dying implements Runnable {
    @Override
    public void run() {
      throw new StackOverflowError("too deep");
    }
  }
}
