package org.beammedallion.transforms.decode;

import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.beammedallion.quality.contract.TableContract;
import org.beammedallion.quality.deadletter.DeadLetter;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.check.RecordChecks;
import org.beammedallion.transforms.decode.json.JsonDecoder;
import org.beammedallion.transforms.decode.record.RecordDecoder;
import org.beammedallion.transforms.raw.DeadLetterCoder;
import org.beammedallion.transforms.raw.RawBatch;
import org.beammedallion.transforms.row.RowBatch;
import org.beammedallion.transforms.row.RowLayout;
import org.beammedallion.transforms.row.RowViews;

/**
 * Decodes and checks records, of which each element is one, by a contract: each becomes a {@link
 * Row} of {@link org.beammedallion.transforms.row.BeamSchemas#of} or a dead letter with its reason.
 * Bounded or unbounded; windows and timestamps stay. Never fails because of what a record holds.
 *
 * <pre>{@code
 * ParseRecords.Result orders = bytes.apply(ParseRecords.json(TableContract.read(file, "orders")));
 * orders.rows().apply(...);
 * orders.deadLetters().apply(...);
 * }</pre>
 *
 * <p>The provenance of a dead letter says nothing, for an element does not tell where it came from.
 */
public final class ParseRecords extends PTransform<PCollection<byte[]>, ParseRecords.Result> {

  /** Name of the metric that counts dead letters, whether they are consumed or not. */
  public static final String DEAD_LETTERS = "deadLetters";

  private final RecordDecoder decoder;
  private final RecordSchema schema;

  private ParseRecords(RecordDecoder decoder, RecordSchema schema) {
    this.decoder = decoder;
    this.schema = schema;
  }

  /** Records are JSON objects. */
  public static ParseRecords json(TableContract contract) {
    RecordChecks checks =
        RecordChecks.of(RowLayout.of(contract.schema()), contract.rules(), List.of());
    return with(JsonDecoder.of(contract.schema(), checks), contract.schema());
  }

  /**
   * Records of any format.
   *
   * @param decoder of rows of the schema; one that needs a file's header has none
   */
  public static ParseRecords with(RecordDecoder decoder, RecordSchema schema) {
    return new ParseRecords(decoder, schema);
  }

  @Override
  public Result expand(PCollection<byte[]> records) {
    RowViews views = RowViews.of(schema);
    TupleTag<Row> rows = new TupleTag<>("rows") {};
    TupleTag<DeadLetter> letters = new TupleTag<>("deadLetters") {};
    PCollectionTuple parsed =
        records.apply(
            "Decode and check",
            ParDo.of(new ParseFn(decoder, views, letters))
                .withOutputTags(rows, TupleTagList.of(letters)));
    PCollection<DeadLetter> rejected = parsed.get(letters).setCoder(DeadLetterCoder.of());
    // Beam's Spark runner does not filter by tag where only the main output is consumed: without
    // this consumer dead letters would reach the consumers of the rows.
    rejected.apply("Count dead letters", ParDo.of(new CountFn()));
    return new Result(
        records.getPipeline(),
        rows,
        parsed.get(rows).setRowSchema(views.beamSchema()),
        letters,
        rejected);
  }

  /** The rows, and what is none. */
  public static final class Result implements POutput {
    private final Pipeline pipeline;
    private final TupleTag<Row> rowsTag;
    private final PCollection<Row> rows;
    private final TupleTag<DeadLetter> lettersTag;
    private final PCollection<DeadLetter> letters;

    private Result(
        Pipeline pipeline,
        TupleTag<Row> rowsTag,
        PCollection<Row> rows,
        TupleTag<DeadLetter> lettersTag,
        PCollection<DeadLetter> letters) {
      this.pipeline = pipeline;
      this.rowsTag = rowsTag;
      this.rows = rows;
      this.lettersTag = lettersTag;
      this.letters = letters;
    }

    /** Records that keep the contract. */
    public PCollection<Row> rows() {
      return rows;
    }

    /** Records that do not, with their bytes and the reason. */
    public PCollection<DeadLetter> deadLetters() {
      return letters;
    }

    @Override
    public Pipeline getPipeline() {
      return pipeline;
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      return Map.of(rowsTag, rows, lettersTag, letters);
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  private static final class CountFn extends DoFn<DeadLetter, Void> {
    private final Counter deadLetters = Metrics.counter(ParseRecords.class, DEAD_LETTERS);

    @ProcessElement
    public void process() {
      deadLetters.inc();
    }
  }

  private static final class ParseFn extends DoFn<byte[], Row> {
    private final RecordDecoder decoder;
    private final RowViews views;
    private final TupleTag<DeadLetter> letters;

    ParseFn(RecordDecoder decoder, RowViews views, TupleTag<DeadLetter> letters) {
      this.decoder = decoder;
      this.views = views;
      this.letters = letters;
    }

    @ProcessElement
    public void process(@Element byte[] record, MultiOutputReceiver output) {
      RowBatch batch =
          decoder.decode(
              new RawBatch(
                  "",
                  0,
                  null,
                  record,
                  1,
                  new int[] {0},
                  new int[] {record.length},
                  new long[] {0},
                  List.of()));
      OutputReceiver<Row> rows = output.getRowReceiver(new TupleTag<Row>("rows"));
      views.forEach(batch, rows::output);
      batch.rejects().forEach(output.get(letters)::output);
    }
  }
}
