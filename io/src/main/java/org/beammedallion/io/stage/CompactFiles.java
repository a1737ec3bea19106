package org.beammedallion.io.stage;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.beammedallion.io.parquet.RowBlock;
import org.beammedallion.io.parquet.RowParquetReader;
import org.beammedallion.io.storage.AtomicOutput;
import org.beammedallion.io.storage.Storage;
import org.beammedallion.io.table.DataFile;
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
   * Files of one partition whose rows are copied together.
   *
   * @param sortBy positions of the columns by which the rows are sorted; none where they keep their
   *     order
   */
  public record FileGroup(List<DataFile> files, List<Integer> sortBy) implements Serializable {
    public FileGroup {
      files = List.copyOf(files);
      sortBy = List.copyOf(sortBy);
    }
  }

  /** Rows of a group beyond that wait in local files. */
  private static final int SORTED_IN_MEMORY = 64 << 20;

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
              group.files().stream().map(DataFile::withoutStatistics).toList(), group.sortBy()));
    }
    return begin
        .apply("Groups of files", Create.of(groups))
        .apply("Copy rows", ParDo.of(new CopyFn(settings.target())))
        .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()))
        .apply("Group results", GroupByKey.create())
        .apply("Write result", ParDo.of(new WriteResultFn(settings.resultUri())));
  }

  private static final class CopyFn extends DoFn<FileGroup, KV<Integer, byte[]>> {
    private final TableTarget target;

    CopyFn(TableTarget target) {
      this.target = target;
    }

    @ProcessElement
    public void process(@Element FileGroup group, OutputReceiver<KV<Integer, byte[]>> output)
        throws IOException {
      try (StagedFiles files = new StagedFiles(target)) {
        long read =
            group.sortBy().isEmpty()
                ? copyAll(group, (bytes, row, length) -> files.write(bytes, row, null, 0))
                : copySorted(group, files);
        List<DataFile> written = files.finish();
        requireEveryRow(read, written);
        CompactedFiles.Group result =
            new CompactedFiles.Group(written, group.files().stream().map(DataFile::path).toList());
        output.output(KV.of(0, StagedJson.mapper().writeValueAsBytes(result)));
      }
    }

    private long copySorted(FileGroup group, StagedFiles files) throws IOException {
      int[] fields = group.sortBy().stream().mapToInt(Integer::intValue).toArray();
      try (RowSort sort = new RowSort(RowLayout.of(target.schema()), fields, SORTED_IN_MEMORY)) {
        long read = copyAll(group, sort::add);
        sort.forEach((bytes, row) -> files.write(bytes, row, null, 0));
        return read;
      }
    }

    private long copyAll(FileGroup group, RowConsumer rows) throws IOException {
      long read = 0;
      for (DataFile file : group.files()) {
        read += copy(file, rows);
      }
      return read;
    }

    private long copy(DataFile file, RowConsumer consumer) throws IOException {
      long rows = 0;
      try (RowParquetReader reader =
          RowParquetReader.open(target.folder(), file, target.schema(), false)) {
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

  private static final class WriteResultFn extends DoFn<KV<Integer, Iterable<byte[]>>, String> {
    private final String uri;

    WriteResultFn(String uri) {
      this.uri = uri;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> results, OutputReceiver<String> output)
        throws IOException {
      List<CompactedFiles.Group> groups = new ArrayList<>();
      for (byte[] result : results.getValue()) {
        groups.add(StagedJson.mapper().readValue(result, CompactedFiles.Group.class));
      }
      try (AtomicOutput out = Storage.of(uri).create(uri)) {
        out.write(StagedJson.mapper().writeValueAsBytes(new CompactedFiles(groups)));
      }
      output.output(uri);
    }
  }
}
