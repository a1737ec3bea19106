package org.beammedallion.io.silver;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.writing.StageResult;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Keeps the rows that silver has as versions, where versions were not kept so far. Bounded.
 * Idempotent like {@link StageSilver}.
 */
public final class CopyVersions extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param rows the fields of silver's rows
   * @param silver folder of the silver table
   * @param files of that table, at least one
   * @param resultUri where the result is written
   */
  public record Settings(
      RecordSchema rows, String silver, List<DataFile> files, VersionLog log, String resultUri)
      implements Serializable {}

  private final Settings settings;

  private CopyVersions(Settings settings) {
    this.settings = settings;
  }

  public static CopyVersions of(Settings settings) {
    return new CopyVersions(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    return begin
        .apply(
            "Silver files",
            Create.of(settings.files()).withCoder(SerializableCoder.of(DataFile.class)))
        .apply("Copy", ParDo.of(new CopyFn(settings)))
        .setCoder(WriteResult.staged())
        .apply("Result", WriteResult.ofStaged(settings.resultUri()));
  }

  private static final class CopyFn extends DoFn<DataFile, StageResult> {
    private final Settings settings;
    private transient VersionFiles files;

    CopyFn(Settings settings) {
      this.settings = settings;
    }

    @StartBundle
    public void start() {
      files = new VersionFiles(RowLayout.of(settings.rows()), settings.log());
    }

    @ProcessElement
    public void process(@Element DataFile file) throws IOException {
      try (RowParquetReader reader =
          RowParquetReader.open(settings.silver(), file, settings.rows(), false)) {
        for (RowBlock rows = reader.next(); rows != null; rows = reader.next()) {
          for (int i = 0; i < rows.count(); i++) {
            files.addRow(rows.bytes(), rows.row(i));
          }
        }
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) throws IOException {
      context.output(
          StageResult.NONE.withVersions(files.finish()),
          GlobalWindow.TIMESTAMP_MIN_VALUE,
          GlobalWindow.INSTANCE);
    }

    @Teardown
    public void tearDown() {
      if (files != null) {
        files.close();
      }
    }
  }
}
