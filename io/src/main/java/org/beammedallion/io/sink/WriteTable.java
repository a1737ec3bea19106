package org.beammedallion.io.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.beammedallion.io.quarantine.QuarantineFiles;
import org.beammedallion.io.silver.ReadReferences;
import org.beammedallion.io.silver.StageSilver;
import org.beammedallion.io.sink.CommitFn.Change;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.CommitRequest;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Table;
import org.beammedallion.io.table.TableDefinition;
import org.beammedallion.io.table.TableFormat;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.table.TableSnapshot;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.quality.schema.FieldType.DecimalType;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.block.Destination;
import org.beammedallion.transforms.deduplicate.RowKey;
import org.beammedallion.transforms.deduplicate.SpreadRows;
import org.beammedallion.transforms.row.BeamSchemas;
import org.beammedallion.transforms.row.EncodeRows;
import org.beammedallion.transforms.row.RowLayout;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a bounded collection to a Delta or Iceberg table in a folder, in one atomic
 * commit, and emits what was committed. The table is made where there is none.
 *
 * <pre>{@code
 * rows.apply(WriteTable.to("/lake/orders").commitAs("nightly-orders", 20261126).append());
 * }</pre>
 *
 * <p>Workers stage files that nobody reads; the last step commits them under the name that {@link
 * #commitAs} gives. A table takes each name once: running the pipeline again under the same name
 * changes nothing. An upsert and an overwrite are valid only on the version of the table that was
 * there when the pipeline was built; if somebody else has committed since, the pipeline fails and
 * leaves the table as it is.
 *
 * <p>A row that does not fit the schema fails the pipeline: nothing is left out in silence.
 */
public final class WriteTable extends PTransform<PCollection<Row>, PCollection<TableCommit>> {

  private static final int LEAST_BUCKETS = 16;
  private static final int MOST_BUCKETS = 1 << 16;

  /** Rows of a table whose references fit into the memory of one bucket. */
  private static final long ROWS_OF_A_BUCKET = 1L << 20;

  private static final long TARGET_FILE_BYTES = 128L << 20;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private final Options options;

  private WriteTable(Options options) {
    super("Write " + options.folder);
    this.options = options;
  }

  /** What was asked for; never changed once a transform has it. */
  private static final class Options {
    private final String folder;
    private String format = "delta";
    private Map<String, DecimalType> decimals = Map.of();
    private List<PartitionField> partitions = List.of();
    private long targetFileBytes = TARGET_FILE_BYTES;
    private CommitFn.@Nullable Name name;
    private Change change = Change.APPEND;
    private List<String> key = List.of();
    private String latestBy = "";

    Options(String folder) {
      this.folder = folder;
    }

    Options copy() {
      Options copy = new Options(folder);
      copy.format = format;
      copy.decimals = decimals;
      copy.partitions = partitions;
      copy.targetFileBytes = targetFileBytes;
      copy.name = name;
      copy.change = change;
      copy.key = key;
      copy.latestBy = latestBy;
      return copy;
    }
  }

  private WriteTable with(Consumer<Options> setting) {
    Options copy = options.copy();
    setting.accept(copy);
    return new WriteTable(copy);
  }

  /**
   * A Delta table in a folder.
   *
   * @param folder local path or URI
   */
  public static WriteTable to(String folder) {
    return new WriteTable(new Options(folder));
  }

  /**
   * The same in another table format.
   *
   * @param format {@code delta} or {@code iceberg}
   */
  public WriteTable inFormat(String format) {
    return with(copy -> copy.format = format);
  }

  /**
   * Digits of a field that Beam's schema has as DECIMAL, which says neither precision nor scale. A
   * value with more digits fails the pipeline.
   */
  public WriteTable withDecimal(String field, int precision, int scale) {
    Map<String, DecimalType> decimals = new HashMap<>(options.decimals);
    decimals.put(field, new DecimalType(precision, scale));
    return with(copy -> copy.decimals = Map.copyOf(decimals));
  }

  /**
   * Partitions of a table that is made.
   *
   * @param fields such as {@code country} or {@code day(ordered_at)}
   */
  public WriteTable partitionedBy(String... fields) {
    List<PartitionField> partitions = Stream.of(fields).map(PartitionField::parse).toList();
    return with(copy -> copy.partitions = partitions);
  }

  /** About the size of a file, in bytes, where there is as much data; 128 MiB by default. */
  public WriteTable withTargetFileBytes(long bytes) {
    return with(copy -> copy.targetFileBytes = bytes);
  }

  /**
   * The name of the commit, which makes a repeat harmless.
   *
   * @param application tells the writer: a table may have many
   * @param number rises from commit to commit of a writer, such as a date or a count of runs. One
   *     that is not above the last one that the table has counts as committed
   */
  public WriteTable commitAs(String application, long number) {
    return with(copy -> copy.name = new CommitFn.Name(application, number));
  }

  /** Adds the rows. */
  public WriteTable append() {
    return changing(Change.APPEND, "", List.of());
  }

  /** Puts the rows in the place of all that the table has. */
  public WriteTable overwrite() {
    return changing(Change.OVERWRITE, "", List.of());
  }

  /** Puts the rows in the place of the partitions that they are in. */
  public WriteTable overwritePartitions() {
    return changing(Change.OVERWRITE_PARTITIONS, "", List.of());
  }

  /**
   * Inserts rows with new keys, and replaces rows of the table that have the same key and are not
   * later. Of rows with one key the latest is kept.
   *
   * @param latestBy the field that tells the later of two rows
   * @param key the fields that tell rows apart; never null
   */
  public WriteTable upsert(String latestBy, String... key) {
    if (key.length == 0) {
      throw new IllegalArgumentException(
          "An upsert needs the order and the key fields: upsert(\"updated_at\", \"order_id\").");
    }
    return changing(Change.UPSERT, latestBy, List.of(key));
  }

  private WriteTable changing(Change change, String latestBy, List<String> key) {
    return with(
        copy -> {
          copy.change = change;
          copy.latestBy = latestBy;
          copy.key = key;
        });
  }

  @Override
  public PCollection<TableCommit> expand(PCollection<Row> rows) {
    CommitFn.Name name = options.name;
    if (name == null) {
      throw new IllegalArgumentException(
          "The commit to '"
              + options.folder
              + "' has no name. Add commitAs(\"application\", number), so that a repeat of the pipeline is recognised.");
    } else if (rows.isBounded() == IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "Only a bounded collection can be written to '" + options.folder + "' in one commit.");
    }
    try {
      return write(rows, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PCollection<TableCommit> write(PCollection<Row> rows, CommitFn.Name commitName)
      throws IOException {
    RecordSchema schema = BeamSchemas.recordSchema(rows.getSchema(), options.decimals, options.key);
    TableLayout layout = new TableLayout(schema, options.partitions, false);
    String folder = Storage.of(options.folder).canonical(options.folder);
    Table table = TableFormat.named(options.format).table(TableDefinition.ofFolder(folder, layout));
    Optional<TableSnapshot> snapshot = table.snapshot();
    List<DataFile> live = snapshot.map(TableSnapshot::files).orElse(List.of());
    String name =
        commitName.application().replaceAll("[^A-Za-z0-9_.-]", "_") + "-" + UUID.randomUUID();
    String resultUri = folder + "/_staged/" + name + ".json";
    TableTarget target =
        new TableTarget(
            folder,
            layout.schema(),
            layout.partitionBy(),
            options.targetFileBytes,
            name,
            List.of(),
            table.fileRules());
    RowKey key = key(schema);
    CommitFn commit =
        new CommitFn(
            options.format,
            folder,
            layout,
            commitName,
            options.change,
            snapshot.map(TableSnapshot::version).orElse(CommitRequest.NO_TABLE),
            options.change == Change.APPEND ? List.of() : live);
    return blocks(rows, schema, key, folder, live)
        .apply("Stage", StageSilver.of(staging(target, key, live, resultUri)))
        .apply("Commit", ParDo.of(commit))
        .setCoder(SerializableCoder.of(TableCommit.class));
  }

  private @Nullable RowKey key(RecordSchema schema) {
    if (options.change != Change.UPSERT) {
      return null;
    }
    int[] fields = options.key.stream().mapToInt(schema::indexOf).toArray();
    return RowKey.of(RowLayout.of(schema), fields, schema.indexOf(options.latestBy));
  }

  private PCollection<KV<Destination, Block>> blocks(
      PCollection<Row> rows,
      RecordSchema schema,
      @Nullable RowKey key,
      String folder,
      List<DataFile> live) {
    PCollection<KV<Destination, Block>> incoming =
        rows.apply(
                "Global",
                Window.<Row>into(new GlobalWindows())
                    .triggering(DefaultTrigger.of())
                    .withAllowedLateness(Duration.ZERO)
                    .discardingFiredPanes())
            .apply("Encode", EncodeRows.of(schema))
            .apply("Spread", SpreadRows.of(key, buckets(live), 1));
    if (key == null || live.isEmpty()) {
      return incoming;
    }
    Pipeline pipeline = rows.getPipeline();
    ReadReferences references =
        ReadReferences.of(
            new ReadReferences.Settings(
                folder, key, -1, withoutStatistics(live), buckets(live), null));
    return PCollectionList.of(incoming)
        .and(pipeline.apply(getName() + "/Table", references))
        .apply("With table", Flatten.pCollections());
  }

  /** Number of buckets: the references to a bucket's rows of the table must fit in memory. */
  private int buckets(List<DataFile> live) {
    long rows = options.change == Change.UPSERT ? live.stream().mapToLong(DataFile::rows).sum() : 0;
    return (int) Math.min(MOST_BUCKETS, Math.max(LEAST_BUCKETS, rows / ROWS_OF_A_BUCKET));
  }

  private static List<DataFile> withoutStatistics(List<DataFile> files) {
    return files.stream().map(DataFile::withoutStatistics).toList();
  }

  private StageSilver.Settings staging(
      TableTarget target, @Nullable RowKey key, List<DataFile> live, String resultUri) {
    return new StageSilver.Settings(
        target,
        key,
        new StageSilver.EventTime(-1, MICROS_PER_DAY),
        new StageSilver.Regrouping(false, 1),
        new StageSilver.Existing(key == null ? List.of() : withoutStatistics(live), null),
        // There are no dead letters.
        new QuarantineFiles(target.folder(), 0, Instant.EPOCH),
        null,
        null,
        new StageSilver.Unique(List.of(), 1),
        resultUri);
  }
}
