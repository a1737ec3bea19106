package org.beammedallion.transforms.decode;

import static org.beammedallion.transforms.decode.OrdersSchema.ORDERS;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.transforms.check.RowCheck;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RecordFramer;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OrdersExampleTest {

  @Test
  void rejectsWhatTheExampleExpects() throws IOException {
    Path example = example();
    JsonNode expected = new ObjectMapper().readTree(example.resolve("expected.json").toFile());
    RecordDecoder decoder = JsonDecoder.of(ORDERS, new OrderRules());
    long read = 0;
    long rows = 0;
    Map<String, Integer> rejected = new TreeMap<>();
    try (Stream<Path> files = Files.list(example.resolve("data"))) {
      for (Path file : files.sorted().toList()) {
        try (RecordFramer framer =
            RecordFramer.lines(
                Files.newInputStream(file),
                Framing.of(file.toUri().toString(), 0).withChunkBytes(4096))) {
          for (RawBatch raw = framer.next(); raw != null; raw = framer.next()) {
            RowBatch batch = decoder.decode(raw);
            read += batch.read();
            rows += batch.count();
            for (DeadLetter letter : batch.rejects()) {
              rejected.merge(letter.reason().name(), 1, Integer::sum);
            }
          }
        }
      }
    }

    Map<String, Integer> expectedRejects = new TreeMap<>();
    expected
        .get("rejected_by_reason")
        .fields()
        .forEachRemaining(e -> expectedRejects.put(e.getKey(), e.getValue().asInt()));
    assertThat(rejected, is(expectedRejects));
    assertThat(read, is(expected.get("read").asLong()));
    assertThat(rows, is(expected.get("silver_rows").asLong() + expected.get("duplicate").asLong()));
  }

  /** The example lies beside the project. */
  private static Path example() {
    Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    while (folder != null && !Files.exists(folder.resolve("LICENSE"))) {
      folder = folder.getParent();
    }
    Path example =
        folder == null
            ? Path.of("absent")
            : folder.resolveSibling("shared").resolve("examples/orders");
    Assumptions.assumeTrue(Files.isDirectory(example), "The orders example is not at " + example);
    return example;
  }

  /** The rules of the example's contract that a record alone can break. */
  private static final class OrderRules implements RowCheck {

    private static final Pattern ID = Pattern.compile("o-[0-9]{6}");
    private static final Set<String> CURRENCIES = Set.of("EUR", "USD", "GBP");

    private final RowLayout layout = RowLayout.of(ORDERS);

    @Override
    public @Nullable Violation check(byte[] bytes, int row, long[] measures) {
      if (!ID.matcher(layout.stringAt(bytes, row, 0)).matches()) {
        return new Violation("order_id.pattern", "pattern");
      }
      long cents = layout.longAt(bytes, row, 3);
      if (cents < 0 || cents > 100_000_000) {
        return new Violation("amount.range", "range");
      }
      return CURRENCIES.contains(layout.stringAt(bytes, row, 4))
          ? null
          : new Violation("currency", "currency");
    }

    @Override
    public int measureCount() {
      return 0;
    }
  }
}
