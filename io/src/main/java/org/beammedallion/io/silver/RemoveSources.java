package org.beammedallion.io.silver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.TableLayout;
import org.beammedallion.io.writing.CompactedFiles;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Writes files of a table again without the rows that came from some files of the source; files
 * without such rows are left alone. Bounded; a worker holds about one file that it writes.
 * Idempotent: files of a repeat have other names, and only those that the result names are ever
 * committed.
 */
public final class RemoveSources extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param target whose schema holds every column that the files hold, provenance among them, and
   *     which has no sources
   * @param files live files of the table
   * @param sources URIs of files of the source
   * @param resultUri where the result is written
   */
  public record Settings(
      TableTarget target, List<DataFile> files, Collection<String> sources, String resultUri) {}

  private final Settings settings;

  private RemoveSources(Settings settings) {
    this.settings = settings;
  }

  public static RemoveSources of(Settings settings) {
    return new RemoveSources(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    List<DataFile> files = settings.files().stream().map(DataFile::withoutStatistics).toList();
    return begin
        .apply("Live files", Create.of(files).withCoder(SerializableCoder.of(DataFile.class)))
        .apply("Take rows out", ParDo.of(new RemoveFn(settings.target(), settings.sources())))
        .setCoder(WriteResult.compacted())
        .apply("Result", WriteResult.ofCompacted(settings.resultUri()));
  }

  private static final class RemoveFn extends DoFn<DataFile, CompactedFiles> {
    private static final RecordSchema SOURCE =
        RecordSchema.of(Field.optional(TableLayout.SOURCE, FieldType.STRING));

    private final TableTarget target;
    private final HashSet<String> sources;

    RemoveFn(TableTarget target, Collection<String> sources) {
      this.target = target;
      this.sources = new HashSet<>(sources);
    }

    @ProcessElement
    public void process(@Element DataFile file, OutputReceiver<CompactedFiles> output)
        throws IOException {
      if (!hasRows(file)) {
        return;
      }
      List<DataFile> written = new ArrayList<>();
      try (StagedFiles files = new StagedFiles(target)) {
        RowLayout layout = RowLayout.of(target.schema());
        int source = target.schema().indexOf(TableLayout.SOURCE);
        try (RowParquetReader reader =
            RowParquetReader.open(target.folder(), file, target.schema(), false)) {
          for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
            for (int i = 0; i < rows.count(); i++) {
              if (!isOf(layout, rows, i, source)) {
                files.write(rows.bytes(), rows.row(i), null, 0);
              }
            }
          }
        }
        written.addAll(files.finish());
      }
      output.output(
          new CompactedFiles(List.of(new CompactedFiles.Group(written, List.of(file.path())))));
    }

    private boolean hasRows(DataFile file) throws IOException {
      RowLayout layout = RowLayout.of(SOURCE);
      try (RowParquetReader reader = RowParquetReader.open(target.folder(), file, SOURCE, false)) {
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            if (isOf(layout, rows, i, 0)) {
              return true;
            }
          }
        }
      }
      return false;
    }

    private boolean isOf(RowLayout layout, RowBlock rows, int row, int field) {
      int start = rows.row(row);
      return !layout.isNull(rows.bytes(), start, field)
          && sources.contains(layout.stringAt(rows.bytes(), start, field));
    }
  }
}
