package org.beammedallion.io.compaction;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
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
import org.beammedallion.io.writing.CompactedFiles;
import org.beammedallion.io.writing.RowSample;
import org.beammedallion.io.writing.RowSort;
import org.beammedallion.io.writing.StagedFiles;
import org.beammedallion.io.writing.TableTarget;
import org.beammedallion.io.writing.WriteResult;
import org.beammedallion.io.writing.ZOrder;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.bytes.Words;
import org.beammedallion.transforms.row.RowLayout;

/**
 * Copies the rows of small files of a table into larger ones, sorted where that is wanted, and
 * writes what it made to a file for the driver. Bounded; a worker holds about one file that it
 * writes. Idempotent: files of a repeat have other names, and only those that the result names are
 * ever committed.
 */
public final class CompactFiles extends PTransform<PBegin, PCollection<String>> {

  /**
   * @param target whose schema holds every column that the files hold, provenance among them, and
   *     which has no sources
   * @param groups of files of one partition each
   * @param resultUri where the result is written
   */
  public record Settings(TableTarget target, List<FileGroup> groups, String resultUri) {}

  /**
   * How rows are sorted.
   *
   * @param columns their positions; none where rows keep their order
   * @param zOrder whether along a Z-curve, so that each of the columns counts the same
   */
  public record Sorting(List<Integer> columns, boolean zOrder) implements Serializable {
    public static final Sorting NONE = new Sorting(List.of(), false);

    public Sorting {
      columns = List.copyOf(columns);
    }
  }

  /** Files of one partition whose rows are copied together. */
  public record FileGroup(List<DataFile> files, Sorting sorting) implements Serializable {
    public FileGroup {
      files = List.copyOf(files);
    }
  }

  /** Rows of a group beyond that wait in local files. */
  private static final int SORTED_IN_MEMORY = 64 << 20;

  /** Rows that the ranges of a Z-curve are cut by: twenty a range. */
  private static final int SAMPLED_ROWS = 20_000;

  /** Takes an encoded row. */
  private interface RowConsumer {
    void accept(byte[] bytes, int row, int length) throws IOException;
  }

  private final Settings settings;

  private CompactFiles(Settings settings) {
    this.settings = settings;
  }

  public static CompactFiles of(Settings settings) {
    return new CompactFiles(settings);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    List<FileGroup> groups = new ArrayList<>();
    for (FileGroup group : settings.groups()) {
      groups.add(
          new FileGroup(
              group.files().stream().map(DataFile::withoutStatistics).toList(), group.sorting()));
    }
    return begin
        .apply(
            "Groups of files", Create.of(groups).withCoder(SerializableCoder.of(FileGroup.class)))
        .apply("Copy rows", ParDo.of(new CopyFn(settings.target())))
        .setCoder(WriteResult.compacted())
        .apply("Result", WriteResult.ofCompacted(settings.resultUri()));
  }

  private static final class CopyFn extends DoFn<FileGroup, CompactedFiles> {
    private final TableTarget target;

    CopyFn(TableTarget target) {
      this.target = target;
    }

    @ProcessElement
    public void process(@Element FileGroup group, OutputReceiver<CompactedFiles> output)
        throws IOException {
      try (StagedFiles files = new StagedFiles(target)) {
        long read = copy(group, files);
        List<DataFile> written = files.finish();
        requireEveryRow(read, written);
        CompactedFiles.Group result =
            new CompactedFiles.Group(written, group.files().stream().map(DataFile::path).toList());
        output.output(new CompactedFiles(List.of(result)));
      }
    }

    private long copy(FileGroup group, StagedFiles files) throws IOException {
      Sorting sorting = group.sorting();
      RowLayout layout = RowLayout.of(target.schema());
      if (sorting.columns().isEmpty()) {
        return read(group, target.schema(), (bytes, row, length) -> write(files, bytes, row));
      }
      if (sorting.zOrder()) {
        return copyByPlace(group, curve(group, layout), files);
      }
      try (RowSort sort =
          new RowSort(RowSort.byFields(layout, sorting.columns()), SORTED_IN_MEMORY)) {
        long read = read(group, target.schema(), sort::add);
        sort.forEach((bytes, row) -> write(files, bytes, row));
        return read;
      }
    }

    private static void write(StagedFiles files, byte[] bytes, int row) throws IOException {
      files.write(bytes, row, null, 0);
    }

    /** The curve that cuts the group's values evenly; reads its columns alone. */
    private ZOrder curve(FileGroup group, RowLayout layout) throws IOException {
      List<Integer> columns = group.sorting().columns();
      RecordSchema schema =
          new RecordSchema(columns.stream().map(target.schema().fields()::get).toList());
      RowSample sample = new RowSample(SAMPLED_ROWS);
      read(group, schema, sample::add);
      return new ZOrder(layout, columns, RowLayout.of(schema), sample.rows());
    }

    /** Each row is sorted with its place on the curve in front. */
    private long copyByPlace(FileGroup group, ZOrder curve, StagedFiles files) throws IOException {
      RowSort.Order order =
          (a, rowA, b, rowB) -> Long.compare(Words.at(a, rowA), Words.at(b, rowB));
      RowBuffer placed = new RowBuffer();
      try (RowSort sort = new RowSort(order, SORTED_IN_MEMORY)) {
        long read =
            read(
                group,
                target.schema(),
                (bytes, row, length) -> {
                  byte[] copy = placed.of(curve.place(bytes, row), bytes, row, length);
                  sort.add(copy, 0, Long.BYTES + length);
                });
        sort.forEach((bytes, row) -> write(files, bytes, row + Long.BYTES));
        return read;
      }
    }

    private long read(FileGroup group, RecordSchema columns, RowConsumer rows) throws IOException {
      long read = 0;
      for (DataFile file : group.files()) {
        read += read(file, columns, rows);
      }
      return read;
    }

    private long read(DataFile file, RecordSchema columns, RowConsumer consumer)
        throws IOException {
      long rows = 0;
      try (RowParquetReader reader = RowParquetReader.open(target.folder(), file, columns, false)) {
        for (RowBlock block = reader.next(); block != null; block = reader.next()) {
          for (int i = 0; i < block.count(); i++) {
            consumer.accept(block.bytes(), block.row(i), block.length(i));
          }
          rows += block.count();
        }
      }
      if (file.rows() >= 0 && rows != file.liveRows()) {
        throw new IOException(
            "'"
                + file.path()
                + "' has "
                + rows
                + " rows, and the table says "
                + file.liveRows()
                + ". Nothing was replaced; restore the file, or roll the table back.");
      }
      return rows;
    }

    private static void requireEveryRow(long read, List<DataFile> written) {
      long rows = written.stream().mapToLong(DataFile::rows).sum();
      if (rows != read) {
        throw new IllegalStateException(
            "Of " + read + " rows that were read " + rows + " were written.");
      }
    }
  }

  /** A row behind a number, in a buffer that is used again. */
  private static final class RowBuffer {
    private byte[] bytes = new byte[256];

    byte[] of(long number, byte[] row, int start, int length) {
      if (bytes.length < Long.BYTES + length) {
        bytes = new byte[Math.max(Long.BYTES + length, bytes.length * 2)];
      }
      Words.put(bytes, 0, number);
      System.arraycopy(row, start, bytes, Long.BYTES, length);
      return bytes;
    }
  }
}
