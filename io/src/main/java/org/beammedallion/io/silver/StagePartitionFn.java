package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.RowDeleteRules;
import org.beammedallion.io.table.RowDeleteWriter;
import org.beammedallion.io.writing.Part;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.StagedJson;
import org.beammedallion.transforms.block.Block;
import org.beammedallion.transforms.deduplicate.UniqueValues;
import org.beammedallion.transforms.row.RowBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of a partition that were sent on to it, and rewrites files of the table whose
 * rows are replaced; passes results on.
 */
final class StagePartitionFn extends DoFn<KV<Part, Iterable<Block>>, StageResult> {

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

  @StartBundle
  public void start() {
    started = true;
    files = new StagedFiles(settings.target());
    result = StageResult.NONE;
    RowDeleteRules rules = settings.existing().marks();
    marks = rules == null ? null : rules.writer(settings.target().filePrefix());
  }

  @ProcessElement
  public void process(@Element KV<Part, Iterable<Block>> element) throws IOException {
    Part part = element.getKey();
    switch (part.kind()) {
      case RESULT -> {
        for (Block block : element.getValue()) {
          result = result.plus(StagedJson.decode(block.content()));
        }
      }
      case VALUES -> {
        List<byte[]> blocks = new ArrayList<>();
        element.getValue().forEach(block -> blocks.add(block.bytes()));
        result = result.plus(StageResult.ofRepeats(part.number(), UniqueValues.repeats(blocks)));
      }
      case HELD -> {
        if (held != null) {
          result =
              result.plus(StageResult.ofQuarantine(held.write(part.number(), element.getValue())));
        }
      }
      case FILE ->
          result =
              result.plus(
                  change(settings.existing().files().get(part.number()), element.getValue()));
      case PARTITION -> {
        for (Block block : element.getValue()) {
          byte[] rows = block.bytes();
          for (int header = Block.START;
              header < rows.length;
              header = RowBatch.next(rows, header)) {
            files.write(rows, header);
          }
        }
      }
    }
  }

  private StageResult change(DataFile file, Iterable<Block> changes) throws IOException {
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
    context.output(whole, GlobalWindow.TIMESTAMP_MIN_VALUE, GlobalWindow.INSTANCE);
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
