package org.beammedallion.io.writing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.FileRules;
import org.beammedallion.quality.schema.PartitionField;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.jspecify.annotations.Nullable;

/**
 * Files of a table whose rows are plain values: written as stages write them, read back by Beam's
 * ParquetIO or by Avro's reader of Parquet.
 */
public final class TableFiles {

  private final Path folder;
  private final RecordSchema schema;
  private final List<PartitionField> partitions;

  private TableFiles(Path folder, RecordSchema schema, List<PartitionField> partitions) {
    this.folder = folder;
    this.schema = schema;
    this.partitions = partitions;
  }

  public static TableFiles in(Path folder, RecordSchema schema, String... partitionedBy) {
    return new TableFiles(
        folder, schema, Stream.of(partitionedBy).map(PartitionField::parse).toList());
  }

  /** Microseconds since 1970 of a time such as {@code 2026-03-01T10:00:00Z}. */
  public static long micros(String time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
  }

  public String folder() {
    return folder.toString();
  }

  /** What new files of the table are made of, without provenance. */
  public TableTarget target() {
    return new TableTarget(
        folder(), schema, partitions, 1L << 30, "part", List.of(), FileRules.BY_NAME);
  }

  /** A row: texts, numbers, booleans and nulls in the order of the schema. */
  public static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  /** Writes rows to one file for each partition. */
  public List<DataFile> write(@Nullable Object[]... rows) throws IOException {
    RowLayout layout = RowLayout.of(schema);
    RowBuilder builder = new RowBuilder(256);
    try (StagedFiles files = new StagedFiles(target())) {
      for (Object[] row : rows) {
        builder.truncate(0);
        append(layout, builder, row);
        files.write(builder.bytes(), 0, null, 0);
      }
      return files.finish();
    }
  }

  /** Appends the encoded row of some values. */
  public static void append(RowLayout layout, RowBuilder builder, @Nullable Object... values) {
    int row = builder.beginRow(layout);
    for (int field = 0; field < values.length; field++) {
      Object value = values[field];
      if (value instanceof Boolean bool) {
        builder.setBoolean(layout, row, field, bool);
      } else if (value instanceof Integer number) {
        builder.setInt(layout, row, field, number);
      } else if (value instanceof Long number) {
        builder.setLong(layout, row, field, number);
      } else if (value instanceof Double number) {
        builder.setDouble(layout, row, field, number);
      } else if (value != null) {
        builder.setString(layout, row, field, (String) value);
      }
    }
  }

  /** The rows of files as Beam reads them: values with a space between. */
  public PCollection<String> read(Pipeline pipeline, List<DataFile> files) {
    return pipeline
        .apply(Create.of(paths(files)).withCoder(StringUtf8Coder.of()))
        .apply(FileIO.matchAll())
        .apply(FileIO.readMatches())
        .apply(
            ParquetIO.parseFilesGenericRecords(TableFiles::text).withCoder(StringUtf8Coder.of()));
  }

  private List<String> paths(List<DataFile> files) {
    return files.stream().map(file -> file.uri(folder())).toList();
  }

  private static String text(GenericRecord record) {
    return String.join(
        " ",
        record.getSchema().getFields().stream()
            .map(field -> String.valueOf(record.get(field.pos())))
            .toList());
  }

  /** Fails unless files hold just these rows. */
  public void requireRows(List<DataFile> files, String... rows) {
    TestPipeline reading = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(read(reading, files)).containsInAnyOrder(List.of(rows));
    reading.run().waitUntilFinish();
  }

  /** The rows of a file in their order. */
  public List<String> readInOrder(DataFile file) throws IOException {
    List<String> rows = new ArrayList<>();
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(new LocalInputFile(Path.of(file.uri(folder()))))
            .build()) {
      for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
        rows.add(text(row));
      }
    }
    return rows;
  }

  /**
   * Runs a transform that writes a result.
   *
   * @param uri of the result, which must be all that the transform emits
   */
  public static StageResult run(PTransform<PBegin, PCollection<String>> stage, String uri)
      throws IOException {
    runOnly(stage, uri);
    return StagedJson.decode(Files.readAllBytes(Path.of(uri)));
  }

  /** The same without reading the result. */
  public static void runOnly(PTransform<PBegin, PCollection<String>> stage, String uri) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PAssert.that(pipeline.apply(stage)).containsInAnyOrder(uri);
    pipeline.run().waitUntilFinish();
  }
}
