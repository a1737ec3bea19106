package org.beammedallion.quality.pipeline;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.beammedallion.quality.ProjectFiles;
import org.beammedallion.quality.contract.Notice;
import org.beammedallion.quality.pipeline.SilverSpec.TableKind;
import org.beammedallion.quality.pipeline.SilverSpec.UpsertMode;
import org.beammedallion.quality.pipeline.SilverSpec.WriteMode;
import org.beammedallion.quality.pipeline.SourceSpec.Compression;
import org.beammedallion.quality.pipeline.SourceSpec.Format;
import org.beammedallion.quality.rule.FieldPath;
import org.beammedallion.quality.rule.RecordRule;
import org.beammedallion.quality.rule.Verdict;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.PartitionField.Transform;
import org.beammedallion.quality.schema.RecordSchema;
import org.junit.jupiter.api.Test;

class OrdersExampleTest {

  private final PipelineDefinition orders =
      PipelineDefinition.load(ProjectFiles.ordersPipeline(), null);

  @Test
  void givesSilverTheFieldsOfTheContract() {
    assertThat(
        orders.schema(),
        equalTo(
            RecordSchema.of(
                Field.required("order_id", FieldType.STRING),
                Field.required("customer_id", FieldType.STRING),
                Field.optional("customer_email", FieldType.STRING),
                Field.required("amount", FieldType.decimal(12, 2)),
                Field.required("currency", FieldType.STRING),
                Field.optional("status", FieldType.STRING),
                Field.required("ordered_at", FieldType.TIMESTAMP),
                Field.required("updated_at", FieldType.TIMESTAMP))));
  }

  @Test
  void readsTheFilesBesideTheContract() {
    SourceSpec source = orders.source();
    assertThat(source.place().where(), endsWith("docs/examples/orders/data/*.jsonl"));
    assertThat(source.format(), is(Format.JSON));
    assertThat(source.text().compression(), is(Compression.AUTO));
    assertThat(source.text().maxRecordBytes(), is(16 * 1024 * 1024));
  }

  @Test
  void tellsHowSilverIsWritten() {
    assertThat(orders.name(), is("orders"));
    assertThat(orders.contract().id(), is("orders"));
    assertThat(orders.contract().version(), is("1.0.0"));
    assertThat(orders.keyFields(), contains(0));
    assertThat(
        orders.silver(),
        equalTo(
            new SilverSpec(
                "orders",
                WriteMode.UPSERT,
                UpsertMode.COPY_ON_WRITE,
                TableKind.DELTA,
                0,
                7,
                6,
                List.of(new PartitionField("ordered_at", Transform.DAY)),
                Duration.ofHours(24),
                256_000_000,
                Duration.ofDays(7))));
  }

  @Test
  void tellsHowGoldIsMade() {
    assertThat(
        orders.gold().aggregates(),
        contains(
            new AggregateSpec(
                "revenue_hourly",
                new WindowSpec.Tumbling(Duration.ofHours(1)),
                "SELECT currency, COUNT(*) AS orders, SUM(amount) AS revenue\nFROM orders\nGROUP BY currency\n",
                orders.gold().aggregates().get(0).origin())));
  }

  @Test
  void enforcesWhatMustHoldForEveryRecord() {
    assertThat(
        orders.checks().rules().stream().map(RecordRule::id).toList(),
        contains(
            "orders.order_id.pattern",
            "orders.amount.minimum",
            "orders.amount.maximum",
            "orders.currency.invalidValues"));
    assertThat(
        orders.contract().notices().stream().map(Notice::toString).toList(),
        contains("orders.odcs.yaml:23:5: slaProperties: kept, and not acted on."));
  }

  @Test
  void judgesTheCycleByItsFigures() {
    List<Verdict> good =
        orders.verdicts(1905, 1800, new long[0], Map.of(List.of(FieldPath.of("order_id")), 105L));
    assertThat(
        good.stream().map(Verdict::rule).toList(),
        contains("orders.rowCount", "orders.duplicateValues"));
    assertThat(good.stream().map(Verdict::passed).toList(), contains(true, true));
    assertThat(good.get(0).threshold(), is("greater than 0 rows"));

    List<Verdict> bad =
        orders.verdicts(1000, 0, new long[0], Map.of(List.of(FieldPath.of("order_id")), 100L));
    assertThat(bad.stream().map(Verdict::passed).toList(), contains(false, false));
    assertThat(bad.get(1).measured(), is(new BigDecimal("10")));

    List<Verdict> unmeasured = orders.verdicts(1, 1, new long[0], Map.of());
    assertThat(unmeasured.get(1).outcome(), is(Verdict.Outcome.NOT_MEASURED));
  }

  @Test
  void travelsToTheWorkersWhole() throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(orders);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject(), equalTo(orders));
    }
  }

  @Test
  void readsATopicWhereAnotherServerIsChosen() {
    PipelineDefinition aws = PipelineDefinition.load(ProjectFiles.ordersPipeline(), "aws");
    assertThat(((KafkaSpec) aws.source().place()).topics(), is(List.of("orders")));
  }
}
