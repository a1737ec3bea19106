package org.beammedallion.transforms.check;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.nullValue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.deadletter.Reason;
import org.beammedallion.quality.pipeline.PipelineDefinition;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.raw.Framing;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.raw.RecordFramer;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.Test;

/** The rules of the orders example, over its data. */
class OrdersChecksTest {

  private static final Path FOLDER = folder();

  private final PipelineDefinition orders =
      PipelineDefinition.load(FOLDER.resolve("orders.pipeline.yaml"), null);
  private final RowLayout layout = RowLayout.of(orders.schema());
  private final RecordChecks checks =
      RecordChecks.of(layout, orders.checks().rules(), orders.measuredRules());

  private static Path folder() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("LICENSE"))) {
      root = root.getParent();
    }
    return root.resolve("docs/examples/orders");
  }

  @Test
  void rejectsWhatTheExampleExpects() throws IOException {
    Map<Reason, Integer> rejected = new TreeMap<>();
    int rows = 0;
    JsonDecoder decoder = JsonDecoder.of(orders.schema(), checks);
    for (String name : new String[] {"orders-1.jsonl", "orders-2.jsonl"}) {
      try (InputStream in = Files.newInputStream(FOLDER.resolve("data").resolve(name));
          RecordFramer framer = RecordFramer.lines(in, Framing.of(name, 0))) {
        for (RawBatch batch = framer.next(); batch != null; batch = framer.next()) {
          var decoded = decoder.decode(batch);
          rows += decoded.count();
          for (DeadLetter letter : decoded.rejects()) {
            rejected.merge(letter.reason(), 1, Integer::sum);
          }
        }
      }
    }
    assertThat(
        rejected,
        is(
            Map.of(
                Reason.MALFORMED,
                20,
                Reason.MISSING_REQUIRED,
                15,
                Reason.RULE_VIOLATION,
                18,
                Reason.TYPE_MISMATCH,
                14)));
    assertThat(rows, is(1972 - 67));
  }

  @Test
  void allocatesNothingForARowThatPasses() {
    Rows.Encoded row =
        Rows.encode(
            layout,
            Map.of(
                "order_id",
                "o-000001",
                "customer_id",
                "c-1",
                "amount",
                new BigDecimal("9.99"),
                "currency",
                "EUR"));
    long[] measures = new long[checks.measureCount()];
    for (int i = 0; i < 1000; i++) {
      assertThat(checks.check(row.bytes(), row.row(), measures), is(nullValue()));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rejected = 0;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      rejected += checks.check(row.bytes(), row.row(), measures) == null ? 0 : 1;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(rejected, is(0));
    assertThat(allocated, is(lessThan(100_000L)));
  }
}
