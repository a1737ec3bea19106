package org.beammedallion.io.parquet;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.beammedallion.io.parquet.read.RowBlock;
import org.beammedallion.io.parquet.read.RowParquetReader;
import org.beammedallion.io.parquet.write.RowParquetWriter;
import org.beammedallion.io.storage.StorageException;
import org.beammedallion.io.table.ColumnStatistics;
import org.beammedallion.io.table.DataFile;
import org.beammedallion.io.table.Partitioner.Partition;
import org.beammedallion.quality.schema.Field;
import org.beammedallion.quality.schema.FieldType;
import org.beammedallion.quality.schema.FieldType.ObjectType;
import org.beammedallion.quality.schema.RecordSchema;
import org.beammedallion.transforms.row.RowBuilder;
import org.beammedallion.transforms.row.RowLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RowParquetTest {

  private static final Partition NO_PARTITION = new Partition(Map.of(), "");

  private Path folder = Path.of("");

  @BeforeEach
  @BeforeProperty
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("parquet");
  }

  @AfterEach
  @AfterProperty
  void removeFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private RowParquetWriter writer(RecordSchema schema, RowParquetWriter.Options options)
      throws IOException {
    return RowParquetWriter.create(
        folder.toString(), "f.parquet", NO_PARTITION, RowLayout.of(schema), options);
  }

  private RowParquetReader reader(RecordSchema schema) throws IOException {
    return RowParquetReader.open(folder + "/f.parquet", schema, true, Map.of());
  }

  private static RecordSchema one(Field... fields) {
    return RecordSchema.of(fields);
  }

  private static List<byte[]> readAll(RowParquetReader reader) throws IOException {
    List<byte[]> rows = new ArrayList<>();
    for (RowBlock block = reader.next(); block != null; block = reader.next()) {
      for (int i = 0; i < block.count(); i++) {
        assertThat(block.filePosition(i), is((long) rows.size()));
        rows.add(Arrays.copyOfRange(block.bytes(), block.row(i), block.row(i) + block.length(i)));
      }
    }
    return rows;
  }

  @Property(tries = 150)
  void rowsOfEverySchemaComeBackByteForByte(
      @ForAll long seed, @ForAll @LongRange(min = 0, max = 3) long size) throws IOException {
    RandomRows random = new RandomRows(seed);
    RecordSchema schema = random.schema(8, 3);
    RowLayout layout = RowLayout.of(schema);
    int count = size == 0 ? 1 : size == 1 ? 100 : 5_000;
    long rowGroup = size == 2 ? 200_000 : 64 << 20;
    RowParquetWriter writer =
        writer(
            schema, RowParquetWriter.Options.DEFAULT.withProvenance().withRowGroupBytes(rowGroup));
    RowBuilder builder = new RowBuilder(64);
    int[] rows = new int[count + 1];
    for (int i = 0; i < count; i++) {
      rows[i] = random.row(builder, layout);
      rows[i + 1] = builder.length();
      int source = i % 7 == 0 ? -1 : writer.sourceNumber("file:/in/" + i % 3);
      writer.write(builder.bytes(), rows[i], source, i * 10L);
    }
    DataFile file = writer.finish();
    assertThat(file.rows(), is((long) count));
    assertThat(Files.size(folder.resolve("f.parquet")), is(file.bytes()));

    try (RowParquetReader reader = reader(schema)) {
      int read = 0;
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++, read++) {
          int start = block.row(i);
          if (!Arrays.equals(
              builder.bytes(),
              rows[read],
              rows[read + 1],
              block.bytes(),
              start,
              start + block.length(i))) {
            throw new AssertionError("Row " + read + " of " + schema + " came back differently.");
          }
          assertThat(block.source(i), read % 7 == 0 ? nullValue() : is("file:/in/" + read % 3));
          assertThat(block.position(i), is(read % 7 == 0 ? 0L : read * 10L));
        }
      }
      assertThat(read, is(count));
    }
    projectsSomeFields(schema, layout, builder, rows);
  }

  /** Every second field, backwards; of each object every second one too. */
  private void projectsSomeFields(
      RecordSchema schema, RowLayout layout, RowBuilder builder, int[] rows) throws IOException {
    List<Field> wanted = new ArrayList<>();
    for (int i = schema.fields().size() - 1; i >= 0; i -= 2) {
      wanted.add(schema.fields().get(i));
    }
    RecordSchema projection = new RecordSchema(wanted);
    RowLayout part = RowLayout.of(projection);
    try (RowParquetReader reader = reader(projection)) {
      int read = 0;
      for (RowBlock block = reader.next(); block != null; block = reader.next()) {
        for (int i = 0; i < block.count(); i++, read++) {
          for (int field = 0; field < wanted.size(); field++) {
            int original = schema.indexOf(wanted.get(field).name());
            boolean isNull = layout.isNull(builder.bytes(), rows[read], original);
            assertThat(part.isNull(block.bytes(), block.row(i), field), is(isNull));
            if (!isNull && part.storage(field).isVariable()) {
              int start = part.startOf(block.bytes(), block.row(i), field);
              int from = layout.startOf(builder.bytes(), rows[read], original);
              int length = layout.lengthOf(builder.bytes(), rows[read], original);
              assertThat(part.lengthOf(block.bytes(), block.row(i), field), is(length));
              assertThat(
                  Arrays.equals(
                      block.bytes(), start, start + length, builder.bytes(), from, from + length),
                  is(true));
            }
          }
        }
      }
      assertThat(read, is(rows.length - 1));
    }
  }

  @Property(tries = 40)
  void statisticsBoundTheValues(@ForAll long seed) throws IOException {
    RandomRows random = new RandomRows(seed);
    RecordSchema schema =
        one(
            Field.optional("d", FieldType.decimal(30, 5)),
            Field.optional("s", FieldType.STRING),
            Field.optional("l", FieldType.LONG),
            Field.optional("n", FieldType.decimal(9, 2)));
    RowLayout layout = RowLayout.of(schema);
    RowParquetWriter writer =
        writer(schema, RowParquetWriter.Options.DEFAULT.withRowGroupBytes(2_000));
    RowBuilder builder = new RowBuilder(64);
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      rows.add(random.row(builder, layout));
      writer.write(builder.bytes(), rows.get(i));
    }
    DataFile file = writer.finish();
    byte[] bytes = builder.bytes();
    for (int field = 0; field < 4; field++) {
      ColumnStatistics statistics = file.statistics().get(field);
      long nulls = 0;
      for (int row : rows) {
        if (layout.isNull(bytes, row, field)) {
          nulls++;
          continue;
        }
        java.io.Serializable value =
            switch (field) {
              case 1 -> layout.stringAt(bytes, row, field);
              case 2 -> layout.longAt(bytes, row, field);
              default -> layout.decimalAt(bytes, row, field);
            };
        assertThat(statistics.mayHold(value, value), is(true));
      }
      assertThat(statistics.nullCount(), is(nulls));
    }
  }

  @Test
  void choosesDictionariesByTheFirstRows() throws IOException {
    RecordSchema schema =
        one(
            Field.required("id", FieldType.STRING), Field.required("currency", FieldType.STRING),
            Field.required("flag", FieldType.BOOLEAN), Field.optional("empty", FieldType.STRING));
    RowLayout layout = RowLayout.of(schema);
    RowParquetWriter writer = writer(schema, RowParquetWriter.Options.DEFAULT);
    RowBuilder builder = new RowBuilder(64);
    for (int i = 0; i < 50_000; i++) {
      builder.truncate(0);
      int row = builder.beginRow(layout);
      builder.setString(layout, row, 0, "o-" + i);
      builder.setString(layout, row, 1, i % 2 == 0 ? "EUR" : "USD");
      builder.setBoolean(layout, row, 2, i % 3 == 0);
      writer.write(builder.bytes(), row);
    }
    assertThat(writer.rows(), is(50_000L));
    assertThat(writer.bufferedBytes(), greaterThan(0L));
    writer.finish();
    try (ParquetFileReader file =
        ParquetFileReader.open(StorageParquetFile.input(folder + "/f.parquet"))) {
      List<ColumnChunkMetaData> columns = file.getRowGroups().get(0).getColumns();
      assertThat(
          columns.stream().map(ColumnChunkMetaData::hasDictionaryPage).toList(),
          is(List.of(false, true, false, false)));
      assertThat(columns.get(0).getCodec().name(), is("ZSTD"));
    }
  }

  @Test
  void manyRowGroupsKeepMemoryBounded() throws IOException {
    RecordSchema schema = one(Field.required("text", FieldType.STRING));
    RowLayout layout = RowLayout.of(schema);
    long limit = 1 << 20;
    RowParquetWriter writer =
        writer(schema, RowParquetWriter.Options.DEFAULT.withRowGroupBytes(limit));
    RowBuilder builder = new RowBuilder(64);
    java.util.Random random = new java.util.Random(1);
    byte[] noise = new byte[20_000];
    for (int i = 0; i < 500; i++) {
      random.nextBytes(noise);
      builder.truncate(0);
      int row = builder.beginRow(layout);
      builder.setString(layout, row, 0, new String(noise, StandardCharsets.ISO_8859_1));
      writer.write(builder.bytes(), row);
      assertThat(writer.bufferedBytes(), lessThan(limit + (3 << 20)));
    }
    writer.finish();
    try (RowParquetReader reader = reader(schema)) {
      assertThat(reader.rowCount(), is(500L));
      assertThat(readAll(reader).size(), is(500));
    }
  }

  @Test
  void unfinishedFileNeverAppears() throws IOException {
    RecordSchema schema = one(Field.required("text", FieldType.STRING));
    RowLayout layout = RowLayout.of(schema);
    try (RowParquetWriter writer = writer(schema, RowParquetWriter.Options.DEFAULT)) {
      RowBuilder builder = new RowBuilder(64);
      int row = builder.beginRow(layout);
      builder.setString(layout, row, 0, "x");
      for (int i = 0; i < 10_000; i++) {
        writer.write(builder.bytes(), row);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.count(), is(0L));
    }
  }

  @Test
  void refusesNullInARequiredColumnAndEmptyObjects() throws IOException {
    RecordSchema schema = one(Field.required("currency", FieldType.STRING));
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(RowLayout.of(schema));
    try (RowParquetWriter writer = writer(schema, RowParquetWriter.Options.DEFAULT)) {
      writer.write(builder.bytes(), row);
      assertThat(
          assertThrows(IllegalArgumentException.class, writer::finish).getMessage(),
          containsString("'currency'"));
    }
    RecordSchema empty =
        one(Field.optional("address", new ObjectType(new RecordSchema(List.of()))));
    assertThat(
        assertThrows(
                IllegalArgumentException.class,
                () -> writer(empty, RowParquetWriter.Options.DEFAULT))
            .getMessage(),
        containsString("'address' has no fields"));
  }

  @Test
  void saysThatAFileIsDamaged() throws IOException {
    RecordSchema schema = one(Field.required("text", FieldType.STRING));
    RowLayout layout = RowLayout.of(schema);
    RowBuilder builder = new RowBuilder(64);
    int row = builder.beginRow(layout);
    builder.setString(layout, row, 0, "some text that is long enough to be found in the file");
    try (RowParquetWriter writer = writer(schema, RowParquetWriter.Options.DEFAULT)) {
      writer.write(builder.bytes(), row);
      writer.finish();
    }
    Path file = folder.resolve("f.parquet");
    byte[] whole = Files.readAllBytes(file);
    byte[] flipped = whole.clone();
    flipped[40] ^= 1;
    Files.write(file, flipped);
    IOException error =
        assertThrows(
            IOException.class,
            () -> {
              try (RowParquetReader reader = reader(schema)) {
                readAll(reader);
              }
            });
    assertThat(error.getMessage(), containsString("f.parquet"));
    for (int length : new int[] {0, 3, 20, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(
          assertThrows(StorageException.class, () -> reader(schema)).getMessage(),
          containsString("no readable Parquet"));
    }
    assertThat(whole.length, not(0));
  }
}
