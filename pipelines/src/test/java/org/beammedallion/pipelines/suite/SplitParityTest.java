package org.beammedallion.pipelines.suite;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Messages that are read in one cycle and the same messages in cycles that cut them by chance give
 * the same silver, quarantine and gold, as sets of rows: files that arrive in groups, and a topic
 * of which each cycle takes some.
 *
 * <p>Each way to write is cut once, in the format and by the runner of its case; {@code -Pnightly
 * -Dsplits.runs=20} tries as many cuts of each way in each format, from {@code -Dsplits.seed} on.
 */
class SplitParityTest extends OneBroker {

  private static final long SEED = Long.getLong("splits.seed", 9);
  private static final int MESSAGES = 120;
  private static final int MOST_FILES = 9;

  @TempDir Path folder;

  static Stream<Arguments> cases() {
    return LongStream.range(SEED, SEED + Long.getLong("splits.runs", 1))
        .boxed()
        .flatMap(
            seed ->
                Stream.of(StreamInput.values())
                    .flatMap(
                        input ->
                            Stream.of("delta", "iceberg")
                                .map(format -> Arguments.of(input, format, seed))));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("cases")
  void tablesDoNotDependOnManyCuts(StreamInput input, String format, long seed) throws Exception {
    tablesDoNotDependOnTheCut(input, format, seed, Runner.DIRECT);
  }

  @ParameterizedTest
  @CsvSource({"APPEND, iceberg, FLINK", "UPSERT, delta, SPARK", "CHANGES, iceberg, FLINK"})
  void tablesDoNotDependOnTheCut(StreamInput input, String format, Runner runner) throws Exception {
    tablesDoNotDependOnTheCut(input, format, SEED, runner);
  }

  private void tablesDoNotDependOnTheCut(StreamInput input, String format, long seed, Runner runner)
      throws Exception {
    Random random = new Random(seed);
    List<String> messages = input.messages(seed, MESSAGES, folder.resolve("scratch"));
    LakeContent whole = input.inOneCycle(folder.resolve("whole"), format, messages);
    assertThat("in files", inFiles(input, format, messages, random), equalTo(whole));
    assertThat("in a topic", inTopic(input, format, messages, random, runner), equalTo(whole));
  }

  /** Files of any size, of which some arrive before each cycle. */
  private LakeContent inFiles(
      StreamInput input, String format, List<String> messages, Random random) throws Exception {
    Path pipeline = input.overFiles(folder.resolve("files"), format);
    Lake lake = new Lake(folder.resolve("files/lake"));
    List<Integer> cuts = cuts(messages.size(), random);
    int file = 0;
    while (file < cuts.size() - 1) {
      int arrived = Math.min(cuts.size() - 1, file + 1 + random.nextInt(3));
      for (; file < arrived; file++) {
        Files.write(
            pipeline.resolveSibling("data/part-" + file + ".jsonl"),
            messages.subList(cuts.get(file), cuts.get(file + 1)));
      }
      assertThat(lake.cycles(pipeline, Runner.DIRECT), is(1));
    }
    return LakeContent.of(lake);
  }

  private static List<Integer> cuts(int size, Random random) {
    List<Integer> cuts = new ArrayList<>();
    cuts.add(0);
    random.ints(MOST_FILES - 1, 1, size).sorted().distinct().forEach(cuts::add);
    cuts.add(size);
    return cuts;
  }

  private LakeContent inTopic(
      StreamInput input, String format, List<String> messages, Random random, Runner runner)
      throws Exception {
    String topic = createTopic();
    int most = messages.size() / (2 + random.nextInt(4));
    Path pipeline =
        input.overTopic(folder.resolve("topic"), format, broker.bootstrap(), topic, most);
    Lake lake = new Lake(folder.resolve("topic/lake"));
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(Map.of())) {
      StreamInput.send(producer, topic, messages);
    }
    assertThat(lake.cycles(pipeline, runner), is(greaterThan(1)));
    return LakeContent.of(lake);
  }
}
