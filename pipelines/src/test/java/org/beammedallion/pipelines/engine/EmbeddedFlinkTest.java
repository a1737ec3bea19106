package org.beammedallion.pipelines.engine;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;

class EmbeddedFlinkTest {

  private static final int CORES = Runtime.getRuntime().availableProcessors();

  /** Runs a pipeline whose tasks all send to each other. */
  private static void run(int parallelism) throws IOException {
    PipelineOptions options =
        PipelineOptionsFactory.fromArgs("--runner=FlinkRunner", "--parallelism=" + parallelism)
            .create();
    Engine engine = Engine.of(options);
    assertThat(engine.parallelism(), is(parallelism));
    engine.run(
        "counting",
        pipeline ->
            PAssert.that(
                    pipeline
                        .apply(Create.of(LongStream.range(0, 1000).boxed().toList()))
                        .apply(Reshuffle.viaRandomKey())
                        .apply(
                            WithKeys.of((Long number) -> number % 10)
                                .withKeyType(TypeDescriptors.longs()))
                        .apply(Count.perKey()))
                .containsInAnyOrder(
                    LongStream.range(0, 10).mapToObj(key -> KV.of(key, 100L)).toList()));
  }

  /** Whoever reaches one of its ports may run code of his own. */
  @Test
  void listensToThisMachineOnly() throws Exception {
    Path sockets = Path.of("/proc/self/net");
    assumeTrue(Files.isReadable(sockets.resolve("tcp")), "needs Linux, which tells its sockets");
    Set<String> before = listening(sockets);
    // More than any other test of this process has asked for, so that one more is started.
    run(8 * CORES);
    Set<String> opened = listening(sockets);
    opened.removeAll(before);
    assertThat(opened, is(not(empty())));
    for (String socket : opened) {
      assertThat(socket, anyOf(startsWith("0100007F:"), startsWith(MAPPED), startsWith(SIX)));
    }
  }

  /** 127.0.0.1 as an address of IPv6, and ::1. */
  private static final String MAPPED = "0000000000000000FFFF00000100007F:";

  private static final String SIX = "00000000000000000000000001000000:";

  /** Addresses and ports on which this process listens, in hexadecimal digits as Linux has them. */
  private static Set<String> listening(Path folder) throws IOException {
    Set<String> own = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.toList()) {
        try {
          own.add(Files.readSymbolicLink(file).toString());
        } catch (IOException e) {
          // Closed meanwhile.
        }
      }
    }
    Set<String> addresses = new HashSet<>();
    for (String table : List.of("tcp", "tcp6")) {
      for (String line : Files.readAllLines(folder.resolve(table))) {
        String[] columns = line.strip().split("\\s+");
        if (columns.length > 9
            && columns[3].equals("0A")
            && own.contains("socket:[" + columns[9] + "]")) {
          addresses.add(columns[1]);
        }
      }
    }
    return addresses;
  }

  /** A driver that runs at an interval submits jobs for months. */
  @Test
  void forgetsJobsThatHaveEnded() throws Exception {
    Engine engine =
        Engine.of(
            PipelineOptionsFactory.fromArgs("--runner=FlinkRunner", "--parallelism=1").create());
    for (int job = 0; job < EmbeddedFlink.JOBS_KEPT + 10; job++) {
      engine.run(
          "nothing",
          pipeline ->
              pipeline
                  .apply(Create.of(1L))
                  .apply(
                      WithKeys.of((Long number) -> number).withKeyType(TypeDescriptors.longs())));
    }
    assertThat(
        EmbeddedFlink.knownJobs(),
        allOf(greaterThan(0), lessThanOrEqualTo(EmbeddedFlink.JOBS_KEPT)));
    // Flink may not have cleaned up behind the last one.
    assertThat(
        EmbeddedFlink.RESULTS.size(),
        allOf(greaterThan(0), lessThanOrEqualTo(EmbeddedFlink.JOBS_KEPT + 1)));
  }

  /** Of a job that is wider than the task manager that is there, a part runs on another. */
  @Test
  void jobsRunOnSeveralTaskManagers() throws Exception {
    run(CORES);
    run(CORES + 1);
    run(3 * CORES);
  }
}
