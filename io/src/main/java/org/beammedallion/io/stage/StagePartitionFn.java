package org.beammedallion.io.stage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.transforms.deduplicate.UniqueValues;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a partition that were sent on to it, and rewrites files of the table whose
 * rows are replaced; passes results on.
 */
final class StagePartitionFn extends DoFn<KV<String, Iterable<byte[]>>, KV<Integer, byte[]>> {

  /** The key of an encoded {@link StageResult}. */
  static final String RESULT = "result";

  private static final String PARTITION = "partition/";
  private static final String FILE = "file/";
  private static final String UNIQUE = "unique/";
  private static final String HELD = "held/";

  private final StageSilver.Settings settings;
  private final @Nullable HeldRecords held;
  private transient boolean started;
  private transient StagedFiles files;
  private transient StageResult result;
  private transient @Nullable RowDeleteWriter marks;

  /**
   * @param held null where no change is held back
   */
  StagePartitionFn(StageSilver.Settings settings, @Nullable HeldRecords held) {
    this.settings = settings;
    this.held = held;
  }

  /** The key of blocks of rows of one partition, to be written in one of several places. */
  static String partitionKey(String folder, int split) {
    return PARTITION + split + "/" + folder;
  }

  /** The key of {@link FileChange}s of one live file. */
  static String fileKey(int file) {
    return FILE + file;
  }

  /** The key of entries of {@code UniqueValues} of one set of columns and one part. */
  static String uniqueKey(int columns, int part) {
    return UNIQUE + columns + "/" + part;
  }

  /** The key of changes of one shard that are held back, see {@link HeldChanges}. */
  static String heldKey(int shard) {
    return HELD + shard;
  }

  @StartBundle
  public void start() {
    started = true;
    files = new StagedFiles(settings.target());
    result = StageResult.NONE;
    RowDeleteRules rules = settings.marks();
    marks = rules == null ? null : rules.writer(settings.target().filePrefix());
  }

  @ProcessElement
  public void process(@Element KV<String, Iterable<byte[]>> element) throws IOException {
    String key = element.getKey();
    if (key.equals(RESULT)) {
      for (byte[] part : element.getValue()) {
        result = result.plus(StagedJson.decode(part));
      }
    } else if (key.startsWith(UNIQUE)) {
      List<byte[]> blocks = new ArrayList<>();
      element.getValue().forEach(blocks::add);
      int columns = Integer.parseInt(key.substring(UNIQUE.length(), key.lastIndexOf('/')));
      result = result.plus(StageResult.ofRepeats(columns, UniqueValues.repeats(blocks)));
    } else if (key.startsWith(HELD) && held != null) {
      int shard = Integer.parseInt(key.substring(HELD.length()));
      result = result.plus(StageResult.ofQuarantine(held.write(shard, element.getValue())));
    } else if (key.startsWith(FILE)) {
      int file = Integer.parseInt(key.substring(FILE.length()));
      result = result.plus(change(settings.liveFiles().get(file), element.getValue()));
    } else {
      for (byte[] block : element.getValue()) {
        for (int header = 0; header < block.length; header = RowBatch.next(block, header)) {
          files.write(block, header);
        }
      }
    }
  }

  private StageResult change(DataFile file, Iterable<byte[]> changes) throws IOException {
    RowDeleteWriter writer = marks;
    return writer == null
        ? FileRewrite.of(settings, file).apply(changes, files)
        : new FileMarks(settings, files, writer).apply(file, changes);
  }

  @FinishBundle
  public void finish(FinishBundleContext context) throws IOException {
    StageResult whole = result.plus(StageResult.ofFiles(files.finish(), 0));
    if (marks != null) {
      whole = whole.withMarks(marks.finish());
    }
    context.output(
        KV.of(0, StagedJson.encode(whole)),
        GlobalWindow.TIMESTAMP_MIN_VALUE,
        GlobalWindow.INSTANCE);
  }

  @Teardown
  public void tearDown() {
    if (started) {
      files.close();
      if (marks != null) {
        marks.close();
      }
    }
  }
}
